import { describe, expect, test } from 'vitest'
import type { JsonMap } from '../json'
import { type EntryKind, entryId, mask } from '../kubeconfig/entries'
import { rebasePath } from '../kubeconfig/relative-paths'
import { recorded, takenBack } from '../testing/recorded-writes'
import { applyEdits, inverse } from './apply-edits'
import { conflictsOf } from './conflicts'
import { editLine } from './describe'
import { Draft } from './draft'
import type { AnyEdit } from './edit'
import { describeEdit } from './kinds'
import { linksBetween } from './links'
import type { EditModel, ModelEntry, ModelFile } from './model'

const file = '/home/me/.kube/config'
const other = '/home/me/other'
const admin = 'arn:aws:iam::123456789012:role/Admin'

const entry = (kind: EntryKind, name: string, value: JsonMap, path = file): ModelEntry => ({
  id: entryId(kind, path, name, 0),
  kind,
  name,
  value,
  from: null,
})
const aws = (...more: string[]): JsonMap => ({
  exec: {
    apiVersion: 'client.authentication.k8s.io/v1beta1',
    args: ['--region', 'us-west-2', 'eks', 'get-token', '--cluster-name', 'prod', ...more],
    command: 'aws',
  },
})
const modelFile = (path: string, more: Partial<ModelFile> = {}): ModelFile => ({
  path,
  exists: true,
  listed: true,
  unreadable: null,
  currentContext: null,
  cluster: [],
  user: [],
  context: [],
  ...more,
})

const fleet: EditModel = {
  files: [
    modelFile(file, {
      currentContext: 'a',
      cluster: [entry('cluster', 'prod', { server: 'https://u:p@x' })],
      user: [
        entry('user', 'me', aws()),
        entry('user', 'alone', aws('--role-arn', 'old')),
        entry('user', 'token', { token: 't' }),
      ],
      context: [
        entry('context', 'a', { cluster: 'prod', user: 'me' }),
        entry('context', 'b', { cluster: 'prod', user: 'me' }),
        entry('context', 'c', { cluster: 'prod', user: 'alone' }),
        entry('context', 'd', { cluster: 'prod', user: 'token' }),
        entry('context', 'e', { cluster: 'gone', user: 'gone' }),
      ],
    }),
    modelFile(other, {
      cluster: [entry('cluster', 'rel', { 'certificate-authority': 'pki/ca' }, other)],
      context: [entry('context', 'f', { cluster: 'rel', user: 'me' }, other)],
    }),
  ],
}
const context = (name: string, path = file) => entryId('context', path, name, 0)

function edited(...edits: AnyEdit[]) {
  const applied = applyEdits(fleet, edits)
  const find = (kind: EntryKind, name: string) =>
    applied.model.files.flatMap((one) => one[kind]).find((one) => one.name === name)?.value
  const args = (user: string) => {
    const exec = find('user', user)?.exec
    return typeof exec === 'object' && exec !== null && 'args' in exec ? exec.args : undefined
  }
  return { ...applied, find, args, current: applied.model.files.map((one) => one.currentContext) }
}

describe('a value in a user that several contexts share', () => {
  test('changed for one context, that context gets a user of its own and nobody else changes', () => {
    const { find, args, alsoChanges } = edited({
      kind: 'set-role',
      context: context('b'),
      role: admin,
      scope: 'split',
    })
    expect(find('context', 'b')).toEqual({ cluster: 'prod', user: 'b' })
    expect(args('b')).toEqual([
      '--region',
      'us-west-2',
      'eks',
      'get-token',
      '--cluster-name',
      'prod',
      '--role',
      admin,
    ])
    expect(find('user', 'me')).toEqual(aws())
    expect(alsoChanges).toEqual([])
  })

  test('changed for all, every other context that it changes is named', () => {
    const { alsoChanges } = edited({ kind: 'set-role', context: context('b'), role: admin, scope: 'shared' })
    expect(alsoChanges.map(({ name, through, entry: by }) => [name, through, by])).toEqual([
      ['a', 'user', 'me'],
      ['f', 'user', 'me'],
    ])
  })

  test('not shared, it is changed in place whatever the scope', () => {
    const { args } = edited({ kind: 'set-role', context: context('c'), role: admin, scope: 'split' })
    expect(args('alone')).toEqual([
      '--region',
      'us-west-2',
      'eks',
      'get-token',
      '--cluster-name',
      'prod',
      '--role-arn',
      admin,
    ])
  })
})

