/**
 * Credentials for asking AWS about clusters, along the same chain that aws itself would use (credential-chain.ts), with the SDK's
 * clients for the calls. Nothing is interactive: a chain that would ask for a sign-in or a code is refused with the reason.
 * Secrets stay in main's memory; a renewed SSO token goes back to the file it came from, as aws does it.
 */
import { capital } from '../../../shared/capital'
import { partitionOfRegion } from '../../../shared/identity/regions'
import { fail, ok, type Result, refuse } from '../../../shared/result'
import { named } from '../../../shared/visible'
import { assumeArguments } from '../chain/credential-chain'
import { loginNeed } from '../chain/sign-in-facts'
import type { RoleStep } from '../chain/types'
import { caBundleFor, endpointFor } from '../files/profile-settings'
import { type Keys, keysFrom, sessionNameFor } from './access-keys'
import { cachedRole } from './cached-keys'
import { calledOnce } from './calls'
import { askedAs, type CredentialsRequest } from './credentials-request'
import { faultOf, refused } from './refusals'
import { sourceKeys } from './source-keys'

/** Resolves the chain to keys. Every refusal says what to do; the user is asked nothing. */
export async function credentialsOf(request: CredentialsRequest): Promise<Result<Keys>> {
  const { chain, files, now, role } = request
  if (chain.problem) return fail(faultOf(chain.problem))
  const need = loginNeed(chain, files, now, request.rules)
  if (need) return fail(refused('signed-out', faultOf(need)))
  const roles: RoleStep[] = [...chain.roles]
  if (role !== null)
    roles.push({ arn: role, profile: null, mfaSerial: null, session: { kind: 'made-up' }, cacheKey: null })
  const { index, keys } = await cachedRole(roles, request)
  if (keys !== null) return assumeAll(keys, ['cached', roles[index]], roles.slice(index + 1), request)
  const way = ['source', chain.source, ...placeOf(request)]
  const first = await request.shared.keys(way, () => sourceKeys(chain.source, request))
  return first.ok ? assumeAll(first.value, way, roles, request) : first
}

/** Where it is asked: profiles may name endpoints and CAs of their own. */
function placeOf({ files, profile, variables }: CredentialsRequest): readonly (string | null)[] {
  const endpoint = (service: string) =>
    endpointFor(files, profile, service, variables).endpoint?.value ?? null
  return [endpoint('sts'), endpoint('sso'), caBundleFor(files, profile, variables)?.value ?? null]
}

/** `way`: how the keys were obtained, so that the same role is assumed from there only once. */
async function assumeAll(
  keys: Keys,
  way: readonly unknown[],
  roles: readonly RoleStep[],
  request: CredentialsRequest,
): Promise<Result<Keys>> {
  let current = keys
  for (const [index, role] of roles.entries()) {
    const before = current
    // Credentials of a partition are good in all of its regions.
    const key = [...way, partitionOfRegion(request.region), ...roles.slice(0, index + 1)]
    const next = await request.shared.keys(key, async () => {
      const assumed = await assumeRole(before, role, request, null)
      return assumed.ok ? ok(assumed.value.keys) : assumed
    })
    if (!next.ok) return next
    current = next.value
  }
  return ok(current)
}

/** A role that was assumed. */
export interface AssumedRole {
  readonly keys: Keys
  /** Its identity: `arn:aws:sts::…:assumed-role/…`, and its unique id with the session's name. */
  readonly arn: string | null
  readonly id: string | null
  readonly requestId: string | null
}

/** Assumes one role; `code`: of the device that it asks for, null for none. */
export async function assumeRole(
  keys: Keys,
  role: RoleStep,
  request: CredentialsRequest,
  code: string | null,
): Promise<Result<AssumedRole>> {
  const { AssumeRoleCommand } = await import('@aws-sdk/client-sts')
  const profile = role.profile === null ? undefined : request.files.profiles.get(role.profile)
  const { externalId, durationSeconds } =
    profile === undefined ? { externalId: null, durationSeconds: null } : assumeArguments(profile)
  const answersCode = code !== null && role.mfaSerial !== null
  const command = new AssumeRoleCommand({
    RoleArn: role.arn,
    RoleSessionName: sessionNameFor(role.session, request.now),
    ...(externalId === null ? {} : { ExternalId: externalId }),
    ...(durationSeconds === null ? {} : { DurationSeconds: durationSeconds }),
    ...(answersCode ? { SerialNumber: role.mfaSerial, TokenCode: code } : {}),
  })
  const answer = await calledOnce('sts', askedAs(request, keys), 'AssumeRole', (client, options) =>
    client.send(command, options),
  )
  if (answer.ok) {
    const { Credentials, AssumedRoleUser, $metadata } = answer.value
    const got = keysFrom(Credentials, `the role ${named(role.arn)}`)
    if (!got.ok) return got
    return ok({
      keys: got.value,
      arn: AssumedRoleUser?.Arn ?? null,
      id: AssumedRoleUser?.AssumedRoleId ?? null,
      requestId: $metadata.requestId ?? null,
    })
  }
  if (answer.fault.code !== 'not-allowed') return answer
  // The role could not be assumed, so the caller is still the identity below it.
  const who = request.who.replace(`role ${named(role.arn)} from `, '')
  return answersCode
    ? refuse(
        'not-allowed',
        `AWS did not take the code of ${named(role.mfaSerial)}, or ${who} may not assume the role ${named(role.arn)}.`,
        'Wait for the next code, because each is good once, and try again.',
      )
    : refuse(
        'not-allowed',
        `${capital(who)} may not assume the role ${named(role.arn)}.`,
        'Check the role’s trust policy, and that the identity that assumes the role is the one you meant.',
      )
}
