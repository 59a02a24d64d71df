/** The EKS cluster that the name of a cluster entry says. */
import { parseClusterArn } from './arn'
import type { MeantCluster } from './identity'
import { partitionOfRegion } from './regions'

type NamedCluster = Omit<MeantCluster, 'tokenFor'>

/** The name, region and account in the name of a cluster entry, as aws (its ARN) and eksctl write it. */
export function clusterOfEntry(entry: string | null): NamedCluster | null {
  if (entry === null) return null
  const arn = parseClusterArn(entry)
  if (arn !== null) return arn
  const [, name, region] =
    /^([0-9A-Za-z][\w-]{0,99})\.([a-z]{2}(?:-[a-z0-9]+)+-\d+)\.eksctl\.io$/.exec(entry) ?? []
  if (name === undefined || region === undefined) return null
  return { name, region, account: null, partition: partitionOfRegion(region) }
}

/** Whether the name of a cluster entry says for sure which EKS cluster it is. */
export const saysCluster = (entry: string): boolean => clusterOfEntry(entry) !== null
