/** The rule about profiles that are named by a variable only: keys of a shell win over them. */

import { isVersion1 } from '../identity/aws-version'
import type { Predicted, ProblemCode } from '../identity/identity'
import { inEntry } from '../identity/variable-places'
import { namedIs, shortName } from '../identity/verdict'
import { named, quoted } from '../visible'
import type { FindingText } from './define-rule'
import { type FindingInput, type FindingRow, getsToken, isAws, variablesOf } from './rule-input'

/** A profile that is named by a variable only: what is used in its place now, or would be. */
export function envKeysWin(row: FindingRow, keyProfiles: FindingInput['keyProfiles']): FindingText | null {
  const { profile, predicted, role } = row
  if (!isAws(row) || row.profilePinnedBy !== 'env' || profile === null) return null
  if (keysMayWin(row)) return null
  const env = variablesOf(row.user)
  const isAuthenticator = getsToken(row) === 'aws-iam-authenticator'
  // aws fails on a profile that no file has, also with exported keys: pinned by argument it would fail as well.
  if (!isAuthenticator && row.profileState.kind === 'unknown') return null
  // Version 1 of aws reads the two in the other order.
  const inOtherOrder = !isAuthenticator && isVersion1(row.aws?.version ?? null)
  const first = inOtherOrder ? 'AWS_DEFAULT_PROFILE' : 'AWS_PROFILE'
  const second = first === 'AWS_PROFILE' ? 'AWS_DEFAULT_PROFILE' : 'AWS_PROFILE'
  const by = env.get(first) ? first : second
  const pinned = `Profile ${quoted(profile)} is pinned by ${by} only`
  const can = isAuthenticator ? {} : { instead: profile }
  const pin = isAuthenticator
    ? 'aws-iam-authenticator has no --profile'
    : `Pin the profile by argument: --profile ${named(profile)}`
  const { instead, problem } = predicted
  if (instead === null) {
    // An empty key id counts as none, so that keys of a shell cannot win: the known way to protect such an entry.
    const protectedFromKeys = env.get('AWS_ACCESS_KEY_ID') === ''
    if (protectedFromKeys && by === first) return null
    const winners = [
      ...(protectedFromKeys ? [] : ['access keys exported in a shell']),
      ...(by === first ? [] : [`${first} of a shell`]),
    ]
    return {
      message: `${pinned}: ${winners.join(' and ')} would win over it.`,
      advice: isAuthenticator
        ? `${pin}: use aws eks get-token, or an empty AWS_ACCESS_KEY_ID in its env.`
        : `${pin}.`,
      ...can,
    }
  }
  const own = inEntry(instead)
  const advice =
    own !== null
      ? `Remove ${own}${isAuthenticator ? '' : `, or pin by --profile ${named(profile)}`}.`
      : `${isAuthenticator ? `${pin}: unset` : `${pin}, or unset`} ${instead.replace(/ of .*$/, '')}.`
  if (problem !== null && !afterSignIn.has(problem.code))
    return {
      message: `${pinned}, and ${instead} is used instead: ${asClause(problem.message)}`,
      advice,
      ...can,
    }
  if (role !== null)
    return {
      message: `${pinned}, and ${instead} is used instead: its identity has to assume ${role}, not the profile’s.`,
      advice,
      ...can,
    }
  return {
    severity: 'error',
    message: `${pinned}, and ${instead} is used instead: the context would act as ${whoIs(predicted, keyProfiles)}.`,
    advice,
    ...can,
  }
}

/**
 * Whether the expected identity is got without the profile, or certainly not by it: then nothing is lost to keys. With the
 * profile pinned, another identity would act than the user expects.
 */
function keysMayWin({ intended, entryNames, predicted }: FindingRow): boolean {
  const { expected, arn } = intended
  if (!expected || arn === null) return false
  if (entryNames && namedIs(entryNames, arn) === false) return true
  return predicted.instead !== null && predicted.problem === null && namedIs(predicted, arn) === true
}

const asClause = (sentence: string): string => sentence.charAt(0).toLowerCase() + sentence.slice(1)

function whoIs(
  { arn, accessKeyId, permissionSet, account, profile }: Predicted,
  keyProfiles: FindingInput['keyProfiles'],
): string {
  if (arn !== null) return shortName(arn)
  if (accessKeyId !== null) {
    const owner = keyProfiles.get(accessKeyId)
    return `the owner of access key ${accessKeyId}${owner === undefined ? '' : ` (profile ${quoted(owner)})`}`
  }
  if (permissionSet !== null) return `permission set ${permissionSet} in account ${account ?? '?'}`
  return profile === null ? 'an identity that files do not name' : `whom profile ${quoted(profile)} gives`
}

/** With these problems a sign-in alone is missing: the prediction still names an identity. With others it names none. */
const afterSignIn: ReadonlySet<ProblemCode> = new Set(['sso-login', 'aws-login', 'mfa-code', 'expired-keys'])
