/**
 * Signing in and out in one environment of this machine: what a name means there, by its AWS files as they are now. The
 * terminal and the window use the same code.
 */

import type { EnvironmentName } from '../../shared/identity/identity'
import type { CodeOutcome, SignedOut, SignInFlow, SignInOutcome } from '../../shared/identity/sign-in'
import { environmentInSentence } from '../../shared/identity/variable-places'
import { fail, ok, type Result, refuse } from '../../shared/result'
import { named, quoted } from '../../shared/visible'
import { type Asking, openAsking } from '../aws/api/asking-as'
import type { Chain } from '../aws/chain/types'
import type { AwsFiles } from '../aws/files/aws-files'
import { ssoRoleKey } from '../aws/files/caches'
import { awsPaths } from '../aws/files/paths'
import { chosenProfile, regionFor } from '../aws/files/profile-settings'
import { type CodeMeans, withCodes } from '../aws/sign-in/mfa'
import { type NamedIn, needsOfProfile, needsOfSession, type SignInNeeds } from '../aws/sign-in/places'
import { createSignIns, type OnStep, type OpenMeans, type SignInMeans } from '../aws/sign-in/sign-ins'
import { type SignOutOf, signOut } from '../aws/sign-in/sign-out'
import { type AskingBasis, askingIn } from './asking-in'

/** Which sign-in is meant. */
export type SignInName =
  /** `either`: a profile, else an sso-session of that name. */
  | { readonly kind: 'either' | 'profile' | 'session'; readonly name: string }
  /** The profile that the environment names, else `default`. */
  | { readonly kind: 'environment' }

export type SigningIn = ReturnType<typeof openSigningIn>

/** One environment, opened for one request. */
interface Opened extends NamedIn {
  readonly asking: Asking
  readonly means: (profile: string | null) => SignInMeans
}

/** The sign-ins of one machine. */
export function openSigningIn(options: AskingBasis) {
  const { environments, platform, now } = options
  const signIns = createSignIns()

  /** With the files as they are now; its connections end with `work`. */
  async function opened<T>(name: EnvironmentName, work: (opened: Opened) => Promise<T>): Promise<T> {
    const from = await askingIn(options, name)
    const { files, variables, home, rules } = from
    const asking = openAsking(from)
    const { clients } = asking
    const scope = chosenProfile(null, variables)?.value ?? null
    try {
      const means = (profile: string | null) => ({ clients, profile: profile ?? scope, home, now })
      return await work({ files, variables, rules, now: now(), asking, means })
    } finally {
      clients.close()
    }
  }

  return {
    /** What the user has to do for a name. */
    needs: (environment: EnvironmentName, name: SignInName): Promise<Result<SignInNeeds>> =>
      opened(environment, async (open) => needsOf(open, name, environmentInSentence[environment])),
    /** How `aws sso login` of that environment would ask. */
    usualFlow: (environment: EnvironmentName): Promise<SignInFlow> =>
      opened(environment, async ({ rules }) => (rules.rules.signsInByBrowser ? 'browser' : 'code')),
    /** Signs in to IAM Identity Center, once for a session however many callers ask. */
    async signIn(
      environment: EnvironmentName,
      { profile, sso }: Pick<SignInNeeds, 'profile'> & { readonly sso: NonNullable<SignInNeeds['sso']> },
      how: { readonly flow: SignInFlow; readonly again: boolean },
      onStep: OnStep,
      signal: AbortSignal,
    ): Promise<SignInOutcome> {
      const { variables } = await environments.of(environment)
      const { home } = awsPaths(variables, options.home, platform)
      const open: OpenMeans = (work) => opened(environment, ({ means }) => work(means(profile)))
      return signIns.signIn({ place: sso, ...how }, home, open, onStep, signal)
    },
    /** Assumes the roles of a profile that require a code; with `keep` the result is stored where aws stores it. */
    withCodes: (
      environment: EnvironmentName,
      needs: { readonly profile: string; readonly chain: Chain },
      how: CodeMeans,
      signal: AbortSignal,
    ): Promise<CodeOutcome> =>
      opened(environment, ({ asking, files, variables }) => {
        const { profile, chain } = needs
        const region = regionFor(files, profile, variables)?.value || 'us-east-1'
        const asker = { profile, chain, role: null, name: `profile ${named(profile)}` }
        return withCodes(asking.requestOf(asker, region, signal), how)
      }),
    /** Signs out of what a name means, or of everything (`null`). */
    signOut: (
      environment: EnvironmentName,
      name: SignInName | null,
      signal: AbortSignal,
    ): Promise<Result<SignedOut>> =>
      opened(environment, async (open) => {
        const { files, means } = open
        if (name === null) return ok(await signOut(null, means(null), signal))
        const needs = needsOf(open, name, environmentInSentence[environment])
        if (!needs.ok) return needs
        const { sso, profile } = needs.value
        if (sso === null)
          return refuse(
            'bad-request',
            `Profile ${named(profile ?? '')} does not sign in by SSO, so there is nothing to sign out of.`,
            'Name a profile or an sso-session that does.',
          )
        const of: SignOutOf = {
          tokenKey: sso.tokenKey,
          roleKeys: roleKeysOf(files, sso.session, sso.startUrl),
        }
        return ok(await signOut(of, means(profile), signal))
      }),
  }
}

function needsOf(named: NamedIn, name: SignInName, environment: string): Result<SignInNeeds> {
  switch (name.kind) {
    case 'environment': {
      const chosen = chosenProfile(null, named.variables)?.value ?? 'default'
      const needs = needsOfProfile(chosen, named)
      if (!needs.ok && !named.files.profiles.has(chosen))
        return fail({ ...needs.fault, next: `Name a profile, or set AWS_PROFILE in ${environment}.` })
      return needs
    }
    case 'profile':
      return needsOfProfile(name.name, named)
    case 'session':
      return needsOfSession(name.name, named)
    case 'either': {
      const { profiles, ssoSessions } = named.files
      if (!profiles.has(name.name))
        return ssoSessions.has(name.name) || named.files.config.refused
          ? needsOfSession(name.name, named)
          : refuse(
              'not-found',
              `There is no profile and no sso-session ${quoted(name.name)} in the AWS files.`,
              'Look the name up in ~/.aws/config.',
            )
      const needs = needsOfProfile(name.name, named)
      const other = needs.ok && needs.value.sso?.session !== name.name
      return other && ssoSessions.has(name.name)
        ? refuse(
            'conflict',
            `${quoted(name.name)} is a profile and an sso-session, and that profile does not sign in to that session.`,
            'Say which is meant: --profile, or --sso-session.',
          )
        : needs
    }
  }
}

/** The files of the SSO roles that profiles get by this sign-in. */
function roleKeysOf(files: AwsFiles, session: string | null, startUrl: string): ReadonlySet<string> {
  const keys = new Set<string>()
  for (const { settings } of files.profiles.values()) {
    const account = settings.sso_account_id?.value
    const name = settings.sso_role_name?.value
    const same =
      session === null ? settings.sso_start_url?.value === startUrl : settings.sso_session?.value === session
    if (same && account !== undefined && name !== undefined)
      keys.add(ssoRoleKey({ account, name, session, startUrl }))
  }
  return keys
}
