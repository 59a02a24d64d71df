import { expect, test } from 'vitest'
import { applyEdits } from '../../shared/edits/apply'
import type { AnyEdit } from '../../shared/edits/edit'
import type { EditModel, JsonMap } from '../../shared/edits/model'
import { entryId } from '../../shared/kubeconfig/entries'
import type { Profile } from '../aws/files/files'
import { identityWarnings } from './edit-warnings'

const file = '/home/me/.kube/config'
const context = entryId('context', file, 'one', 0)
const role = 'arn:aws:iam::444455556666:role/Deploy'

function model(exec: JsonMap): EditModel {
  const entry = (kind: 'cluster' | 'user' | 'context', name: string, value: JsonMap) => ({
    id: entryId(kind, file, name, 0),
    kind,
    name,
    value,
    from: null,
  })
  const lists = {
    cluster: [entry('cluster', 'c', { server: 'https://c' })],
    user: [entry('user', 'u', { exec })],
    context: [entry('context', 'one', { cluster: 'c', user: 'u' })],
  }
  return {
    files: [{ path: file, exists: true, listed: true, unreadable: null, currentContext: null, ...lists }],
  }
}

const profile = (name: string, settings: Readonly<Record<string, string>>): [string, Profile] => [
  name,
  {
    name,
    config: null,
    credentials: null,
    settings: Object.fromEntries(
      Object.entries(settings).map(([key, value]) => [
        key,
        { value, nested: {}, file: '/aws/config', line: 1 },
      ]),
    ),
  },
]
const profiles = new Map([
  profile('base', {}),
  profile('pay', { role_arn: 'arn:aws:iam::111122223333:role/Admin', source_profile: 'base' }),
])
const warned = (exec: JsonMap, ...edits: readonly AnyEdit[]) => {
  const before = model(exec)
  return identityWarnings({ profiles })(before, applyEdits(before, edits).model, edits).map(
    ({ code, edit, next }) => [code, edit, next],
  )
}
const twice = (edit: number) => [
  'double-assume',
  edit,
  'Use profile base, its source, unless this chain is meant.',
]
const aws = (args: readonly string[], env: readonly JsonMap[] = []): JsonMap => ({
  command: 'aws',
  args,
  env,
})
const getToken = ['eks', 'get-token', '--cluster-name', 'c']

test.each<[string, JsonMap]>([
  ['by --profile', aws(['--profile', 'pay', ...getToken])],
  ['by --profile=', aws(['--profile=pay', ...getToken])],
  ['by AWS_PROFILE', aws(getToken, [{ name: 'AWS_PROFILE', value: 'pay' }])],
  [
    'of the authenticator, by AWS_PROFILE',
    {
      command: 'aws-iam-authenticator',
      args: ['token', '-i', 'c'],
      env: [{ name: 'AWS_PROFILE', value: 'pay' }],
    },
  ],
])('a role on a role profile that is pinned %s is told, with its source', (_, exec) => {
  expect(warned(exec, { kind: 'set-role', context, role, scope: 'split' })).toEqual([twice(0)])
  expect(
    warned(exec, { kind: 'clone-context', context, name: 'two', role, pin: null, userName: null }),
  ).toEqual([twice(0)])
})

test('a clone is found whatever it is renamed to afterwards', () => {
  const clone: AnyEdit = { kind: 'clone-context', context, name: 'two', role, pin: null, userName: null }
  const rename: AnyEdit = {
    kind: 'rename-context',
    context: entryId('context', file, 'two', 0),
    name: 'three',
    cascade: true,
  }
  expect(warned(aws(['--profile', 'pay', ...getToken]), clone, rename)).toEqual([twice(0)])
})

test('the source itself, and a profile that assumes nothing, are no reason for a word', () => {
  const clone: AnyEdit = {
    kind: 'clone-context',
    context,
    name: 'two',
    role,
    profile: 'base',
    pin: null,
    userName: null,
  }
  expect(warned(aws(['--profile', 'pay', ...getToken]), clone)).toEqual([])
  expect(warned(aws(getToken), { kind: 'set-role', context, role, scope: 'split' })).toEqual([])
})
