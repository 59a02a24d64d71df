import { expect, test } from 'vitest'
import { makeFleet } from '../testing/fleet'
import { applyChange } from './loading'

const { snapshot } = makeFleet(6)
const nothing = { contexts: [], clusters: [], users: [] }
const base = {
  from: 1,
  revision: 2,
  files: snapshot.files,
  currentContext: snapshot.currentContext,
  currentContextFile: snapshot.currentContextFile,
  changed: nothing,
  removed: [],
  order: null,
}

test('a changed entry takes the place of the old one, the rest stays', () => {
  const [first] = snapshot.contexts
  if (!first) throw new Error('the fleet is empty')
  const after = applyChange(snapshot, {
    ...base,
    changed: { ...nothing, contexts: [{ ...first, namespace: 'new' }] },
  })
  expect(after.revision).toBe(2)
  expect(after.contexts[0]?.namespace).toBe('new')
  expect(after.contexts.slice(1)).toEqual(snapshot.contexts.slice(1))
})

test('removed entries go, and the new order is taken', () => {
  const [first, second, ...rest] = snapshot.contexts
  if (!first || !second) throw new Error('the fleet is too small')
  const order = [second.id, ...rest.map((entry) => entry.id)].reverse()
  const after = applyChange(snapshot, {
    ...base,
    removed: [first.id],
    order: {
      contexts: order,
      clusters: snapshot.clusters.map((c) => c.id),
      users: snapshot.users.map((u) => u.id),
    },
  })
  expect(after.contexts.map((entry) => entry.id)).toEqual(order)
})
