import { useEffect } from 'react'
import { listen } from './listen'

type TextField = HTMLInputElement | HTMLTextAreaElement

/** Inputs that hold no text of their own: undo there is the page's. */
const withoutText: ReadonlySet<string> = new Set(['checkbox', 'radio', 'button', 'submit', 'reset', 'range'])

/** The field for text that an event or the keyboard is in; null beside fields. */
export function textField(target: EventTarget | null): TextField | null {
  if (target instanceof HTMLTextAreaElement) return target
  return target instanceof HTMLInputElement && !withoutText.has(target.type) ? target : null
}

/**
 * Undo and redo stay in the field that has the keyboard. Chromium keeps one list of all that was typed into a page: with nothing
 * of its own left, a field would take back what is in another one, also behind a dialog, and lose the keyboard to it.
 */
export function useFieldUndo(): void {
  useEffect(() => {
    // The field that was typed in last, and what stood in it before that.
    let last: { readonly field: TextField; readonly value: string } | null = null
    const onBeforeInput = (event: InputEvent) => {
      const field = textField(event.target)
      const own = last !== null && last.field === field ? last : null
      if (event.inputType === 'historyUndo' || event.inputType === 'historyRedo') {
        const nothingLeft = event.inputType === 'historyUndo' && own?.field.value === own?.value
        if (own === null || nothingLeft) event.preventDefault()
      } else if (field !== null && own === null) last = { field, value: field.value }
    }
    return listen(['beforeinput'], onBeforeInput, true)
  }, [])
}
