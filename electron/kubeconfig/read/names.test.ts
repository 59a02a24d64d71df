import { expect, test } from 'vitest'
import { readDocument } from './document'
import { hashOf, namesAt } from './names'
import { Offsets } from './offsets'

/** Names that all fall on one slot of a table for so many. */
function fallingTogether(count: number): readonly string[] {
  let slots = 16
  while (slots < count * 2) slots *= 2
  const found: string[] = []
  for (let n = 0; found.length < count; n++) {
    const name = `context-${n}`
    if ((hashOf(name, 0, name.length) & (slots - 1)) === 0) found.push(name)
  }
  return found
}

/** Each name in a line of its own, kept as usual entries keep theirs. */
function kept(names: readonly string[]): Offsets {
  const text = names.map((name) => `${name}\n`).join('')
  const offsets = new Offsets(text, Buffer.from(text))
  let at = 0
  for (const [index, name] of names.entries()) {
    offsets.put(0, at, at + name.length)
    offsets.keep(index, at, at + name.length + 1, index)
    at += name.length + 1
  }
  return offsets
}

test('names are found by their characters, the first of equal ones, wherever the question stands', () => {
  const names = ['one', 'two', 'one', 'twos', 'tw', 'two']
  const found = namesAt(kept(names), names.length)
  expect(names.map((name) => found?.first(name))).toEqual([0, 1, 0, 3, 4, 1])
  expect(found?.size).toBe(4)
  // The same hash and length: only their characters tell these apart.
  expect(hashOf('declinate', 0, 9)).toBe(hashOf('macallums', 0, 9))
  const alike = namesAt(kept(['declinate', 'macallums', 'declinate']), 3)
  expect(['declinate', 'macallums'].map((name) => alike?.first(name))).toEqual([0, 1])
  expect(['on', 'ones', 'three'].map((name) => found?.first(name))).toEqual([undefined, undefined, undefined])
})

test('names that were chosen to fall together are left to a map of strings, which finds them all', () => {
  const names = fallingTogether(600)
  expect(namesAt(kept(names), names.length)).toBeNull()
  expect(namesAt(kept(names.slice(0, 3)), 3)?.size).toBe(3)
  const text = `contexts:\n${names.map((name) => `- context:\n    cluster: c\n    user: u\n  name: ${name}\n`).join('')}`
  const document = readDocument('/k', text)
  expect(names.map((name) => document.first('context', name))).toEqual(names.map((_, at) => at))
})
