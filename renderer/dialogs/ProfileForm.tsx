import { useRef, useState } from 'react'
import type { ProfileEditsPlan } from '../../shared/ipc/payloads'
import type { Fault, Result } from '../../shared/result'
import {
  nameProblem,
  type ProfileEdits,
  profilesOf,
  withClone,
  withDeleted,
  writtenIn,
} from '../pending/profile-edits'
import { inspectProfile } from '../store/identity-store'
import { shortPath } from '../text/path'
import { profilesText, profilesText as text } from '../text/profile-texts'
import { Choices, Field, Tick } from '../ui/Field'
import { FormFrame, type FormOf, type FormProblem } from '../ui/FormFrame'
import { useApp, useIdentities, useModel, useProfileEdits } from '../ui/model'
import { ScrollList } from '../ui/ScrollList'
import { Exact, Shown } from '../ui/Shown'
import { useAnswer } from '../ui/use-answer'
import forms from './Forms.module.css'
import { NameList } from './NameList'

/** How long the form must stay unchanged before main is asked for its plan, in milliseconds. */
const settle = 200

/** Main's plan for edits that are not pending yet; null: there are none, or it is not known yet. */
export function useAsked(edits: ProfileEdits | null): Result<ProfileEditsPlan> | null {
  const model = useModel()
  // Every render creates the edits again; their text shows whether they changed.
  const key = edits === null || edits.length === 0 ? '' : JSON.stringify(edits)
  return useAnswer(key, edits === null || key === '' ? null : () => model.profileEdits.ask(edits), [], settle)
}

interface ProfileFormProps extends FormOf<FormProblem> {
  /** All edits that would be pending; null: something is missing. */
  readonly edits: ProfileEdits | null
  /** Main's plan for these. */
  readonly asked: Result<ProfileEditsPlan> | null
  readonly ready?: boolean
  readonly onMade?: () => void
}

/** A dialog that adds pending edits of profiles, and shows main's answer before they are added. */
export function ProfileForm(props: ProfileFormProps) {
  const { edits, asked, ready = true, onMade, ...frame } = props
  const model = useModel()
  const plan = useProfileEdits((state) => state.plan)
  const [refused, setRefused] = useState<{ readonly of: string; readonly fault: Fault } | null>(null)
  const key = JSON.stringify(edits)
  const fault = asked !== null && !asked.ok ? asked.fault : refused?.of === key ? refused.fault : null
  const known = new Set(plan?.doubts.map(({ message }) => message))
  const doubts = asked?.ok === true ? asked.value.doubts.filter(({ message }) => !known.has(message)) : []
  async function submit(): Promise<void> {
    if (edits === null) return
    const why = await model.profileEdits.take(edits)
    if (why !== null) {
      setRefused({ of: key, fault: why })
      return
    }
    model.edits.open(null)
    onMade?.()
  }
  return (
    <FormFrame
      {...frame}
      ready={ready && edits !== null}
      onSubmit={() => void submit()}
      problems={[
        ...(fault === null ? [] : [{ ...fault, blocks: true }]),
        ...doubts.map((doubt) => ({ ...doubt, blocks: false })),
      ]}
    />
  )
}

interface WhichProfileProps {
  readonly of: readonly string[]
  readonly chosen: string
  readonly onChange: (profile: string) => void
}

/** Chooses one of several profiles. */
export const WhichProfile = ({ of, chosen, onChange }: WhichProfileProps) =>
  of.length > 1 && (
    <Choices
      label={profilesText.cloneForm.which}
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
    </ProfileForm>
  )
}

/** Deletes a profile, and shows what would have no identity without it. */
export function DeleteProfileDialog({ profiles }: { readonly profiles: readonly string[] }) {
  const model = useModel()
  const tree = useIdentities((state) => state.tree)
  const home = useApp((state) => state.app?.home ?? '')
  const [chosen, setChosen] = useState(profiles[0] ?? '')
  const [allowed, setAllowed] = useState<string | null>(null)
  const edits = withDeleted(model.profileEdits.pending(), chosen)
  const asked = useAsked(edits)
  const profile = tree === null ? undefined : profilesOf(tree).find(({ name }) => name === chosen)
  const made = tree !== null && profile === undefined
  const left = asked?.ok === true ? asked.value.left.find((one) => one.profile === chosen) : undefined
  return (
    <ProfileForm
      title={text.deleteForm.title(chosen)}
      lead={text.deleteForm.lead}
      edits={edits}
      asked={asked}
      // One that is not written yet needs no question: it is dropped.
      ready={made || (asked?.ok === true && (left === undefined || allowed === chosen))}
      done={text.deleteForm.done}
      danger
      foot={() =>
        left !== undefined && (
          <Tick checked={allowed === chosen} onChange={(on) => setAllowed(on ? chosen : null)}>
            {text.deleteForm.allow}
          </Tick>
        )
      }
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
      {asked === null && !made && <p className={forms.quiet}>{text.deleteForm.asking}</p>}
      {asked?.ok === true && left === undefined && !made && (
        <p className={forms.quiet}>{text.deleteForm.none}</p>
      )}
      {left !== undefined && (
        <>
          <h3 className={forms.heading}>{text.deleteForm.loses}</h3>
          <NameList
            of={[
              ...left.profiles.map((name) => ({
                id: `profile ${name}`,
                name,
                note: text.deleteForm.byProfile,
              })),
              ...left.contexts.map(({ id, name }) => ({ id, name, note: text.deleteForm.byContext })),
            ]}
          />
        </>
      )}
    </ProfileForm>
  )
}
