/**
 * The expected identity of a context, as written in its entry: one of its extensions names a principal by partition, account,
 * kind and name, written as the ARN that has nothing else. An extension belongs to its entry, so it goes where the file goes,
 * and kubectl leaves it unchanged. Which expectations count is decided in electron/trust/expectations.ts.
 */
import { at, isList, isMap, type Json, type JsonMap, withKey } from '../json'
import { expectedExtension } from '../kubeconfig/schema'
import { canonicalArn, parsePrincipal, sameArn } from './arn'

/** The expected identity of a context, and who says so. */
export interface Expected {
  /** The principal that counts, as `expectedPrincipal` writes it. */
  readonly principal: string
  /** `here`: the user said so to this Ekscope. `file`: only the file says so. */
  readonly by: 'here' | 'file'
  /** What the entry in the file says, whether it counts or not; null: nothing. */
  readonly inFile: string | null
}

/** No ARN of AWS is longer. */
const longest = 2_048
/** Names of roles and users; those of federated users have fewer characters. */
const named = /^[\w+=,.@-]+$/

/**
 * A principal's ARN by which it is expected: without path and session, which do not distinguish principals. Null for what names
 * no principal, and for names that AWS does not give.
 */
export function expectedPrincipal(arn: string): string | null {
  if (arn.length > longest) return null
  const principal = parsePrincipal(canonicalArn(arn))
  if (principal === null || !named.test(principal.name)) return null
  const { partition, account, kind, name } = principal
  if (kind === 'root') return `arn:${partition}:iam::${account}:root`
  return `arn:${partition}:${kind === 'federated-user' ? 'sts' : 'iam'}::${account}:${kind}/${name}`
}

/** The identity that the value of a context entry says to expect; null where it says none, or none that can be read. */
export function expectedIn(context: JsonMap): string | null {
  const all = at(context, 'extensions')
  const own = isList(all) ? all.filter(isOwn).map((one) => at(one, 'extension')) : []
  // kubectl takes the one that is not null, and refuses a second.
  const said = own.find((one) => one !== undefined && one !== null)
  const principal = isMap(said) ? at(said, 'principal') : undefined
  return typeof principal === 'string' ? expectedPrincipal(principal) : null
}

/** The value of a context entry that says to expect this identity; null: none. Other extensions stay unchanged. */
export function withExpected(context: JsonMap, principal: string | null): JsonMap {
  const all = at(context, 'extensions')
  const list = isList(all) ? all : []
  if (principal === null) {
    const left = list.filter((one) => !isOwn(one))
    if (left.length === list.length) return context
    return withKey(context, 'extensions', left.length === 0 ? undefined : left)
  }
  if (expectedIn(context) === principal) return context
  const own: JsonMap = { name: expectedExtension, extension: { principal } }
  const place = list.findIndex(isOwn)
  const others = list.filter((one, index) => index === place || !isOwn(one))
  return withKey(
    context,
    'extensions',
    place < 0 ? [...list, own] : others.map((one) => (isOwn(one) ? own : one)),
  )
}

const isOwn = (one: Json): one is JsonMap => isMap(one) && at(one, 'name') === expectedExtension

/** Whether two expectations are of one principal; none equals none. */
export function sameExpected(a: string | null, b: string | null): boolean {
  if (a === null || b === null) return a === b
  return sameArn(a, b)
}
