/** An EKS cluster as AWS describes it, and the identity that looks for clusters. */

import * as v from 'valibot'
import type { Inferred } from '../inferred'
import { parseClusterArn } from './arn'
import { askedBySchema } from './asked-by'

/** The identity that AWS is asked with. */
export interface DiscoveryIdentity {
  /** Null: the one that the environment gives. */
  readonly profile: string | null
  /** A role on top of it; null for none. */
  readonly role: string | null
}

/** What a context needs of a cluster, and what the user wants to see before choosing it. */
export const eksClusterSchema = v.object({
  arn: v.string(),
  name: v.string(),
  region: v.string(),
  partition: v.string(),
  /** CREATING | ACTIVE | DELETING | FAILED | UPDATING | PENDING, or what comes later. */
  status: v.string(),
  version: v.nullable(v.string()),
  /** None while CREATING. */
  endpoint: v.nullable(v.string()),
  certificateAuthorityData: v.nullable(v.string()),
  /** The role that EKS itself runs the cluster with: no context can use the cluster through it. */
  serviceRole: v.nullable(v.string()),
  /** `--cluster-id` instead of `--cluster-name`: a local cluster on Outposts. */
  outpostClusterId: v.nullable(v.string()),
  authenticationMode: v.nullable(v.string()),
  publicEndpoint: v.nullable(v.boolean()),
  privateEndpoint: v.nullable(v.boolean()),
  askedBy: askedBySchema,
})
export type EksCluster = Inferred<typeof eksClusterSchema>

/** The account that owns it: as was proven of the identity that asked; else as its ARN says, which is not proven. */
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
