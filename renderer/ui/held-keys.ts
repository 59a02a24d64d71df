/** Keys that come before whoever they are meant for is there. */

export type HeldKeys = ReturnType<typeof holdKeys>

/**
 * Keeps what is typed while somebody is needed who is not there yet: the letters behind Ctrl+K are the palette's, and those behind
 * Tab the next cell's. What needs nobody goes its way. `onHeld`: one was kept.
 */
export function holdKeys(page: Window, isNeeded: () => boolean, onHeld: () => void = () => undefined) {
  const held: KeyboardEvent[] = []
  const given = new WeakSet<Event>()
  const hold = (event: KeyboardEvent) => {
    // What a composition does is between the field and the system.
    if (event.isComposing || given.has(event) || (held.length === 0 && !isNeeded())) return
    event.preventDefault()
    event.stopImmediatePropagation()
    held.push(event)
    onHeld()
  }
  page.addEventListener('keydown', hold, { capture: true })
  /** Ends it: what they were meant for does not come. */
  const drop = () => page.removeEventListener('keydown', hold, { capture: true })
  return {
    /** Gives them out, key by key as they would have come, and ends it. */
    async giveOut(): Promise<void> {
      for (let at = 0; at < held.length; at += 1) {
        // What the key before has opened is drawn in between.
        await new Promise((resolve) => setTimeout(resolve, 0))
        const key = held[at]
        if (key !== undefined) press(key, given)
      }
      drop()
    },
    drop,
  }
}

/** As the browser would: the key first, then what it writes where nobody took it. */
function press(held: KeyboardEvent, given: WeakSet<Event>): void {
  const { key, ctrlKey, metaKey, altKey } = held
  // All that the key said, whether it goes up and can be prevented too.
  const again = new KeyboardEvent('keydown', held)
  given.add(again)
  const at = document.activeElement ?? document.body
  if (!at.dispatchEvent(again) || ctrlKey || metaKey || altKey) return
  const field = document.activeElement
  if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return
  if ([...key].length === 1) document.execCommand('insertText', false, key)
  else if (key === 'Backspace') document.execCommand('delete')
}
