import { expect, test } from 'vitest'
import type { FileRow, Row } from '../rows/rows'
import { createModel } from '../store/window-model'
import { fakeBridge } from '../testing/fake-bridge'
import { rowNamed } from '../testing/rows'
import { afterPending, identityAfterUse, whyNotUsed } from './use-context'

const changed = (row: Row, was: FileRow): Row => ({
  ...row,
  name: was.name,
  pending: { kind: 'changed', was },
})

test('whom one becomes is said of the files, and what pending changes make of that beside it', () => {
  const [admin, stage] = [rowNamed('prod-admin'), rowNamed('stage')]
  const row = changed(stage, admin)
  expect(identityAfterUse(row)).toBe(identityAfterUse(admin))
  expect(afterPending(row, 2)).toBe('after 2 pending changes: Developer on stage')
  const renamed = { ...row, name: 'other' }
  expect(afterPending(renamed, 1)).toBe('after 1 pending change: other, Developer on stage')
  // A namespace alone is nobody else.
  expect(afterPending(changed(admin, admin), 1)).toBeNull()
  expect(afterPending(admin, 1)).toBeNull()
})

test('an identity of the same name in another account is told by that', () => {
  const was = rowNamed('stage', { checks: [] })
  const { predicted } = was
  if (predicted === null) throw new Error('nobody is predicted')
  const row = changed({ ...was, predicted: { ...predicted, key: 'other', account: '999900001111' } }, was)
  expect(afterPending(row, 1)).toBe('after 1 pending change: Developer on stage (9999 0000 1111)')
})

const shadowed = (row: FileRow): FileRow => ({
  ...row,
  entry: { ...row.entry, origin: { ...row.entry.origin, shadowedBy: '/home/ana/.kube/first' } },
})

test('whether an earlier file has the name is asked of the files: a switch is written before what is pending', () => {
  const model = createModel({ bridge: fakeBridge() })
  const admin = rowNamed('stage')
  const still = changed(admin, shadowed(admin))
  expect(whyNotUsed(model, still)).toBe('kubectl takes stage from an earlier file.')
  expect(afterPending(still, 1)).toBeNull()
  const soon = changed(shadowed({ ...admin, name: 'two' }), admin)
  const renamed = { ...soon, name: 'two' }
  expect(whyNotUsed(model, renamed)).toBeNull()
  expect(afterPending(renamed, 1)).toBe('after 1 pending change: two of an earlier file')
})

test('one that is not written yet is used once it is, and is asked about as it then is', () => {
  const model = createModel({ bridge: fakeBridge() })
  const added: Row = { ...shadowed(rowNamed('stage')), pending: { kind: 'added', was: null } }
  expect(whyNotUsed(model, added)).toBe('kubectl takes stage from an earlier file.')
})
