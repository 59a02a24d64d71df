import { commandOf } from '../../shared/findings/causes'
import { inspectorText as text } from '../text/inspector'
import { CodeLine } from '../ui/CodeLine'
import { Phrase } from '../ui/Shown'
import answer from './Answer.module.css'

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
