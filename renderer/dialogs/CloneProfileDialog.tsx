import { useRef, useState } from 'react'
import { nameProblem, withClone } from '../pending/profiles'
import { profilesText as text } from '../text/profiles'
import { Field } from '../ui/Field'
import { useIdentities, useModel } from '../ui/model'
import { ProfileForm, useAsked, WhichProfile } from './ProfileForm'

/** A copy of a profile under a new name. */
export function CloneProfileDialog({ profiles }: { readonly profiles: readonly string[] }) {
  const model = useModel()
  const tree = useIdentities((state) => state.tree)
  const [of, setOf] = useState(profiles[0] ?? '')
  const [name, setName] = useState(`${of}-2`)
  const input = useRef<HTMLInputElement>(null)
  const pending = model.profileEdits.pending()
  const wanted = name.trim()
  const problem = tree === null ? null : nameProblem(tree, pending, wanted, null)
  const edits = problem === null ? withClone(pending, of, wanted) : null
  return (
    <ProfileForm
      title={text.cloneForm.title(of)}
      lead={text.cloneForm.lead}
      focus={input}
      edits={edits}
      asked={useAsked(edits)}
      done={text.cloneForm.done}
      onMade={() => model.identities.inspectProfile(wanted, true)}
    >
      <WhichProfile
        of={profiles}
        chosen={of}
        onChange={(next) => {
          setOf(next)
          if (name === `${of}-2`) setName(`${next}-2`)
        }}
      />
      <Field
        label={text.form.name}
        value={name}
        onChange={setName}
        input={input}
        selected
        problem={problem === null ? null : `${problem.message} ${problem.next}`}
        hint={wanted === 'default' ? text.form.defaultHint : text.cloneForm.next}
      />
    </ProfileForm>
  )
}
