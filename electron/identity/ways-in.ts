/** The contexts of the loaded files by the cluster that they lead to, with whom they act as by files and past checks. */
import { parseClusterArn } from '../../shared/identity/arn'
import type { Check, EnvironmentName } from '../../shared/identity/identity'
import type { WayIn } from '../../shared/identity/ways'
import type { EntryId } from '../../shared/kubeconfig/entries'
import type { Report } from './reports'

/** A context, with the cluster that it means. */
export interface ContextAt extends WayIn {
  readonly id: EntryId
  /** The cluster's ARN as entry or command say it; null where they do not say all of it. */
  readonly arnOfCluster: string | null
  readonly server: string | null
  readonly region: string | null
  readonly nameOfCluster: string | null
  readonly account: string | null
}

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
    const { resolved, meant, effective } = row
    if (!effective) return []
    const check = counting.get(resolved.id) ?? null
    const { name, region, account, partition } = meant
    const whole = name !== null && region !== null && account !== null && partition !== null
    const written = parseClusterArn(resolved.context.cluster ?? '')?.arn ?? null
    return [
      {
        id: resolved.id,
        name: resolved.name,
        profile: row.profile,
        role: row.role,
        arn: check?.proven?.arn ?? row.predicted.arn,
        verdict: check?.verdict ?? null,
        username: check?.seen?.username ?? null,
        arnOfCluster: whole ? `arn:${partition}:eks:${region}:${account}:cluster/${name}` : written,
        server: row.server,
        region,
        nameOfCluster: name,
        account,
      },
    ]
  })
}

/** Those that lead to a cluster: by its ARN, or by its endpoint. */
export const contextsOf = (
  all: readonly ContextAt[],
  { arn, endpoint }: { readonly arn: string; readonly endpoint: string | null },
): readonly ContextAt[] =>
  all.filter((one) => one.arnOfCluster === arn || (endpoint !== null && one.server === endpoint))
