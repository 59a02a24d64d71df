import { cleanup, createEvent, fireEvent, render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, expect, test } from 'vitest'
import { App } from '../App'
import { defaultArrangement } from '../store/arrangement'
import { createModel } from '../store/window-model'
import { fakeBridge } from '../testing/fake-bridge'
import { now } from '../testing/fleet'
import { moveColumn, pinnedOrNot, placeColumn, shownOrHidden, sized, sortedBy, widthOf } from './table'

let stop: () => void = () => undefined
afterEach(() => {
  cleanup()
  stop()
})

test('a column goes beside any other, but not before the context, which stays', () => {
  const view = { ...defaultArrangement, pinned: ['context', 'role'] as const }
  expect(placeColumn(view, 'proof', 'verdict', false).order?.slice(0, 3)).toEqual([
    'context',
    'proof',
    'verdict',
  ])
  expect(placeColumn(view, 'proof', 'context', true).order?.slice(0, 2)).toEqual(['context', 'proof'])
  expect(placeColumn(view, 'proof', 'context', false)).toEqual({})
  expect(placeColumn(view, 'context', 'role', true)).toEqual({})
  const shown = ['context', 'role', 'verdict', 'proof'] as const
  expect(moveColumn(view, shown, 'role', -1)).toEqual({})
  expect(moveColumn(view, shown, 'context', 1)).toEqual({})
  expect(moveColumn(view, shown, 'verdict', 1).order?.slice(0, 3)).toEqual(['context', 'proof', 'verdict'])
})

test('a column sorts up, down and not at all; with Shift beside the others, which the last one alone leaves in place', () => {
  const by = (...sort: readonly string[]) => ({
    ...defaultArrangement,
    sort: sort.map((name) => ({ column: name.slice(1), descending: name.startsWith('-') })),
  })
  const sorted = (...given: Parameters<typeof sortedBy>) =>
    sortedBy(...given).sort?.map(({ column, descending }) => `${descending ? '-' : '+'}${column}`)
  expect(sorted(by(), 'role')).toEqual(['+role'])
  expect(sorted(by('+role'), 'role')).toEqual(['-role'])
  expect(sorted(by('-role'), 'role')).toEqual([])
  expect(sorted(by('+role'), 'proof')).toEqual(['+proof'])
  expect(sorted(by('+role'), 'proof', 'next', true)).toEqual(['+role', '+proof'])
  expect(sorted(by('+role', '+proof'), 'role', 'next', true)).toEqual(['-role', '+proof'])
  expect(sorted(by('-role', '+proof'), 'role', 'next', true)).toEqual(['+proof'])
  expect(sorted(by('+role', '+proof'), 'role')).toEqual(['-role'])
  expect(sorted(by('+role', '+proof'), 'proof')).toEqual(['+role', '-proof'])
  expect(sorted(by('-role'), 'role', 'down')).toEqual(['-role'])
  expect(sorted(by('-role'), 'role', 'up')).toEqual(['+role'])
})

test('a column is as wide as it can be read, and as it was at first where nothing is kept', () => {
  const narrow = { widths: () => ({ kept: 0, whole: 0 }) }
  const wide = (width: number | null) => ({
    ...defaultArrangement,
    ...sized(defaultArrangement, 'role', width),
  })
  expect([10, 300, 5_000].map((width) => widthOf(wide(width), 'role', narrow))).toEqual([56, 300, 900])
  expect(sized(wide(300), 'role', null).sizes).toEqual({})
})

test('what is hidden or unpinned is so alone, and the context stays pinned', () => {
  const { hidden } = defaultArrangement
  expect(shownOrHidden(defaultArrangement, 'role', false).hidden).toEqual([...hidden, 'role'])
  expect(shownOrHidden({ ...defaultArrangement, hidden: ['role'] }, 'role', true).hidden).toEqual([])
  expect(pinnedOrNot(defaultArrangement, 'role', true).pinned).toEqual(['context', 'role'])
  expect(pinnedOrNot(defaultArrangement, 'context', false).pinned).toEqual(['context'])
})

test('what is dropped on the context comes behind it, and its menu moves it nowhere', async () => {
  const model = createModel({ bridge: fakeBridge({ contexts: 3 }), clock: () => now })
  stop = model.start()
  render(<App model={model} />)
  await waitFor(() => expect(model.state.getState().phase.kind).toBe('ready'))
  await screen.findByRole('grid')
  const header = (name: string) => screen.getByRole('columnheader', { name })
  const titles = () => screen.getAllByRole('columnheader').map(({ textContent }) => textContent)
  expect(header('Context').getAttribute('draggable')).toBe('false')
  const type = 'application/x-ekscope-column'
  const drop = createEvent.drop(header('Context'), {
    dataTransfer: { types: [type], getData: () => 'verdict' },
  })
  // The left half of the header, as far as there is one without a layout.
  Object.defineProperty(drop, 'clientX', { value: -1 })
  fireEvent(header('Context'), drop)
  expect(titles().slice(0, 2)).toEqual(['Context', 'Verdict'])
  expect(model.state.getState().view.order.slice(0, 2)).toEqual(['context', 'verdict'])
  await userEvent.pointer({ keys: '[MouseRight]', target: header('Context') })
  const disabled = async (name: string) =>
    (await screen.findByRole('menuitem', { name })).getAttribute('aria-disabled')
  expect(await disabled('Move left')).toBe('true')
  expect(await disabled('Move right')).toBe('true')
  expect(await disabled('Unpin')).toBe('true')
})
