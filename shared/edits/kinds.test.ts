import { describe, expect, test } from 'vitest'
import type { JsonMap } from '../json'
import { type EntryKind, entryId } from '../kubeconfig/entries'
import { applyEdits } from './apply-edits'
import { editLine } from './describe'
import { Draft } from './draft'
import type { AnyEdit, EditKind, EditOf } from './edit'
import { describeEdit, fileOf, idsOf, isAtomic, slotOf, withIds } from './kinds'
import type { EditModel, ModelEntry } from './model'

const path = '/home/me/.kube/config'
const id = (kind: EntryKind, name: string) => entryId(kind, path, name, 0)
const entry = (kind: EntryKind, name: string, value: JsonMap): ModelEntry => ({
  id: id(kind, name),
  kind,
  name,
  value,
  from: null,
})
const exec: JsonMap = {
  exec: {
    apiVersion: 'client.authentication.k8s.io/v1alpha1',
    args: ['--region', 'us-west-2', 'eks', 'get-token', '--cluster-name', 'prod'],
    command: 'aws',
  },
}
const fleet: EditModel = {
  files: [
    {
      path,
      exists: true,
      listed: true,
      unreadable: null,
      currentContext: 'one',
      cluster: [
        entry('cluster', 'here', { server: 'https://here' }),
        entry('cluster', 'spare', { server: 'https://here' }),
      ],
      user: [entry('user', 'me', exec), entry('user', 'too', exec)],
      context: [
        entry('context', 'one', { cluster: 'here', user: 'me' }),
        entry('context', 'two', { cluster: 'spare', user: 'me' }),
        entry('context', 'three', { cluster: 'here', user: 'too' }),
      ],
    },
    {
      path: '/other',
      exists: true,
      listed: false,
      unreadable: null,
      currentContext: null,
      cluster: [],
      user: [],
      context: [],
    },
  ],
}
const [one, two, here, spare, me, too] = [
  id('context', 'one'),
  id('context', 'two'),
  id('cluster', 'here'),
  id('cluster', 'spare'),
  id('user', 'me'),
  id('user', 'too'),
]
const role = 'arn:aws:iam::123456789012:role/Admin'

/** One edit of each kind. A new kind does not compile before it has one here. */
const samples: { readonly [K in EditKind]: EditOf<K> } = {
  'set-namespace': { kind: 'set-namespace', context: one, namespace: 'web' },
  'set-cluster': { kind: 'set-cluster', context: one, cluster: 'spare' },
  'set-user': { kind: 'set-user', context: one, user: 'too' },
  'set-server': { kind: 'set-server', context: one, server: 'https://there', scope: 'split' },
  'set-proxy-url': { kind: 'set-proxy-url', context: one, proxyUrl: 'http://proxy', scope: 'split' },
  'set-tls-server-name': { kind: 'set-tls-server-name', context: one, tlsServerName: 'k', scope: 'split' },
  'set-region': { kind: 'set-region', context: one, region: 'eu-west-1', scope: 'split' },
  'set-eks-name': { kind: 'set-eks-name', context: one, name: 'stage', scope: 'split' },
  'set-output-json': { kind: 'set-output-json', context: one, scope: 'split' },
  'set-token-by': { kind: 'set-token-by', context: one, by: 'ekscope', scope: 'split' },
  'set-profile': { kind: 'set-profile', context: one, profile: 'pay', pin: 'env', scope: 'split' },
  'set-role': { kind: 'set-role', context: one, role, scope: 'split' },
  'set-expected': { kind: 'set-expected', context: one, principal: role },
  'set-api-version': { kind: 'set-api-version', context: one, version: 'v1beta1', scope: 'split' },
  'rename-context': { kind: 'rename-context', context: one, name: 'uno', cascade: true },
  'rename-user': { kind: 'rename-user', user: me, name: 'myself' },
  'rename-cluster': { kind: 'rename-cluster', cluster: here, name: 'there' },
  'add-context': {
    kind: 'add-context',
    file: null,
    name: 'new',
    namespace: null,
    cluster: { kind: 'reuse', cluster: here },
    user: {
      name: null,
      region: 'eu-west-1',
      cluster: { name: 'prod' },
      role: null,
      profile: null,
      pin: 'none',
    },
    use: true,
  },
  'clone-context': { kind: 'clone-context', context: one, name: 'new', role, pin: null, userName: null },
  'split-user': { kind: 'split-user', context: one, name: null },
  'merge-duplicates': { kind: 'merge-duplicates', keep: here, remove: [spare] },
  'delete-contexts': { kind: 'delete-contexts', contexts: [one, two], keepOrphans: false },
  'delete-entries': { kind: 'delete-entries', entries: [two, spare] },
  'move-contexts': { kind: 'move-contexts', contexts: [one, two], file: '/other' },
  'import-entries': {
    kind: 'import-entries',
    source: 'clipboard',
    from: null,
    file: null,
    onConflict: 'fail',
    chosen: [{ how: 'replace', name: 'gone', context: one }],
    clusters: [{ name: 'new', value: { server: 'https://new' } }],
    users: [{ name: 'too', value: { token: 't' } }],
    contexts: [{ name: 'new', value: { cluster: 'new', user: 'too' } }],
  },
  'use-context': { kind: 'use-context', context: two },
  'quote-misread': { kind: 'quote-misread', file: path },
  'refresh-cluster': {
    kind: 'refresh-cluster',
    contexts: [one],
    cluster: here,
    server: 'https://new',
    certificateAuthorityData: 'QQ==',
  },
  'edit-profile': {
    kind: 'edit-profile',
    environment: 'app',
    edit: { kind: 'set-profile-key', profile: 'pay', key: 'region', value: 'eu-west-1' },
    was: null,
  },
  'put-back': { kind: 'put-back', about: [], remove: [me], put: [], current: [] },
}
const all: readonly AnyEdit[] = Object.values(samples)

