/**
 * The EKS API, as far as contexts need it: clusters by account and region, in pages, with their access entries.
 * Source: EKS API reference; shapes compared with what aws-cli 2.23 and @aws-sdk/client-eks parse.
 */
import { parseClusterArn } from '../../../shared/identity/arn'
import { partitionOfRegion } from '../../../shared/identity/regions'
import { type AwsError, authenticate, mayDo, type Outcome } from './authenticate'
import { type Answer, json } from './http'
import { idFrom, type Keys } from './keys'
import { defaultUsername } from './mapping'
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
export function restRefusal({ code, message }: AwsError): Answer {
  const type =
    {
      InvalidClientTokenId: 'UnrecognizedClientException',
      ExpiredToken: 'ExpiredTokenException',
      SignatureDoesNotMatch: 'InvalidSignatureException',
      MissingAuthenticationToken: 'MissingAuthenticationTokenException',
    }[code] ?? code
  return eksError(403, type, message)
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
      subnetIds: ['subnet-0a1b2c3d4e5f60718', 'subnet-0f9e8d7c6b5a41302'],
      securityGroupIds: [],
      clusterSecurityGroupId: 'sg-0d1e2f3a4b5c6d7e8',
      vpcId: 'vpc-0123456789abcdef0',
      endpointPublicAccess: cluster.endpointAccess.public,
      endpointPrivateAccess: cluster.endpointAccess.private,
      publicAccessCidrs: cluster.endpointAccess.public ? cluster.endpointAccess.cidrs : [],
    },
    kubernetesNetworkConfig: { serviceIpv4Cidr: '172.20.0.0/16', ipFamily: 'ipv4' },
    logging: { clusterLogging: [{ types: ['api', 'audit', 'authenticator'], enabled: true }] },
    identity: {
      oidc: { issuer: `https://oidc.eks.${name?.region}.amazonaws.com/id/${idFrom('', cluster.arn, 32)}` },
    },
    status: cluster.status,
    ...(born
      ? { certificateAuthority: { data: Buffer.from(born.caPem, 'utf8').toString('base64') } }
      : { certificateAuthority: {} }),
    platformVersion: 'eks.9',
    tags: cluster.tags ?? {},
    health: { issues: [] },
    accessConfig: { authenticationMode: cluster.authenticationMode },
    upgradePolicy: { supportType: 'STANDARD' },
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
    accessEntryArn: `${cluster.arn.replace(':cluster/', ':access-entry/')}/${idFrom('', entry.principalArn, 12).toLowerCase()}`,
    createdAt: created / 1000,
    modifiedAt: created / 1000,
    tags: {},
    username: entry.username ?? defaultUsername(entry.principalArn),
    type: entry.type ?? 'STANDARD',
  }
}

/** One page of a list and the token of the next. Tokens are opaque: the offset, and what it belongs to. */
function page<T>(
  items: readonly T[],
  query: ReadonlyMap<string, string>,
): { items: readonly T[]; next: string | null } | null {
  const most = Number(query.get('maxResults') ?? '100')
  if (!Number.isInteger(most) || most < 1 || most > 100) return null
  const token = query.get('nextToken')
  const from =
    token === undefined
      ? 0
      : Number(
          Buffer.from(token, 'base64url')
            .toString('utf8')
            .replace(/^from:/, ''),
        )
  if (!Number.isInteger(from) || from < 0 || from > items.length) return null
  const to = from + most
  return {
    items: items.slice(from, to),
    next: to < items.length ? Buffer.from(`from:${to}`, 'utf8').toString('base64url') : null,
  }
}

const badPage = eksError(400, 'InvalidParameterException', 'Invalid maxResults or nextToken')

/** The operation that a request means and its path's names; null for none that is known. */
export function eksOperation(
  request: ReceivedRequest,
): { operation: string; names: readonly string[] } | null {
  const parts = pathOf(request.target)
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent)
  if (request.method !== 'GET') return null
  const [first, cluster = '', second, entry = '', third] = parts
  if (first === 'access-policies' && parts.length === 1) return { operation: 'ListAccessPolicies', names: [] }
  if (first === 'cluster-versions' && parts.length === 1)
    return { operation: 'DescribeClusterVersions', names: [] }
  if (first !== 'clusters') return null
  if (parts.length === 1) return { operation: 'ListClusters', names: [] }
  if (parts.length === 2) return { operation: 'DescribeCluster', names: [cluster] }
  if (second !== 'access-entries') return null
  if (parts.length === 3) return { operation: 'ListAccessEntries', names: [cluster] }
  if (parts.length === 4) return { operation: 'DescribeAccessEntry', names: [cluster, entry] }
  if (parts.length === 5 && third === 'access-policies') {
    return { operation: 'ListAssociatedAccessPolicies', names: [cluster, entry] }
  }
  return null
}