describe('names', () => {
  test('renaming the current context takes current-context along', () => {
    expect(
      edited({ kind: 'rename-context', context: context('a'), name: 'z', cascade: false }).current,
    ).toEqual(['z', null])
  })
  test('renaming with cascade takes user and cluster along only where they are its alone', () => {
    const { find } = edited({ kind: 'rename-context', context: context('c'), name: 'z', cascade: true })
    expect(find('context', 'z')).toEqual({ cluster: 'prod', user: 'z' })
  })
  test('a name in use, in whatever file, is refused', () => {
    expect(
      edited({ kind: 'rename-context', context: context('a'), name: 'f', cascade: false }).problems,
    ).toMatchObject([{ code: 'name-taken', blocks: true }])
  })
  test('renaming a user takes every reference along, in other files too', () => {
    const { find } = edited({ kind: 'rename-user', user: entryId('user', file, 'me', 0), name: 'you' })
    expect([find('context', 'a')?.user, find('context', 'b')?.user, find('context', 'f')?.user]).toEqual([
      'you',
      'you',
      'you',
    ])
  })
  test('an edit later in the list still means an entry that an earlier one renamed', () => {
    const { find } = edited(
      { kind: 'rename-context', context: context('a'), name: 'z', cascade: false },
      { kind: 'set-namespace', context: context('a'), namespace: 'web' },
    )
    expect(find('context', 'z')).toEqual({ cluster: 'prod', user: 'me', namespace: 'web' })
  })
})

describe('deleting', () => {
  test('takes entries along that nobody uses any more, never one that is still used', () => {
    const { find } = edited({ kind: 'delete-contexts', contexts: [context('c')], keepOrphans: false })
    expect([find('user', 'alone'), find('cluster', 'prod') !== undefined]).toEqual([undefined, true])
  })
  test('the current context empties current-context', () => {
    expect(edited({ kind: 'delete-contexts', contexts: [context('a')], keepOrphans: false }).current).toEqual(
      [null, null],
    )
  })
  test('an entry that contexts use is refused', () => {
    const { problems, find } = edited({ kind: 'delete-entries', entries: [entryId('user', file, 'me', 0)] })
    expect(problems).toMatchObject([{ code: 'still-used' }])
    expect(find('user', 'me')).toBeDefined()
  })
})

describe('moving and importing', () => {
  test('relative paths mean the same file afterwards', () => {
    const { find } = edited({ kind: 'move-contexts', contexts: [context('f', other)], file })
    expect(find('cluster', 'rel')).toEqual({ 'certificate-authority': '../pki/ca' })
    expect(rebasePath('pki/ca', '/a/b/config', '/a/c/d/config')).toBe('../../b/pki/ca')
    expect(rebasePath('/abs/ca', '/a/config', '/b/config')).toBe('/abs/ca')
    expect(rebasePath('pki\\ca', 'C:\\a\\config', 'D:\\b\\config')).toBe('C:\\a\\pki\\ca')
  })
  test('an imported name that is taken gets another, and what refers to it follows', () => {
    const edit: AnyEdit = {
      kind: 'import-entries',
      source: 'clipboard',
      from: null,
      file: null,
      onConflict: 'rename',
      clusters: [{ name: 'prod', value: { server: 'https://other' } }],
      users: [],
      contexts: [{ name: 'a', value: { cluster: 'prod', user: 'me' } }],
    }
    const { find } = edited(edit)
    expect([find('cluster', 'prod-2'), find('context', 'a-2')]).toEqual([
      { server: 'https://other' },
      { cluster: 'prod-2', user: 'me' },
    ])
    expect(edited({ ...edit, onConflict: 'fail' }).problems).toMatchObject([
      { code: 'name-taken', blocks: true },
    ])
    expect(edited({ ...edit, onConflict: 'skip' }).model).toEqual(fleet)
  })
})

