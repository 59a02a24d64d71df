import type { Model } from '../store/model'
import { editText } from '../text/edits'

/** What became of what was typed, and a way to have it; no copy is offered of nothing. */
export function tellTyped(model: Model, message: string, typed: string, next: string | null = null): void {
  const { copyTyped, typedText } = editText.cell
  model.edits.tell({
    tone: 'info',
    message,
    next,
    action: typed === '' ? null : { label: copyTyped, run: () => void model.copy(typed, typedText) },
  })
}
