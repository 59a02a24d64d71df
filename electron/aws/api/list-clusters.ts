/** The EKS clusters that an identity can see: ListClusters with pages, DescribeCluster. Facts: docs/identity.md, EKS API. */
import type { EKSClient } from '@aws-sdk/client-eks'
import * as v from 'valibot'
import { counted } from '../../../shared/counted'
import { parseServer } from '../../../shared/destination/address'
import { type ClusterName, isClusterName, parseClusterArn } from '../../../shared/identity/arn'
import type { AskedBy } from '../../../shared/identity/asked-by'
import type { EksCluster } from '../../../shared/identity/eks-cluster'
import type { VersionSupport } from '../../../shared/identity/known-clusters'
import { fail, ok, type Result } from '../../../shared/result'
import { type BoundClient, callOnce, listAll, noEks } from './calls'
import { notOfService, notSo, type Refused } from './refusals'

/**
 * What counts as EKS's answer: an endpoint_url, a proxy or a portal may answer in its place, and the client takes any
 * JSON. Names and endpoints end up in a kubeconfig.
 */
const clusterName = v.pipe(v.string(), v.check(isClusterName))
const httpsAddress = v.pipe(
  v.string(),
  v.check((text) => {
    const parsed = parseServer(text)
    return parsed.ok && parsed.value.scheme === 'https' && parsed.value.login === null && !/[?#]/.test(text)
  }),
)
const short = v.pipe(v.string(), v.maxLength(2048))
const clusterSchema = v.object({
  arn: short,
  name: clusterName,
  status: v.nullish(v.pipe(v.string(), v.regex(/^[A-Z_]{1,32}$/))),
  version: v.nullish(v.pipe(v.string(), v.regex(/^[0-9A-Za-z.+-]{1,32}$/))),
  // Both are empty while a cluster is being created.
  endpoint: v.nullish(v.union([v.literal(''), httpsAddress])),
  certificateAuthority: v.nullish(
    v.object({
      data: v.nullish(v.pipe(v.string(), v.maxLength(1024 * 1024), v.regex(/^[A-Za-z0-9+/=\s]*$/))),
    }),
  ),
  roleArn: v.nullish(short),
  id: v.nullish(v.pipe(v.string(), v.regex(/^[0-9A-Za-z-]{1,64}$/))),
  outpostConfig: v.nullish(v.record(v.string(), v.unknown())),
  accessConfig: v.nullish(
    v.object({ authenticationMode: v.nullish(v.pipe(v.string(), v.regex(/^[A-Z_]{1,32}$/))) }),
  ),
  resourcesVpcConfig: v.nullish(
    v.object({ endpointPublicAccess: v.nullish(v.boolean()), endpointPrivateAccess: v.nullish(v.boolean()) }),
  ),
})
type Cluster = v.InferOutput<typeof clusterSchema>

/** Far more than an account may have in a region; each costs a request of its own. */
const mostClusters = 5_000
/** Pages of them; EKS gives a hundred on each. */
const mostPages = 100

const another = 'the answer has an unexpected shape, or is about another cluster'

/** One page of the names of a region's clusters; `next`: what gets the one after it, null for the last. */
export async function clusterPage(
  at: BoundClient<EKSClient>,
  from: string | null,
): Promise<Result<{ readonly names: readonly string[]; readonly next: string | null }, Refused>> {
  const { ListClustersCommand } = await import('@aws-sdk/client-eks')
  const command = new ListClustersCommand({ maxResults: 100, ...(from === null ? {} : { nextToken: from }) })
  const page = await callOnce(at, 'ListClusters', (client, options) => client.send(command, options))
  if (!page.ok) return page
  const { clusters, nextToken } = page.value
  // Hundreds of thousands are not even read.
  const names = v.safeParse(v.array(clusterName), clusters?.slice?.(0, mostClusters + 1))
  return names.success
    ? ok({ names: names.output, next: nextToken || null })
    : fail(noEks('ListClusters', at, another))
}

/**
 * Names of all clusters of one region, each once, page by page as they come. Pages before a failure were yielded. `ask` gets
 * each page; it may ask again where one fails.
 */
export async function* clusterNames(
  region: string,
  ask: (from: string | null) => ReturnType<typeof clusterPage>,
): AsyncGenerator<Result<readonly string[], Refused>> {
  let from: string | null = null
  const tokens = new Set<string>()
  const seen = new Set<string>()
  for (let pages = 1; ; pages += 1) {
    const page: Awaited<ReturnType<typeof clusterPage>> = await ask(from)
    if (!page.ok) {
      yield page
      return
    }
    const { names, next } = page.value
    const fresh = [...new Set(names)].filter((name) => !seen.has(name))
    const some = fresh.slice(0, mostClusters - seen.size)
    for (const name of some) seen.add(name)
    yield ok(some)
    const more = next !== null && !tokens.has(next)
    const repeats = names.length > 0 && fresh.length === 0
    if (some.length < fresh.length || (more && (repeats || pages >= mostPages))) {
      yield fail(
        notSo(
          `What answers ListClusters for EKS in ${region} sends a list without end; only the first ${counted(mostClusters)} clusters were read.`,
          'Check which endpoint_url or proxy answers in place of EKS.',
        ),
      )
      return
    }
    // A server that hands out the same page again and again must not go on for ever.
    if (!more) return
    tokens.add(next)
    from = next
  }
}

/** One cluster by name. An answer about another name, region or account than requested does not count. */
export async function describeCluster(
  at: BoundClient<EKSClient>,
  name: string,
  asking: Promise<AskedBy>,
): Promise<Result<EksCluster, Refused>> {
  const { DescribeClusterCommand } = await import('@aws-sdk/client-eks')
  const action = 'DescribeCluster'
  const command = new DescribeClusterCommand({ name })
  const about = { ...at, cluster: name }
  const [answer, askedBy] = await Promise.all([
    callOnce(about, action, (client, options) => client.send(command, options)),
    asking,
  ])
  if (!answer.ok) return answer
  const { region, account } = askedBy
  const read = v.safeParse(clusterSchema, answer.value.cluster)
  const arn = read.success ? parseClusterArn(read.output.arn) : null
  const wrong = (why: string) => fail(noEks(action, about, why))
  if (!read.success || arn === null) return wrong(another)
  if (read.output.name !== name || arn.name !== name || arn.region !== region) return wrong(another)
  if (account !== null && arn.account !== account)
    return wrong(
      `the cluster would be of account ${arn.account}, and ${at.who} is of ${account}, as STS says`,
    )
  return ok(eksCluster(read.output, arn, askedBy))
}

/** The SDK's answer as a value of ours. */
function eksCluster(answer: Cluster, named: ClusterName, askedBy: AskedBy): EksCluster {
  const outpost = answer.outpostConfig ?? undefined
  // aws-cli: an outpostConfig without etcdInstanceType marks a local cluster that get-token knows by id.
  const local = outpost !== undefined && !('etcdInstanceType' in outpost && outpost.etcdInstanceType)
  return {
    arn: named.arn,
    name: named.name,
    region: named.region,
    partition: named.partition,
    status: answer.status ?? 'UNKNOWN',
    version: answer.version ?? null,
    endpoint: answer.endpoint || null,
    certificateAuthorityData: answer.certificateAuthority?.data || null,
    serviceRole: answer.roleArn ?? null,
    outpostClusterId: local ? (answer.id ?? null) : null,
    authenticationMode: answer.accessConfig?.authenticationMode ?? null,
    publicEndpoint: answer.resourcesVpcConfig?.endpointPublicAccess ?? null,
    privateEndpoint: answer.resourcesVpcConfig?.endpointPrivateAccess ?? null,
    askedBy,
  }
}

const versionSchema = v.object({
  clusterVersion: v.pipe(v.string(), v.regex(/^[0-9A-Za-z.+-]{1,32}$/)),
  endOfStandardSupportDate: v.nullish(v.date()),
  endOfExtendedSupportDate: v.nullish(v.date()),
})

/** Of every version that EKS knows, also those whose support has ended. */
export async function versionSupport(at: BoundClient<EKSClient>): Promise<Result<readonly VersionSupport[]>> {
  const { DescribeClusterVersionsCommand } = await import('@aws-sdk/client-eks')
  const action = 'DescribeClusterVersions'
  const found = await listAll(at, action, {
    item: versionSchema,
    most: 1_000,
    wrong: (why) => notOfService('EKS', `${action} in ${at.region}`, why),
    page: async (client, from, options) => {
      const command = new DescribeClusterVersionsCommand({ includeAll: true, maxResults: 100, ...from })
      const answer = await client.send(command, options)
      return { items: answer.clusterVersions, next: answer.nextToken }
    },
  })
  if (!found.ok) return found
  return ok(
    found.value.map(({ clusterVersion, endOfStandardSupportDate, endOfExtendedSupportDate }) => ({
      version: clusterVersion,
      standardUntil: endOfStandardSupportDate?.getTime() ?? null,
      extendedUntil: endOfExtendedSupportDate?.getTime() ?? null,
    })),
  )
}
