/** ARNs, accounts and principals: parsed once, branded, never mixed up. No I/O. Facts: docs/identity.md. */

declare const brand: unique symbol
type Brand<T, B extends string> = T & { readonly [brand]: B }

/** `arn:P:iam::A:role/[path/]NAME` */
export type RoleArn = Brand<string, 'RoleArn'>
/** `arn:P:eks:R:A:cluster/NAME` */
export type ClusterArn = Brand<string, 'ClusterArn'>

/** The kinds of principal that STS and an EKS cluster can name. */
export type PrincipalKind = 'role' | 'user' | 'root' | 'federated-user'

/** A principal as AWS names it, parsed. `name` is the last segment of the role or user name, without path. */
export interface Principal {
  readonly partition: string
  readonly account: string
  readonly kind: PrincipalKind
  readonly name: string
  /** IAM path with its slashes, `/` if none or not known (an STS ARN never shows it). */
  readonly path: string
  /** Only of an assumed role. */
  readonly sessionName: string | null
}

export interface ClusterName {
  readonly arn: ClusterArn
  readonly partition: string
  readonly region: string
  readonly account: string
  readonly name: string
}

const roleArn = /^arn:(aws[a-z-]*):iam::(\d{12}):role(\/(?:[\x21-\x7e]+\/)?)([\w+=,.@-]+)$/
const assumedRole = /^arn:(aws[a-z-]*):sts::(\d{12}):assumed-role(\/)([\w+=,.@-]+)\/(.+)$/
/** By kind; each has partition, account, path, name, and a session where it names one. */
const principals: readonly (readonly [PrincipalKind, RegExp])[] = [
  ['role', roleArn],
  ['role', assumedRole],
  ['user', /^arn:(aws[a-z-]*):iam::(\d{12}):user(\/(?:[\x21-\x7e]+\/)?)([\w+=,.@-]+)$/],
  ['root', /^arn:(aws[a-z-]*):iam::(\d{12})(:)(root)$/],
  ['federated-user', /^arn:(aws[a-z-]*):sts::(\d{12}):federated-user(\/)([\w+=,.@-]+)$/],
]
const clusterArn = /^arn:(aws[a-z-]*):eks:([a-z0-9-]+):(\d{12}):cluster\/([0-9A-Za-z][0-9A-Za-z_-]*)$/

/** Whether a cluster of EKS can have this name (CreateCluster). */
export const isClusterName = (text: string): boolean => /^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$/.test(text)

export function isRoleArn(text: string): text is RoleArn {
  return roleArn.test(text)
}

export function isClusterArn(text: string): text is ClusterArn {
  return clusterArn.test(text)
}

/** The same for a text that was just matched: a list checks ten thousand, and matching takes most of the time. */
const isTakenApart = (_text: string, found: RegExpExecArray | null): _text is ClusterArn => found !== null

/** The partition of any ARN; null for what is none. */
export const partitionOf = (arn: string): string | null => /^arn:([^:]+):/.exec(arn)?.[1] ?? null

/** Parses an EKS cluster's ARN; null for any other text. */
export function parseClusterArn(text: string): ClusterName | null {
  const found = clusterArn.exec(text)
  if (!isTakenApart(text, found)) return null
  const [, partition = '', region = '', account = '', name = ''] = found ?? []
  return { arn: text, partition, region, account, name }
}

/** Parses an IAM or STS principal's ARN; null for any other text. */
export function parsePrincipal(arn: string): Principal | null {
  for (const [kind, form] of principals) {
    const found = form.exec(arn)
    if (found === null) continue
    const [, partition = '', account = '', path = '', name = '', sessionName = null] = found
    return { partition, account, kind, name, path: path === ':' ? '/' : path, sessionName }
  }
  return null
}

/**
 * `arn:P:sts::A:assumed-role/R/S` becomes `arn:P:iam::A:role/R`, as aws-iam-authenticator canonicalises it
 * before it looks for a mapping; every other principal ARN stays unchanged.
 */
export function canonicalArn(arn: string): string {
  const found = assumedRole.exec(arn)
  if (!found) return arn
  const [, partition = '', account = '', , name = ''] = found
  return `arn:${partition}:iam::${account}:role/${name}`
}

/** A role's ARN without its path; null for what is no role's ARN. */
export function withoutPath(arn: string): string | null {
  const found = roleArn.exec(arn)
  if (!found) return null
  const [, partition = '', account = '', , name = ''] = found
  return `arn:${partition}:iam::${account}:role/${name}`
}

const uniqueId = /^(A[A-Z]{3}[A-Z0-9]{12,})/

/** The unique id (AROA…, AIDA…) in an STS UserId (`AROA…:session`); null when there is none. */
export function uniqueIdOf(userId: string | null): string | null {
  return userId === null ? null : (uniqueId.exec(userId)?.[1] ?? null)
}

/** One side of a comparison: an ARN, and where known the unique id behind it. */
export interface PrincipalSide {
  readonly arn: string
  readonly uniqueId: string | null
}

/**
 * Same principal: where both sides have the unique id, that decides; else partition, account and kind equal
 * and the last segment of the name equal, ignoring path, session name and letter case.
 */
export function samePrincipal(a: PrincipalSide, b: PrincipalSide): boolean {
  if (a.uniqueId !== null && b.uniqueId !== null) return a.uniqueId === b.uniqueId
  const left = parsePrincipal(a.arn)
  const right = parsePrincipal(b.arn)
  if (!left || !right) return a.arn === b.arn
  return (
    left.partition === right.partition &&
    left.account === right.account &&
    left.kind === right.kind &&
    left.name.toLowerCase() === right.name.toLowerCase()
  )
}

/** The same of two ARNs alone. */
export const sameArn = (a: string, b: string): boolean =>
  samePrincipal({ arn: a, uniqueId: null }, { arn: b, uniqueId: null })

/**
 * The ARN of an identity that AWS proved, as an access entry takes it: of a role with its path, which STS does not tell, where
 * files name the same role; else as STS says it.
 */
export const arnForEntry = (
  { arn, userId }: { readonly arn: string; readonly userId: string },
  intended: string | null,
): string =>
  intended !== null && samePrincipal({ arn: intended, uniqueId: null }, { arn, uniqueId: uniqueIdOf(userId) })
    ? intended
    : arn

/** The permission set in the name of a role that IAM Identity Center made; null for any other role name. */
export function permissionSetOf(roleName: string): string | null {
  return /^AWSReservedSSO_(.+)_[0-9a-f]{16}$/i.exec(roleName)?.[1] ?? null
}
