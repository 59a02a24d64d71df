/** Names that led nowhere before a write lead nowhere again after its undo, in every file, and never without a word. */
import { expect, test } from 'vitest'
import { type EntryKind, entryId } from '../kubeconfig/entries'
import { type RecordedWrite, takenBack, underList, written } from '../testing/recorded-writes'
import { applyEdits } from './apply-edits'
import type { AnyEdit } from './edit'
import { inTheWaySentence } from './in-the-way'
import type { EditModel, ModelEntry, ModelFile } from './model'

const [a, b] = ['/h/a', '/h/b']
const id = (kind: EntryKind, path: string, name: string) => entryId(kind, path, name, 0)
const entry = (kind: EntryKind, path: string, name: string, value: ModelEntry['value']): ModelEntry => ({
  id: id(kind, path, name),
  kind,
  name,
  value,
  from: null,
})

/** Contexts as `name: cluster user`. */
function file(
  path: string,
  clusters: readonly string[],
  users: readonly string[],
  contexts: Readonly<Record<string, string>>,
  { current = null, listed = true }: { readonly current?: string | null; readonly listed?: boolean } = {},
): ModelFile {
  return {
    path,
    exists: true,
    listed,
    unreadable: null,
    currentContext: current,
    cluster: clusters.map((name) => entry('cluster', path, name, { server: `https://${name}.test` })),
    user: users.map((name) => entry('user', path, name, { token: name })),
    context: Object.entries(contexts).map(([name, names]) => {
      const [cluster = '', user = ''] = names.split(' ')
      return entry('context', path, name, { cluster, user })
    }),
  }
}

function done(model: EditModel, ...edits: readonly AnyEdit[]) {
  const { plan, record, model: next } = written(model, edits)
  expect(plan.problems.filter(({ blocks }) => blocks)).toEqual([])
  if (record === null) throw new Error('nothing was written')
  return { record, model: next }
}
function carriedOut(record: RecordedWrite, now: EditModel, how: Parameters<typeof takenBack>[2] = {}) {
  const result = takenBack(record, now, how)
  if (result.kind === 'blocked') throw new Error(result.inTheWay.map(inTheWaySentence).join(' '))
  return {
    edit: result.edit,
    model: applyEdits(now, [result.edit]).model,
    said: result.notes.map(({ message }) => message),
  }
}
/** Contexts of a file as they were given, and its current-context. */
const contextsOf = ({ files }: EditModel, path: string) =>
  Object.fromEntries(
    (files.find((one) => one.path === path)?.context ?? []).map(({ name, value }) => [
      name,
      `${value.cluster} ${value.user}`,
    ]),
  )
const currentsOf = ({ files }: EditModel) => files.map(({ currentContext }) => currentContext)

const renameUser: AnyEdit = { kind: 'rename-user', user: id('user', a, 'u'), name: 'v' }

test.each([
  ['in the same file', a, { files: [file(a, ['c'], ['u'], { x: 'c u', lost: 'c v' })] }],
  ['in another file', b, { files: [file(a, ['c'], ['u'], { x: 'c u' }), file(b, [], [], { lost: 'c v' })] }],
])('a context %s that named what a rename brought names it after the undo, too', (_, path, model) => {
  const renamed = done(model, renameUser)
  const undone = carriedOut(renamed.record, renamed.model)
  expect(contextsOf(undone.model, a).x).toBe('c u')
  expect(contextsOf(undone.model, path).lost).toBe('c v')
  expect(undone.said).toEqual(['The context “lost” names the user “v” again, which is not there.'])
})

test.each([
  ['in the same file', a, { files: [file(a, ['c'], ['u'], { x: 'c u', lost: 'c v' })] }],
  ['in another file', b, { files: [file(a, ['c'], ['u'], { x: 'c u' }), file(b, [], [], { lost: 'c v' })] }],
])('so it does %s where it was itself renamed since', (_, path, model) => {
  const renamed = done(model, renameUser)
  const since = done(renamed.model, {
    kind: 'rename-context',
    context: id('context', path, 'lost'),
    name: 'found',
    cascade: false,
  })
  const undone = carriedOut(renamed.record, since.model, { later: [since.record] })
  expect(contextsOf(undone.model, path).found).toBe('c v')
  expect(undone.said).toEqual(['The context “found” names the user “v” again, which is not there.'])
})

test('a context that came to another file since names what was renamed by its name of before', () => {
  const renamed = done({ files: [file(a, ['c'], ['u'], { x: 'c u' }), file(b, [], [], {})] }, renameUser)
  const [first, second] = renamed.model.files
  if (!first || !second) throw new Error('no files')
  const now = { files: [first, { ...second, context: file(b, [], [], { late: 'c v' }).context }] }
  const undone = carriedOut(renamed.record, now)
  expect([contextsOf(undone.model, b), undone.said]).toEqual([{ late: 'c u' }, []])
})

