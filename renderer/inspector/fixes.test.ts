import { expect, test } from 'vitest'
import { rowNamed } from '../testing/rows'
import { fixOf } from './fixes'

test('a profile that keys of the shell beat is pinned by argument, for this context alone', () => {
  const row = rowNamed('prod-readonly')
  expect(fixOf({ id: 'env-keys-win' }, row)?.edits).toEqual([
    { kind: 'set-profile', context: row.id, profile: row.profile, pin: 'arg', scope: 'split' },
  ])
})

test('a shared user is split, and one that is shared no more has nothing to split', () => {
  const row = rowNamed('prod-us-viewer')
  expect(fixOf({ id: 'shared-user' }, row)?.edits).toEqual([
    { kind: 'split-user', context: row.id, name: null },
  ])
  expect(fixOf({ id: 'shared-user' }, { ...row, sharedWith: [] })).toBeNull()
})

test('where only a person can choose, there is no button', () => {
  expect(fixOf({ id: 'dangling-user' }, rowNamed('prod-admin'))).toBeNull()
})

test('a context that is to be deleted is not mended', () => {
  const row = rowNamed('prod-readonly')
  expect(fixOf({ id: 'env-keys-win' }, { ...row, pending: { kind: 'removed', was: null } })).toBeNull()
})
