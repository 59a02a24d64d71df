/** The full reading is the judge: what `patchDocument` takes, both say alike. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { differenceOf } from '../../../shared/difference'
import { entryKinds } from '../../../shared/kubeconfig/entries'
import { kubeconfigFile } from '../../testing/generated-kubeconfig'
import { kubeconfigText } from '../../testing/kubeconfig-arbitrary'
import { usualFile, usualFleet } from '../../testing/usual-fleet'
import { splice } from '../rewrite/splice'
import { jsonOf, Shape } from '../yaml/shapes'
import { type KubeconfigDocument, readDocument } from './document'
import { changedSince, patchDocument, readNear, type TextChange } from './patched'

const file = '/home/me/.kube/config'
const full = process.env.EKSCOPE_FULL === '1'

/** All that a document says. */
function said(document: KubeconfigDocument): unknown {
  const all = entryKinds.map((kind) =>
    Array.from({ length: document.count(kind) }, (_, i) => ({
      name: document.name(kind, i),
      entry: document.entry(kind, i),
      first: document.first(kind, document.name(kind, i)),
      found: document.find(kind, document.name(kind, i))?.index,
      raw:
        kind === 'context' ? document.context(i) : kind === 'user' ? document.user(i) : document.cluster(i),
      refers:
        kind === 'context' ? (['cluster', 'user'] as const).map((one) => document.refers(one, i)) : null,
      generated: document.isGenerated(kind, i),
      node: document.node(kind, i),
      place: document.position(document.entry(kind, i).range.end),
    })),
  )
  const { clusters, users, contexts, currentContext, problems, readable, foundBy, entangled, text } = document
  const lists = [clusters, users, contexts]
  return {
    all,
    lists,
    currentContext,
    problems,
    readable,
    foundBy,
    entangled,
    text,
    root: document.root(),
    top: document.top(),
  }
}

/** Files as programs write them with something in between that is tied to something else. */
const tied = fc
  .tuple(
    usualFile(),
    fc.nat(),
    fc.constantFrom(
      '- name: held\n  user: &held\n    token: t\n- name: same\n  user: *held\n',
      '- name: held\n  user: {token: &t one, username: *t}\n',
      'x-held: &held {namespace: team}\n',
    ),
  )
  .map(([{ text }, where, put]) => {
    const starts = lineStarts(text).filter((at) =>
      text.startsWith(put.startsWith('x') ? 'users' : '- name:', at),
    )
    const at = starts[where % starts.length] ?? 0
    return text.slice(0, at) + put + text.slice(at)
  })
const texts = fc.oneof(
  { weight: 2, arbitrary: tied },
  { weight: 3, arbitrary: usualFile().map(({ text }) => text) },
  { weight: 3, arbitrary: kubeconfigFile().map(({ text }) => text) },
  { weight: 1, arbitrary: kubeconfigText() },
)
/** What could reach out of the lines into which it is put. */
const hostile = fc.constantFrom(
  ...[
    '',
    'x',
    ' ',
    '  ',
    '\n',
    '\n\n',
    '"',
    "'",
    '#',
    ' # x',
    ': ',
    '- ',
    '\n- ',
    '|',
    ' |\n',
    '>',
    '&a ',
    '*a',
    '!t ',
  ],
  ...[
    '\t',
    '\r',
    '\r\n',
    '\u0085',
    '\u2028',
    '\ufeff',
    '{',
    '}',
    '[',
    ']',
    ',',
    '?',
    '%',
    '@',
    '---\n',
    '\n---\n',
    '...\n',
  ],
  ...[
    '\n    namespace: other',
    'namespace: other\n    ',
    '\n  name: twice',
    'fleet-name-1',
    'null',
    '~',
    'true',
    '0x1',
    '<<: ',
    '\\',
    '","x":"',
    '"},{"name":"',
    '"}}],"kind":"List","users":[{"user":{"token":"',
    'é',
    '\ud83d\ude00',
  ],
  ...[
    '\n- name: new\n  context: {}',
    '\nusers:\n',
    '\ncontexts: []',
    'users:',
    '    extra: |\n      text\n',
    '\n    text: |+\n      a\n\n',
  ],
)

