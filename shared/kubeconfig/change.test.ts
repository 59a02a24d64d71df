import { expect, test } from 'vitest'
import { applyChange, changeBetween, isEmptyChange } from './change'
import { type ContextEntry, emptyContext, entryId, type Snapshot } from './entries'

const context = (name: string, namespace: string | null = null): ContextEntry => ({
  ...emptyContext,
  id: entryId('context', '/c', name, 0),
  name,
  namespace,
})
const snapshot = (revision: number, ...contexts: ContextEntry[]): Snapshot => ({
  revision,
  files: [],
  currentContext: null,
  currentContextFile: null,
  contexts,
  clusters: [],
  users: [],
})

test('an id is the JSON of kind, file, name and occurrence', () => {
  for (const name of ['a', '"\\\n', '名']) {
    expect(entryId('user', '/a "b"', name, 2)).toBe(JSON.stringify(['user', '/a "b"', name, 2]))
  }
})

test.each([
  ['one value', [context('a'), context('b')], [context('a'), context('b', 'x')]],
  ['an entry added in front', [context('a')], [context('z'), context('a')]],
  ['an entry removed', [context('a'), context('b')], [context('b')]],
  ['another order', [context('a'), context('b')], [context('b'), context('a')]],
  [
    'all at once',
    [context('a'), context('b'), context('c')],
    [context('d'), context('c', 'n'), context('a')],
  ],
  ['everything gone', [context('a')], []],
  ['everything new', [], [context('a')]],
])('the change carries %s, and whoever applies it has the whole', (_, before, after) => {
  const from = snapshot(1, ...before)
  const to = snapshot(2, ...after)
  expect(applyChange(from, changeBetween(from, to))).toEqual(to)
})

test('only what differs is sent', () => {
  const from = snapshot(1, context('a'), context('b'))
  const change = changeBetween(from, snapshot(2, context('a'), context('b', 'x')))
  expect(change.changed.contexts.map(({ name }) => name)).toEqual(['b'])
  expect(change.order).toBeNull()
  expect(isEmptyChange(from, changeBetween(from, snapshot(2, context('a'), context('b'))))).toBe(true)
})

test('a change that does not follow on the held revision is refused: the whole must be asked for', () => {
  expect(() => applyChange(snapshot(5), changeBetween(snapshot(1), snapshot(2)))).toThrow(RangeError)
})
