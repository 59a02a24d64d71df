import type { LucideIcon } from 'lucide-react'
import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react'
import styles from './Button.module.css'

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly kind?: 'primary' | 'outline' | 'plain' | 'danger' | 'danger-outline' | 'danger-plain'
  readonly small?: boolean
  readonly icon?: LucideIcon
  readonly children?: ReactNode
  readonly ref?: Ref<HTMLButtonElement>
  readonly 'data-problem'?: true | undefined
}

/** A button; without children it is an icon and needs an aria-label. */
export function Button({
  kind = 'outline',
  small = false,
  icon: Icon,
  children,
  className,
  ...rest
}: ButtonProps) {
  const classes = [
    styles.button,
    styles[kind],
    small ? styles.small : '',
    children === undefined ? styles.square : '',
    className ?? '',
  ]
  return (
    <button type="button" className={classes.filter(Boolean).join(' ')} {...rest}>
      {Icon && <Icon size={small ? 14 : 16} aria-hidden />}
      {children}
    </button>
  )
}
