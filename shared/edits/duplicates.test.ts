import { describe, expect, test } from 'vitest'
import type { JsonMap } from '../json'
import { type EntryKind, entryId } from '../kubeconfig/entries'
import { duplicatesIn } from './duplicates'
import type { EditModel, ModelEntry, ModelFile } from './model'

const entry = (kind: EntryKind, name: string, value: JsonMap, file: string): ModelEntry => ({
  id: entryId(kind, file, name, 0),
  kind,
  name,
  value,
  from: null,
})
type Lists = Partial<Record<EntryKind, Readonly<Record<string, JsonMap>>>>
const fileOf = (path: string, lists: Lists, more: Partial<ModelFile> = {}): ModelFile => {
  const list = (kind: EntryKind) =>
    Object.entries(lists[kind] ?? {}).map(([name, value]) => entry(kind, name, value, path))
  return {
    path,
    exists: true,
    listed: true,
    unreadable: null,
    currentContext: null,
    cluster: list('cluster'),
    user: list('user'),
    context: list('context'),
    ...more,
  }
}
const groups = (...files: readonly ModelFile[]) => {
  const model: EditModel = { files }
  return duplicatesIn(model).map(({ kind, keep, others }) => [
    kind,
    keep.name,
    others.map(({ name }) => name),
  ])
}

describe('duplicates', () => {
  test('are judged by everything in an entry, and the one with the most contexts is kept', () => {
    const ca = (data: string): JsonMap => ({ 'certificate-authority-data': data, server: 'https://a' })
    expect(
      groups(
        fileOf('/k/config', {
          // Two authorities of one size are two authorities.
          cluster: {
            one: ca('QUFB'),
            two: ca('QkJC'),
            three: { server: 'https://a', 'certificate-authority-data': 'QUFB' },
          },
          user: { u: { token: 'x' }, v: { token: 'y' }, w: { token: 'x', extensions: [] } },
          context: { c: { cluster: 'three', user: 'u' } },
        }),
      ),
    ).toEqual([['cluster', 'three', ['one']]])
  })

  test('are found across files; relative paths count by where they lead', () => {
    const at = (path: string): JsonMap => ({ 'certificate-authority': path, server: 'https://a' })
    expect(
      groups(
        fileOf('/k/config', { cluster: { a: at('pki/ca'), b: at('../other/pki/ca') } }),
        fileOf('/other/config', { cluster: { c: at('/k/pki/ca'), d: at('pki/ca') } }),
      ),
    ).toEqual([
      ['cluster', 'a', ['c']],
      ['cluster', 'b', ['d']],
    ])
  })

  test('are no hidden entries, no entries of a file outside the list or of one that cannot be written', () => {
    const same = { user: { u: { token: 'x' } } }
    expect(
      groups(
        fileOf('/a', same),
        fileOf('/b', same),
        fileOf('/c', { user: { v: { token: 'x' } } }, { listed: false }),
        fileOf('/d', { user: { w: { token: 'x' } } }, { unreadable: 'torn' }),
      ),
    ).toEqual([])
  })

  test('hold whole numbers beyond 2^53 apart', () => {
    const numbered = (n: bigint): JsonMap => ({ extensions: [{ name: 'n', extension: { n } }] })
    expect(
      groups(fileOf('/a', { user: { u: numbered(9007199254740993n), v: numbered(9007199254740992n) } })),
    ).toEqual([])
  })
})
