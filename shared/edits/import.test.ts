import { describe, expect, test } from 'vitest'
import { expectedIn, withExpected } from '../identity/expected'
import type { JsonMap } from '../json'
import { type EntryKind, entryId } from '../kubeconfig/entries'
import { applyEdits } from './apply-edits'
import type { ImportEdit } from './edit'
import { importedContexts, judgedImport } from './import'
import type { EditModel, ModelFile } from './model'

type Lists = Partial<Record<EntryKind, Readonly<Record<string, JsonMap>>>>
function modelFile(path: string, lists: Lists, listed = true): ModelFile {
  const list = (kind: EntryKind) =>
    Object.entries(lists[kind] ?? {}).map(([name, value]) => ({
      id: entryId(kind, path, name, 0),
      kind,
      name,
      value,
      from: null,
    }))
  const entries = { cluster: list('cluster'), user: list('user'), context: list('context') }
  return { path, exists: true, listed, unreadable: null, currentContext: null, ...entries }
}

const prod = { server: 'https://prod' }
const model: EditModel = {
  files: [
    modelFile('/k/config', {
      cluster: { prod },
      user: { me: { token: 'mine' } },
      context: { a: { cluster: 'prod', user: 'me' } },
    }),
    modelFile('/elsewhere', { user: { me: { token: 'other' } } }, false),
  ],
}
const incoming = (more: Partial<ImportEdit> = {}): ImportEdit => ({
  kind: 'import-entries',
  source: 's',
  from: null,
  file: null,
  onConflict: 'rename',
  clusters: [{ name: 'prod', value: prod }],
  users: [{ name: 'me', value: { token: 'theirs' } }],
  contexts: [
    { name: 'a', value: { cluster: 'prod', user: 'me' } },
    { name: 'b', value: { cluster: 'prod', user: 'me' } },
  ],
  ...more,
})
const namesIn = (after: EditModel, path: string) => {
  const file = after.files.find((one) => one.path === path)
  return [file?.cluster, file?.user, file?.context].map((list) => list?.map(({ name }) => name))
}

