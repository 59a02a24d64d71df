import { afterEach, expect, test } from 'vitest'
import { createModel, type Model } from '../store/window-model'
import { fakeBridge } from '../testing/fake-bridge'
import { now } from '../testing/fleet'
import type { CellValue } from './bulk'
import { commitCells } from './commit'

let stop: () => void = () => undefined
afterEach(() => stop())

const until = async (good: () => boolean) => {
  for (let turn = 0; turn < 4_000 && !good(); turn++) await new Promise((done) => setTimeout(done, 0))
  expect(good()).toBe(true)
}

async function open() {
  const bridge = fakeBridge({ contexts: 180 })
  const model = createModel({ bridge, clock: () => now })
  stop = model.start()
  await until(() => bridge.calls.some(({ name }) => name === 'app.ready'))
  return { bridge, model }
}

const cellsOf = (model: Model, prefix: string): readonly CellValue[] =>
  model.rows.all().flatMap((row, at) => [
    { row, column: 'namespace', text: `${prefix}-${at}` },
    { row, column: 'proxyUrl', text: `http://${prefix}-${at}.test` },
    { row, column: 'tlsServerName', text: `${prefix}-${at}.test` },
  ])

const edits = (model: Model) => model.edits.state.getState().pending.map(({ edit }) => edit)
const namespaces = (model: Model) => model.rows.all().map(({ entry }) => entry.namespace)
test('many cells are one step, which undo and redo take whole', async () => {
  const { model } = await open()
  const files = namespaces(model)
  expect(commitCells(model, cellsOf(model, 'p'), 'split').ok).toBe(true)
  expect(edits(model)).toHaveLength(model.rows.all().length * 3)
  expect(namespaces(model)).toEqual(files.map((_, at) => `p-${at}`))
  model.edits.undo()
  expect(edits(model)).toEqual([])
  expect(namespaces(model)).toEqual(files)
  model.edits.redo()
  expect(namespaces(model)).toEqual(files.map((_, at) => `p-${at}`))
})

test('many cells of which one is refused change nothing', async () => {
  const { model } = await open()
  const rows = model.rows.all()
  const cells = [
    ...cellsOf(model, 'p'),
    ...rows.map((row) => ({ row, column: 'context', text: 'the same name' })),
  ]
  expect(commitCells(model, cells, 'split').ok).toBe(false)
  expect(edits(model)).toEqual([])
  expect(model.rows.all()).toBe(rows)
})

test('a profile without its pin takes a pending one back, and changes nothing of one that is there', async () => {
  const { model } = await open()
  const type = (text: string) => {
    const row = model.rows.all().find(({ name }) => name === 'prod-admin')
    if (row === undefined) throw new Error('no row')
    commitCells(model, [{ row, column: 'profile', text }], 'split')
    return row
  }
  const { profile } = type('other')
  expect(edits(model)).toMatchObject([{ kind: 'set-profile', profile: 'other' }])
  type(profile ?? '')
  expect(edits(model)).toEqual([])
  type(profile ?? '')
  expect(edits(model)).toEqual([])
})