/** Minors of Kubernetes that EKS knows, each supported for four months longer than the one before. */
const minors = [27, 28, 29, 30, 31, 32, 33, 34]
/** Of the first of them, by the day on which it is asked: a made-up company does not age. */
const firstEnd = () => Date.now() - year - year / 6
const year = 365 * 24 * 3_600_000
const fourMonths = year / 3

/** Managed access policies that EKS knows by name. */
const policyNames = [
  'AmazonEKSAdminPolicy',
  'AmazonEKSClusterAdminPolicy',
  'AmazonEKSAdminViewPolicy',
  'AmazonEKSEditPolicy',
  'AmazonEKSViewPolicy',
] as const

/** Answers one EKS request. `endpoints` is keyed by cluster ARN. */
export function handleEks(
  request: ReceivedRequest,
  world: World,
  keys: Keys,
  endpoints: ReadonlyMap<string, ClusterEndpoint>,
  now: number,
): Outcome {
  const meant = eksOperation(request)
  if (!meant) return { caller: null, answer: eksError(404, 'UnknownOperationException', 'Unknown operation') }
  const { operation, names } = meant
  const who = authenticate(request, 'eks', keys, now)
  if (!who.ok) return { caller: null, answer: restRefusal(who.error) }
  const { caller, region } = who
  const done = (answer: Answer): Outcome => ({ caller, answer })
  const query = new Map(queryOf(request.target))
  const [name = '', principalArn = ''] = names
  const arn = `arn:${partitionOfRegion(region)}:eks:${region}:${caller.account}:cluster/${name || '*'}`
  if (!mayDo(caller, `eks:${operation}`)) {
    return done(
      eksError(
        403,
        'AccessDeniedException',
        `User: ${caller.arn} is not authorized to perform: eks:${operation} on resource: ${arn}`,
      ),
    )
  }
  if (operation === 'ListAccessPolicies') {
    const accessPolicies = policyNames.map((each) => ({ name: each, arn: policyArn(caller.partition, each) }))
    return done(json(200, { accessPolicies }))
  }
  if (operation === 'DescribeClusterVersions') {
    const clusterVersions = minors.map((minor, index) => ({
      clusterVersion: `1.${minor}`,
      clusterType: 'eks',
      endOfStandardSupportDate: (firstEnd() + index * fourMonths) / 1000,
      endOfExtendedSupportDate: (firstEnd() + index * fourMonths + year) / 1000,
    }))
    return done(json(200, { clusterVersions }))
  }
  const here = world.clusters.filter((each) => {
    const parsed = parseClusterArn(each.arn)
    return parsed?.account === caller.account && parsed.region === region
  })
  if (operation === 'ListClusters') {
    const found = page(here.map((each) => parseClusterArn(each.arn)?.name ?? '').sort(), query)
    return done(found ? json(200, { clusters: found.items, nextToken: found.next }) : badPage)
  }
  const cluster = here.find((each) => each.arn === arn)
  if (!cluster) return done(eksError(404, 'ResourceNotFoundException', `No cluster found for name: ${name}.`))
  if (operation === 'DescribeCluster') {
    return done(json(200, { cluster: clusterFields(cluster, endpoints.get(cluster.arn) ?? null) }))
  }
  if (cluster.authenticationMode === 'CONFIG_MAP') {
    return done(
      eksError(
        400,
        'InvalidRequestException',
        "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.",
      ),
    )
  }
  if (operation === 'ListAccessEntries') {
    const policy = query.get('associatedPolicyArn')
    const entries = cluster.accessEntries.filter(
      (each) =>
        policy === undefined ||
        (each.policies ?? []).some((one) => policyArn(caller.partition, one.name) === policy),
    )
    const found = page(entries.map((each) => each.principalArn).sort(), query)
    return done(found ? json(200, { accessEntries: found.items, nextToken: found.next }) : badPage)
  }
  const entry = cluster.accessEntries.find((each) => each.principalArn === principalArn)
  if (!entry) {
    return done(
      eksError(
        404,
        'ResourceNotFoundException',
        `The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'.`,
      ),
    )
  }
  if (operation === 'DescribeAccessEntry')
    return done(json(200, { accessEntry: entryFields(cluster, entry) }))
  const found = page(
    (entry.policies ?? []).map((each) => ({
      policyArn: policyArn(caller.partition, each.name),
      accessScope: {
        type: (each.namespaces ?? []).length === 0 ? 'cluster' : 'namespace',
        namespaces: each.namespaces ?? [],
      },
      associatedAt: created / 1000,
      modifiedAt: created / 1000,
    })),
    query,
  )
  return done(
    found
      ? json(200, {
          clusterName: name,
          principalArn,
          associatedAccessPolicies: found.items,
          nextToken: found.next,
        })
      : badPage,
  )
}
