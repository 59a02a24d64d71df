import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createModel, type Model } from '../store/model'
import { fakeBridge } from '../testing/fake-bridge'
import { now } from '../testing/fleet'
import type { CellValue } from './bulk'
import { commitCells, commitMany, type Tried } from './commit'

let stop: () => void = () => undefined
/** Every look at the clock finds a frame gone: each piece is as short as it can be. */
let clock = 0
beforeEach(() => {
  vi.spyOn(performance, 'now').mockImplementation(() => (clock += 100))
})
afterEach(() => {
  vi.restoreAllMocks()
  stop()
})

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

/** More cells than are taken at once. */
const cellsOf = (model: Model, prefix: string): readonly CellValue[] =>
  model.rows.all().flatMap((row, at) => [
    { row, column: 'namespace', text: `${prefix}-${at}` },
    { row, column: 'proxyUrl', text: `http://${prefix}-${at}.test` },
    { row, column: 'tlsServerName', text: `${prefix}-${at}.test` },
  ])

const edits = (model: Model) => model.edits.state.getState().pending.map(({ edit }) => edit)
const namespaces = (model: Model) => model.rows.all().map(({ entry }) => entry.namespace)
const pieces = async (count: number) => {
  for (let turn = 0; turn < count; turn++) await new Promise((done) => setTimeout(done, 0))
}

/** A paste that is under way: nothing of it is to be seen. */
async function begun(model: Model, prefix = 'p') {
  const before = { edits: edits(model), rows: model.rows.all() }
  const said: Tried[] = []
  commitMany(model, cellsOf(model, prefix), 'split', (tried) => said.push(tried))
  await pieces(4)
  expect(said).toEqual([])
  expect(edits(model)).toEqual(before.edits)
  expect(model.rows.all()).toBe(before.rows)
  return said
}

test('many cells are made in pieces, come all at once, and come to what they would at once', async () => {
  const { model } = await open()
  const said = await begun(model)
  const counts = new Set<number>()
  await until(() => {
    counts.add(edits(model).length)
    return said.length > 0
  })
  const inPieces = { edits: edits(model), rows: model.rows.all() }
  expect([...counts].filter((count) => count > 0)).toEqual([inPieces.edits.length])
  expect(said).toMatchObject([{ ok: true }])
  model.edits.undo()
  expect(edits(model)).toEqual([])
  expect(commitCells(model, cellsOf(model, 'p'), 'split')).toMatchObject({ ok: true })
  expect(edits(model)).toEqual(inPieces.edits)
  expect(model.rows.all().map(({ entry, cluster, user }) => ({ entry, cluster, user }))).toEqual(
    inPieces.rows.map(({ entry, cluster, user }) => ({ entry, cluster, user })),
  )
})

test('undo and redo in the middle of it are about all of it', async () => {
  const { model } = await open()
  const was = namespaces(model)
  const said = await begun(model)
  model.edits.undo()
  expect(said).toHaveLength(1)
  expect(edits(model)).toEqual([])
  expect(namespaces(model)).toEqual(was)
  model.edits.redo()
  expect(namespaces(model)[3]).toBe('p-3')
  await pieces(20)
  expect(said).toHaveLength(1)
})

test('what is typed in the middle of it comes after it, and is one step more', async () => {
  const { model } = await open()
  await begun(model)
  const [first] = model.rows.all()
  if (first === undefined) throw new Error('no rows')
  model.edits.startEditing({ row: first.id, column: 'namespace', typed: null, rows: [first.id] })
  const row = model.rows.get(first.id)
  expect(row?.entry.namespace).toBe('p-0')
  if (row === undefined) return
  commitCells(model, [{ row, column: 'namespace', text: 'typed' }], 'split')
  expect(namespaces(model).slice(0, 2)).toEqual(['typed', 'p-1'])
  model.edits.undo()
  expect(namespaces(model).slice(0, 2)).toEqual(['p-0', 'p-1'])
})

test('a second paste in the middle of the first comes after it', async () => {
  const { model } = await open()
  const first = await begun(model)
  const second: Tried[] = []
  commitMany(model, cellsOf(model, 'q'), 'split', (tried) => second.push(tried))
  expect(first).toHaveLength(1)
  expect(namespaces(model)[3]).toBe('p-3')
  await until(() => second.length > 0)
  expect(namespaces(model)[3]).toBe('q-3')
  model.edits.undo()
  expect(namespaces(model)[3]).toBe('p-3')
})

test('a filter in the middle of it changes nothing of what it is about', async () => {
  const { model } = await open()
  const said = await begun(model)
  model.setFilter('nothing has that name')
  expect(model.fitting()).toEqual([])
  model.select(new Set())
  model.endRange()
  await until(() => said.length > 0)
  expect(namespaces(model).every((value, at) => value === `p-${at}`)).toBe(true)
})

test('files that change in the middle of it are what the values are for, without the contexts that are gone', async () => {
  const { model, bridge } = await open()
  const gone = model.rows.all()[5]
  const said = await begun(model)
  bridge.outside((snapshot) => ({
    ...snapshot,
    contexts: snapshot.contexts.filter(({ id }) => id !== gone?.id),
  }))
  await until(() => said.length > 0)
  expect(said).toMatchObject([{ ok: true }])
  expect(edits(model).some((edit) => 'context' in edit && edit.context === gone?.id)).toBe(false)
  expect(new Set(namespaces(model)).has('p-4')).toBe(true)
})

test('what is refused changes nothing, and is said once', async () => {
  const { model } = await open()
  const said: Tried[] = []
  const rows = model.rows.all()
  const cells = [
    ...cellsOf(model, 'p'),
    ...rows.map((row) => ({ row, column: 'context', text: 'the same name' })),
  ]
  commitMany(model, cells, 'split', (tried) => said.push(tried))
  await until(() => said.length > 0)
  expect(said).toMatchObject([{ ok: false }])
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
