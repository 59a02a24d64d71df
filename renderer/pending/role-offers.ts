/** The roles to choose from, by account: that of the cluster first, roles by name. */

import type { Edit } from '../../shared/edits/edit'
import { parsePrincipal } from '../../shared/identity/arn'
import { principalName } from '../../shared/identity/named-identity'
import type { Choices } from '../../shared/ipc/payloads'
import type { Row } from '../rows/rows'
import { spacedAccount } from '../text/counts'
import { editText } from '../text/edits'
import type { Offer } from './offers'

export interface RoleInputs {
  readonly choices: Choices | null
  readonly rows: readonly Row[]
  readonly accountNames: ReadonlyMap<string, string>
  /** Chosen in this window, the last one first. */
  readonly recentRoles: readonly string[]
  /** The account of the cluster for which a role is chosen; null: not known. */
  readonly account: string | null
  readonly partition: string | null
}

/** Roles of profiles and entries. Roles of another partition are listed, but cannot be chosen. */
export function roleOffers(inputs: RoleInputs): readonly Offer[] {
  const { choices, rows, accountNames, recentRoles, account, partition } = inputs
  const used = new Map<string, number>()
  for (const { role } of rows) if (role) used.set(role, (used.get(role) ?? 0) + 1)
  const arns = new Set([...used.keys(), ...(choices?.roles ?? []), ...recentRoles])
  const roles = [...arns].map((arn) => {
    const who = parsePrincipal(arn)
    return { arn, account: who?.account ?? null, partition: who?.partition ?? null, used: used.get(arn) ?? 0 }
  })
  type KnownRole = (typeof roles)[number]
  const isForeign = (role: KnownRole): boolean =>
    partition !== null && role.partition !== null && role.partition !== partition
  const words = editText.roles
  const accountSaid = (id: string): string => {
    const name = accountNames.get(id)
    return name === undefined ? spacedAccount(id) : `${name} · ${spacedAccount(id)}`
  }
  const groupOf = (role: KnownRole): string => {
    if (role.account === null) return words.other
    return role.account === account ? words.own(accountSaid(role.account)) : accountSaid(role.account)
  }
  const offer = (role: KnownRole, group: string, more: string | null = null): Offer => ({
    value: role.arn,
    label: principalName(role.arn),
    hint: [more, role.used > 0 ? editText.contexts(role.used) : null].filter(Boolean).join(' · '),
    group,
    ...(isForeign(role) ? { barred: words.foreign(role.partition ?? '', partition ?? '') } : {}),
  })
  const recent = recentRoles.flatMap(
    (arn) => roles.find((role) => role.arn === arn && !isForeign(role)) ?? [],
  )
  const rest = roles.filter((role) => !recent.includes(role))
  /** Order: the cluster's account, other accounts by name, texts that are not role ARNs, other partitions. */
  const place = (role: KnownRole): number => {
    if (isForeign(role)) return 3
    if (role.account === null) return 2
    return role.account === account ? 0 : 1
  }
  rest.sort(
    (a, b) =>
      place(a) - place(b) ||
      groupOf(a).localeCompare(groupOf(b)) ||
      b.used - a.used ||
      principalName(a.arn).localeCompare(principalName(b.arn)) ||
      a.arn.localeCompare(b.arn),
  )
  return [
    ...recent.map((role) =>
      offer(
        role,
        words.recent,
        role.account === null ? null : (accountNames.get(role.account) ?? spacedAccount(role.account)),
      ),
    ),
    ...rest.map((role) => offer(role, groupOf(role))),
  ]
}

/** The maximum number of remembered roles. */
const mostRecent = 5

/** The remembered roles after these edits. */
export function recentRolesAfter(recent: readonly string[], edits: readonly Edit[]): readonly string[] {
  const chosen = edits.flatMap((edit): readonly string[] => {
    switch (edit.kind) {
      case 'set-role':
      case 'clone-context':
        return edit.role ? [edit.role] : []
      case 'add-context':
        return edit.user.role ? [edit.user.role] : []
      default:
        return []
    }
  })
  if (chosen.length === 0) return recent
  return [...new Set([...chosen.reverse(), ...recent])].slice(0, mostRecent)
}
