import { useEffect, useState } from 'react'
import type { ProfilesPlan } from '../../shared/ipc/payloads'
import type { Result } from '../../shared/result'
import { ProfilesWindow } from '../review/ProfilesWindow'
import type { MissingProfile } from '../rows/sweeps'
import { sweepsText } from '../text/sweeps'
import { useApp, useModel } from '../ui/model'

const text = sweepsText.profiles

/** Profiles that contexts need, exactly as they will stand in the AWS config file, before they are written. */
export function ProfilesDialog({ profiles }: { readonly profiles: readonly MissingProfile[] }) {
  const model = useModel()
  const environment = useApp((state) => state.environment)
  const [plan, setPlan] = useState<Result<ProfilesPlan> | null>(null)
  /** Asked anew where the file was changed meanwhile: what is written is what was shown. */
  const [changes, setChanges] = useState(0)
  useEffect(() => {
    void changes
    let current = true
    void model.bridge
      .request('sweep.planProfiles', { environment, profiles: profiles.map((one) => ({ ...one })) })
      .then((answer) => {
        if (current) setPlan(answer)
      })
    return () => {
      current = false
    }
  }, [model, environment, profiles, changes])
  return (
    <ProfilesWindow
      title={text.title(profiles.length)}
      lead={text.lead}
      planning={text.asking}
      cancel={text.cancel}
      label={text.write(profiles.length)}
      plan={plan?.ok ? plan.value : null}
      problem={plan !== null && !plan.ok ? plan.fault : null}
      write={async (permitted) => {
        const shown = plan?.ok ? plan.value.shown : ''
        const answer = await model.sweeps.writeProfiles(profiles, shown, permitted)
        if (!answer.ok && answer.fault.code === 'changed-on-disk') setChanges((count) => count + 1)
        return answer
      }}
    />
  )
}
