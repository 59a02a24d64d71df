/** What is entered in an open cell editor. */
import { useMemo, useState } from 'react'
import type { Scope } from '../../shared/edits/edit'
import { execMeaning } from '../../shared/exec/parse'
import type { ProfilePin } from '../../shared/identity/identity'
import type { CellValue } from '../pending/bulk'
import { type Field, othersOf } from '../pending/editable-fields'
import type { Editing } from '../pending/editing-state'
import type { Row } from '../rows/rows'
import { useApp, useModel } from '../ui/model'
import { useOffers } from './EditorOffers'

export type EnteredValue = ReturnType<typeof useCellValue>

interface Entry {
  /** Null until something is typed: it is what is there, which another program may change. */
  readonly entered: string | null
  /** Something was typed, or another pin chosen. */
  readonly typed: boolean
  readonly pin: ProfilePin
  readonly scope: Scope
  /** The offer that the arrows have come to; -1 for none. */
  readonly active: number
}

/** The value of an editor, typed or chosen, and the rows that it is for. */
export function useCellValue({ column, rows: ids, typed }: Editing, row: Row, field: Field) {
  const home = useApp((state) => state.app?.home ?? '')
  const pins = column === 'profile' ? pinsOf(row) : []
  const pinBefore: ProfilePin = row.profile === null ? (pins[0] ?? 'env') : row.pin
  const [entry, setEntry] = useState<Entry>({
    entered: typed,
    typed: typed !== null,
    pin: pinBefore,
    scope: 'split',
    active: -1,
  })
  const original = field.starts?.(row, home) ?? field.text(row)
  const text = entry.entered ?? original
  const rows = useRows(ids)
  const offers = useOffers(field, row, text, entry.typed)
  const suggested = offers[entry.active]?.value
  const pinTouched = pins.length > 0 && entry.pin !== pinBefore
  const unchanged = rows.length === 1 && text === original && !pinTouched && typed === null
  const chosen = suggested ?? text
  /** As the field takes it; where `many` cells get it, each profile stays pinned as it was. */
  const inField = (value: string, many: boolean): string =>
    pins.length === 0 ? value : pinned(value, entry.pin, many && row.profile !== null && !pinTouched)
  return {
    ...entry,
    set: (change: Partial<Entry>) => setEntry((before) => ({ ...before, ...change })),
    /** The ways to pin a profile; none in other columns. */
    pins,
    rows,
    /** Other contexts that share the entry that is changed. */
    others: useOthers(rows, column),
    text,
    original,
    unchanged,
    offers,
    /** The offer that the arrows have come to, else the text. */
    chosen,
    /** What to try once the typing rests; null: nothing. */
    trial: suggested === undefined && (unchanged || !entry.typed) ? null : chosen,
    searches: suggested === undefined && offers.length > 0,
    inField,
    cells: (value: string): readonly CellValue[] =>
      rows.map((one) => ({ row: one, column, text: inField(value, rows.length > 1) })),
  }
}

/**
 * The ways to pin a profile that the command of a row knows: aws-iam-authenticator has no argument for it, and what gives
 * credentials names the profile itself.
 */
export function pinsOf({ user, pin }: Pick<Row, 'user' | 'pin'>): readonly ProfilePin[] {
  if (pin === 'wrapper') return ['wrapper']
  const gets = user?.exec ? execMeaning(user.exec).gets : null
  return gets === 'aws-iam-authenticator' ? ['env', 'none'] : ['arg', 'env', 'none']
}

/** A profile as its field takes it, with how it is pinned; many rows may keep each its own way. */
function pinned(profile: string, pin: ProfilePin, keeps: boolean): string {
  if (profile === '' || pin === 'none') return ''
  return keeps || pin === 'wrapper' ? profile : `${profile} ${pin === 'arg' ? '--profile' : 'env'}`
}

/** What is known of rows comes while an editor is open, too: which contexts an entry serves, whose account it is. */
function useRows(ids: Editing['rows']): readonly Row[] {
  const model = useModel()
  const fleet = useApp((state) => state.fleet)
  return useMemo(() => {
    void fleet
    return ids.flatMap((id) => model.rows.get(id) ?? [])
  }, [ids, model, fleet])
}

/** The contexts that an edit of these rows would change beside them, by name. */
function useOthers(rows: readonly Row[], column: string): readonly string[] {
  const model = useModel()
  return useMemo(() => {
    const chosen = new Set(rows.map(({ name }) => name))
    const found = new Set(rows.flatMap((one) => othersOf(column, one, model.rows.all())))
    return [...found].filter((name) => !chosen.has(name))
  }, [rows, column, model])
}
