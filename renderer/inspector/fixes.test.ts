import { expect, test } from 'vitest'
import type { Row } from '../rows/rows'
import { rowNamed } from '../testing/rows'
import { fixOfRow, leadingFix } from './fixes'

test('a row gives its fix what the row shows, pending edits included', () => {
  const row = rowNamed('prod-readonly')
  const finding = { id: 'env-keys-win', instead: 'pay-ro' } as const
  const changed = { ...row, profile: 'other', pending: { kind: 'changed', was: row } } as const
  expect(fixOfRow(finding, row)?.edits).toMatchObject([{ context: row.id, profile: row.profile }])
  expect(fixOfRow(finding, changed)?.edits).toMatchObject([{ profile: 'other' }])
})

test('a context that is to be deleted is not mended, and one that is not in the files yet is', () => {
  const row = rowNamed('prod-readonly')
  const fix = (pending: Row['pending']) =>
    fixOfRow({ id: 'env-keys-win', instead: 'pay-ro' }, { ...row, pending })
  expect(fix({ kind: 'removed', was: row })).toBeNull()
  expect(fix({ kind: 'added', was: null })?.edits).toMatchObject([
    { context: row.id, profile: row.profile, pin: 'arg' },
  ])
})

test('a fix says whom the entry gives then, not whom the user expects', () => {
  const other = 'arn:aws:iam::111122223333:role/Other'
  const expected = leadingFix(rowNamed('prod-readonly', { expects: { 'prod-readonly': other } }))
  expect(expected?.becomes?.label).toBe('ReadOnly')
  expect(leadingFix(rowNamed('prod-readonly'))?.becomes?.label).toBe('ReadOnly')
})

test('what leaves the one who acts as it is says that one, and not whom the user expects', () => {
  const row = rowNamed('prod-readonly', {
    expects: { 'prod-readonly': 'arn:aws:iam::111122223333:role/Other' },
  })
  const finding = { severity: 'error', contexts: [row.id], file: '', message: '', advice: '' } as const
  const version = { ...row, findings: [{ ...finding, id: 'deprecated-api-version' } as const] }
  expect(leadingFix(version)?.becomes?.label).toBe('carol')
})
