import { commandOf } from '../../shared/findings/causes'
import { commandsFor } from '../actions/shell-commands'
import { onDisk } from '../rows/on-disk'
import type { Row } from '../rows/rows'
import { placedName } from '../text/counts'
import { inspectorText as text } from '../text/inspector'
import { text as page } from '../text/page'
import { CodeLine } from '../ui/CodeLine'
import { useApp } from '../ui/model'
import { useOffer } from '../ui/offer'
import { Shown } from '../ui/Shown'
import styles from './Code.module.css'
import { Section } from './Section'

/** Commands to copy. */
export function Commands({ row }: { readonly row: Row }) {
  const offer = useOffer()
  const own = useApp(
    (state) => state.snapshot?.files.find((file) => file.path === row.entry.origin.file)?.own ?? true,
  )
  const problem = (row.stale === null ? row.check?.problem : null) ?? row.identity?.predicted.problem ?? null
  // The answer has it already.
  const said = problem !== null && commandOf(problem.next) !== null
  const commands = commandsFor(row, !own, offer).filter(({ id }) => id !== 'login' || !said)
  return (
    <Section title={text.commands}>
      {onDisk(row) === null && (
        <Shown as="p" className={styles.later} text={text.onceWritten(placedName(row.name))} />
      )}
      <ul className={styles.commands}>
        {commands.map(({ id, title, offer: command, note }) => {
          const line = <CodeLine offer={command} what={title} label={`${page.copy}: ${title}`} />
          return (
            <li key={id}>
              {note === null ? (
                <>
                  <p className={styles.commandTitle}>{title}</p>
                  {line}
                </>
              ) : (
                // What has to be known before it is run takes room, and the command is rarely wanted.
                <details>
                  <summary className={styles.commandTitle}>{title}</summary>
                  {line}
                  <p className={styles.note}>{note}</p>
                </details>
              )}
            </li>
          )
        })}
      </ul>
    </Section>
  )
}
