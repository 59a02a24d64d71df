/** The code that draws menus, as one part of the program (menus.tsx). */
import { ContextMenu } from '@base-ui/react/context-menu'
import { Menu } from '@base-ui/react/menu'
import { Check, type LucideIcon } from 'lucide-react'
import { type ComponentProps, type ReactNode, type RefObject, useCallback } from 'react'
import { counted } from '../../shared/counted'
import { Button, type ButtonProps } from './Button'
import menu from './Menu.module.css'
import { usePopups } from './popups'

export { ContextMenu, Menu }

interface ButtonMenuProps {
  readonly button: ButtonProps
  readonly align: 'start' | 'end'
  readonly className: string | undefined
  /** The button was pressed before this part was loaded. */
  readonly pressed: boolean
  /** The focus was at the button that was in its place before. */
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

interface RadioGroupProps<Name extends string> {
  readonly label: string
  readonly value: Name
  readonly names: readonly Name[]
  readonly onChange: (name: Name) => void
  readonly children: (name: Name) => ReactNode
}

/** Radio items under their label. */
export function RadioGroup<Name extends string>(props: RadioGroupProps<Name>) {
  const { label, value, names, onChange, children } = props
  return (
    <Menu.RadioGroup aria-label={label} value={value} onValueChange={onChange}>
      <div className={menu.group}>{label}</div>
      {names.map((name) => (
        <Menu.RadioItem key={name} value={name} className={menu.item} closeOnClick>
          <span className={menu.tick}>
            <Menu.RadioItemIndicator>
              <Check size={14} />
            </Menu.RadioItemIndicator>
          </span>
          <span className="fill">{children(name)}</span>
        </Menu.RadioItem>
      ))}
    </Menu.RadioGroup>
  )
}

interface ActProps extends Pick<ComponentProps<typeof Menu.Item>, 'onClick' | 'disabled'> {
  readonly icon?: LucideIcon
  readonly children: ReactNode
}

/** An action, next to items that can be ticked. */
export const Act = ({ icon: Icon, children, ...act }: ActProps) => (
  <Menu.Item className={menu.item} {...act}>
    <span className={menu.tick}>{Icon && <Icon size={14} aria-hidden />}</span>
    <span className="fill">{children}</span>
  </Menu.Item>
)

interface TickedProps extends ComponentProps<typeof Menu.CheckboxItem> {
  /** A number at its end: how many things it would show. */
  readonly count?: number
}

/** An item that can be ticked. */
export const Ticked = ({ count, children, ...item }: TickedProps) => (
  <Menu.CheckboxItem className={menu.item} {...item}>
    <span className={menu.tick}>
      <Menu.CheckboxItemIndicator>
        <Check size={14} />
      </Menu.CheckboxItemIndicator>
    </span>
    <span className="fill">{children}</span>
    {count !== undefined && <span className={menu.keys}>{counted(count)}</span>}
  </Menu.CheckboxItem>
)

interface PointMenuProps {
  readonly trigger: RefObject<HTMLDivElement | null>
  readonly finalFocus: () => boolean
  readonly children: ReactNode
}

/** A menu that opens where its invisible trigger gets a right click. */
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