test('where taken names are skipped, a context whose cluster is another one here stays out, with what only it needs', () => {
  const { model, problems } = edited({
    kind: 'import-entries',
    source: 'clipboard',
    from: null,
    file: null,
    onConflict: 'skip',
    clusters: [
      { name: 'prod', value: { server: 'https://other' } },
      { name: 'fresh', value: { server: 'https://fresh' } },
    ],
    users: [
      { name: 'guest', value: { token: 'x' } },
      { name: 'only-there', value: { token: 'y' } },
    ],
    contexts: [
      { name: 'new', value: { cluster: 'prod', user: 'only-there' } },
      { name: 'good', value: { cluster: 'fresh', user: 'guest' } },
    ],
  })
  const names = (kind: 'cluster' | 'user' | 'context') =>
    (model.files[0]?.[kind] ?? []).slice(fleet.files[0]?.[kind].length).map(({ name }) => name)
  expect([names('cluster'), names('user'), names('context')]).toEqual([['fresh'], ['guest'], ['good']])
  expect(problems.map(({ message, blocks }) => [message, blocks])).toEqual([
    ['The cluster “prod” is there already and was not imported.', false],
    ['The context “new” was not imported, because its cluster is another one here.', false],
  ])
})

describe('a file outside the list', () => {
  const outside = '/home/me/elsewhere'
  const model: EditModel = {
    files: [
      ...fleet.files,
      modelFile(outside, {
        listed: false,
        cluster: [entry('cluster', 'prod', { server: 'https://theirs' }, outside)],
        context: [entry('context', 'theirs', { cluster: 'prod', user: 'me' }, outside)],
      }),
    ],
  }

  test('is read for itself: a rename in the list does not reach into it, and nothing of it changes along', () => {
    const cluster = entryId('cluster', file, 'prod', 0)
    const { model: after, alsoChanges } = applyEdits(model, [
      { kind: 'rename-cluster', cluster, name: 'mine' },
    ])
    expect(after.files[2]?.context[0]?.value).toEqual({ cluster: 'prod', user: 'me' })
    expect(after.files[0]?.context[0]?.value).toMatchObject({ cluster: 'mine' })
    expect(alsoChanges.map(({ name }) => name)).not.toContain('theirs')
  })

  test('what was imported once, under another name, is not imported again', () => {
    const edit: AnyEdit = {
      kind: 'import-entries',
      source: 'x',
      from: null,
      file,
      onConflict: 'rename',
      clusters: [{ name: 'prod', value: { server: 'https://new' } }],
      users: [],
      contexts: [{ name: 'a', value: { cluster: 'prod', user: 'me' } }],
    }
    const once = applyEdits(fleet, [edit]).model
    expect(once.files[0]?.context.at(-1)).toMatchObject({ name: 'a-2', value: { cluster: 'prod-2' } })
    const twice = applyEdits(once, [edit]).model
    expect(twice.files[0]?.context.map(({ name }) => name)).toEqual(
      once.files[0]?.context.map(({ name }) => name),
    )
    expect(twice.files[0]?.cluster).toHaveLength(2)
  })
})

describe('what cannot be is refused with a reason', () => {
  test.each<[string, AnyEdit, string]>([
    [
      'a role that is no role',
      {
        kind: 'set-role',
        context: context('a'),
        role: 'arn:aws:sts::123456789012:assumed-role/A/s',
        scope: 'split',
      },
      'bad-value',
    ],
    [
      'a role on a static token',
      { kind: 'set-role', context: context('d'), role: admin, scope: 'split' },
      'not-aws',
    ],
    [
      'a value of a user that is not there',
      { kind: 'set-region', context: context('e'), region: 'us-east-1', scope: 'split' },
      'dangling-user',
    ],
    [
      'a region that is none',
      { kind: 'set-region', context: context('a'), region: 'Oregon', scope: 'split' },
      'bad-value',
    ],
    [
      'an address that is none',
      { kind: 'set-server', context: context('a'), server: 'x', scope: 'split' },
      'bad-value',
    ],
    ['an entry that is gone', { kind: 'set-namespace', context: 'nothing', namespace: 'x' }, 'no-such-entry'],
    [
      'a file that is not open',
      { kind: 'move-contexts', contexts: [context('a')], file: '/x' },
      'no-such-file',
    ],
  ])('%s', (_, edit, code) => {
    const { problems, model } = edited(edit)
    expect(problems).toMatchObject([{ code, blocks: true }])
    expect(model).toEqual(fleet)
  })
})

test.each(['x]y', 'a b', '--help', 'ha#sh', '__proto__'])('a profile may be called %s', (profile) => {
  const edit = { kind: 'set-profile', context: context('c'), profile, pin: null, scope: 'split' } as const
  const { problems, args } = edited(edit)
  expect(problems).toEqual([])
  expect(JSON.stringify(args('alone')).replaceAll('","', '=')).toContain(`--profile=${profile}`)
})

