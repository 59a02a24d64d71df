import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pack, packTables, Table, unpack } from './packed'

const through = <T>(value: T): T => unpack(pack(value))

test('whatever is JSON comes out as it went in', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      expect(through(value)).toEqual(JSON.parse(JSON.stringify(value)))
    }),
    { numRuns: 300 },
  )
})

/** Like the lists that cross: many objects of few forms, here and there another one. */
const row = fc.record(
  {
    id: fc.nat(50).map((n) => `["context","/home/me/.kube/config","fleet-${n}",0]`),
    line: fc.nat(9_000),
    at: fc.double({ noNaN: true }),
    quote: fc.constantFrom('plain', 'single'),
    args: fc.array(fc.constantFrom('--region', 'eu-west-1', '', 'é', '\ud800'), { maxLength: 30 }),
    origin: fc.oneof(
      fc.constant(null),
      fc.record({ file: fc.constant('/f'), range: fc.tuple(fc.nat(), fc.nat()) }),
    ),
    extra: fc.dictionary(fc.constantFrom('a', 'b', '__proto__', 'constructor', '0'), fc.array(fc.string()), {
      maxKeys: 3,
    }),
    odd: fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null)),
  },
  { requiredKeys: ['id', 'line'] },
)

test('so do long lists of objects that are alike, and some that are not', () => {
  fc.assert(
    fc.property(fc.array(row, { minLength: 0, maxLength: 120 }), (rows) => {
      const value = { revision: 3, rows, again: rows.map(({ id }) => ({ id })) }
      expect(through(value)).toEqual(JSON.parse(JSON.stringify(value)))
    }),
    { numRuns: 150 },
  )
})

test('numbers at the edges of what is whole stay what they are', () => {
  const edges = [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 1e300, 0.1, -1, 0]
  const many = Array.from({ length: 40 }, (_, at) => edges[at % edges.length])
  expect(through(many)).toEqual(many)
  expect(through(many.filter(Number.isSafeInteger))).toEqual(many.filter(Number.isSafeInteger))
})

test('a value that is undefined is not there, as in JSON', () => {
  const list = Array.from({ length: 20 }, (_, at) => ({
    a: at,
    ...(at % 3 === 0 ? { b: undefined } : { b: at }),
  }))
  expect(through(list)).toEqual(JSON.parse(JSON.stringify(list)))
  expect(through([undefined, 1])).toEqual([null, 1])
})

test('what was one object comes out as one, and a fleet is a fraction of its JSON', () => {
  const form = { arn: 'arn:aws:iam::111122223333:role/Operator', by: ['profile prod', 'role_arn'] }
  const fleet = Array.from({ length: 1_000 }, (_, n) => ({
    id: `["context","/home/me/.kube/config","fleet-${n}",0]`,
    name: `fleet-${n}`,
    origin: { file: '/home/me/.kube/config', line: 9 + n * 5, endLine: 13 + n * 5, duplicate: false },
    intended: form,
  }))
  const packed = pack(fleet)
  expect(packed.length).toBeLessThan(JSON.stringify(fleet).length / 20)
  const back = unpack(packed)
  expect(back).toEqual(fleet)
  expect(back.every(({ intended }) => intended === back[0]?.intended)).toBe(true)
})

test('forty forms in turn are written once, and so is the turn that several keys go by', () => {
  const forms = Array.from({ length: 40 }, (_, n) => ({
    profile: `profile-${n}`,
    by: [`profile ${n}`, 'role_arn'],
  }))
  const fleet = Array.from({ length: 1_000 }, (_, n) => ({
    intended: forms[n % 40],
    predicted: forms[n % 40],
    region: ['eu-west-1', undefined][n % 2],
  }))
  const packed = pack(fleet)
  // Three digits for each place, once, and for the shorter turn of the region.
  expect(packed.length).toBeLessThan(1_000 * 9)
  const back = unpack(packed)
  expect(back).toEqual(JSON.parse(JSON.stringify(fleet)))
  expect(back[0]?.intended).toBe(back[40]?.intended)
})

