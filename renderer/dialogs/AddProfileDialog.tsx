import { useEffect, useRef, useState } from 'react'
import { allRegions } from '../../shared/identity/regions'
import type { IdentityTree } from '../../shared/identity/tree'
import type { AddedField, PageProfileEdit } from '../../shared/profiles/edit'
import { commandLine } from '../actions/shell-quote'
import { outputs } from '../identities/ProfileCells'
import type { Offer } from '../pending/offers'
import { madeProfiles, nameProblem, profilesOf, withAdded } from '../pending/profiles'
import { spaced } from '../text/counts'
import { profilesText } from '../text/profiles'
import { CodeLine } from '../ui/CodeLine'
import { Choices, Field } from '../ui/Field'
import { useApp, useModel } from '../ui/model'
import { useIdentities } from '../ui/use-identities'
import { useProfileEdits } from '../ui/use-profile-edits'
import forms from './Forms.module.css'
import { ProfileForm, useAsked } from './ProfileForm'

const text = profilesText.form

/** How a new profile comes by credentials, each with what it then has to say, and may say. */
const ways = {
  role: { needs: ['source_profile', 'role_arn'], may: ['mfa_serial'] },
  sso: { needs: ['sso_session', 'sso_account_id', 'sso_role_name'], may: [] },
  process: { needs: ['credential_process'], may: [] },
  keys: { needs: [], may: [] },
} as const satisfies Readonly<
  Record<string, { readonly needs: readonly AddedField[]; readonly may: readonly AddedField[] }>
>
type Way = keyof typeof ways
const wayNames = ['role', 'sso', 'process', 'keys'] as const satisfies readonly Way[]

const labels: Readonly<Record<AddedField, string>> = {
  source_profile: text.source,
  role_arn: text.role,
  mfa_serial: text.mfa,
  sso_session: text.session,
  sso_account_id: text.account,
  sso_role_name: text.permissionSet,
  credential_process: text.command,
  region: text.region,
  output: text.output,
}
const hints: Readonly<Partial<Record<AddedField, string>>> = {
  source_profile: text.sourceHint,
  mfa_serial: text.mfaHint,
  credential_process: text.commandHint,
}
const mono: ReadonlySet<AddedField> = new Set(['role_arn', 'mfa_serial', 'credential_process'])

type Values = Readonly<Partial<Record<AddedField, string>>>

const wayOf = (values: Values): Way =>
  values.credential_process ? 'process' : values.sso_session ? 'sso' : values.role_arn ? 'role' : 'keys'

/** What the form says to begin with: the one that is to be changed, else nothing but a way. */
function begin(edits: readonly PageProfileEdit[], profile: string | null, tree: IdentityTree | null) {
  const added = edits.find((edit) => edit.kind === 'add-profile' && edit.profile === profile)
  if (added?.kind !== 'add-profile')
    return { name: '', values: {}, way: (tree?.ssoSessions.length ?? 0) > 0 ? 'sso' : 'role' } as const
  const values: Values = Object.fromEntries(added.settings.map(({ key, value }) => [key, value]))
  return { name: added.profile, values, way: wayOf(values) }
}

