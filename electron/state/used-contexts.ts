/**
 * What kubectl uses now and used before, each with what is known of it: by files, environment, caches and stored checks. No command
 * is run for it, and nobody is asked.
 */
import { adminNow } from '../../shared/audit/judged'
import { keyOwners, whoIntended, whoPredicted, whoProven } from '../../shared/identity/named-identity'
import { rejudged, staleness } from '../../shared/identity/verdict'
import type { EntryId } from '../../shared/kubeconfig/entries'
import type { ActsAs } from '../../shared/trust/question-text'
import type { Environments } from '../identity/environments'
import type { IdentityReports } from '../identity/reports'
import type { Checker } from './checker'
import type { KubeconfigFiles } from './kubeconfig-files'
import type { SettingsFile } from './settings-file'

/** A context that kubectl uses, or used. */
export interface UsedContext extends ActsAs {
  readonly id: EntryId
  readonly name: string
  /** When the sign-in behind it ends, ms since the epoch; null: no end is known. */
  readonly until: number | null
}

interface Known {
  readonly kubeconfig: Pick<KubeconfigFiles, 'load' | 'store'>
  readonly identities: Pick<IdentityReports, 'subjects'>
  readonly environments: Pick<Environments, 'of'>
  readonly checker: Pick<Checker, 'kept'>
  readonly settings: Pick<SettingsFile, 'load'>
}

/** These contexts by their names, in the chosen environment; those that kubectl would not find are left out. */
export async function usedContexts(
  { kubeconfig, identities, environments, checker, settings }: Known,
  names: readonly string[],
  now: number,
): Promise<readonly UsedContext[]> {
  const { environment: chosen, staleHours } = await settings.load()
  await kubeconfig.load()
  const { view } = kubeconfig.store.inView()
  const ids = names.flatMap((name) => view.named.context(name)?.id ?? [])
  const environment = await environments.of(chosen)
  const checks = (await checker.kept()).filter((check) => check.environment === environment.name)
  const owners = keyOwners(checks)
  return (await identities.subjects(ids, environment)).map((subject): UsedContext => {
    const { resolved, until } = subject
    const { id } = resolved
    const kept = checks.find(({ context }) => context === id) ?? null
    const stale = kept && staleness(kept, subject, now, staleHours)
    const check = kept && (rejudged(kept, subject.intended) ?? kept)
    const intended = whoIntended(subject.intended, owners)
    const predicted = whoPredicted(subject.predicted, intended, owners)
    const proven = check !== null && stale === null ? whoProven(check, subject.intended) : null
    const who = proven ?? predicted ?? intended
    const { name: cluster, region } = subject.meant
    return {
      id,
      name: resolved.context.name,
      who: who?.label ?? null,
      account: who?.account ?? null,
      intended: intended?.label ?? null,
      verdict: check === null ? 'not-checked' : stale === null ? check.verdict : 'stale',
      another:
        proven === null ? predicted?.differs === true && !predicted.uncertain : check?.verdict === 'mismatch',
      proven: proven !== null,
      admin: adminNow(check, stale === null),
      cluster: [cluster ?? resolved.context.cluster, region].filter(Boolean).join(', '),
      until,
    }
  })
}