test('names that stand in several columns are written once, and read as one list', () => {
  const arn = (n: number) => `arn:aws:eks:eu-west-1:111122223333:cluster/fleet-${n * 7}`
  const names = Array.from({ length: 300 }, (_, n) => arn(n))
  const value = {
    contexts: names.map((name, n) => ({ id: n, cluster: name, user: arn(n) })),
    clusters: names.map((_, n) => ({ name: arn(n) })),
    // These begin alike, and go on in another way.
    users: names.map((_, n) => ({ name: `${arn(n)}/user`, other: n % 2 === 0 ? arn(n) : null })),
  }
  const packed = pack(value)
  expect(packed.split('"arn:aws:eks:eu-west-1:111122223333:cluster/fleet-"')).toHaveLength(4)
  expect(unpack(packed)).toEqual(value)
})

test('a table comes out as the list of its objects', () => {
  const which = [0, 1, 1, 0, 2]
  const names = ['a-1', 'a-2', 'b-3', '', 'a-5']
  const few = { kind: 'few', of: [{ n: 1 }, { n: 2 }, { n: 3 }], which } as const
  const table = new Table(5, {
    kind: { kind: 'same', value: ['x'] },
    name: { kind: 'around', start: '<', end: '>', between: names },
    of: few,
    inner: new Table(5, { at: { kind: 'values', values: which }, args: { kind: 'places', places: [few] } }),
    alike: { kind: 'few', of: [null, null], which: [0, 1, 0, 1, 0] },
  })
  const objects = names.map((name, at) => {
    const n = { n: (which[at] ?? 0) + 1 }
    return { kind: ['x'], name: `<${name}>`, of: n, inner: { at: which[at], args: [n] }, alike: null }
  })
  const whole = unpack(packTables<{ revision: number; all: readonly object[] }>({ revision: 1, all: table }))
  expect(whole).toEqual({ revision: 1, all: objects })
  expect(unpack(pack([table, table]))).toEqual([objects, objects])
  expect(unpack(pack(new Table(0, { a: { kind: 'same', value: 1 } })))).toEqual([])
})

test('so does one whose cells are lists of any length, of objects with one key or another', () => {
  const [open, shut] = [
    new Table(2, { open: { kind: 'values', values: [1, 2] } }),
    new Table(1, { shut: { kind: 'same', value: true } }),
  ]
  const found = { kind: 'mixed', parts: [open, shut], which: [0, 1, 0] } as const
  const table = new Table(3, {
    found: { kind: 'lists', lengths: [2, 0, 1], of: found },
    one: { kind: 'mixed', parts: [{ kind: 'values', values: ['a', 'b', 'c'] }], which: [0, 0, 0] },
  })
  expect(unpack(pack(table))).toEqual([
    { found: [{ open: 1 }, { shut: true }], one: 'a' },
    { found: [], one: 'b' },
    { found: [{ open: 2 }], one: 'c' },
  ])
})

test('a late key is as any other, but its value is made at the first look at it, once', () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 40 }), fc.array(row, { maxLength: 40 }), (rows, more) => {
      const value = { revision: 3, rows, more, again: rows }
      const usual = through(value)
      const isMade = (of: object, key: string) => 'value' in (Object.getOwnPropertyDescriptor(of, key) ?? {})
      const late: typeof value = unpack(pack(value), ['more', 'again', 'gone'])
      expect(Object.keys(value).map((key) => isMade(late, key))).toEqual([true, true, false, false])
      expect(late.rows).toEqual(usual.rows)
      expect(late.more).toBe(late.more)
      expect(isMade(late, 'again')).toBe(false)
      expect({ ...late }).toEqual(usual)
      expect(Object.keys(value).map((key) => isMade(late, key))).toEqual([true, true, true, true])
      expect(JSON.stringify(late)).toBe(JSON.stringify(usual))
    }),
    { numRuns: 80 },
  )
  expect(unpack(pack([1, 2]), ['0'])).toEqual([1, 2])
})
