import { useLayoutEffect, useRef, useState } from 'react'
import { ago } from '../../shared/age'
import type { Fault } from '../../shared/result'
import { text } from '../text/page'
import { shortPaths } from '../text/path'
import { Button } from '../ui/Button'
import { useApp, useModel } from '../ui/model'
import { Wrapped } from '../ui/Shown'
import { useAnswer } from '../ui/use-answer'
import styles from './SettingsPage.module.css'

/** What the user allowed, each to be taken back. */
export function Decisions() {
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
