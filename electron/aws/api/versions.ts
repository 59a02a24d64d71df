/** Until when AWS supports each Kubernetes version: DescribeClusterVersions. */
import type { EKSClient } from '@aws-sdk/client-eks'
import * as v from 'valibot'
import type { VersionSupport } from '../../../shared/identity/known-clusters'
import type { Result } from '../../../shared/result'
import { allPages, askOnce } from './pages'
import { type AwsCall, notOfService } from './refusals'

const item = v.object({
  clusterVersion: v.pipe(v.string(), v.regex(/^[0-9A-Za-z.+-]{1,32}$/)),
  endOfStandardSupportDate: v.nullish(v.date()),
  endOfExtendedSupportDate: v.nullish(v.date()),
})

/** Of every version that EKS knows, also those whose support has ended. */
export async function versionSupport(
  client: EKSClient,
  call: Omit<AwsCall, 'action'>,
  signal: AbortSignal,
): Promise<Result<readonly VersionSupport[]>> {
  const { DescribeClusterVersionsCommand } = await import('@aws-sdk/client-eks')
  const action = 'DescribeClusterVersions'
  const found = await allPages({
    call: { ...call, action },
    ask: askOnce,
    item,
    most: 1_000,
    wrong: (why) => notOfService('EKS', `${action} in ${call.region}`, why),
    page: async (nextToken) => {
      const command = new DescribeClusterVersionsCommand({ includeAll: true, maxResults: 100, ...nextToken })
      const answer = await client.send(command, { abortSignal: signal })
      return { items: answer.clusterVersions, next: answer.nextToken }
    },
  })
  if (!found.ok) return found
  const value = found.value.map(({ clusterVersion, endOfStandardSupportDate, endOfExtendedSupportDate }) => ({
    version: clusterVersion,
    standardUntil: endOfStandardSupportDate?.getTime() ?? null,
    extendedUntil: endOfExtendedSupportDate?.getTime() ?? null,
  }))
  return { ok: true, value }
}
