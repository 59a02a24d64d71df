// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { full } from '../../shared/testing/counts'
import { App } from '../App'
import { createModel } from '../store/window-model'
import { fakeBridge } from '../testing/fake-bridge'
import { now } from '../testing/fleet'
import { giveSize } from '../testing/window'
import '../testing/all-parts'

beforeEach(giveSize)
let stop: () => void = () => undefined
afterEach(() => {
  cleanup()
  stop()
  vi.restoreAllMocks()
})

/** The grid with the cursor on a cell of one column, and the names below it in the order that is shown. */
async function open(column = 'namespace', startAt = 0, contexts = 12) {
  const bridge = fakeBridge({ contexts })
  const model = createModel({ bridge, clock: () => now })
  stop = model.start()
  const user = userEvent.setup()
  render(<App model={model} />)
  await waitFor(() => expect(model.state.getState().phase.kind).toBe('ready'))
  await screen.findByRole('grid')
  model.setView({ grouping: 'none', sort: [], hidden: [] })
  const drawn = () =>
    [...document.querySelectorAll<HTMLElement>('[role="row"][data-item]')]
      .filter(({ dataset }) => dataset.item?.startsWith('group:') === false)
      .sort((a, b) => Number(a.getAttribute('aria-rowindex')) - Number(b.getAttribute('aria-rowindex')))
  await waitFor(() => expect(drawn().length).toBe(contexts))
  const ids = drawn().map(({ dataset }) => dataset.item ?? '')
  const cell = (at: number, of = column): HTMLElement => {
    const element = drawn()[at]?.querySelector<HTMLElement>(`[data-column="${of}"]`)
    if (!element) throw new Error(`no cell ${of} in row ${at}`)
    return element
  }
  await user.click(cell(startAt))
  model.inspect(null)
  const ranged = () =>
    [...document.querySelectorAll<HTMLElement>('[role="row"] > [aria-selected="true"][data-range]')].map(
      (element) => {
        const row = element.parentElement?.dataset.item ?? ''
        return `${ids.indexOf(row)} ${element.dataset.column}`
      },
    )
  const pending = () => model.edits.state.getState().pending.map(({ edit }) => edit)
  const said = () => model.state.getState().notices.at(-1)?.message
  const row = (at: number) => {
    const found = model.rows.get(ids[at] ?? '')
    if (!found) throw new Error(`no row ${at}`)
    return found
  }
  const paste = (text: string) => {
    const data = new DataTransfer()
    data.setData('text/plain', text)
    fireEvent.paste(document.activeElement ?? document.body, { clipboardData: data })
  }
  return { bridge, model, user, cell, ranged, pending, said, row, ids, paste }
}

const down = '{Shift>}{ArrowDown}{/Shift}'
const up = '{Shift>}{ArrowUp}{/Shift}'

test('Shift and an arrow on an editable cell take a range with its frame; no row is selected; Escape ends it', async () => {
  const { user, ranged, model, cell } = await open()
  await user.keyboard(down + down)
  expect(ranged()).toEqual(['0 namespace', '1 namespace', '2 namespace'])
  expect(cell(0).dataset.range).toBe('in top left right')
  expect(cell(2).dataset.range).toBe('in bottom left right')
  expect(document.activeElement).toBe(cell(2))
  expect(model.state.getState().selected.size).toBe(0)
  await user.keyboard(up + up)
  expect(ranged()).toEqual([])
  await user.keyboard(down)
  expect(ranged()).toHaveLength(2)
  await user.keyboard('{Escape}')
  expect(ranged()).toEqual([])
  await user.keyboard(`${down}{ArrowDown}`)
  expect(ranged()).toEqual([])
})

test.skipIf(!full)(
  'Shift and an arrow select rows in a column that cannot be edited, and while rows are selected',
  async () => {
    const { user, ranged, model, cell } = await open('verdict')
    await user.keyboard(down)
    expect(model.state.getState().selected.size).toBe(2)
    model.select(new Set())
    await user.click(cell(0, 'namespace'))
    await user.keyboard(` ${down}${down}`)
    expect(model.state.getState().selected.size).toBe(3)
    expect(ranged()).toEqual([])
  },
)

