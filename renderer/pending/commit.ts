/** From cells and their new values to pending edits, with the reason when that cannot be. */
import type { EditProblem, Scope } from '../../shared/edits/edit'
import { slotOf } from '../../shared/edits/kinds'
import type { EnvironmentName } from '../../shared/identity/identity'
import type { IdentityReport } from '../../shared/ipc/contract'
import type { Row } from '../rows/rows'
import { type BulkEdits, bulkEdits, type CellValue } from './bulk'
import { type FieldGround, fieldOf } from './fields'
import type { Edits } from './store'

/** The page's model, as far as cells need it. */
export interface CellsModel {
  readonly edits: Edits
  readonly rows: { all(): readonly Row[] }
  readonly state: {
    getState(): {
      readonly app: { readonly home: string } | null
      readonly environment: EnvironmentName
      readonly reports: Readonly<Partial<Record<EnvironmentName, IdentityReport>>>
    }
  }
}

/** Names of accounts: of the AWS config, and before these what the user calls those that contexts are in. */
export function accountNamesOf({
  rows,
  state,
}: Pick<CellsModel, 'rows' | 'state'>): ReadonlyMap<string, string> {
  const { reports, environment } = state.getState()
  const given = rows
    .all()
    .flatMap(({ account, accountName }) =>
      account === null || accountName === null ? [] : [[account, accountName] as const],
    )
  return new Map([...Object.entries(reports[environment]?.accountNames ?? {}), ...given])
}

/** What fields know of the page as it is now. */
export function groundOf(model: CellsModel): FieldGround | null {
  const snapshot = model.edits.edited()
  if (snapshot === null) return null
  const home = model.state.getState().app?.home ?? ''
  const { choices, recentRoles } = model.edits.state.getState()
  const rows = model.rows.all()
  return { snapshot, choices, rows, home, accountNames: accountNamesOf(model), recentRoles }
}

export type Tried =
  | { readonly ok: true; readonly made: BulkEdits }
  /** `next` may be empty. */
  | { readonly ok: false; readonly message: string; readonly next: string }

/** What these values would be, and whether they may; nothing is changed. */
export function tryCells(
  model: CellsModel,
  cells: readonly CellValue[],
  scope: Scope,
  ground = groundOf(model),
): Tried {
  if (ground === null) return { ok: false, message: '', next: '' }
  const made = bulkEdits(cells, scope, ground)
  const [first] = made.left
  if (made.edits.length === 0 && first !== undefined) return { ok: false, message: first.why, next: '' }
  const problem = model.edits.check(made.edits).find(({ blocks }) => blocks)
  return problem === undefined ? { ok: true, made } : refused(problem)
}

const refused = ({ message, next }: EditProblem): Tried => ({ ok: false, message, next })

/** Makes the edits of a try. A value that is the file's own again takes its edit out instead. */
export function commitCells(model: CellsModel, cells: readonly CellValue[], scope: Scope): Tried {
  const ground = groundOf(model)
  const tried = tryCells(model, cells, scope, ground)
  if (!tried.ok || ground === null) return tried
  const { pending } = model.edits.state.getState()
  const places = new Map(pending.flatMap(({ id, edit }) => [[slotOf(edit) ?? `${id}`, id] as const]))
  const drop = new Set<number>()
  const kept = cells.filter((cell) => {
    const field = fieldOf(cell.column)
    const was = cell.row.pending?.was
    if (field === undefined || !was || field.text(was) !== cell.text) return true
    const meant = field.edits(cell.row, cell.text, scope, ground)
    const ids = 'edits' in meant ? meant.edits.map((edit) => places.get(slotOf(edit) ?? '')) : []
    if (ids.length === 0 || ids.some((id) => id === undefined)) return true
    for (const id of ids) if (id !== undefined) drop.add(id)
    return false
  })
  // The very edits that were tried: they were applied for that.
  model.edits.add(drop.size === 0 ? tried.made.edits : bulkEdits(kept, scope, ground).edits, drop)
  return tried
}
