import { expect, test } from 'vitest'
import type { ImportEdit } from '../../shared/edits/edit'
import { editSnapshot } from '../../shared/edits/snapshot'
import { makeFleet } from '../testing/fleet'
import { type OnTaken, type Wish, wishedImports, wishKey } from './import-wishes'

const { snapshot } = makeFleet(12)
const there = (name: string) => {
  const found = snapshot.contexts.find((entry) => entry.name === name)
  if (!found) throw new Error(`no context ${name}`)
  return found
}
const read = (source: string, names: readonly string[]): ImportEdit => ({
  kind: 'import-entries',
  source,
  from: null,
  file: null,
  onConflict: 'rename',
  clusters: [{ name: 'guest', here: null, value: { server: 'https://guest.example.com' } }],
  users: [{ name: 'guest', here: null, value: { token: '•' } }],
  contexts: names.map((name) => ({ name, here: null, value: { cluster: 'guest', user: 'guest' } })),
})

function wished(wishes: Readonly<Record<string, Wish>>, onTaken: OnTaken = 'rename', sources = ['s']) {
  const all = new Map(
    Object.entries(wishes).flatMap(([name, wish]) =>
      sources.map((source) => [wishKey(source, name), wish] as const),
    ),
  )
  const imports = sources.map((source) => read(source, ['guest', 'prod-admin']))
  return wishedImports(snapshot, imports, all, { onTaken, file: null })
}
const outcome = (...of: Parameters<typeof wished>) =>
  wished(...of).map(({ contexts }) => contexts.map(({ now, how }) => [now, how]))

test('what holds for all decides of taken names, and a wish of one context comes first', () => {
  expect(outcome({})).toEqual([
    [
      ['guest', 'number'],
      ['prod-admin-2', 'number'],
    ],
  ])
  expect(outcome({}, 'skip')[0]?.[1]).toEqual([null, 'leave'])
  expect(outcome({}, 'replace')[0]?.[1]).toEqual(['prod-admin', 'replace'])
  expect(outcome({ 'prod-admin': { how: 'replace' } }, 'skip')[0]?.[1]).toEqual(['prod-admin', 'replace'])
  expect(outcome({ 'prod-admin': { how: 'number' } }, 'skip')[0]?.[1]).toEqual(['prod-admin-2', 'number'])
  expect(outcome({ 'prod-admin': { how: 'rename', to: 'theirs' } })[0]?.[1]).toEqual(['theirs', 'rename'])
  expect(outcome({ guest: { how: 'leave' } })[0]?.[0]).toEqual([null, 'leave'])
})

test('a name that is taken, by another of the import too, is refused where it was typed', () => {
  const refused = (to: string) =>
    wished({ 'prod-admin': { how: 'rename', to } })[0]?.contexts.map((one) => one.refused)
  expect(refused('stage')).toEqual([null, 'stage'])
  expect(refused('guest')).toEqual([null, 'guest'])
  expect(refused('')).toEqual([null, ''])
  expect(refused('free')).toEqual([null, null])
})

test('what one import brings is there for the next, and one that brings nothing is of no use', () => {
  expect(outcome({}, 'rename', ['one', 'two'])[1]).toEqual([
    ['guest-2', 'number'],
    ['prod-admin-3', 'number'],
  ])
  const none = wished({ guest: { how: 'leave' }, 'prod-admin': { how: 'leave' } })
  expect(none.map(({ useful }) => useful)).toEqual([false])
})

test('the context that is replaced keeps its place and its name, and has what was brought', () => {
  const [made] = wished({ 'prod-admin': { how: 'replace' }, guest: { how: 'leave' } })
  if (!made) throw new Error('nothing was made')
  const { id } = there('prod-admin')
  const { snapshot: after, problems, alsoChanges } = editSnapshot(snapshot, [made.edit])
  expect(after.contexts.find((entry) => entry.id === id)).toMatchObject({ cluster: 'guest', user: 'guest' })
  expect(after.contexts).toHaveLength(snapshot.contexts.length)
  expect([problems, alsoChanges]).toEqual([[], []])
})
