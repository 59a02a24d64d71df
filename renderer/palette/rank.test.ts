import { expect, test } from 'vitest'
import { ranked } from './rank'

const titles = [
  'Verify selected or all shown',
  'Copy the context’s name',
  'Theme: Dark',
  'Go to the contexts',
]
const find = (query: string) => ranked(query, titles, (title) => [title])

test('nothing typed leaves everything in its order', () => {
  expect(find(' ')).toEqual(titles)
})

test('the whole word wins, the earlier the better', () => {
  expect(find('context')[0]).toBe('Copy the context’s name')
})

test('first letters of words are enough', () => {
  expect(find('td')[0]).toBe('Theme: Dark')
})

test('a letter that is not there finds nothing', () => {
  expect(find('qqq')).toEqual([])
})

test('letters that are scattered over a long title find nothing', () => {
  expect(
    ranked('delete', ['Discover clusters find clusters accounts regions eks'], (title) => [title]),
  ).toEqual([])
  expect(ranked('vrfy', ['Verify'], (title) => [title])).toEqual(['Verify'])
})

test('what is called so and nothing else comes first, whichever of its names that is', () => {
  const items = [['Find clusters'], ['Discover clusters'], ['Go to the clusters', 'Clusters']]
  expect(ranked('clusters', items, (names) => names)[0]).toEqual(['Go to the clusters', 'Clusters'])
})
