/** What can be chosen for a setting of a profile or of its session. */
import { allRegions } from '../../shared/identity/regions'
import type { IdentityTree, ProfileField } from '../../shared/identity/tree'
import type { AddedField, SessionField } from '../../shared/profiles/edit'
import { spaced } from '../text/counts'
import type { Offer } from './offers'
import { madeProfiles, newSessions, type ProfileEdits, profilesOf } from './profiles'

/** Formats that aws knows (`aws help`, --output). */
const outputs: readonly string[] = ['json', 'yaml', 'yaml-stream', 'text', 'table', 'off']

interface OfferedBy {
  readonly tree: IdentityTree | null
  readonly edits: ProfileEdits
  /** The profile itself, which is no source of its own. */
  readonly own: string
  /** Of permission sets only those there; empty or left out: all. */
  readonly account?: string
}

/** Null: it is free text. */
export function offersOfField(
  field: ProfileField | AddedField | SessionField,
  { tree, edits, own, account = '' }: OfferedBy,
): readonly Offer[] | null {
  const identities = tree?.identities ?? []
  const once = (offers: readonly Offer[]) => [...new Map(offers.map((one) => [one.value, one])).values()]
  const named = (names: readonly string[]) => names.map((value) => ({ value, hint: '' }))
  switch (field) {
    case 'source_profile':
      return (tree === null ? [] : [...profilesOf(tree), ...madeProfiles(tree, edits)])
        .filter(({ name }) => name !== own)
        .map(({ name, settings }) => ({
          value: name,
          hint: settings.find(({ key }) => key === 'role_arn')?.value ?? '',
        }))
    case 'role_arn':
      return once(
        identities.flatMap(({ kind, arn, accountName }) =>
          kind === 'role' && arn !== null ? [{ value: arn, hint: accountName ?? '' }] : [],
        ),
      )
    case 'sso_session':
      return named([...(tree?.ssoSessions ?? []), ...newSessions(edits).map(({ name }) => name)])
    case 'sso_account_id':
      return once(
        identities.flatMap((one) =>
          one.account === null ? [] : [{ value: one.account, hint: one.accountName ?? spaced(one.account) }],
        ),
      )
    case 'sso_role_name':
      return once(
        identities.flatMap((one) =>
          one.permissionSet !== null && (account === '' || one.account === account)
            ? [{ value: one.permissionSet, hint: one.accountName ?? '' }]
            : [],
        ),
      )
    case 'region':
    case 'sso_region':
      return named(allRegions)
    case 'output':
      return named(outputs)
    case 'mfa_serial':
    case 'credential_process':
    case 'sso_start_url':
    case 'sso_registration_scopes':
      return null
  }
}
