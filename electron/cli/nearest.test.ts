import { expect, test } from 'vitest'
import { commandNames } from './commands'
import { nearest } from './nearest'

test.each([
  ['lst', 'list'],
  ['set-rol', 'set-role'],
  ['whomai', 'whoami'],
  ['undoo', 'undo'],
  ['ident', 'identities'],
  ['export ', 'export'],
  // Two begin so, and neither is near.
  ['dis-connect', null],
  ['set', null],
  ['zzzz', null],
  ['', null],
])('%j: %j was meant', (word, meant) => {
  expect(nearest(word, commandNames)).toBe(meant)
})
