/** From chosen clusters and the identity of their contexts to pending edits. Values only. */

import type { AddNote, AddProblem } from '../../shared/edits/add-cluster'
import type { EditModel } from '../../shared/edits/model'
import type { DiscoveryIdentity } from '../../shared/identity/eks-cluster'
import type { FoundCluster } from '../../shared/ipc/payloads'
import { assertNever } from '../../shared/result'
import { type AddedAs, plannedFor } from '../pending/added-as'
import { add } from '../text/add-texts'

export interface AddWish extends AddedAs {
  readonly clusters: readonly FoundCluster[]
  readonly identity: DiscoveryIdentity
  /** The canonical ARN of the identity that looks, once AWS said it. */
  readonly caller: string | null
  readonly actsAs: 'same' | 'profile' | 'role'
  readonly profile: string
  readonly role: string
  /** What people call accounts, by their numbers. */
  readonly accountNames: ReadonlyMap<string, string>
  /** An entry that is used again gets AWS's endpoint also where its server is none of EKS. */
  readonly tunnels: boolean
}

/** The identity of the contexts: a profile, a role on top, or both. */
function identityOf({ actsAs, identity, profile, role }: AddWish): {
  readonly profile: string | null
  readonly role: string | null
} {
  switch (actsAs) {
    case 'same':
      return identity
    case 'profile':
      return { profile: profile.trim() || null, role: null }
    case 'role':
      return { profile: identity.profile, role: role.trim() || null }
    default:
      return assertNever(actsAs, 'way to act')
  }
}

/** The edits on the files with what is pending, or why there can be none. */
export function plannedContexts(wish: AddWish, model: EditModel) {
  const { clusters, identity, caller, actsAs } = wish
  const { profile, role } = identityOf(wish)
  const ways = clusters.map((cluster) => ({
    cluster,
    sameAuthority: cluster.sameAuthority,
    looker: { kind: 'profile', ...identity } as const,
    // Which identity another profile is was not asked.
    arn: actsAs === 'profile' ? null : caller,
    profile,
    role,
  }))
  const { names, plan, template, templateProblem } = plannedFor(ways, wish, wish, model)
  // What is still to be typed is no problem.
  const isTyped = (actsAs !== 'role' || role !== null) && (actsAs !== 'profile' || profile !== null)
  const notes = isTyped && plan?.kind === 'planned' ? plan.notes : []
  return {
    edits: isTyped && plan?.kind === 'planned' ? plan.edits : [],
    names,
    /** Why there are no edits; null when there are, or nothing is chosen. */
    problem: isTyped && plan?.kind === 'refused' ? said(plan.problem, add.nextOfProblem) : null,
    /** What is done beside what was asked for, or is doubtful. */
    notes: notes.map((note) => said(note, add.nextOfNote)),
    /** An entry that is used again is left as it is, since its server is none of EKS. */
    leavesTunnel: notes.some(({ code }) => code === 'tunnel'),
    template,
    templateProblem,
  }
}

function said<C extends AddProblem['code'] | AddNote['code']>(
  {
    code,
    message,
    next = null,
  }: { readonly code: C; readonly message: string; readonly next?: string | null },
  otherwise: Readonly<Record<C, string>>,
): string {
  return `${message} ${next ?? otherwise[code]}`.trimEnd()
}
