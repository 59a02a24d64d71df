/**
 * Menus, of which the first picture shows the buttons alone: what draws and places them is a tenth of what the page would have to
 * read and run before it.
 */
import { type MouseEvent, type ReactNode, type RefObject, useCallback, useRef, useState } from 'react'
import { Button, type ButtonProps } from './Button'
import { latePart } from './late'

export type MenuParts = typeof import('./menu-parts')

const menus = latePart<MenuParts>(() => import('./menu-parts'))
export const { load: loadMenus, arrived: menusArrived } = menus
const { Late } = menus

interface MenuButtonProps {
  readonly button: ButtonProps
  readonly align?: 'start' | 'end'
  /** Of what opens. */
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
  /** When it closes: true where the keyboard goes back to where it was. */
  readonly finalFocus?: () => boolean
  readonly items: (parts: MenuParts) => ReactNode
}

/** What a menu at the point of a right click hangs on. */
export type PointMenuPlace = RefObject<HTMLDivElement | null>

/** Drawn beside what it belongs to, which opens it (usePointMenu). */
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

/** The place of a menu, and what opens it there; a click that comes before there is anything to draw it opens it then. */
export function usePointMenu(): readonly [PointMenuPlace, (event: MouseEvent) => void] {
  const place = useRef<HTMLDivElement>(null)
  const open = useCallback((event: MouseEvent) => {
    event.preventDefault()
    const { clientX, clientY } = event
    const tell = () =>
      place.current?.dispatchEvent(
        new window.MouseEvent('contextmenu', { bubbles: true, cancelable: true, clientX, clientY }),
      )
    // At once where it can be: the user looks at the button that is still pressed.
    if (place.current !== null) tell()
    else void loadMenus().then(() => requestAnimationFrame(tell))
  }, [])
  return [place, open]
}