test('a profile is pinned where it is pinned already, else by argument', () => {
  expect(
    edited({ kind: 'set-profile', context: context('c'), profile: 'pay', pin: null, scope: 'split' }).args(
      'alone',
    ),
  ).toEqual([
    '--region',
    'us-west-2',
    '--profile',
    'pay',
    'eks',
    'get-token',
    '--cluster-name',
    'prod',
    '--role-arn',
    'old',
  ])
  const byEnv = edited(
    { kind: 'set-profile', context: context('c'), profile: 'pay', pin: 'env', scope: 'split' },
    { kind: 'set-profile', context: context('c'), profile: 'dev', pin: null, scope: 'split' },
  )
  expect(byEnv.find('user', 'alone')).toMatchObject({
    exec: { env: [{ name: 'AWS_PROFILE', value: 'dev' }] },
  })
})

test('a masked password that comes back from the page stays what it was', () => {
  const { find } = edited({
    kind: 'set-server',
    context: context('a'),
    server: `https://${mask}@y`,
    scope: 'shared',
  })
  expect(find('cluster', 'prod')).toEqual({ server: 'https://u:p@y' })
})

test('the inverse leads back', () => {
  const { model } = edited(
    { kind: 'delete-contexts', contexts: [context('a'), context('c')], keepOrphans: false },
    { kind: 'set-namespace', context: context('b'), namespace: 'x' },
  )
  expect(applyEdits(model, [inverse(fleet, model)]).model).toEqual(fleet)
})

test('pending edits conflict only where both sides changed one value', () => {
  const edits: AnyEdit[] = [{ kind: 'set-namespace', context: context('a'), namespace: 'mine' }]
  const [first] = fleet.files
  const theirs = (namespace: string, on: string): EditModel => ({
    files: fleet.files.map((one) =>
      one === first
        ? {
            ...one,
            context: one.context.map((c) => (c.name === on ? { ...c, value: { ...c.value, namespace } } : c)),
          }
        : one,
    ),
  })
  expect(conflictsOf(fleet, theirs('theirs', 'b'), edits)).toEqual([])
  expect(conflictsOf(fleet, theirs('mine', 'a'), edits)).toEqual([])
  expect(conflictsOf(fleet, theirs('theirs', 'a'), edits)).toMatchObject([
    { name: 'a', field: 'namespace', was: null, mine: 'mine', theirs: 'theirs' },
  ])
})

test('an edit is told in words with what was and what will be', () => {
  expect(
    editLine(
      describeEdit(
        { kind: 'set-role', context: context('c'), role: admin, scope: 'split' },
        new Draft(fleet),
      ),
    ),
  ).toBe(`c: role old → ${admin}`)
  expect(editLine(describeEdit({ kind: 'use-context', context: context('b') }, new Draft(fleet)))).toBe(
    'current-context: set a → b',
  )
})

test('the inverse leads back where names were exchanged and the current context moved on', () => {
  const fileOf = (path: string, name: string, cluster: string, user: string): ModelFile => ({
    path,
    exists: true,
    listed: true,
    unreadable: null,
    currentContext: name,
    context: [entry('context', name, { cluster, user }, path)],
    cluster: [entry('cluster', cluster, { server: `https://${name}.example` }, path)],
    user: [entry('user', user, { token: user }, path)],
  })
  const before: EditModel = { files: [fileOf('/a', 'p', 'x', 'u'), fileOf('/b', 'o', 'y', 'v')] }
  const { model } = applyEdits(before, [
    { kind: 'rename-cluster', cluster: entryId('cluster', '/b', 'y', 0), name: 'x' },
    { kind: 'rename-cluster', cluster: entryId('cluster', '/a', 'x', 0), name: 'y' },
    { kind: 'move-contexts', contexts: [entryId('context', '/a', 'p', 0)], file: '/b' },
  ])
  expect(applyEdits(model, [inverse(before, model)]).model).toEqual(before)
})

