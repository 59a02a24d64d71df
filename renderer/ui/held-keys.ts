/** Keys that are pressed before the element that they are meant for exists. */

export type HeldKeys = ReturnType<typeof holdKeys>

/**
 * Holds keys while the element that they are meant for does not exist yet: letters after Ctrl+K belong to the palette,
 * those after Tab to the next cell. Other keys pass through. `onHeld`: a key was held.
 */
export function holdKeys(page: Window, isNeeded: () => boolean, onHeld: () => void = () => undefined) {
  const held: KeyboardEvent[] = []
  const given = new WeakSet<Event>()
  const hold = (event: KeyboardEvent) => {
    // Keys of an input method's composition are left to the field and the system.
    if (event.isComposing || given.has(event) || (held.length === 0 && !isNeeded())) return
    event.preventDefault()
    event.stopImmediatePropagation()
    held.push(event)
    onHeld()
  }
  page.addEventListener('keydown', hold, { capture: true })
  /** Stops holding without replay: the element will not come. */
  const drop = () => page.removeEventListener('keydown', hold, { capture: true })
  return {
    /** Replays the held keys one by one, as they would have arrived, and stops holding. */
    async giveOut(): Promise<void> {
      for (let at = 0; at < held.length; at += 1) {
        // Lets the page draw what the previous key has opened.
        await new Promise((resolve) => setTimeout(resolve, 0))
        const key = held[at]
        if (key !== undefined) press(key, given)
      }
      drop()
    },
    drop,
  }
}

/** Acts as the browser would: dispatches the key, then inserts its text where no handler prevented that. */
function press(held: KeyboardEvent, given: WeakSet<Event>): void {
  const { key, ctrlKey, metaKey, altKey } = held
  // A copy of all fields of the event, also whether it bubbles and is cancelable.
  const again = new KeyboardEvent('keydown', held)
  given.add(again)
  const at = document.activeElement ?? document.body
  if (!at.dispatchEvent(again) || ctrlKey || metaKey || altKey) return
  const field = document.activeElement
  if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return
  if ([...key].length === 1) document.execCommand('insertText', false, key)
  else if (key === 'Backspace') document.execCommand('delete')
}
