import type { KubeconfigPlace } from '../../shared/ipc/contract'
import type { EntryId } from '../../shared/kubeconfig/entries'
import { openKubeconfigs as opened } from '../store/loading'
import type { Model } from '../store/window-model'

/** Shows a context that an edit has just created, also where its group is known only a moment later. */
export function goToMade(model: Model, id: EntryId): void {
  goToContext(model, id)
  const stop = model.edits.state.subscribe(({ previewed }) => {
    if (!previewed) return
    stop()
    if (model.state.getState().cursor?.item === id) goToContext(model, id)
  })
}

/**
 * Selects contexts that an edit has just created and scrolls to them: the next action is about them. Returns whether that
 * removed a filter.
 */
export function showMade(model: Model, ids: readonly EntryId[]): boolean {
  const [first] = ids
  if (first === undefined) return false
  const hidden = ids.some((id) => !model.isShown(id))
  if (hidden) {
    model.setFilter('')
    model.showOnly(null)
  }
  model.select(new Set(ids))
  goToMade(model, first)
  return hidden
}

/** Lets the user open a kubeconfig, a folder of them, or those that a pattern names, and shows its contexts. */
export async function chooseKubeconfigs(model: Model, what: KubeconfigPlace): Promise<void> {
  const first = await opened(model.loading, what)
  if (first === null) return
  seek(model, first)
  setTimeout(() => model.list.place.moveTo({ item: first, column: 'context' }), 0)
}

/** Shows the list of contexts, without a filter or closed group that hides this one. */
function seek(model: Model, id: EntryId): void {
  model.showPage('contexts')
  if (model.fitting().some((row) => row.id === id)) return
  model.setFilter('')
  model.showOnly(null)
}

/** Shows one context: scrolls to its row, focuses it, and opens the inspector next to it. */
export function goToContext(model: Model, id: EntryId): void {
  seek(model, id)
  model.inspect(id)
  // The grid must be drawn, with the row in it, before the focus can go there.
  setTimeout(() => model.list.place.moveTo({ item: id, column: 'context' }), 0)
}
