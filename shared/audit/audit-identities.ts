/** How one signs in, and the identities that contexts act as or should act as, over the paths of all. Pure. */
import { grouped } from '../grouped'
import type { IdentityTree } from '../identity/identity-tree'
import { principalKey, type Who } from '../identity/named-identity'
import { once } from '../once'
import type { AuditContext, AuditIdentity, AuditSource, SourceKind } from './audit'
import { countsOf, type Index, nameOf, type Path } from './audit-paths'

/** Sources of which there is one for all contexts, last. */
const common = ['program', 'not-aws', 'nowhere', 'not-known'] as const satisfies readonly SourceKind[]

export function sourcesOf(
  contexts: readonly AuditContext[],
  { identities }: IdentityTree,
): readonly AuditSource[] {
  const count = countsOf(contexts.map(({ source }) => source))
  const ofTree = identities.flatMap(({ id: key, kind, name, from, state }): readonly AuditSource[] => {
    const contexts = count.get(key)
    if (contexts === undefined || kind === 'nobody') return []
    return [{ key, kind, name, from, state: state.kind, contexts }]
  })
  const others = common.flatMap((kind): readonly AuditSource[] => {
    const contexts = count.get(kind)
    const state = kind === 'nowhere' ? 'broken' : 'unknown'
    return contexts === undefined ? [] : [{ key: kind, kind, name: null, from: [], state, contexts }]
  })
  return [...ofTree, ...others]
}

export function identitiesOf(
  paths: readonly Path[],
  { input: { accountNames }, owners }: Index,
): readonly AuditIdentity[] {
  const keysOf = grouped(owners, ([, arn]) => principalKey(arn))
  const found = new Map<string, { -readonly [K in keyof AuditIdentity]: AuditIdentity[K] }>()
  const at = (key: string, kind: AuditIdentity['kind'], who: Who | null) =>
    once(found, key, () => {
      const { arn, account } = who ?? { arn: null, account: null }
      const name = who === null ? '' : nameOf(who)
      const accountName = account === null ? null : (accountNames[account] ?? null)
      const accessKeys = (keysOf.get(key) ?? []).map(([id]) => id)
      return { key, kind, name, arn, account, accountName, accessKeys, admin: null, contexts: 0, missing: 0 }
    })
  for (const { context, acts, actsKind, should } of paths) {
    const identity = at(context.acts, actsKind, acts)
    identity.contexts += 1
    identity.arn ??= acts?.arn ?? null
    if (context.admin !== null) identity.admin = identity.admin === true || context.admin
    if (context.should !== null)
      at(context.should, should?.key ? 'principal' : 'not-named', should).missing += 1
  }
  return [...found.values()]
}
