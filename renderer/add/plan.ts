/** From chosen clusters and whom their contexts act as to pending edits. Values only. */

import type { Edit } from '../../shared/edits/edit'
import { fillAll, parseTemplate } from '../../shared/edits/name-template'
import { isRoleArn } from '../../shared/identity/arn'
import type { DiscoveryIdentity } from '../../shared/identity/eks-cluster'
import type { FoundCluster } from '../../shared/ipc/payloads'
import type { Snapshot } from '../../shared/kubeconfig/entries'
import { principalName } from '../rows/who'
import { add } from '../text/add'

export interface AddWish {
  readonly clusters: readonly FoundCluster[]
  readonly identity: DiscoveryIdentity
  /** The ARN of who looks, once AWS said it. */
  readonly caller: string | null
  readonly actsAs: 'same' | 'profile' | 'role'
  readonly profile: string
  readonly role: string
  readonly pin: 'arg' | 'env' | 'none'
  readonly template: string
  readonly namespace: string
  readonly proxyUrl: string
  /** Empty: where kubectl puts new entries. */
  readonly file: string
}

export interface AddPlan {
  readonly edits: readonly Edit[]
  /** One for each cluster, in their order. */
  readonly names: readonly { readonly name: string; readonly collided: boolean }[]
  /** Why there are no edits; null when there are, or nothing is chosen. */
  readonly problem: string | null
  readonly templateProblem: string | null
}

/** Whom the contexts act as: a profile, a role on top, or both. */
export function identityOf(wish: Pick<AddWish, 'actsAs' | 'identity' | 'profile' | 'role'>): {
  readonly profile: string | null
  readonly role: string | null
} {
  const { actsAs, identity } = wish
  if (actsAs === 'profile') return { profile: wish.profile.trim() || null, role: null }
  if (actsAs === 'role') return { profile: identity.profile, role: wish.role.trim() || null }
  return { profile: identity.profile, role: identity.role }
}

/** The edits, or why there can be none. */
export function addPlan(wish: AddWish, snapshot: Snapshot): AddPlan {
  const { profile, role } = identityOf(wish)
  const parsed = parseTemplate(wish.template)
  const none = { edits: [], names: [], problem: null, templateProblem: null }
  if ('problem' in parsed) return { ...none, templateProblem: parsed.problem }
  const service = wish.clusters.find(({ serviceRole }) => role !== null && serviceRole === role)
  const taken = new Set(snapshot.contexts.map(({ name }) => name))
  const who = role ?? (wish.actsAs === 'profile' ? null : wish.caller)
  const names = fillAll(
    parsed.template,
    wish.clusters.map((cluster) => ({
      account: cluster.account,
      cluster: cluster.name,
      region: cluster.region,
      partition: cluster.partition,
      role: who === null ? null : principalName(who),
      profile,
      namespace: wish.namespace.trim() || null,
    })),
    taken,
  )
  if (service) return { ...none, names, problem: add.serviceRole(service.name) }
  if (wish.actsAs === 'role' && (role === null || !isRoleArn(role)))
    return { ...none, names, problem: role === null ? null : add.badRole }
  if (wish.actsAs === 'profile' && profile === null) return { ...none, names }
  const made = new Map<string, string>()
  const edits = wish.clusters.flatMap((cluster, at): readonly Edit[] => {
    const name = names[at]?.name
    if (name === undefined || cluster.endpoint === null) return []
    return [
      {
        kind: 'add-context',
        file: wish.file === '' ? null : wish.file,
        name,
        namespace: wish.namespace.trim() || null,
        cluster: clusterOf(cluster, wish.proxyUrl.trim(), name, snapshot, made),
        user: {
          name: null,
          region: cluster.region,
          cluster:
            cluster.outpostClusterId === null ? { name: cluster.name } : { id: cluster.outpostClusterId },
          role,
          profile,
          pin: profile === null ? 'none' : wish.pin,
        },
        use: false,
      },
    ]
  })
  return { edits, names, problem: null, templateProblem: null }
}

type AddCluster = Extract<Edit, { kind: 'add-context' }>['cluster']

/** The entry of that ARN is used again, unless it goes another way (proxy) than is asked for. */
function clusterOf(
  cluster: FoundCluster,
  proxyUrl: string,
  context: string,
  snapshot: Snapshot,
  made: Map<string, string>,
): AddCluster {
  const there = snapshot.clusters.find(
    ({ name, origin }) => name === cluster.arn && origin.shadowedBy === null,
  )
  if (there && (proxyUrl === '' || there.proxyUrl === proxyUrl)) return { kind: 'reuse', cluster: there.id }
  const taken = (name: string) => snapshot.clusters.some((one) => one.name === name) || made.has(name)
  let name = there ? context : cluster.arn
  for (let at = 2; taken(name); at++) name = `${context}-${at}`
  made.set(name, cluster.arn)
  return {
    kind: 'new',
    name,
    server: cluster.endpoint ?? '',
    certificateAuthorityData: cluster.certificateAuthorityData,
    proxyUrl: proxyUrl || null,
    tlsServerName: null,
  }
}
