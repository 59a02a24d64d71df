/** What draws menus, as one part of the program (menus.tsx). */
import { ContextMenu } from '@base-ui/react/context-menu'
import { Menu } from '@base-ui/react/menu'
import { Check } from 'lucide-react'
import { type ReactNode, type RefObject, useCallback } from 'react'
import { Button, type ButtonProps } from './Button'
import menu from './Menu.module.css'
import { usePopups } from './popups'

export { ContextMenu, Menu }

interface ButtonMenuProps {
  readonly button: ButtonProps
  readonly align: 'start' | 'end'
  readonly className: string | undefined
  /** It was pressed before this was there. */
  readonly pressed: boolean
  /** The keyboard was at the button that stood in its place. */
  readonly focused: RefObject<boolean>
  readonly children: ReactNode
}

/** A button with the menu that it opens. */
export function ButtonMenu({ button, align, className, pressed, focused, children }: ButtonMenuProps) {
  const popups = usePopups()
  const takeFocus = useCallback(
    (element: HTMLElement | null) => {
      if (element !== null && focused.current) element.focus()
      focused.current = false
    },
    [focused],
  )
  return (
    <Menu.Root defaultOpen={pressed}>
      <Menu.Trigger ref={takeFocus} render={<Button {...button} />} />
      <Menu.Portal container={popups}>
        <Menu.Positioner className={menu.positioner} align={align} sideOffset={6}>
          <Menu.Popup className={[menu.popup, className].filter(Boolean).join(' ')}>{children}</Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}

/** One of several of which one counts, within `Menu.RadioGroup`. */
export function RadioOption({ value, children }: { readonly value: string; readonly children: ReactNode }) {
  return (
    <Menu.RadioItem value={value} className={menu.item} closeOnClick>
      <span className={menu.tick}>
        <Menu.RadioItemIndicator>
          <Check size={14} />
        </Menu.RadioItemIndicator>
      </span>
      <span className="fill">{children}</span>
    </Menu.RadioItem>
  )
}

interface PointMenuProps {
  readonly trigger: RefObject<HTMLDivElement | null>
  readonly finalFocus: () => boolean
  readonly children: ReactNode
}

/** A menu that opens where its trigger, which nobody sees, is told of a right click. */
export function PointMenu({ trigger, finalFocus, children }: PointMenuProps) {
  const popups = usePopups()
  return (
    <ContextMenu.Root>
      <ContextMenu.Trigger ref={trigger} hidden />
      <ContextMenu.Portal container={popups}>
        <ContextMenu.Positioner className={menu.positioner}>
          <ContextMenu.Popup className={menu.popup} finalFocus={finalFocus}>
            {children}
          </ContextMenu.Popup>
        </ContextMenu.Positioner>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  )
}
