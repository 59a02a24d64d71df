/** The contexts of the loaded files by the cluster that they lead to, with whom they act as by files and past checks. */
import { parseClusterArn } from '../../shared/identity/arn'
import type { Check, EnvironmentName } from '../../shared/identity/identity'
import type { ContextAt } from '../../shared/identity/ways'
import type { IdentityRow } from './assemble'
import type { Report } from './reports'

/** Of every context that kubectl would use. `checks`: kept ones; those of other entries, or of before a change, do not count. */
export function contextsAt(
  report: Pick<Report, 'rows' | 'contexts'>,
  checks: readonly Check[],
  environment: EnvironmentName,
): readonly ContextAt[] {
  const prints = new Map(report.contexts.map(({ context, fingerprint }) => [context, fingerprint]))
  const counting = new Map(
    checks
      .filter((one) => one.environment === environment && prints.get(one.context) === one.fingerprint)
      .map((one) => [one.context, one]),
  )
  return report.rows.flatMap((row): readonly ContextAt[] => {
    const { resolved, effective } = row
    if (!effective) return []
    const check = counting.get(resolved.id) ?? null
    return [
      {
        id: resolved.id,
        name: resolved.name,
        profile: row.profile,
        role: row.role,
        arn: check?.proven?.arn ?? row.predicted.arn,
        verdict: check?.verdict ?? null,
        username: check?.seen?.username ?? null,
        server: row.server,
        ...clusterMeant(row),
      },
    ]
  })
}

/** Which cluster a context means, as far as its entry says it. */
export function clusterMeant({
  resolved,
  meant: { name, region, account, partition },
}: Pick<IdentityRow, 'resolved' | 'meant'>): Pick<
  ContextAt,
  'arnOfCluster' | 'nameOfCluster' | 'region' | 'account'
> {
  const whole = name !== null && region !== null && account !== null && partition !== null
  const written = parseClusterArn(resolved.context.cluster ?? '')?.arn ?? null
  return {
    arnOfCluster: whole ? `arn:${partition}:eks:${region}:${account}:cluster/${name}` : written,
    nameOfCluster: name,
    region,
    account,
  }
}
