/** What a cell of the matrix shows and says. */
import type { ShownVerdict } from '../../shared/identity/identity'
import type { SeenIn, Way } from '../../shared/identity/who-enters-where'
import type { ClusterColumn } from '../rows/sweeps'
import { verdictText } from '../text/page'
import { sweepsText } from '../text/sweeps'

const text = sweepsText.cells

export type CellSign =
  | { readonly kind: 'works' }
  | { readonly kind: 'fails'; readonly verdict: ShownVerdict }
  | { readonly kind: 'unchecked' | 'let-in' | 'may' | 'may-not' | 'unknown' | 'ticked' | 'pending' | 'dead' }

export interface Cell {
  readonly sign: CellSign
  readonly says: string
  /** Whether a context can be made for it. */
  readonly ticks: boolean
}

interface CellGround {
  readonly way: Way | undefined
  readonly column: ClusterColumn
  readonly ticked: boolean
  /** The name of the context that is pending for it; null: none is. */
  readonly pending: string | null
}

/** What stands where an identity and a cluster meet; what was seen before what is claimed. */
export function cellOf({ way, column, ticked, pending }: CellGround): Cell {
  if (way?.kind === 'works')
    return { sign: { kind: 'works' }, says: text.works(way.contexts, way.username), ticks: false }
  if (way?.kind === 'does-not')
    return way.verdict === null
      ? { sign: { kind: 'unchecked' }, says: text.unchecked(way.contexts, seenText(way.seen)), ticks: false }
      : {
          sign: { kind: 'fails', verdict: way.verdict },
          says: text.fails(way.contexts, verdictText[way.verdict], seenText(way.seen)),
          ticks: false,
        }
  if (pending !== null) return { sign: { kind: 'pending' }, says: text.pending(pending), ticks: false }
  if (column.notReady !== null)
    return { sign: { kind: 'dead' }, says: text.notReady(column.notReady), ticks: false }
  const claims = claimOf(way)
  return ticked
    ? { sign: { kind: 'ticked' }, says: `${text.ticked}; ${claims.says}`, ticks: true }
    : { ...claims, ticks: true }
}

/** What the cluster answered in contexts of others, in words. */
export const seenText = (seen: SeenIn | null): string | null =>
  seen === null
    ? null
    : seen.answered === 'let-in'
      ? text.letIn(seen.contexts, seen.username)
      : text.refused(seen.contexts)

function claimOf(way: Way | undefined): Pick<Cell, 'sign' | 'says'> {
  if (way?.kind === 'seen') {
    const says = seenText(way.seen) ?? ''
    return way.seen.answered === 'let-in'
      ? { sign: { kind: 'let-in' }, says: text.noContext(says, null) }
      : { sign: { kind: 'fails', verdict: 'no-access' }, says }
  }
  if (way?.kind === 'may')
    return { sign: { kind: 'may' }, says: text.may(way.from, way.username?.text ?? null, way.doubt) }
  if (way?.kind === 'may-not') return { sign: { kind: 'may-not' }, says: text.mayNot }
  return {
    sign: { kind: 'unknown' },
    says: text.unknown(way?.kind === 'not-known' ? way.why : ''),
  }
}
