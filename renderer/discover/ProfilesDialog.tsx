import { CircleAlert } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { ProfilesPlan } from '../../shared/ipc/payloads'
import type { Fault, Result } from '../../shared/result'
import { DiffView } from '../review/DiffView'
import type { MissingProfile } from '../rows/sweeps'
import { sweepsText } from '../text/sweeps'
import { Button } from '../ui/Button'
import { useApp, useModel } from '../ui/model'
import { Shown } from '../ui/Shown'
import { Window } from '../ui/Window'
import dialog from '../ui/Window.module.css'
import styles from './Discover.module.css'

const text = sweepsText.profiles

/** Profiles that contexts need, exactly as they will stand in the AWS config file, before they are written. */
export function ProfilesDialog({ profiles }: { readonly profiles: readonly MissingProfile[] }) {
  const model = useModel()
  const environment = useApp((state) => state.environment)
  const [plan, setPlan] = useState<Result<ProfilesPlan> | null>(null)
  const [failed, setFailed] = useState<Fault | null>(null)
  const [writing, setWriting] = useState(false)
  useEffect(() => {
    let current = true
    void model.bridge
      .request('sweep.planProfiles', { environment, profiles: profiles.map((one) => ({ ...one })) })
      .then((answer) => {
        if (current) setPlan(answer)
      })
    return () => {
      current = false
    }
  }, [model, environment, profiles])
  const close = () => model.edits.open(null)
  const problem = failed ?? (plan !== null && !plan.ok ? plan.fault : null)
  async function write(): Promise<void> {
    setWriting(true)
    const fault = await model.sweeps.writeProfiles(profiles)
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
      title={text.title(profiles.length)}
      lead={text.lead}
      footer={
        <>
          <span className={dialog.footerNote} />
          <Button onClick={close}>{text.cancel}</Button>
          <Button kind="primary" disabled={plan?.ok !== true || writing} onClick={() => void write()}>
            {text.write(profiles.length)}
          </Button>
        </>
      }
    >
      <div className={dialog.body}>
        {problem !== null && (
          <p className={styles.problem} role="alert">
            <CircleAlert size={14} aria-hidden />
            <Shown text={`${problem.message} ${problem.next}`} />
          </p>
        )}
        {plan === null && <p className={styles.quiet}>{text.asking}</p>}
        {plan?.ok && (
          <>
            <ul className={styles.titles}>
              {plan.value.titles.map((title) => (
                <li key={title}>
                  <Shown text={title} />
                </li>
              ))}
            </ul>
            {plan.value.files.map((change) => (
              <DiffView key={change.path} change={change} />
            ))}
          </>
        )}
      </div>
    </Window>
  )
}
