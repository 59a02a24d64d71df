/** Which write `undo` and `redo` take next, after any undo and redo before, whole or in part. */
import '../testing/seed'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { lineName, subjectsOf, withNamesNow } from './describe'
import { nextToRedo, nextToUndo, type RecordedWrite, redoIn, titlesOfPart, undoneIn } from './undone'

const plain = (id: string): RecordedWrite => ({ id, undoes: null, partial: false })
const whole = (id: string, undoes: string): RecordedWrite => ({ id, undoes, partial: false })
const part = (id: string, undoes: string): RecordedWrite => ({ id, undoes, partial: true })
/** Oldest first, as they come. */
const next = (...writes: readonly RecordedWrite[]) => {
  const newest = [...writes].reverse()
  return [nextToUndo(newest)?.id ?? null, nextToRedo(newest)?.id ?? null]
}

test('undo steps back, redo steps forward', () => {
  const [a, b] = [plain('a'), plain('b')]
  expect(next(a, b)).toEqual(['b', null])
  expect(next(a, b, whole('u', 'b'))).toEqual(['a', 'u'])
  expect(next(a, b, whole('u', 'b'), whole('v', 'a'))).toEqual([null, 'v'])
  expect(next(a, b, whole('u', 'b'), whole('v', 'a'), whole('r', 'v'))).toEqual(['a', 'u'])
})

test('after an undo of a part, undo does the rest of that write; after a redo of a part, redo does', () => {
  const [a, b] = [plain('a'), plain('b')]
  expect(next(a, b, part('p', 'b'))).toEqual(['b', 'p'])
  expect(next(a, b, part('p', 'b'), whole('rest', 'b'))).toEqual(['a', 'rest'])
  expect(next(a, b, part('p', 'b'), whole('rest', 'b'), whole('r', 'rest'))).toEqual(['b', 'p'])
  expect(next(a, b, part('p', 'b'), whole('r', 'p'))).toEqual(['b', null])
  expect(next(a, b, whole('u', 'b'), part('r', 'u'))).toEqual(['b', 'u'])
  expect(next(a, b, whole('u', 'b'), part('r', 'u'), whole('s', 'u'))).toEqual(['b', null])
  // The first part alone is redone: of that part the write stands again.
  expect(next(a, b, part('p', 'b'), whole('rest', 'b'), whole('r', 'p'))).toEqual(['b', 'rest'])
})

test('what is undone is redone once: by the last undo of it, from the write and from each of its redos', () => {
  const redos = (...writes: readonly RecordedWrite[]) => Object.fromEntries(redoIn([...writes].reverse()))
  const a = plain('a')
  expect(redos(a)).toEqual({})
  expect(redos(a, whole('u', 'a'))).toEqual({ a: 'u', u: 'u' })
  expect(redos(a, whole('u', 'a'), whole('r', 'u'))).toEqual({})
  expect(redos(a, whole('u', 'a'), whole('r', 'u'), whole('v', 'r'))).toEqual({
    a: 'v',
    u: 'v',
    r: 'v',
    v: 'v',
  })
  expect(redos(a, whole('u', 'a'), whole('r', 'u'), whole('v', 'a'))).toEqual({ a: 'v', v: 'v' })
  // Each part has its own.
  expect(redos(a, part('p', 'a'), whole('rest', 'a'))).toEqual({ p: 'p', rest: 'rest' })
})

/** Writes of several fields each, and records of what each undo changed: as the planner does it, field by field. */
interface Field {
  readonly key: string
  readonly from: boolean
  readonly to: boolean
}
interface Made extends RecordedWrite {
  readonly fields: readonly Field[]
}
const step = fc.oneof(
  fc.record({ kind: fc.constant('write'), fields: fc.integer({ min: 1, max: 3 }) } as const),
  fc.record({ kind: fc.constantFrom('undo', 'redo') } as const),
  fc.record({
    kind: fc.constant('part'),
    which: fc.nat(20),
    of: fc.array(fc.nat(2), { minLength: 1 }),
  } as const),
)

