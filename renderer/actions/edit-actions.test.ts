// @vitest-environment happy-dom
import { expect, test, vi } from 'vitest'
import { lockedWhy } from '../pending/editable-fields'
import { columnIds } from '../rows/columns'
import { createModel } from '../store/window-model'
import { fakeBridge } from '../testing/fake-bridge'
import { legacyFile, now } from '../testing/fleet'
import { editText } from '../text/edits'
import { createActions } from './actions'

const actions = createActions([])

test('of a file that was only opened no edit is offered, and why is said', async () => {
  const model = createModel({ bridge: fakeBridge({ contexts: 50 }), clock: () => now })
  const stop = model.start()
  await vi.waitFor(() => expect(model.state.getState().phase.kind).toBe('ready'))
  const { snapshot } = model.state.getState()
  if (snapshot === null) throw new Error('there is no snapshot')
  const row = model.rows.all().find(({ entry }) => entry.origin.file === legacyFile)
  if (row === undefined) throw new Error('no context stands there')
  model.setCursor({ item: row.id, column: 'context' })
  model.list.ids = [row.id]
  const offered = () => actions.flatMap((one) => (one.enabled(model) ? [one.id] : []))
  const edits = [
    ...['names', 'clone', 'rename', 'delete', 'move', 'use', 'refresh-aws'],
    ...['edit-cell', 'fill-down', 'replace'],
  ]
  expect(offered()).toEqual(expect.arrayContaining(edits))
  for (const { blockedBy } of actions) expect(blockedBy(model)).toBeNull()

  const files = snapshot.files.map((file) =>
    file.path === legacyFile ? { ...file, source: 'opened' as const, own: false } : file,
  )
  const opened = { ...snapshot, files }
  model.state.setState({ snapshot: opened })
  expect(offered().filter((id) => [...edits, 'split-user'].includes(id))).toEqual([])
  for (const one of actions)
    if ([...edits, 'split-user'].includes(one.id))
      expect([one.id, one.blockedBy(model)]).toEqual([one.id, editText.locked.opened])
  // Among others it is left out, and the others are edited.
  model.list.ids = model.rows.all().map(({ id }) => id)
  expect(offered()).toContain('replace')
  model.list.ids = [row.id]
  // It can still be taken out of it, and copied into the list.
  expect(offered()).toEqual(expect.arrayContaining(['export', 'import']))
  for (const column of columnIds) expect([column, lockedWhy(column, row, opened)]).not.toContain(null)
  stop()
})

test('of every action that is not possible the palette can say why', async () => {
  const model = createModel({ bridge: fakeBridge({ contexts: 3 }), clock: () => now })
  const stop = model.start()
  await vi.waitFor(() => expect(model.state.getState().phase.kind).toBe('ready'))
  const all = createActions([])
  const impossible = all.filter((one) => !one.enabled(model))
  expect(impossible.length).toBeGreaterThan(20)
  for (const { id, needs } of impossible) expect([id, needs]).not.toEqual([id, ''])
  stop()
})
