import { Fragment, useEffect, useState } from 'react'
import type { AddedField, ProfileEdit, ProfileSetting, SessionField } from '../../shared/edits/profile-edit'
import type { IdentityTree } from '../../shared/identity/identity-tree'
import { option } from '../../shared/shell/offered-command'
import { nameProblem, newSessions, withAdded } from '../pending/profile-edits'
import { offersOfField } from '../pending/profile-offers'
import { inspectProfile } from '../store/identity-store'
import { profileStep } from '../store/profile-edits'
import { profilesText } from '../text/profile-texts'
import { CodeLine } from '../ui/CodeLine'
import { Choices, Field } from '../ui/Field'
import { FormWindow } from '../ui/FormFrame'
import { useIdentities, useModel, useOffer, useProfileEdits } from '../ui/model'
import { Shown } from '../ui/Shown'
import forms from './Forms.module.css'

const text = profilesText.form

/** The ways a new profile gets credentials, each with its required and optional settings. */
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

/** The settings of a new session. */
const ofSession = {
  needs: ['sso_start_url', 'sso_region'],
  may: ['sso_registration_scopes'],
} as const satisfies { readonly needs: readonly SessionField[]; readonly may: readonly SessionField[] }
/** Without this scope a sign-in cannot be renewed; `aws configure sso` writes it, too. */
const usualScopes = 'sso:account:access'

type FormField = AddedField | SessionField

const labels: Readonly<Record<FormField, string>> = {
  source_profile: text.source,
  role_arn: text.role,
  mfa_serial: text.mfa,
  sso_session: text.session,
  sso_start_url: text.startUrl,
  sso_region: text.ssoRegion,
  sso_registration_scopes: text.scopes,
  sso_account_id: text.account,
  sso_role_name: text.permissionSet,
  credential_process: text.command,
  region: text.region,
  output: text.output,
}
const hints: Readonly<Partial<Record<FormField, string>>> = {
  sso_session: text.sessionHint,
  sso_start_url: text.startUrlHint,
  sso_registration_scopes: text.scopesHint,
  source_profile: text.sourceHint,
  mfa_serial: text.mfaHint,
  credential_process: text.commandHint,
}
const mono: ReadonlySet<FormField> = new Set([
  'role_arn',
  'mfa_serial',
  'credential_process',
  'sso_start_url',
  'sso_registration_scopes',
])

type Values = Readonly<Partial<Record<FormField, string>>>
const begun: Values = { sso_registration_scopes: usualScopes }

const wayOf = (values: Values): Way =>
  values.credential_process ? 'process' : values.sso_session ? 'sso' : values.role_arn ? 'role' : 'keys'

/** The initial values of the form: the profile to change, else only a way. */
function begin(edits: readonly ProfileEdit[], profile: string | null, tree: IdentityTree | null) {
  const added = edits.find((edit) => edit.kind === 'add-profile' && edit.profile === profile)
  if (added?.kind !== 'add-profile')
    return { name: '', values: begun, way: (tree?.ssoSessions.length ?? 0) > 0 ? 'sso' : 'role' } as const
  const said = (settings: readonly ProfileSetting[]): Values =>
    Object.fromEntries(settings.map(({ key, value }) => [key, value]))
  const own = said(added.settings)
  const session = newSessions(edits).find((one) => one.name === own.sso_session)
  const values = { ...(session === undefined ? begun : said(session.settings)), ...own }
  return { name: added.profile, values, way: wayOf(values) }
}

/** Adds a new profile, or changes one that is not written yet. */
export function AddProfileDialog({ profile }: { readonly profile: string | null }) {
  const model = useModel()
  const tree = useIdentities((state) => state.tree)
  const offer = useOffer()
  const pending = useProfileEdits()
  const [{ name, values, way }, setForm] = useState<{
    readonly name: string
    readonly values: Values
    readonly way: Way
  }>(() => begin(pending, profile, tree))
  /** Missing values are reported only after the user has entered something. */
  const [touched, setTouched] = useState(profile !== null)
  useEffect(() => {
    // Opened from another page, the identities may not be loaded yet.
    if (model.identities.state.getState().tree === null) void model.identities.load()
  }, [model])
  const wanted = name.trim()
  const taken = tree === null ? null : nameProblem(tree, pending, wanted, profile)
  const { needs, may } = ways[way]
  const fields: readonly AddedField[] = [...needs, ...may]
  const written = (key: FormField) => (values[key] ?? '').trim()
  const said = <K extends FormField>(keys: readonly K[]) =>
    keys.flatMap((key) => {
      const value = written(key)
      return value === '' ? [] : [{ key, value }]
    })
  const settings = said([...fields, 'region', 'output'])
  const session = written('sso_session')
  const isNew = way === 'sso' && session !== '' && tree !== null && !tree.ssoSessions.includes(session)
  const missing = [...needs, ...(isNew ? ofSession.needs : [])].some((key) => written(key) === '')
  const newSession = isNew ? { name: session, settings: said([...ofSession.needs, ...ofSession.may]) } : null
  const whole = taken === null && !missing
  const edits = whole ? withAdded(pending, wanted, settings, profile, newSession) : null
  const set = (key: FormField, value: string) => {
    setForm((before) => ({ ...before, values: { ...before.values, [key]: value } }))
  }
  const field = (key: FormField) => {
    const account = written('sso_account_id')
    const offers = offersOfField(key, { tree, edits: pending, own: wanted, account })
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
    <FormWindow
      title={profile === null ? text.addTitle : text.changeTitle(profile)}
      lead={text.addLead}
      {...(edits === null ? { edits } : profileStep(model, edits))}
      done={profile === null ? text.done : text.changed}
      onMade={() => {
        model.showPage('identities')
        inspectProfile(model.identities, wanted, true)
      }}
    >
      <Field
        label={text.name}
        value={name}
        onChange={(value) => {
          setTouched(true)
          setForm((before) => ({ ...before, name: value }))
        }}
        hint={wanted === 'default' ? text.defaultHint : text.nameHint}
        problem={taken !== null && touched ? `${taken.message} ${taken.next}` : null}
      />
      <Choices
        label={text.way}
        value={way}
        options={wayNames.map((value) => ({ value, label: text.ways[value], hint: text.wayHints[value] }))}
        onChange={(next) => setForm((before) => ({ ...before, way: next }))}
      />
      {fields.map((key) => (
        <Fragment key={key}>
          {field(key)}
          {key === 'sso_session' && isNew && (
            <fieldset className={forms.within}>
              <legend>
                <Shown text={text.newSession(session)} />
              </legend>
              {[...ofSession.needs, ...ofSession.may].map(field)}
            </fieldset>
          )}
        </Fragment>
      ))}
      {field('region')}
      {field('output')}
      {way === 'keys' && (
        <>
          <p className={forms.heading}>{text.keysNext}</p>
          <CodeLine offer={offer('aws', 'configure', option('--profile', wanted || 'NAME'))} />
        </>
      )}
    </FormWindow>
  )
}
