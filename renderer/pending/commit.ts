/** From cells and their new values to pending edits, with the reason when that cannot be. */
import type { Edit, EditProblem, Scope } from '../../shared/edits/edit'
import { slotOf } from '../../shared/edits/kinds'
import type { Row } from '../rows/rows'
import { type BulkEdits, bulkEdits, type CellValue } from './bulk'
import { type FieldInputs, fieldOf, hasAlready } from './editable-fields'
import type { HostState } from './edits-host'
import { filesShown } from './files-shown'
import type { Edits } from './pending-edits'
import { namesMade, profileEditsIn } from './profile-edits'

/** The page's model, as far as cells need it. */
export interface CellsModel {
  readonly edits: Edits
  readonly rows: { all(): readonly Row[] }
  readonly state: {
    getState(): Pick<HostState, 'app' | 'environment' | 'reports'> & {
      readonly settings: { readonly accountNames: Readonly<Record<string, string>> }
    }
  }
}

/** Names of accounts, as templates take them: of the AWS config, and before these what the user calls them. */
export function accountNamesOf({ state }: Pick<CellsModel, 'state'>): ReadonlyMap<string, string> {
  const { reports, environment, settings } = state.getState()
  return new Map(Object.entries({ ...reports[environment]?.accountNames, ...settings.accountNames }))
}

/** The current state of the page that fields need. */
export function fieldInputs(model: CellsModel): FieldInputs | null {
  const snapshot = model.edits.edited()
  if (snapshot === null) return null
  const home = model.state.getState().app?.home ?? ''
  const { choices, recentRoles, pending } = model.edits.state.getState()
  const files = filesShown(snapshot.files, pending)
  const rows = model.rows.all()
  const made = namesMade(profileEditsIn(pending, model.state.getState().environment))
  return { snapshot, files, choices, rows, home, accountNames: accountNamesOf(model), recentRoles, made }
}

export type Tried =
  | { readonly ok: true; readonly made: BulkEdits }
  /** `next` may be empty. */
  | { readonly ok: false; readonly message: string; readonly next: string }

/** The edits for these values, and whether they are allowed; changes nothing. */
export function tryCells(model: CellsModel, cells: readonly CellValue[], scope: Scope): Tried {
  const inputs = fieldInputs(model)
  return inputs === null ? noFiles : tryEdits(model, bulkEdits(cells, scope, inputs))
}

const noFiles: Tried = { ok: false, message: '', next: '' }

function tryEdits(model: CellsModel, made: BulkEdits): Tried {
  const [first] = made.left
  if (made.edits.length === 0 && first !== undefined) return { ok: false, message: first.why, next: '' }
  const problem = model.edits.check(made.edits).find(({ blocks }) => blocks)
  return problem === undefined ? { ok: true, made } : refused(problem)
}

const refused = ({ message, next }: EditProblem): Tried => ({ ok: false, message, next })

/** What to add and remove for edits that were tried: a value that equals the file's again removes its edit instead. */
function stepOf(
  model: CellsModel,
  cells: readonly CellValue[],
  scope: Scope,
  inputs: FieldInputs,
  made: BulkEdits,
): { readonly edits: readonly Edit[]; readonly drop: ReadonlySet<number> } {
  const { pending } = model.edits.state.getState()
  const places = new Map(pending.flatMap(({ id, edit }) => [[slotOf(edit) ?? `${id}`, id] as const]))
  const drop = new Set<number>()
  const kept = cells.filter((cell) => {
    const field = fieldOf(cell.column)
    const was = cell.row.pending?.was
    if (field === undefined || !was || !hasAlready(field, was, cell.text)) return true
    if (field.text(was) !== cell.text && hasAlready(field, cell.row, cell.text)) return true
    const meant = field.edits(cell.row, cell.text, scope, inputs)
    const ids = 'edits' in meant ? meant.edits.map((edit) => places.get(slotOf(edit) ?? '')) : []
    if (ids.length === 0 || ids.some((id) => id === undefined)) return true
    for (const id of ids) if (id !== undefined) drop.add(id)
    return false
  })
  // The same edit objects that were tried: they have been applied already.
  return { edits: drop.size === 0 ? made.edits : bulkEdits(kept, scope, inputs).edits, drop }
}

/** Adds the edits of a try. */
export function commitCells(model: CellsModel, cells: readonly CellValue[], scope: Scope): Tried {
  const inputs = fieldInputs(model)
  if (inputs === null) return noFiles
  const made = bulkEdits(cells, scope, inputs)
  const tried = tryEdits(model, made)
  if (!tried.ok) return tried
  const { edits, drop } = stepOf(model, cells, scope, inputs, made)
  model.edits.add(edits, drop)
  return tried
}
