import { expect, test } from 'vitest'
import { columnIds, columnOf } from '../rows/columns'
import {
  defaultArrangement,
  inspectorWidths,
  leftBeside,
  panelWidth,
  parseArrangement,
  widestPanel,
} from './arrangement'

test('nothing kept gives the default view', () => {
  expect(parseArrangement('')).toEqual(defaultArrangement)
  expect(parseArrangement('null')).toEqual(defaultArrangement)
})

test('what was kept comes back', () => {
  const view = {
    ...defaultArrangement,
    hidden: ['role'],
    sort: [{ column: 'verdict', descending: true }],
    grouping: 'file',
  }
  expect(parseArrangement(JSON.stringify(view))).toEqual(view)
})

test('one damaged part does not take the others along', () => {
  const view = parseArrangement(
    JSON.stringify({ grouping: 'moon', hidden: ['role', 'nonsense'], sizes: { context: -5 } }),
  )
  expect(view.grouping).toBe(defaultArrangement.grouping)
  expect(view.hidden).toEqual(['role'])
  expect(view.sizes).toEqual({})
})

test('a column that is new in this version appears in its place', () => {
  const order = columnIds.filter((id) => id !== 'predicted')
  const view = parseArrangement(JSON.stringify({ order }))
  expect(view.order).toEqual(columnIds)
})

test('the context stays first, pinned and shown, also where an older version kept it elsewhere', () => {
  const order = [...columnIds].reverse()
  const view = parseArrangement(JSON.stringify({ order, pinned: ['role'], hidden: ['context', 'user'] }))
  expect(view.order[0]).toBe('context')
  expect(view.order.slice(1)).toEqual(order.slice(0, -1))
  expect(view.pinned).toEqual(['context', 'role'])
  expect(view.hidden).toEqual(['user'])
})

test('a panel leaves the contexts the columns that say who they act as, and in the narrowest window name and verdict', () => {
  const beside = (room: number, leaves: number = leftBeside.contexts) => room - widestPanel(room, leaves)
  const [name = 0, verdict = 0, proof = 0, acts = 0] = (['context', 'verdict', 'proof', 'acts'] as const).map(
    (id) => columnOf(id)?.size,
  )
  expect(beside(1228)).toBeGreaterThan(name + verdict + proof + acts)
  expect(widestPanel(972, leftBeside.contexts)).toBe(inspectorWidths.default)
  expect(beside(708)).toBeGreaterThan(name + verdict)
  // Nobody dragged it: it gives of its usual width, and what was dragged counts as far as there is room.
  expect(panelWidth(inspectorWidths.default, 972, leftBeside.contexts)).toBe(340)
  expect(panelWidth(inspectorWidths.default, 1228, leftBeside.contexts)).toBe(inspectorWidths.default)
  expect(panelWidth(372, 972, leftBeside.contexts)).toBe(372)
  expect(panelWidth(700, 1228, leftBeside.contexts)).toBe(560)
  // Other lists are content with less, and there is an end to it where there is room for anything.
  expect(beside(972, leftBeside.list)).toBe(leftBeside.list)
  expect(widestPanel(1_900, leftBeside.contexts)).toBe(inspectorWidths.max)
  expect(widestPanel(500, leftBeside.contexts)).toBe(inspectorWidths.min)
})
