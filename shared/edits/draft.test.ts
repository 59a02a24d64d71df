/** Names, use and current-context are judged by what kubectl reads together: the list, and each file beside it for itself. */
import { expect, test } from 'vitest'
import type { JsonMap } from '../json'
import { type EntryKind, entryId } from '../kubeconfig/entries'
import { type RecordedWrite, takenBack, underList, written } from '../testing/recorded-writes'
import { applyEdits } from './apply-edits'
import type { AnyEdit } from './edit'
import { inTheWaySentence } from './in-the-way'
import type { EditModel, ModelEntry, ModelFile } from './model'

interface Holds {
  readonly clusters?: Readonly<Record<string, string>>
  readonly users?: Readonly<Record<string, string>>
  /** Each as `cluster user`. */
  readonly contexts?: Readonly<Record<string, string>>
  readonly current?: string
}

function file(path: string, { clusters = {}, users = {}, contexts = {}, current }: Holds): ModelFile {
  const all = (kind: EntryKind, of: Readonly<Record<string, string>>, value: (text: string) => JsonMap) =>
    Object.entries(of).map(
      ([name, text]): ModelEntry => ({
        id: entryId(kind, path, name, 0),
        kind,
        name,
        value: value(text),
        from: null,
      }),
    )
  return {
    path,
    exists: true,
    listed: true,
    unreadable: null,
    currentContext: current ?? null,
    cluster: all('cluster', clusters, (server) => ({ server: `https://${server}` })),
    user: all('user', users, (token) => ({ token })),
    context: all('context', contexts, (text) => {
      const [cluster = '', user = ''] = text.split(' ')
      return { cluster, user }
    }),
  }
}

const [a, b, k] = ['/h/a', '/h/b', '/h/k']
const id = (kind: EntryKind, path: string, name: string) => entryId(kind, path, name, 0)
const files = (list: readonly string[], ...all: readonly ModelFile[]) => underList({ files: all }, list)
const pair: Holds = {
  clusters: { c1: 'one', c2: 'two' },
  users: { u1: 't1', u2: 't2' },
  contexts: { x1: 'c1 u1', x2: 'c2 u2' },
  current: 'x1',
}
/** x and z share the cluster c, or the user u. */
const sharing = (what: 'cluster' | 'user'): Holds => ({
  clusters: { c: 'one', d: 'two' },
  users: { u: 't', v: 't3' },
  contexts: { x: 'c u', z: what === 'cluster' ? 'c v' : 'd u' },
})
/** With entries of another program added. */
function adding(model: EditModel, path: string, more: Holds): EditModel {
  const added = file(path, more)
  return {
    files: model.files.map((one) =>
      one.path === path
        ? {
            ...one,
            cluster: [...one.cluster, ...added.cluster],
            user: [...one.user, ...added.user],
            context: [...one.context, ...added.context],
          }
        : one,
    ),
  }
}

function done(
  model: EditModel,
  ...edits: readonly AnyEdit[]
): { readonly model: EditModel; readonly record: RecordedWrite } {
  const { plan, record, model: next } = written(model, edits)
  expect(plan.problems.filter(({ blocks }) => blocks)).toEqual([])
  if (record === null) throw new Error('nothing was written')
  return { model: next, record }
}
/** What is said of an undo that is refused. */
function refusal(...of: Parameters<typeof takenBack>): readonly string[] {
  const result = takenBack(...of)
  return result.kind === 'blocked' ? result.inTheWay.map(inTheWaySentence) : ['carried out']
}
function carriedOut(...of: Parameters<typeof takenBack>) {
  const result = takenBack(...of)
  if (result.kind === 'blocked') throw new Error(result.inTheWay.map(inTheWaySentence).join(' '))
  return { ...applyEdits(of[1], [result.edit]), notes: result.notes }
}
const holds = ({ files: all }: EditModel, path: string) => {
  const found = all.find((one) => one.path === path)
  const names = (kind: EntryKind) => (found?.[kind] ?? []).map(({ name }) => name)
  return [names('cluster'), names('user'), names('context'), found?.currentContext ?? null]
}

