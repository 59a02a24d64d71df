/** What is known of every context now, for commands that judge it: by files, environment and the checks that are kept. */
import { adminNow, allFindingsNow, judgedContexts } from '../../shared/audit/judged'
import type { EnvironmentName } from '../../shared/identity/identity'
import type { EntryId, Snapshot } from '../../shared/kubeconfig/entries'
import type { Reading } from './command'

type Known = Pick<Reading, 'identities' | 'checker' | 'settings'>

/** The kept checks of an environment, and from when on one is too old to count. */
async function keptIn({ checker, settings }: Known, environment: EnvironmentName) {
  const [kept, { staleHours, production }] = await Promise.all([checker.kept(), settings.load()])
  const checks = kept.filter((check) => check.environment === environment)
  return { checks, staleHours, production, printed: new Set(checks.map(({ context }) => context)) }
}

/**
 * What files say of all contexts, which are administrators by a check that still counts (the others are not looked at), and what
 * is marked as production.
 */
export async function knownAdmins(all: Known, { contexts }: Snapshot, environment: EnvironmentName) {
  const { checks, staleHours, production, printed } = await keptIn(all, environment)
  const report = await all.identities.of(environment, { fingerprints: printed.size > 0 && printed })
  const snapshot = { contexts: contexts.filter(({ id }) => printed.has(id)) }
  const identities = printed.size === 0 ? [] : report.contexts
  const input = { now: Date.now(), staleHours, snapshot, identities, findings: [], checks }
  const admins: ReadonlyMap<EntryId, boolean | null> = new Map(
    judgedContexts(input).contexts.map(({ entry, judged: { check, stale } }) => [
      entry.id,
      adminNow(check, stale === null),
    ]),
  )
  return { report, admins, production }
}

/** Each context judged, and all findings that hold. */
export async function judgedNow(all: Known, snapshot: Snapshot, environment: EnvironmentName) {
  const { checks, staleHours, printed } = await keptIn(all, environment)
  const { contexts, findings } = await all.identities.of(environment, { fingerprints: printed })
  const input = { now: Date.now(), staleHours, snapshot, identities: contexts, findings, checks }
  const { contexts: judged, owners } = judgedContexts(input)
  return { contexts, judged, owners, findings: allFindingsNow(judged, findings) }
}
