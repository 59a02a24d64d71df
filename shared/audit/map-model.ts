/** What a map is asked for, what it consists of, and how wide its columns are. Pure. */
import { plural } from '../counted'
import type { IdentityLooks, TileIdentity } from '../identity/colours'
import type { EntryId } from '../kubeconfig/entries'
import { named } from '../visible'
import type { AuditContext, EvidenceLevel } from './audit'
import { rounded, type Shape } from './map-shapes'

export type MapColumn = 'source' | 'identity' | 'cluster' | 'account'

/** Only what leads through this. */
export interface MapFocus {
  readonly column: MapColumn
  readonly key: string
}

export interface MapOptions {
  readonly width: number
  /** Null: the caller shows it above the map. */
  readonly head: { readonly title: string; readonly aside: string } | null
  /** Only these contexts; null: all. */
  readonly only: ReadonlySet<EntryId> | null
  readonly wrongOnly: boolean
  readonly focus: MapFocus | null
  /** What the user has unfolded, by `MapPart.fold`. */
  readonly unfolded: ReadonlySet<string>
  /** Whether identities and clusters are folded; absent: where there are many contexts. */
  readonly folds?: boolean
  readonly markOf: (who: TileIdentity) => IdentityLooks
}

/** What is drawn, clicked and named together. */
export interface MapPart {
  readonly kind: 'text' | 'band' | 'account' | MapColumn | 'context'
  readonly key: string
  /** Null: it is about all of them. */
  readonly contexts: readonly AuditContext[] | null
  /** What a click folds or unfolds. */
  readonly fold: string | null
  /** What its box or head is called. */
  readonly label: string
  /** In words, on hover. */
  readonly title: string
  readonly shapes: readonly Shape[]
  /** Only of boxes: where it is. */
  readonly box: {
    readonly x: number
    readonly y: number
    readonly width: number
    readonly height: number
  } | null
  /** Only of bands: what a step is worth. */
  readonly worth: EvidenceLevel | null
}

/** A box as a list has it. */
export interface MapStop {
  readonly key: string
  readonly label: string
  readonly detail: string
}

/** A context with the boxes that it leads through. */
export interface MapPath {
  readonly context: AuditContext
  readonly source: MapStop
  readonly identity: MapStop
  readonly cluster: MapStop
}

export interface FleetMap {
  readonly width: number
  readonly height: number
  /** In words, for those who do not see it. */
  readonly label: string
  readonly paths: readonly MapPath[]
  /** In the order in which they are drawn. */
  readonly parts: readonly MapPart[]
}

export interface Place {
  readonly x: number
  readonly width: number
}

/**
 * Where the columns are. `enters` null: who may enter is said below the contexts of each cluster where `inline`; `unread`: of no
 * cluster a list was read, which the head says once.
 */
export function columnsOf(width: number, lists: 'read' | 'unread' | 'folded') {
  const wide = width >= 1_120
  const [read, unread] = [lists === 'read', lists === 'unread']
  const pad = wide ? 20 : 16
  const inner = width - 2 * pad
  const at = (from: number, to: number): Place => ({
    x: rounded(pad + inner * from),
    width: rounded(inner * (to - from)),
  })
  if (wide)
    return {
      pad,
      source: at(0, 0.123),
      identity: at(0.195, 0.345),
      cluster: at(0.43, 0.555),
      contexts: at(0.6, read ? 0.825 : 1),
      enters: read ? at(0.84, 1) : null,
      inline: false,
      unread,
    }
  return {
    pad,
    source: at(0, 0.165),
    identity: at(0.235, 0.43),
    cluster: at(0.51, 0.67),
    contexts: at(0.71, 1),
    enters: null,
    inline: read,
    unread,
  }
}

export type Columns = ReturnType<typeof columnsOf>

const mostInTitle = 8

export const namesIn = (contexts: readonly AuditContext[]): string => {
  const names = contexts.slice(0, mostInTitle).map(({ name }) => named(name))
  return `${plural(contexts.length, 'context')}: ${names.join(', ')}${contexts.length > mostInTitle ? ' …' : ''}`
}

export const part = (of: Partial<MapPart> & Pick<MapPart, 'kind' | 'shapes'>): MapPart => ({
  key: '',
  contexts: null,
  fold: null,
  label: '',
  title: '',
  box: null,
  worth: null,
  ...of,
})