const toK = (context: string): AnyEdit => ({
  kind: 'move-contexts',
  contexts: [id('context', a, context)],
  file: k,
})
const importTo = (path: string | null): AnyEdit => ({
  kind: 'import-entries',
  source: 'text',
  from: null,
  file: path,
  onConflict: 'rename',
  clusters: [{ name: 'c1', value: { server: 'https://one' } }],
  users: [{ name: 'u2', value: { token: 't2' } }],
  contexts: [],
})

test.each([
  ['the cluster', 'cluster', 'c', 'mine', { contexts: { mine: 'c own' }, users: { own: 'o' } }],
  ['the user', 'user', 'u', 'mine', { contexts: { mine: 'other u' }, clusters: { other: 'o' } }],
] as const)(
  'an entry copied into a file beside the list stays while a context of that file uses %s',
  (_, what, name, by, more) => {
    const moved = done(files([a], file(a, sharing(what)), file(k, {})), toK('x'))
    const since = adding(moved.model, k, more)
    const sentence = (by: string) => [
      `The ${what} “${name}” would be removed, but the context ${by} uses it.`,
    ]
    expect(refusal(moved.record, since)).toEqual(sentence(`“${by}” of ${k}`))
    expect(refusal(moved.record, underList(since, [k]))).toEqual(sentence(`“${by}”`))
    expect(refusal(moved.record, underList(since, [b]))).toEqual(sentence(`“${by}” of ${k}`))
  },
)

test('the same for an import, and for what a redo would take away again', () => {
  const before = files([a], file(a, pair), file(k, {}))
  const imported = done(before, importTo(k))
  const used = adding(imported.model, k, { contexts: { mine: 'c1 u2' } })
  expect(refusal(imported.record, used)).toEqual([
    'The cluster “c1” would be removed, but the context “mine” of /h/k uses it.',
    'The user “u2” would be removed, but the context “mine” of /h/k uses it.',
  ])
  const removal = done(imported.model, {
    kind: 'delete-entries',
    entries: [id('cluster', k, 'c1'), id('user', k, 'u2')],
  })
  const undone = done(removal.model, takenBackEdit(removal.record, removal.model))
  expect(
    refusal(removal.record, adding(undone.model, k, { contexts: { mine: 'c1 u2' } }), { back: false }),
  ).toEqual([
    'The cluster “c1” would be removed, but the context “mine” of /h/k uses it.',
    'The user “u2” would be removed, but the context “mine” of /h/k uses it.',
  ])
})

function takenBackEdit(...of: Parameters<typeof takenBack>): AnyEdit {
  const result = takenBack(...of)
  if (result.kind === 'blocked') throw new Error(result.inTheWay.map(inTheWaySentence).join(' '))
  return result.edit
}

test('a context that shared an entry with the moved one has no part in the move', () => {
  const moved = done(files([a], file(a, sharing('cluster')), file(k, {})), toK('x'))
  expect(refusal(moved.record, moved.model, { only: ['z'] })).toEqual([
    'This write did not change the context “z”.',
  ])
  const other = {
    files: moved.model.files.map((one) =>
      one.path === k
        ? {
            ...one,
            context: one.context.map((entry) => ({ ...entry, value: { cluster: 'c', user: 'other' } })),
          }
        : one,
    ),
  }
  const result = takenBack(moved.record, other)
  expect(result).toMatchObject({ kind: 'blocked', free: [] })
})

test.each([[[b]], [[]], [[b, k]]])(
  'what changes along with an undo is named under the list %j, too',
  (list) => {
    const shared: Holds = { ...pair, contexts: { x1: 'c1 u1', newcomer: 'c2 u1' } }
    const before = files([a], file(a, shared), file(b, pair), file(k, pair))
    const edit: AnyEdit = {
      kind: 'set-server',
      context: id('context', a, 'x1'),
      server: 'https://new',
      scope: 'shared',
    }
    const set = done(before, edit)
    const since = adding(set.model, a, { contexts: { late: 'c1 u2' } })
    for (const back of [true, false]) {
      const undone = back ? since : adding(before, a, { contexts: { late: 'c1 u2' } })
      const plan = carriedOut(set.record, underList(undone, list), { back })
      expect(plan.alsoChanges.map(({ name, through }) => [name, through])).toEqual([['late', 'cluster']])
    }
  },
)

