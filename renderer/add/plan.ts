/** From chosen clusters and whom their contexts act as to pending edits. Values only. */

import { type AddNote, type AddProblem, planAdd } from '../../shared/edits/add-cluster'
import { requestsFor } from '../../shared/edits/add-found'
import type { Edit } from '../../shared/edits/edit'
import type { EditModel } from '../../shared/edits/model'
import { parseTemplate } from '../../shared/edits/name-template'
import type { DiscoveryIdentity } from '../../shared/identity/eks-cluster'
import type { FoundCluster } from '../../shared/ipc/payloads'
import { assertNever } from '../../shared/result'
import type { AddedAs } from '../pending/added-as'
import { add } from '../text/add'

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

export interface PlannedContexts {
  readonly edits: readonly Edit[]
  /** One for each cluster, in their order. */
  readonly names: readonly { readonly name: string; readonly collided: boolean }[]
  /** Why there are no edits; null when there are, or nothing is chosen. */
  readonly problem: string | null
  /** What is done beside what was asked for, or is doubtful. */
  readonly notes: readonly string[]
  /** An entry that is used again is left as it is, since its server is none of EKS. */
  readonly leavesTunnel: boolean
  readonly templateProblem: string | null
}

/** Whom the contexts act as: a profile, a role on top, or both. */
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
export function plannedContexts(wish: AddWish, model: EditModel): PlannedContexts {
  const { clusters, identity, caller, actsAs, pin } = wish
  const { profile, role } = identityOf(wish)
  const none: PlannedContexts = {
    edits: [],
    names: [],
    problem: null,
    notes: [],
    leavesTunnel: false,
    templateProblem: null,
  }
  const parsed = parseTemplate(wish.template)
  if ('problem' in parsed) return { ...none, templateProblem: parsed.problem }
  const made = requestsFor(
    clusters.map((cluster) => ({
      cluster,
      sameAuthority: cluster.sameAuthority,
      looker: { kind: 'profile', ...identity },
      // Who another profile is nobody has asked.
      arn: actsAs === 'profile' ? null : caller,
      profile,
      role,
    })),
    {
      template: parsed.template,
      accountNames: wish.accountNames,
      namespace: wish.namespace.trim() || null,
      proxyUrl: wish.proxyUrl.trim() || null,
      pin,
      file: wish.file || null,
      tunnels: wish.tunnels,
    },
    new Set(model.files.flatMap((file) => file.context.map(({ name }) => name))),
  )
  const names = made.map(({ request: { name }, collided }) => ({ name, collided }))
  // What is still to be typed is no problem.
  if ((actsAs === 'role' && role === null) || (actsAs === 'profile' && profile === null))
    return { ...none, names }
  const plan = planAdd(
    model,
    made.map(({ request }) => request),
  )
  if (plan.kind === 'refused') return { ...none, names, problem: said(plan.problem, add.nextOfProblem) }
  return {
    ...none,
    names,
    edits: plan.edits,
    notes: plan.notes.map((note) => said(note, add.nextOfNote)),
    leavesTunnel: plan.notes.some(({ code }) => code === 'tunnel'),
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
