/** An edit of the AWS config file as a value: what a profile is to say. The credentials file is never edited. */
import * as v from 'valibot'
import { editLine, titled } from '../edits/describe'
import { profileFields } from '../identity/identity-tree'
import { mask } from '../kubeconfig/entries'
import { isSecretName } from '../kubeconfig/secrets'

/** A setting of a profile or a session. */
export interface ProfileSetting {
  readonly key: string
  readonly value: string
}

export type ProfileEdit =
  /** `value` null: the key is removed. */
  | {
      readonly kind: 'set-profile-key'
      readonly profile: string
      readonly key: string
      readonly value: string | null
    }
  | {
      readonly kind: 'add-profile'
      readonly profile: string
      readonly settings: readonly ProfileSetting[]
    }
  | { readonly kind: 'clone-profile'; readonly profile: string; readonly name: string }
  /** Profiles that name it as their source follow. */
  | { readonly kind: 'rename-profile'; readonly profile: string; readonly name: string }
  | { readonly kind: 'delete-profile'; readonly profile: string }
  | {
      readonly kind: 'add-sso-session'
      readonly session: string
      readonly settings: readonly ProfileSetting[]
    }

const name = v.pipe(v.string(), v.minLength(1), v.maxLength(256))
const value = v.pipe(v.string(), v.minLength(1), v.maxLength(4_096))

/** What the window writes into a new profile: how it gets credentials, and what it says in addition. */
export const addedFields = [
  'role_arn',
  'source_profile',
  'mfa_serial',
  'sso_session',
  'sso_account_id',
  'sso_role_name',
  'credential_process',
  'region',
  'output',
] as const
export type AddedField = (typeof addedFields)[number]

/** What the window gives a new sso-session that such a profile is of. */
export const sessionFields = ['sso_start_url', 'sso_region', 'sso_registration_scopes'] as const
export type SessionField = (typeof sessionFields)[number]

const settingsOf = <const F extends readonly string[]>(fields: F) =>
  v.pipe(
    v.array(v.strictObject({ key: v.picklist(fields), value })),
    v.maxLength(fields.length),
    v.readonly(),
  )

/** Edits as they cross from a page. */
export const profileEditSchema = v.variant('kind', [
  v.strictObject({
    kind: v.literal('set-profile-key'),
    profile: name,
    key: v.picklist(profileFields),
    value: v.nullable(value),
  }),
  v.strictObject({
    kind: v.literal('add-profile'),
    profile: name,
    settings: settingsOf(addedFields),
  }),
  v.strictObject({ kind: v.literal('clone-profile'), profile: name, name }),
  v.strictObject({ kind: v.literal('rename-profile'), profile: name, name }),
  v.strictObject({ kind: v.literal('delete-profile'), profile: name }),
  v.strictObject({
    kind: v.literal('add-sso-session'),
    session: name,
    settings: settingsOf(sessionFields),
  }),
])
export type PageProfileEdit = v.InferOutput<typeof profileEditSchema>

/** One line of an edit, for review and history; `was`: what the key said before. */
export function profileEditLine(edit: ProfileEdit, was: string | null): string {
  const line = (subject: string, what: string, before: string | null = null, now: string | null = null) =>
    editLine({ subject: titled(subject), what, was: before, now })
  switch (edit.kind) {
    case 'set-profile-key': {
      const shown = (text: string | null) => (text !== null && isSecretName(edit.key) ? mask : text)
      return line(`profile ${edit.profile}`, edit.key, shown(was), shown(edit.value))
    }
    case 'add-profile':
      return line(`profile ${edit.profile}`, 'added')
    case 'clone-profile':
      return line(`profile ${edit.name}`, `added as a copy of ${titled(edit.profile)}`)
    case 'rename-profile':
      return line(`profile ${edit.profile}`, `renamed to ${titled(edit.name)}`)
    case 'delete-profile':
      return line(`profile ${edit.profile}`, 'deleted')
    case 'add-sso-session':
      return line(`sso-session ${edit.session}`, 'added')
  }
}