test('what came with a write stays under another list while a context of its file uses it, whatever that list holds', () => {
  const before = files([a], file(a, pair), file(b, pair))
  const cloned = done(before, {
    kind: 'clone-context',
    context: id('context', a, 'x1'),
    name: 'nn',
    pin: null,
    userName: null,
  })
  const since = adding(adding(cloned.model, a, { contexts: { mine: 'c1 nn' } }), b, { users: { nn: 'bb' } })
  for (const list of [[a], [b], [b, a]])
    expect([list, refusal(cloned.record, underList(since, list))]).toEqual([
      list,
      // Behind b's user of that name nobody uses it any more.
      list[1] === a
        ? ['carried out']
        : [
            `The user “nn” would be removed, but the context “mine”${list[0] === a ? '' : ` of ${a}`} uses it.`,
          ],
    ])
})

test('current-context is put back to a context of its own file only where that file is read for itself', () => {
  const used = done(files([a], file(a, pair), file(b, pair)), {
    kind: 'use-context',
    context: id('context', a, 'x2'),
  })
  const gone = {
    files: used.model.files.map((one) => (one.path === a ? { ...one, context: one.context.slice(1) } : one)),
  }
  expect(refusal(used.record, underList(gone, [b]))).toEqual([
    'current-context would name the context “x1”, which is not there.',
  ])
  expect(holds(carriedOut(used.record, underList(used.model, [b])).model, a)[3]).toBe('x1')
})

test('a name of a file that is not read together with it does not keep what was deleted from coming back', () => {
  const deleted = done(files([a], file(a, pair)), {
    kind: 'delete-contexts',
    contexts: [id('context', a, 'x1')],
    keepOrphans: false,
  })
  const now = { files: [...deleted.model.files, file(b, pair)] }
  const plan = carriedOut(deleted.record, underList(now, [b]))
  expect(holds(plan.model, a)).toEqual([['c1', 'c2'], ['u1', 'u2'], ['x1', 'x2'], 'x1'])
  expect(plan.alsoChanges).toEqual([])
})

test.each([
  ['move', toK('x1')],
  ['import', importTo(k)],
])(
  'a %s that gives contexts of a file beside the list a cluster names them, and its undo is not refused',
  (_, edit) => {
    const before = files([a], file(a, pair), file(k, { contexts: { kk: 'c1 u2' }, current: 'kk' }))
    const { plan, record, model } = written(before, [edit])
    expect(plan.alsoChanges.map(({ name }) => name)).toEqual(['kk'])
    if (record === null) throw new Error('nothing was written')
    const undone = carriedOut(record, model)
    expect(holds(undone.model, k)).toEqual([[], [], ['kk'], 'kk'])
    expect(holds(undone.model, a)).toEqual(holds(before, a))
  },
)

test('current-context of a file beside the list that named what comes now is emptied aloud, and comes back by undo', () => {
  const before = files([a], file(a, pair), file(k, { current: 'x1' }))
  const { plan, record, model } = written(before, [toK('x1')])
  expect(plan.problems.map(({ code, message }) => [code, message])).toEqual([
    ['current-context', 'current-context of /h/k is “x1” and will be empty.'],
  ])
  if (record === null) throw new Error('nothing was written')
  expect(holds(model, k)[3]).toBeNull()
  expect(holds(carriedOut(record, model).model, k)[3]).toBe('x1')
})

