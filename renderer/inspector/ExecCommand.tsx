import { environmentInSentence } from '../../shared/identity/identity'
import type { Row } from '../rows/rows'
import { inspectorText as text } from '../text/inspector'
import { useApp } from '../ui/model'
import { Exact, Shown } from '../ui/Shown'
import { CommandText } from './CommandText'
import styles from './Inspector.module.css'
import { Section } from './Section'

/** The exec command as kubectl would run it, with its own variables; secrets are masked. */
export function ExecCommand({ row }: { readonly row: Row }) {
  const environment = useApp((state) => state.environment)
  const shell = useApp((state) => state.settings.shell)
  const exec = row.user?.exec ?? null
  if (exec === null) {
    return (
      <Section title={text.exec}>
        <p className={styles.quiet}>{text.noExec}</p>
      </Section>
    )
  }
  const aws = row.identity?.aws ?? null
  const facts: readonly (readonly [string, string])[] = [
    ...(aws === null ? [] : [[text.program, text.programIs(aws, row.identity?.auth === 'aws')] as const]),
    ...(exec.apiVersion === null ? [] : [[text.apiVersion, exec.apiVersion] as const]),
    ...(exec.interactiveMode === null ? [] : [[text.interactive, exec.interactiveMode] as const]),
  ]
  return (
    <Section title={text.exec} aside={text.execIn(environmentInSentence[environment])}>
      <pre className={styles.code}>
        {exec.env.map((variable) => (
          <span key={variable.name} className={styles.variable}>
            <Shown text={variable.name} />=<Shown text={variable.value} />
            {'\n'}
          </span>
        ))}
        <CommandText words={[exec.command ?? '', ...exec.args]} shell={shell} />
      </pre>
      {facts.length > 0 && (
        <dl className={styles.facts}>
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <Exact text={value} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </Section>
  )
}
