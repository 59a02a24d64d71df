/**
 * Menus. The first picture shows only their buttons: the code that draws and places menus is a tenth of what the page would have
 * to read and run before it.
 */
import { type MouseEvent, type ReactNode, type RefObject, useCallback, useRef, useState } from 'react'
import { Button, type ButtonProps } from './Button'
import { latePart } from './late'

export type MenuParts = typeof import('./menu-parts')

const menus = latePart<MenuParts>(() => import('./menu-parts'))
export const { load: loadMenus } = menus
const { Late } = menus

interface MenuButtonProps {
  readonly button: ButtonProps
  readonly align?: 'start' | 'end'
  /** The class of the opened menu. */
  readonly className?: string | undefined
  readonly items: (parts: MenuParts) => ReactNode
}

/** A button that opens a menu below it. */
export function MenuButton({ button, align = 'start', className, items }: MenuButtonProps) {
  const [pressed, setPressed] = useState(false)
  const focused = useRef(false)
  const press = () => {
    setPressed(true)
    void loadMenus()
  }
  return (
    <Late
      meanwhile={
        <Button
          {...button}
          aria-haspopup="menu"
          aria-expanded={false}
          onClick={press}
          onFocus={() => {
            focused.current = true
          }}
          onBlur={() => {
            focused.current = false
          }}
        />
      }
      draw={(parts) => (
        <parts.ButtonMenu
          button={button}
          align={align}
          className={className}
          pressed={pressed}
          focused={focused}
        >
          {items(parts)}
        </parts.ButtonMenu>
      )}
    />
  )
}

interface PointMenuProps {
  readonly place: PointMenuPlace
  /** Called when it closes: true where the focus goes back to where it was. */
  readonly finalFocus?: () => boolean
  readonly items: (parts: MenuParts) => ReactNode
}

/** The anchor of a menu at the point of a right click. */
export type PointMenuPlace = RefObject<HTMLDivElement | null>

/** Drawn next to the element that it belongs to, which opens it (usePointMenu). */
export function PointMenu({ place, finalFocus = () => true, items }: PointMenuProps) {
  return (
    <Late
      draw={(parts) => (
        <parts.PointMenu trigger={place} finalFocus={finalFocus}>
          {items(parts)}
        </parts.PointMenu>
      )}
    />
  )
}

/** The anchor of a menu, and a function that opens it there; a click before the menu code is loaded opens it once it is. */
export function usePointMenu(): readonly [PointMenuPlace, (event: MouseEvent) => void] {
  const place = useRef<HTMLDivElement>(null)
  const open = useCallback((event: MouseEvent) => {
    event.preventDefault()
    const { clientX, clientY } = event
    const tell = () =>
      place.current?.dispatchEvent(
        new window.MouseEvent('contextmenu', { bubbles: true, cancelable: true, clientX, clientY }),
      )
    // At once where possible: the user looks at the pressed button.
    if (place.current !== null) tell()
    else void loadMenus().then(() => requestAnimationFrame(tell))
  }, [])
  return [place, open]
}