test('a current-context that named nothing comes back with all that was beside it, else it is left empty, aloud', () => {
  const before = files([a], file(a, { ...pair, current: 'gone' }))
  const renamed = done(before, {
    kind: 'rename-context',
    context: id('context', a, 'x2'),
    name: 'gone',
    cascade: false,
  })
  const undone = carriedOut(renamed.record, renamed.model)
  expect([holds(undone.model, a)[3], undone.notes]).toEqual(['gone', []])
  const since = adding(renamed.model, a, { users: { more: 't' } })
  const later = carriedOut(renamed.record, since)
  expect(holds(later.model, a).slice(2)).toEqual([['x1', 'x2'], null])
  expect(later.notes.map(({ message }) => message)).toEqual([
    'current-context named “gone”, which is not there, so current-context is left empty.',
  ])
  // The same back and forth.
  const again = done(renamed.model, takenBackEdit(renamed.record, renamed.model))
  expect(holds(carriedOut(again.record, again.model).model, a)[3]).toBeNull()
})

test('the undo of a part that was current says that current-context stays empty', () => {
  const before = files([a], file(a, pair))
  const deleted = done(before, {
    kind: 'delete-contexts',
    contexts: [id('context', a, 'x1'), id('context', a, 'x2')],
    keepOrphans: false,
  })
  const notes = (only: string) => carriedOut(deleted.record, deleted.model, { only: [only] }).notes
  expect(notes('x1').map(({ message }) => message)).toEqual([
    'current-context was “x1” and stays empty: only part of that write is carried out.',
  ])
  expect(notes('x2')).toEqual([])
})

const cloneInUse = (...more: readonly AnyEdit[]): readonly AnyEdit[] => [
  {
    kind: 'clone-context',
    context: id('context', a, 'x1'),
    name: 'made',
    userName: 'made',
    pin: null,
  },
  { kind: 'use-context', context: id('context', a, 'made') },
  ...more,
]
const rename = (from: string, to: string): AnyEdit => ({
  kind: 'rename-context',
  context: id('context', a, from),
  name: to,
  cascade: true,
})

test('current-context goes back with the part of a write that takes away what the write made current', () => {
  const write = done(files([a], file(a, pair)), ...cloneInUse(rename('x2', 'y2')))
  expect(holds(write.model, a).slice(2)).toEqual([['x1', 'y2', 'made'], 'made'])
  const part = (model: EditModel, only: string, later: readonly RecordedWrite[] = []) => {
    const { model: then, notes } = carriedOut(write.record, model, { only: [only], later })
    return [...holds(then, a).slice(2), notes.map(({ message }) => message)]
  }
  expect(part(write.model, 'made')).toEqual([['x1', 'y2'], 'x1', []])
  // Not with another part.
  expect(part(write.model, 'y2')).toEqual([['x1', 'x2', 'made'], 'made', []])
  // Not where another was chosen since.
  const chosen = done(write.model, { kind: 'use-context', context: id('context', a, 'y2') })
  expect(part(chosen.model, 'made', [chosen.record])).toEqual([['x1', 'y2'], 'y2', []])
  // By the names of now.
  const renamed = done(write.model, rename('made', 'mine'), rename('x1', 'first'))
  expect(part(renamed.model, 'mine', [renamed.record])).toEqual([['first', 'y2'], 'first', []])
  // The rest goes after it, and the part comes again with what it made current.
  const undone = done(write.model, takenBackEdit(write.record, write.model, { only: ['made'] }))
  const rest = carriedOut(write.record, undone.model, { later: [undone.record] })
  expect(holds(rest.model, a).slice(2)).toEqual([['x1', 'x2'], 'x1'])
  expect(holds(carriedOut(undone.record, undone.model).model, a)[3]).toBe('made')
})

