/** The offers for a setting of a profile or of its session. */

import type { AddedField, SessionField } from '../../shared/edits/profile-edit'
import type { IdentityTree, KnownIdentity, ProfileField } from '../../shared/identity/identity-tree'
import { allRegions } from '../../shared/identity/regions'
import { spacedAccount } from '../text/counts'
import type { Offer } from './offers'
import { madeProfiles, newSessions, type ProfileEdits, profilesOf } from './profile-edits'

/** Formats that aws knows (`aws help`, --output). */
const outputs: readonly string[] = ['json', 'yaml', 'yaml-stream', 'text', 'table', 'off']

interface OfferedBy {
  readonly tree: IdentityTree | null
  readonly edits: ProfileEdits
  /** The profile itself, which cannot be its own source. */
  readonly own: string
  /** Only permission sets of this account; empty or left out: all. */
  readonly account?: string
}

/** Null: it is free text. */
export function offersOfField(
  field: ProfileField | AddedField | SessionField,
  { tree, edits, own, account = '' }: OfferedBy,
): readonly Offer[] | null {
  const identities = tree?.identities ?? []
  /** The distinct values of all identities. */
  const said = (of: (one: KnownIdentity) => string | null, hint: (one: KnownIdentity) => string | null) => {
    const offers = identities.flatMap((one) => {
      const value = of(one)
      return value === null ? [] : [[value, { value, hint: hint(one) ?? '' }] as const]
    })
    return [...new Map(offers).values()]
  }
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
      return said(
        ({ kind, arn }) => (kind === 'role' ? arn : null),
        ({ accountName }) => accountName,
      )
    case 'sso_session':
      return named([...(tree?.ssoSessions ?? []), ...newSessions(edits).map(({ name }) => name)])
    case 'sso_account_id':
      return said(
        (one) => one.account,
        (one) => one.accountName ?? spacedAccount(one.account ?? ''),
      )
    case 'sso_role_name':
      return said(
        (one) => (account === '' || one.account === account ? one.permissionSet : null),
        ({ accountName }) => accountName,
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
