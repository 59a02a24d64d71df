/** How the user arranged the page: stored in settings under `view`, as JSON that main does not read. */
import * as v from 'valibot'
import type { Inferred } from '../../shared/inferred'
import { groupings, worstFirst } from '../rows/arrange'
import { type ColumnId, columnIds, columns, fixedColumn } from '../rows/columns'

export const inspectorWidths = { min: 300, max: 720, default: 376 } as const
const { min, max, default: usual } = inspectorWidths

/** Pixels that a panel leaves to the list next to it. Contexts keep name, verdict, proof and the identity that they act as;
 * another list keeps its first columns. */
export const leftBeside = { contexts: 668, list: 460 } as const
/** Name and verdict, which are not cut even in the narrowest window. */
const leastLeft = 374

/** The width of a panel that was never dragged, where the list next to it is short of room. */
const usualBesideLittle = 340

/** The maximum width of a panel that leaves so many pixels to the list; `room`: pixels of both. */
export function widestPanel(room: number, leaves: number): number {
  return Math.min(max, Math.max(min, room - leaves, Math.min(usual, room - leastLeft)))
}

/** The width of a panel whose stored width is `kept`. */
export function panelWidth(kept: number, room: number, leaves: number): number {
  const wished = kept === usual ? Math.max(usualBesideLittle, Math.min(usual, room - leaves)) : kept
  return Math.min(wished, widestPanel(room, leaves))
}

const names = v.array(v.string())

const lookingSchema = v.object({
  /** Names of profiles, and an empty one for the identity that the environment gives; null: all of them. */
  profiles: v.nullable(names),
  /** SSO sessions: the search uses all their accounts and permission sets; null: all sessions. */
  sessions: v.nullable(names),
  /** A role that each profile assumes first. */
  role: v.nullable(v.string()),
  regions: v.variant('kind', [
    v.object({ kind: v.literal('own') }),
    v.object({ kind: v.literal('enabled') }),
    v.object({ kind: v.literal('all') }),
    v.object({ kind: v.literal('these'), regions: v.pipe(names, v.minLength(1)) }),
  ]),
  /** What is left out of the search, and of what is shown. */
  without: v.fallback(v.object({ profiles: names, regions: names }), { profiles: [], regions: [] }),
})

/** By which identities, and where, clusters are searched. */
export type SearchChoice = Inferred<typeof lookingSchema>
export type LeftOut = SearchChoice['without']

const columnId = v.picklist(columnIds)
// A column of a later version is dropped instead of throwing the whole arrangement away.
const columnList = v.pipe(
  names,
  v.transform((ids) => ids.filter((id): id is ColumnId => v.is(columnId, id))),
)
const schema = v.object({
  order: v.fallback(columnList, [...columnIds]),
  hidden: v.fallback(
    columnList,
    columns.flatMap(({ id, hidden }) => (hidden ? [id] : [])),
  ),
  /** Pixels, only of columns that were resized. */
  sizes: v.fallback(v.record(v.string(), v.pipe(v.number(), v.minValue(40), v.maxValue(1_200))), {}),
  /** To the left, in this order. */
  pinned: v.fallback(columnList, [fixedColumn]),
  sort: v.fallback(v.array(v.object({ column: v.string(), descending: v.boolean() })), [...worstFirst]),
  grouping: v.fallback(v.picklist(groupings), 'account'),
  /** Pixels. */
  inspectorWidth: v.fallback(v.pipe(v.number(), v.minValue(min), v.maxValue(max)), usual),
  problemsOpen: v.fallback(v.boolean(), true),
  looking: v.fallback(lookingSchema, {
    profiles: null,
    sessions: null,
    role: null,
    regions: { kind: 'own' },
    without: { profiles: [], regions: [] },
  }),
})
export type Arrangement = Inferred<typeof schema>

export const defaultArrangement: Arrangement = v.parse(schema, {})

/** With the fixed column in first place. */
export const withFixed = (ids: readonly ColumnId[]): ColumnId[] => [
  fixedColumn,
  ...ids.filter((id) => id !== fixedColumn),
]

/** Reads the stored view; parts that do not fit (of an older or damaged view) fall back to the default, part by part. */
export function parseArrangement(json: string): Arrangement {
  let kept: unknown
  try {
    kept = JSON.parse(json)
  } catch {
    return defaultArrangement
  }
  const parsed = v.safeParse(schema, kept)
  if (!parsed.success) return defaultArrangement
  const order = withFixed([...new Set(parsed.output.order)])
  const pinned = withFixed(parsed.output.pinned)
  // A column that this version added gets its default place.
  const hidden = parsed.output.hidden.filter((id) => id !== fixedColumn)
  for (const [index, column] of columns.entries()) {
    if (order.includes(column.id)) continue
    order.splice(Math.min(index, order.length), 0, column.id)
    if (column.hidden && !hidden.includes(column.id)) hidden.push(column.id)
  }
  return { ...parsed.output, order, hidden, pinned }
}
