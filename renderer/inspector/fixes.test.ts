import { expect, test } from 'vitest'
import { rowNamed } from '../testing/rows'
import { fixOfRow } from './fixes'

test('a row gives its fix what the row shows, pending edits included', () => {
  const row = rowNamed('prod-readonly')
  const finding = { id: 'env-keys-win', instead: 'pay-ro' } as const
  const changed = { ...row, profile: 'other', pending: { kind: 'changed', was: row } } as const
  expect(fixOfRow(finding, row)?.edits).toMatchObject([{ context: row.id, profile: row.profile }])
  expect(fixOfRow(finding, changed)?.edits).toMatchObject([{ profile: 'other' }])
})

test('a context that is to be deleted, or is not in the files yet, is not mended', () => {
  const row = rowNamed('prod-readonly')
  for (const kind of ['removed', 'added'] as const)
    expect(
      fixOfRow({ id: 'env-keys-win', instead: 'pay-ro' }, { ...row, pending: { kind, was: null } }),
    ).toBeNull()
})
