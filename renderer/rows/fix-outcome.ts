/** What became of findings that written edits were to settle. Pure. */
import type { Edit } from '../../shared/edits/edit'
import type { Severity } from '../../shared/findings/define-rule'
import { findingTitle } from '../../shared/findings/finding-kinds'
import { type Finding, type FindingId, fixOf } from '../../shared/findings/finding-rules'
import { grouped } from '../../shared/grouped'
import type { EntryId } from '../../shared/kubeconfig/entries'
import { once } from '../../shared/once'
import { onDisk } from './on-disk'
import type { Row } from './rows'

/** A kind of finding that edits are to settle in these contexts. */
export interface FixedKind {
  readonly id: FindingId
  readonly severity: Severity
  readonly contexts: readonly EntryId[]
}

export interface Fixing {
  readonly kinds: readonly FixedKind[]
  /** What was found in each of these contexts by then. */
  readonly had: ReadonlyMap<EntryId, ReadonlySet<FindingId>>
}

/** What an edit does, for all contexts of its user entry. */
const doing = (edit: Edit): string => JSON.stringify({ ...edit, scope: null })

const openIn = ({ findings, muted }: Pick<Row, 'findings' | 'muted'>): readonly Finding[] =>
  findings.filter(({ id }) => !muted.has(id))

/** The findings on disk of which the edits do what would fix them. */
export function fixesBy(rows: readonly Row[], edits: readonly Edit[]): Fixing {
  const made = new Set(edits.map(doing))
  const kinds = new Map<string, { id: FindingId; severity: Severity; contexts: EntryId[] }>()
  const had = new Map<EntryId, ReadonlySet<FindingId>>()
  for (const row of rows) {
    const was = row.pending === null ? null : onDisk(row)
    if (was === null) continue
    for (const finding of openIn(was)) {
      const fix = fixOf(finding, was)
      if (fix === null || !fix.edits.every((edit) => made.has(doing(edit)))) continue
      const { id, severity } = finding
      once(kinds, `${severity} ${id}`, () => ({ id, severity, contexts: [] })).contexts.push(row.id)
      had.set(row.id, new Set(was.findings.map((one) => one.id)))
    }
  }
  return { kinds: [...kinds.values()], had }
}

export interface FixOutcome {
  readonly of: readonly {
    readonly kind: FixedKind
    /** Where it is still found. */
    readonly left: readonly EntryId[]
    /** Each reason once. */
    readonly why: readonly string[]
  }[]
  /** What is found in these contexts that was not found before. */
  readonly came: readonly {
    readonly title: string
    readonly severity: Severity
    readonly contexts: number
  }[]
  /** Those of these contexts whose identity nobody has proven since. */
  readonly unverified: readonly EntryId[]
}

/** Looks for them in the rows of the files after the write. */
export function fixOutcome({ kinds, had }: Fixing, rowOf: (id: EntryId) => Row | undefined): FixOutcome {
  const now = new Map(
    [...had.keys()].flatMap((id) => {
      const row = rowOf(id)
      const is = row && onDisk(row)
      return is ? [[id, is] as const] : []
    }),
  )
  const newIn = [...now].flatMap(([context, row]) =>
    openIn(row).flatMap((one) => (had.get(context)?.has(one.id) ? [] : [{ ...one, context }])),
  )
  return {
    of: kinds.map((kind) => {
      const found = kind.contexts.flatMap((context) => {
        const row = now.get(context)
        return row === undefined
          ? []
          : openIn(row).flatMap(({ id, message }) => (id === kind.id ? [{ context, message }] : []))
      })
      return {
        kind,
        left: [...new Set(found.map(({ context }) => context))],
        why: [...new Set(found.map(({ message }) => message))],
      }
    }),
    came: [...grouped(newIn, ({ id }) => id)].flatMap(([id, of]) => {
      const [first] = of
      const contexts = new Set(of.map(({ context }) => context)).size
      return first ? [{ title: findingTitle(id), severity: first.severity, contexts }] : []
    }),
    unverified: [...now].flatMap(([id, { verdict, stale }]) =>
      verdict === null || stale !== null ? [id] : [],
    ),
  }
}
