import { useRef, useState } from 'react'
import { nameProblem, profilesOf, withClone, withDeleted, writtenIn } from '../pending/profile-edits'
import { inspectProfile } from '../store/identity-store'
import { profileStep } from '../store/profile-edits'
import { shortPath } from '../text/path'
import { profilesText as text } from '../text/profile-texts'
import { Choices, Field } from '../ui/Field'
import { FormWindow } from '../ui/FormFrame'
import { useApp, useIdentities, useModel, useProfileEdits } from '../ui/model'
import { ScrollList } from '../ui/ScrollList'
import { Exact, Shown } from '../ui/Shown'
import forms from './Forms.module.css'

interface WhichProfileProps {
  readonly of: readonly string[]
  readonly chosen: string
  readonly onChange: (profile: string) => void
}

/** Chooses one of several profiles. */
const WhichProfile = ({ of, chosen, onChange }: WhichProfileProps) =>
  of.length > 1 && (
    <Choices
      label={text.cloneForm.which}
      value={chosen}
      options={of.map((value) => ({ value, label: <Shown text={value} /> }))}
      onChange={onChange}
    />
  )

/** A copy of a profile under a new name. */
export function CloneProfileDialog({ profiles }: { readonly profiles: readonly string[] }) {
  const model = useModel()
  const tree = useIdentities((state) => state.tree)
  const [of, setOf] = useState(profiles[0] ?? '')
  const [name, setName] = useState(`${of}-2`)
  const input = useRef<HTMLInputElement>(null)
  const pending = useProfileEdits()
  const wanted = name.trim()
  const problem = tree === null ? null : nameProblem(tree, pending, wanted, null)
  return (
    <FormWindow
      title={text.cloneForm.title(of)}
      lead={text.cloneForm.lead}
      focus={input}
      {...(problem === null ? profileStep(model, withClone(pending, of, wanted)) : { edits: null })}
      done={text.cloneForm.done}
      onMade={() => inspectProfile(model.identities, wanted, true)}
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
    </FormWindow>
  )
}

/** Deletes a profile, and shows what goes with it; main says who would have no identity then. */
export function DeleteProfileDialog({ profiles }: { readonly profiles: readonly string[] }) {
  const model = useModel()
  const tree = useIdentities((state) => state.tree)
  const home = useApp((state) => state.app?.home ?? '')
  const [chosen, setChosen] = useState(profiles[0] ?? '')
  const pending = useProfileEdits()
  const profile = tree === null ? undefined : profilesOf(tree).find(({ name }) => name === chosen)
  return (
    <FormWindow
      title={text.deleteForm.title(chosen)}
      lead={text.deleteForm.lead}
      {...profileStep(model, withDeleted(pending, chosen))}
      done={text.deleteForm.done}
      danger
    >
      <WhichProfile of={profiles} chosen={chosen} onChange={setChosen} />
      {profile !== undefined && (
        <>
          <h3 className={forms.heading}>{text.deleteForm.goes}</h3>
          <ScrollList className={forms.list}>
            {profile.config !== null && (
              <li>
                <Exact as="b" text={`${shortPath(profile.config.file, home)}:${profile.config.line}`} />
              </li>
            )}
            {profile.settings.map(({ key }) => (
              <li key={key}>
                <small>{key}</small>
                <Exact text={writtenIn(profile, key)} />
              </li>
            ))}
          </ScrollList>
        </>
      )}
      {chosen === 'default' && <p className="said warn above-10">{text.deleteForm.unpinned}</p>}
    </FormWindow>
  )
}