test('the undo of what other files named before it was there is not refused, and says what it leaves behind', () => {
  const model = { files: [file(a, [], ['u'], {}), file(b, [], [], { lost: 'c u' })] }
  const added = done(model, {
    kind: 'import-entries',
    source: 'text',
    from: null,
    file: a,
    onConflict: 'fail',
    clusters: [{ name: 'c', value: { server: 'https://c.test' } }],
    users: [],
    contexts: [],
  })
  const undone = carriedOut(added.record, added.model)
  expect(undone.model.files[0]?.cluster).toEqual([])
  expect(undone.said).toEqual(['The context “lost” names the cluster “c” again, which is not there.'])
})

test('a reference put back to what was never there is said', () => {
  const model = { files: [file(a, ['c'], ['u'], { x: 'c ghost' })] }
  const set = done(model, { kind: 'set-user', context: id('context', a, 'x'), user: 'u' })
  const undone = carriedOut(set.record, set.model)
  expect([contextsOf(undone.model, a), undone.said]).toEqual([
    { x: 'c ghost' },
    ['The context “x” names the user “ghost” again, which is not there.'],
  ])
})

test('current-context of a file beside the list that led nowhere goes back and forth with what came to its name', () => {
  const beside = file(b, ['c'], ['u'], { prod: 'c u' }, { current: 'dev', listed: false })
  const renamed = done(
    { files: [file(a, [], [], {}), beside] },
    { kind: 'rename-context', context: id('context', b, 'prod'), name: 'dev', cascade: false },
  )
  expect(currentsOf(renamed.model)).toEqual([null, null])
  const undone = done(renamed.model, carriedOut(renamed.record, renamed.model).edit)
  expect([currentsOf(undone.model), contextsOf(undone.model, b)]).toEqual([[null, 'dev'], { prod: 'c u' }])
  const again = carriedOut(renamed.record, undone.model, { back: false, later: [undone.record] })
  expect([currentsOf(again.model), contextsOf(again.model, b)]).toEqual([[null, null], { dev: 'c u' }])
})

test('a current-context of another file whose context was deleted since does not come to light', () => {
  const model = {
    files: [file(a, ['c'], ['u'], { x: 'c u' }), file(b, [], [], { y: 'c u' }, { current: 'y' })],
  }
  const used = done(model, { kind: 'use-context', context: id('context', a, 'x') })
  const [first, second] = used.model.files
  if (!first || !second) throw new Error('no files')
  const undone = carriedOut(used.record, { files: [first, { ...second, context: [] }] })
  expect(currentsOf(undone.model)).toEqual([null, null])
  expect(undone.said).toEqual([
    'current-context named “y”, which is not there, so current-context is left empty.',
  ])
})

test('nor does one that another program set in a file of the write since, to what the undo takes away', () => {
  const model = { files: [file(a, ['c'], ['u'], { x: 'c u' }), file(b, [], [], { y: 'c u' })] }
  const wrote = done(
    model,
    { kind: 'rename-context', context: id('context', b, 'y'), name: 'z', cascade: false },
    { kind: 'use-context', context: id('context', a, 'x') },
  )
  const [first, second] = wrote.model.files
  if (!first || !second) throw new Error('no files')
  const undone = carriedOut(wrote.record, { files: [first, { ...second, currentContext: 'gone' }] })
  expect(currentsOf(undone.model)).toEqual([null, null])
  expect(undone.said).toEqual([
    'current-context named “gone”, which is not there, so current-context is left empty.',
  ])
})

test('a move made again into a file that is read for itself by now says what it names there in vain', () => {
  const model = { files: [file(a, ['c'], ['u'], { x: 'c u', y: 'c u' }), file(b, [], [], {})] }
  const moved = done(model, { kind: 'move-contexts', contexts: [id('context', a, 'x')], file: b })
  const undone = done(moved.model, carriedOut(moved.record, moved.model).edit)
  const again = carriedOut(moved.record, underList(undone.model, [a]), {
    back: false,
    later: [undone.record],
  })
  expect(contextsOf(again.model, b)).toEqual({ x: 'c u' })
  expect(again.said).toEqual([
    `The context “x” names the cluster “c” again, which is not in ${b}.`,
    `The context “x” names the user “u” again, which is not in ${b}.`,
  ])
})

test('an undo where the files are read apart by now names what is left in vain by its name of now', () => {
  const model = { files: [file(a, [], ['u'], { x: 'c u' }), file(b, ['c'], [], {})] }
  const moved = done(model, { kind: 'move-contexts', contexts: [id('context', a, 'x')], file: a })
  expect(moved.model.files.map(({ cluster }) => cluster.length)).toEqual([1, 0])
  const renamed = done(underList(moved.model, []), {
    kind: 'rename-context',
    context: id('context', a, 'x'),
    name: 'later',
    cascade: false,
  })
  const undone = carriedOut(moved.record, renamed.model, { later: [renamed.record] })
  expect(undone.model.files.map(({ cluster }) => cluster.length)).toEqual([0, 1])
  expect(contextsOf(undone.model, a)).toEqual({ later: 'c u' })
  expect(undone.said).toEqual([`The context “later” names the cluster “c” again, which is not in ${a}.`])
})

