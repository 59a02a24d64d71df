import { Check, TerminalSquare } from 'lucide-react'
import type { CommandQuestion } from '../../shared/trust/question'
import { text } from '../text/page'
import { shortPath } from '../text/path'
import { Button } from '../ui/Button'
import { useApp, useModel } from '../ui/model'
import { Shown } from '../ui/Shown'
import { Window } from '../ui/Window'
import dialog from '../ui/Window.module.css'
import styles from './Trust.module.css'

/** Before a command that nobody allowed runs: what exactly it is, and the user's word. */
export function TrustDialog() {
  const model = useModel()
  const question = useApp((state) => state.question)
  if (question === null) return null
  return (
    <Window
      open
      onOpenChange={(open) => {
        if (!open) model.giveUp()
      }}
      title={text.trust.title(question.commands.length)}
      lead={text.trust.lead}
      wide
      footer={
        <>
          <p className={dialog.footerNote}>{text.trust.keeps}</p>
          <Button onClick={() => model.giveUp()}>{text.cancel}</Button>
          <Button kind={question.allowed.size > 0 ? 'primary' : 'outline'} onClick={() => void model.goOn()}>
            {text.trust.run(question.allowed.size, question.commands.length)}
          </Button>
        </>
      }
    >
      <ul className={`${dialog.body} ${styles.list}`}>
        {question.commands.map(({ command }) => (
          <li key={command.fingerprint}>
            <Command command={command} allowed={question.allowed.has(command.fingerprint)} />
          </li>
        ))}
      </ul>
    </Window>
  )
}

interface CommandProps {
  readonly command: CommandQuestion
  readonly allowed: boolean
}

function Command({ command, allowed }: CommandProps) {
  const model = useModel()
  const home = useApp((state) => state.app?.home ?? '')
  const names = command.contexts.flatMap((id) => model.rows.get(id)?.name ?? [])
  return (
    <article className={styles.command} data-allowed={allowed || undefined}>
      <header className={styles.head}>
        <TerminalSquare size={16} aria-hidden />
        <b>{command.kind === 'exec' ? text.trust.exec : text.trust.process}</b>
        <Button
          small
          kind={allowed ? 'plain' : 'outline'}
          {...(allowed ? { icon: Check } : {})}
          disabled={allowed}
          onClick={() => void model.allow(command.fingerprint)}
        >
          {allowed ? text.trust.allowed : text.trust.allow}
        </Button>
      </header>
      <p className={styles.why}>
        <Shown text={command.why} />
      </p>
      <dl className={styles.facts}>
        <dt>{text.trust.command}</dt>
        <dd>
          <code>
            <Shown text={command.command} />
          </code>
        </dd>
        <dt>{text.trust.resolved}</dt>
        <dd>
          {command.resolved === null ? (
            <span className={styles.missing}>{text.trust.notFound}</span>
          ) : (
            <code>
              <Shown text={command.resolved} />
            </code>
          )}
        </dd>
        <dt>{text.trust.args}</dt>
        <dd>{command.args.length === 0 ? text.trust.noArgs : <Arguments args={command.args} />}</dd>
        <dt>{text.trust.env}</dt>
        <dd>
          {command.env.length === 0
            ? text.trust.noArgs
            : command.env.map((variable) => (
                <code key={variable.name} className={styles.argument}>
                  <Shown text={variable.name} />=<Shown text={variable.value} />
                </code>
              ))}
        </dd>
        <dt>{text.trust.from}</dt>
        <dd>
          <Shown
            text={`${shortPath(command.file, home)}${command.line === null ? '' : `:${command.line}`}`}
          />
        </dd>
        <dt>{text.trust.for}</dt>
        <dd>
          <Shown text={names.join(', ')} />
        </dd>
      </dl>
    </article>
  )
}

/** Each argument in a box of its own, so that it is seen where one ends and the next begins. */
function Arguments({ args }: { readonly args: readonly string[] }) {
  let at = 0
  return args.map((argument) => {
    const key = at
    at += argument.length + 1
    return (
      <code key={key} className={styles.argument}>
        <Shown text={argument} />
      </code>
    )
  })
}
