import type { Model } from '../store/window-model'
import { editText } from '../text/edits'

/** Reports what happened to typed text, and offers to copy it; not for an empty text. */
export function tellTyped(model: Model, message: string, typed: string, next: string | null = null): void {
  const { copyTyped, typedText } = editText.cell
  model.edits.tell({
    tone: 'info',
    message,
    next,
    action: typed === '' ? null : { label: copyTyped, run: () => void model.copy(typed, typedText) },
  })
}
