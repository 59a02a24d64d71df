import { ChevronRight, CircleCheck, CircleX, Clock, Info, RefreshCw } from 'lucide-react'
import { useState } from 'react'
import { type DoctorCheck, doctorAnswer } from '../../shared/ipc/doctor'
import { text } from '../text/page'
import { Button } from '../ui/Button'
import { Loading } from '../ui/Loading'
import { Mark } from '../ui/Mark'
import { useApp, useModel } from '../ui/model'
import { Phrase, Shown } from '../ui/Shown'
import { useAnswer } from '../ui/use-answer'
import { usePageFocus } from '../ui/use-page-focus'
import styles from './DoctorPage.module.css'

const marks = {
  ok: { icon: CircleCheck, tone: 'ok' },
  note: { icon: Info, tone: 'calm' },
  problem: { icon: CircleX, tone: 'bad' },
} as const

/** What this machine has, the worst first, each with what to do. Nothing is sent before the click on the clock. */
export function DoctorPage() {
  const { bridge } = useModel()
  const environment = useApp((state) => state.environment)
  const [wish, setWish] = useState({ online: false })
  const look = async () => {
    const answer = await bridge.request('doctor.look', { clockIn: wish.online ? environment : null })
    return { answer, wish }
  }
  const seen = useAnswer(bridge, look, [wish])
  const page = usePageFocus()
  const checks = seen?.answer.ok ? seen.answer.value : null
  // The clock is what was asked for.
  const inOrder = checks?.filter(({ state, id }) => state === 'ok' && id !== 'clock') ?? []
  return (
    <div className="page" ref={page} tabIndex={-1}>
      <header className={styles.header}>
        <h1>{checks === null ? text.doctor.title : doctorAnswer(checks)}</h1>
        <span className="row">
          <Button small icon={RefreshCw} onClick={() => setWish({ online: false })}>
            {text.doctor.again}
          </Button>
          <Button small icon={Clock} onClick={() => setWish({ online: true })}>
            {text.doctor.clock}
          </Button>
        </span>
      </header>
      {seen?.wish !== wish ? (
        <Loading label={text.doctor.looking} />
      ) : (
        <p className="above-4 soft">{wish.online ? text.doctor.onlineLead : text.doctor.lead}</p>
      )}
      {seen?.answer.ok === false && (
        <Shown
          as="p"
          className="above-12 wrong"
          role="alert"
          text={`${seen.answer.fault.message} ${seen.answer.fault.next}`}
        />
      )}
      <Lines checks={checks?.filter((check) => !inOrder.includes(check)) ?? []} />
      {inOrder.length > 0 && (
        <details className={styles.inOrder}>
          <summary className="row">
            <ChevronRight size={14} aria-hidden />
            <Mark {...marks.ok}>{text.doctor.inOrder(inOrder.length)}</Mark>
            <span className="quiet cut">
              {[...new Set(inOrder.map(({ id }) => text.doctor.names[id]))].join(' · ')}
            </span>
          </summary>
          <Lines checks={inOrder} />
        </details>
      )}
    </div>
  )
}

function Lines({ checks }: { readonly checks: readonly DoctorCheck[] }) {
  return (
    <ul className={styles.list}>
      {checks.map(({ id, state, text: said, next }) => (
        <li key={`${id} ${said}`} className={styles.check}>
          <span className={styles.state}>
            <Mark {...marks[state]}>{text.doctor.states[state]}</Mark>
          </span>
          <div className="fill breaks selectable">
            <Phrase as="p" text={said} />
            {next !== null && <Phrase as="p" className="soft" text={next} />}
          </div>
        </li>
      ))}
    </ul>
  )
}
