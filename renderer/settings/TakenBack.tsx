import { Button } from '../ui/Button'
import { Shown } from '../ui/Shown'
import styles from './SettingsPage.module.css'

interface TakenBackProps {
  readonly kind: string
  /** Below the kind, such as how many contexts it is about; null: nothing. */
  readonly note: string | null
  readonly what: string
  /** The button that takes it back; null: it cannot be taken back here. */
  readonly button: { readonly label: string; readonly name: string; readonly press: () => void } | null
}

/** One line of what the user has chosen, with the button that takes it back. */
export function TakenBack({ kind, note, what, button }: TakenBackProps) {
  return (
    <li className={styles.decision}>
      <span className={styles.kind}>
        {kind}
        {note !== null && <span className="block faint">{note}</span>}
      </span>
      <Shown as="code" className="fill" text={what} />
      {button !== null && (
        <Button small aria-label={button.name} onClick={button.press}>
          {button.label}
        </Button>
      )}
    </li>
  )
}
