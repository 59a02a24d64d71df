import { type ReactNode, useState } from 'react'
import type { ProfilesPlan } from '../../shared/ipc/payloads'
import type { Fault } from '../../shared/result'
import { Button } from '../ui/Button'
import { useModel } from '../ui/model'
import { ProblemLine } from '../ui/ProblemLine'
import { Shown } from '../ui/Shown'
import { Window } from '../ui/Window'
import dialog from '../ui/Window.module.css'
import { DiffView } from './DiffView'
import styles from './ProfilesWindow.module.css'

interface ProfilesWindowProps {
  readonly title: string
  readonly lead: string
  /** Said while there is no plan yet. */
  readonly planning: string
  readonly cancel: string
  readonly label: string
  readonly plan: ProfilesPlan | null
  /** Why there is none. */
  readonly problem: Fault | null
  /** Null: written. */
  readonly write: () => Promise<Fault | null>
  /** What else there is to know, below the titles. */
  readonly children?: ReactNode
}

/** What is about to be written into the AWS config file, exactly as it will stand there. */
export function ProfilesWindow(props: ProfilesWindowProps) {
  const { title, lead, planning, cancel, label, plan, write, children } = props
  const model = useModel()
  const [failed, setFailed] = useState<Fault | null>(null)
  const [writing, setWriting] = useState(false)
  const close = () => model.edits.open(null)
  const problem = failed ?? props.problem
  async function writeAll(): Promise<void> {
    setWriting(true)
    const fault = await write()
    setWriting(false)
    if (fault === null) close()
    else setFailed(fault)
  }
  return (
    <Window
      open
      wide
      onOpenChange={(open) => {
        if (!open) close()
      }}
      title={title}
      lead={lead}
      footer={
        <>
          <span className={dialog.footerNote} />
          <Button onClick={close}>{cancel}</Button>
          <Button kind="primary" disabled={plan === null || writing} onClick={() => void writeAll()}>
            {label}
          </Button>
        </>
      }
    >
      <div className={dialog.body}>
        {problem !== null && <ProblemLine text={`${problem.message} ${problem.next}`} />}
        {plan === null && problem === null && <p className={styles.quiet}>{planning}</p>}
        {plan !== null && (
          <>
            <ul className={styles.titles}>
              {plan.titles.map((one) => (
                <li key={one}>
                  <Shown text={one} />
                </li>
              ))}
            </ul>
            {children}
            {plan.files.map((change) => (
              <DiffView key={change.path} change={change} />
            ))}
          </>
        )}
      </div>
    </Window>
  )
}