test('one value typed goes into the whole range with Ctrl+Enter, as one step', async () => {
  const { user, pending, model, ranged, ids } = await open()
  await user.keyboard(`${down}${down}ops{Control>}{Enter}{/Control}`)
  expect(pending()).toEqual(
    ids.slice(0, 3).map((context) => ({ kind: 'set-namespace', context, namespace: 'ops' })),
  )
  expect(ranged()).toHaveLength(3)
  model.edits.undo()
  expect(pending()).toEqual([])
})

test('Ctrl+C copies exactly the rectangle, without titles and without rows around', async () => {
  const { user, bridge, row, ranged } = await open()
  await user.keyboard(`${down}{Shift>}{ArrowRight}{/Shift}`)
  const columns = [...new Set(ranged().map((one) => one.split(' ')[1]))]
  expect(columns).toHaveLength(2)
  expect(ranged()).toHaveLength(4)
  await user.keyboard('{Control>}c{/Control}')
  const lines = bridge.copied.at(-1)?.replace(/\n$/, '').split('\n') ?? []
  expect(lines).toHaveLength(2)
  expect(lines.map((line) => line.split('\t')).every(({ length }) => length === 2)).toBe(true)
  expect(lines[0]?.split('\t')[0]).toBe(row(0).entry.namespace ?? '')
})

test('one value is pasted into all of it, a block at its upper left corner', async () => {
  const { user, pending, paste, model, said } = await open('namespace', 3)
  await user.keyboard(up + up)
  paste('one')
  expect(pending()).toHaveLength(3)
  expect(said()).toBe('Pasted 3 values into 3 contexts')
  model.edits.undo()
  paste('a\nb\n')
  expect(pending()).toHaveLength(2)
})

test('Delete empties the range, and says which cells need a value', async () => {
  const { user, pending, row, said } = await open()
  await user.keyboard(`${down}${down}{Delete}`)
  const had = [0, 1, 2].filter((at) => row(at).pending !== null)
  expect(had.length).toBeGreaterThan(0)
  expect(pending()).toHaveLength(had.length)
  expect(said()).toMatch(/^Cleared \d/)
})

test('names cannot be emptied: Delete says so and changes nothing', async () => {
  const { user, pending, said } = await open('context')
  await user.keyboard(`${down}{Delete}`)
  expect(pending()).toEqual([])
  expect(said()).toBeTruthy()
})

test.skipIf(!full)(
  'Ctrl+D gives the first value of each column to the cells below, within the range alone',
  async () => {
    const { user, pending, model, ids } = await open()
    await user.keyboard('first{Enter}{ArrowUp}')
    await user.keyboard(`${down}${down}{Control>}d{/Control}`)
    expect(pending()).toEqual(
      ids.slice(0, 3).map((context) => ({ kind: 'set-namespace', context, namespace: 'first' })),
    )
    model.edits.undo()
    expect(pending()).toHaveLength(1)
  },
)

test.skipIf(!full)('a range ends with the filter and when its rows change place', async () => {
  const { user, ranged, model } = await open()
  await user.keyboard(down)
  expect(ranged()).toHaveLength(2)
  model.setFilter('prod')
  await waitFor(() => expect(model.state.getState().range).toBeNull())
  model.setFilter('')
  await waitFor(() => expect(document.querySelectorAll('[role="row"][data-item]').length).toBe(12))
  await user.keyboard(down)
  expect(model.state.getState().range).not.toBeNull()
  model.setView({ sort: [{ column: 'context', descending: true }] })
  await waitFor(() => expect(model.state.getState().range).toBeNull())
})

/** A press on one cell and a way over others, as the mouse makes them; the click that the browser adds goes to the row. */
function drag(from: Element, ...over: readonly Element[]): void {
  fireEvent.pointerDown(from, { button: 0, buttons: 1 })
  for (const one of over) fireEvent.pointerMove(one, { buttons: 1 })
  const last = over.at(-1) ?? from
  fireEvent.pointerUp(last, { button: 0 })
  if (last.parentElement) fireEvent.click(last.parentElement)
}

