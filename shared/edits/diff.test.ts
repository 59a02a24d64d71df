import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { changesBetween, diffOf, unified } from './diff'

const put = (text: string, changes: readonly { start: number; end: number; text: string }[]): string => {
  let [out, position] = ['', 0]
  for (const change of changes) {
    out += text.slice(position, change.start) + change.text
    position = change.end
  }
  return out + text.slice(position)
}
const lines = fc
  .array(fc.constantFrom('a', 'b', 'c', '', 'x: 1'), { maxLength: 12 })
  .chain((some) => fc.boolean().map((ended) => some.join('\n') + (ended ? '\n' : '')))

test('changes between two texts lead from one to the other', () => {
  fc.assert(
    fc.property(lines, lines, (a, b) => {
      expect(put(a, changesBetween(a, b))).toBe(b)
    }),
  )
})

test('a unified diff holds every line of both sides once, around the places that changed', () => {
  fc.assert(
    fc.property(lines, lines, (a, b) => {
      const { hunks, added, removed } = diffOf(a, changesBetween(a, b), undefined, 100)
      const side = (without: string) =>
        hunks.flatMap((hunk) => hunk.lines.filter(({ kind }) => kind !== without).map(({ text }) => text))
      if (a === b) expect(hunks).toEqual([])
      else {
        const split = (text: string) =>
          text.match(/[^\n]*\n|[^\n]+$/g)?.map((line) => line.replace(/\n$/, '')) ?? []
        expect(side('added')).toEqual(split(a))
        expect(side('removed')).toEqual(split(b))
        expect(added + removed).toBeGreaterThan(0)
      }
    }),
  )
})

test('of two users with the same arguments only what differs shows', () => {
  const user = (name: string, args: readonly string[], rest: string) =>
    `- name: ${name}\n  args:\n${[...args, 'eks', 'get-token', 'json'].map((arg) => `  - ${arg}\n`).join('')}${rest}`
  const before = user('one', ['eu'], '  env: one\n') + user('two', ['eu'], '  env: two\n')
  const after = user('one', ['eu', '--profile', 'p'], '') + user('two', ['eu', '--profile', 'q'], '')
  const { hunks } = diffOf(before, changesBetween(before, after), undefined, 0)
  const shown = hunks.flatMap((hunk) => hunk.lines.map(({ kind, text }) => `${kind} ${text.trim()}`))
  expect(shown).toEqual([
    'added - --profile',
    'added - p',
    'removed env: one',
    'added - --profile',
    'added - q',
    'removed env: two',
  ])
})

test('one inserted line shows as one added line, with its number', () => {
  const before = '1\n2\n3\n4\n5\n6\n7\n8\n'
  const diff = diffOf(before, [{ start: 8, end: 8, text: 'new\n' }])
  expect(diff).toMatchObject({ added: 1, removed: 0 })
  expect(unified('/f', diff)).toBe('--- /f\n+++ /f\n@@ -2,6 +2,7 @@\n 2\n 3\n 4\n+new\n 5\n 6\n 7\n')
})

test('a single line between two places stands there, two are left out', () => {
  const after = (between: number) => {
    const lines = ['x', ...Array.from({ length: between }, (_, at) => `${at}`), 'y']
    const before = `${lines.join('\n')}\n`
    return diffOf(before, changesBetween(before, before.replace('x', 'X').replace('y', 'Y')), undefined, 1)
  }
  expect([2, 3, 4].map((between) => after(between).hunks.length)).toEqual([1, 1, 2])
})

test('a missing last line end is told as diff does', () => {
  const diff = diffOf('a\nb', changesBetween('a\nb', 'a\nc'))
  expect(unified('/f', diff)).toBe(
    '--- /f\n+++ /f\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n',
  )
})

test('a last line without a line end is marked wherever it shows, also as context', () => {
  const text = 'a\nb\nc'
  expect(unified('f', diffOf(text, [{ start: 0, end: 1, text: 'A' }]))).toBe(
    '--- f\n+++ f\n@@ -1,3 +1,3 @@\n-a\n+A\n b\n c\n\\ No newline at end of file\n',
  )
  expect(unified('f', diffOf(text, [{ start: 5, end: 5, text: '\n' }]))).toBe(
    '--- f\n+++ f\n@@ -1,3 +1,3 @@\n a\n b\n-c\n\\ No newline at end of file\n+c\n',
  )
})
