/**
 * Where a profile or an sso-session signs in, as `aws sso login` reads the files, and what else its chain needs from the user.
 * Pure.
 */
import { capital } from '../../../shared/capital'
import { type Fault, fail, fault, ok, type Result, refuse } from '../../../shared/result'
import { named, quoted } from '../../../shared/visible'
import { faultOf } from '../api/refusals'
import { credentialChain } from '../chain/credential-chain'
import { unknownProfile, unreadableFile } from '../chain/problems'
import type { Chain, RoleStep } from '../chain/types'
import type { AwsFiles, Setting } from '../files/aws-files'
import type { SsoPlace } from '../files/cache-files'
import { ssoTokenKey } from '../files/caches'
import { sectionFor } from '../files/ini'
import type { Variables } from '../files/paths'
import { urlOf } from '../files/url'
import { newestRules, type RulesInUse } from '../installed/rules'
import { runSignIn } from '../installed/sign-in-command'

/** Where IAM Identity Center is asked for a token. */
export interface SsoSignIn extends SsoPlace {
  /** What the session asks for; null: it says nothing of that. */
  readonly scopes: readonly string[] | null
  /** As a sentence calls it: `sso-session corp`, `profile lake`. */
  readonly who: string
}

/** What a person has to do for a name, in this order; all of it may be nothing. */
export interface SignInNeeds {
  /** The profile that was named; null: an sso-session was. */
  readonly profile: string | null
  readonly sso: SsoSignIn | null
  /** The profile signs in by `aws login`, which Ekscope does not do: what to run, as a sentence. */
  readonly awsLogin: string | null
  /** Roles of the profile's chain that want an MFA code, nearest to the source first. */
  readonly codes: readonly RoleStep[]
  /** The chain of the profile; null for a session. */
  readonly chain: Chain | null
}

export interface NamedIn {
  readonly files: AwsFiles
  readonly variables: Variables
  readonly rules: RulesInUse
  readonly now: number
}

/** What an sso-session needs. */
export function needsOfSession(name: string, { files, rules }: NamedIn): Result<SignInNeeds> {
  if (files.config.refused) return fail(unreadable(files))
  const sso = placeOfSession(name, files, rules)
  return sso.ok ? ok({ profile: null, sso: sso.value, awsLogin: null, codes: [], chain: null }) : sso
}

/** What a profile needs: its own sign-in, or that of the profile which its roles start from. */
export function needsOfProfile(name: string, { files, variables, rules, now }: NamedIn): Result<SignInNeeds> {
  if (files.config.refused || files.credentials.refused) return fail(unreadable(files))
  const own = files.profiles.get(name)?.settings
  if (own === undefined) return fail(faultOf(unknownProfile(name, null)))
  const origin = (variable: string) => variable
  const chain = credentialChain(
    { files, variables, origin, pinnedByArgument: true, rules: newestRules, now },
    name,
  )
  const { source } = chain
  const signsIn = source !== null && source.kind === 'sso' ? source.profile : name
  const sso = placeOfProfile(signsIn, files, rules)
  if (!sso.ok) return sso
  if (sso.value === null && chain.problem !== null && source?.kind !== 'metadata')
    return fail(faultOf(chain.problem))
  const login = source?.kind === 'login' ? source.profile : null
  return ok({
    profile: name,
    sso: sso.value,
    awsLogin:
      login === null ? null : runSignIn('login', login === 'default' ? null : { profile: login }, rules),
    codes: chain.roles.filter(({ mfaSerial }) => mfaSerial !== null),
    chain,
  })
}

/** Where a session is asked, from its section alone. */
function placeOfSession(name: string, files: AwsFiles, rules: RulesInUse): Result<SsoSignIn> {
  const settings = files.ssoSessions.get(name)?.settings
  const who = `sso-session ${named(name)}`
  if (settings === undefined)
    return refuse(
      'not-found',
      `There is no sso-session ${quoted(name)} in ${files.config.path}.`,
      `Write ${sectionFor('sso-session', name)} with sso_start_url and sso_region there.`,
    )
  const scopes = settings.sso_registration_scopes?.value
  return asked(settings, { session: name, who, rules, scopes: scopes === undefined ? null : listed(scopes) })
}

/** Null where the profile does not sign in by SSO. */
function placeOfProfile(name: string, files: AwsFiles, rules: RulesInUse): Result<SsoSignIn | null> {
  const settings = files.profiles.get(name)?.settings ?? {}
  const session = settings.sso_session?.value
  if (session) return placeOfSession(session, files, rules)
  if (settings.sso_start_url === undefined && settings.sso_region === undefined) return ok(null)
  return asked(settings, { session: null, who: `profile ${named(name)}`, rules, scopes: null })
}

const listed = (text: string): readonly string[] =>
  text
    .split(',')
    .map((scope) => scope.trim())
    .filter((scope) => scope !== '')

function asked(
  settings: Readonly<Record<string, Setting>>,
  of: Pick<SsoSignIn, 'session' | 'who' | 'scopes'> & { readonly rules: RulesInUse },
): Result<SsoSignIn> {
  const startUrl = settings.sso_start_url?.value ?? ''
  const region = settings.sso_region?.value ?? ''
  const missing = ['sso_start_url', 'sso_region'].filter((key) => !settings[key]?.value)
  if (missing.length > 0)
    return refuse(
      'not-found',
      `${capital(of.who)} is to sign in by SSO but lacks ${missing.join(' and ')}.`,
      of.rules.rules.hasSsoLogin ? 'Run aws configure sso, or add what is missing.' : 'Add what is missing.',
    )
  const { session, who, scopes } = of
  const unfit = unfitStartUrl(startUrl, of)
  if (unfit !== null) return fail(unfit)
  return ok({ session, who, scopes, startUrl, region, tokenKey: ssoTokenKey(session ?? startUrl) })
}

/** Hosts of IAM Identity Center's own, in each partition. */
const ofAws =
  /(^|\.)(awsapps\.com|awsapps\.cn|app\.aws|app\.amazonwebservices\.com\.cn|api\.amazonwebservices\.eu|portal\.amazonaws\.(com|com\.cn|eu))$|^identitycenter\.(us-gov\.)?amazonaws\.(com|com\.cn|eu)$/

function unfitStartUrl(
  text: string,
  { session, who, rules }: Pick<SsoSignIn, 'session' | 'who'> & { readonly rules: RulesInUse },
): Fault | null {
  const url = urlOf(text)
  if (url?.protocol !== 'https:' || url.hostname === '')
    return fault(
      'bad-request',
      `The sso_start_url of ${who}, ${quoted(text)}, is not an https address.`,
      'Correct the address in the AWS config file; Ekscope asks for tokens over https only.',
    )
  if (ofAws.test(url.hostname.toLowerCase())) return null
  return fault(
    'bad-request',
    `The sso_start_url of ${who} is on ${url.hostname}, which is not AWS’s own, and Ekscope does not follow where that leads.`,
    runSignIn('sso login', session === null ? null : { session }, rules),
  )
}

const unreadable = ({ config, credentials }: AwsFiles): Fault => ({
  ...faultOf(unreadableFile(config.refused ? config : credentials, 'aws')),
  code: 'unreadable',
})
