import { commandOf } from '../../shared/findings/finding-causes'
import { type Part, partsOf } from '../../shared/shell/offered-command'
import { shortPaths } from '../text/path'
import { CodeLine } from '../ui/CodeLine'
import { useApp } from '../ui/model'
import { Phrase } from '../ui/Shown'
import answer from './Answer.module.css'

/** What to do next; a command has a line of its own and is copied by a button. */
export function Next({ text }: { readonly text: string }) {
  const home = useApp((state) => state.app?.home ?? '')
  const next = shortPaths(text, home)
  const blocks: (readonly Part[])[] = []
  const whole = commandOf(next)
  const parts = whole === null ? partsOf(next) : [{ kind: 'command', text: whole } as const]
  for (const part of parts) {
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
          return <CodeLine key={key} offer={{ command: first.text, text: next }} />
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
