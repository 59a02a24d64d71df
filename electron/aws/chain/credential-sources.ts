/**
 * Every kind of first credentials: one row each says where a profile names it, which identity it gives, and what running it
 * would need. credential-chain.ts and go-credential-chain.ts put the places in order. Pure.
 */

import type { SessionName } from '../../../shared/identity/access-entries'
import type { Problem } from '../../../shared/identity/identity'
import { partitionOfRegion } from '../../../shared/identity/regions'
import { inEntry } from '../../../shared/identity/variable-places'
import { maskKeyId } from '../../../shared/kubeconfig/secrets'
import { named } from '../../../shared/visible'
import type { AwsFiles, Profile, Setting } from '../files/aws-files'
import {
  type AwsCaches,
  assumeRoleKey,
  cachedUnder,
  cacheTime,
  loginKey,
  type SsoToken,
  ssoRoleKey,
  ssoTokenKey,
} from '../files/caches'
import { shellWords } from '../files/ini'
import type { AwsRules, RulesInUse } from '../installed/rules'
import { type NamedPrincipal, noPrincipal, principalByArn } from './principal'
import * as problems from './problems'
import { refusedForRole } from './settings-refused'
import type { Chain, ChainInput, CredentialProcess, CredentialSource, SourceKind } from './types'

interface AskedProfile {
  readonly name: string
  /** Undefined where no file has it: the environment alone may still give a web identity. */
  readonly profile: Profile | undefined
  /** The chosen profile itself, not the source_profile of another. */
  readonly top: boolean
}

interface SourceRow<K extends SourceKind> {
  /** In few words, for pickers. */
  readonly title: string
  /** A chain of it alone where a profile names it; null for a kind that no profile can name. */
  readonly inProfile: ((input: ChainInput, asked: AskedProfile) => Chain | null) | null
  /** The principal that the files name by it. */
  readonly principal: (source: CredentialSource<K>) => NamedPrincipal
  /** Whether files alone name the identity: `acting`, with roles assumed on top of the source or none. */
  readonly certain: (acting: NamedPrincipal, roles: number) => boolean
  /** Why a run that needs it would stop: a sign-in or a file is missing. Null: it would not. */
  readonly stops: (
    source: CredentialSource<K>,
    files: AwsFiles,
    now: number,
    rules: RulesInUse,
  ) => Problem | null
  /**
   * Until when it works without the user, ms: 0 where it does not, null where no end is known. A silent renewal does not change
   * the end.
   */
  readonly lasts: (source: CredentialSource<K>, files: AwsFiles) => number | null
  /** The user's own program that a run starts for it. */
  readonly starts: (source: CredentialSource<K>) => CredentialProcess | null
  /** What a run may renew on disk, by a name: two runs that would renew the same must not overlap. */
  readonly renews: (source: CredentialSource<K>) => string | null
}

/** No sign-in, no program, nothing renewed; files do not name who acts, unless a role is assumed on top. */
const usual = {
  inProfile: null,
  principal: () => noPrincipal,
  certain: (_acting: NamedPrincipal, roles: number) => roles > 0,
  stops: () => null,
  lasts: () => null,
  starts: () => null,
  renews: () => null,
}

/** In the order in which aws looks for them in a profile that assumes no role. */
const sources: { readonly [K in SourceKind]: SourceRow<K> } = {
  'web-identity': {
    ...usual,
    title: 'web identity',
    inProfile: webIdentity,
    principal: ({ role }) => principalByArn(role),
    certain: () => true,
    stops: ({ tokenFile }, { tokenFiles }) =>
      tokenFiles.get(tokenFile) === false ? problems.unreadableToken(tokenFile) : null,
    lasts: ({ tokenFile }, { tokenFiles }) => (tokenFiles.get(tokenFile) === false ? 0 : null),
  },
  sso: {
    ...usual,
    title: 'sso',
    inProfile: sso,
    principal: ({ account, region, permissionSet }) => ({
      ...noPrincipal,
      account,
      partition: partitionOfRegion(region),
      permissionSet,
    }),
    stops: (source, { caches }, now, rules) =>
      (signedInUntil(source.session, tokenOf(source, caches)) ?? 0) > now
        ? null
        : problems.ssoLogin(source.profile, source.session, rules),
    lasts: (source, { caches }) => ssoLasts(source, caches),
    renews: ({ session, startUrl }) => session ?? startUrl,
  },
  keys: {
    ...usual,
    title: 'keys',
    inProfile: (_input, { profile }) => keysIn(profile?.credentials?.settings),
    principal: ({ accessKeyId }) => ({ ...noPrincipal, accessKeyId }),
    certain: () => true,
    lasts: ({ expiresAt }) => expiresAt ?? null,
  },
  login: {
    ...usual,
    title: 'login',
    inProfile: ({ rules }, { profile }) => (rules.readsLogin ? login(profile) : null),
    principal: ({ session }) => principalByArn(session),
    certain: ({ arn }) => arn !== null,
    // aws needs every field even while the credentials last; with them it renews silently.
    stops: (source, { caches }, _now, rules) =>
      loginOf(source, caches)?.refreshable ? null : problems.awsLogin(source.profile, rules),
    lasts: (source, { caches }) => (loginOf(source, caches)?.refreshable ? null : 0),
  },
  process: {
    ...usual,
    title: 'process',
    inProfile: (_input, { profile }) => process(profile),
    starts: (source) => source,
  },
  container: { ...usual, title: 'container' },
  // Whether it answers at all depends on the machine, so a role on top is no more certain.
  metadata: { ...usual, title: 'metadata', certain: () => false },
  environment: { ...usual, title: 'environment' },
}

