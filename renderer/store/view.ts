/** How the user arranged the page: kept in settings under `view`, as JSON of our own that main does not read. */
import * as v from 'valibot'
import type { Regions } from '../../shared/identity/sweep'
import { type Grouping, groupings, type Sort, worstFirst } from '../rows/arrange'
import { type ColumnId, columnIds, columns, fixedColumn } from '../rows/columns'

export interface View {
  readonly order: readonly ColumnId[]
  readonly hidden: readonly ColumnId[]
  /** Pixels, only of columns that were resized. */
  readonly sizes: Readonly<Record<string, number>>
  /** Pinned to the left, in this order. */
  readonly pinned: readonly ColumnId[]
  readonly sort: readonly Sort[]
  readonly grouping: Grouping
  /** Pixels. */
  readonly inspectorWidth: number
  readonly problemsOpen: boolean
  readonly looking: Looking
}

/** As whom and where clusters are looked for. */
export interface Looking {
  /** Names of profiles, and an empty one for whoever the environment gives; null: all of them. */
  readonly profiles: readonly string[] | null
  /** SSO sessions of which all accounts and permission sets look; null: all of them. */
  readonly sessions: readonly string[] | null
  /** A role that each profile assumes first. */
  readonly role: string | null
  readonly regions: Regions
  /** What is left out of that, and of what is shown. */
  readonly without: LeftOut
}

export interface LeftOut {
  readonly profiles: readonly string[]
  readonly regions: readonly string[]
}

const nothingLeftOut: LeftOut = { profiles: [], regions: [] }

const usualLooking: Looking = {
  profiles: null,
  sessions: null,
  role: null,
  regions: { kind: 'own' },
  without: nothingLeftOut,
}

export const inspectorWidths = { min: 300, max: 720, default: 376 } as const

/** Pixels that a panel leaves to what is beside it: to the contexts name, verdict, proof and whom they act as; to another list its first columns. */
export const leftBeside = { contexts: 668, list: 460 } as const
/** Name and verdict, which are whole in the narrowest window, too. */
const leastLeft = 374

/** A panel that nobody dragged gives way to this, where the list beside it is short of room. */
const usualBesideLittle = 340

/** How wide a panel can be beside what it leaves so much to; `room`: pixels of both. */
export function widestPanel(room: number, leaves: number): number {
  const { min, max, default: usual } = inspectorWidths
  return Math.min(max, Math.max(min, room - leaves, Math.min(usual, room - leastLeft)))
}

/** How wide a panel is, of which this width is kept. */
export function panelWidth(kept: number, room: number, leaves: number): number {
  const { default: usual } = inspectorWidths
  const wished = kept === usual ? Math.max(usualBesideLittle, Math.min(usual, room - leaves)) : kept
  return Math.min(wished, widestPanel(room, leaves))
}

export const defaultView: View = {
  order: columnIds,
  hidden: columns.filter(({ hidden }) => hidden).map(({ id }) => id),
  sizes: {},
  pinned: ['context'],
  sort: worstFirst,
  grouping: 'account',
  inspectorWidth: inspectorWidths.default,
  problemsOpen: true,
  looking: usualLooking,
}

const columnId = v.picklist(columnIds)
// A column of a later version is dropped instead of throwing the whole arrangement away.
const columnList = v.pipe(
  v.array(v.string()),
  v.transform((ids) => ids.filter((id): id is ColumnId => v.is(columnId, id))),
)
const schema = v.object({
  order: v.fallback(columnList, [...defaultView.order]),
  hidden: v.fallback(columnList, [...defaultView.hidden]),
  sizes: v.fallback(v.record(v.string(), v.pipe(v.number(), v.minValue(40), v.maxValue(1_200))), {}),
  pinned: v.fallback(columnList, [...defaultView.pinned]),
  sort: v.fallback(v.array(v.object({ column: v.string(), descending: v.boolean() })), [...worstFirst]),
  grouping: v.fallback(v.picklist(groupings), defaultView.grouping),
  inspectorWidth: v.fallback(
    v.pipe(v.number(), v.minValue(inspectorWidths.min), v.maxValue(inspectorWidths.max)),
    defaultView.inspectorWidth,
  ),
  problemsOpen: v.fallback(v.boolean(), true),
  looking: v.fallback(
    v.object({
      profiles: v.nullable(v.array(v.string())),
      sessions: v.nullable(v.array(v.string())),
      role: v.nullable(v.string()),
      regions: v.variant('kind', [
        v.object({ kind: v.literal('own') }),
        v.object({ kind: v.literal('enabled') }),
        v.object({ kind: v.literal('all') }),
        v.object({ kind: v.literal('these'), regions: v.pipe(v.array(v.string()), v.minLength(1)) }),
      ]),
      without: v.fallback(v.object({ profiles: v.array(v.string()), regions: v.array(v.string()) }), {
        profiles: [],
        regions: [],
      }),
    }),
    {
      profiles: null,
      sessions: null,
      role: null,
      regions: { kind: 'own' },
      without: { profiles: [], regions: [] },
    },
  ),
})

/** With the column that stays first at its place. */
export const withFixed = (ids: readonly ColumnId[]): ColumnId[] => [
  fixedColumn,
  ...ids.filter((id) => id !== fixedColumn),
]

/** Reads what was kept; what does not fit (an older or damaged view) falls back to the default, part by part. */
export function parseView(json: string): View {
  let kept: unknown
  try {
    kept = JSON.parse(json)
  } catch {
    return defaultView
  }
  const parsed = v.safeParse(schema, kept)
  if (!parsed.success) return defaultView
  const order = withFixed([...new Set(parsed.output.order)])
  const pinned = withFixed(parsed.output.pinned)
  // A column that this version added stands where it stands by default.
  const hidden = parsed.output.hidden.filter((id) => id !== fixedColumn)
  for (const [index, column] of columns.entries()) {
    if (order.includes(column.id)) continue
    order.splice(Math.min(index, order.length), 0, column.id)
    if (column.hidden && !hidden.includes(column.id)) hidden.push(column.id)
  }
  return { ...parsed.output, order, hidden, pinned }
}
