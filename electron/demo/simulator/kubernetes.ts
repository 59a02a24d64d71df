/** The Kubernetes API as one user sees it: reviews, version, namespaces, aws-auth, and enough discovery for kubectl. */
import { type Action, isAllowed, rulesFor } from './authorizer'
import { type Answer, json, parseObject } from './http'
import type { KubernetesUser } from './mapping'
import { isKubernetesProtobuf, readReview } from './protobuf'
import { pathOf, type ReceivedRequest } from './sigv4'
import type { EksCluster } from './world'

/** A Kubernetes Status failure. */
export function status(
  code: number,
  reason: string,
  message: string,
  details?: Record<string, unknown>,
): Answer {
  return json(code, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    ...(details ? { details } : {}),
    code,
  })
}

/** `name` and `scope`: empty where there is none. */
function forbidden(
  { username }: KubernetesUser,
  of: Omit<Action, 'namespace'>,
  name = '',
  scope = '',
): Answer {
  const { verb, group, resource } = of
  const qualified = group === '' ? resource : `${resource}.${group}`
  const subject = name === '' ? qualified : `${qualified} "${name}"`
  const where = scope === '' ? 'at the cluster scope' : `in the namespace "${scope}"`
  const message = `${subject} is forbidden: User "${username}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`
  const details = { ...(name === '' ? {} : { name }), ...(group === '' ? {} : { group }), kind: resource }
  return status(403, 'Forbidden', message, details)
}

const notFound = (): Answer => status(404, 'NotFound', 'the server could not find the requested resource', {})

/** What the API server adds to every authenticated user. */
function allGroups(user: KubernetesUser): readonly string[] {
  return user.groups.includes('system:authenticated') ? user.groups : [...user.groups, 'system:authenticated']
}

function userInfo(user: KubernetesUser): Record<string, unknown> {
  return {
    username: user.username,
    ...(user.uid === null ? {} : { uid: user.uid }),
    groups: allGroups(user),
    ...(Object.keys(user.extra).length === 0 ? {} : { extra: user.extra }),
  }
}

const at = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
const textAt = (value: unknown, key: string): string => {
  const found = at(value, key)
  return typeof found === 'string' ? found : ''
}

/** kubectl sends protobuf, others JSON. */
function bodyOf(request: ReceivedRequest): Record<string, unknown> | null {
  return isKubernetesProtobuf(request.body) ? readReview(request.body) : parseObject(request.body)
}

function review(
  request: ReceivedRequest,
  cluster: EksCluster,
  user: KubernetesUser,
  version: string,
  now: number,
): Answer {
  const versions: readonly string[] = cluster.reviewVersions ?? ['v1']
  if (!versions.includes(version)) return notFound()
  if (cluster.reviewDenied === true)
    return forbidden(user, { verb: 'create', group: 'authentication.k8s.io', resource: 'selfsubjectreviews' })
  const body = bodyOf(request)
  const apiVersion = `authentication.k8s.io/${version}`
  if (body?.kind !== 'SelfSubjectReview' || body.apiVersion !== apiVersion) {
    const why = 'the object provided is unrecognized (must be of type SelfSubjectReview)'
    return status(400, 'BadRequest', why)
  }
  return json(201, {
    kind: 'SelfSubjectReview',
    apiVersion,
    metadata: { creationTimestamp: new Date(now).toISOString().replace(/\.\d+/, '') },
    status: { userInfo: userInfo(user) },
  })
}

function accessReview(body: Record<string, unknown>, user: KubernetesUser): Answer {
  const attributes = at(body.spec, 'resourceAttributes')
  const allowed = isAllowed(user, {
    verb: textAt(attributes, 'verb'),
    group: textAt(attributes, 'group'),
    resource: [textAt(attributes, 'resource'), textAt(attributes, 'subresource')].filter(Boolean).join('/'),
    namespace: textAt(attributes, 'namespace'),
  })
  return json(201, {
    kind: 'SelfSubjectAccessReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: {},
    spec: body.spec,
    status: allowed
      ? { allowed, reason: 'EKS Access Policy: allowed by the demo fleet' }
      : { allowed: false },
  })
}

function rulesReview(body: Record<string, unknown>, user: KubernetesUser): Answer {
  const namespace = textAt(body.spec, 'namespace')
  // As EKS: access policies are granted by an authorizer that lists no rules, and the answer says so.
  const listing = { ...user, policies: [] }
  return json(201, {
    kind: 'SelfSubjectRulesReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: {},
    spec: body.spec,
    status: {
      resourceRules: rulesFor(listing, namespace),
      nonResourceRules: [],
      incomplete: true,
      evaluationError: 'webhook authorizer does not support user rule resolution',
    },
  })
}

function namespace(name: string): Record<string, unknown> {
  return {
    metadata: {
      name,
      uid: `00000000-0000-4000-8000-${Buffer.from(name).toString('hex').padEnd(12, '0').slice(0, 12)}`,
      resourceVersion: '1',
      creationTimestamp: '2024-03-11T09:40:00Z',
      labels: { 'kubernetes.io/metadata.name': name },
    },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  }
}

