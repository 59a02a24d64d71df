import { useState } from 'react'
import { ProfilesWindow } from '../review/ProfilesWindow'
import type { MissingProfile } from '../rows/sweep-matrix'
import { writeProfiles } from '../store/sweep-store'
import { sweepsText } from '../text/sweep-texts'
import { useApp, useModel } from '../ui/model'
import { useAnswer } from '../ui/use-answer'

const text = sweepsText.profiles

/** Profiles that contexts need, exactly as they will be written in the AWS config file, before they are written. */
export function ProfilesDialog({ profiles }: { readonly profiles: readonly MissingProfile[] }) {
  const model = useModel()
  const environment = useApp((state) => state.environment)
  /** Asked anew where the file was changed meanwhile: what is written is what was shown. */
  const [changes, setChanges] = useState(0)
  const ask = () => model.bridge.request('sweep.planProfiles', { environment, profiles })
  const plan = useAnswer(environment, ask, [profiles, changes])
  return (
    <ProfilesWindow
      title={text.title(profiles.length)}
      lead={text.lead}
      planning={text.asking}
      label={text.write(profiles.length)}
      plan={plan?.ok ? plan.value : null}
      problem={plan !== null && !plan.ok ? plan.fault : null}
      write={async (permitted) => {
        const shown = plan?.ok ? plan.value.shown : ''
        const answer = await writeProfiles(model.sweeps, model.edits, { profiles, shown, ...permitted })
        if (!answer.ok && answer.fault.code === 'changed-on-disk') setChanges((count) => count + 1)
        return answer
      }}
    />
  )
}
