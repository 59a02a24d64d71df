/** Runs every rule on a snapshot, and reports which found what in which row. */
import { grouped } from '../grouped'
import type { EntryId, Snapshot } from '../kubeconfig/entries'
import { placedName } from '../kubeconfig/named-by'
import { once } from '../once'
import type { FindingIn, FindingText, Indexed, Rule, RuleLook, Severity } from './define-rule'
import { type Finding, type FindingId, type MadeId, madeIds, rules } from './finding-rules'
import { type FindingInput, type FindingRow, fileOf, hasUser, idOf, ids, userKeyOf } from './rule-input'

/** What the rules find, in time linear in contexts: which rules in which row at once, and the findings themselves on request. */
export class FoundByRules {
  /** The rows that kubectl would use, in their order. */
  readonly effective: readonly FindingRow[]
  /** What each rule found, in the order of the rules. */
  readonly found: readonly FoundByRule[]
  private readonly input: FindingInput
  private made: readonly Finding[] | null = null
  private marks: ReadonlyMap<FindingRow, Mark> | null = null

  constructor(input: FindingInput) {
    this.input = input
    this.effective = input.effective ?? effectiveRows(input.rows, input.snapshot)
    const { effective } = this
    const indexed: Indexed = {
      ...input,
      effective,
      unlike: unlike(effective),
      sharing: input.sharesNothing ? [] : sharingRows(effective),
    }
    this.found = madeIds.map((id) => {
      const rule = rules[id]
      const texts = rule.look ? looked(rule.look, rule.ofUser ?? false, indexed) : null
      return { id, rule, of: { texts, found: rule.find ? [...rule.find(indexed)] : [] } }
    })
  }

  get all(): readonly Finding[] {
    if (this.made !== null) return this.made
    const all: Finding[] = []
    for (const { id, rule, of } of this.found) {
      const { severity } = rule
      for (const one of of.found) all.push(findingInSeveral(id, severity, one))
      of.texts?.forEach((text, at) => {
        const row = this.effective[at]
        if (!text || !row) return
        all.push({ id, severity, contexts: [idOf(row)], file: fileOf(row), ...text })
      })
    }
    this.made = all
    return all
  }

  /** The ids of the findings of a row, in their order: the findings need not be made for that. */
  idsOf(row: FindingRow): readonly FindingId[] {
    this.marks ??= this.markRows()
    return this.marks.get(row)?.ids ?? []
  }

  /** Which rules found something in a row; of rows without any nothing. */
  private markRows(): ReadonlyMap<FindingRow, Mark> {
    const marks = new Map<FindingRow, Mark>()
    const unmarked: Mark = { ids: [], more: new Map() }
    let byId: ReadonlyMap<EntryId, FindingRow> | null = null
    for (const { id, of } of this.found) {
      const add = (row: FindingRow) => marks.set(row, withId(marks.get(row) ?? unmarked, id))
      of.texts?.forEach((text, at) => {
        const row = this.effective[at]
        if (text && row) add(row)
      })
      for (const one of of.found) {
        if ('rows' in one) for (const row of one.rows) add(row)
        else if (one.contexts.length > 0) {
          byId ??= new Map(this.input.rows.map((row) => [idOf(row), row]))
          for (const context of one.contexts) {
            const row = byId.get(context)
            if (row) add(row)
          }
        }
      }
    }
    return marks
  }
}

/** The ids of all rows that have just these: a fleet has few such combinations, with however many rules. */
interface Mark {
  readonly ids: readonly FindingId[]
  readonly more: Map<FindingId, Mark>
}

/** The rules come in their order, and one may find several things in a row. */
function withId(mark: Mark, id: FindingId): Mark {
  if (mark.ids.at(-1) === id) return mark
  return once(mark.more, id, () => ({ ids: [...mark.ids, id], more: new Map() }))
}

/** What a rule found apart from single rows, as a finding. */
export function findingInSeveral(id: MadeId, severity: Severity, found: FindingIn): Finding {
  if ('contexts' in found) return { id, severity, ...found }
  const { rows, ...rest } = found
  return { id, severity, contexts: ids(rows), ...rest }
}

interface FoundByRule {
  readonly id: MadeId
  readonly rule: Rule
  readonly of: Of
}

/** What one rule found: by the place of each row that kubectl would use, and apart from single rows. */
interface Of {
  /** Null where it found nothing in any. */
  readonly texts: readonly (FindingText | null)[] | null
  readonly found: readonly FindingIn[]
}

/** The first of all rows that are alike to rules about a user, and every row that is like no other. */
function unlike(effective: readonly FindingRow[]): readonly FindingRow[] {
  const seen = new Set<object>()
  return effective.filter((row) => {
    const alike = row.alike ?? null
    if (alike === null) return true
    if (seen.has(alike)) return false
    seen.add(alike)
    return true
  })
}

/** What a rule finds in each row; of rows that are alike to it only the first is looked at. */
function looked(look: RuleLook, ofUser: boolean, input: Indexed): readonly (FindingText | null)[] | null {
  if (!ofUser) {
    const texts = input.effective.map((row) => look(row, input))
    return texts.some((text) => text !== null) ? texts : null
  }
  const known = new Map<object, FindingText | null>()
  let any = false
  for (const row of input.unlike) {
    const text = look(row, input)
    known.set(row.alike ?? row, text)
    if (text !== null) any = true
  }
  return any ? input.effective.map((row) => known.get(row.alike ?? row) ?? null) : null
}

function sharingRows(effective: readonly FindingRow[]): Indexed['sharing'] {
  const groups = grouped(effective, (row) => (hasUser(row) ? userKeyOf(row) : null))
  return [...groups.values()].filter(({ length }) => length > 1)
}

/** The rows that kubectl would use: the first of each name over all files and lists. */
function effectiveRows(rows: readonly FindingRow[], { files }: Snapshot): readonly FindingRow[] {
  const taken = new Set<string>()
  const placed = placedName(files)
  return rows.filter(({ context }) => {
    const key = placed(context.name, context)
    if (context.origin.shadowedBy !== null || taken.has(key)) return false
    taken.add(key)
    return true
  })
}

/** The findings of each context, by its id; those of a whole file are under no id. */
export function findingsByContext(findings: readonly Finding[]): ReadonlyMap<EntryId, readonly Finding[]> {
  const byContext = new Map<EntryId, Finding[]>()
  for (const finding of findings) {
    for (const id of finding.contexts) {
      const known = byContext.get(id)
      if (known) known.push(finding)
      else byContext.set(id, [finding])
    }
  }
  return byContext
}
