import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pairedLines, wordDiff } from './word-diff'

const marked = (before: string, after: string) =>
  wordDiff(before, after).map((side) =>
    side.map(({ text, changed }) => (changed ? `[${text}]` : text)).join(''),
  )

test('the one changed word of a long line is marked, on both sides', () => {
  expect(
    marked(
      '- {name: stage, user: {exec: {args: [--region, eu-west-1, --profile, dev, eks, get-token]}}}',
      '- {name: stage, user: {exec: {args: [--region, eu-west-1, --profile, pay-ro, eks, get-token]}}}',
    ),
  ).toEqual([
    '- {name: stage, user: {exec: {args: [--region, eu-west-1, --profile, [dev], eks, get-token]}}}',
    '- {name: stage, user: {exec: {args: [--region, eu-west-1, --profile, [pay-ro], eks, get-token]}}}',
  ])
  expect(marked('    namespace: web', '    namespace: team-a')).toEqual([
    '    namespace: [web]',
    '    namespace: [team-a]',
  ])
  expect(marked('[a, json], env: [{name: P, value: q}]}}', '[a, --profile, z, json]}}')).toEqual([
    '[a, json[], env: [{name: P, value: q}]]}}',
    '[a, [--profile, z, ]json]}}',
  ])
  expect(marked('role/Admin', 'role/ReadOnly')).toEqual(['role/[Admin]', 'role/[ReadOnly]'])
})

test('nothing is lost of a line, and equal lines have no mark', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), fc.string({ maxLength: 60 }), (before, after) => {
      const [left, right] = wordDiff(before, after)
      expect(left.map(({ text }) => text).join('')).toBe(before)
      expect(right.map(({ text }) => text).join('')).toBe(after)
      if (before === after) expect([...left, ...right].some(({ changed }) => changed)).toBe(false)
    }),
  )
})

test('lines that belong together are found, also where more come than go', () => {
  expect(pairedLines(['- --profile', '- pay'], ['- --profile', '- dev'])).toEqual(new Map([[0, 0]]))
  expect(pairedLines(['- name: a'], ['- name: b'])).toEqual(new Map([[0, 0]]))
  expect(pairedLines(['    user: pay-us'], ['    namespace: x', '    user: pay-eu'])).toEqual(
    new Map([[0, 1]]),
  )
})
