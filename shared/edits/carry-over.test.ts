/** A change made backwards on an entry that other programs changed since: only what it made itself goes. */
import { expect, test } from 'vitest'
import type { JsonMap } from '../json'
import { carryOver } from './carry-over'

const path = '/home/me/.kube/config'
const base = ['eks', 'get-token', '--cluster-name', 'dev']
const user = (args: readonly string[], env: readonly (readonly [string, string])[] = []): JsonMap => ({
  exec: {
    apiVersion: 'client.authentication.k8s.io/v1beta1',
    command: 'aws',
    args: [...args],
    ...(env.length > 0 ? { env: env.map(([name, value]) => ({ name, value })) } : {}),
  },
})
const [x, y] = ['arn:aws:iam::111122223333:role/X', 'arn:aws:iam::111122223333:role/Y']

/** What the undo of a change from `was` to `is` makes of what is there now, or the fields that are in its way. */
function undone(was: JsonMap, is: JsonMap, now: JsonMap): unknown {
  const { value, inTheWay } = carryOver('user', { from: is, to: was, now }, path)
  return inTheWay.length > 0 ? inTheWay.map(({ field }) => field) : value
}

test.each<readonly [string, JsonMap, JsonMap, JsonMap, unknown]>([
  [
    'a second role before ours',
    user(base),
    user([...base, '--role', x]),
    user([...base, '--role-arn', y, '--role', x]),
    ['role'],
  ],
  [
    'a second role in another spelling',
    user(base),
    user([...base, '--role', x]),
    user([...base, `--role-arn=${y}`, '--role', x]),
    ['role'],
  ],
  [
    'a second role before ours, where there was another',
    user([...base, '--role', y]),
    user([...base, '--role', x]),
    user([...base, '--role', 'z', '--role', x]),
    ['role'],
  ],
  [
    'the same role twice',
    user(base),
    user([...base, '--role', x]),
    user([...base, '--role', x, '--role', x]),
    ['role'],
  ],
  [
    'a second profile',
    user(base),
    user(['--profile', 'p', ...base]),
    user(['--profile', 'q', '--profile', 'p', ...base]),
    ['profile'],
  ],
  [
    'a second region',
    user(base),
    user(['--region', 'eu-west-1', ...base]),
    user(['--region', 'us-east-1', '--region', 'eu-west-1', ...base]),
    ['region'],
  ],
  [
    'a second cluster name',
    user(['eks', 'get-token', '--cluster-name', 'old']),
    user(base),
    user(['eks', 'get-token', '--cluster-name', 'other', '--cluster-name', 'dev']),
    ['EKS cluster'],
  ],
  [
    'a variable a second time',
    user(base),
    user(base, [['AWS_PROFILE', 'p']]),
    user(base, [
      ['AWS_PROFILE', 'q'],
      ['AWS_PROFILE', 'p'],
    ]),
    ['exec.env AWS_PROFILE'],
  ],
])('%s, added since: in the way', (_, was, is, now, expected) => {
  expect(undone(was, is, now)).toEqual(expected)
})

test('an extension of another program that came, went or changed since is not in the way of ours', () => {
  const context = (...extensions: readonly JsonMap[]): JsonMap => ({ cluster: 'c', extensions })
  const named = (name: string, extension: JsonMap): JsonMap => ({ name, extension })
  const ours = (principal: string) => named('ekscope/expected', { principal })
  const theirs = named('context_info', { version: 1 })
  const undo = (was: JsonMap, is: JsonMap, now: JsonMap) => {
    const { value, inTheWay } = carryOver('context', { from: is, to: was, now }, path)
    return inTheWay.length > 0 ? inTheWay.map(({ field }) => field) : value
  }
  expect(undo({ cluster: 'c' }, context(ours(x)), context(ours(x), theirs))).toEqual(context(theirs))
  expect(undo({ cluster: 'c' }, context(ours(x)), context(ours(x)))).toEqual({ cluster: 'c' })
  expect(undo(context(theirs), context(theirs, ours(x)), context(ours(x)))).toEqual({ cluster: 'c' })
  const newer = named('context_info', { version: 2 })
  expect(undo(context(theirs, ours(y)), context(theirs, ours(x)), context(ours(x), newer))).toEqual(
    context(ours(y), newer),
  )
  expect(undo(context(ours(y)), context(ours(x)), context(ours('z')))).toEqual([
    'extensions.ekscope/expected.extension.principal',
  ])
  // What has no name, or one twice, is carried as a whole.
  expect(undo({ cluster: 'c' }, context(ours(x)), context(ours(x), {}))).toEqual(['extensions'])
})

test('a role that was there twice before and after the write gets its old last value', () => {
  const twice = (last: string) => user([...base, '--role', y, '--role', last])
  expect(undone(twice('a'), twice('b'), twice('b'))).toEqual(twice('a'))
})

test('a role or variable that was there twice and is gone is not put back by half', () => {
  const twice = user(
    [...base, '--role', y, '--role-arn', x],
    [
      ['AWS_PROFILE', 'q'],
      ['AWS_PROFILE', 'p'],
    ],
  )
  expect(undone(twice, user(base), user(base))).toEqual(twice)
  expect(undone(twice, user(base), user([...base, '--output', 'json'], [['A', '1']]))).toEqual([
    'role',
    'exec.env AWS_PROFILE',
  ])
})
