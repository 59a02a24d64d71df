import { expect, test } from 'vitest'
import { clustersText } from './cluster-texts'

const { missing, read } = clustersText.awsAuth

test.each([
  [2, 0, 'aws-auth of 2 clusters is not read yet.'],
  [0, 1, '1 cluster was asked for aws-auth and did not give it.'],
  [0, 2, '2 clusters were asked for aws-auth and did not give it.'],
  [3, 1, 'aws-auth of 3 clusters is not read yet; 1 more was asked and did not give it.'],
  [1, 2, 'aws-auth of 1 cluster is not read yet; 2 more were asked and did not give it.'],
])('of %i open and %i asked ones', (open, asked, says) => {
  expect(missing(open, asked)).toBe(says)
})

test.each([
  [1, 1, false, 'Ask 1 cluster'],
  [2, 2, false, 'Ask both clusters'],
  [3, 3, false, 'Ask all 3 clusters'],
  [2, 3, false, 'Ask 2 clusters'],
  [1, 1, true, 'Ask 1 cluster again'],
  [2, 2, true, 'Ask both again'],
  [3, 3, true, 'Ask all 3 again'],
])('asking %i of %i, again: %s', (askable, all, again, says) => {
  expect(read(askable, all, again)).toBe(says)
})
