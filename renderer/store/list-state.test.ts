import { expect, test } from 'vitest'
import { createStore } from 'zustand/vanilla'
import { createList, type ListState, newList } from './list-state'

const open = (first: string | null = 'first') => {
  const state = createStore<ListState<{ readonly words: string; readonly mark: string | null }>>(() =>
    newList({ words: '', mark: null }),
  )
  return { state: state.getState, list: createList(state, () => first) }
}

test('a part of the filter is set, and the rest of it stays', () => {
  const { state, list } = open()
  list.setFilter({ words: 'prod' })
  list.setFilter({ mark: 'gone' })
  expect(state().filter).toEqual({ words: 'prod', mark: 'gone' })
})

test('a line is closed and opened, and one that is asked to be what it is stays', () => {
  const { state, list } = open()
  list.toggle('a')
  list.toggle('b', false)
  list.toggle('b', false)
  expect([...state().closed]).toEqual(['a', 'b'])
  list.toggle('a')
  list.toggle('b', true)
  list.toggle('c', true)
  expect([...state().closed]).toEqual([])
})

test('what is inspected is the line that has the keyboard, else the first', () => {
  const { state, list } = open()
  list.inspect(true)
  expect(state()).toMatchObject({ inspecting: true, cursor: 'first' })
  list.setCursor('b')
  list.inspect(false)
  list.inspect(true)
  expect(state()).toMatchObject({ inspecting: true, cursor: 'b' })
  const nothing = open(null)
  nothing.list.inspect(true)
  expect(nothing.state()).toMatchObject({ inspecting: true, cursor: null })
})
