import { expect, test } from 'vitest'
import { fileNameOf } from './file-name'

test.each([
  ['prod-admin', 'prod-admin'],
  ['arn:aws:eks:eu-west-1:1:cluster/prod', 'arn-aws-eks-eu-west-1-1-cluster-prod'],
  ['../../etc', 'etc'],
  ['Büro 1', 'Büro-1'],
  ['::', 'context'],
  ['CON', 'context-CON'],
  ['nul.prod', 'context-nul.prod'],
  ['com1', 'context-com1'],
  ['lpt²', 'context-lpt²'],
  ['com10', 'com10'],
  ['console', 'console'],
  ['x/aux', 'x-aux'],
])('the context %s is %s as a file', (context, name) => {
  expect(fileNameOf(context, 60)).toBe(name)
})
