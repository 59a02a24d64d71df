import { ShieldCheck, Square, UserPlus } from 'lucide-react'
import { actionText } from '../../shared/ipc/actions'
import { identitiesText as text } from '../text/identities'
import { text as page } from '../text/page'
import { profilesText } from '../text/profiles'
import { Button } from '../ui/Button'
import { useIdentities, useModel, useProfileEdits } from '../ui/model'

/** A new profile of the AWS config file. */
export function AddProfileButton() {
  const { edits } = useModel()
  return (
    <Button
      icon={UserPlus}
      label={actionText('add-profile').title}
      onClick={() => edits.open({ kind: 'add-profile', profile: null })}
    >
      {profilesText.addShort}
    </Button>
  )
}

/** Proves what the filter shows; while that runs, its end. */
export function ProveButton() {
  const { identities, profileEdits } = useModel()
  const proving = useIdentities((state) => state.proving)
  // What it counts is made of these.
  useIdentities((state) => state.tree)
  useIdentities((state) => state.filter)
  // One button leads: that of the bar with the pending changes, where there is one.
  const leads = useProfileEdits(() => profileEdits.pending().length === 0)
  if (proving !== null)
    return (
      <Button
        icon={Square}
        className="figures"
        title={text.prove.stopMeaning}
        onClick={() => identities.stopProving()}
      >
        {page.stop(proving.done, proving.total)}
      </Button>
    )
  const wanted = identities.provable()
  return (
    <Button
      kind={leads ? 'primary' : 'outline'}
      icon={ShieldCheck}
      disabled={wanted.length === 0}
      onClick={() => void identities.prove(wanted.map(({ id }) => id))}
    >
      {wanted.length === 0 ? text.prove.nothing : text.prove.all(wanted.length)}
    </Button>
  )
}