function namespaces(name: string, cluster: EksCluster, user: KubernetesUser): Answer {
  const verb = name === '' ? 'list' : 'get'
  const action = { verb, group: '', resource: 'namespaces', namespace: name }
  if (!isAllowed(user, action)) return forbidden(user, action, name, name)
  if (name === '') {
    return json(200, {
      kind: 'NamespaceList',
      apiVersion: 'v1',
      metadata: { resourceVersion: '1' },
      items: cluster.namespaces.map(namespace),
    })
  }
  if (!cluster.namespaces.includes(name)) {
    return status(404, 'NotFound', `namespaces "${name}" not found`, { name, kind: 'namespaces' })
  }
  return json(200, { kind: 'Namespace', apiVersion: 'v1', ...namespace(name) })
}

function awsAuth(cluster: EksCluster, user: KubernetesUser): Answer {
  const name = 'aws-auth'
  const action = { verb: 'get', group: '', resource: 'configmaps', namespace: 'kube-system' }
  if (!isAllowed(user, action)) return forbidden(user, action, name, action.namespace)
  if (!cluster.awsAuth)
    return status(404, 'NotFound', `configmaps "${name}" not found`, { name, kind: 'configmaps' })
  return json(200, {
    kind: 'ConfigMap',
    apiVersion: 'v1',
    metadata: { name, namespace: action.namespace, resourceVersion: '1' },
    data: { ...cluster.awsAuth },
  })
}

const resource = (name: string, kind: string, namespaced: boolean, verbs: readonly string[]) => ({
  name,
  singularName: '',
  namespaced,
  kind,
  verbs,
})

function discovery(path: string, cluster: EksCluster): Answer | null {
  const group = (name: string, versions: readonly string[]) => ({
    name,
    versions: versions.map((version) => ({ groupVersion: `${name}/${version}`, version })),
    preferredVersion: { groupVersion: `${name}/${versions[0]}`, version: versions[0] },
  })
  const list = (groupVersion: string, resources: readonly unknown[]): Answer =>
    json(200, { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources })
  switch (path) {
    case '/api':
      return json(200, { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] })
    case '/apis':
      return json(200, {
        kind: 'APIGroupList',
        apiVersion: 'v1',
        groups: [
          group('authentication.k8s.io', cluster.reviewVersions ?? ['v1']),
          group('authorization.k8s.io', ['v1']),
          group('apps', ['v1']),
        ],
      })
    case '/api/v1':
      return list('v1', [
        resource('namespaces', 'Namespace', false, ['get', 'list']),
        resource('pods', 'Pod', true, ['get', 'list']),
        resource('secrets', 'Secret', true, ['get', 'list']),
        resource('configmaps', 'ConfigMap', true, ['get', 'list']),
      ])
    case '/apis/apps/v1':
      return list('apps/v1', [resource('deployments', 'Deployment', true, ['get', 'list'])])
    case '/apis/authorization.k8s.io/v1':
      return list('authorization.k8s.io/v1', [
        resource('selfsubjectaccessreviews', 'SelfSubjectAccessReview', false, ['create']),
        resource('selfsubjectrulesreviews', 'SelfSubjectRulesReview', false, ['create']),
      ])
    default: {
      const version = /^\/apis\/authentication\.k8s\.io\/(v1(?:beta1|alpha1)?)$/.exec(path)?.[1]
      if (version === undefined || !(cluster.reviewVersions ?? ['v1']).some((each) => each === version))
        return null
      return list(`authentication.k8s.io/${version}`, [
        resource('selfsubjectreviews', 'SelfSubjectReview', false, ['create']),
      ])
    }
  }
}

/** Answers a request of an authenticated user. */
export function answerKubernetes(
  request: ReceivedRequest,
  cluster: EksCluster,
  user: KubernetesUser,
  now: number,
): Answer {
  const path = pathOf(request.target)
  if (request.method === 'POST') {
    const version = /^\/apis\/authentication\.k8s\.io\/(\w+)\/selfsubjectreviews$/.exec(path)?.[1]
    if (version !== undefined) return review(request, cluster, user, version, now)
    const body = bodyOf(request)
    if (!body) return status(400, 'BadRequest', 'the body is not an object')
    if (path === '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews') return accessReview(body, user)
    if (path === '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews') return rulesReview(body, user)
    return notFound()
  }
  if (request.method !== 'GET')
    return status(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource')
  if (path === '/version') {
    const [major = '1', minor = ''] = cluster.version.split('.')
    return json(200, {
      major,
      minor: `${minor}+`,
      gitVersion: `v${cluster.version}.5-eks-8cce635`,
    })
  }
  const found = /^\/api\/v1\/namespaces(?:\/([^/]+))?$/.exec(path)
  if (found) return namespaces(found[1] ?? '', cluster, user)
  if (path === '/api/v1/namespaces/kube-system/configmaps/aws-auth') return awsAuth(cluster, user)
  return discovery(path, cluster) ?? notFound()
}
