import { Copy } from 'lucide-react'
import { commandsFor } from '../actions/shell-commands'
import { commandLine } from '../actions/shell-quote'
import type { Row } from '../rows/rows'
import { text } from '../text/page'
import { Button } from '../ui/Button'
import { useApp, useModel } from '../ui/model'
import { CommandText } from './CommandText'
import styles from './Inspector.module.css'
import { Section } from './Section'

/** Commands to copy, quoted for the chosen shell. */
export function Commands({ row }: { readonly row: Row }) {
  const model = useModel()
  const shell = useApp((state) => state.settings.shell)
  const own = useApp(
    (state) => state.snapshot?.files.find((file) => file.path === row.entry.origin.file)?.own ?? true,
  )
  return (
    <Section title={text.inspector.commands}>
      <ul className={styles.commands}>
        {commandsFor(row, !own).map((command) => {
          const line = commandLine(command.words, shell)
          return (
            <li key={command.id}>
              <span className={styles.commandTitle}>{command.title}</span>
              <Button
                kind="plain"
                small
                icon={Copy}
                aria-label={`${text.copy}: ${command.title}`}
                title={text.copy}
                onClick={() => void model.copy(line, command.title)}
              />
              <code className={styles.command}>
                <CommandText words={command.words} shell={shell} />
              </code>
              {command.note !== null && <p className={styles.quiet}>{command.note}</p>}
            </li>
          )
        })}
      </ul>
    </Section>
  )
}
