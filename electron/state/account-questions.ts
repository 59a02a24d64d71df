/**
 * Which identities AWS is asked with for a page, in files and in calls. An account that neither the AWS files nor an answer of
 * AWS names may be a stranger's, who reads in its log which roles are requested. So main asks the user first.
 */
import { parsePrincipal } from '../../shared/identity/arn'
import { isBelieved } from '../../shared/identity/asked-by'
import type { EnvironmentName } from '../../shared/identity/identity'
import { type Looker, lookerName } from '../../shared/identity/sweep'
import { type Fault, fail, fault, ok, type Result } from '../../shared/result'
import { type ShownQuestion, shownAsWhom } from '../../shared/trust/question-text'
import { quoted } from '../../shared/visible'
import { awsFilesOnce } from '../identity/aws-files-once'
import type { Basis } from '../identity/basis'
import type { KeptDiscovery } from './discovered'
import type { StoredChecks } from './stored-checks'
import type { StoredProofs } from './stored-proofs'

/** Asks the user about something that is done once. */
export type AskOnce = (question: ShownQuestion) => Promise<Result<boolean>>

export type AsWhom = ReturnType<typeof createAsWhom>

export interface AsWhomOptions extends Pick<Basis, 'environments' | 'home' | 'platform'> {
  readonly discovered: Pick<KeptDiscovery, 'load'>
  readonly checks: Pick<StoredChecks, 'load'>
  readonly proofs: Pick<StoredProofs, 'load'>
  /** Roles that profiles and contexts name. */
  readonly roles: () => Promise<readonly string[]>
}

/** Touches neither disk nor network by itself. */
export function createAsWhom(options: AsWhomOptions) {
  const { environments, discovered, home, platform } = options
  /** Allowed by the user, as long as Ekscope runs. */
  const allowed = new Set<string>()

  async function accounts(): Promise<ReadonlySet<string>> {
    const all = (await environments.all()).filter(({ readable }) => readable)
    const read = awsFilesOnce(home, platform)
    const [files, found, checks, proofs] = await Promise.all([
      Promise.all(all.map((one) => read(one, {}))),
      Promise.all(all.map(({ name }) => discovered.load(name))),
      options.checks.load(),
      options.proofs.load(),
    ])
    const named = new Set([
      ...files.flatMap(({ profiles }) =>
        [...profiles.values()].flatMap(({ settings }) => [
          settings.sso_account_id?.value ?? '',
          accountOf(settings.role_arn?.value ?? ''),
        ]),
      ),
      // What the portal of a session listed, and the account that STS named.
      ...found.flatMap(({ lookers }) =>
        lookers.flatMap(({ looker, state }) => [
          looker.kind === 'sso' ? looker.account : '',
          state?.kind === 'known' ? state.account : '',
        ]),
      ),
      ...found.flatMap(({ clusters }) =>
        clusters.flatMap((one) => (isBelieved(one) ? (one.askedBy.account ?? '') : [])),
      ),
      ...[...checks, ...proofs].map(({ proven }) => proven?.account ?? ''),
    ])
    named.delete('')
    return named
  }

  async function unnamed(rolesOrAccounts: readonly string[]): Promise<readonly string[]> {
    const open = [...new Set(rolesOrAccounts)].filter((one) => !allowed.has(one))
    if (open.length === 0) return []
    const named = await accounts()
    const others = open.filter((one) => !named.has(accountOf(one)))
    if (others.length === 0) return []
    const written = new Set(await options.roles())
    return others.filter((one) => !written.has(one))
  }

  return {
    /** Those of these roles and accounts whose account nothing names, and which the user has not allowed. */
    unnamed,
    /**
     * Whether AWS may be asked with these; `ask`: about those whose account nothing names. Faults: profile or session in no
     * file; refused.
     */
    async permit(
      environment: EnvironmentName,
      lookers: readonly Looker[],
      ask: AskOnce,
    ): Promise<Result<null>> {
      const files = await awsFilesOnce(home, platform)(await environments.of(environment), {})
      for (const looker of lookers) {
        const { profile } = looker
        if (profile !== null && !files.profiles.has(profile))
          return fail(notThere(`profile ${quoted(profile)}`))
        if (looker.kind === 'sso' && !files.ssoSessions.has(looker.session))
          return fail(notThere(`sso-session ${quoted(looker.session)}`))
      }
      const wanted = lookers.filter((one) => one.kind === 'sso' || one.role !== null)
      if (wanted.length === 0) return ok(null)
      const named = (looker: Looker): string => (looker.kind === 'sso' ? looker.account : (looker.role ?? ''))
      const open = new Set(await unnamed(wanted.map(named)))
      if (open.size === 0) return ok(null)
      const asked = wanted.filter((one) => open.has(named(one)))
      const shown = asked.map((one) => ({
        profile: one.kind === 'sso' ? lookerName(one) : one.profile,
        role: one.kind === 'sso' ? `${one.permissionSet} in ${one.account}` : named(one),
      }))
      const answer = await ask(shownAsWhom(shown))
      if (!answer.ok) return answer
      if (!answer.value) return fail(notAllowed)
      for (const one of open) allowed.add(one)
      return ok(null)
    },
  }
}

/** Of a role's ARN, or the number itself; empty for what is neither. */
const accountOf = (text: string): string =>
  /^\d{12}$/.test(text) ? text : (parsePrincipal(text)?.account ?? '')

const notThere = (what: string): Fault =>
  fault('not-found', `There is no ${what} in the AWS files.`, 'Look at the changes, then choose again.')

const notAllowed = fault(
  'declined',
  'You did not allow AWS to be asked as that, so it was not asked.',
  'Ask again to be asked again.',
)
