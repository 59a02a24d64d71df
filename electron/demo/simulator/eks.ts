/**
 * The EKS API, as far as contexts need it: clusters by account and region, in pages, with their access entries.
 * Source: EKS API reference; shapes compared with what aws-cli 2.23 and @aws-sdk/client-eks parse.
 */
import { defaultUsername } from '../../../shared/identity/access-entries'
import { parseClusterArn } from '../../../shared/identity/arn'
import { partitionOfRegion } from '../../../shared/identity/regions'
import { type Aws, type AwsError, type Meant, mayDo, signedOutcome } from './authenticate'
import { changed, changes } from './eks-changes'
import { type Answer, json, pageOf, parseObject } from './http'
import { type Caller, idFrom } from './signing-keys'
import { pathOf, queryOf, type ReceivedRequest } from './sigv4'
import type { AccessEntryRecord, EksCluster, World } from './world'

/** Where a running cluster listens and what signs its certificate. */
export interface ClusterEndpoint {
  readonly url: string
  readonly caPem: string
}

/** An error in EKS's form: the type in a header and in the body. */
export function eksError(status: number, type: string, message: string): Answer {
  return json(status, { __type: type, message }, { 'x-amzn-errortype': type })
}

/** What STS says of keys and signatures, by the names that the REST services have for it. */
export function restRefusal({ status, code, message }: AwsError): Answer {
  const type =
    {
      InvalidClientTokenId: 'UnrecognizedClientException',
      ExpiredToken: 'ExpiredTokenException',
      SignatureDoesNotMatch: 'InvalidSignatureException',
      MissingAuthenticationToken: 'MissingAuthenticationTokenException',
    }[code] ?? code
  return eksError(status, type, message)
}

const created = Date.parse('2024-03-11T09:26:53Z')

/** The ARN of a managed access policy. */
export function policyArn(partition: string, name: string): string {
  return `arn:${partition}:eks::aws:cluster-access-policy/${name}`
}

/** The host name that EKS would give a cluster's endpoint. */
export function endpointHost(cluster: EksCluster): string {
  const name = parseClusterArn(cluster.arn)
  const suffix = name?.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'
  return `${idFrom('', cluster.arn, 32)}.gr7.${name?.region}.eks.${suffix}`
}

function clusterFields(cluster: EksCluster, endpoint: ClusterEndpoint | null): Record<string, unknown> {
  const name = parseClusterArn(cluster.arn)
  const born = cluster.status === 'CREATING' ? null : endpoint
  return {
    name: name?.name,
    arn: cluster.arn,
    createdAt: created / 1000,
    version: cluster.version,
    ...(born ? { endpoint: born.url } : {}),
    roleArn: cluster.serviceRole,
    resourcesVpcConfig: {
      endpointPublicAccess: cluster.endpointAccess.public,
      endpointPrivateAccess: cluster.endpointAccess.private,
    },
    status: cluster.status,
    ...(born
      ? { certificateAuthority: { data: Buffer.from(born.caPem, 'utf8').toString('base64') } }
      : { certificateAuthority: {} }),
    accessConfig: { authenticationMode: cluster.authenticationMode },
    ...(cluster.outpost
      ? {
          id: cluster.outpost.id,
          outpostConfig: { outpostArns: cluster.outpost.outpostArns, controlPlaneInstanceType: 'm5.large' },
        }
      : {}),
  }
}

function entryFields(cluster: EksCluster, entry: AccessEntryRecord): Record<string, unknown> {
  const name = parseClusterArn(cluster.arn)
  return {
    clusterName: name?.name,
    principalArn: entry.principalArn,
    kubernetesGroups: entry.groups ?? [],
    createdAt: created / 1000,
    modifiedAt: created / 1000,
    username: entry.username ?? defaultUsername(entry.principalArn),
    type: entry.type ?? 'STANDARD',
  }
}

/** Operations by their paths; the groups of the patterns are names. */
const operations: readonly (readonly [string, RegExp])[] = [
  ['DescribeClusterVersions', /^\/cluster-versions$/],
  ['ListClusters', /^\/clusters$/],
  ['DescribeCluster', /^\/clusters\/([^/]+)$/],
  ['ListAccessEntries', /^\/clusters\/([^/]+)\/access-entries$/],
  ['DescribeAccessEntry', /^\/clusters\/([^/]+)\/access-entries\/([^/]+)$/],
  ['ListAssociatedAccessPolicies', /^\/clusters\/([^/]+)\/access-entries\/([^/]+)\/access-policies$/],
]

/** A world that EKS may change, too. */
interface ChangeableAws extends Aws {
  readonly change: (to: (now: World) => World) => void
}

/** What a request means to EKS; null for none that is known. `endpoints` is keyed by cluster ARN. */
export function eksMeant(
  request: ReceivedRequest,
  aws: ChangeableAws,
  endpoints: ReadonlyMap<string, ClusterEndpoint>,
): Meant | null {
  const known = { GET: operations, POST: changes }[request.method] ?? []
  for (const [operation, path] of known) {
    const found = path.exec(pathOf(request.target))
    if (found === null) continue
    const names = found.slice(1).map(decodeURIComponent)
    const query = new Map(queryOf(request.target))
    const answer = (caller: Caller, region: string) =>
      request.method === 'POST'
        ? changeEks(operation, names, request.body, caller, region, aws)
        : answerEks(operation, names, query, caller, region, aws.world(), endpoints)
    return {
      service: 'eks',
      operation,
      outcome: () => signedOutcome(request, 'eks', aws, restRefusal, answer),
    }
  }
  return null
}

