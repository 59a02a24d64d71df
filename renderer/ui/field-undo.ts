import { useEffect } from 'react'
import { listen } from './listen'

type TextField = HTMLInputElement | HTMLTextAreaElement

/** Inputs without text: undo in them is the page's undo. */
const withoutText: ReadonlySet<string> = new Set(['checkbox', 'radio', 'button', 'submit', 'reset', 'range'])

/** The text field of an event or the focus; null outside text fields. */
export function textField(target: EventTarget | null): TextField | null {
  if (target instanceof HTMLTextAreaElement) return target
  return target instanceof HTMLInputElement && !withoutText.has(target.type) ? target : null
}

/**
 * Undo and redo stay in the focused field. Chromium has one undo list for the whole page: with no steps of its own left, a field
 * would undo text in another field, also behind a dialog, and lose the focus to it.
 */
export function useFieldUndo(): void {
  useEffect(() => {
    // The field that was typed in last, and its text before that.
    let last: { readonly field: TextField; readonly value: string } | null = null
    const onBeforeInput = (event: InputEvent) => {
      // Newer Chromiums tell of an undo at the field whose text it would change, older ones at that with the focus.
      const field = textField(document.activeElement)
      const own = last !== null && last.field === field ? last : null
      if (event.inputType === 'historyUndo' || event.inputType === 'historyRedo') {
        const nothingLeft = event.inputType === 'historyUndo' && own?.field.value === own?.value
        if (own === null || nothingLeft) event.preventDefault()
      } else if (field !== null && own === null) last = { field, value: field.value }
    }
    return listen(['beforeinput'], onBeforeInput, true)
  }, [])
}