describe('an import', () => {
  test('into a file outside the list takes nothing of the list for its own: what is there counts, and nothing else', () => {
    const { model: after } = applyEdits(model, [incoming({ file: '/elsewhere' })])
    expect(namesIn(after, '/elsewhere')).toEqual([['prod'], ['me', 'me-2'], ['a', 'b']])
    expect(after.files[1]?.context[0]?.value).toEqual({ cluster: 'prod', user: 'me-2' })
  })

  test('judged once is carried out by names alone: on masked values it comes to the same', () => {
    const whole = judgedImport(incoming(), model)
    expect(whole.clusters).toMatchObject([{ here: 'prod' }])
    expect(whole.users).toMatchObject([{ here: null }])
    const masked: ImportEdit = {
      ...whole,
      users: whole.users.map((one) => ({ ...one, value: { token: '•' } })),
    }
    for (const file of [null, '/elsewhere'])
      expect(namesIn(applyEdits(model, [{ ...masked, file }]).model, file ?? '/k/config')).toEqual(
        namesIn(applyEdits(model, [{ ...whole, file }]).model, file ?? '/k/config'),
      )
  })

  describe('of single contexts', () => {
    const wished = (chosen: ImportEdit['chosen'], more: Partial<ImportEdit> = {}, now = model) =>
      applyEdits(now, [incoming({ chosen, ...more })])
    const [home] = model.files
    const a = entryId('context', '/k/config', 'a', 0)

    test('one that is left out does not come, nor what it alone needs', () => {
      const users = [...incoming().users, { name: 'too', value: { token: 'two' } }]
      const contexts = [
        ...incoming().contexts.slice(0, 1),
        { name: 'b', value: { cluster: 'prod', user: 'too' } },
      ]
      const leave = (name: string) => wished([{ name, how: 'leave' }], { users, contexts })
      expect(namesIn(leave('a').model, '/k/config')).toEqual([['prod'], ['me', 'too'], ['a', 'b']])
      expect(namesIn(leave('b').model, '/k/config')).toEqual([['prod'], ['me', 'me-2'], ['a', 'a-2']])
      expect(leave('a').problems).toEqual([])
    })

    test('one gets the name that the user gives, which must be free', () => {
      const named = wished([{ name: 'a', how: 'rename', to: 'theirs' }], { onConflict: 'skip' })
      expect(namesIn(named.model, '/k/config')).toEqual([['prod'], ['me', 'me-2'], ['a', 'theirs']])
      expect(wished([{ name: 'b', how: 'rename', to: 'a' }]).problems).toMatchObject([
        { code: 'name-taken', blocks: true },
      ])
      expect(
        importedContexts(model, incoming({ chosen: [{ name: 'b', how: 'rename', to: 'a' }] })),
      ).toBeNull()
    })

    test('one takes the place of another: its user too where nobody else uses that, and what is left over goes', () => {
      const {
        model: now,
        problems,
        alsoChanges,
      } = wished([
        { name: 'a', how: 'replace', context: a },
        { name: 'b', how: 'leave' },
      ])
      expect(namesIn(now, '/k/config')).toEqual([['prod'], ['me'], ['a']])
      expect(now.files[0]?.user[0]).toMatchObject({ id: home?.user[0]?.id, value: { token: 'theirs' } })
      expect(now.files[0]?.context[0]?.id).toBe(a)
      expect([problems, alsoChanges]).toEqual([[], []])
      const elsewhere = wished(
        [
          { name: 'a', how: 'replace', context: a },
          { name: 'b', how: 'leave' },
        ],
        {
          users: [{ name: 'they', value: { token: 'theirs' } }],
          contexts: [{ name: 'a', value: { cluster: 'prod', user: 'they', namespace: 'web' } }],
        },
      )
      expect(namesIn(elsewhere.model, '/k/config')).toEqual([['prod'], ['they'], ['a']])
      expect(elsewhere.model.files[0]?.context[0]?.value).toEqual({
        cluster: 'prod',
        user: 'they',
        namespace: 'web',
      })
    })

    test('where others use its user, these go on as they are', () => {
      const shared: EditModel = {
        files: [
          modelFile('/k/config', {
            cluster: { prod },
            user: { me: { token: 'mine' } },
            context: { a: { cluster: 'prod', user: 'me' }, other: { cluster: 'prod', user: 'me' } },
          }),
        ],
      }
      const { model: now, alsoChanges } = wished(
        [
          { name: 'a', how: 'replace', context: a },
          { name: 'b', how: 'leave' },
        ],
        {},
        shared,
      )
      expect(namesIn(now, '/k/config')).toEqual([['prod'], ['me', 'me-2'], ['a', 'other']])
      expect(now.files[0]?.user.map(({ value }) => value)).toEqual([{ token: 'mine' }, { token: 'theirs' }])
      expect(now.files[0]?.context[0]?.value).toEqual({ cluster: 'prod', user: 'me-2' })
      expect(alsoChanges).toEqual([])
    })

    test('the one that is replaced must be there, and be read together with the file that is imported into', () => {
      const replace = (context: string, more = {}) =>
        wished([{ name: 'a', how: 'replace', context }], more).problems.map(({ code, blocks }) => [
          code,
          blocks,
        ])
      expect(replace(entryId('context', '/k/config', 'gone', 0))).toEqual([['no-such-entry', true]])
      expect(replace(a, { file: '/elsewhere' })).toEqual([['bad-value', true]])
    })

    test('whom the user expects of the one that is there stays, and nothing that the import says of that comes', () => {
      const arn = 'arn:aws:iam::111122223333:role/Admin'
      const expecting: EditModel = {
        files: [
          modelFile('/k/config', {
            cluster: { prod },
            user: { me: { token: 'mine' } },
            context: { a: withExpected({ cluster: 'prod', user: 'me' }, arn) },
          }),
        ],
      }
      const value = withExpected({ cluster: 'prod', user: 'me' }, 'arn:aws:iam::111122223333:role/Other')
      const { model: now } = wished(
        [{ name: 'a', how: 'replace', context: a }],
        { contexts: [{ name: 'a', value }] },
        expecting,
      )
      expect(expectedIn(now.files[0]?.context[0]?.value ?? {})).toBe(arn)
    })
  })

  describe('of what was here when it was read, and is another one by the time it is written', () => {
    const mine = { token: 'mine' }
    const judged = (onConflict: ImportEdit['onConflict']) =>
      judgedImport(
        incoming({
          onConflict,
          users: [{ name: 'me', value: mine }],
          contexts: [{ name: 'why', value: { cluster: 'prod', user: 'me' } }],
        }),
        model,
      )
    const since = (user: Readonly<Record<string, JsonMap>>, cluster: JsonMap = prod): EditModel => ({
      files: [modelFile('/k/config', { cluster: { prod: cluster }, user })],
    })
    const imported = (now: EditModel, onConflict: ImportEdit['onConflict'] = 'rename') => {
      const { model: after, problems } = applyEdits(now, [judged(onConflict)])
      const file = after.files[0]
      const why = file?.context.find(({ name }) => name === 'why')?.value
      const user = file?.user.find(({ name }) => name === why?.user)?.value
      const cluster = file?.cluster.find(({ name }) => name === why?.cluster)?.value
      return { why, user, cluster, problems }
    }

    test.each([
      ['another value', since({ me: { token: 'admin' } }), 'me-2', 'prod'],
      ['none any more', since({}), 'me', 'prod'],
      ['under another name', since({ you: mine }), 'me', 'prod'],
      ['the name exchanged with another', since({ me: { token: 'x' }, you: mine }), 'me-2', 'prod'],
      ['another cluster', since({ me: mine }, { server: 'https://other' }), 'me', 'prod-2'],
    ])('%s: it brings its own', (_, now, user, cluster) => {
      const is = imported(now)
      expect(is.why).toEqual({ cluster, user })
      expect([is.user, is.cluster]).toEqual([mine, prod])
      expect(is.problems).toMatchObject([{ code: 'name-taken', blocks: false }])
    })

    test('it stays out, or is refused, where that was asked for', () => {
      const now = since({ me: { token: 'admin' } })
      expect(imported(now, 'skip').why).toBeUndefined()
      expect(imported(now, 'fail')).toMatchObject({
        why: undefined,
        problems: [{ code: 'name-taken' }, { blocks: true }],
      })
    })

    test('what kubectl writes out when it rewrites a file makes no other entry of it', () => {
      const exec = {
        apiVersion: 'client.authentication.k8s.io/v1beta1',
        command: 'aws',
        args: ['eks', 'get-token'],
      }
      const before: EditModel = { files: [modelFile('/k/config', { user: { me: { exec } } })] }
      const rewritten = {
        exec: { env: null, interactiveMode: 'IfAvailable', provideClusterInfo: false, ...exec },
      }
      const now: EditModel = { files: [modelFile('/k/config', { user: { me: rewritten } })] }
      const edit = judgedImport(
        incoming({ clusters: [], users: [{ name: 'me', value: { exec } }], contexts: [] }),
        before,
      )
      expect(namesIn(applyEdits(now, [edit]).model, '/k/config')).toEqual([[], ['me'], []])
    })
  })

  test('tells of each context what becomes of it, and of one that is here already', () => {
    const known = incoming({ users: [{ name: 'me', value: { token: 'mine' } }] })
    expect(importedContexts(model, judgedImport(known, model))).toEqual([
      { name: 'a', now: 'a', here: true, taken: null },
      { name: 'b', now: 'b', here: false, taken: null },
    ])
    expect(importedContexts(model, incoming())).toEqual([
      { name: 'a', now: 'a-2', here: false, taken: entryId('context', '/k/config', 'a', 0) },
      { name: 'b', now: 'b', here: false, taken: null },
    ])
    expect(importedContexts(model, incoming({ onConflict: 'skip' }))).toEqual([
      { name: 'a', now: null, here: false, taken: entryId('context', '/k/config', 'a', 0) },
      { name: 'b', now: null, here: false, taken: null },
    ])
    expect(importedContexts(model, incoming({ onConflict: 'fail' }))).toBeNull()
  })

  test('compares paths by where they lead', () => {
    const here: EditModel = {
      files: [modelFile('/k/config', { cluster: { c: { 'certificate-authority': 'pki/ca' } } })],
    }
    const edit = incoming({
      from: '/home/me/Downloads/config',
      clusters: [{ name: 'c', value: { 'certificate-authority': '../../../k/pki/ca' } }],
      users: [],
      contexts: [],
    })
    expect(judgedImport(edit, here).clusters).toMatchObject([{ here: 'c' }])
  })
})
