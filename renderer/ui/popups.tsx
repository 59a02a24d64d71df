import { createContext, type ReactNode, type RefObject, useContext, useRef } from 'react'
import { text } from '../text/page'

const Popups = createContext<RefObject<HTMLElement | null> | null>(null)

/** Menus open in a separate landmark, so that nothing on screen is outside all landmarks. */
export function PopupsProvider({ children }: { readonly children: ReactNode }) {
  const place = useRef<HTMLElement>(null)
  return (
    <Popups value={place}>
      {children}
      <section ref={place} aria-label={text.menus} />
    </Popups>
  )
}

/** Where a menu's portal goes. */
export function usePopups(): RefObject<HTMLElement | null> | null {
  return useContext(Popups)
}
