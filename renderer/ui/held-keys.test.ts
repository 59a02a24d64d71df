// @vitest-environment happy-dom
/** What is typed before its field is there waits for it. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { holdKeys } from './held-keys'

beforeEach(() => {
  // happy-dom has no editing: what a browser would write.
  Object.assign(document, {
    execCommand: (command: string, _ui: boolean, value: string) => {
      const field = document.activeElement
      if (!(field instanceof HTMLInputElement)) return false
      field.value = command === 'insertText' ? field.value + value : field.value.slice(0, -1)
      return true
    },
  })
})
afterEach(() => {
  document.body.innerHTML = ''
})

const press = (key: string, more: KeyboardEventInit = {}) => {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more })
  document.body.dispatchEvent(event)
  return event
}

test('keys behind one that opened what is not there yet are kept, and given out in their order, each when what the one before opened is there', async () => {
  const heard: string[] = []
  let open = false
  const listen = (event: KeyboardEvent) => {
    heard.push(`${event.ctrlKey ? 'Ctrl+' : ''}${event.key}`)
    if (!event.ctrlKey) return
    event.preventDefault()
    open = true
    // As a dialog opens: not with the key, but before the next could come.
    queueMicrotask(() => {
      const field = document.createElement('input')
      document.body.append(field)
      field.focus()
    })
  }
  window.addEventListener('keydown', listen)
  try {
    const { giveOut } = holdKeys(window, () => open)
    expect(press('Tab').defaultPrevented).toBe(false)
    press('k', { ctrlKey: true })
    const held = [press('p'), press('x'), press('Backspace')]
    expect(held.every(({ defaultPrevented }) => defaultPrevented)).toBe(true)
    expect(heard).toEqual(['Tab', 'Ctrl+k'])

    const given = giveOut()
    // One that comes while they are given out waits for its turn.
    press('r')
    await given
    expect(heard).toEqual(['Tab', 'Ctrl+k', 'p', 'x', 'Backspace', 'r'])
    expect(document.querySelector('input')?.value).toBe('pr')

    expect(press('Enter').defaultPrevented).toBe(false)
    expect(heard.at(-1)).toBe('Enter')
  } finally {
    window.removeEventListener('keydown', listen)
  }
})

test('what is composed is left to the field and the system', () => {
  const { giveOut } = holdKeys(window, () => true)
  expect(press('a', { isComposing: true }).defaultPrevented).toBe(false)
  return giveOut()
})

test('those who wait for somebody who does not come are nobody’s', () => {
  const heard = vi.fn()
  document.body.addEventListener('keydown', heard, { once: true })
  const onHeld = vi.fn()
  const { drop } = holdKeys(window, () => true, onHeld)
  expect(press('a').defaultPrevented).toBe(true)
  expect(onHeld).toHaveBeenCalledOnce()
  drop()
  expect(heard).not.toHaveBeenCalled()
  expect(press('b').defaultPrevented).toBe(false)
  expect(heard).toHaveBeenCalledOnce()
})
