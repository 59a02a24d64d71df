/** The keys of a chain: those of its first source, and of each role that is assumed from there, as aws has them in its cache. */

import { fail, ok, type Result } from '../../../shared/result'
import { named } from '../../../shared/visible'
import { type Keys, keysOf } from '../api/access-keys'
import { cachedRole } from '../api/cached-keys'
import type { Section } from '../files/aws-files'
import { readSsoToken, roleCacheFolder, writeCacheFile } from '../files/cache-files'
import { cacheTime } from '../files/caches'
import { awsPaths } from '../files/paths'
import { readBounded } from '../files/read'
import type { Assumed } from './calls'
import type { TokenPlan } from './plan'

/** Of keys that end aws gets others so long before, ms; and renews the token of a session. */
const renewedBefore = 15 * 60_000

type StepKeys = Result<Keys, string>

/** Loaded where AWS is asked: sockets and TLS cost a third of all else. */
const calls = () => import('./calls')

/**
 * The keys that sign the token. Credentials that aws keeps are asked for by one process at a time: the others find them where
 * aws keeps them.
 */
export async function keysOfChain(plan: TokenPlan): Promise<StepKeys> {
  const { source, roles } = plan.chain
  if (source === null) return fail('nothing gives credentials')
  const steps = [{ cacheKey: 'cacheKey' in source ? source.cacheKey : null }, ...roles]
  const names = steps.map(({ cacheKey }) => cacheKey)
  const key = names.filter((name) => name !== null).at(-1) ?? null
  const last = names.lastIndexOf(key)
  const cached = () =>
    cachedRole(steps, { home: homeOf(plan), now: plan.asked.now(), shared: { isRefused: () => false } })
  const found = await cached()
  const { turn } = plan.asked
  if (key === null || found.index === last || turn === undefined) return keysFrom(plan, found)
  const done = await turn(key, async () => (await cached()).index !== last)
  try {
    return await keysFrom(plan, await cached())
  } finally {
    await done()
  }
}

/** The same from the step on that is cached; without one from the source on. */
async function keysFrom(
  plan: TokenPlan,
  { index, keys }: Awaited<ReturnType<typeof cachedRole>>,
): Promise<StepKeys> {
  const roles = plan.chain.roles.slice(Math.max(index, 0))
  const asking = roles.find(({ mfaSerial }) => mfaSerial !== null)
  if (asking !== undefined) return fail(`profile ${named(asking.profile ?? '')} asks for a code`)
  let current = keys === null ? await firstKeys(plan) : ok(keys)
  for (const role of roles) {
    if (!current.ok) return current
    current = await kept(plan, role.cacheKey, await (await calls()).assumeRole(plan, role, current.value))
  }
  return current
}

const homeOf = ({ asked: { variables, home } }: TokenPlan) => awsPaths(variables, home, process.platform).home

/** Puts new credentials where aws keeps them. A token comes all the same where that is full or closed to us. */
async function kept(plan: TokenPlan, key: string | null, answer: Result<Assumed, string>): Promise<StepKeys> {
  if (!answer.ok) return answer
  if (key !== null) await writeCacheFile(roleCacheFolder(homeOf(plan)), key, answer.value.file)
  return ok(answer.value.keys)
}

async function firstKeys(plan: TokenPlan): Promise<StepKeys> {
  const { source } = plan.chain
  switch (source?.kind) {
    case 'keys':
      return source.place === 'file'
        ? keysInFile(plan, source.from)
        : keysInVariables(plan, source.expiresAt ?? null)
    case 'web-identity': {
      const read = await readBounded(source.tokenFile, 64 * 1024)
      if (read.state !== 'read') return fail(`the token file ${named(source.tokenFile)} cannot be read`)
      const token = new TextDecoder().decode(read.bytes)
      return kept(plan, source.cacheKey, await (await calls()).assumeWithWebIdentity(plan, source, token))
    }
    case 'sso': {
      const token = await readSsoToken(homeOf(plan), source)
      const left = (cacheTime(token?.expiresAt ?? null) ?? 0) - plan.asked.now()
      // Of a session aws renews what ends soon.
      if (token === null || left <= (source.session === null ? 0 : renewedBefore))
        return fail(`the sign-in of profile ${named(source.profile)} has ended, or ends soon`)
      return kept(
        plan,
        source.cacheKey,
        await (await calls()).roleCredentials(plan, source, token.accessToken),
      )
    }
    default:
      return fail(`the credentials come from ${source?.kind ?? 'nowhere'}`)
  }
}

function keysInVariables({ asked: { variables, now } }: TokenPlan, expiresAt: number | null): StepKeys {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token } = variables
  if (!id || !secret) return fail('the keys of the environment are not whole')
  if (expiresAt !== null && expiresAt - now() < renewedBefore)
    return fail('the keys of the environment end soon')
  return ok(keysOf(id, secret, token, expiresAt))
}

/** The keys of an AWS file whose access key id is written at `from`, a `file:line`. */
function keysInFile({ files }: TokenPlan, from: string): StepKeys {
  const sections = [...files.profiles.values()].flatMap(({ config, credentials }) => [config, credentials])
  const isThere = (section: Section | null) => {
    const id = section?.settings.aws_access_key_id
    return id !== undefined && `${id.file}:${id.line}` === from
  }
  const found = sections.filter(isThere).map((section) => {
    const text = (name: string) => section?.settings[name]?.value ?? null
    return keysOf(
      text('aws_access_key_id') ?? '',
      text('aws_secret_access_key') ?? '',
      text('aws_session_token'),
      null,
    )
  })
  const [keys] = found
  // Every section inherits an access key id of [DEFAULT], and may have a secret of its own beside it.
  const isOne = keys !== undefined && found.every((one) => JSON.stringify(one) === JSON.stringify(keys))
  return isOne && keys.secretAccessKey !== '' ? ok(keys) : fail(`the keys in ${from} are not read here`)
}
