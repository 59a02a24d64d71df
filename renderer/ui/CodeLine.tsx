import { Copy } from 'lucide-react'
import { Fragment } from 'react'
import { actionText } from '../../shared/ipc/actions-and-views'
import type { Offer } from '../../shared/shell/offered-command'
import { text as page } from '../text/page'
import { Button } from './Button'
import styles from './CodeLine.module.css'
import { useModel } from './model'
import { Exact, Shown } from './Shown'

/** A command in a line, with the button that copies it; where it is not offered, why. */
export function CodeLine({
  offer: { command, text },
  what = actionText('copy-whoami').copies,
  label,
}: {
  readonly offer: Offer
  /** Shown in a notice once it is copied. */
  readonly what?: string
  readonly label?: string
}) {
  const model = useModel()
  if (command === null) return <Shown as="p" className="small" text={text} />
  return (
    <div className={styles.line}>
      <code>
        {/* Wraps between its words, never at their hyphens. */}
        {command.split(' ').map((word, at, words) => (
          <Fragment key={words.slice(0, at + 1).join(' ')}>
            {at > 0 && ' '}
            <Exact as="span" className="word breaks" text={word} />
          </Fragment>
        ))}
      </code>
      <Button
        kind="plain"
        small
        icon={Copy}
        aria-label={label ?? `${page.copy}: ${command}`}
        title={page.copy}
        onClick={() => void model.copy(command, what)}
      />
    </div>
  )
}
