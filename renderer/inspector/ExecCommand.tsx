import { environmentInSentence } from '../../shared/identity/identity'
import { shownWord } from '../../shared/shell/offer'
import type { Row } from '../rows/rows'
import { inspectorText as text } from '../text/inspector'
import { useApp } from '../ui/model'
import { Exact, Shown } from '../ui/Shown'
import { Wrapped } from '../ui/Wrapped'
import styles from './Code.module.css'
import { Facts } from './Frame'
import frame from './Inspector.module.css'
import { Section } from './Section'

/** The exec command as kubectl would run it, with its own variables; secrets are masked. */
export function ExecCommand({ row }: { readonly row: Row }) {
  const environment = useApp((state) => state.environment)
  const platform = useApp((state) => state.app?.platform ?? 'win32')
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
  return (
    <Section
      title={isPending ? text.execOnce : text.exec}
      aside={text.execIn(environmentInSentence[environment])}
    >
      <pre className={styles.code}>
        {exec.env.map((variable) => (
          <span key={variable.name} className="soft">
            <Shown text={variable.name} />=<Shown text={variable.value} />
            {'\n'}
          </span>
        ))}
        <Wrapped
          words={[exec.command ?? '', ...exec.args].map((word) => shownWord(platform, word))}
          className="word"
        />
      </pre>
      <Facts
        of={[
          aws && [text.program, <Exact key="aws" text={text.programIs(aws, row.identity?.auth === 'aws')} />],
        ]}
      />
    </Section>
  )
}
