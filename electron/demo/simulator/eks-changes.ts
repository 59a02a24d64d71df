/** What the EKS API changes in the made-up company: access entries, their policies, and what decides who may enter. Source: EKS API reference. */
import * as v from 'valibot'
import { defaultUsername } from '../../../shared/identity/access-entries'
import { uniqueIdIn } from './mapping'
import type { AccessEntryRecord, EksCluster, World } from './world'

/** Operations by their paths; the groups of the patterns are names. */
export const changes: readonly (readonly [string, RegExp])[] = [
  ['CreateAccessEntry', /^\/clusters\/([^/]+)\/access-entries$/],
  ['AssociateAccessPolicy', /^\/clusters\/([^/]+)\/access-entries\/([^/]+)\/access-policies$/],
  ['UpdateClusterConfig', /^\/clusters\/([^/]+)\/update-config$/],
]

const text = v.pipe(v.string(), v.maxLength(2048))
const newEntry = v.object({
  principalArn: text,
  type: v.optional(v.picklist(['STANDARD', 'EC2_LINUX', 'EC2_WINDOWS', 'FARGATE_LINUX']), 'STANDARD'),
  username: v.optional(text),
  kubernetesGroups: v.optional(v.array(text), []),
})
const newPolicy = v.object({
  policyArn: v.pipe(v.string(), v.regex(/:cluster-access-policy\/\w+$/)),
  accessScope: v.object({
    type: v.picklist(['cluster', 'namespace']),
    namespaces: v.optional(v.array(text), []),
  }),
})
const newMode = v.object({
  accessConfig: v.object({ authenticationMode: v.picklist(['API_AND_CONFIG_MAP', 'API']) }),
})

/** What EKS keeps for itself. */
const own = /^(?:system|eks|aws|amazon|iam):/

/** The cluster as it is after a change, or why EKS refuses it. */
export type Changed =
  | { readonly cluster: EksCluster; readonly entry: AccessEntryRecord | null; readonly refused?: undefined }
  | { readonly refused: readonly [status: number, type: string, message: string] }

const refused = (message: string, type = 'InvalidParameterException', status = 400): Changed => ({
  refused: [status, type, message],
})

/** Carries one out. */
export function changed(
  operation: string,
  body: unknown,
  principalArn: string,
  cluster: EksCluster,
  world: World,
): Changed {
  if (operation === 'UpdateClusterConfig') {
    const read = v.safeParse(newMode, body)
    if (!read.success) return refused('Unsupported authentication mode')
    const { authenticationMode } = read.output.accessConfig
    if (cluster.authenticationMode === 'API' || cluster.authenticationMode === authenticationMode)
      return refused('Unsupported authentication mode update')
    return { cluster: { ...cluster, authenticationMode }, entry: null }
  }
  const { accessEntries } = cluster
  if (operation === 'CreateAccessEntry') {
    const read = v.safeParse(newEntry, body)
    if (!read.success) return refused('The request is not valid.')
    const { principalArn: arn, type, username = defaultUsername(arn), kubernetesGroups: groups } = read.output
    const principalId = uniqueIdIn(world, arn)
    if (principalId === null) return refused('The specified principalArn is invalid: invalid principal.')
    if (accessEntries.some((one) => one.principalArn === arn))
      return refused(
        'The specified access entry resource is already in use on this cluster.',
        'ResourceInUseException',
        409,
      )
    if (type !== 'STANDARD' && (read.output.username !== undefined || groups.length > 0))
      return refused('Only an entry of type STANDARD has a username and groups of its own.')
    if (own.test(username) || groups.some((group) => own.test(group)))
      return refused('Usernames and groups cannot start with system:, eks:, aws:, amazon: or iam:.')
    if (/^[^:]*\{\{SessionName/.test(username))
      return refused('The username must contain a colon before {{SessionName}}.')
    const entry: AccessEntryRecord = {
      ...{ principalArn: arn, principalId, type, groups },
      username: type === 'STANDARD' ? username : 'system:node:{{EC2PrivateDNSName}}',
    }
    return { cluster: { ...cluster, accessEntries: [...accessEntries, entry] }, entry }
  }
  const read = v.safeParse(newPolicy, body)
  const entry = accessEntries.find((one) => one.principalArn === principalArn)
  if (entry === undefined)
    return refused('The specified principalArn could not be found.', 'ResourceNotFoundException', 404)
  if (!read.success) return refused('The request is not valid.')
  const { policyArn, accessScope } = read.output
  const name = policyArn.slice(policyArn.lastIndexOf('/') + 1)
  const namespaces = accessScope.type === 'cluster' ? [] : accessScope.namespaces
  const others = (entry.policies ?? []).filter((one) => one.name !== name)
  const after = { ...entry, policies: [...others, { name, namespaces }] }
  return {
    cluster: { ...cluster, accessEntries: accessEntries.map((one) => (one === entry ? after : one)) },
    entry: after,
  }
}
