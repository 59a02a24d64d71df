/**
 * The identities of a report as columns: of ten thousand contexts most say what others of their form say, which is told by the form
 * and by what runs, and their findings by texts that they have in common. No identity and no finding is made for that, nor taken
 * apart again. `Identities.contexts` is the judge of it (identity-table.test.ts).
 */
import type { ContextIdentity } from '../../shared/findings/context-identity'
import { type FoundByRules, findingInSeveral } from '../../shared/findings/find'
import type { Finding } from '../../shared/findings/findings'
import { type FindingRow, fileOf } from '../../shared/findings/row'
import type { FindingText } from '../../shared/findings/rule'
import type { MeantCluster } from '../../shared/identity/identity'
import { type Cells, Table } from '../../shared/ipc/packed'
import { type EntryId, entryIdAround, isPlainInId } from '../../shared/kubeconfig/entries'
import type { ResolvedContext } from '../kubeconfig/read/entries'
import type { UserIdentity } from './user-identity'

/** A row as its identity is made of it. */
export interface TabledRow
  extends FindingRow,
    Pick<ContextIdentity, 'meant' | 'expected' | 'intended'>,
    Pick<ResolvedContext, 'id' | 'name'> {
  readonly resolved: Pick<ResolvedContext, 'path' | 'inRepeats'>
  readonly who: UserIdentity
  readonly others: Pick<ContextIdentity, 'sharedWith' | 'sharedMore'>
}

type Columns<T> = Readonly<Record<keyof T, Cells>>

/** Null where a context has more neighbours than are listed: it has a key that others have not. */
export function identityTable<R extends TabledRow>(
  rows: readonly R[],
  found: FoundByRules,
  fingerprint: (row: R) => string,
): Table | null {
  const others = rows.map((row) => row.others)
  if (others.some(({ sharedMore }) => sharedMore !== undefined)) return null
  const ids = idsOf(rows)
  const users = new Shared(rows.map(({ who }) => who))
  const meant: Columns<MeantCluster> = {
    name: ofValues(rows.map((row) => row.meant.name)),
    region: ofValues(rows.map((row) => row.meant.region)),
    account: ofValues(rows.map((row) => row.meant.account)),
    partition: ofValues(rows.map((row) => row.meant.partition)),
    tokenFor: ofValues(rows.map((row) => row.meant.tokenFor)),
  }
  const expects = rows.some(({ expected }) => expected !== null)
  const columns: Columns<Omit<ContextIdentity, 'sharedMore'>> = {
    context: ids.of(rows.map((_, at) => at)),
    auth: users.cells(({ auth }) => auth),
    meant: new Table(rows.length, meant),
    profile: users.cells(({ profile }) => profile),
    profilePinnedBy: users.cells(({ profilePinnedBy }) => profilePinnedBy),
    role: users.cells(({ role }) => role),
    sharedWith: ofValues(others.map(({ sharedWith }) => sharedWith)),
    expected: ofValues(rows.map(({ expected }) => expected)),
    // Whom the user said to expect of a context is said of that context alone.
    intended: expects
      ? ofValues(rows.map(({ intended }) => intended))
      : users.cells(({ intended }) => intended),
    entryNames: expects
      ? ofValues(rows.map(({ entryNames }) => entryNames ?? null))
      : { kind: 'same', value: null },
    predicted: users.cells(({ predicted }) => predicted),
    aws: users.cells(({ aws }) => aws),
    fingerprint: ofValues(rows.map(fingerprint)),
    findings: findingsOf(rows, found, ids),
  }
  return new Table(rows.length, columns)
}

const ofValues = (values: readonly unknown[]): Cells => ({ kind: 'values', values })

/** Values of which most stand in several places: the different ones, and which of them stands where. */
class Shared<T> {
  private readonly all: readonly T[]
  private readonly different: readonly T[]
  private readonly which: readonly number[]

  constructor(all: readonly T[]) {
    const places = new Map<T, number>()
    this.which = all.map((value) => {
      const known = places.get(value)
      if (known !== undefined) return known
      places.set(value, places.size)
      return places.size - 1
    })
    this.all = all
    this.different = [...places.keys()]
  }

  /** What is said of each; where hardly any two are the same, as if none were. */
  cells(of: (value: T) => unknown): Cells {
    const { all, different, which } = this
    return different.length * 4 > all.length
      ? ofValues(all.map(of))
      : { kind: 'few', of: different.map(of), which }
  }
}

/** The ids of rows by their places. */
interface Ids {
  of(places: readonly number[]): Cells
}

const isEach = (places: readonly number[], count: number): boolean =>
  places.length === count && places.every((place, at) => place === at)