test('a context that comes back says what it named in vain when it went', () => {
  const deleted = done(
    { files: [file(a, ['c'], [], { x: 'c ghost' })] },
    { kind: 'delete-contexts', contexts: [id('context', a, 'x')], keepOrphans: true },
  )
  const undone = carriedOut(deleted.record, deleted.model)
  expect(undone.said).toEqual(['The context “x” names the user “ghost” again, which is not there.'])
})

test('what a write left alone in another file is left alone again when it is made again', () => {
  const first = file(a, ['c'], ['v'], { dev: 'c v' })
  const second = file(b, [], ['v'], { x: 'c v' })
  const wrote = done(
    { files: [first, second] },
    { kind: 'rename-user', user: id('user', a, 'v'), name: 'w' },
    // By the rename it named w: now it is what it was, and means the user of its own file.
    { kind: 'set-user', context: id('context', b, 'x'), user: 'v' },
  )
  const undone = done(wrote.model, carriedOut(wrote.record, wrote.model).edit)
  const again = carriedOut(wrote.record, undone.model, { back: false, later: [undone.record] })
  expect([contextsOf(again.model, a), contextsOf(again.model, b)]).toEqual([{ dev: 'c w' }, { x: 'c v' }])
})

test.each([
  ['in its own file', a],
  ['in another file', b],
])(
  'names that were exchanged go back, with a context %s that was given the other entry by the same name',
  (_, path) => {
    const contexts = { x: 'c u', y: 'd u' }
    const model = {
      files: [
        file(a, ['c', 'd'], ['u'], path === a ? contexts : {}),
        file(b, [], [], path === b ? contexts : {}),
      ],
    }
    const exchanged = done(
      model,
      { kind: 'rename-cluster', cluster: id('cluster', a, 'c'), name: 'd' },
      { kind: 'rename-cluster', cluster: id('cluster', a, 'd'), name: 'c' },
      { kind: 'set-cluster', context: id('context', path, 'x'), cluster: 'c' },
    )
    expect(contextsOf(exchanged.model, path)).toEqual({ x: 'c u', y: 'c u' })
    const undone = carriedOut(exchanged.record, exchanged.model)
    expect([contextsOf(undone.model, path), undone.said]).toEqual([contexts, []])
  },
)

test.each([
  ['was given another user', { kind: 'set-user', context: id('context', a, 'y'), user: 'w' }, 'c w'],
  ['is gone', { kind: 'delete-contexts', contexts: [id('context', a, 'y')], keepOrphans: true }, undefined],
] satisfies readonly (readonly [string, AnyEdit, string | undefined])[])(
  'a renamed user gets its name back though a context that named it then %s',
  (_, since, left) => {
    const model = { files: [file(a, ['c'], ['u', 'w'], { x: 'c u', y: 'c u' })] }
    const renamed = done(model, renameUser)
    const other = done(renamed.model, since)
    const undone = carriedOut(renamed.record, other.model, { later: [other.record] })
    expect(contextsOf(undone.model, a)).toEqual({ x: 'c u', ...(left === undefined ? {} : { y: left }) })
  },
)

test('a hidden current-context that a deletion left in vain is emptied where the deletion is made again and it counts', () => {
  const current = file(a, ['c'], ['u'], { one: 'c u', now: 'c u' }, { current: 'now' })
  const hidden = file(b, [], [], { x: 'c u' }, { current: 'x' })
  const deleted = done(
    { files: [current, hidden] },
    {
      kind: 'delete-contexts',
      contexts: [id('context', a, 'one'), id('context', b, 'x')],
      keepOrphans: true,
    },
  )
  expect(currentsOf(deleted.model)).toEqual(['now', 'x'])
  const since = { files: [file(a, ['c'], ['u'], { one: 'c u' }), hidden] }
  const again = carriedOut(deleted.record, since, { back: false })
  expect([contextsOf(again.model, b), currentsOf(again.model), again.said]).toEqual([
    {},
    [null, null],
    ['current-context named “x”, which is not there, so current-context is left empty.'],
  ])
})

test('a part of a write does not make current what has the name of the context that was, and is gone', () => {
  const contexts = { one: 'd u', dev: 'c v', x: 'd v' }
  const { record, model } = done(
    { files: [file(a, ['c', 'd'], ['u', 'v'], contexts, { current: 'x' })] },
    { kind: 'clone-context', context: id('context', a, 'one'), name: 'fresh', userName: null, pin: null },
    { kind: 'use-context', context: id('context', a, 'fresh') },
  )
  const dev = id('context', a, 'dev')
  const since = done(
    model,
    { kind: 'delete-contexts', contexts: [id('context', a, 'x')], keepOrphans: true },
    { kind: 'rename-context', context: dev, name: 'x', cascade: false },
    { kind: 'set-cluster', context: dev, cluster: 'd' },
  )
  const part = carriedOut(record, since.model, { only: ['fresh'], later: [since.record] })
  expect([contextsOf(part.model, a), currentsOf(part.model)]).toEqual([{ one: 'd u', x: 'd v' }, [null]])
})
