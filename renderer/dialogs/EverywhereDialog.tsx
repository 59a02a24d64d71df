import { useEffect, useState } from 'react'
import type { Edit } from '../../shared/edits/edit'
import { replaceEverywhere } from '../../shared/edits/replace-everywhere'
import { isRoleArn } from '../../shared/identity/arn'
import { fieldInputs } from '../pending/commit'
import { lockedWhy } from '../pending/editable-fields'
import { profilesOf } from '../pending/profile-edits'
import { roleOffers } from '../pending/role-offers'
import { forms } from '../text/edits'
import { Field } from '../ui/Field'
import { FormWindow } from '../ui/FormFrame'
import { useApp, useEdits, useIdentities, useModel } from '../ui/model'
import { Shown } from '../ui/Shown'
import { type ListedName, NameList } from './NameList'

const text = forms.everywhere

/**
 * A role or a profile in the place of another one, in contexts and AWS profiles alike: edits of both in one list. An ARN is a role.
 * `start`: what is replaced, as the dialog opens.
 */
export function EverywhereDialog({ start }: { readonly start: string }) {
  const model = useModel()
  const environment = useApp((state) => state.environment)
  const snapshot = useApp((state) => state.snapshot)
  const tree = useIdentities((state) => state.tree)
  // The offers of the fields are drawn when they arrive.
  useEdits((state) => state.choices)
  const [old, setOld] = useState(start)
  const [now, setNow] = useState('')
  const [was, is] = [old.trim(), now.trim()]
  const what = was.startsWith('arn:') ? 'role' : 'profile'
  useEffect(() => {
    void model.identities.load()
    void model.edits.loadChoices()
  }, [model])
  const profiles = tree === null ? [] : profilesOf(tree)
  const rows = model.rows.all().filter(({ pending }) => pending?.kind !== 'removed')
  const contexts = rows.map((row) => ({
    id: row.id,
    name: row.name,
    role: row.role,
    profile: row.profile,
    profilePinnedBy: row.pin,
    locked: snapshot === null ? null : lockedWhy(what, row, snapshot),
  }))
  const none = { edits: [], left: [] }
  const found =
    was === '' ? none : replaceEverywhere({ what, old: was, now: is, environment }, contexts, profiles)
  const problem = is !== '' && what === 'role' && !isRoleArn(is) ? text.notRole(is) : null
  const ready = tree !== null && is !== '' && is !== was && problem === null
  const inputs = fieldInputs(model)
  const roles = inputs === null ? [] : roleOffers({ ...inputs, account: null, partition: null })
  const named = profiles.map(({ name }) => ({ value: name, hint: '', group: text.profiles }))
  return (
    <FormWindow
      wide
      title={text.title}
      lead={text.lead}
      edits={ready ? found.edits : null}
      done={text.done(found.edits.length)}
    >
      <div className="two">
        <Field label={text.old} value={old} onChange={setOld} offers={[...roles, ...named]} selected mono />
        <Field
          label={text.now}
          value={now}
          onChange={setNow}
          offers={what === 'role' ? roles : named}
          problem={problem}
          mono
        />
      </div>
      {was !== '' && tree !== null && (
        <p className="strong above-10" role="status">
          {found.edits.length === 0 ? text.none : text.found(...counts(found.edits))}
        </p>
      )}
      {found.edits.length > 0 && (
        <NameList of={found.edits.map((edit) => listed(edit, (id) => model.rows.get(id)))} />
      )}
      {found.left.map(({ message, next }) => (
        <Shown as="p" key={message} className="said warn above-10" text={`${message} ${next}`} />
      ))}
    </FormWindow>
  )
}

/** How many contexts, and how many AWS profiles. */
function counts(edits: readonly Edit[]): [contexts: number, profiles: number] {
  const profiles = edits.filter(({ kind }) => kind === 'edit-profile').length
  return [edits.length - profiles, profiles]
}

function listed(edit: Edit, rowOf: (id: string) => { readonly name: string } | undefined): ListedName {
  if (edit.kind === 'edit-profile' && 'profile' in edit.edit)
    return { id: `profile ${edit.edit.profile}`, kind: text.ofProfile, name: edit.edit.profile }
  const id = 'context' in edit ? `${edit.context}` : edit.kind
  return { id, kind: text.ofContext, name: rowOf(id)?.name ?? '' }
}
