import { expect, test } from 'vitest'
import { likelyBy } from '../../shared/audit/chain'
import type { Predicted } from '../../shared/identity/identity'
import { rowNamed } from '../testing/rows'

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