/** Minors of Kubernetes that EKS knows, each supported for four months longer than the one before. */
const minors = [27, 28, 29, 30, 31, 32, 33, 34]
/** Of the first of them, by the day on which it is asked: a made-up company does not age. */
const firstEnd = () => Date.now() - year - year / 6
const year = 365 * 24 * 3_600_000
const fourMonths = year / 3

const clusterArn = (region: string, { account }: Caller, name: string): string =>
  `arn:${partitionOfRegion(region)}:eks:${region}:${account}:cluster/${name || '*'}`

function deniedTo(caller: Caller, operation: string, arn: string): Answer | null {
  if (mayDo(caller, `eks:${operation}`)) return null
  const message = `User: ${caller.arn} is not authorized to perform: eks:${operation} on resource: ${arn}`
  return eksError(403, 'AccessDeniedException', message)
}

const noEntries = eksError(
  400,
  'InvalidRequestException',
  "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.",
)

function changeEks(
  operation: string,
  [name = '', principalArn = '']: readonly string[],
  body: string,
  caller: Caller,
  region: string,
  { world, change }: ChangeableAws,
): Answer {
  const arn = clusterArn(region, caller, name)
  const denied = deniedTo(caller, operation, arn)
  if (denied !== null) return denied
  const cluster = world().clusters.find((each) => each.arn === arn)
  if (!cluster) return eksError(404, 'ResourceNotFoundException', `No cluster found for name: ${name}.`)
  if (operation !== 'UpdateClusterConfig' && cluster.authenticationMode === 'CONFIG_MAP') return noEntries
  const after = changed(operation, parseObject(body), principalArn, cluster, world())
  if (after.refused !== undefined) return eksError(...after.refused)
  change((now) => ({
    ...now,
    clusters: now.clusters.map((each) => (each.arn === arn ? after.cluster : each)),
  }))
  return after.entry === null
    ? json(200, { update: { id: idFrom('', arn, 32), status: 'Successful', type: 'AccessConfigUpdate' } })
    : json(200, {
        accessEntry: entryFields(after.cluster, after.entry),
        associatedAccessPolicy: policiesOf(after.entry, caller.partition).at(-1),
      })
}

const policiesOf = (entry: AccessEntryRecord, partition: string) =>
  (entry.policies ?? []).map(({ name: policy, namespaces = [] }) => ({
    policyArn: policyArn(partition, policy),
    accessScope: { type: namespaces.length === 0 ? 'cluster' : 'namespace', namespaces },
    associatedAt: created / 1000,
    modifiedAt: created / 1000,
  }))

function answerEks(
  operation: string,
  [name = '', principalArn = '']: readonly string[],
  query: ReadonlyMap<string, string>,
  caller: Caller,
  region: string,
  world: World,
  endpoints: ReadonlyMap<string, ClusterEndpoint>,
): Answer {
  const listed = (key: string, items: readonly unknown[], more: object = {}): Answer => {
    const page = pageOf(items, query.get('maxResults') ?? 100, 100, query.get('nextToken'))
    return page
      ? json(200, { ...more, [key]: page.items, nextToken: page.next })
      : eksError(400, 'InvalidParameterException', 'Invalid maxResults or nextToken')
  }
  const arn = clusterArn(region, caller, name)
  const denied = deniedTo(caller, operation, arn)
  if (denied !== null) return denied
  if (operation === 'DescribeClusterVersions') {
    const clusterVersions = minors.map((minor, index) => ({
      clusterVersion: `1.${minor}`,
      clusterType: 'eks',
      endOfStandardSupportDate: (firstEnd() + index * fourMonths) / 1000,
      endOfExtendedSupportDate: (firstEnd() + index * fourMonths + year) / 1000,
    }))
    return json(200, { clusterVersions })
  }
  const here = world.clusters.filter((each) => {
    const parsed = parseClusterArn(each.arn)
    return parsed?.account === caller.account && parsed.region === region
  })
  if (operation === 'ListClusters')
    return listed('clusters', here.map((each) => parseClusterArn(each.arn)?.name ?? '').sort())
  const cluster = here.find((each) => each.arn === arn)
  if (!cluster) return eksError(404, 'ResourceNotFoundException', `No cluster found for name: ${name}.`)
  if (operation === 'DescribeCluster')
    return json(200, { cluster: clusterFields(cluster, endpoints.get(cluster.arn) ?? null) })
  if (cluster.authenticationMode === 'CONFIG_MAP') return noEntries
  if (operation === 'ListAccessEntries')
    return listed('accessEntries', cluster.accessEntries.map((each) => each.principalArn).sort())
  const entry = cluster.accessEntries.find((each) => each.principalArn === principalArn)
  if (!entry) {
    const message =
      "The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'."
    return eksError(404, 'ResourceNotFoundException', message)
  }
  if (operation === 'DescribeAccessEntry') return json(200, { accessEntry: entryFields(cluster, entry) })
  const policies = policiesOf(entry, caller.partition)
  return listed('associatedAccessPolicies', policies, { clusterName: name, principalArn })
}
