import { cleanup, createEvent, fireEvent, render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, expect, test } from 'vitest'
import { App } from '../App'
import { createModel } from '../store/model'
import { defaultView } from '../store/view'
import { fakeBridge } from '../testing/fake-bridge'
import { now } from '../testing/fleet'
import { moveColumn, placeColumn } from './table'

let stop: () => void = () => undefined
afterEach(() => {
  cleanup()
  stop()
})

test('a column goes beside any other, but not before the context, which stays', () => {
  const view = { ...defaultView, pinned: ['context', 'role'] as const }
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
