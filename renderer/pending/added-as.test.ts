import { expect, test } from 'vitest'
import { type Looker, lookerId } from '../../shared/identity/sweep'
import { profilesFor } from './added-as'

test('a permission set without a profile gets one of its own, whatever clusters it is for, and the pending one where there is one', () => {
  const looker = (permissionSet: string): Looker => ({
    kind: 'sso',
    session: 'corp',
    account: '111122223333',
    accountName: 'Pay ments',
    permissionSet,
    profile: null,
  })
  const reader = looker('Reader')
  const wanted = ['eu-west-1', 'us-east-1'].map((region) => ({ looker: reader, region }))
  const made = profilesFor(wanted, ['Payments-Reader'], [], (account) => account)
  const profile = {
    kind: 'add-profile',
    profile: 'Payments-Reader-2',
    settings: [
      { key: 'sso_session', value: 'corp' },
      { key: 'sso_account_id', value: '111122223333' },
      { key: 'sso_role_name', value: 'Reader' },
      { key: 'region', value: 'eu-west-1' },
    ],
  } as const
  expect([...made]).toEqual([[lookerId(reader), profile]])
  const admin = { looker: looker('Admin'), region: 'eu-west-1' }
  const again = profilesFor([...wanted, admin], [], [profile], (account) => account)
  expect(again.get(lookerId(reader))).toBe(profile)
  expect(again.get(lookerId(admin.looker))?.profile).toBe('Payments-Admin')
})
