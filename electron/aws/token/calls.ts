/**
 * The three calls that make credentials of a role, by the dialer that all of Ekscope uses: it knows botocore's proxies and roots,
 * and is the smallest way to AWS in the house. Asked once: what is refused, throttled or silent is left to aws, which tries again
 * by its own rules.
 */
import * as v from 'valibot'
import { parseServer } from '../../../shared/destination/address'
import type { SessionName } from '../../../shared/identity/access-entries'
import { loopback } from '../../../shared/identity/sts-hosts'
import { fail, ok, type Result } from '../../../shared/result'
import { ask } from '../../net/ask'
import { byRoots } from '../../net/dial'
import { botocoreProxyFor } from '../../net/proxies'
import { systemRoots } from '../../net/roots'
import { type Keys, keysOf } from '../api/access-keys'
import { assumeArguments } from '../chain/credential-chain'
import type { CredentialSource, RoleStep } from '../chain/types'
import { type CacheFile, roleFile, ssoRoleFile } from '../files/cache-files'
import { caBundleFor } from '../files/profile-settings'
import { readBounded } from '../files/read'
import { placeOf, type TokenPlan } from './plan'
import { formType, type SignedFor, signedHeaders, strictlyEncoded } from './signature'

/** Credentials of a role, and the file by which aws keeps them. */
export interface Assumed {
  readonly keys: Keys
  readonly file: CacheFile
}

type Answered = Result<Assumed, string>

/** aws waits a minute for a connection and an answer; kubectl shows nothing meanwhile. */
const timeoutMs = 20_000
const mostBytes = 1024 * 1024

/** Assumes a role of a profile, or of the arguments. */
export async function assumeRole(plan: TokenPlan, role: RoleStep, keys: Keys): Promise<Answered> {
  const profile = role.profile === null ? undefined : plan.files.profiles.get(role.profile)
  const { externalId = null, durationSeconds = null } = profile === undefined ? {} : assumeArguments(profile)
  return askSts(plan, keys, {
    Action: 'AssumeRole',
    RoleArn: role.arn,
    RoleSessionName: sessionName(role.session, plan),
    ...(externalId === null ? {} : { ExternalId: externalId }),
    ...(durationSeconds === null ? {} : { DurationSeconds: String(durationSeconds) }),
  })
}

/** Assumes the role of a web identity, with the token of its file. */
export const assumeWithWebIdentity = (
  plan: TokenPlan,
  source: CredentialSource<'web-identity'>,
  token: string,
): Promise<Answered> =>
  askSts(plan, null, {
    Action: 'AssumeRoleWithWebIdentity',
    RoleArn: source.role,
    RoleSessionName: sessionName(source.session, plan),
    WebIdentityToken: token,
  })

/** botocore's name for a session that has none, by the second. */
const sessionName = (session: SessionName, { asked }: TokenPlan) =>
  session.kind === 'named' ? session.name : `botocore-session-${Math.floor(asked.now() / 1000)}`

async function askSts(
  plan: TokenPlan,
  keys: Keys | null,
  parameters: Readonly<Record<string, string>>,
): Promise<Answered> {
  const body = Object.entries({ ...parameters, Version: '2011-06-15' })
    .map(([name, value]) => `${name}=${strictlyEncoded(value)}`)
    .join('&')
  const now = plan.asked.now()
  const headers =
    keys === null ? { 'content-type': formType } : signedHeaders(keys, { ...plan.sts, body, now })
  const answer = await sent(plan, plan.sts, { method: 'POST', path: '/', headers, body })
  if (!answer.ok) return answer
  const text = answer.value
  const [id, secret, token] = ['AccessKeyId', 'SecretAccessKey', 'SessionToken'].map((name) =>
    textOf(text, name),
  )
  const expiresAt = Date.parse(textOf(text, 'Expiration') ?? '')
  if (!id || !secret || !token || Number.isNaN(expiresAt)) return fail('what answered is not STS')
  const made = keysOf(id, secret, token, expiresAt)
  const said = {
    arn: textOf(text, 'Arn'),
    id: textOf(text, 'AssumedRoleId'),
    requestId: textOf(text, 'RequestId'),
  }
  return ok({ keys: made, file: roleFile({ keys: made, ...said }) })
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** The text of the first element of this name, in XML of STS: no attribute, no comment, nothing nested. */
function textOf(xml: string, name: string): string | null {
  const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1]
  return found?.replace(/&(\w+);/g, (whole, entity: string) => entities[entity] ?? whole) ?? null
}

const RoleCredentials = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    roleCredentials: v.object({
      accessKeyId: v.string(),
      secretAccessKey: v.string(),
      sessionToken: v.string(),
      expiration: v.number(),
    }),
  }),
)

/** The credentials of a permission set, by the token of its sign-in. */
export async function roleCredentials(
  plan: TokenPlan,
  source: CredentialSource<'sso'>,
  accessToken: string,
): Promise<Answered> {
  const { files, chain, asked } = plan
  const place = placeOf('sso', source.region, files, chain.profile, asked.variables)
  if (!place.ok) return place
  const query = `role_name=${strictlyEncoded(source.permissionSet)}&account_id=${strictlyEncoded(source.account)}`
  const answer = await sent(plan, place.value, {
    method: 'GET',
    path: `/federation/credentials?${query}`,
    headers: { 'x-amz-sso_bearer_token': accessToken },
    body: null,
  })
  if (!answer.ok) return answer
  const read = v.safeParse(RoleCredentials, answer.value)
  if (!read.success) return fail('what answered is not an SSO portal')
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = read.output.roleCredentials
  const keys = keysOf(accessKeyId, secretAccessKey, sessionToken, expiration)
  return ok({ keys, file: ssoRoleFile(keys, source.account) })
}

interface Sent {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

async function sent(plan: TokenPlan, { origin }: SignedFor, request: Sent) {
  const { variables } = plan.asked
  const to = parseServer(origin)
  const ca = await rootsFor(plan)
  if (!to.ok || ca === null) return fail('AWS cannot be asked from here')
  const proxy = loopback(to.value.host) ? null : botocoreProxyFor(to.value, variables)
  const target = { to: to.value, proxy, tls: byRoots(ca) }
  const answer = await ask(
    { target, timeoutMs, maxBytes: mostBytes, ...request },
    new AbortController().signal,
  )
  if (answer.kind === 'failed') return fail(`${to.value.host} could not be asked: ${answer.message}`)
  if (answer.status !== 200) return fail(`${to.value.host} answered ${answer.status}`)
  return ok(answer.body)
}

/** The roots that aws would check servers by; null where it would check by none, or they cannot be read. */
async function rootsFor({ files, chain, asked: { variables } }: TokenPlan): Promise<string | null> {
  const bundle = caBundleFor(files, chain.profile, variables)
  if (bundle === null) return variables.AWS_CA_BUNDLE === undefined ? systemRoots(variables) : null
  const read = await readBounded(bundle.value, 4 * mostBytes)
  return read.state === 'read' ? new TextDecoder().decode(read.bytes) : null
}
