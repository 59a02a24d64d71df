import { expect, test } from 'vitest'
import { rowNamed } from '../testing/rows'
import { pinsOf } from './EditorChoices'

test('no pin is offered that the command of the row does not know', () => {
  const row = rowNamed('prod-admin')
  expect(pinsOf(row)).toEqual(['arg', 'env', 'none'])
  const identity = row.identity && { ...row.identity, auth: 'aws-iam-authenticator' as const }
  expect(pinsOf({ identity })).toEqual(['env', 'none'])
})
