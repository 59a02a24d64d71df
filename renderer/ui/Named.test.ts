import { expect, test } from 'vitest'
import { placedName } from './Named'

test('of names that are ARNs a sentence says also where the cluster is', () => {
  const edge = (region: string) => placedName(`arn:aws:eks:${region}:111122223333:cluster/edge`)
  expect(edge('eu-west-1')).toBe('…/edge (eu-west-1, 1111 2222 3333)')
  expect(edge('us-east-1')).not.toBe(edge('eu-west-1'))
  expect(placedName('prod-admin')).toBe('prod-admin')
})
