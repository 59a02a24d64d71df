import { expect, test } from 'vitest'
import type { JsonMap } from '../json'
import { type EntryKind, entryId, mask, nameInId } from '../kubeconfig/entries'
import { conflictsOf } from './conflicts'
import { Draft } from './draft'
import type { AnyEdit } from './edit'
import { describeEdit, withIds } from './kinds'
import type { EditModel } from './model'
import { renamedEntries, withEntryIds } from './renamed-entries'

const path = '/k/config'
const id = (kind: EntryKind, name: string) => entryId(kind, path, name, 0)
type Lists = Readonly<Record<EntryKind, Readonly<Record<string, JsonMap>>>>
function model(lists: Lists): EditModel {
  const list = (kind: EntryKind) =>
    Object.entries(lists[kind]).map(([name, value]) => ({
      id: id(kind, name),
      kind,
      name,
      value,
      from: null,
    }))
  const entries = { cluster: list('cluster'), user: list('user'), context: list('context') }
  return { files: [{ path, exists: true, listed: true, unreadable: null, currentContext: null, ...entries }] }
}
const exec = (role: string): JsonMap => ({
  exec: { apiVersion: 'client.authentication.k8s.io/v1beta1', command: 'aws', args: ['--role', role] },
})
const before = model({
  cluster: { c: { server: 'https://c' } },
  user: { u: exec('one'), t: { token: mask } },
  context: { a: { cluster: 'c', user: 'u' }, b: { cluster: 'c', user: 't' } },
})

test('a renamed entry is the one new one that says the same, also as kubectl writes it out', () => {
  const written = {
    exec: {
      env: null,
      interactiveMode: 'IfAvailable',
      provideClusterInfo: false,
      ...(exec('one').exec as JsonMap),
    },
  }
  const now = model({
    cluster: { c2: { server: 'https://c' } },
    user: { u2: written, t: { token: mask } },
    context: { a2: { user: 'u2', cluster: 'c2' }, b: { cluster: 'c2', user: 't' } },
  })
  expect([...renamedEntries(before, now)]).toEqual([
    [id('cluster', 'c'), id('cluster', 'c2')],
    [id('user', 'u'), id('user', 'u2')],
    [id('context', 'a'), id('context', 'a2')],
  ])
})

test.each<readonly [string, Lists]>([
  [
    'says something else',
    { cluster: { c: { server: 'https://c' } }, user: { u2: exec('other'), t: { token: mask } }, context: {} },
  ],
  [
    'has a secret that the page cannot see',
    { cluster: { c: { server: 'https://c' } }, user: { u: exec('one'), t2: { token: mask } }, context: {} },
  ],
  [
    'is one of two',
    {
      cluster: { c: { server: 'https://c' } },
      user: { x: exec('one'), y: exec('one'), t: { token: mask } },
      context: {},
    },
  ],
  [
    'keeps its name beside a new one',
    {
      cluster: { c: { server: 'https://c' }, d: { server: 'https://c' } },
      user: { u: exec('one'), t: { token: mask } },
      context: {},
    },
  ],
])('none is followed that %s', (_, lists) => {
  const named = new Map([...renamedEntries(before, model(lists))].filter(([was]) => !was.includes('context')))
  expect([...named]).toEqual([])
})

test('edits go on under the new names without a conflict; of what both changed there is one', () => {
  const now = model({
    cluster: { c: { server: 'https://c' } },
    user: { u2: exec('one'), t: { token: mask } },
    context: { a2: { cluster: 'c', user: 'u2' }, b: { cluster: 'c', user: 'u2' } },
  })
  const ids = renamedEntries(before, now)
  const was = withEntryIds(before, ids)
  const followed = (edit: AnyEdit) => conflictsOf(was, now, [withIds(edit, (one) => ids.get(one) ?? one)])
  const context = id('context', 'a')
  expect(followed({ kind: 'set-namespace', context, namespace: 'web' })).toEqual([])
  expect(followed({ kind: 'split-user', context, name: null })).toEqual([])
  expect(
    followed({ kind: 'set-role', context, role: 'arn:aws:iam::123456789012:role/A', scope: 'shared' }),
  ).toEqual([])
  expect(followed({ kind: 'rename-context', context, name: 'mine', cascade: false })).toMatchObject([
    { field: 'name', was: 'a', mine: 'mine', theirs: 'a2' },
  ])
  expect(followed({ kind: 'set-user', context: id('context', 'b'), user: 'u' })).toMatchObject([])
})

test('what kubectl writes out makes no conflict with a deletion', () => {
  const written = { exec: { ...(exec('one').exec as JsonMap), interactiveMode: 'IfAvailable' } }
  const now = model({
    cluster: { c: { server: 'https://c' } },
    user: { u: written, t: { token: mask } },
    context: { a: { user: 'u', cluster: 'c' }, b: { cluster: 'c', user: 't' } },
  })
  const edit: AnyEdit = { kind: 'delete-contexts', contexts: [id('context', 'a')], keepOrphans: false }
  expect(conflictsOf(before, now, [edit])).toEqual([])
})

test('an edit of an entry that is gone says its name, never its id', () => {
  const edit: AnyEdit = { kind: 'set-namespace', context: id('context', 'gone "x"'), namespace: 'web' }
  expect(describeEdit(edit, new Draft(before)).subject).toBe('gone "x"')
  expect(nameInId('no id')).toBe('no id')
})