test('current-context is left empty where what it was is gone, or leads elsewhere by now, and the part is undone all the same', () => {
  const write = done(files([a], file(a, pair)), ...cloneInUse())
  const gone = done(write.model, {
    kind: 'delete-contexts',
    contexts: [id('context', a, 'x1')],
    keepOrphans: true,
  })
  const first = carriedOut(write.record, gone.model, { only: ['made'], later: [gone.record] })
  expect(holds(first.model, a).slice(2)).toEqual([['x2'], null])
  const other = adding(gone.model, a, { contexts: { x1: 'c2 u2' } })
  const second = carriedOut(write.record, other, { only: ['made'], later: [gone.record] })
  expect(holds(second.model, a).slice(2)).toEqual([['x2', 'x1'], null])
  expect(second.notes.map(({ message }) => message)).toEqual([
    'current-context was “x1” before that write, which does not lead to what it led to then, so current-context is left empty.',
  ])
})

test('what is gone of several entries is named once', () => {
  const moved = done(files([a], file(a, pair), file(k, { users: { o: 't' } })), toK('x1'))
  const gone = {
    files: moved.model.files.map((one) =>
      one.path === k ? { ...file(k, {}), exists: false, listed: false } : one,
    ),
  }
  expect(carriedOut(moved.record, gone).notes.map(({ message }) => message)).toEqual([
    'The file /h/k is gone.',
  ])
})

test('a move out of a file beside the list leaves no name to lead elsewhere', () => {
  const before = files(
    [a],
    file(a, pair),
    file(k, { clusters: { c1: 'other' }, users: { u9: 't' }, contexts: { kk: 'c1 u9' } }),
  )
  const edit: AnyEdit = { kind: 'move-contexts', contexts: [id('context', k, 'kk')], file: a }
  expect(applyEdits(before, [edit]).problems).toMatchObject([{ blocks: true, code: 'name-taken' }])
  // Also where another file of the list has the name.
  const two = files([b, a], ...before.files.filter(({ path }) => path !== a), file(a, {}), file(b, pair))
  expect(applyEdits(two, [edit]).problems).toMatchObject([{ blocks: true, code: 'name-taken' }])
})

test('a move behind another file of the list that has the name is refused, not led elsewhere', () => {
  const before = files(
    [a, b, k],
    file(a, { clusters: { c: 'one' }, users: { u: 't' }, contexts: { x: 'c u' } }),
    file(b, { clusters: { c: 'two' } }),
    file(k, {}),
  )
  expect(applyEdits(before, [toK('x')]).problems).toMatchObject([{ blocks: true, code: 'name-taken' }])
})

test('a rename with its user and cluster asks only the files that are read together', () => {
  const before = files(
    [a],
    file(a, pair),
    file(k, { users: { nn: 'k' }, clusters: { nn: 'k' }, contexts: { kk: 'c1 u1', nn: 'nn nn' } }),
  )
  const renamed = done(before, {
    kind: 'rename-context',
    context: id('context', a, 'x1'),
    name: 'nn',
    cascade: true,
  })
  expect(holds(renamed.model, a)).toEqual([['nn', 'c2'], ['nn', 'u2'], ['nn', 'x2'], 'nn'])
  expect(holds(renamed.model, k)).toEqual(holds(before, k))
  const undone = carriedOut(renamed.record, underList(renamed.model, [k]))
  expect(holds(undone.model, a)).toEqual(holds(before, a))
  expect(holds(undone.model, k)).toEqual(holds(before, k))
})

test('what only a file beside the list names is deleted with its last context', () => {
  const before = files([a], file(a, pair), file(k, { contexts: { kk: 'c1 u1' } }))
  const deleted = done(before, {
    kind: 'delete-contexts',
    contexts: [id('context', a, 'x1')],
    keepOrphans: false,
  })
  expect(holds(deleted.model, a)).toEqual([['c2'], ['u2'], ['x2'], null])
})

