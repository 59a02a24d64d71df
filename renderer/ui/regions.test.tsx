// @vitest-environment happy-dom
import { cleanup, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { auditOf } from '../testing/audit'
import { sweepsKnown } from '../testing/sweeps'
import { giveSize, openWindow } from '../testing/window'
import { views } from '../views'

beforeEach(giveSize)
let stop: () => void = () => undefined
afterEach(() => {
  cleanup()
  stop()
  vi.restoreAllMocks()
})

async function open() {
  const opened = await openWindow({ contexts: 2, sweeps: sweepsKnown, audit: () => auditOf([]) })
  stop = opened.stop
  return opened
}
const regionHere = () => document.activeElement?.closest('nav, header, main, aside')?.tagName

test('each view has a number, and has the keyboard once it is shown', async () => {
  const { user, model } = await open()
  for (const [at, { name }] of [...views.entries()].reverse()) {
    await user.keyboard(`{Control>}${at + 1}{/Control}`)
    expect(model.state.getState().page).toBe(name)
    await waitFor(() => expect(regionHere()).toBe('MAIN'))
  }
  expect(views).toHaveLength(9)
})

test('F6 goes through the parts of the window and back to the place that each had', async () => {
  const { user, model } = await open()
  model.list.focusGrid()
  await user.keyboard('{ArrowDown}{Control>}i{/Control}')
  const cell = document.activeElement
  const seen: (string | undefined)[] = []
  for (let press = 0; press < 4; press += 1) {
    await user.keyboard('{F6}')
    seen.push(regionHere())
  }
  expect(seen).toEqual(['ASIDE', 'NAV', 'HEADER', 'MAIN'])
  expect(document.activeElement).toBe(cell)
  await user.keyboard('{Shift>}{F6}{/Shift}')
  expect(regionHere()).toBe('HEADER')
})

test('a question mark opens the keys of every view, and is a letter in a field', async () => {
  const { user, model } = await open()
  await user.keyboard('{Control>}f{/Control}?')
  expect(screen.queryByRole('dialog')).toBeNull()
  expect(model.state.getState().filter).toBe('?')
  await user.keyboard('{Backspace}')
  model.list.focusGrid()
  await user.keyboard('{ArrowDown}?')
  await screen.findByRole('dialog', { name: 'Keyboard' })
  const groups = screen.getAllByRole('heading', { level: 3 }).map(({ textContent }) => textContent)
  expect(groups).toEqual([
    'In the grid',
    'In a cell',
    'In Review',
    'In Identities, Clusters, Findings and History',
    'In the map',
    'In Discover',
    'Everywhere',
  ])
  // One line for keys that mean another thing in another view.
  expect(screen.getAllByText('Ctrl+Delete')).toHaveLength(1)
})