/** What is known of a source of this kind. */
export function rowOf<K extends SourceKind>(source: CredentialSource<K>): SourceRow<K> {
  return sources[source.kind]
}

/** A chain of this source alone. */
export const sourceAlone = (source: CredentialSource, ...by: string[]): Chain => ({
  source,
  roles: [],
  by,
  problem: null,
})
/** A chain that ends before it has a source. */
export const brokenChain = (problem: Problem, ...by: string[]): Chain => ({
  source: null,
  roles: [],
  by,
  problem,
})
/** The same of a profile that cannot be used as it is written. */
export const stoppedBy = (message: string, next: string, ...by: string[]): Chain =>
  brokenChain(problems.brokenProfile(message, next), ...by)
const place = (setting: Setting) => `${setting.file}:${setting.line}`

/** Keys in the environment; null when there are none. An empty key id counts as unset, an empty secret as missing. */
export function environmentKeys({ variables, origin, now }: ChainInput): Chain | null {
  if (!variables?.AWS_ACCESS_KEY_ID) return null
  const accessKeyId = maskKeyId(variables.AWS_ACCESS_KEY_ID)
  const from = origin('AWS_ACCESS_KEY_ID')
  if (!variables.AWS_SECRET_ACCESS_KEY)
    return brokenChain(problems.partialKeys(from, 'AWS_SECRET_ACCESS_KEY'), from)
  // An id of the entry takes the secret of the environment, and the other way round: seldom of one key.
  const secret = origin('AWS_SECRET_ACCESS_KEY')
  const apart = (inEntry(from) === null) !== (inEntry(secret) === null)
  const by = apart ? [from, `with ${secret}`] : [from]
  const expiration = variables.AWS_CREDENTIAL_EXPIRATION
  const expiresAt = expiration ? cacheTime(expiration) : null
  const chain = sourceAlone({ kind: 'keys', accessKeyId, from, place: 'variables', expiresAt }, ...by)
  if (!expiration) return chain
  return expiresAt !== null && expiresAt > now ? chain : { ...chain, problem: problems.expiredKeys(from) }
}

/** The name that files or variables give a session; without one the program invents it. */
export const sessionNamed = (name: string | null | undefined): SessionName =>
  name ? { kind: 'named', name } : { kind: 'made-up' }

/** How the next session of a chain will be called; `as-before`: as that of the last one, whatever gave it. */
export function sessionOfChain({ source, roles }: Chain): SessionName | 'as-before' {
  const last = roles.at(-1)
  if (last !== undefined) return last.session
  if (source?.kind === 'web-identity') return source.session
  return source?.kind === 'process' ? { kind: 'not-known' } : 'as-before'
}

/** A profile's setting; null where it has none. */
export const value = (profile: Profile | undefined, name: string): string | null =>
  profile?.settings[name]?.value ?? null

/** The credentials that aws finds in one profile which assumes no role, with their kind's title; null when it has none. */
export function sourceInProfile(
  input: ChainInput,
  name: string,
  top: boolean,
): { readonly title: string; readonly chain: Chain } | null {
  const profile = input.files.profiles.get(name)
  // A setting that this version does not know is a reason for the later source.
  const passed: string[] = []
  const behind = (chain: Chain): Chain =>
    passed.length === 0 ? chain : { ...chain, by: [...passed, ...chain.by] }
  for (const { title, inProfile } of Object.values(sources)) {
    const chain = inProfile?.(input, { name, profile, top }) ?? null
    if (chain !== null) return { title, chain: behind(chain) }
    if (title === sources.login.title && passesOverLogin(input.rules, profile)) passed.push(loginUnknown)
  }
  // Keys of the config file come last of all, those of the credentials file in their row's turn.
  const chain = keysIn(profile?.config?.settings)
  return chain === null ? null : { title: sources.keys.title, chain: behind(chain) }
}

/** A reason for what comes behind it. */
export const loginUnknown = 'not its login_session, which this aws does not know'

