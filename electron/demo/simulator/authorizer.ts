/** What a Kubernetes user may do in a simulated cluster: system:masters, EKS access policies, and nothing else. */
import type { KubernetesUser } from './mapping'
import type { EksCluster } from './world'

/** An action as SelfSubjectAccessReview asks for it. */
export interface Action {
  readonly verb: string
  readonly group: string
  readonly resource: string
  /** Empty: all namespaces, or a cluster-wide resource. */
  readonly namespace: string
}

export interface Rule {
  readonly verbs: readonly string[]
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
}

const read = ['get', 'list', 'watch'] as const

/** A simplified picture of the managed policies: read or everything, with or without secrets and RBAC. */
const policyRules: Readonly<Record<string, readonly Rule[]>> = {
  AmazonEKSClusterAdminPolicy: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
  AmazonEKSAdminPolicy: [
    { verbs: ['*'], apiGroups: ['', 'apps', 'batch', 'rbac.authorization.k8s.io'], resources: ['*'] },
  ],
  AmazonEKSAdminViewPolicy: [{ verbs: read, apiGroups: ['*'], resources: ['*'] }],
  AmazonEKSEditPolicy: [
    {
      verbs: ['create', 'delete', 'patch', 'update', ...read],
      apiGroups: ['', 'apps', 'batch'],
      resources: [
        'configmaps',
        'deployments',
        'jobs',
        'namespaces',
        'pods',
        'pods/exec',
        'secrets',
        'services',
      ],
    },
  ],
  AmazonEKSViewPolicy: [
    {
      verbs: read,
      apiGroups: ['', 'apps', 'batch'],
      resources: ['configmaps', 'deployments', 'jobs', 'namespaces', 'pods', 'services'],
    },
  ],
}

/** Every authenticated user may ask about itself (system:basic-user, system:discovery). */
const basicRules: readonly Rule[] = [
  {
    verbs: ['create'],
    apiGroups: ['authorization.k8s.io'],
    resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
  },
  { verbs: ['create'], apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'] },
]

/** The rules that hold for a user in a namespace (empty: cluster-wide). */
export function rulesFor(user: KubernetesUser, namespace: string): readonly Rule[] {
  const masters: readonly Rule[] = user.groups.includes('system:masters')
    ? [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }]
    : []
  const granted = user.policies
    .filter((policy) => {
      const scope = policy.namespaces ?? []
      return scope.length === 0 || (namespace !== '' && scope.includes(namespace))
    })
    .flatMap((policy) => policyRules[policy.name] ?? [])
  return [...masters, ...granted, ...basicRules]
}

/** Whether a user may do something. */
export function isAllowed(user: KubernetesUser, action: Action): boolean {
  const has = (list: readonly string[], wanted: string) => list.includes('*') || list.includes(wanted)
  return rulesFor(user, action.namespace).some(
    (rule) =>
      has(rule.verbs, action.verb) &&
      has(rule.apiGroups, action.group) &&
      has(rule.resources, action.resource),
  )
}

/** Whether a user may act as another one in this cluster. */
export function mayImpersonate(cluster: EksCluster, user: KubernetesUser): boolean {
  if (cluster.impersonators === 'never') return false
  if (user.groups.includes('system:masters')) return true
  return (cluster.impersonators ?? []).some((each) => each === user.username || user.groups.includes(each))
}
