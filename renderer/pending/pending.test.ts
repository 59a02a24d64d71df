import { expect, test } from 'vitest'
import type { Edit } from '../../shared/edits/edit'
import { noSteps, redone, stepped, undone, withEdits } from './pending'

const namespace = (context: string, name: string | null): Edit => ({
  kind: 'set-namespace',
  context,
  namespace: name,
})
const ids = () => {
  let id = 0
  return () => ++id
}

test('a later value of the same cell takes the place of the earlier one', () => {
  const newId = ids()
  const list = withEdits([], [namespace('a', 'one'), namespace('b', 'two')], newId)
  const next = withEdits(list, [namespace('a', 'three')], newId)
  expect(next).toEqual([
    { id: 1, edit: namespace('a', 'three') },
    { id: 2, edit: namespace('b', 'two') },
  ])
})

test('clones stand side by side, whatever they are called', () => {
  const clone = (name: string): Edit => ({
    kind: 'clone-context',
    context: 'a',
    name,
    pin: null,
    userName: null,
  })
  expect(withEdits([], [clone('x'), clone('y')], ids())).toHaveLength(2)
})

test('undo goes back a step at a time and redo forward, until something new is done', () => {
  const newId = ids()
  const one = stepped(noSteps, withEdits([], [namespace('a', 'x')], newId))
  const two = stepped(one, withEdits(one.pending, [namespace('b', 'y'), namespace('c', 'y')], newId))
  const back = undone(two)
  expect(back?.pending).toEqual(one.pending)
  expect(back && redone(back)?.pending).toEqual(two.pending)
  const other = back && stepped(back, withEdits(back.pending, [namespace('d', 'z')], newId))
  expect(other && redone(other)).toBeNull()
  expect(undone(noSteps)).toBeNull()
})
