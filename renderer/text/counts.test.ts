import { expect, test } from 'vitest'
import { few, placedName, shortName, spacedAccount } from './counts'
import { currentContextSaid } from './review-texts'

const arn = (region: string, name = 'edge') => `arn:aws:eks:${region}:111122223333:cluster/${name}`

test('twelve digits are read in fours; anything else stays', () => {
  expect(spacedAccount('111122223333')).toBe('1111 2222 3333')
  expect(spacedAccount('1111')).toBe('1111')
})

test('in titles and messages a very long name keeps both its ends, and one that is an ARN its own', () => {
  expect(shortName('prod-eu')).toBe('prod-eu')
  expect(shortName(arn('eu-west-1'))).toBe('…/edge')
  const short = shortName(`${'a'.repeat(100)}-${'b'.repeat(99)}`)
  expect(short).toHaveLength(64)
  expect(short).toMatch(/^a+…b+$/)
})

test('of names that are ARNs a sentence says also where the cluster is', () => {
  expect(placedName(arn('eu-west-1'))).toBe('…/edge (eu-west-1, 1111 2222 3333)')
  expect(placedName(arn('us-east-1'))).not.toBe(placedName(arn('eu-west-1')))
  expect(placedName('prod-admin')).toBe('prod-admin')
})

test('a list has such names by their ends, and where the clusters are if these are alike', () => {
  expect(few([arn('eu-west-1'), arn('eu-west-1', 'web'), 'prod'])).toBe('…/edge, …/web, prod')
  expect(few([arn('eu-west-1'), arn('us-east-1')])).toBe('…/edge (eu-west-1), …/edge (us-east-1)')
})

test('very long names are cut where they are alike, and a name of a megabyte at once', () => {
  const long = (middle: string) => `${'a'.repeat(60)}-${middle}-${'b'.repeat(60)}`
  const [one = '', other = ''] = few([long('one'), long('two')]).split(', ')
  expect([one, other]).toEqual([expect.stringContaining('one'), expect.stringContaining('two')])
  expect(shortName('a'.repeat(1_000_000))).toHaveLength(64)
})

test('a dialog tells how current-context changes by the names that the grid has', () => {
  const said = (before: string, after: string | null) =>
    currentContextSaid({ before, after, resolvesTo: { before: null, after: null } })?.title
  expect(said(arn('eu-west-1'), 'payments-edge')).toBe('current-context: …/edge → payments-edge')
  expect(said(arn('eu-west-1'), null)).toBe('current-context: …/edge → (none)')
  expect(said(arn('eu-west-1'), arn('us-east-1'))).toBe(
    'current-context: …/edge (eu-west-1) → …/edge (us-east-1)',
  )
})