describe('the ids of an edit', () => {
  test('each is an entry of the kind that the row says, and each can be another', () => {
    for (const edit of all) {
      const draft = new Draft(fleet)
      for (const { id, kind } of idsOf(edit)) {
        expect(draft.get(id)?.id, edit.kind).toBe(id)
        if (kind !== null) expect(draft.get(id)?.kind, edit.kind).toBe(kind)
      }
      const renamed = withIds(edit, (id) => `${id} now`)
      expect(
        idsOf(renamed).map(({ id }) => id),
        edit.kind,
      ).toEqual(idsOf(edit).map(({ id }) => `${id} now`))
      expect(
        withIds(renamed, (id) => id.replace(/ now$/, '')),
        edit.kind,
      ).toEqual(edit)
    }
  })

  test('every id that stands in an edit is known to its row', () => {
    for (const edit of all) {
      const named = new Set(idsOf(edit).map(({ id }) => id))
      // No other text of a sample is an id of the fleet.
      const ids = [one, two, here, spare, me, too].filter((id) =>
        JSON.stringify(edit).includes(JSON.stringify(id)),
      )
      expect(new Set(ids), edit.kind).toEqual(named)
    }
  })

  test('the name of an entry is no id, even when it looks like one', () => {
    const edit: AnyEdit = { kind: 'set-user', context: one, user: me }
    expect(withIds(edit, () => 'new')).toEqual({ ...edit, context: 'new' })
  })
})

test('an edit of a value takes the place of an earlier one; what adds or removes stands alone', () => {
  const slots = all.flatMap((edit) => slotOf(edit) ?? [])
  expect(new Set(slots).size).toBe(slots.length)
  expect(all.filter((edit) => slotOf(edit) === null).map(({ kind }) => kind)).toEqual([
    'add-context',
    'clone-context',
    'split-user',
    'merge-duplicates',
    'delete-contexts',
    'delete-entries',
    'move-contexts',
    'put-back',
  ])
  expect(slotOf(samples['set-role'])).toBe(slotOf({ ...samples['set-role'], role: null }))
})

