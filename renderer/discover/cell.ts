/** What a cell of the matrix shows and says. */
import type { ShownVerdict } from '../../shared/identity/identity'
import type { SeenIn, Way } from '../../shared/identity/who-enters-where'
import type { ClusterColumn } from '../rows/sweep-matrix'
import { verdictText } from '../text/page'
import { sweepsText } from '../text/sweep-texts'

const text = sweepsText.cells

export interface CellSign {
  readonly kind:
    | 'works'
    | 'fails'
    | 'unchecked'
    | 'unintended'
    | 'may'
    | 'may-not'
    | 'unknown'
    | 'ticked'
    | 'pending'
    | 'dead'
  /** Of contexts that do not work. */
  readonly verdict?: ShownVerdict | undefined
}

/** An identity at a cluster: the sign, in words, how that is known, and the contexts by which. */
interface WayWords extends CellSign {
  readonly says: string
  readonly by: 'seen' | 'claimed' | 'unknown'
  readonly contexts: readonly string[]
}

export interface Cell extends CellSign {
  readonly says: string
  /** Whether a context can be made for it. */
  readonly ticks: boolean
}

interface CellInput {
  readonly way: Way | undefined
  readonly column: ClusterColumn
  readonly ticked: boolean
  /** The name of the context that is pending for it; null: none is. */
  readonly pending: string | null
}

/** The content of the cell for an identity and a cluster; what was seen comes before what is claimed. */
export function cellOf({ way, column, ticked, pending }: CellInput): Cell {
  const { kind, verdict, says: known } = wordsOf(way, pending)
  if (way?.kind === 'works' || way?.kind === 'does-not') return { kind, verdict, says: known, ticks: false }
  if (pending !== null) return { kind: 'pending', says: text.pending(pending), ticks: false }
  if (column.notReady !== null) return { kind: 'dead', says: text.notReady(column.notReady), ticks: false }
  const says = kind === 'unknown' ? text.unknown(known) : known
  return ticked
    ? { kind: 'ticked', says: `${text.ticked}; ${says}`, ticks: true }
    : { kind, verdict, says, ticks: true }
}

/** The sign alone: the legend goes through all cells for it. */
export function signOf(way: Way | undefined): CellSign {
  switch (way?.kind) {
    case 'works':
      return { kind: way.intended ? 'works' : 'unintended' }
    case 'does-not':
      return way.verdict === null ? { kind: 'unchecked' } : { kind: 'fails', verdict: way.verdict }
    case 'seen':
      // It came in with the token of a context that names another.
      return way.seen.answered === 'let-in' ? { kind: 'unintended' } : { kind: 'fails', verdict: 'no-access' }
    case 'may':
    case 'may-not':
      return { kind: way.kind }
    default:
      return { kind: 'unknown' }
  }
}

/** What is known of an identity at a cluster; what was seen apart from what entries claim. */
export function wordsOf(way: Way | undefined, pending: string | null): WayWords {
  switch (way?.kind) {
    case undefined:
      return { kind: 'unknown', says: '', by: 'unknown', contexts: [] }
    case 'works': {
      const { contexts, username } = way
      const says = text.works(contexts, username)
      return { ...signOf(way), says: way.intended ? says : text.unintended(says), by: 'seen', contexts }
    }
    case 'does-not': {
      const { verdict } = way
      const seen = way.seen && seenText(way.seen)
      const contexts = [...way.contexts, ...(way.seen?.contexts ?? [])]
      if (verdict !== null) {
        const says = text.fails(way.contexts, verdictText[verdict], seen)
        return { ...signOf(way), says, by: 'seen', contexts }
      }
      const says = text.unchecked(way.contexts, seen)
      return { ...signOf(way), says, by: seen === null ? 'unknown' : 'seen', contexts }
    }
    case 'seen': {
      const says = seenText(way.seen)
      const { answered, contexts } = way.seen
      const said = answered === 'let-in' ? text.unintended(text.noContext(says, pending)) : says
      return { ...signOf(way), says: said, by: 'seen', contexts }
    }
    case 'may': {
      const says = text.may(way.from, way.username?.text ?? null, way.doubt, pending)
      return { kind: 'may', says, by: 'claimed', contexts: [] }
    }
    case 'may-not':
      return { kind: 'may-not', says: text.mayNot, by: 'claimed', contexts: [] }
    case 'not-known':
      return { kind: 'unknown', says: way.why, by: 'unknown', contexts: [] }
  }
}

/** What the cluster answered in contexts of others, in words. */
const seenText = ({ answered, contexts, username }: SeenIn): string =>
  answered === 'let-in' ? text.letIn(contexts, username) : text.refused(contexts)
