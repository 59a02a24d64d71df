import { expect, test } from 'vitest'
import { arrange } from '../rows/arrange'
import { fleetRows } from '../testing/rows'
import { between, headerItem, moved } from './keyboard'

const items = arrange(fleetRows(), [], 'account', new Set())
const index = new Map(items.map((item, at) => [item.id, at]))
const columns = ['context', 'verdict', 'seen']
const press = (key: string, cursor: { item: string; column: string } | null, ctrlKey = false) =>
  moved({ key, ctrlKey, metaKey: false }, { items, index, columns, cursor, page: 10 })
const id = (at: number) => items[at]?.id ?? ''

test('down from the header comes to the first item, up from it goes back', () => {
  expect(press('ArrowDown', { item: headerItem, column: 'verdict' })).toEqual({
    item: id(0),
    column: 'verdict',
  })
  expect(press('ArrowUp', { item: id(0), column: 'verdict' })).toEqual({
    item: headerItem,
    column: 'verdict',
  })
})

test('the column is kept on the way, over groups too', () => {
  expect(press('ArrowDown', { item: id(1), column: 'seen' })).toEqual({ item: id(2), column: 'seen' })
  expect(press('ArrowDown', { item: id(0), column: 'group' })).toEqual({ item: id(1), column: 'context' })
})

test('Home and End go along the row, with Ctrl to the corners', () => {
  expect(press('End', { item: id(3), column: 'context' })).toEqual({ item: id(3), column: 'seen' })
  expect(press('End', { item: id(3), column: 'context' }, true)).toEqual({
    item: items.at(-1)?.id,
    column: 'seen',
  })
  expect(press('Home', { item: id(3), column: 'seen' }, true)).toEqual({ item: id(0), column: 'context' })
})

test('pages stop at the ends', () => {
  expect(press('PageDown', { item: id(items.length - 2), column: 'context' })?.item).toBe(items.at(-1)?.id)
  expect(press('PageUp', { item: id(2), column: 'context' })?.item).toBe(id(0))
})

test('other keys move nothing', () => {
  expect(press('x', { item: id(1), column: 'context' })).toBeNull()
})

test('a range takes the rows between, in either direction, without group headers', () => {
  const down = between({ items, index }, id(1), id(9))
  expect(down).toEqual(between({ items, index }, id(9), id(1)))
  expect(down.every((one) => !one.startsWith('group:'))).toBe(true)
})