/** Those of one file differ in the name alone, where JSON writes it as it is and none comes twice. */
function idsOf(rows: readonly TabledRow[]): Ids {
  const [first] = rows
  const names = rows.map(({ name }) => name)
  const file = first?.resolved.path
  const isUsual =
    file !== undefined &&
    rows.every(({ resolved }) => resolved.path === file && !resolved.inRepeats) &&
    names.every(isPlainInId)
  if (!isUsual) return { of: (places) => ofValues(places.map((place) => rows[place]?.id)) }
  const around = { kind: 'around', ...entryIdAround('context', file) } as const
  return {
    of: (places) => ({
      ...around,
      // The very names where each stands once: they are known again.
      between: isEach(places, names.length) ? names : places.map((place) => names[place] ?? ''),
    }),
  }
}

/** What a rule found, which the rows in which it did have in common. */
interface FoundOnce {
  readonly says: Omit<Finding, 'contexts' | 'file'>
  /** Null: that of the row. */
  readonly file: string | null
  /** Null: the row alone. */
  readonly contexts: readonly EntryId[] | null
}

/** One of them in one row. */
interface FoundIn {
  readonly once: FoundOnce
  readonly place: number
}

/** The findings of each row, in the order of the rules. */
function findingsOf(rows: readonly TabledRow[], found: FoundByRules, ids: Ids): Cells {
  const ofRow: FoundIn[][] = rows.map(() => [])
  for (const one of foundIn(rows, found)) ofRow[one.place]?.push(one)
  const all = ofRow.flat()
  if (all.length === 0) return { kind: 'same', value: [] }
  const of = findingColumns(all, rows, ids)
  return ofRow.every(({ length }) => length === 1)
    ? { kind: 'places', places: [of] }
    : { kind: 'lists', lengths: ofRow.map(({ length }) => length), of }
}

function* foundIn(rows: readonly TabledRow[], found: FoundByRules): Iterable<FoundIn> {
  const places = new Map<FindingRow, number>(rows.map((row, place) => [row, place]))
  let byId: ReadonlyMap<EntryId, number> | null = null
  const placeOf = (id: EntryId) => {
    byId ??= new Map(rows.map((row, place) => [row.id, place]))
    return byId.get(id)
  }
  for (const { id, rule, of } of found.found) {
    const { severity } = rule
    for (const one of of.found) {
      const { contexts, file, ...says } = findingInSeveral(id, severity, one)
      const once = { says, file, contexts }
      for (const context of contexts) {
        const place = placeOf(context)
        if (place !== undefined) yield { once, place }
      }
    }
    const { texts } = of
    if (texts === null) continue
    const known = new Map<FindingText, FoundOnce>()
    for (let at = 0; at < texts.length; at++) {
      const [text, row] = [texts[at], found.effective[at]]
      const place = row && places.get(row)
      if (!text || place === undefined) continue
      let once = known.get(text)
      if (once === undefined) {
        const { file = null, ...says } = text
        once = { says: { id, severity, ...says }, file, contexts: null }
        known.set(text, once)
      }
      yield { once, place }
    }
  }
}

const fileAt = (rows: readonly TabledRow[], place: number) => {
  const row = rows[place]
  return row && fileOf(row)
}

/** All of them one behind the other: a table for each of their shapes. */
function findingColumns(all: readonly FoundIn[], rows: readonly TabledRow[], ids: Ids): Cells {
  const shapes = new Map<string, { readonly at: number; readonly found: FoundIn[] }>()
  const shapeOf = new Map<FoundOnce, string>()
  const which = all.map((one) => {
    const { says } = one.once
    const shape = shapeOf.get(one.once) ?? JSON.stringify(keysOf(says))
    shapeOf.set(one.once, shape)
    const known = shapes.get(shape) ?? { at: shapes.size, found: [] }
    shapes.set(shape, known)
    known.found.push(one)
    return known.at
  })
  return {
    kind: 'mixed',
    parts: [...shapes.values()].map(({ found }) => findingTable(found, rows, ids)),
    which,
  }
}

const keysOf = (says: FoundOnce['says']): readonly string[] =>
  Object.entries(says).flatMap(([key, value]) => (value === undefined ? [] : key))

function findingTable(found: readonly FoundIn[], rows: readonly TabledRow[], ids: Ids): Table {
  const once = new Shared(found.map((one) => one.once))
  const says = found[0]?.once.says
  const alone = found.every((one) => one.once.contexts === null)
  const own = ids.of(found.map(({ place }) => place))
  return new Table(found.length, {
    ...Object.fromEntries(
      (says === undefined ? [] : keysOf(says)).map((key) => [
        key,
        once.cells((one) => Reflect.get(one.says, key)),
      ]),
    ),
    contexts: alone
      ? { kind: 'places', places: [own] }
      : ofValues(found.map((one) => one.once.contexts ?? [rows[one.place]?.id])),
    file: ofValues(found.map((one) => one.once.file ?? fileAt(rows, one.place))),
  })
}