/** A profile that is not there yet, or one that is not written yet and is changed. */
export function AddProfileDialog({ profile }: { readonly profile: string | null }) {
  const model = useModel()
  const tree = useIdentities((state) => state.tree)
  const shell = useApp((state) => state.settings.shell)
  const pending = useProfileEdits(() => model.profileEdits.pending())
  const [{ name, values, way }, setForm] = useState<{
    readonly name: string
    readonly values: Values
    readonly way: Way
  }>(() => begin(pending, profile, tree))
  /** What is missing is said once something was written, not before. */
  const [touched, setTouched] = useState(profile !== null)
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    // From another page nobody has asked for them yet.
    if (model.identities.state.getState().tree === null) void model.identities.load()
  }, [model])
  const wanted = name.trim()
  const taken = tree === null ? null : nameProblem(tree, pending, wanted, profile)
  const { needs, may } = ways[way]
  const fields: readonly AddedField[] = [...needs, ...may]
  const written = (key: AddedField) => (values[key] ?? '').trim()
  const settings = [...fields, 'region' as const, 'output' as const].flatMap((key) => {
    const value = written(key)
    return value === '' ? [] : [{ key, value }]
  })
  const whole = taken === null && needs.every((key) => written(key) !== '')
  const edits = whole ? withAdded(pending, wanted, settings, profile) : null
  const set = (key: AddedField, value: string) => {
    setForm((before) => ({ ...before, values: { ...before.values, [key]: value } }))
  }
  const field = (key: AddedField) => {
    const offers = offersFor(key, tree, pending, wanted, values)
    return (
      <Field
        key={key}
        label={labels[key]}
        value={values[key] ?? ''}
        onChange={(value) => set(key, value)}
        hint={hints[key]}
        mono={mono.has(key)}
        {...(offers === null ? {} : { offers })}
      />
    )
  }
  return (
    <ProfileForm
      title={profile === null ? text.addTitle : text.changeTitle(profile)}
      lead={text.addLead}
      focus={input}
      edits={edits}
      asked={useAsked(edits)}
      done={profile === null ? text.done : text.changed}
      onMade={() => {
        model.showPage('identities')
        model.identities.inspectProfile(wanted, true)
      }}
    >
      <Field
        label={text.name}
        value={name}
        onChange={(value) => {
          setTouched(true)
          setForm((before) => ({ ...before, name: value }))
        }}
        input={input}
        hint={wanted === 'default' ? text.defaultHint : text.nameHint}
        problem={taken !== null && touched ? `${taken.message} ${taken.next}` : null}
      />
      <Choices
        label={text.way}
        value={way}
        options={wayNames.map((value) => ({ value, label: text.ways[value], hint: text.wayHints[value] }))}
        onChange={(next) => setForm((before) => ({ ...before, way: next }))}
      />
      {way === 'sso' && tree?.ssoSessions.length === 0 && <p className={forms.warn}>{text.noSession}</p>}
      {fields.map(field)}
      {field('region')}
      {field('output')}
      {way === 'keys' && (
        <>
          <p className={forms.heading}>{text.keysNext}</p>
          <CodeLine
            command={commandLine(['aws', 'configure', '--profile', wanted || 'NAME'], shell)}
            what={text.keysCommand}
          />
        </>
      )}
    </ProfileForm>
  )
}

/** What can be chosen in a field; null: it is free text. */
function offersFor(
  key: AddedField,
  tree: IdentityTree | null,
  pending: readonly PageProfileEdit[],
  own: string,
  values: Values,
): readonly Offer[] | null {
  const once = (offers: readonly Offer[]) => [...new Map(offers.map((one) => [one.value, one])).values()]
  const identities = tree?.identities ?? []
  switch (key) {
    case 'source_profile':
      return [...(tree === null ? [] : [...profilesOf(tree), ...madeProfiles(tree, pending)])]
        .filter(({ name }) => name !== own)
        .map(({ name, settings }) => ({
          value: name,
          hint: settings.find((one) => one.key === 'role_arn')?.value ?? '',
        }))
    case 'role_arn':
      return once(
        identities.flatMap(({ kind, arn, accountName }) =>
          kind === 'role' && arn !== null ? [{ value: arn, hint: accountName ?? '' }] : [],
        ),
      )
    case 'sso_session':
      return (tree?.ssoSessions ?? []).map((value) => ({ value, hint: '' }))
    case 'sso_account_id':
      return once(
        identities.flatMap(({ account, accountName }) =>
          account === null ? [] : [{ value: account, hint: accountName ?? spaced(account) }],
        ),
      )
    case 'sso_role_name': {
      const account = (values.sso_account_id ?? '').trim()
      return once(
        identities.flatMap((one) =>
          one.permissionSet !== null && (account === '' || one.account === account)
            ? [{ value: one.permissionSet, hint: one.accountName ?? '' }]
            : [],
        ),
      )
    }
    case 'region':
      return allRegions.map((value) => ({ value, hint: '' }))
    case 'output':
      return outputs.map((value) => ({ value, hint: '' }))
    case 'mfa_serial':
    case 'credential_process':
      return null
  }
}
