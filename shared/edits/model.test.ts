import { expect, test } from 'vitest'
import { type EntryId, entryId } from '../kubeconfig/entries'
import { changedBothWays, type EditModel, type ModelEntry } from './model'

const entry = (name: string, id: EntryId = entryId('context', '/f', name, 0)): ModelEntry => ({
  id,
  kind: 'context',
  name,
  value: {},
  from: null,
})
const [a, b, c] = [entry('a'), entry('b'), entry('c')]
const model = (...lists: readonly (readonly ModelEntry[])[]): EditModel => ({
  files: lists.map((context, at) => ({
    path: `/f${at}`,
    exists: true,
    listed: true,
    unreadable: null,
    currentContext: null,
    cluster: [],
    user: [],
    context,
  })),
})

test.each<[string, EditModel, EditModel]>([
  ['nothing', model([a, b, c]), model([a, b, c])],
  ['a value in its place', model([a, b, c]), model([a, entry('b'), c])],
  ['a name, which keeps the id', model([a, b, c]), model([a, entry('z', b.id), c])],
  ['two that change their places', model([a, b, c]), model([b, a, c])],
  ['one that goes and one that comes', model([a, b, c]), model([a, c, entry('d')])],
  ['one that comes in the place of another', model([a, b, c]), model([a, entry('d'), c])],
  ['one that moves to another file', model([a, b], [c]), model([a], [c, b])],
  ['two that change their files', model([a, b], [c]), model([a, c], [b])],
  ['a file more', model([a, b]), model([a, b], [c])],
])('what changed both ways: %s', (_, before, after) => {
  const { came, went } = changedBothWays(before, after, 'context')
  const only = (one: EditModel, other: EditModel) =>
    one.files.flatMap(({ context }, at) => context.filter((is) => !other.files[at]?.context.includes(is)))
  expect([...came]).toEqual(only(after, before))
  expect([...went]).toEqual(only(before, after))
})
