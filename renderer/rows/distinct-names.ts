/** The names of each column, told apart from all others of it, and how wide a column must be for that. */
import { widthOf } from '../../shared/audit/map-shapes'
import {
  type DistinctName,
  distinctText,
  isShownIn,
  tellApart,
  withoutRest,
} from '../../shared/identity/distinct-names'
import { principalName } from '../../shared/identity/named-identity'
import { once } from '../../shared/once'
import { type Grouping, saidAbove } from './arrange'
import { shownOnDisk } from './on-disk'
import type { Row } from './rows'

interface ToldOf {
  readonly names: (row: Row) => readonly (string | null)[]
  /** Pixels that the marks beside a name take. */
  readonly beside: number
}

/** The columns of names, each with those of a row: on disk, and with what is pending. */
const columns = {
  context: { names: (row) => [row.name, shownOnDisk(row).name], beside: 62 },
  cluster: { names: (row) => [row.clusterName], beside: 64 },
  profile: { names: (row) => [row.profile, shownOnDisk(row).profile], beside: 84 },
  role: { names: (row) => [row.role === null ? null : principalName(row.role)], beside: 24 },
  user: { names: (row) => [row.entry.user, shownOnDisk(row).entry.user], beside: 24 },
  entry: { names: (row) => [row.entry.cluster], beside: 24 },
} as const satisfies Readonly<Record<string, ToldOf>>

export type NameColumn = keyof typeof columns
export const isNameColumn = (column: string): column is NameColumn => Object.hasOwn(columns, column)

/** Pixels. A longer name is cut all the same, so that more than it has room. */
const mostKept = 340
const mostWhole = 620

/** The size and weight of names in the grid. */
const widthIn = (text: string): number => widthOf(text, 13, 550)

interface Known {
  version: number
  readonly seen: readonly (string | null)[]
  readonly tell: (name: string, said?: readonly string[]) => DistinctName
  readonly widths: Map<Grouping, Readonly<Record<'kept' | 'whole', number>>>
}

/** Works it out once for all rows, and again when a name changes. */
export function createDistinctNames(rows: { all(): readonly Row[]; readonly version: number }) {
  const known = new Map<NameColumn, Known>()
  let clusters = { version: -1, said: false }

  function of(column: NameColumn): Known {
    const before = known.get(column)
    if (before?.version === rows.version) return before
    const { names } = columns[column]
    const all = rows.all()
    const seen = all.flatMap((row) => [...names(row), row.accountName])
    // A check that arrives changes no name.
    if (before?.seen.length === seen.length && seen.every((name, at) => name === before.seen[at])) {
      before.version = rows.version
      return before
    }
    const tell = tellApart(all.flatMap(names).flatMap((name) => name ?? []))
    const made = { version: rows.version, seen, tell, widths: new Map() }
    known.set(column, made)
    return made
  }

  return {
    /** How a name in this column is shown; `said`: what the heading above it says. */
    in: (column: NameColumn, name: string, said?: readonly string[]): DistinctName =>
      of(column).tell(name, said),
    /** Pixels in which a column shows of each name what tells it apart, and the whole of it. */
    widths(column: NameColumn, grouping: Grouping) {
      const { tell, widths } = of(column)
      const { names, beside } = columns[column]
      return once(widths, grouping, () => {
        let [kept, whole] = [0, 0]
        for (const row of rows.all()) {
          const said = saidAbove(row, grouping)
          for (const name of new Set(names(row))) {
            if (name === null) continue
            const distinct = tell(name, said)
            kept = Math.max(kept, widthIn(withoutRest(distinct)))
            whole = Math.max(whole, widthIn(distinctText(distinct)))
          }
        }
        return { kept: Math.min(mostKept, kept + beside), whole: Math.min(mostWhole, whole + beside) }
      })
    },
    /** Every context is named after its cluster: a column of that would say it twice. */
    saysCluster(): boolean {
      if (clusters.version !== rows.version) {
        const all = rows.all()
        const { tell } = of('context')
        const said = all.every(
          ({ name, clusterName, tokenFor }) =>
            clusterName !== null && tokenFor === null && isShownIn(tell(name), clusterName),
        )
        clusters = { version: rows.version, said: said && all.length > 0 }
      }
      return clusters.said
    },
  }
}
