import { expect, test } from 'vitest'
import { emptyExec } from '../../shared/kubeconfig/entries'
import { rowNamed } from '../testing/rows'
import { pinsOf } from './use-cell-value'

test('no pin is offered that the command of the row does not know', () => {
  const row = rowNamed('prod-admin')
  expect(pinsOf(row)).toEqual(['arg', 'env', 'none'])
  const running = (command: string, args: readonly string[]) => ({
    ...row,
    user: row.user && { ...row.user, exec: { ...emptyExec, command, args } },
  })
  const authenticator = ['token', '-i', 'prod']
  expect(pinsOf(running('aws-iam-authenticator', authenticator))).toEqual(['env', 'none'])
  expect(pinsOf(running('env', ['aws-iam-authenticator', ...authenticator]))).toEqual(['env', 'none'])
  // What gives credentials names their profile itself.
  expect(pinsOf({ ...row, pin: 'wrapper' })).toEqual(['wrapper'])
})