test('a page may name only files that are open: each file of an edit is known', () => {
  expect(fileOf(samples['move-contexts'])).toEqual({ path: '/other', use: 'target' })
  expect(fileOf(samples['quote-misread'])).toEqual({ path, use: 'mended' })
  const withFile = all.filter((edit) => 'file' in edit).map(({ kind }) => kind)
  expect(
    all
      .filter((edit) => 'file' in edit && (edit.file === null || fileOf(edit)?.path === edit.file))
      .map(({ kind }) => kind),
  ).toEqual(withFile)
})

/** The edit with its nth id missing, for each n. */
const withMissing = (edit: AnyEdit): readonly AnyEdit[] =>
  idsOf(edit).map((_, missing) => {
    let at = 0
    return withIds(edit, (id) => (at++ === missing ? 'missing' : id))
  })

test('an edit that is refused leaves everything as it was, also one that was refused halfway', () => {
  const refusals: string[] = []
  const broken = all.flatMap((edit) => [edit, ...withMissing(edit)])
  for (const edit of broken) {
    const { model, problems } = applyEdits(fleet, [edit])
    if (!problems.some(({ blocks }) => blocks)) continue
    refusals.push(edit.kind)
    expect(model, edit.kind).toEqual(fleet)
  }
  // The import of a taken name is refused after its cluster was put in.
  expect(refusals).toContain('import-entries')
  expect(isAtomic(samples['import-entries'])).toBe(false)
  expect(new Set(refusals).size).toBeGreaterThan(20)
})

test('a new name says which of user and cluster get it, too: those that no other context names', () => {
  const said = (name: 'one' | 'two' | 'three' | 'alone') => {
    const [first, ...others] = fleet.files
    if (first === undefined) throw new Error('no file')
    const more = {
      ...first,
      cluster: [...first.cluster, entry('cluster', 'own', { server: 'https://own' })],
      user: [...first.user, entry('user', 'own', exec)],
      context: [...first.context, entry('context', 'alone', { cluster: 'own', user: 'own' })],
    }
    const model = { files: [more, ...others] }
    const edit = { kind: 'rename-context', context: id('context', name), name: 'uno', cascade: true } as const
    const renamed = applyEdits(model, [edit]).model.files[0]
    const done = (['user', 'cluster'] as const).filter((kind) =>
      renamed?.[kind].some((now) => now.name === 'uno'),
    )
    const line = editLine(describeEdit(edit, new Draft(model)))
    expect(line).toBe(`${name}: name${done.length > 0 ? `, with ${done.join(' and ')}` : ''} ${name} → uno`)
    return line
  }
  expect((['one', 'two', 'three', 'alone'] as const).map(said)).toEqual([
    'one: name one → uno',
    'two: name, with cluster two → uno',
    'three: name, with user three → uno',
    'alone: name, with user and cluster alone → uno',
  ])
})

test('every edit says what it does in one line, by names', () => {
  const lines = all.map((edit) => editLine(describeEdit(edit, new Draft(fleet))))
  expect(lines).toEqual([
    'one: namespace (none) → web',
    'one: cluster here → spare',
    'one: user me → too',
    'one: server https://here → https://there',
    'one: proxy-url (none) → http://proxy',
    'one: tls-server-name (none) → k',
    'one: region us-west-2 → eu-west-1',
    'one: EKS cluster prod → stage',
    'one: output (none) → json',
    'one: token by aws → ekscope',
    'one: profile (none) → pay (AWS_PROFILE)',
    `one: role (none) → ${role}`,
    'one: expected identity (none) → arn:aws:iam::123456789012:role/Admin',
    'one: exec apiVersion v1alpha1 → v1beta1',
    'one: name one → uno',
    'me: user name me → myself',
    'here: cluster name here → there',
    'new: new context',
    `new: clone of one, role ${role}`,
    'one: a user of its own',
    'here: takes the place of spare',
    'one, two: delete',
    'two, spare: delete',
    'one, two: move to /other',
    'new: import',
    'current-context: set one → two',
    `${path}: quotes around text that kubectl misreads`,
    'here: endpoint and CA from AWS',
    'profile pay: region (none) → eu-west-1',
    'entries: put back as they were',
  ])
})
