/** An edit of the AWS config file as a value: what a profile is to say. The credentials file is never edited. */
import * as v from 'valibot'
import { profileFields } from '../identity/identity-tree'

/** A setting of a profile or a session. */
export interface ProfileSetting {
  readonly key: string
  readonly value: string
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

/** A page may name these; the terminal, whose edits cross nothing, any key. */
const keyOf = (fields: readonly string[]): v.GenericSchema<string> => v.picklist(fields)
const settingsOf = (fields: readonly string[]) =>
  v.pipe(v.array(v.strictObject({ key: keyOf(fields), value })), v.maxLength(fields.length), v.readonly())

/** `value` null: the key is removed. Profiles that name a renamed one as their source follow. */
export const profileEditSchema = v.variant('kind', [
  v.strictObject({
    kind: v.literal('set-profile-key'),
    profile: name,
    key: keyOf(profileFields),
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
export type ProfileEdit = v.InferOutput<typeof profileEditSchema>
