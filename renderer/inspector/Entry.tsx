import { environmentInSentence } from '../../shared/identity/variable-places'
import { shownWord } from '../../shared/shell/offered-command'
import { visible, visibleLines } from '../../shared/visible'
import type { Row } from '../rows/rows'
import { editText } from '../text/edits'
import { inspectorText as text } from '../text/inspector'
import { shortPath } from '../text/path'
import { useApp, useModel } from '../ui/model'
import { Exact, Shown, Wrapped } from '../ui/Shown'
import { useAnswer } from '../ui/use-answer'
import styles from './Code.module.css'
import { Facts, Section } from './Frame'
import frame from './Inspector.module.css'

/** The exec command as kubectl would run it, with its variables; secrets are masked. */
export function ExecCommand({ row }: { readonly row: Row }) {
  const environment = useApp((state) => state.environment)
  const platform = useApp((state) => state.app?.platform ?? 'win32')
  const exec = row.user?.exec ?? null
  // The YAML below is that on disk: where there are two commands, each says when it applies.
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

/** The entry's lines of YAML: context, cluster, user. Main masked the secrets before it sent them to the page. */
export function EntryYaml({ row }: { readonly row: Row }) {
  const { bridge } = useModel()
  const home = useApp((state) => state.app?.home ?? '')
  // After a change of the files the lines are requested again.
  const revision = useApp((state) => state.snapshot?.revision)
  // The lines are those on disk: there a moved context has its old id, and a new one does not exist yet.
  const id = row.pending?.was?.id ?? row.id
  const added = row.pending?.kind === 'added'
  const answer = useAnswer(bridge, added ? null : () => bridge.request('kubeconfig.entry', { id }), [
    id,
    revision,
  ])
  return (
    <Section {...(row.pending?.kind === 'changed' ? { title: text.entry.onDisk } : {})}>
      {added ? (
        <p className={frame.quiet}>{editText.notWritten}</p>
      ) : answer === null ? (
        <p className={frame.quiet}>{text.entry.loading}</p>
      ) : !answer.ok ? (
        <p className={frame.quiet}>{visible(`${answer.fault.message} ${answer.fault.next}`)}</p>
      ) : (
        [
          {
            title: text.entry.context,
            part: { file: answer.value.file, line: answer.value.line, text: answer.value.context },
          },
          { title: text.entry.user, part: answer.value.user },
          { title: text.entry.cluster, part: answer.value.cluster },
        ].map(({ title, part }) =>
          part === null ? null : (
            <figure key={title} className={styles.figure}>
              <figcaption className={`line apart ${styles.commandTitle}`}>
                {title}
                <Shown
                  as="span"
                  className={frame.quiet}
                  text={`${shortPath(part.file, home)}:${part.line}`}
                />
              </figcaption>
              <pre className={styles.code}>
                <Words text={visibleLines(part.text.replace(/\n$/, ''))} />
              </pre>
            </figure>
          ),
        )
      )}
    </Section>
  )
}

/** Words of at most this many characters wrap to the next line as a whole. */
const longest = 24

/** Lines of YAML that wrap between their words, never at a hyphen. */
function Words({ text: lines }: { readonly text: string }) {
  return [...lines.split(/(\s+)/).entries()].map(([at, piece]) =>
    // A longer word stays on the line of its key, and breaks there.
    /\S/.test(piece) && piece.length <= longest ? (
      <span key={at} className="word">
        {piece}
      </span>
    ) : (
      piece
    ),
  )
}
