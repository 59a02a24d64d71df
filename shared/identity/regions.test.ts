import { expect, test } from 'vitest'
import { partitionOfRegion } from './regions'

test.each([
  ['us-west-2', 'aws'],
  ['cn-northwest-1', 'aws-cn'],
  ['us-gov-east-1', 'aws-us-gov'],
  ['us-iso-east-1', 'aws-iso'],
  ['us-isob-east-1', 'aws-iso-b'],
])('%s is in %s', (region, partition) => {
  expect(partitionOfRegion(region)).toBe(partition)
})
