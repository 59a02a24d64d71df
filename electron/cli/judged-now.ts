/** What is known of every context now, for commands that judge it: by files, environment and the checks that are kept. */
import { allFindingsNow, judgedContexts } from '../../shared/audit/judged'
import type { EnvironmentName } from '../../shared/identity/identity'
import type { Snapshot } from '../../shared/kubeconfig/entries'
import type { Reading } from './command'

export async function judgedNow(
  { identities, checker, settings }: Pick<Reading, 'identities' | 'checker' | 'settings'>,
  snapshot: Snapshot,
  environment: EnvironmentName,
) {
  const [kept, { staleHours }] = await Promise.all([checker.kept(), settings.load()])
  const checks = kept.filter((check) => check.environment === environment)
  const printed = new Set(checks.map(({ context }) => context))
  const { contexts, findings } = await identities.of(environment, { fingerprints: printed })
  const ground = { now: Date.now(), staleHours, snapshot, identities: contexts, findings, checks }
  const { contexts: judged, owners } = judgedContexts(ground)
  return { contexts, judged, owners, findings: allFindingsNow(judged, findings) }
}