interface Tried {
  readonly text: string
  readonly changes: readonly TextChange[]
}
const tried: fc.Arbitrary<Tried> = texts.chain((text) =>
  fc
    .array(
      fc.record({
        at: fc.oneof(fc.nat(text.length), fc.constantFrom(...lineStarts(text))),
        length: fc.oneof(fc.constant(0), fc.nat(12)),
        text: fc.oneof(
          hostile,
          fc.tuple(hostile, hostile).map((two) => two.join('')),
        ),
      }),
      { minLength: 1, maxLength: 3 },
    )
    .map((wanted) => {
      const changes: TextChange[] = []
      for (const { at, length, text: put } of [...wanted].sort((a, b) => a.at - b.at)) {
        if (at <= (changes.at(-1)?.end ?? -1)) continue
        changes.push({ start: at, end: Math.min(text.length, at + length), text: put })
      }
      return { text, changes }
    }),
)

function lineStarts(text: string): readonly number[] {
  return [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)]
}

describe('a document after changes of its text', () => {
  test('is made of single entries also beside some that are tied to each other', () => {
    let [beside, context] = [0, 0]
    fc.assert(
      fc.property(tied, fc.nat(), (text, where) => {
        const before = readDocument(file, text)
        if (before.foundBy === 'scan') return
        for (const key of ['namespace: ', 'current-context: ']) {
          const places = [...text.matchAll(new RegExp(key, 'g'))].map(({ index }) => index + key.length)
          const start = places[where % places.length] ?? 0
          const patched = patchDocument(before, [{ start, end: start, text: 'other' }])
          if (patched === null) continue
          expect(said(patched)).toEqual(said(readDocument(file, patched.text)))
          if (key.startsWith('n')) beside++
          else context++
        }
      }),
      { numRuns: full ? 2_000 : 60 },
    )
    expect(beside).toBeGreaterThan(10)
    expect(context).toBeGreaterThan(5)
  })

  test('says what the whole reading says, or nothing', () => {
    let taken = 0
    fc.assert(
      fc.property(tried, ({ text, changes }) => {
        const patched = patchDocument(readDocument(file, text), changes)
        if (patched === null) return
        taken++
        const after = splice(text, changes)
        expect(said(patched)).toEqual(said(readDocument(file, after)))
        const judge = readDocument(file, after, 'parse')
        expect(judge.problems).toEqual([])
        for (const kind of entryKinds)
          for (let i = 0; i < judge.count(kind); i++)
            expect(jsonOf(new Shape(), patched.node(kind, i))).toEqual(
              jsonOf(new Shape(), judge.node(kind, i)),
            )
      }),
      { numRuns: full ? 100_000 : 500 },
    )
    console.log(`taken: ${taken}`)
    expect(taken).toBeGreaterThan(full ? 500 : 8)
  }, 600_000)

  test('of a usual file takes every change inside an entry that leaves it one', () => {
    const text = usualFleet(5).text
    const change = (old: string, put: string): TextChange => {
      const start = text.indexOf(old)
      return { start, end: start + old.length, text: put }
    }
    const before = readDocument(file, text)
    for (const changes of [
      [change('namespace: team', 'namespace: other-one')],
      [change('    namespace: team\n', '')],
      [change('    user: fleet-name-1\n', '    namespace: new\n    user: fleet-name-1\n')],
      [change('value: admin', 'value: reader'), change('https://fleet-name-2', 'https://elsewhere')].sort(
        (a, b) => a.start - b.start,
      ),
      [change('namespace: team', 'namespace: "123"')],
      [change('  name: fleet-name-4\n', '  name: renamed\n')],
    ])
      expect(patchDocument(before, changes)?.text).toBe(splice(text, changes))
  })

  test('says what the whole reading says of what others made of it, one change after the other', () => {
    let [inTurn, current] = [0, 0]
    const at = fc.oneof(fc.nat(10_000), fc.constant('current' as const))
    const steps = fc.array(fc.record({ at, length: fc.nat(3), put: fc.oneof(hostile, fc.constant('b-2')) }), {
      minLength: 1,
      maxLength: 6,
    })
    fc.assert(
      fc.property(
        fc.oneof(
          tied,
          usualFile().map(({ text }) => text),
        ),
        steps,
        (first, wanted) => {
          let was = readDocument(file, first)
          let wasTaken = false
          for (const { at, length, put } of wanted) {
            const place = was.text.indexOf('current-context: ') + 'current-context: '.length + length
            const from = (at === 'current' ? place : at) % (was.text.length + 1)
            const text = was.text.slice(0, from) + put + was.text.slice(from + length)
            const taken = patchDocument(was, [{ start: from, end: from + length, text: put }])
            const whole = readDocument(file, text)
            const is = readNear(was, file, text)
            expect(said(is)).toEqual(said(whole))
            if (taken !== null) expect(said(taken)).toEqual(said(whole))
            if (taken !== null && wasTaken) inTurn++
            if (taken !== null && changedSince(was, taken)?.some(({ kind }) => kind === 'current')) current++
            wasTaken = taken !== null
            was = taken ?? is
          }
        },
      ),
      { numRuns: full ? 20_000 : 60 },
    )
    expect(inTurn).toBeGreaterThan(full ? 1_000 : 10)
    expect(current).toBeGreaterThan(full ? 1_000 : 10)
  }, 600_000)

  test('takes another current-context, alone and between changes of entries, and no other line of that look', () => {
    const text = usualFleet(5).text
    const first = readDocument(file, text)
    const use = (of: string, name: string) => of.replace(/^current-context: .*$/m, `current-context: ${name}`)
    const next = (was: KubeconfigDocument, now: string) => {
      const change = differenceOf(was.text, now)
      const is = patchDocument(was, [change])
      if (is !== null) expect(said(is)).toEqual(said(readDocument(file, now)))
      return is
    }
    const other = next(first, use(text, 'another')) ?? first
    expect(other.currentContext).toBe('another')
    const third = next(other, use(text, 'a-third-one')) ?? first
    const edited = use(text, 'a-third-one').replace('namespace: team', 'namespace: longer-than-before')
    const over = next(third, edited) ?? first
    expect(next(over, use(edited, 'x'))?.currentContext).toBe('x')
    for (const name of ['x: y', '*a', 'a\nkind: Other', '"x']) expect(next(first, use(text, name))).toBeNull()
    // It stands in the text of another key, or twice.
    for (const before of [
      text.replace('kind: Config', 'kind: "Config\ncurrent-context: x"'),
      `${text}current-context: x\n`,
    ])
      expect(
        next(readDocument(file, before), before.replace('current-context: x', 'current-context: y')),
      ).toBeNull()
  })

  test('hands over another line end, by which entries that did not change are read otherwise', () => {
    const { text } = usualFleet(3)
    const [lf, cr] = ['namespace: team\n', 'namespace: team\r\n']
    const patched = (of: string, old: string, put: string) => {
      const start = of.indexOf(old)
      return patchDocument(readDocument(file, of), [{ start, end: start + old.length, text: put }])
    }
    const mixed = text.replace(lf, cr)
    expect([patched(text, lf, cr), patched(mixed, cr, lf), patched(mixed, lf, 'namespace: x\n')]).toEqual([
      null,
      null,
      null,
    ])
    expect(patched(text.replaceAll('\n', '\r\n'), cr, 'namespace: x\r\n')).not.toBeNull()
  })

  test('hands over what could be more than one entry', () => {
    const text = usualFleet(3).text
    const before = readDocument(file, text)
    const at = text.indexOf('\n    server: https://fleet-name-1')
    for (const put of [
      '\nserver',
      '\n- cluster',
      ' |\nserver',
      '\n\n    server',
      '\r    server',
      '\n  name: x\n    server',
    ])
      expect(patchDocument(before, [{ start: at, end: at + '\n    server'.length, text: put }])).toBeNull()
  })
})
