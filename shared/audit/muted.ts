/** Findings that the user has muted: an id everywhere, or in one context. Pure. */
import type { Finding, FindingId } from '../findings/finding-rules'
import { grouped } from '../grouped'
import type { ContextEntry, EntryId } from '../kubeconfig/entries'

/** A context that a mute is about: under the same name another cluster is another context. */
export interface MutedContext {
  readonly file: string
  readonly name: string
  readonly cluster: string | null
}

export interface Mute {
  readonly id: FindingId
  /** Null: wherever it is found. */
  readonly context: MutedContext | null
  readonly reason: string
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** Characters of a reason. */
export const mostReason = 1_000

/** What a mute is about. */
export type MuteOf = Pick<Mute, 'id' | 'context'>

/** Why a finding is muted, and who says so: `here` is this Ekscope, else it is the path of an expect file. */
export interface Muted {
  readonly reason: string
  readonly by: string
}

type Named = Pick<ContextEntry, 'name' | 'cluster' | 'origin'>

export const mutedContext = ({ name, cluster, origin }: Named): MutedContext => ({
  file: origin.file,
  name,
  cluster,
})

/** Another version may know other ids. */
type AnyMuteOf = Pick<Mute, 'context'> & { readonly id: string }

/** Whether both are about the same. */
export const isSameMute = (a: AnyMuteOf, b: AnyMuteOf): boolean =>
  a.id === b.id && keyOf(a.context) === keyOf(b.context)

const keyOf = (context: MutedContext | null): string =>
  context === null ? '' : JSON.stringify([context.file, context.name, context.cluster])

const none: ReadonlySet<FindingId> = new Set()

/** The ids that are muted in one context; the same set for the same context. */
export function mutedIdsIn(mutes: readonly Mute[]): (context: Named) => ReadonlySet<FindingId> {
  if (mutes.length === 0) return () => none
  const everywhere = mutedEverywhere(mutes)
  const byContext = grouped(mutes, ({ context }) => (context === null ? null : keyOf(context)))
  const sets = new Map(
    [...byContext].map(([key, own]) => [key, new Set([...everywhere, ...own.map(({ id }) => id)])]),
  )
  return (context) => sets.get(keyOf(mutedContext(context))) ?? everywhere
}

/** The ids that are muted wherever they are found: of files and the machine, no others are. */
export const mutedEverywhere = (mutes: readonly Mute[]): ReadonlySet<FindingId> =>
  new Set(mutes.flatMap(({ id, context }) => (context === null ? [id] : [])))

/** Why findings are muted here, of files with these contexts; a finding in several is only where each of them is. */
export function mutedHere(
  mutes: readonly Mute[],
  contexts: readonly (Named & { readonly id: EntryId })[],
): (finding: Pick<Finding, 'id' | 'contexts'>) => Muted | null {
  if (mutes.length === 0) return () => null
  const keys = new Map(contexts.map((one) => [one.id, keyOf(mutedContext(one))]))
  const reasons = new Map(mutes.map(({ id, context, reason }) => [`${id} ${keyOf(context)}`, reason]))
  return ({ id, contexts: of }) => {
    const everywhere = reasons.get(`${id} `)
    const each = of.map((context) => reasons.get(`${id} ${keys.get(context) ?? '?'}`))
    const reason = everywhere ?? (each.every((one) => one !== undefined) ? each[0] : undefined)
    return reason === undefined ? null : { reason, by: 'here' }
  }
}