test('a current-context chosen since is emptied, not led to what an undo brings back to its name in an earlier file', () => {
  const model = files(
    [a, b, k],
    file(a, { clusters: { c: 'one' }, users: { u: 't' }, contexts: { dev: 'c u', x: 'c u' }, current: 'x' }),
    file(b, { contexts: { dev: 'c u2' }, users: { u2: 't2' } }),
    // Hidden by the one of the first file, and led to what is deleted.
    file(k, { users: { u3: 't3' }, contexts: { y: 'c u3' }, current: 'dev' }),
  )
  const context = (path: string, name: string) => id('context', path, name)
  const deleted = done(model, {
    kind: 'delete-entries',
    entries: [context(a, 'dev'), context(k, 'y'), id('user', k, 'u3')],
  })
  const since = done(deleted.model, { kind: 'use-context', context: context(b, 'dev') })
  const undone = carriedOut(deleted.record, since.model, { later: [since.record] })
  expect(undone.currentContext).toMatchObject({ before: 'dev', after: null })
  expect(undone.model.files.map(({ currentContext }) => currentContext)).toEqual([null, null, null])
})

test('a current-context chosen since is emptied where its context goes with the undo, and no later one comes to light', () => {
  const before = files([a, b], file(a, pair), file(b, { contexts: { y: 'c1 u1' }, current: 'y' }))
  const cloned = done(before, {
    kind: 'clone-context',
    context: id('context', a, 'x1'),
    name: 'nn',
    pin: null,
    userName: null,
  })
  const since = done(cloned.model, { kind: 'use-context', context: id('context', a, 'nn') })
  expect(holds(since.model, a)[3]).toBe('nn')
  const undone = carriedOut(cloned.record, since.model, { later: [since.record] })
  expect(undone.currentContext).toMatchObject({ before: 'nn', after: null })
  expect(undone.model.files.map(({ currentContext }) => currentContext)).toEqual([null, null])
})

/** A write of several edits. */
function wrote(model: EditModel, ...edits: readonly AnyEdit[]) {
  const { plan, record, model: next } = written(model, edits)
  expect(plan.problems.filter(({ blocks }) => blocks)).toEqual([])
  if (record === null) throw new Error('nothing was written')
  return { model: next, record }
}
const currents = ({ files: all }: EditModel) => all.map(({ currentContext }) => currentContext)
const renamed = (path: string, from: string, to: string): AnyEdit => ({
  kind: 'rename-context',
  context: id('context', path, from),
  name: to,
  cascade: false,
})

test('the current-context of the list goes along with an undone move, also where the write set that of a file beside it', () => {
  const beside = file(k, {
    clusters: { c: 'k' },
    users: { u: 'k' },
    contexts: { z: 'c u' },
    current: 'ghost',
  })
  const { model, record } = wrote(
    files([a, b], file(a, pair), file(b, {}), beside),
    { kind: 'use-context', context: id('context', k, 'z') },
    { kind: 'move-contexts', contexts: [id('context', a, 'x1')], file: b },
  )
  expect(currents(carriedOut(record, model).model)).toEqual(['x1', null, 'ghost'])
})

test('a current-context by whose name another context came goes back with it, whatever the write did beside the list', () => {
  const before = files(
    [a, b],
    file(a, { current: 'x' }),
    file(b, { clusters: { c: 'one' }, users: { u: 't' }, contexts: { x: 'c u' } }),
    file(k, { clusters: { c: 'k' }, users: { u: 'k' }, contexts: { dev: 'c u' }, current: 'ghost' }),
  )
  const { model, record } = wrote(
    before,
    renamed(k, 'dev', 'ghost'),
    { kind: 'delete-entries', entries: [id('context', b, 'x')] },
    {
      kind: 'add-context',
      file: a,
      name: 'x',
      namespace: null,
      cluster: { kind: 'reuse', cluster: id('cluster', b, 'c') },
      user: {
        name: null,
        region: 'us-east-1',
        cluster: { name: 'n' },
        role: null,
        profile: null,
        pin: 'none',
      },
      use: true,
    },
  )
  expect(currents(model)).toEqual(['x', null, null])
  const undone = carriedOut(record, model)
  expect(currents(undone.model)).toEqual(['x', null, 'ghost'])
  expect(undone.currentContext?.resolvesTo).toMatchObject({ before: { file: a }, after: { file: b } })
})

