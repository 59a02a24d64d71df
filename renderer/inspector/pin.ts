import type { ShownList } from '../actions/action'
import { startEditing } from '../actions/cell-actions'
import { goToContext } from '../actions/go-to'
import type { Row } from '../rows/rows'
import type { Model } from '../store/model'

const column = 'profile'

/** Lets a profile be chosen for a context, in its cell: whom it should act as is the user's to say. */
export function pinByEditor(model: Model, shown: ShownList, row: Row): void {
  const { view } = model.state.getState()
  if (view.hidden.includes(column)) model.setView({ hidden: view.hidden.filter((one) => one !== column) })
  if (!model.isShown(row.id)) goToContext(model, shown, row.id)
  // The cell has to be there, and in sight, before its editor opens over it.
  setTimeout(() => {
    shown.place.moveTo({ item: row.id, column })
    setTimeout(() => startEditing(model, { item: row.id, column }, null), 0)
  }, 0)
}
