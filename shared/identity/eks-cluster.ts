/** An EKS cluster as AWS describes it, and the identity that looks for clusters. */

import { parseClusterArn } from './arn'
import type { AskedBy } from './asked-by'

/** The identity that AWS is asked with. */
export interface DiscoveryIdentity {
  /** Null: the one that the environment gives. */
  readonly profile: string | null
  /** A role on top of it; null for none. */
  readonly role: string | null
}

/** What a context needs of a cluster, and what a person wants to see before choosing it. */
export interface EksCluster {
  readonly arn: string
  readonly name: string
  readonly region: string
  readonly partition: string
  /** CREATING | ACTIVE | DELETING | FAILED | UPDATING | PENDING, or what comes later. */
  readonly status: string
  readonly version: string | null
  /** None while CREATING. */
  readonly endpoint: string | null
  readonly certificateAuthorityData: string | null
  /** The role that EKS itself runs the cluster with: no context can use the cluster through it. */
  readonly serviceRole: string | null
  /** `--cluster-id` instead of `--cluster-name`: a local cluster on Outposts. */
  readonly outpostClusterId: string | null
  readonly authenticationMode: string | null
  readonly publicEndpoint: boolean | null
  readonly privateEndpoint: boolean | null
  readonly askedBy: AskedBy
}

/** Whose it is: as was proven of who asked; else as its ARN says, which nobody proved. */
export const clusterAccount = ({ arn, askedBy }: Pick<EksCluster, 'arn' | 'askedBy'>): string =>
  askedBy.account ?? parseClusterArn(arn)?.account ?? ''

/** Why no context can be made for a cluster as it is now; null when one can. aws accepts these two states only. */
export function notReady(cluster: EksCluster): string | null {
  if (cluster.status !== 'ACTIVE' && cluster.status !== 'UPDATING')
    return `Cluster status is ${cluster.status}`
  if (cluster.endpoint === null || cluster.certificateAuthorityData === null)
    return 'AWS gave no endpoint or no certificate authority for the cluster'
  return null
}
