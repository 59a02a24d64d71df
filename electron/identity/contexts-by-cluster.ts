/** The contexts of the loaded files by the cluster that they refer to, with their identities by files and past checks. */
import { parseClusterArn } from '../../shared/identity/arn'
import type { Check, Seen } from '../../shared/identity/identity'
import type { ContextAt } from '../../shared/identity/who-enters-where'
import type { EntryId } from '../../shared/kubeconfig/entries'
import type { IdentityRow } from './assemble'

/** The part of a check that is shown of identities and clusters. */
export interface KeptCheck
  extends Pick<Check, 'context' | 'fingerprint' | 'at' | 'until' | 'verdict' | 'proven' | 'problem'> {
  readonly seen: Pick<Seen, 'username' | 'everything'> | null
  /** What the cluster answered to the identity that acts; null where no such answer came. */
  readonly answered: ContextAt['answered']
}

/**
 * Of every context that kubectl would use, or of those whose name it takes from elsewhere: what a cluster answered to the check
 * of such a one is so all the same. `checks`: those that count.
 */
export function contextsAt(
  rows: readonly IdentityRow[],
  checks: ReadonlyMap<EntryId, KeptCheck>,
  which: 'effective' | 'shadowed' = 'effective',
): readonly ContextAt[] {
  const wanted = rows.filter(({ effective }) => effective === (which === 'effective'))
  return wanted.map((row): ContextAt => {
    const { resolved } = row
    const check = checks.get(resolved.id) ?? null
    const answered = check?.answered ?? null
    return {
      id: resolved.id,
      name: resolved.name,
      profile: row.profile,
      role: row.role,
      arn: check?.proven?.arn ?? row.predicted.arn,
      verdict: check?.verdict ?? null,
      username: check?.seen?.username ?? null,
      proven: check?.proven?.arn ?? null,
      // A cluster refuses a token that is for another cluster, also of an identity that may enter.
      answered: answered === 'refused' && row.meant.tokenFor !== null ? null : answered,
      server: row.server,
      ...clusterMeant(row),
    }
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
