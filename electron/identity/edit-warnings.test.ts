import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { applyEdits } from '../../shared/edits/apply-edits'
import type { AnyEdit } from '../../shared/edits/edit'
import type { EditModel } from '../../shared/edits/model'
import type { JsonMap } from '../../shared/json'
import { entryId } from '../../shared/kubeconfig/entries'
import type { AwsFiles } from '../aws/files/aws-files'
import { readAwsFiles } from '../aws/files/read-aws-files'
import { removeFolder } from '../testing/bundle'
import { backWarnings, identityWarnings } from './edit-warnings'

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

const profile = (name: string, settings: string) => `[profile ${name}]\n${settings}\n`
const config = [
  profile('base', 'aws_access_key_id = AKIABASE\naws_secret_access_key = s'),
  profile('pay', 'role_arn = arn:aws:iam::111122223333:role/Admin\nsource_profile = base'),
].join('')
let files: AwsFiles
let home: string
beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'ekscope-edit-warnings-'))
  await mkdir(path.join(home, '.aws'))
  await writeFile(path.join(home, '.aws/config'), config)
  files = await readAwsFiles({ variables: { HOME: home }, home })
})
afterAll(() => removeFolder(home))

const warned = (exec: JsonMap, ...edits: readonly AnyEdit[]) => {
  const before = model(exec)
  return identityWarnings(files)(before, applyEdits(before, edits).model, edits).map(
    ({ code, edit, next, instead }) => [code, edit, next, ...(instead === undefined ? [] : [instead])],
  )
}
const twice = (edit: number) => [
  'double-assume',
  edit,
  'Leave it if this chain is meant and a check proves it; else remove the role, or use profile “base”, its source, where the role trusts that.',
  'base',
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
])('a role on a role profile that is pinned %s is warned of, with its source', (_, exec) => {
  expect(warned(exec, { kind: 'set-role', context, role, scope: 'split' })).toEqual([twice(0)])
  expect(
    warned(exec, { kind: 'clone-context', context, name: 'two', role, pin: null, userName: null }),
  ).toEqual([twice(0)])
})

test('a role on top of the role profile whose credentials a wrapper gives is warned of', () => {
  const set: AnyEdit = { kind: 'set-role', context, role, scope: 'split' }
  const vault = (profile: string): JsonMap => ({
    command: 'aws-vault',
    args: ['exec', profile, '--', 'aws', ...getToken],
  })
  expect(warned(vault('pay'), set)).toEqual([twice(0)])
  expect(warned(vault('base'), set)).toEqual([])
  expect(warned(vault('gone'), set)).toEqual([])
})

test('what the command of the edited entry cannot do is warned of, and nothing where it is not edited', () => {
  const exec = aws(
    ['--output', 'text', 'eks', 'get-token', '--cluster-name', '{{ c }}'],
    [{ name: 'AWS_PROFLE', value: 'p' }],
  )
  const codes = (edit: AnyEdit) => warned(exec, edit).map(([code]) => code)
  const all = ['unusable-output', 'misspelt-variable', 'impossible-cluster-name']
  expect(codes({ kind: 'set-region', context, region: 'eu-west-1', scope: 'split' })).toEqual(all)
  expect(codes({ kind: 'set-output-json', context, scope: 'split' })).toEqual(all.slice(1))
  expect(codes({ kind: 'set-namespace', context, namespace: 'x' })).toEqual([])
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

test('the source itself, and a profile that assumes nothing, are no reason for a warning', () => {
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

test('a profile that no AWS file has is warned of by edits of the profile, not by one of the role', () => {
  const set: AnyEdit = { kind: 'set-profile', context, profile: 'gone', pin: null, scope: 'split' }
  expect(warned(aws(getToken), set)).toEqual([
    ['unknown-profile', 0, 'Name a profile that exists, or add this one to the AWS config file.'],
  ])
  const exec = aws(['--profile', 'gone', ...getToken])
  expect(warned(exec, { kind: 'set-role', context, role, scope: 'split' })).toEqual([])
})

test('a profile that no AWS file has is warned of where a context comes back with it, not where it had it already', () => {
  const none: EditModel = {
    files: model({}).files.map((one) => ({ ...one, context: [], user: [] })),
  }
  const back = (before: EditModel, after: EditModel) =>
    backWarnings(files)(before, after).map(({ code, edit, message }) => [code, edit, message.split(',')[0]])
  const gone = model(aws(['--profile', 'gone', ...getToken]))
  const said = ['unknown-profile', null, 'Context “one” comes back with profile “gone”']
  expect(back(none, gone)).toEqual([said])
  expect(back(model(aws(['--profile', 'pay', ...getToken])), gone)).toEqual([said])
  expect(back(model(aws(['--profile', 'gone', '--region', 'x', ...getToken])), gone)).toEqual([])
  expect(back(none, model(aws(['--profile', 'pay', ...getToken])))).toEqual([])
  expect(back(none, model({ command: 'own', args: ['--profile', 'gone'] }))).toEqual([])
})
