/** Until when AWS supports each Kubernetes version: DescribeClusterVersions. */
import type { EKSClient } from '@aws-sdk/client-eks'
import * as v from 'valibot'
import type { VersionSupport } from '../../../shared/identity/known-clusters'
import { ok, type Result } from '../../../shared/result'
import { type At, listed } from './calls'
import { notOfService } from './refusals'

const item = v.object({
  clusterVersion: v.pipe(v.string(), v.regex(/^[0-9A-Za-z.+-]{1,32}$/)),
  endOfStandardSupportDate: v.nullish(v.date()),
  endOfExtendedSupportDate: v.nullish(v.date()),
})

/** Of every version that EKS knows, also those whose support has ended. */
export async function versionSupport(at: At<EKSClient>): Promise<Result<readonly VersionSupport[]>> {
  const { DescribeClusterVersionsCommand } = await import('@aws-sdk/client-eks')
  const action = 'DescribeClusterVersions'
  const found = await listed(at, action, {
    item,
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
