import { environmentInSentence } from '../../shared/identity/identity'
import type { Row } from '../rows/rows'
import { inspectorText as text } from '../text/inspector'
import { useApp } from '../ui/model'
import { Exact, Shown } from '../ui/Shown'
import styles from './Code.module.css'
import { CommandText } from './CommandText'
import frame from './Inspector.module.css'
import { Section } from './Section'

/** The exec command as kubectl would run it, with its own variables; secrets are masked. */
export function ExecCommand({ row }: { readonly row: Row }) {
  const environment = useApp((state) => state.environment)
  const shell = useApp((state) => state.settings.shell)
  const exec = row.user?.exec ?? null
  // The lines below are those on disk: of two commands each says when it is the one.
  const isPending = row.pending !== null && row.pending.kind !== 'removed'
  if (exec === null) {
    return (
      <Section title={isPending ? text.execOnce : text.exec}>
        <p className={frame.quiet}>{text.noExec}</p>
      </Section>
    )
  }
  const aws = row.identity?.aws ?? null
  const facts: readonly (readonly [string, string])[] = [
    ...(aws === null ? [] : [[text.program, text.programIs(aws, row.identity?.auth === 'aws')] as const]),
  ]
  return (
    <Section
      title={isPending ? text.execOnce : text.exec}
      aside={text.execIn(environmentInSentence[environment])}
    >
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
        <dl className={frame.facts}>
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
