/**
 * From an AWS caller to a Kubernetes user, as EKS and aws-iam-authenticator map: access entries and the aws-auth
 * ConfigMap. Values in, values out. Source: docs/identity.md; aws-iam-authenticator's mapper.
 */
import { parse } from 'yaml'
import { defaultUsername } from '../../../shared/identity/access-entries'
import { canonicalArn, sameArn } from '../../../shared/identity/arn'
import type { Caller } from './signing-keys'
import type { AccessEntryRecord, AssociatedPolicy, EksCluster, World } from './world'

export interface KubernetesUser {
  readonly username: string
  readonly uid: string | null
  readonly groups: readonly string[]
  readonly extra: Readonly<Record<string, readonly string[]>>
  /** EKS access policies: they authorise without being groups. */
  readonly policies: readonly AssociatedPolicy[]
}

/** `{{SessionName}}` and the like filled in; an `@` in a session name becomes `-` except in the raw one. */
export function fillTemplate(template: string, caller: Caller): string {
  const { account, sessionName, accessKeyId } = caller
  const values: Readonly<Record<string, string>> = {
    AccountID: account,
    SessionName: sessionName.replace(/@/g, '-'),
    SessionNameRaw: sessionName,
    AccessKeyID: accessKeyId,
    EC2PrivateDNSName: `ip-10-0-0-1.${account}.compute.internal`,
  }
  return template.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => values[name] ?? whole)
}

/** The current unique id behind an ARN; null when the principal does not exist, or no longer. */
export function uniqueIdIn(world: World, arn: string): string | null {
  return (
    world.roles.find((each) => each.arn === arn)?.uniqueId ??
    world.users.find((each) => each.arn === arn)?.uniqueId ??
    null
  )
}

type Mapped = Pick<KubernetesUser, 'username' | 'groups' | 'policies'>

function byEntry(world: World, entries: readonly AccessEntryRecord[], caller: Caller): Mapped | null {
  const entry = entries.find(
    (each) =>
      sameArn(each.principalArn, caller.arn) &&
      (each.principalId ?? uniqueIdIn(world, each.principalArn)) === caller.uniqueId,
  )
  if (!entry) return null
  return {
    username: fillTemplate(entry.username ?? defaultUsername(entry.principalArn), caller),
    groups: (entry.groups ?? []).map((group) => fillTemplate(group, caller)),
    policies: entry.policies ?? [],
  }
}

/** The maps among a YAML list; one bad entry must not hide the good ones, and bad YAML hides only its own list. */
function listOf(text: string | undefined): readonly unknown[] {
  if (text === undefined) return []
  try {
    const value: unknown = parse(text)
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}

const at = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : null

function stringAt(value: unknown, key: string): string | null {
  const found = at(value, key)
  return typeof found === 'string' ? found : null
}

function groupsAt(value: unknown): readonly string[] {
  const found = at(value, 'groups')
  return Array.isArray(found) ? found.filter((each): each is string => typeof each === 'string') : []
}

function byConfigMap(cluster: EksCluster, caller: Caller): Mapped | null {
  // A role's without its session, and so without its path.
  const canonical = canonicalArn(caller.arn)
  const lists = [
    [cluster.awsAuth?.mapRoles, 'rolearn'],
    [cluster.awsAuth?.mapUsers, 'userarn'],
  ] as const
  for (const [list, key] of lists) {
    // The authenticator keeps them by their ARN in lower case: whole ARNs are compared, and the last of two counts.
    const line = listOf(list)
      .filter((each) => stringAt(each, key)?.toLowerCase() === canonical.toLowerCase())
      .at(-1)
    if (line === undefined) continue
    return {
      // A line without a username gives none: the authenticator puts no ARN in its place.
      username: fillTemplate(stringAt(line, 'username') ?? '', caller),
      groups: groupsAt(line).map((group) => fillTemplate(group, caller)),
      policies: [],
    }
  }
  const accounts = listOf(cluster.awsAuth?.mapAccounts).map((each) => String(each))
  if (accounts.includes(caller.account)) return { username: canonical, groups: [], policies: [] }
  return null
}

/** The Kubernetes user that a caller is to this cluster; null when it has no mapping for that ARN. */
export function mapCaller(world: World, cluster: EksCluster, caller: Caller): KubernetesUser | null {
  const entries =
    cluster.authenticationMode === 'CONFIG_MAP' ? null : byEntry(world, cluster.accessEntries, caller)
  const mapped = entries ?? (cluster.authenticationMode === 'API' ? null : byConfigMap(cluster, caller))
  if (!mapped) return null
  return {
    ...mapped,
    uid: `aws-iam-authenticator:${caller.account}:${caller.uniqueId}`,
    extra:
      cluster.sendsExtra === false
        ? {}
        : {
            accessKeyId: [caller.accessKeyId],
            arn: [caller.arn],
            canonicalArn: [canonicalArn(caller.arn)],
            principalId: [caller.uniqueId],
            sessionName: [caller.sessionName],
          },
  }
}
