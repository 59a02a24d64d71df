/** Which values of a profile main takes from a page. */
import type { ProfileEdit } from '../../shared/edits/profile-edit'
import { isRoleArn } from '../../shared/identity/arn'
import { isRegion } from '../../shared/identity/regions'
import { type Fault, fault } from '../../shared/result'
import { quoted } from '../../shared/visible'
import { urlOf } from '../aws/files/url'

/** What edits would have profiles say; null: no longer. */
const saidBy = (edit: ProfileEdit): readonly { readonly key: string; readonly value: string | null }[] =>
  edit.kind === 'set-profile-key'
    ? [edit]
    : edit.kind === 'add-profile' || edit.kind === 'add-sso-session'
      ? edit.settings
      : []

/** Where a person signs in, in a browser, with nothing in the address that looks like another host. */
function isSignInPage(text: string): boolean {
  const url = urlOf(text)
  return url?.protocol === 'https:' && url.username === '' && url.password === ''
}

export const badRegion = (region: string): Fault =>
  fault('bad-request', `${quoted(region)} is not an AWS region.`, 'Write a region such as us-west-2.')

/** What no profile may say: a region becomes part of a host's name. */
export function badValue(edit: ProfileEdit): Fault | null {
  for (const { key, value } of saidBy(edit)) {
    if (value === null) continue
    if ((key === 'region' || key === 'sso_region') && !isRegion(value)) return badRegion(value)
    if (key === 'sso_start_url' && !isSignInPage(value))
      return fault(
        'bad-request',
        `The start URL ${quoted(value)} is not an https address.`,
        'Write it as https://d-1234567890.awsapps.com/start; a token is asked for over https alone.',
      )
    if (key === 'role_arn' && !isRoleArn(value))
      return fault(
        'bad-request',
        `${quoted(value)} is not the ARN of a role.`,
        'Write it as arn:aws:iam::111122223333:role/Name.',
      )
    if (key === 'sso_account_id' && !/^\d{12}$/.test(value))
      return fault(
        'bad-request',
        `${quoted(value)} is not an account number.`,
        'Write the 12 digits of the account.',
      )
  }
  return null
}
