/**
 * Assumes a role that requires an MFA code, with the code that the user enters. The credentials stay in memory, for the check
 * that waits for them, unless they are to be stored: then they are where aws itself would store them, for aws and kubectl.
 */
import type { CodeOutcome } from '../../../shared/identity/sign-in'
import { type Fault, ok } from '../../../shared/result'
import { named } from '../../../shared/visible'
import type { Keys } from '../api/access-keys'
import { cachedRole } from '../api/cached-keys'
import { callerOf } from '../api/caller-identity'
import { type AssumedRole, assumeRole } from '../api/credentials'
import type { CredentialsRequest } from '../api/credentials-request'
import { sourceKeys } from '../api/source-keys'
import type { RoleStep } from '../chain/types'
import { roleCacheFolder, roleFile, writeCacheFile } from '../files/cache-files'
import { not, notReached } from './outcomes'

/** The code of a device for a role; null: the user enters none. */
export type CodeFor = (role: RoleStep) => Promise<string | null>

export interface CodeMeans {
  readonly codeFor: CodeFor
  /** Whether the result is to lie where aws keeps it; asked when it is there. */
  readonly keep: () => boolean
  /** Gets credentials that are not to be stored, once AWS has said whose they are. */
  readonly once?: (keys: Keys) => void
}

/** Assumes the chain's roles, asks for a code wherever a role wants one, and says who that makes. */
export async function withCodes(
  request: CredentialsRequest,
  { codeFor, keep, once }: CodeMeans,
): Promise<CodeOutcome> {
  const { signal } = request
  const { roles, source } = request.chain
  const { index, keys } = await cachedRole(roles, request)
  const standing = keys !== null && index === roles.length - 1
  const first = keys === null ? await sourceKeys(source, request) : ok(keys)
  if (!first.ok) return ended(first.fault, signal)
  let from = first.value
  const assumed: (readonly [RoleStep, AssumedRole])[] = []
  for (const role of roles.slice(index + 1)) {
    const code = role.mfaSerial === null ? null : await askedCode(role, codeFor, signal)
    if (code !== null && typeof code !== 'string') return code
    const got = await assumeRole(from, role, request, code)
    if (!got.ok) return ended(got.fault, signal)
    from = got.value.keys
    assumed.push([role, got.value])
  }
  const caller = await callerOf({ ...request, keys: from })
  if (!caller.ok) return ended(caller.fault, signal)
  const keeps = keep()
  if (keeps) {
    for (const [role, got] of assumed) {
      if (role.cacheKey === null) continue
      const kept = await writeCacheFile(roleCacheFolder(request.home), role.cacheKey, roleFile(got))
      if (!kept.ok) return ended(kept.fault, signal)
    }
  }
  if (!keeps && !standing) once?.(from)
  const { arn, account } = caller.value
  return { kind: 'proven', arn, account, until: from.expiresAt, kept: keeps || standing, standing }
}

async function askedCode(
  role: RoleStep,
  codeFor: CodeFor,
  signal: AbortSignal,
): Promise<string | Extract<CodeOutcome, { kind: 'not-signed-in' }>> {
  const code = (await codeFor(role))?.trim() ?? ''
  if (signal.aborted || code === '')
    return not(
      'cancelled',
      `No code of ${named(role.mfaSerial ?? '')} was given, so no role was assumed.`,
      'Start again with the code at hand.',
    )
  if (/^\d{6}$/.test(code)) return code
  return not(
    'refused',
    `What was given for ${named(role.mfaSerial ?? '')} is not a code: a code has six digits.`,
    'Start again and give the six digits that the device shows.',
  )
}

const ended = (why: Fault, signal: AbortSignal): CodeOutcome => ({
  ...notReached(why),
  ...(signal.aborted ? { why: 'cancelled' } : why.code === 'not-allowed' ? { why: 'denied' } : {}),
})
