/** The entries that are named between two states of a file are those that a comparison of all of them tells apart, and their bytes are theirs. */
import '../../../shared/testing/seed'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { sameMeaning } from '../../../shared/edits/equivalence'
import { entryKinds } from '../../../shared/kubeconfig/entries'
import { full } from '../../../shared/testing/counts'
import { writeAndOutside, writtenOutside } from '../../testing/outside-writes'
import { planEdits } from '../rewrite/plan-edits'
import { readDocument } from './document'
import { entryValueOf, sourceOf } from './edit-model'
import { entriesBetween, namesIn } from './named-entries'

const path = '/home/me/.kube/config'
const source = (text: string) => sourceOf({ path, listed: true, text, fault: null })

/** Every entry compared with that of its name, by the full parser. */
function compared(before: string, after: string): readonly string[] {
  const [was, is] = [readDocument(path, before, 'parse'), readDocument(path, after, 'parse')]
  return entryKinds.flatMap((kind) => {
    const names = [was, is].flatMap((one) =>
      Array.from({ length: one.count(kind) }, (_, index) => one.name(kind, index)),
    )
    return [...new Set(names)].flatMap((name) => {
      const [old, now] = [was.first(kind, name), is.first(kind, name)]
      const same =
        old !== undefined &&
        now !== undefined &&
        sameMeaning(kind, entryValueOf(was, kind, old), entryValueOf(is, kind, now), path)
      return same ? [] : [`${kind} ${name}`]
    })
  })
}

function named(before: string, after: string): readonly string[] {
  const [was, is] = [readDocument(path, before), readDocument(path, after)]
  const entries = entriesBetween(was, is)
  for (const { kind, ...sides } of entries)
    for (const [side, text] of [['before', before] as const, ['after', after] as const]) {
      const place = sides[side]
      if (place === null || kind === 'section') continue
      const { range } = readDocument(path, text, 'parse').find(kind, place.name) ?? {}
      const bytes = Buffer.from(text).subarray(place.start, place.end)
      expect(bytes.toString()).toBe(text.slice(range?.start, range?.end))
    }
  const names = namesIn(entries)
  return entryKinds.flatMap((kind) => [...names[kind]].map((name) => `${kind} ${name}`))
}

const judged = (before: string, after: string) =>
  expect([...named(before, after)].sort()).toEqual([...compared(before, after)].sort())

test('of a generated write, and of what another program makes of the file', () => {
  let written = 0
  fc.assert(
    fc.property(writeAndOutside(path), ({ text, edits, layout, pick, own }) => {
      const { plan, files } = planEdits({ sources: [source(text)], revisions: [], edits })
      const after = files[0]?.after ?? null
      if (plan.blocked || after === null) return
      written += 1
      judged(text, after)
      judged(after, text)
      judged(after, writtenOutside(path, after, { kind: own, pick, layout }))
    }),
    { numRuns: full ? 8_000 : 40 },
  )
  expect(written).toBeGreaterThan(20)
}, 1_200_000)

const file = (user: string, rest = '') =>
  `clusters:\n- name: ü\n  cluster: {server: "https://ü.test"}\nusers:\n- name: a\n  user:\n    token: |+\n      x\n${user}- name: b\n  user: {token: t}\n${rest}`

test('what is longer at its end is named, what is only spelt otherwise is not', () => {
  expect(named(file(''), file('      y\n'))).toEqual(['user a'])
  judged(file(''), file('      y\n'))
  expect(named(file('# a remark\n'), file(''))).toEqual([])
  expect(named(file(''), file('').replace('{token: t}', '{"token": "t"}'))).toEqual([])
  judged(file('', 'contexts: []\n'), file('', 'contexts:\n- {name: c, context: {user: b}}\n'))
})

test('what an alias reaches, and what is there twice, is named where that is not looked at line by line', () => {
  const anchored = (token: string) =>
    `users:\n- name: a\n  user: &u {token: ${token}}\n- name: b\n  user: *u\n- name: c\n  user: {token: t}\n`
  expect(named(anchored('one'), anchored('two'))).toEqual(['user a', 'user b'])
  const twice = (token: string) =>
    `users:\n- name: a\n  user: {token: one}\n- name: a\n  user: {token: ${token}}\n`
  expect(named(twice('two'), twice('three'))).toEqual(['user a'])
})
