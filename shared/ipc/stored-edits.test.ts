import fc from 'fast-check'
import { expect, test } from 'vitest'
import { packedSteps, type Steps, stepsWith, unpackedSteps } from './stored-edits'

/** Lists as edits make them: each is the one before with something taken out, put in or in the place of something. */
const steps = fc
  .array(fc.record({ at: fc.nat(12), out: fc.nat(3), in: fc.nat(3) }), { maxLength: 30 })
  .chain((changes) => {
    let id = 0
    const lists: (readonly { readonly id: number }[])[] = [[]]
    for (const change of changes) {
      const list = [...(lists.at(-1) ?? [])]
      list.splice(change.at, change.out, ...Array.from({ length: change.in }, () => ({ id: ++id })))
      lists.push(list)
    }
    return fc.nat(lists.length - 1).map((at) => ({
      pending: lists[at] ?? [],
      past: lists.slice(0, at),
      future: lists.slice(at + 1),
    }))
  })

test('steps are the same after they were packed and written down', () => {
  fc.assert(
    fc.property(steps, (made) => {
      const written: unknown = JSON.parse(JSON.stringify(packedSteps(made)))
      expect(unpackedSteps(packedSteps(made))).toEqual(made)
      expect(written).toEqual(packedSteps(made))
    }),
  )
})

test('each edit is written once, however many steps have it', () => {
  const list = Array.from({ length: 300 }, (_, id) => ({ id }))
  const past = list.map((_, at) => list.slice(0, at))
  const packed = packedSteps({ pending: list, past, future: [] })
  expect(packed.edits).toHaveLength(300)
  expect(packed.lists.flat().length).toBeLessThan(4 * 300)
})

test('what is no packed list is none', () => {
  expect(unpackedSteps({ edits: ['a'], lists: [[0, 0, 1]], at: 0 })).toBeNull()
  expect(
    unpackedSteps({
      edits: ['a'],
      lists: [
        [0, 0, 0],
        [1, 1],
      ],
      at: 0,
    }),
  ).toBeNull()
  expect(unpackedSteps({ edits: ['a'], lists: [[0, 0, 0]], at: 1 })).toBeNull()
})

test('an edit goes from all steps, and a step that then changes nothing is none', () => {
  const made: Steps<string> = {
    pending: ['a', 'b'],
    past: [[], ['a']],
    future: [
      ['a', 'b', 'c'],
      ['a', 'c'],
    ],
  }
  expect(stepsWith(made, (edit) => (edit === 'b' ? null : edit.toUpperCase()))).toEqual({
    pending: ['A'],
    past: [[]],
    future: [['A', 'C']],
  })
})