test('names are not swapped back where current-context would lead to a cluster that came since', () => {
  const before = files(
    [a, b],
    file(a, { users: { v: 't' }, contexts: { dev: 'c1 v' }, current: 'x' }),
    file(b, { contexts: { x: 'c1 v' } }),
  )
  const { model, record } = wrote(before, renamed(b, 'x', 'dev'), renamed(a, 'dev', 'x'), {
    kind: 'use-context',
    context: id('context', a, 'dev'),
  })
  expect(refusal(record, model)).toEqual(['carried out'])
  const since = done(model, importTo(a))
  expect(refusal(record, since.model, { later: [since.record] })).toEqual([
    'current-context would lead somewhere else than before: the cluster of “x” is “c1” now.',
  ])
})

test('what a write made current by a name that was there already leads back by that name, or nowhere again', () => {
  const at = (path: string, name: string) => id('context', path, name)
  const two = files(
    [a, b, k],
    file(a, { current: 'dev' }),
    file(b, { clusters: { c: 'one' }, users: { u: 't' }, contexts: { dev: 'c u' } }),
    file(k, { contexts: { dev: 'c u' } }),
  )
  const renamedAway = wrote(two, renamed(b, 'dev', 'x'), { kind: 'use-context', context: at(k, 'dev') })
  const back = carriedOut(renamedAway.record, renamedAway.model)
  expect([currents(back.model)[0], back.currentContext?.resolvesTo.after?.file]).toEqual(['dev', b])
  const again = done(renamedAway.model, {
    kind: 'put-back',
    about: [],
    remove: [],
    put: [],
    current: [{ file: a, currentContext: 'x' }],
  })
  // Chosen since: it stays what it is.
  expect(currents(carriedOut(renamedAway.record, again.model, { later: [again.record] }).model)[0]).toBe(
    'dev',
  )
  const nowhere = files([a, b], file(a, { current: 'dev' }), file(b, { contexts: { prod: 'c u' } }))
  const came = wrote(nowhere, renamed(b, 'prod', 'dev'), { kind: 'use-context', context: at(b, 'prod') })
  const gone = carriedOut(came.record, came.model)
  expect([currents(gone.model), holds(gone.model, b)[2]]).toEqual([['dev', null], ['prod']])
})

test('a current-context that a write only hid names again what it named, whatever the write renamed to that name', () => {
  const before = files(
    [a, b, k],
    file(a, { contexts: { y: 'c u' } }),
    file(b, { current: 'ghost' }),
    file(k, { contexts: { x: 'c u' } }),
  )
  const use: AnyEdit = { kind: 'use-context', context: id('context', a, 'y') }
  const { model, record } = wrote(before, use, renamed(k, 'x', 'ghost'))
  expect(currents(model)).toEqual(['y', 'ghost', null])
  expect(currents(carriedOut(record, model).model)).toEqual([null, 'ghost', null])
})

test('duplicates are merged only where the one that stays is found by the contexts of the other', () => {
  const same = { users: { u: 't' } }
  const merged = (model: EditModel, keep: string, remove: string) =>
    applyEdits(model, [
      {
        kind: 'merge-duplicates',
        keep: id('user', keep, keep === remove ? 'v' : 'u'),
        remove: [id('user', remove, 'u')],
      },
    ])
  const apart = files([a], file(a, { ...same, contexts: { x: 'c u' } }), file(k, same))
  for (const [keep, remove] of [
    [k, a],
    [a, k],
  ] as const) {
    const { model, problems } = merged(apart, keep, remove)
    expect([model, problems.map(({ blocks }) => blocks)]).toEqual([apart, [true]])
  }
  // The one that stays is hidden by another of its name: who would sign in as somebody else is named.
  const hidden = files(
    [a, b],
    file(a, { users: { v: 'other' } }),
    file(b, { users: { u: 't', v: 't' }, contexts: { x: 'c u' } }),
  )
  expect(merged(hidden, b, b).alsoChanges).toMatchObject([{ name: 'x', through: 'user' }])
})