test('Shift and a click take the cells up to there; from a column that cannot be edited they select rows', async () => {
  const { cell, ranged, model } = await open()
  fireEvent.click(cell(2), { shiftKey: true })
  expect(ranged()).toEqual(['0 namespace', '1 namespace', '2 namespace'])
  fireEvent.click(cell(1), { shiftKey: true })
  expect(ranged()).toEqual(['0 namespace', '1 namespace'])
  fireEvent.click(cell(0, 'verdict'))
  expect(ranged()).toEqual([])
  fireEvent.click(cell(3, 'verdict'), { shiftKey: true })
  expect(model.state.getState().selected.size).toBe(4)
})

test('a drag from cell to cell takes them, opens nothing, and a plain click ends the range', async () => {
  const { cell, ranged, model } = await open()
  drag(cell(1), cell(2), cell(3))
  expect(ranged()).toEqual(['1 namespace', '2 namespace', '3 namespace'])
  expect(model.state.getState().inspecting).toBe(false)
  expect(model.state.getState().cursor).toEqual({ item: expect.any(String), column: 'namespace' })
  fireEvent.click(cell(5))
  expect(ranged()).toEqual([])
  drag(cell(1, 'verdict'), cell(2, 'verdict'))
  expect(ranged()).toEqual([])
})

test('the handle at the lower right corner repeats the range’s values in the rows it is drawn over, as one step', async () => {
  const { user, cell, ranged, pending, model, ids } = await open()
  await user.keyboard('a{Enter}b{Enter}')
  drag(cell(0), cell(1))
  const handle = document.querySelectorAll('[data-fill]')
  expect(handle).toHaveLength(1)
  const [corner] = handle
  if (corner === undefined) throw new Error('no handle')
  expect(corner.parentElement).toBe(cell(1))
  drag(corner, cell(2), cell(3))
  expect(ranged()).toHaveLength(4)
  expect(pending().slice(2)).toEqual([
    { kind: 'set-namespace', context: ids[2], namespace: 'a' },
    { kind: 'set-namespace', context: ids[3], namespace: 'b' },
  ])
  model.edits.undo()
  expect(pending()).toHaveLength(2)
})

test.skipIf(!full)(
  'what is locked in a range stays out with its reason, and the rest is one step',
  async () => {
    const { model, cell, paste, pending, said, ids, user } = await open('role', 0, 24)
    const locked = ids.findIndex((id) => model.rows.get(id)?.name === 'tool-by-wrapper')
    expect(locked).toBeGreaterThan(0)
    await user.click(cell(locked - 1))
    await user.keyboard(down)
    paste('arn:aws:iam::444455556666:role/Read')
    expect(said()).toMatch(/^Pasted 1 value; 1 left out: .*whose arguments Ekscope does not know/)
    expect(pending()).toMatchObject([{ kind: 'set-role', context: ids[locked - 1] }])
  },
)

test.skipIf(!full)(
  'a range goes over group headers to rows that are shown, never into a closed group',
  async () => {
    const { user, model, cell, ids } = await open()
    model.setView({ grouping: 'account' })
    await waitFor(() => expect(document.querySelectorAll('[aria-expanded]').length).toBeGreaterThan(2))
    const groups = () =>
      [...document.querySelectorAll<HTMLElement>('[data-item^="group:"]')].sort(
        (a, b) => Number(a.getAttribute('aria-rowindex')) - Number(b.getAttribute('aria-rowindex')),
      )
    const second = groups()[1]?.dataset.item
    if (second === undefined) throw new Error('no second group')
    model.toggleGroup(second)
    const shown = await waitFor(() => {
      const rows = document.querySelectorAll('[role="row"][data-item]:not([data-item^="group:"])')
      expect(rows.length).toBeLessThan(ids.length)
      return rows.length
    })
    await user.click(cell(0))
    await user.keyboard(`{Control>}{Shift>}{ArrowDown}{/Shift}{/Control}ops{Control>}{Enter}{/Control}`)
    expect(document.querySelectorAll('[role="gridcell"][data-range]')).toHaveLength(shown)
    const pending = model.edits.state.getState().pending
    expect(pending.length).toBeLessThanOrEqual(shown)
    expect(pending.length).toBeGreaterThan(1)
  },
)