/** Whether a profile signs in by `aws login`, and this aws passes over it. */
export const passesOverLogin = ({ readsLogin }: AwsRules, profile: Profile | undefined): boolean =>
  !readsLogin && profile?.settings.login_session !== undefined

/** Each of the three values comes from the environment if that has it, even empty, else from the profile. */
function webIdentity(input: ChainInput, { name, profile, top }: AskedProfile): Chain | null {
  const environment = top && !input.pinnedByArgument ? input.variables : null
  const either = (variable: string, setting: string) => {
    const own = environment?.[variable]
    return own === undefined
      ? { value: value(profile, setting), from: `${setting} of profile ${named(name)}` }
      : { value: own, from: input.origin(variable) }
  }
  const token = either('AWS_WEB_IDENTITY_TOKEN_FILE', 'web_identity_token_file')
  if (!token.value) return null
  const role = either('AWS_ROLE_ARN', 'role_arn')
  if (!role.value) {
    return stoppedBy(
      `${token.from} asks for web identity, but neither AWS_ROLE_ARN nor the profile’s role_arn names a role.`,
      'Name the role in one of the two.',
      token.from,
    )
  }
  const session = either('AWS_ROLE_SESSION_NAME', 'role_session_name')
  const sessionName = session.value
  const refused =
    sessionName === null ? null : refusedForRole('role_session_name', { ...session, value: sessionName })
  if (refused !== null) return brokenChain(refused, role.from, token.from)
  const call = { roleArn: role.value, sessionName, externalId: null, mfaSerial: null, durationSeconds: null }
  return sourceAlone(
    {
      kind: 'web-identity',
      role: role.value,
      tokenFile: token.value,
      session: sessionNamed(sessionName),
      get cacheKey() {
        return top && input.rules.cachesWebIdentity ? assumeRoleKey(call) : null
      },
    },
    role.from,
    token.from,
  )
}

const ssoSettings = ['sso_role_name', 'sso_account_id', 'sso_start_url', 'sso_region'] as const

function sso({ files, rules }: ChainInput, { profile, top }: AskedProfile): Chain | null {
  const own = profile?.settings
  if (profile === undefined || own === undefined) return null
  if (own.sso_role_name === undefined && own.sso_account_id === undefined) return null
  const broken = (problem: Problem) => brokenChain(problem, ssoOf(profile.name))
  const session = own.sso_session?.value ?? null
  const section = session === null ? undefined : files.ssoSessions.get(session)
  if (session !== null && section === undefined) {
    return broken(problems.missingSession(session, profile.name))
  }
  for (const [name, setting] of Object.entries(section?.settings ?? {})) {
    const mine = own[name]
    if (mine !== undefined && mine.value !== setting.value)
      return broken(problems.differsFromSession(name, profile.name, session ?? ''))
  }
  const merged = { ...own, ...section?.settings }
  const missing = ssoSettings.filter((name) =>
    // The token of a session is fetched with the session's own address alone.
    section !== undefined && (name === 'sso_start_url' || name === 'sso_region')
      ? section.settings[name] === undefined
      : merged[name] === undefined,
  )
  if (missing.length > 0) {
    return broken(problems.lacksForSso(profile.name, missing, rules.hasSsoLogin))
  }
  const [permissionSet = '', account = '', startUrl = '', region = ''] = ssoSettings.map(
    (name) => merged[name]?.value ?? '',
  )
  const of = { profile: profile.name, account, permissionSet, region, session, startUrl }
  return ssoChain(ssoSource(of, top && rules.cachesSso))
}

/** Credentials of a permission set; `cached`: aws stores them on disk. */
export function ssoSource(
  of: Omit<CredentialSource<'sso'>, 'kind' | 'tokenKey' | 'cacheKey'>,
  cached: boolean,
): CredentialSource<'sso'> {
  const { account, permissionSet: name, session, startUrl } = of
  return {
    kind: 'sso',
    ...of,
    get tokenKey() {
      return ssoTokenKey(session ?? startUrl)
    },
    get cacheKey() {
      return cached ? ssoRoleKey({ account, name, session, startUrl }) : null
    },
  }
}

export const ssoChain = (source: CredentialSource<'sso'>): Chain =>
  sourceAlone(
    source,
    ssoOf(source.profile),
    ...(source.session === null ? [] : [`sso-session ${named(source.session)}`]),
  )

/** The reason by which a profile signs in so. */
export const ssoOf = (profile: string): string => `sso of profile ${named(profile)}`

const loginOf = (source: CredentialSource<'login'>, { logins }: AwsCaches) =>
  cachedUnder(logins, () => source.key)
const tokenOf = (source: CredentialSource<'sso'>, { ssoTokens }: AwsCaches) =>
  cachedUnder(ssoTokens, () => source.tokenKey)