test('whatever was undone and redone in parts: undo takes what stands, redo what is undone, and neither skips any nor does nothing', () => {
  fc.assert(
    // By its id any record can be undone, also one that is undone already in other ways: then nothing is skipped, at least.
    fc.property(fc.boolean(), fc.array(step, { maxLength: 14 }), (exact, steps) => {
      const now = new Map<string, boolean>()
      let writes: readonly Made[] = []
      const add = (fields: readonly Field[], undoes: string | null, partial: boolean) => {
        writes = [{ id: `w${writes.length}`, undoes, partial, fields }, ...writes]
      }
      /** False where nothing is to be done: then nothing is written. */
      const undo = ({ id, fields }: Made, only: readonly number[] | null): boolean => {
        const changed = fields.filter(
          ({ key, to }, at) => now.get(key) === to && (only === null || only.includes(at)),
        )
        for (const { key, from } of changed) now.set(key, from)
        const left = fields.some(({ key, to }) => now.get(key) === to)
        if (changed.length > 0)
          add(
            changed.map(({ key, from, to }) => ({ key, from: to, to: from })),
            id,
            left,
          )
        return changed.length > 0
      }
      for (const one of steps) {
        if (one.kind === 'write') {
          const fields = Array.from({ length: one.fields }, (_, at) => `${writes.length} ${at}`)
          for (const key of fields) now.set(key, true)
          add(
            fields.map((key) => ({ key, from: false, to: true })),
            null,
            false,
          )
        } else if (one.kind === 'part') {
          const last = nextToRedo(writes)
          const of = exact ? writes.filter(({ id, undoes }) => undoes === null || id === last?.id) : writes
          const write = of[one.which % Math.max(1, of.length)]
          if (write) undo(write, one.of)
        } else {
          const write = (one.kind === 'undo' ? nextToUndo : nextToRedo)(writes)
          if (write && !undo(write, null)) expect(exact, `${one.kind} ${write.id} does nothing`).toBe(false)
        }
        const undone = undoneIn(writes)
        for (const { id, undoes, fields } of writes)
          if (undoes === null) {
            const none = fields.every(({ key }) => now.get(key) === false)
            const all = fields.every(({ key }) => now.get(key) === true)
            if (exact) expect(undone.get(id)).toBe(none ? 'whole' : all ? undefined : 'part')
            else if (undone.get(id) === 'whole') expect(none).toBe(true)
          }
      }
      for (let write = nextToUndo(writes); exact && write; write = nextToUndo(writes)) undo(write, null)
      if (exact) expect([...now.values()].filter(Boolean)).toEqual([])
    }),
    { numRuns: process.env.EKSCOPE_FULL === '1' ? 20_000 : 500 },
  )
})

test('titles of a part say which contexts were meant, also where names hold what stands between names', () => {
  const titles = ['a, b, c: role none → x', 'b: namespace old → new', 'a, b: name → d', 'x: y: delete']
  expect(titlesOfPart(titles, ['b'])).toEqual([
    'a, b, c: role none → x (only b)',
    'b: namespace old → new',
    'a, b: name → d (only b)',
  ])
  expect(titlesOfPart(titles, ['b', 'a'])).toEqual([
    'a, b, c: role none → x (only a, b)',
    'b: namespace old → new',
    'a, b: name → d',
  ])
  // A name in quotes is one name, also with a comma in it; earlier versions wrote none.
  expect(titlesOfPart(['“a, b”: delete', 'a, b: delete'], ['a, b'])).toEqual(['“a, b”: delete'])
  expect(titlesOfPart(['“a, b”: delete', 'a, c: delete'], ['a'])).toEqual(['a, c: delete (only a)'])
  expect(titlesOfPart(['a, “x: y”, “q””, “”: delete'], ['x: y', 'q”, “'])).toEqual([
    'a, “x: y”, “q””, “”: delete (only “x: y”, “q””, “”)',
  ])
  expect(titlesOfPart(titles, ['x: y'])).toEqual(['x: y: delete'])
  expect(titlesOfPart(['7 contexts: delete'], ['a'])).toEqual(['7 contexts: delete (only a)'])
})

test('no two lists of names read the same in a line', () => {
  const piece = fc.constantFrom('a', ', ', ': ', ' → ', '“', '”', ' ', ':', ',', ' (was ', ')')
  const name = fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join(''))
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 3 }), (names) => {
      const line = `${names.map(lineName).join(', ')}: role (none) → x`
      expect(subjectsOf(line)).toEqual({ names, rest: 'role (none) → x' })
      // What they were once is no name of theirs.
      const now = withNamesNow(line, (one) => `${one}!`)
      expect(subjectsOf(now)?.names).toEqual(names.map((one) => `${one}!`))
      expect(withNamesNow(line, (one) => one)).toBe(line)
    }),
  )
})
