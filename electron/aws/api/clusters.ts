/** The EKS clusters that an identity can see: ListClusters with pages, DescribeCluster. Facts: docs/identity.md, EKS API. */
import type { Cluster, EKSClient } from '@aws-sdk/client-eks'
import { parseClusterArn } from '../../../shared/identity/arn'
import type { EksCluster } from '../../../shared/identity/eks-cluster'
import { fail, fault, ok, type Result } from '../../../shared/result'
import { type AwsCall, refusal } from './refusals'

/** Names of all clusters of one region, page by page as they come. Partial pages before a failure were yielded. */
export async function* clusterNames(
  client: EKSClient,
  call: Omit<AwsCall, 'action'>,
  signal: AbortSignal,
): AsyncGenerator<Result<readonly string[]>> {
  const { ListClustersCommand } = await import('@aws-sdk/client-eks')
  let nextToken: string | undefined
  const seen = new Set<string>()
  do {
    try {
      const page = await client.send(
        new ListClustersCommand({ maxResults: 100, ...(nextToken === undefined ? {} : { nextToken }) }),
        { abortSignal: signal },
      )
      nextToken = page.nextToken || undefined
      // A server that hands out the same page again and again must not go on for ever.
      if (nextToken !== undefined && seen.has(nextToken)) nextToken = undefined
      if (nextToken !== undefined) seen.add(nextToken)
      yield ok(page.clusters ?? [])
    } catch (error) {
      yield fail(refusal(error, { ...call, action: 'ListClusters' }))
      return
    }
  } while (nextToken !== undefined)
}

/** One cluster by name. */
export async function describeCluster(
  client: EKSClient,
  name: string,
  call: Omit<AwsCall, 'action' | 'cluster'>,
  signal: AbortSignal,
): Promise<Result<EksCluster>> {
  const { DescribeClusterCommand } = await import('@aws-sdk/client-eks')
  try {
    const answer = await client.send(new DescribeClusterCommand({ name }), { abortSignal: signal })
    const cluster = answer.cluster ? eksCluster(answer.cluster) : null
    if (cluster) return ok(cluster)
    return fail(
      fault(
        'aws',
        `AWS described cluster ${name} in ${call.region} without a valid ARN.`,
        'Check which endpoint answers for EKS.',
      ),
    )
  } catch (error) {
    return fail(refusal(error, { ...call, action: 'DescribeCluster', cluster: name }))
  }
}

/** The SDK's answer as a value of ours; null when it names no cluster ARN. */
function eksCluster(answer: Cluster): EksCluster | null {
  const named = parseClusterArn(answer.arn ?? '')
  if (!named) return null
  const outpost = answer.outpostConfig
  // aws-cli: an outpostConfig without etcdInstanceType marks a local cluster that get-token knows by id.
  const local = outpost !== undefined && !('etcdInstanceType' in outpost && outpost.etcdInstanceType)
  return {
    arn: named.arn,
    name: answer.name ?? named.name,
    region: named.region,
    account: named.account,
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
  }
}