/** Until when a sign-in lasts, ms: by an access token, or by what renews it silently; null where there is none. */
export function signedInUntil(session: string | null, token: SsoToken | undefined): number | null {
  if (!token?.hasAccessToken || token.expiresAt === null) return null
  // A profile with its own start URL has no refresh; botocore renews only sso-sessions.
  const renewal = session !== null && token.hasRegistration ? token.registrationExpiresAt : null
  return Math.max(token.expiresAt, renewal ?? 0)
}

/** Until when aws works without a sign-in, ms: as long as the token, or the registration that renews it silently. */
function ssoLasts(source: CredentialSource<'sso'>, caches: AwsCaches): number {
  const token = tokenOf(source, caches)
  if (!token?.hasAccessToken || token.expiresAt === null) return 0
  const renews = source.session !== null && token.hasRegistration
  return (renews ? token.registrationExpiresAt : null) ?? token.expiresAt
}

export function keysIn(settings: Readonly<Record<string, Setting>> | undefined): Chain | null {
  const id = settings?.aws_access_key_id
  if (settings === undefined || id === undefined) return null
  if (settings.aws_secret_access_key === undefined) {
    return brokenChain(problems.partialKeys(place(id), 'aws_secret_access_key'), `keys in ${place(id)}`)
  }
  return keysOfFile(id.value, place(id))
}

const keysOfFile = (id: string, from: string): Chain =>
  sourceAlone({ kind: 'keys', accessKeyId: maskKeyId(id), from, place: 'file' }, `keys in ${from}`)

function login(profile: Profile | undefined): Chain | null {
  const session = value(profile, 'login_session')
  if (profile === undefined || session === null) return null
  return sourceAlone(
    {
      kind: 'login',
      profile: profile.name,
      session,
      get key() {
        return loginKey(session)
      },
    },
    `aws login of profile ${named(profile.name)}`,
  )
}

function process(profile: Profile | undefined): Chain | null {
  const setting = profile?.settings.credential_process
  if (profile === undefined || setting === undefined) return null
  const by = `credential_process of profile ${named(profile.name)}`
  const words = shellWords(setting.value)
  if (words === null || words.length === 0) {
    return stoppedBy(
      `The credential_process of profile ${named(profile.name)} is not a command.`,
      'Write a command whose quotation marks are closed.',
      by,
    )
  }
  const { file, line } = setting
  return sourceAlone(
    { kind: 'process', profile: profile.name, command: setting.value, words, file, line },
    by,
  )
}

export function legacyKeys({ files }: ChainInput): Chain | null {
  if (files.legacyKeys === null) return null
  const { accessKeyId, from, problem } = files.legacyKeys
  if (problem !== null || accessKeyId === null) {
    return stoppedBy(`${problem ?? from}.`, 'Correct or remove that file.', from)
  }
  return keysOfFile(accessKeyId, from)
}

export function container({ variables, origin, rules }: ChainInput): Chain | null {
  const names = ['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', 'AWS_CONTAINER_CREDENTIALS_FULL_URI']
  const variable = names.find((name) => variables?.[name] !== undefined)
  if (variable === undefined) return null
  const value = variables?.[variable] ?? ''
  const asks = variable === names[0] ? /^(?:[/?#:]|$)/.test(value) : isContainerAddress(value, rules)
  return asks
    ? sourceAlone({ kind: 'container', variable }, origin(variable))
    : brokenChain(problems.refusedContainer(origin(variable)), origin(variable))
}

/** aws asks only this machine and two addresses of containers; newer versions also ask any host by https. */
function isContainerAddress(url: string, { asksByTls }: AwsRules): boolean {
  const [, scheme = '', host = ''] =
    /^([a-z][a-z0-9+.-]*):\/\/(?:[^@/?#]*@)?(\[[^\]]*\]|[^:/?#]*)/i.exec(url) ?? []
  if (asksByTls && scheme.toLowerCase() === 'https') return true
  return containerHost.test(host)
}

/** This machine, and the addresses that AWS gives containers. */
export const containerHost =
  /^(?:localhost|169\.254\.170\.(?:2|23)|127(?:\.\d{1,3}){3}|\[(?:fd00:ec2::23|::1)\])$/i

export const metadataOff = ({ variables }: ChainInput) =>
  variables?.AWS_EC2_METADATA_DISABLED?.toLowerCase() === 'true'

/** Only a machine of AWS's answers there, so no principal is predicted. */
export const metadata = (input: ChainInput, by: readonly string[]): Chain =>
  metadataOff(input) ? { ...brokenChain(problems.noKeys(false)), by } : metadataAlone(by)

/** The same where nothing switches it off. */
export const metadataAlone = (by: readonly string[]): Chain => ({
  source: { kind: 'metadata' },
  roles: [],
  by: [...by, 'instance metadata'],
  problem: problems.noKeys(true),
})
