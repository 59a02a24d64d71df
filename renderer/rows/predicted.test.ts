import { expect, test } from 'vitest'
import type { Predicted } from '../../shared/identity/identity'
import { rowNamed } from '../testing/rows'
import { likelyBy, noPrediction } from './predicted'

const some = rowNamed('prod-admin').identity?.predicted
const predicted = (more: Partial<Predicted>): Predicted => {
  if (some === undefined) throw new Error('it has a prediction')
  return { ...some, ...more }
}
const ssoLogin = { code: 'sso-login', message: '', next: '' } as const

test('likely is never said without why', () => {
  expect(likelyBy(predicted({ certain: true, by: ['sso of profile lake'] }))).toEqual([])
  expect(likelyBy(predicted({ certain: false, by: ['profile lake', 'sso of profile lake'] }))).toEqual([
    'likely: IAM Identity Center decides whether the permission set is given',
  ])
  expect(likelyBy(predicted({ certain: false, by: ['credential_process of profile batch'] }))).toEqual([
    'likely: the credential_process decides',
  ])
  // A doubt of its own stands among its sources; a problem says more.
  expect(
    likelyBy(predicted({ certain: false, by: ['aws 3.0.0 has rules that Ekscope does not know'] })),
  ).toEqual([])
  expect(likelyBy(predicted({ certain: false, by: ['sso of profile lake'], problem: ssoLogin }))).toEqual([])
})

test('where a sign-in is missing, files still name who it would be', () => {
  const none = { arn: null, permissionSet: null, problem: ssoLogin }
  expect(noPrediction(predicted({ ...none, permissionSet: 'Finance' }))).toBe(
    'Only after a sign-in: Finance.',
  )
  const arn = 'arn:aws:iam::777788889999:role/BreakGlass'
  const mfa = { code: 'mfa-code', message: '', next: '' } as const
  expect(noPrediction(predicted({ ...none, arn, problem: mfa }))).toBe('Only after a sign-in: BreakGlass.')
  const unnamed = 'No identity can be predicted.'
  expect(noPrediction(predicted(none))).toBe(unnamed)
  expect(noPrediction(predicted({ arn, problem: { ...ssoLogin, code: 'no-keys' } }))).toBe(unnamed)
  expect(noPrediction(null)).toBe(unnamed)
})
