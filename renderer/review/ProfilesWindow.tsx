import type { ReactNode } from 'react'
import type { Permitted } from '../../shared/edits/obstacle'
import type { ApplyAnswer, ProfilesPlan } from '../../shared/ipc/payloads'
import type { Fault, Result } from '../../shared/result'
import { ProblemLine } from '../ui/LockActs'
import { useModel } from '../ui/model'
import { Naming } from '../ui/Shown'
import { Window } from '../ui/Window'
import { DiffView } from './DiffView'
import styles from './ProfilesWindow.module.css'
import { useWrite } from './use-write'

interface ProfilesWindowProps {
  readonly title: string
  readonly lead: string
  /** Said while there is no plan yet. */
  readonly planning: string
  readonly label: string
  readonly plan: ProfilesPlan | null
  /** Why there is none. */
  readonly problem: Fault | null
  readonly write: (permitted: Permitted) => Promise<Result<ApplyAnswer>>
  /** What else there is to know, below the titles. */
  readonly children?: ReactNode
}

/** What is about to be written into the AWS config file, exactly as it will be there. */
export function ProfilesWindow(props: ProfilesWindowProps) {
  const { title, lead, planning, label, plan, problem, children } = props
  const model = useModel()
  const close = () => model.edits.open(null)
  const write = useWrite({ ready: plan !== null, write: props.write, onDone: close })
  return (
    <Window {...write.frame} title={title} lead={lead} acts={write.button(label)}>
      <div className="dialog-body">
        {write.trouble}
        {problem !== null && <ProblemLine text={`${problem.message} ${problem.next}`} />}
        {plan === null && problem === null && <p className={styles.said}>{planning}</p>}
        {plan !== null && (
          <>
            <ul className={styles.titles}>
              {plan.titles.map((one) => (
                <Naming as="li" key={one} text={one} />
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
