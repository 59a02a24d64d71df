/** The clusters that contexts lead to or that are known otherwise, with who may enter, over the paths of all. Pure. */
import { grouped } from '../grouped'
import { type ClusterAccess, listsThatCount } from '../identity/access-entries'
import { principalsOf } from '../identity/access-rows'
import { stateOf } from '../identity/known-clusters'
import { principalKey } from '../identity/named-identity'
import { once } from '../once'
import type { AuditCluster, AuditInput, AuditPrincipal } from './audit'
import { countsOf, type Index, nameOf, type Path, placeOf } from './audit-paths'
import type { ClusterFacts } from './cluster-findings'

export function clustersOf(paths: readonly Path[], index: Index): readonly AuditCluster[] {
  const contexts = paths.map(({ context }) => context)
  const count = countsOf(contexts.map(({ cluster }) => cluster))
  const acting = new Set(contexts.map(({ acts }) => acts))
  const through = grouped(paths, ({ context }) => context.cluster)
  const withSeen = (cluster: AuditCluster): AuditCluster => ({
    ...cluster,
    mayEnter: withEntered(cluster.mayEnter, through.get(cluster.key) ?? [], index),
  })
  const { clusters, snapshot } = index.input
  const known = clusters.map(
    (one): AuditCluster => ({
      ...knownCluster(one, acting, index),
      contexts: count.get(one.cluster.id) ?? 0,
    }),
  )
  const others = new Map<string, AuditCluster>()
  for (const [at, { cluster: key }] of contexts.entries()) {
    const entry = snapshot.contexts[at]
    if (entry === undefined || index.cluster.has(entry.id)) continue
    const { name } = placeOf(entry, index.identity.get(entry.id) ?? null, index)
    once(others, key, () => ({ ...unknownCluster, key, name, contexts: count.get(key) ?? 0 }))
  }
  return [...known, ...others.values()].map(withSeen)
}

/** With those that the cluster let in, each once: before its lists, where these do not name it, and with what it was seen to be allowed. */
function withEntered(
  listed: readonly AuditPrincipal[],
  paths: readonly Path[],
  { input: { accountNames } }: Index,
): readonly AuditPrincipal[] {
  const found = new Map<string, AuditPrincipal>()
  for (const { entered } of paths) {
    if (entered === null) continue
    const { who, username, everything } = entered
    const id = who.key ?? username ?? who.label
    found.set(id, {
      ...{
        from: 'seen',
        principal: who.arn,
        name: nameOf(who),
        account: who.account,
        username,
        key: who.key,
      },
      accountName: who.account === null ? null : (accountNames[who.account] ?? null),
      ...{ node: false, problem: null, used: true },
      ...(everything || found.get(id)?.everything === true
        ? { may: ['everything, as the cluster answered'], everything: true }
        : { may: ['what the cluster lets it do'], everything: false }),
    })
  }
  if (found.size === 0) return listed
  const merged = listed.map((row) => {
    const id = row.key ?? row.username ?? ''
    const seen = found.get(id)
    if (seen === undefined) return row
    found.delete(id)
    return row.everything || !seen.everything
      ? row
      : { ...row, may: [...row.may, ...seen.may], everything: true }
  })
  return [...found.values(), ...merged]
}

const unknownCluster: Omit<AuditCluster, 'key' | 'name' | 'contexts'> = {
  arn: null,
  region: null,
  account: null,
  accountName: null,
  state: null,
  mayEnter: [],
  unread: 'It is not a known cluster of EKS.',
  askedAt: null,
}

function knownCluster(
  { cluster, access }: ClusterFacts,
  acting: ReadonlySet<string>,
  { input }: Index,
): Omit<AuditCluster, 'contexts'> {
  const { id, arn, name, region, account, accountName, described } = cluster
  return {
    key: id,
    arn,
    name: name ?? id,
    region,
    account,
    accountName,
    state: stateOf(cluster),
    mayEnter: access === null ? [] : principals(access, acting, input.accountNames),
    unread: access === null ? 'Its lists of who may enter were not read yet.' : unreadIn(access),
    askedAt: described?.at ?? null,
  }
}

/** Why not all of it was read. */
function unreadIn({ mode, entries, awsAuth }: ClusterAccess): string | null {
  const counts = listsThatCount(mode)
  if (counts.entries && entries.state === 'not-read') return entries.why
  return counts.awsAuth && awsAuth.state === 'not-read' ? awsAuth.why : null
}

const principals = (
  access: ClusterAccess,
  acting: ReadonlySet<string>,
  accountNames: AuditInput['accountNames'],
): readonly AuditPrincipal[] =>
  principalsOf(access).flatMap((row) => {
    if (row.passedOver !== null || row.principal === null) return []
    const { from, principal, name, account, username, node, problem, may } = row
    const key = principalKey(principal)
    return [
      {
        ...{ from, principal, name, account, username, node, problem, key },
        accountName: account === null ? null : (accountNames[account] ?? null),
        may: may.says,
        everything: may.everything,
        used: key !== null && acting.has(key),
      },
    ]
  })
