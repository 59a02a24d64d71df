import { Copy } from 'lucide-react'
import { Fragment } from 'react'
import { commandOf } from '../../shared/findings/causes'
import { inspectorText as text } from '../text/inspector'
import { text as page } from '../text/page'
import { Button } from '../ui/Button'
import { useModel } from '../ui/model'
import { Phrase, Shown } from '../ui/Shown'
import answer from './Answer.module.css'
import styles from './Code.module.css'

type Part = { readonly kind: 'words' | 'word' | 'command'; readonly text: string }

/** A sentence in its parts: what is said, and commands, which stand between backticks or follow a leading “Run”. */
export function partsOf(next: string): readonly Part[] {
  const whole = commandOf(next)
  if (whole !== null) return [{ kind: 'command', text: whole }]
  const [, run, after] = /^Run (aws [^`,;]+?)( in a terminal .*)$/.exec(next) ?? []
  if (run !== undefined && after !== undefined)
    return [
      { kind: 'words', text: 'Run' },
      { kind: 'command', text: run },
      { kind: 'words', text: after },
    ]
  return next.split(/`([^`]+)`/).flatMap((piece, at): readonly Part[] => {
    const trimmed = piece.trim()
    if (at % 2 === 1)
      return [{ kind: /^(?:aws|kubectl|ekscope) /.test(trimmed) ? 'command' : 'word', text: trimmed }]
    return trimmed === '' ? [] : [{ kind: 'words', text: piece }]
  })
}

/** What to do next; a command stands in a line of its own and is copied by a button. */
export function Next({ text: next }: { readonly text: string }) {
  const blocks: (readonly Part[])[] = []
  for (const part of partsOf(next)) {
    const last = blocks.at(-1)
    if (part.kind === 'command' || last === undefined || last[0]?.kind === 'command') blocks.push([part])
    else blocks.splice(-1, 1, [...last, part])
  }
  return (
    <div className={answer.next}>
      {blocks.map((block) => {
        const [first] = block
        const key = block.map((part) => part.text).join()
        if (first?.kind === 'command')
          return <CodeLine key={key} command={first.text} what={text.act.copied} />
        return (
          <p key={key}>
            {block.map((part) =>
              part.kind === 'word' ? (
                <code key={part.text}>{part.text}</code>
              ) : (
                <Phrase key={part.text} text={part.text.replace(/^[,.;:]\s*/, '')} />
              ),
            )}
          </p>
        )
      })}
    </div>
  )
}

/** A command in a line, with the button that copies it. */
export function CodeLine({
  command,
  what,
  label,
}: {
  readonly command: string
  /** Said once it is copied: `the command`. */
  readonly what: string
  readonly label?: string
}) {
  const model = useModel()
  return (
    <div className={styles.line}>
      <code>
        {/* Wraps between its words, never at their hyphens. */}
        {command.split(' ').map((word, at, words) => (
          <Fragment key={words.slice(0, at + 1).join(' ')}>
            {at > 0 && ' '}
            <span className={styles.word}>
              <Shown text={word} />
            </span>
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
