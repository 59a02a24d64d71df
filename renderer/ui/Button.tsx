import type { LucideIcon } from 'lucide-react'
import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react'
import styles from './Button.module.css'

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly kind?: 'primary' | 'outline' | 'plain' | 'danger' | 'danger-outline' | 'danger-plain'
  readonly small?: boolean
  readonly icon?: LucideIcon
  /** Its full action, where the button shows only an icon or fewer words: for screen readers and on hover. */
  readonly label?: string
  readonly children?: ReactNode
  readonly ref?: Ref<HTMLButtonElement>
  readonly 'data-problem'?: true | undefined
}

/** A button with a sentence: its text shrinks where there is no room for a long name in it. */
export const Act = ({ children, ...button }: ButtonProps) => (
  <Button small className="gives" {...button}>
    <span>{children}</span>
  </Button>
)

/** A button; without children it is an icon and needs a label. */
export function Button({
  kind = 'outline',
  small = false,
  icon: Icon,
  label,
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
    <button
      type="button"
      aria-label={label}
      title={label}
      className={classes.filter(Boolean).join(' ')}
      {...rest}
    >
      {Icon && <Icon size={small ? 14 : 16} aria-hidden />}
      {children}
    </button>
  )
}
