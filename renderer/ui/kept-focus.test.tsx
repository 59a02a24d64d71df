// @vitest-environment happy-dom
/** When the focused element goes away, the focus moves to one nearby. */
import { cleanup, render } from '@testing-library/react'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { keepFocus } from './kept-focus'
import { usePageItself } from './use-page-focus'

let stop: () => void = () => undefined
beforeEach(() => {
  stop = keepFocus()
})
afterEach(() => {
  stop()
  cleanup()
})

/** A page with a list or without, beside a panel and below a dialog. */
function Page({ list = true }: { readonly list?: boolean }) {
  const page = usePageItself()
  return (
    <>
      <input role="searchbox" id="field" />
      <main>
        <div id="page" ref={page} tabIndex={-1}>
          {list && (
            <div role="treegrid">
              <div role="row" id="line" tabIndex={0} />
            </div>
          )}
          <p id="in-page" />
        </div>
      </main>
      <aside>
        <section id="panel" tabIndex={0} />
        <p id="in-foot" />
      </aside>
      <div id="dialog" role="dialog" tabIndex={-1} />
    </>
  )
}

const at = (id: string): HTMLElement => {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`no ${id}`)
  return found
}
/** A button there that has the keyboard. */
function held(where: string): HTMLButtonElement {
  const button = at(where).appendChild(document.createElement('button'))
  button.focus()
  return button
}
async function holder(): Promise<string> {
  for (let frames = 0; frames < 2; frames += 1) await new Promise(requestAnimationFrame)
  return document.activeElement?.id ?? ''
}

test.each([
  ['is taken out', (button: HTMLElement) => button.remove()],
  ['goes with what it stands in', (button: HTMLElement) => button.parentElement?.remove()],
  ['is disabled', (button: HTMLElement) => button.toggleAttribute('disabled', true)],
])('what has the keyboard %s: the list of its page has it', async (_, go) => {
  render(<Page />)
  go(held('in-page'))
  expect(await holder()).toBe('line')
})

test('in a panel it stays in the panel, also from below what scrolls there', async () => {
  render(<Page />)
  held('panel').remove()
  expect(await holder()).toBe('panel')
  held('in-foot').remove()
  expect(await holder()).toBe('panel')
})

test('in a dialog it stays in the dialog', async () => {
  render(<Page />)
  held('dialog').remove()
  expect(await holder()).toBe('dialog')
})

test('on a page without a list it is at the page, and in no field, which would take what is typed and undo', async () => {
  const { rerender } = render(<Page list={false} />)
  held('in-page').remove()
  expect(await holder()).toBe('page')
  // Once there is a list it is there.
  rerender(<Page />)
  expect(await holder()).toBe('line')
})

test('whoever takes it away and knows a better place has the word', async () => {
  render(<Page />)
  held('in-page').remove()
  at('field').focus()
  expect(await holder()).toBe('field')
})

test('who has left it, by a click beside everything, does not get it back', async () => {
  render(<Page />)
  const button = held('in-page')
  button.blur()
  await Promise.resolve()
  button.remove()
  expect(await holder()).toBe('')
})
