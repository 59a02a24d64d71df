/** How whoever has no hand on the open cell editor makes it go. */
import type { Model } from '../store/model'

/** What gives the keyboard back to the cell whose editor is open. */
const open = new WeakMap<Model, () => void>()

/** The editor says how it is left while it is open; returns what ends that. */
export function onLeaveEditor(model: Model, leave: () => void): () => void {
  open.set(model, leave)
  return () => {
    if (open.get(model) === leave) open.delete(model)
  }
}

/** Keeps what is typed in the cell editor that is open, or says why not, and closes it: the keyboard is in its cell then. */
export const leaveEditor = (model: Model): void => open.get(model)?.()