test('a move of two contexts of one name says that both would move, and not that the file has one already', () => {
  const fileOf = (path: string, context: readonly ModelEntry[]): ModelFile => ({
    path,
    exists: true,
    listed: true,
    unreadable: null,
    currentContext: null,
    context,
    cluster: [entry('cluster', `c${path}`, {}, path)],
    user: [entry('user', `u${path}`, aws(), path)],
  })
  const one = (path: string) => entry('context', 'x', { cluster: `c${path}`, user: `u${path}` }, path)
  const move = (...from: readonly string[]): AnyEdit => ({
    kind: 'move-contexts',
    contexts: from.map((path) => entryId('context', path, 'x', 0)),
    file: '/z',
  })
  const before = { files: [fileOf('/a', [one('/a')]), fileOf('/b', [one('/b')]), fileOf('/z', [])] }
  const said = (files: EditModel, edit: AnyEdit) =>
    applyEdits(files, [edit]).problems.map(({ message }) => message)
  expect(said(before, move('/a', '/b'))).toEqual([
    '/a and /b each have a context “x”, and both would move: a file can have one of a name.',
  ])
  const taken = { files: [fileOf('/a', [one('/a')]), fileOf('/z', [one('/z')])] }
  expect(said(taken, move('/a'))).toEqual(['/z has a context “x” of its own.'])
})

test('the inverse leads back where the current context was moved, however often, and is somebody else meanwhile', () => {
  const fileOf = (path: string, more: Partial<ModelFile>): ModelFile => ({
    path,
    exists: true,
    listed: true,
    unreadable: null,
    currentContext: null,
    context: [],
    cluster: [],
    user: [],
    ...more,
  })
  const before: EditModel = {
    files: [
      fileOf('/a', {
        currentContext: 'x',
        context: [entry('context', 'x', { cluster: 'c', user: 'u' }, '/a')],
        cluster: [entry('cluster', 'c', { server: 'https://c.example' }, '/a')],
        user: [entry('user', 'u', aws(), '/a')],
      }),
      fileOf('/b', { currentContext: 'y' }),
      fileOf('/z', {}),
    ],
  }
  const move = (from: string, to: string): AnyEdit => ({
    kind: 'move-contexts',
    contexts: [entryId('context', from, 'x', 0)],
    file: to,
  })
  const region: AnyEdit = {
    kind: 'set-region',
    context: entryId('context', '/a', 'x', 0),
    region: 'eu-central-1',
    scope: 'split',
  }
  for (const moves of [[move('/a', '/b')], [move('/a', '/b'), move('/b', '/z')]]) {
    const { model } = applyEdits(before, [region, ...moves])
    expect(applyEdits(model, [inverse(before, model)]).model).toEqual(before)
    const record = recorded(before, model)
    const undone = record && takenBack(record, model)
    expect(undone?.kind === 'edit' && applyEdits(model, [undone.edit]).model.files[0]?.currentContext).toBe(
      'x',
    )
  }
})

test('a clone that is current stays so when it is moved with what it was made of, in whatever order', () => {
  const clone: AnyEdit = {
    kind: 'clone-context',
    context: entryId('context', file, 'a', 0),
    name: 'mine',
    userName: null,
    pin: null,
  }
  const mine = entryId('context', file, 'mine', 0)
  const move = (contexts: readonly string[]): AnyEdit => ({
    kind: 'move-contexts',
    contexts: [...contexts],
    file: other,
  })
  const a = entryId('context', file, 'a', 0)
  const use: AnyEdit = { kind: 'use-context', context: mine }
  for (const moves of [[[a, mine]], [[mine, a]], [[a], [mine]], [[mine], [a]]]) {
    const { model, problems } = applyEdits(fleet, [clone, use, ...moves.map(move)])
    expect(problems.filter(({ blocks }) => blocks)).toEqual([])
    expect(model.files.map(({ currentContext }) => currentContext)).toContain('mine')
    // The history follows what was there, not what was made of it.
    const links = linksBetween(fleet, model).filter(({ kind }) => kind === 'context')
    expect(links.map(({ before, after }) => [before?.name, after?.name])).toEqual(
      expect.arrayContaining([
        ['a', 'a'],
        [undefined, 'mine'],
      ]),
    )
  }
})

test('current-context does not follow a clone to what it was made of', () => {
  const edits = [
    {
      kind: 'clone-context',
      context: entryId('context', file, 'a', 0),
      name: 'mine',
      role: admin,
      userName: null,
      pin: null,
    },
    { kind: 'use-context', context: entryId('context', file, 'mine', 0) },
    { kind: 'rename-context', context: entryId('context', file, 'a', 0), name: 'mine', cascade: false },
    { kind: 'delete-contexts', contexts: [entryId('context', file, 'mine', 0)], keepOrphans: false },
  ] satisfies AnyEdit[]
  const { model, problems } = applyEdits(fleet, edits)
  expect(problems.filter(({ blocks }) => blocks)).toEqual([])
  expect(model.files[0]?.context.map(({ name }) => name)).toContain('mine')
  expect(model.files[0]?.currentContext).toBeNull()
})
