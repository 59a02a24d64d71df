import { expect, test } from 'vitest'
import { findable, wordsFit } from './word-match'

test('words fit in any order and case, each as a part of what is said', () => {
  const said = () => findable(['prod-EU', null, undefined, '', '1111'])
  expect(said()).toBe('prod-eu\n1111')
  expect(wordsFit('1111  EU', said)).toBe(true)
  expect(wordsFit('eu us', said)).toBe(false)
})

test('no word fits everything, without asking what is said', () => {
  const said = () => {
    throw new Error('asked')
  }
  expect(wordsFit(' ', said)).toBe(true)
})
