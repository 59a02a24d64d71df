/** The keys of a chain: those of its first source, and of each role that is assumed from there, as aws has them in its cache. */

import { fail, ok, type Result } from '../../../shared/result'
import { named } from '../../../shared/visible'
import { type Keys, keysOf } from '../api/access-keys'
import { cachedRole } from '../api/cached-keys'
import type { RoleStep } from '../chain/types'
import type { Section } from '../files/aws-files'
import { readSsoToken } from '../files/cache-files'
import { cacheTime } from '../files/caches'
import { awsPaths } from '../files/paths'
import { readBounded } from '../files/read'
import { type Assumed, assumeRole, assumeWithWebIdentity, roleCredentials } from './calls'
import type { TokenPlan } from './plan'

/** Of keys that end aws gets others so long before, ms; and renews the token of a session. */
const renewedBefore = 15 * 60_000

type StepKeys = Result<Keys, string>

/** The keys that sign the token. */
export async function keysOfChain(plan: TokenPlan): Promise<StepKeys> {
  const { chain, asked } = plan
  const { source } = chain
  if (source === null) return fail('nothing gives credentials')
  const home = homeOf(plan)
  const isRefused = () => false
  const first = { cacheKey: 'cacheKey' in source ? source.cacheKey : null }
  const { index, keys } = await cachedRole([first, ...chain.roles], {
    home,
    now: asked.now(),
    shared: { isRefused },
  })
  let current = keys === null ? await firstKeys(plan) : ok(keys)
  for (const role of chain.roles.slice(Math.max(index, 0))) {
    if (!current.ok) return current
    current = await assumed(plan, role, current.value)
  }
  return current
}

const homeOf = ({ asked: { variables, home } }: TokenPlan) => awsPaths(variables, home, process.platform).home

async function assumed(plan: TokenPlan, role: RoleStep, keys: Keys): Promise<StepKeys> {
  if (role.mfaSerial !== null) return fail(`profile ${named(role.profile ?? '')} asks for a code`)
  return kept(await assumeRole(plan, role, keys))
}

const kept = (answer: Result<Assumed, string>): StepKeys => (answer.ok ? ok(answer.value.keys) : answer)

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
      return kept(await assumeWithWebIdentity(plan, source, new TextDecoder().decode(read.bytes)))
    }
    case 'sso': {
      const token = await readSsoToken(homeOf(plan), source)
      const left = (cacheTime(token?.expiresAt ?? null) ?? 0) - plan.asked.now()
      // Of a session aws renews what ends soon.
      if (token === null || left <= (source.session === null ? 0 : renewedBefore))
        return fail(`the sign-in of profile ${named(source.profile)} has ended, or ends soon`)
      return kept(await roleCredentials(plan, source, token.accessToken))
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

/** The keys whose id stands at a place. */
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
  // An id of [DEFAULT] stands in every section, with the secret of each.
  const isOne = keys !== undefined && found.every((one) => JSON.stringify(one) === JSON.stringify(keys))
  return isOne && keys.secretAccessKey !== '' ? ok(keys) : fail(`the keys in ${from} are not read here`)
}
