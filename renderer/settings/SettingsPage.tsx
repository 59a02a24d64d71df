import { type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import { ago } from '../../shared/age'
import { choices } from '../../shared/ipc/settings'
import type { Fault } from '../../shared/result'
import { text } from '../text/page'
import { shortPath, shortPaths } from '../text/path'
import { Button } from '../ui/Button'
import { useApp, useModel } from '../ui/model'
import { Phrase, Shown, Wrapped } from '../ui/Shown'
import { useAnswer } from '../ui/use-answer'
import { usePageFocus } from '../ui/use-page-focus'
import { Production } from './Production'
import styles from './SettingsPage.module.css'

/** What can be chosen, each kept at once. */
export function SettingsPage() {
  const app = useApp((state) => state.app)
  const page = usePageFocus()
  return (
    <div className="page" ref={page} tabIndex={-1}>
      <div className={styles.column}>
        <h1>{text.settings.title}</h1>
        <Part title={text.settings.appearance}>
          <Choice setting="theme" />
          <Choice setting="density" />
          <Choice setting="notify" />
        </Part>
        <Part title={text.settings.checks}>
          <StaleHours />
        </Part>
        <Part title={text.settings.production} note={text.settings.productionNote}>
          <Production />
          <Choice setting="unattended" />
        </Part>
        <Part title={text.settings.trust} note={text.settings.trustNote}>
          <Decisions />
        </Part>
        <Updates />
        {app !== null && (
          <Part title={text.settings.about}>
            <p className="small">
              {text.settings.version(app.version)} · {text.settings.data}{' '}
              <Shown as="code" text={shortPath(app.dataFolder, app.home)} />
            </p>
          </Part>
        )}
      </div>
    </div>
  )
}

function Part({
  title,
  note,
  children,
}: {
  readonly title: string
  readonly note?: string
  readonly children: ReactNode
}) {
  return (
    <section className={styles.part}>
      <h2>{title}</h2>
      {note !== undefined && <p className={styles.lead}>{note}</p>}
      {children}
    </section>
  )
}

function Choice({ setting }: { readonly setting: keyof typeof choices }) {
  const model = useModel()
  const { label, strict } = choices[setting]
  const value: string = useApp((state) => state.settings[setting])
  // Shown at once: a choice that is made before the last one is kept would be none, because it was still shown as chosen.
  const [wish, setWish] = useState<string | null>(null)
  const name = useId()
  async function choose(option: string): Promise<void> {
    setWish(option)
    await model.saveSetting(setting, option)
    setWish((now) => (now === option ? null : now))
  }
  return (
    <fieldset className={styles.choice}>
      <legend>{label}</legend>
      <div className={styles.options}>
        {Object.entries<string>(strict.enum).map(([title, option]) => (
          <label key={option} className={styles.option}>
            <input
              type="radio"
              name={name}
              value={option}
              checked={(wish ?? value) === option}
              onChange={() => void choose(option)}
            />
            <span>{title}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}

/** What updates this Ekscope: it itself where it can and may, else what it was installed by. */
function Updates() {
  const { bridge } = useModel()
  const setting = useApp((state) => state.settings.updates)
  const answer = useAnswer(bridge, () => bridge.request('app.updates'), [setting])
  if (!answer?.ok) return null
  const { how, update, possible, said } = answer.value
  return (
    <Part title={text.settings.updates}>
      {possible && <Choice setting="updates" />}
      <Phrase as="p" className="small" text={said ?? (possible ? how : `${how} ${update}`)} />
    </Part>
  )
}

function StaleHours() {
  const model = useModel()
  const hours = useApp((state) => state.settings.staleHours)
  const [typed, setTyped] = useState(String(hours))
  const [bad, setBad] = useState(false)
  const id = useId()
  useEffect(() => setTyped(String(hours)), [hours])

  function commit(): void {
    const wanted = Number(typed)
    if (!/^\d{1,3}$/.test(typed.trim()) || wanted < 1 || wanted > 720) {
      setBad(true)
      return
    }
    setBad(false)
    if (wanted !== hours) void model.saveSetting('staleHours', String(wanted))
  }

  return (
    <div className={styles.choice}>
      <label htmlFor={id} className={styles.label}>
        {text.settings.stale}
      </label>
      <div>
        <input
          id={id}
          className={styles.number}
          inputMode="numeric"
          value={typed}
          aria-invalid={bad}
          aria-describedby={`${id}-note`}
          onChange={(event) => setTyped(event.target.value)}
          onBlur={commit}
          onKeyDown={(event) => {
            if (event.key === 'Enter') commit()
          }}
        />{' '}
        {text.settings.hours}
        <p
          id={`${id}-note`}
          className={`above-6 ${bad ? 'small wrong' : 'small'}`}
          role={bad ? 'alert' : undefined}
        >
          {bad ? text.settings.badHours : text.settings.staleNote}
        </p>
      </div>
    </div>
  )
}

function Decisions() {
  const { bridge } = useModel()
  const now = useApp((state) => state.now)
  const home = useApp((state) => state.app?.home ?? '')
  const [fault, setFault] = useState<Fault | null>(null)
  const [asked, setAsked] = useState(0)
  const answer = useAnswer(bridge, () => bridge.request('trust.list'), [asked])
  const list = answer?.ok ? answer.value : null
  const place = useRef<HTMLUListElement>(null)
  const revoked = useRef<number | null>(null)
  // At what is in its place now, and not at a button that would take that away, too.
  useLayoutEffect(() => {
    const at = revoked.current
    revoked.current = null
    if (list === null || at === null) return
    const next = place.current?.children[Math.min(at, list.length - 1)]
    if (next instanceof HTMLElement) next.focus()
  }, [list])
  async function forget(fingerprint: string, at: number): Promise<void> {
    const answer = await bridge.request('trust.forget', { fingerprint })
    if (answer.ok) revoked.current = at
    else setFault(answer.fault)
    setAsked((before) => before + 1)
  }

  const problem = fault ?? (answer?.ok === false ? answer.fault : null)
  if (problem !== null) return <p className="small wrong">{`${problem.message} ${problem.next}`}</p>
  if (list === null) return null
  if (list.length === 0) return <p className="small">{text.settings.noTrust}</p>
  return (
    <ul ref={place}>
      {list.map((decision, at) => (
        <li key={decision.fingerprint} className={styles.decision} tabIndex={-1}>
          <span className={styles.kind}>
            {text.settings.trustKinds[decision.kind]}
            <span className="block faint">{ago(decision.at, Math.max(now, decision.at))}</span>
          </span>
          <code id={`decision-${decision.fingerprint}`}>
            <Wrapped words={shortPaths(decision.what, home).split(' ')} className="word" />
          </code>
          <Button
            small
            aria-describedby={`decision-${decision.fingerprint}`}
            onClick={() => void forget(decision.fingerprint, at)}
          >
            {text.settings.forget}
          </Button>
        </li>
      ))}
    </ul>
  )
}
