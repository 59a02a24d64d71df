import { useState } from 'react'
import type { ProfileEditsPlan } from '../../shared/ipc/payloads'
import type { Fault, Result } from '../../shared/result'
import type { ProfileEdits } from '../pending/profiles'
import { profilesText } from '../text/profiles'
import { Choices } from '../ui/Field'
import { FormFrame, type FormOf, type FormProblem } from '../ui/FormFrame'
import { useModel, useProfileEdits } from '../ui/model'
import { Shown } from '../ui/Shown'
import { useAnswer } from '../ui/use-answer'

/** How long the form rests before main is asked what it would write, in milliseconds. */
const settle = 200

/** What main makes of edits that are not pending yet; null: there are none, or it is not known yet. */
export function useAsked(edits: ProfileEdits | null): Result<ProfileEditsPlan> | null {
  const model = useModel()
  // Every render makes the edits anew; their text shows whether they are others.
  const key = edits === null || edits.length === 0 ? '' : JSON.stringify(edits)
  return useAnswer(key, edits === null || key === '' ? null : () => model.profileEdits.ask(edits), [], settle)
}

interface ProfileFormProps extends FormOf<FormProblem> {
  /** All that would be pending; null: something is missing. */
  readonly edits: ProfileEdits | null
  /** What main makes of these. */
  readonly asked: Result<ProfileEditsPlan> | null
  readonly ready?: boolean
  readonly onMade?: () => void
}

/** A dialog that makes pending edits of profiles, and shows what main says of them before they are made. */
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

/** Which of several profiles it is about. */
export const WhichProfile = ({ of, chosen, onChange }: WhichProfileProps) =>
  of.length > 1 && (
    <Choices
      label={profilesText.cloneForm.which}
      value={chosen}
      options={of.map((value) => ({ value, label: <Shown text={value} /> }))}
      onChange={onChange}
    />
  )
