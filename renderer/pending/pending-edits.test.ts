import { afterEach, expect, test } from 'vitest'
import type { Edit } from '../../shared/edits/edit'
import { contextsOf } from '../../shared/edits/kinds'
import type { Bridge } from '../../shared/ipc/contract'
import type { StoredEdits } from '../../shared/ipc/stored-edits'
import { entryId, type Snapshot } from '../../shared/kubeconfig/entries'
import { fail, fault } from '../../shared/result'
import { arrange } from '../rows/arrange'
import { matchesTerms, parseFilter } from '../rows/filter'
import { setCompare, setEnvironment } from '../store/loading'
import { verify, verifyWritten } from '../store/verifying'
import { createModel, type Model } from '../store/window-model'
import { type FakeOptions, fakeBridge } from '../testing/fake-bridge'
import { legacyFile, mainFile, now } from '../testing/fleet'
import { commitCells, tryCells } from './commit'
import { discardOf } from './discard'
import { lockedWhy } from './editable-fields'

let stop: () => void = () => undefined
afterEach(() => stop())

const until = async (good: () => boolean) => {
  for (let turn = 0; turn < 400 && !good(); turn++) await new Promise((done) => setTimeout(done, 5))
  expect(good()).toBe(true)
}

async function open(options: FakeOptions = {}) {
  const bridge = fakeBridge({ contexts: 24, ...options })
  const model = createModel({ bridge, clock: () => now })
  stop = model.start()
  await until(() => bridge.calls.some(({ name }) => name === 'app.ready'))
  return { bridge, model }
}

const named = (model: Model, name: string) => {
  const row = model.rows.all().find((one) => one.name === name)
  if (!row) throw new Error(`no row ${name}`)
  return row
}
const namespace = (model: Model, name: string, value: string | null): Edit => ({
  kind: 'set-namespace',
  context: named(model, name).id,
  namespace: value,
})
const pending = (model: Model) => model.edits.state.getState().pending
const inNamespace =
  (name: string, value: string) =>
  (snapshot: Snapshot): Snapshot => ({
    ...snapshot,
    contexts: snapshot.contexts.map((entry) =>
      entry.name === name ? { ...entry, namespace: value } : entry,
    ),
  })

test('an edit shows in its row at once as was and now, and nothing is written', async () => {
  const { model, bridge } = await open()
  const was = named(model, 'prod-admin').entry.namespace
  model.edits.add([namespace(model, 'prod-admin', 'ci')])
  const row = named(model, 'prod-admin')
  expect(row.entry.namespace).toBe('ci')
  expect(row.pending?.was?.entry.namespace).toBe(was)
  expect(named(model, 'stage').pending).toBeNull()
  expect(bridge.snapshot().revision).toBe(1)
  await until(() => model.edits.state.getState().previewed)
})

test('a user that all its contexts pin alike is edited once, stays shared, and no other context changes along', async () => {
  const { model } = await open()
  const sharing = model.rows.all().filter(({ sharedWith }) => sharedWith.length === 1)
  const one = sharing.find(({ profile, user }) => profile !== null && user?.exec)
  const both = sharing.filter(({ user }) => user?.id === one?.user?.id)
  expect(both).toHaveLength(2)
  model.edits.add(
    both.map(({ id }) => ({
      kind: 'set-profile',
      context: id,
      profile: 'somebody',
      pin: 'arg',
      scope: 'shared',
    })),
  )
  await until(() => model.edits.state.getState().previewed)
  const { alsoChanges, problems } = model.edits.state.getState()
  expect([alsoChanges, problems.filter(({ blocks }) => blocks)]).toEqual([[], []])
  const now = both.map(({ id }) => model.rows.get(id))
  expect(new Set(now.map((row) => row?.user?.id)).size).toBe(1)
  expect(now.map((row) => [row?.profile, row?.pending?.kind])).toEqual([
    ['somebody', 'changed'],
    ['somebody', 'changed'],
  ])
})

test('what was said of pending changes goes when they are discarded, and what else was said stays', async () => {
  const { model } = await open()
  const said = () => model.state.getState().notices.map(({ message, next }) => [message, next])
  model.edits.add([namespace(model, 'prod-admin', 'ci')])
  model.edits.say('Something else.')
  model.edits.sayOfPending('Filled 1 cell')
  await verifyWritten(model.checking, [named(model, 'stage-admin').id], 1)
  const [, , [verified, next] = []] = said()
  expect(next).toMatch(/1 change is not written: still pending\.$/)
  model.edits.discardAll()
  expect(said()).toEqual([
    ['Something else.', null],
    [verified, next?.replace(/ ?1 change is not written: still pending\.$/, '')],
  ])
  model.edits.add([namespace(model, 'prod-admin', 'ci')])
  await verifyWritten(model.checking, [], 1)
  expect(said()).toHaveLength(3)
  model.edits.undo()
  expect(said()).toHaveLength(2)
})

test('a role shows before main has answered, and main’s word of a double assume comes after', async () => {
  const { model } = await open()
  model.edits.add([
    {
      kind: 'set-role',
      context: named(model, 'prod-admin').id,
      role: 'arn:aws:iam::111122223333:role/X',
      scope: 'split',
    },
  ])
  expect(named(model, 'prod-admin').role).toBe('arn:aws:iam::111122223333:role/X')
  await until(() => model.edits.state.getState().problems.some(({ code }) => code === 'double-assume'))
})

test('whom the compared environment gives follows the edit too', async () => {
  const { model, bridge } = await open()
  await setCompare(model.loading, 'clean')
  const role = 'arn:aws:iam::111122223333:role/X'
  const edit = {
    kind: 'set-role' as const,
    context: named(model, 'prod-admin').id,
    role,
    scope: 'split' as const,
  }
  model.edits.add([edit])
  await until(() => model.edits.state.getState().previewed)
  expect(bridge.calls.filter(({ name }) => name === 'edits.preview').at(-1)?.input).toMatchObject({
    compare: 'clean',
  })
  expect(named(model, 'prod-admin').comparison?.environment).toBe('clean')
})

/** As the window's bridge does it: an answer that is the same as before is the very one. */
function rememberedReports(bridge: Bridge): Bridge {
  const known = new Map<string, unknown>()
  return {
    ...bridge,
    async request(name, ...input) {
      const answer = await bridge.request(name, ...input)
      if (name !== 'identity.load') return answer
      const text = JSON.stringify(answer)
      const said = known.get(text) ?? answer
      known.set(text, said)
      return Object.assign(answer, said)
    },
  }
}

test('whom another environment makes of an edit is never shown as whom the chosen one makes', async () => {
  const bridge = fakeBridge({ contexts: 24 })
  const model = createModel({ bridge: rememberedReports(bridge), clock: () => now })
  stop = model.start()
  await until(() => bridge.calls.some(({ name }) => name === 'app.ready'))
  model.edits.add([namespace(model, 'prod-readonly', 'x')])
  const isPreviewed = () => until(() => model.edits.state.getState().previewed)
  await isPreviewed()
  const gives = { 'login-shell': 'carol', clean: 'ReadOnly' } as const
  const said = new Set<string>()
  const stopWatching = model.state.subscribe(({ environment, listVersion }, before) => {
    if (listVersion === before.listVersion) return
    said.add(`${environment}: ${named(model, 'prod-readonly').predicted?.label ?? 'not known'}`)
  })
  expect(named(model, 'prod-readonly').predicted?.label).toBe(gives['login-shell'])
  // The second time each report is the very one of before.
  for (const environment of ['clean', 'login-shell', 'clean', 'login-shell'] as const) {
    await setEnvironment(model.loading, environment)
    await isPreviewed()
    expect(named(model, 'prod-readonly').predicted?.label).toBe(gives[environment])
    expect(named(model, 'prod-readonly').pending?.was?.predicted?.label).toBe(gives[environment])
  }
  stopWatching()
  expect([...said].sort()).toEqual(['clean: ReadOnly', 'clean: not known', 'login-shell: carol'])
})

test('a context with an edit is compared with whom the other environment makes of it, once that is known', async () => {
  const bridge = fakeBridge({ contexts: 24 })
  const model = createModel({ bridge: rememberedReports(bridge), clock: () => now })
  stop = model.start()
  await until(() => bridge.calls.some(({ name }) => name === 'app.ready'))
  model.edits.add([namespace(model, 'prod-readonly', 'x')])
  await setEnvironment(model.loading, 'clean')
  const gives = { 'login-shell': 'carol', app: 'ReadOnly' } as const
  for (const compare of ['login-shell', 'app', 'login-shell', 'app'] as const) {
    const set = setCompare(model.loading, compare)
    // Null till anything is known there.
    expect([undefined, gives[compare]]).toContain(named(model, 'prod-readonly').comparison?.who?.label)
    await set
    await until(() => model.edits.state.getState().previewed)
    const { comparison } = named(model, 'prod-readonly')
    expect(comparison?.who?.label).toBe(gives[compare])
    expect(comparison?.differs).toBe(compare === 'login-shell')
  }
})

test('undo and redo go through the edits, and an undone edit leaves no trace in its row', async () => {
  const { model } = await open()
  model.edits.add([namespace(model, 'prod-admin', 'one')])
  model.edits.add([namespace(model, 'prod-admin', 'two'), namespace(model, 'stage', 'two')])
  model.edits.undo()
  expect(named(model, 'prod-admin').entry.namespace).toBe('one')
  expect(named(model, 'stage').pending).toBeNull()
  model.edits.undo()
  expect(pending(model)).toEqual([])
  expect(named(model, 'prod-admin').pending).toBeNull()
  model.edits.redo()
  model.edits.redo()
  expect(named(model, 'stage').entry.namespace).toBe('two')
})

test('pending edits and the way back survive a reload of the page', async () => {
  const { model, bridge } = await open()
  model.edits.add([namespace(model, 'prod-admin', 'one')])
  model.edits.add([namespace(model, 'stage', 'two')])
  await until(() => bridge.calls.filter(({ name }) => name === 'edits.keep').length === 2)
  const again = createModel({ bridge, clock: () => now })
  const stopAgain = again.start()
  await until(() => pending(again).length === 2)
  expect(named(again, 'stage').entry.namespace).toBe('two')
  again.edits.undo()
  expect(pending(again)).toHaveLength(1)
  stopAgain()
})

/** Another process later, with what this one kept, over the files as they are then. */
async function restart(
  bridge: ReturnType<typeof fakeBridge>,
  then: (snapshot: Snapshot) => Snapshot = (snapshot) => snapshot,
  lost: StoredEdits['lost'] = [],
) {
  const kept = await bridge.request('edits.kept')
  if (!kept.ok) throw new Error(kept.fault.message)
  stop()
  const before = { ...kept.value, fromBefore: true, lost }
  const next = fakeBridge({ contexts: 24, snapshot: then, editing: { kept: before } })
  const model = createModel({ bridge: next, clock: () => now })
  stop = model.start()
  await until(() => next.calls.some(({ name }) => name === 'app.ready'))
  return { bridge: next, model }
}

test('a window has again what was pending when another one ended, says so once, and discards it in one go', async () => {
  const first = await open()
  first.model.edits.add([namespace(first.model, 'prod-admin', 'one')])
  first.model.edits.add([namespace(first.model, 'stage', 'two')])
  first.model.edits.add([namespace(first.model, 'stage', 'three')])
  first.model.edits.undo()
  const { model } = await restart(first.bridge)
  expect(named(model, 'stage').entry.namespace).toBe('two')
  const [notice, ...others] = model.state.getState().notices
  expect(others).toEqual([])
  expect(notice?.message).toBe('2 changes that you did not write last time are pending again.')
  model.edits.redo()
  expect(named(model, 'stage').entry.namespace).toBe('three')
  model.edits.undo()
  model.edits.undo()
  expect(pending(model).map(({ edit }) => edit)).toMatchObject([{ namespace: 'one' }])
  notice?.action?.run()
  expect(pending(model)).toEqual([])
  expect(model.state.getState().notices).toEqual([])
  model.edits.undo()
  expect(pending(model)).toHaveLength(1)
})

test('what is pending again is judged against the files as they are by then', async () => {
  const first = await open()
  const renamed = named(first.model, 'platform-ci').id
  first.model.edits.add([
    namespace(first.model, 'prod-admin', 'mine'),
    namespace(first.model, 'stage', 'mine'),
    namespace(first.model, 'stage-admin', 'mine'),
    {
      kind: 'set-region',
      context: named(first.model, 'lake-batch').id,
      region: 'us-east-1',
      scope: 'shared',
    },
    namespace(first.model, 'platform-ci', 'mine'),
  ])
  const theirs = (snapshot: Snapshot): Snapshot => {
    const others = inNamespace('prod-admin', 'theirs')(snapshot)
    return {
      ...others,
      contexts: others.contexts.flatMap((entry) =>
        entry.name === 'lake-batch'
          ? []
          : entry.id === renamed
            ? [{ ...entry, name: 'ci', id: entryId('context', entry.origin.file, 'ci', 0) }]
            : entry.name === 'stage-admin'
              ? [{ ...entry, user: 'another' }]
              : [entry],
      ),
    }
  }
  const { model, bridge } = await restart(first.bridge, theirs)
  expect(model.edits.state.getState().conflicts.map(({ name, field }) => [name, field])).toEqual([
    ['prod-admin', 'namespace'],
    ['lake-batch', ''],
  ])
  // The others are laid on what is there.
  expect(named(model, 'stage-admin').entry).toMatchObject({ namespace: 'mine', user: 'another' })
  expect(named(model, 'ci').entry.namespace).toBe('mine')
  const [conflict] = model.edits.state.getState().conflicts
  if (conflict) model.edits.resolve(conflict, 'mine')
  model.edits.add([namespace(model, 'sandbox-7', 'mine')])
  // Decided is decided, in the next process too; what is not is asked about until it is, beside what was changed since.
  const again = await restart(bridge, (snapshot) => inNamespace('sandbox-7', 'theirs')(theirs(snapshot)))
  expect(again.model.edits.state.getState().conflicts.map(({ name }) => name)).toEqual([
    'sandbox-7',
    'lake-batch',
  ])
  again.bridge.outside(inNamespace('stage', 'theirs'))
  await until(() => again.model.edits.state.getState().conflicts.length === 3)
})

test('what was not to be kept is named, and goes with what was to be done with what it brought', async () => {
  const first = await open()
  const read = await first.model.edits.readImport('clipboard')
  const edit = read.ok ? read.value?.offers[0]?.edit : undefined
  if (edit === undefined) throw new Error('no offer')
  first.model.edits.add([edit, namespace(first.model, 'stage', 'mine')])
  const guest = named(first.model, 'guest').id
  first.model.edits.add([
    { kind: 'set-namespace', context: guest, namespace: 'x' },
    { kind: 'clone-context', context: guest, name: 'copy', pin: null, userName: null },
  ])
  const { model } = await restart(
    first.bridge,
    // Another program has made one of that name since: it is another one.
    (snapshot) => ({
      ...snapshot,
      contexts: snapshot.contexts.map((entry) =>
        entry.name === 'sandbox-7' ? { ...entry, name: 'guest', id: guest } : entry,
      ),
    }),
    [{ kind: 'clipboard', contexts: ['guest', 'prod-admin'] }],
  )
  expect(pending(model).map((one) => one.edit)).toMatchObject([{ kind: 'set-namespace', namespace: 'mine' }])
  expect(named(model, 'guest').pending).toBeNull()
  expect(model.state.getState().notices.map(({ tone, message }) => [tone, message])).toEqual([
    ['info', '1 change that you did not write last time is pending again.'],
    ['bad', 'Not pending any more: the import of guest, prod-admin from the clipboard.'],
  ])
})

test('a clone is a new row at the end, a deletion stays in its place until it is written', async () => {
  const { model } = await open()
  const [first] = model.rows.all()
  model.edits.add([
    {
      kind: 'clone-context',
      context: named(model, 'prod-admin').id,
      name: 'prod-breakglass',
      role: 'arn:aws:iam::111122223333:role/BreakGlass',
      pin: null,
      userName: null,
    },
    { kind: 'delete-contexts', contexts: [first?.id ?? ''], keepOrphans: false },
  ])
  const rows = model.rows.all()
  expect(rows.at(-1)?.name).toBe('prod-breakglass')
  expect(rows.at(-1)?.pending?.kind).toBe('added')
  expect(rows[0]?.id).toBe(first?.id)
  expect(rows[0]?.pending?.kind).toBe('removed')
})

test('a moved context stays one row, selected as before, and can be edited further', async () => {
  const { model } = await open()
  const { id } = named(model, 'prod-admin')
  model.select(new Set([id]))
  model.edits.add([{ kind: 'move-contexts', contexts: [id], file: legacyFile }])
  const row = named(model, 'prod-admin')
  expect(row.entry.origin.file).toBe(legacyFile)
  expect(row.pending?.was?.entry.origin.file).toBe(mainFile)
  expect([...model.state.getState().selected]).toEqual([row.id])
  model.edits.add([namespace(model, 'prod-admin', 'further')])
  expect(named(model, 'prod-admin').entry.namespace).toBe('further')
  expect(model.edits.state.getState().problems.filter(({ blocks }) => blocks)).toEqual([])
})

test('what a partial apply leaves pending can still be undone and redone, under the names that are there now', async () => {
  const { model, bridge } = await open()
  const stage = named(model, 'stage').id
  model.edits.add([{ kind: 'rename-context', context: stage, name: 'stage-eu', cascade: false }])
  model.edits.add([namespace(model, 'prod-admin', 'one')])
  model.edits.add([{ kind: 'set-namespace', context: stage, namespace: 'two' }])
  model.edits.undo()
  const ids = new Set(pending(model).flatMap(({ id, edit }) => (edit.kind === 'rename-context' ? [id] : [])))
  await model.edits.apply({ ids, revisions: [], sharedAllowed: false, inPlace: [] })
  await until(() => bridge.snapshot().contexts.some(({ name }) => name === 'stage-eu'))
  const now = () => pending(model).map(({ edit }) => edit)
  expect(now()).toMatchObject([{ kind: 'set-namespace', namespace: 'one' }])
  model.edits.undo()
  expect(now()).toEqual([])
  // The rename is on disk: there is no step for it any more.
  expect(model.edits.state.getState().past).toEqual([])
  model.edits.redo()
  model.edits.redo()
  expect(now()).toMatchObject([
    { namespace: 'one' },
    { namespace: 'two', context: entryId('context', mainFile, 'stage-eu', 0) },
  ])
  expect(named(model, 'stage-eu').entry.namespace).toBe('two')
})

test('a check of a context with a pending edit says that it was of the entry on disk', async () => {
  const { model } = await open()
  model.edits.add([namespace(model, 'prod-admin', 'one')])
  await verify(model.checking, [named(model, 'prod-admin').id, named(model, 'stage').id])
  expect(model.state.getState().notices.at(-1)?.message).toBe(
    'Checked 2 contexts: 2 verified. prod-admin was checked as on disk, without the pending change: Review can try it.',
  )
  await verify(model.checking, [named(model, 'stage').id])
  expect(model.state.getState().notices.at(-1)?.message).toBe('Checked 1 context: 1 verified')
})

test('after a whole apply there is nothing to undo, and no step about what was deleted', async () => {
  const { model, bridge } = await open()
  const stage = named(model, 'stage').id
  model.edits.add([namespace(model, 'stage', 'one')])
  model.edits.undo()
  model.edits.add([{ kind: 'delete-contexts', contexts: [stage], keepOrphans: true }])
  model.edits.add([namespace(model, 'prod-admin', 'one')])
  const ids = new Set(pending(model).map(({ id }) => id))
  await model.edits.apply({ ids, revisions: [], sharedAllowed: false, inPlace: [] })
  await until(() => !bridge.snapshot().contexts.some(({ name }) => name === 'stage'))
  expect(model.edits.state.getState()).toMatchObject({ pending: [], past: [], future: [] })
})

test('what is ticked is written, the rest stays pending under the new names, and selection follows', async () => {
  const { model, bridge } = await open()
  const { id } = named(model, 'prod-admin')
  model.select(new Set([id]))
  model.edits.add([{ kind: 'rename-context', context: id, name: 'prod-root', cascade: false }])
  model.edits.add([{ kind: 'set-namespace', context: id, namespace: 'later' }])
  const [rename] = pending(model)
  const answer = await model.edits.apply({
    ids: new Set([rename?.id ?? -1]),
    revisions: [],
    sharedAllowed: false,
    inPlace: [],
  })
  expect(answer.ok && answer.value.kind).toBe('written')
  await until(() => pending(model).length === 1)
  const row = named(model, 'prod-root')
  expect(bridge.snapshot().contexts.some(({ name }) => name === 'prod-root')).toBe(true)
  expect(pending(model)[0]?.edit).toEqual({ kind: 'set-namespace', context: row.id, namespace: 'later' })
  expect(row.entry.namespace).toBe('later')
  expect([...model.state.getState().selected]).toEqual([row.id])
  const titles = bridge.calls.find(({ name }) => name === 'edits.apply')?.input
  expect(JSON.stringify(titles)).toContain('prod-admin: name prod-admin → prod-root')
})

test('what main was not allowed to write stays pending as it was', async () => {
  const refused = fail(fault('not-allowed', 'You did not allow what this would bring.', 'Apply it again.'))
  const { model, bridge } = await open({ refuse: { 'edits.apply': refused } })
  const edits = [namespace(model, 'prod-admin', 'a'), namespace(model, 'prod-readonly', 'b')]
  model.edits.add(edits)
  const before = pending(model)
  const ids = new Set(before.map(({ id }) => id))
  expect(await model.edits.apply({ ids, revisions: [], sharedAllowed: false, inPlace: [] })).toEqual(refused)
  expect(pending(model)).toEqual(before)
  expect(bridge.snapshot().contexts.some((entry) => entry.namespace === 'a')).toBe(false)
})

test('after a write its notice undoes it', async () => {
  const { model, bridge } = await open()
  const before = named(model, 'stage').entry.namespace
  model.edits.add([namespace(model, 'stage', 'x')])
  await model.edits.apply({
    ids: new Set(pending(model).map(({ id }) => id)),
    revisions: [],
    sharedAllowed: false,
    inPlace: [],
  })
  const notice = model.state.getState().notices.find(({ action }) => action !== null)
  expect(notice?.message).toBe('Wrote 1 change to ~/.kube/config')
  notice?.action?.run()
  await until(() => bridge.snapshot().contexts.find(({ name }) => name === 'stage')?.namespace === before)
})

test('undo takes a switch back as its notice would, redo makes it again, and both say what kubectl uses now', async () => {
  const { model, bridge } = await open()
  const { edits } = model
  const before = bridge.snapshot().currentContext
  expect(edits.canStep('back')).toBe(false)
  edits.add([namespace(model, 'stage-admin', 'first')])
  await edits.switchNow(named(model, 'stage').id, 'kubectl now uses stage')
  edits.add([namespace(model, 'stage-admin', 'second')])
  const uses = (name: string | null) => until(() => bridge.snapshot().currentContext === name)
  const said = () => model.state.getState().notices.map(({ message, action }) => [message, action?.label])
  // The last act first.
  edits.undo()
  expect(named(model, 'stage-admin').entry.namespace).toBe('first')
  edits.undo()
  await uses(before)
  await until(() => said()[0]?.[1] === 'Redo')
  expect(said()).toEqual([[`Undone in ~/.kube/config: kubectl now uses ${before}`, 'Redo']])
  expect(pending(model)).toHaveLength(1)
  edits.redo()
  await uses('stage')
  await until(() => said()[0]?.[1] === 'Undo')
  expect(said()).toEqual([['Redone in ~/.kube/config: kubectl now uses stage', 'Undo']])
  edits.undo()
  await uses(before)
  await until(() => said()[0]?.[1] === 'Redo')
  edits.undo()
  expect(pending(model)).toEqual([])
})

test('where an undo could not be written it is offered again, by the message and, of a switch, by the key', async () => {
  const refuse: FakeOptions['refuse'] = {}
  const { model, bridge } = await open({ refuse })
  const { edits } = model
  const before = bridge.snapshot().currentContext
  const notices = () => model.state.getState().notices
  const offer = () => notices().at(-1)?.action
  await edits.switchNow(named(model, 'stage').id, 'kubectl now uses stage')
  refuse['history.undo'] = fail(fault('disk-full', 'The disk is full.', 'Make room on it.'))
  edits.undo()
  await until(() => notices().at(-1)?.tone === 'bad')
  expect(notices().at(-1)).toMatchObject({
    message: 'The disk is full. The write was not undone.',
    next: 'Make room on it.',
    action: { label: 'Undo' },
  })
  await until(() => edits.canStep('back'))
  // Ended by the user while it waited: that is no bad news, but nothing was written.
  refuse['history.undo'] = fail(fault('cancelled', 'Cancelled.', 'Apply again.'))
  edits.undo()
  await until(() => notices().at(-1)?.tone === 'info')
  expect(notices().at(-1)).toMatchObject({
    message: 'You stopped waiting for the lock: nothing was written. The write was not undone.',
    action: { label: 'Undo' },
  })
  delete refuse['history.undo']
  offer()?.run()
  await until(() => edits.state.getState().switched?.way === 'redo')
  expect(bridge.snapshot().currentContext).toBe(before)
  // Nothing offers any more to undo what is undone.
  expect(notices().map(({ action }) => action?.label)).toEqual(['Redo'])
  // The same of a write of edits.
  edits.add([namespace(model, 'stage', 'written')])
  const ids = new Set(pending(model).map(({ id }) => id))
  await edits.apply({ ids, revisions: [], sharedAllowed: false, inPlace: [] })
  const undo = notices().find(({ message }) => message.startsWith('Wrote'))?.action
  refuse['history.undo'] = fail(fault('disk-full', 'The disk is full, still.', 'Make room on it.'))
  undo?.run()
  await until(() => notices().at(-1)?.message === 'The disk is full, still. The write was not undone.')
  delete refuse['history.undo']
  offer()?.run()
  await until(() => bridge.snapshot().contexts.find(({ name }) => name === 'stage')?.namespace !== 'written')
})

test('a switch that was not written says what kubectl goes on using, and that the user ended it is no bad news', async () => {
  const refuse: FakeOptions['refuse'] = {
    'edits.apply': fail(fault('cancelled', 'Cancelled.', 'Apply again.')),
  }
  const { model } = await open({ refuse })
  const notices = () => model.state.getState().notices
  await model.edits.switchNow(named(model, 'stage').id, 'kubectl now uses stage')
  const so = 'kubectl goes on using prod-admin.'
  expect(notices()).toMatchObject([
    { tone: 'info', message: `You stopped waiting for the lock: nothing was written. ${so}`, action: null },
  ])
  refuse['edits.apply'] = fail(fault('disk-full', 'The disk is full.', 'Make room on it.'))
  await model.edits.switchNow(named(model, 'stage').id, 'kubectl now uses stage')
  expect(notices().at(-1)).toMatchObject({ tone: 'bad', message: `The disk is full. ${so}` })
})

test('undo and redo of a switch that is still being written wait for it, and never take anything older', async () => {
  const { model, bridge } = await open()
  const { edits } = model
  const before = bridge.snapshot().currentContext
  const said = (label: string) =>
    until(() => model.state.getState().notices.some(({ action }) => action?.label === label))
  edits.add([namespace(model, 'stage-admin', 'older')])
  const switched = edits.switchNow(named(model, 'stage').id, 'kubectl now uses stage')
  expect(edits.canStep('back')).toBe(true)
  edits.undo()
  expect(named(model, 'stage-admin').entry.namespace).toBe('older')
  await switched
  await said('Redo')
  expect(bridge.snapshot().currentContext).toBe(before)
  expect(pending(model)).toHaveLength(1)
  // There, back, there again, back, and then what is older: as it was asked for.
  void edits.switchNow(named(model, 'stage').id, 'kubectl now uses stage')
  edits.undo()
  edits.redo()
  edits.undo()
  edits.undo()
  await until(() => pending(model).length === 0)
  expect(bridge.snapshot().currentContext).toBe(before)
  const applied = bridge.calls.filter(({ name }) => name === 'history.undo')
  expect(applied).toHaveLength(4)
})

test('a change made while a switch is being written is undone before it, and what undoes a refused switch is nothing', async () => {
  const { model, bridge } = await open()
  const { edits } = model
  const before = bridge.snapshot().currentContext
  edits.add([namespace(model, 'stage-admin', 'older')])
  const switched = edits.switchNow(named(model, 'stage').id, 'kubectl now uses stage')
  edits.add([namespace(model, 'stage-admin', 'newer')])
  edits.undo()
  expect(named(model, 'stage-admin').entry.namespace).toBe('older')
  edits.redo()
  await switched
  expect(bridge.snapshot().currentContext).toBe('stage')
  edits.undo()
  expect(bridge.snapshot().currentContext).toBe('stage')
  expect(named(model, 'stage-admin').entry.namespace).toBe('older')
  edits.undo()
  await until(() => bridge.snapshot().currentContext === before)
  expect(named(model, 'stage-admin').entry.namespace).toBe('older')
  const refused = await open({
    refuse: { 'edits.apply': fail(fault('disk-full', 'The disk is full.', 'Make room on it.')) },
  })
  refused.model.edits.add([namespace(refused.model, 'stage-admin', 'older')])
  const refusing = refused.model.edits.switchNow(named(refused.model, 'stage').id, 'kubectl now uses stage')
  refused.model.edits.undo()
  await refusing
  expect(pending(refused.model)).toHaveLength(1)
})

test('undo takes no switch back that another write, or another program, has come after', async () => {
  const { model, bridge } = await open()
  const { edits } = model
  await edits.switchNow(named(model, 'stage').id, 'kubectl now uses stage')
  expect(edits.canStep('back')).toBe(true)
  bridge.outside((snapshot) => ({ ...snapshot, currentContext: 'stage-admin' }))
  await until(() => named(model, 'stage-admin').current)
  expect(edits.canStep('back')).toBe(false)
  await edits.switchNow(named(model, 'stage').id, 'kubectl now uses stage')
  edits.add([namespace(model, 'stage-admin', 'x')])
  const ids = new Set(pending(model).map(({ id }) => id))
  await edits.apply({ ids, revisions: [], sharedAllowed: false, inPlace: [] })
  expect(edits.canStep('back')).toBe(false)
  edits.undo()
  expect(bridge.snapshot().currentContext).toBe('stage')
})

test('a change outside keeps the pending edits and says what changed, quietly', async () => {
  const { model, bridge } = await open()
  model.edits.add([namespace(model, 'prod-admin', 'mine')])
  bridge.outside(inNamespace('stage', 'theirs'))
  await until(() => named(model, 'stage').entry.namespace === 'theirs')
  expect(named(model, 'prod-admin').entry.namespace).toBe('mine')
  expect(model.edits.state.getState().conflicts).toEqual([])
  await until(() => model.state.getState().notices.length > 0)
  expect(model.state.getState().notices.map(({ message }) => message)).toEqual([
    '~/.kube/config changed outside Ekscope: stage. Your pending changes are kept.',
  ])
})

/** The snapshot with its main file torn behind the first context of it, in the middle of whose name it ends. */
const torn = (snapshot: Snapshot): Snapshot => {
  const first = snapshot.contexts.find(({ origin }) => origin.file === mainFile)
  const isThere = ({ origin }: { readonly origin: { readonly file: string } }) => origin.file !== mainFile
  return {
    ...snapshot,
    currentContext: null,
    currentContextFile: null,
    files: snapshot.files.map((file) =>
      file.path === mainFile
        ? {
            ...file,
            currentContext: null,
            problems: [
              {
                code: 'bad-yaml',
                severity: 'error',
                message: 'Not readable as YAML.',
                next: 'Fix it.',
                at: { line: 9, column: 1 },
              },
            ],
          }
        : file,
    ),
    clusters: snapshot.clusters.filter(isThere),
    users: snapshot.users.filter(isThere),
    contexts: [
      ...(first ? [{ ...first, id: entryId('context', mainFile, 'half', 0), name: 'half' }] : []),
      ...snapshot.contexts.filter(isThere),
    ],
  }
}

test('a file that is torn is told as that, not as one that lost its entries, and pending edits wait for it', async () => {
  const { model, bridge } = await open()
  const whole = bridge.snapshot()
  const first = whole.contexts.find(({ origin }) => origin.file === mainFile)?.name ?? ''
  model.edits.add([namespace(model, first, 'mine'), namespace(model, 'stage', 'mine')])
  const [before, state] = [pending(model), () => model.edits.state.getState()]
  const said = () => model.state.getState().notices.map(({ tone, message }) => [tone, message])
  for (const turn of [1, 2]) {
    bridge.outside(torn)
    await until(() => !model.rows.all().some(({ name }) => name === 'stage'))
    expect(said()).toEqual([
      [
        'bad',
        expect.stringMatching(
          /^~\/\.kube\/config cannot be read since .*\d.*: line 9: Not readable as YAML\.$/,
        ),
      ],
    ])
    expect([state().conflicts, pending(model)]).toEqual([[], before])
    await until(() => state().previewed)
    expect(state().problems.map(({ code }) => code)).toEqual(['file-unreadable', 'file-unreadable'])
    const more =
      turn === 1 ? whole : inNamespace('prod-us-admin', 'theirs')(inNamespace('stage', 'theirs')(whole))
    bridge.outside((now) => ({ ...more, revision: now.revision }))
    await until(() => model.rows.all().some(({ name }) => name === 'stage'))
    if (turn === 1) expect(said()).toEqual([['info', '~/.kube/config can be read again.']])
  }
  await until(() => said().length === 2)
  expect(said()[1]).toEqual([
    'info',
    '~/.kube/config changed outside Ekscope: prod-us-admin, stage. One of your pending changes is about the same value.',
  ])
  expect(pending(model)).toEqual(before)
  expect(state().conflicts).toMatchObject([{ name: 'stage', mine: 'mine', theirs: 'theirs' }])
  expect(named(model, first).entry.namespace).toBe('mine')
})

test('what is pending again over a torn file follows no half of a name, and is all there once it can be read', async () => {
  const first = await open()
  const whole = first.bridge.snapshot()
  const name = whole.contexts.find(({ origin }) => origin.file === mainFile)?.name ?? ''
  first.model.edits.add([namespace(first.model, name, 'mine'), namespace(first.model, 'stage', 'mine')])
  const before = pending(first.model)
  const { model, bridge } = await restart(first.bridge, torn, [{ kind: 'clipboard', contexts: ['guest'] }])
  expect(pending(model).map(({ edit }) => edit)).toEqual(before.map(({ edit }) => edit))
  bridge.outside(() => whole)
  await until(() => model.rows.all().some((row) => row.name === 'stage'))
  expect([name, 'stage'].map((one) => named(model, one).entry.namespace)).toEqual(['mine', 'mine'])
  expect(model.edits.state.getState().conflicts).toEqual([])
})

test('files that were opened or closed are no change of another program', async () => {
  const { model, bridge } = await open()
  model.edits.add([namespace(model, 'prod-admin', 'mine')])
  bridge.outside((snapshot) => ({
    ...snapshot,
    files: snapshot.files.map((file) =>
      file.path === legacyFile ? { ...file, path: '/home/ana/.kube/other' } : file,
    ),
    contexts: snapshot.contexts.filter(({ origin }) => origin.file !== legacyFile),
  }))
  await until(() => model.rows.all().every(({ entry }) => entry.origin.file !== legacyFile))
  expect(bridge.calls.filter(({ name }) => name === 'history.writer')).toEqual([])
  expect(model.state.getState().notices).toEqual([])
  expect(named(model, 'prod-admin').entry.namespace).toBe('mine')
})

test('what another window of Ekscope wrote is said to be that, and what comes after it is not', async () => {
  const { model, bridge } = await open()
  const said = (message: string) =>
    until(() => model.state.getState().notices.some((notice) => notice.message === message))
  const { files, revision } = bridge.snapshot()
  bridge.emit('edits.wrote', {
    files: files.map(({ path }) => ({ path, revision: `outside ${revision + 1}` })),
  })
  bridge.outside(inNamespace('stage', 'theirs'))
  await said('~/.kube/config changed in another window: stage.')
  bridge.outside(inNamespace('stage', 'others'))
  await said('~/.kube/config changed outside Ekscope: stage.')
})

test('what Ekscope wrote in a terminal is said to be that, with its own way back', async () => {
  const { model, bridge } = await open({
    editing: { writer: { by: 'terminal', write: { id: 'w7', undoes: null } } },
  })
  const was = new Map(bridge.snapshot().files.map(({ path, revision }) => [path, revision]))
  bridge.outside(inNamespace('stage', 'theirs'))
  await until(() => model.state.getState().notices.length > 0)
  const [notice] = model.state.getState().notices
  expect(notice?.message).toBe('~/.kube/config changed by ekscope in a terminal: stage.')
  const asked = bridge.calls.find(({ name }) => name === 'history.writer')
  const { files } = bridge.snapshot()
  const steps = files.flatMap(({ path, revision }) =>
    path === mainFile ? [{ path, before: was.get(path), after: revision }] : [],
  )
  expect(asked?.input).toEqual({ steps })
  expect(notice?.action?.label).toBe('Undo')
  notice?.action?.run()
  await until(() => bridge.calls.some(({ name }) => name === 'history.undo'))
  expect(bridge.calls.at(-1)?.input).toMatchObject({ id: 'w7', way: 'undo' })
})

test('what another program writes right after our write is news, and not taken for ours', async () => {
  const { model, bridge } = await open({
    editing: { meanwhile: () => bridge.outside(inNamespace('prod-us-admin', 'theirs')) },
  })
  model.edits.add([namespace(model, 'stage', 'ours'), namespace(model, 'prod-us-admin', 'mine')])
  const [first] = pending(model)
  await model.edits.apply({
    ids: new Set([first?.id ?? -1]),
    revisions: [],
    sharedAllowed: false,
    inPlace: [],
  })
  // What can be undone stays beside it.
  expect(model.state.getState().notices.map(({ message }) => message)).toEqual([
    'Wrote 1 change to ~/.kube/config',
    '~/.kube/config changed outside Ekscope: prod-us-admin. One of your pending changes is about the same value.',
  ])
  // The edit that still waits is about the very value that they changed.
  expect(model.edits.state.getState().conflicts).toMatchObject([{ mine: 'mine', theirs: 'theirs' }])
})

test('our own write is no news, even when it is told after its answer', async () => {
  const { model, bridge } = await open()
  model.edits.add([namespace(model, 'stage', 'ours')])
  const ids = new Set(pending(model).map(({ id }) => id))
  await model.edits.apply({ ids, revisions: [], sharedAllowed: false, inPlace: [] })
  expect(model.state.getState().notices.map(({ message }) => message)).toEqual([
    'Wrote 1 change to ~/.kube/config',
  ])
  bridge.outside(inNamespace('stage', 'theirs'))
  await until(() => model.state.getState().notices.some(({ message }) => message.includes('outside')))
})

test('what main leaves out of a write stays pending', async () => {
  const held = [{ edits: [0], message: 'Not proven.', next: 'Try again.' }]
  const { model } = await open({
    editing: { applies: [{ kind: 'written', id: 'w1', files: [], overwritten: [], held }] },
  })
  const edits = ['stage', 'prod-admin'].map((name) => namespace(model, name, 'ours'))
  model.edits.add(edits)
  const ids = new Set(pending(model).map(({ id }) => id))
  await model.edits.apply({ ids, revisions: [], sharedAllowed: false, inPlace: [] })
  expect(pending(model).map(({ edit }) => edit)).toEqual([edits[0]])
  expect(model.state.getState().notices[0]?.message).toMatch(/^Wrote 1 change /)
})

test('nor where it is seen between its answer and the end of the write', async () => {
  const opened = await open()
  const { files, revision } = opened.bridge.snapshot()
  const wrote = files.map(({ path }) => ({
    path,
    way: 'rename' as const,
    revision: `outside ${revision + 1}`,
  }))
  const { model, bridge } = await open({
    editing: { applies: [{ kind: 'written', id: 'w1', files: wrote, overwritten: [] }] },
  })
  model.edits.add([namespace(model, 'stage', 'ours')])
  const ids = new Set(pending(model).map(({ id }) => id))
  const stop = model.state.subscribe(({ notices }) => {
    if (notices.length === 0) return
    stop()
    bridge.outside(inNamespace('stage', 'ours'))
  })
  await model.edits.apply({ ids, revisions: [], sharedAllowed: false, inPlace: [] })
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(bridge.calls.some(({ name }) => name === 'history.writer')).toBe(false)
  expect(model.state.getState().notices.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^Wrote 1 change/),
  ])
})

test('a context that another program renamed is followed: its edits, the way back, and no conflict', async () => {
  const { model, bridge } = await open()
  model.edits.add([namespace(model, 'prod-admin', 'first')])
  model.edits.add([namespace(model, 'prod-admin', 'mine'), namespace(model, 'stage', 'also')])
  bridge.outside((snapshot) => ({
    ...snapshot,
    contexts: snapshot.contexts.map((entry) =>
      entry.name === 'prod-admin'
        ? { ...entry, name: 'boss', id: entryId('context', entry.origin.file, 'boss', 0) }
        : entry,
    ),
  }))
  await until(() => model.rows.all().some(({ name }) => name === 'boss'))
  expect(model.edits.state.getState().conflicts).toEqual([])
  expect(named(model, 'boss').entry.namespace).toBe('mine')
  expect(JSON.stringify(pending(model))).not.toContain('prod-admin')
  model.edits.undo()
  expect(named(model, 'boss').entry.namespace).toBe('first')
})

test('a file that kubectl only wrote anew is no news, and no conflict even with a deletion', async () => {
  const { model, bridge } = await open()
  const { id } = named(model, 'prod-admin')
  model.edits.add([{ kind: 'delete-contexts', contexts: [id], keepOrphans: false }])
  let seen = 0
  bridge.outside((snapshot) => {
    seen = snapshot.revision
    return {
      ...snapshot,
      users: snapshot.users
        .map(
          (entry) =>
            (entry.exec && {
              ...entry,
              exec: { ...entry.exec, interactiveMode: 'IfAvailable', provideClusterInfo: false },
            }) ||
            entry,
        )
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    }
  })
  await until(() => (model.state.getState().snapshot?.revision ?? 0) > seen)
  expect(model.edits.state.getState().conflicts).toEqual([])
  expect(model.state.getState().notices).toEqual([])
})

test('one value changed on both sides is a conflict that shows both and is decided by the user', async () => {
  const { model, bridge } = await open()
  const base = named(model, 'prod-admin').entry.namespace
  model.edits.add([namespace(model, 'prod-admin', 'mine'), namespace(model, 'stage', 'also')])
  bridge.outside(inNamespace('prod-admin', 'theirs'))
  await until(() => model.edits.state.getState().conflicts.length === 1)
  const [conflict] = model.edits.state.getState().conflicts
  expect(conflict).toMatchObject({
    name: 'prod-admin',
    field: 'namespace',
    was: base,
    mine: 'mine',
    theirs: 'theirs',
  })
  if (conflict) model.edits.resolve(conflict, 'theirs')
  expect(named(model, 'prod-admin').entry.namespace).toBe('theirs')
  expect(pending(model)).toHaveLength(1)
  expect(model.edits.state.getState().conflicts).toEqual([])
  model.edits.undo()
  expect(pending(model)).toHaveLength(2)
})

test('values that are decided from the review lead back to it, unless nothing is left to write', async () => {
  const { model, bridge } = await open()
  const shown = () => model.edits.state.getState().dialog
  const decide = (side: 'mine' | 'theirs') => {
    const [conflict] = model.edits.state.getState().conflicts
    if (conflict) model.edits.resolve(conflict, side)
  }
  model.edits.add([namespace(model, 'prod-admin', 'mine')])
  bridge.outside(inNamespace('prod-admin', 'theirs'))
  await until(() => model.edits.state.getState().conflicts.length === 1)
  model.edits.open({ kind: 'conflicts', inReview: true })
  decide('mine')
  expect(shown()).toEqual({ kind: 'review' })
  bridge.outside(inNamespace('prod-admin', 'others'))
  await until(() => model.edits.state.getState().conflicts.length === 1)
  model.edits.open({ kind: 'conflicts', inReview: true })
  decide('theirs')
  expect(shown()).toBeNull()
})

test('an edit of the user of a context that another program deleted is told by the name of the context', async () => {
  const { model, bridge } = await open()
  const { id } = named(model, 'stage-admin')
  model.edits.add([{ kind: 'set-role', context: id, role: null, scope: 'shared' }])
  model.edits.add([namespace(model, 'stage', 'also')])
  bridge.outside((snapshot) => ({
    ...snapshot,
    contexts: snapshot.contexts.filter(({ name }) => name !== 'stage-admin'),
  }))
  await until(() => model.edits.state.getState().conflicts.length === 1)
  const [conflict] = model.edits.state.getState().conflicts
  expect(conflict).toMatchObject({ name: 'stage-admin', field: '', theirs: null })
  if (conflict) model.edits.resolve(conflict, 'theirs')
  expect(pending(model).map(({ edit }) => edit.kind)).toEqual(['set-namespace'])
})

test('a conflict that nobody decided yet is not forgotten over a reload of the page', async () => {
  const { model, bridge } = await open()
  const base = named(model, 'prod-admin').entry.namespace
  model.edits.add([namespace(model, 'prod-admin', 'mine'), namespace(model, 'stage', 'also')])
  bridge.outside(inNamespace('prod-admin', 'theirs'))
  await until(() => model.edits.state.getState().conflicts.length === 1)
  stop()
  const again = createModel({ bridge, clock: () => now })
  stop = again.start()
  await until(() => again.edits.state.getState().conflicts.length === 1)
  const [conflict] = again.edits.state.getState().conflicts
  expect(conflict).toMatchObject({ name: 'prod-admin', was: base, mine: 'mine', theirs: 'theirs' })
  if (conflict) again.edits.resolve(conflict, 'theirs')
  expect(named(again, 'prod-admin').entry.namespace).toBe('theirs')
  expect(named(again, 'stage').entry.namespace).toBe('also')
  expect(again.edits.state.getState().conflicts).toEqual([])
})

test('keeping mine ends the conflict and keeps the edit', async () => {
  const { model, bridge } = await open()
  model.edits.add([namespace(model, 'prod-admin', 'mine')])
  bridge.outside(inNamespace('prod-admin', 'theirs'))
  await until(() => model.edits.state.getState().conflicts.length === 1)
  const [conflict] = model.edits.state.getState().conflicts
  if (conflict) model.edits.resolve(conflict, 'mine')
  expect(model.edits.state.getState().conflicts).toEqual([])
  expect(named(model, 'prod-admin').entry.namespace).toBe('mine')
})

test('a conflict comes back with its edit, however that is taken away and made again', async () => {
  const { model, bridge } = await open()
  const conflicts = () => model.edits.state.getState().conflicts.map(({ mine, theirs }) => [mine, theirs])
  const first = [['mine', 'theirs']]
  model.edits.add([namespace(model, 'prod-admin', 'mine')])
  bridge.outside(inNamespace('prod-admin', 'theirs'))
  await until(() => conflicts().length === 1)
  model.edits.undo()
  expect(conflicts()).toEqual([])
  model.edits.redo()
  expect(conflicts()).toEqual(first)
  // What is decided is undone, too.
  const [conflict] = model.edits.state.getState().conflicts
  if (conflict) model.edits.resolve(conflict, 'theirs')
  expect([conflicts(), pending(model)]).toEqual([[], []])
  model.edits.undo()
  expect(conflicts()).toEqual(first)
  // Another program comes while the edit is taken away.
  model.edits.undo()
  bridge.outside(inNamespace('prod-admin', 'others'))
  await until(() => named(model, 'prod-admin').entry.namespace === 'others')
  model.edits.redo()
  expect(conflicts()).toEqual([['mine', 'others']])
  const [asked] = model.edits.state.getState().conflicts
  if (asked) model.edits.resolve(asked, 'mine')
  model.edits.undo()
  model.edits.redo()
  expect([conflicts(), named(model, 'prod-admin').entry.namespace]).toEqual([[], 'mine'])
})

test('what another program overwrote is named and reapplied on a click', async () => {
  const { model, bridge } = await open()
  const was = named(model, 'stage').entry.namespace ?? ''
  model.edits.add([namespace(model, 'stage', 'ours')])
  await model.edits.apply({
    ids: new Set(pending(model).map(({ id }) => id)),
    revisions: [],
    sharedAllowed: false,
    inPlace: [],
  })
  bridge.outside(inNamespace('stage', was))
  bridge.emit('edits.overwritten', { id: 'w1', items: [{ path: mainFile, kind: 'context', name: 'stage' }] })
  const notice = model.state.getState().notices.find(({ tone }) => tone === 'bad')
  expect(notice?.message).toBe('Another program overwrote what Ekscope wrote: stage')
  notice?.action?.run()
  expect(pending(model).map(({ edit }) => edit)).toMatchObject([{ kind: 'set-namespace', namespace: 'ours' }])
})

test('what it overwrote of a write of the terminal is reapplied from the history', async () => {
  const { model, bridge } = await open()
  bridge.emit('edits.overwritten', { id: 't1', items: [{ path: mainFile, kind: 'context', name: 'stage' }] })
  model.state.getState().notices[0]?.action?.run()
  expect(model.edits.state.getState().dialog).toEqual({ kind: 'undo-write', id: 't1', way: 'reapply' })
})

test('a write that was interrupted and has been settled at the start is told, with the way to the history', async () => {
  const settled = {
    message:
      'The write of 2026-11-26T12:00:00.000Z to /home/ana/.kube/config was interrupted and has been completed.',
    write: { id: 'w1', titles: ['a: move', 'b: move'] },
  }
  const { model } = await open({ editing: { recovered: [settled] } })
  await until(() => model.state.getState().notices.length > 0)
  const [notice, ...others] = model.state.getState().notices
  expect(others).toEqual([])
  // In local time.
  expect(notice?.message).toMatch(/^The write of [^Z]+ to \S+ was interrupted and has been completed\.$/)
  expect(notice?.next).toBe('a: move, b: move')
  notice?.action?.run()
  expect(model.state.getState().page).toBe('history')
})

test('an edit that is made before main has said what it kept over a reload comes on top of that', async () => {
  const first = await open()
  first.model.edits.add([namespace(first.model, 'stage', 'kept')])
  await until(() => first.bridge.calls.some(({ name }) => name === 'edits.keep'))
  const kept = await first.bridge.request('edits.kept')
  stop()
  let answer: () => void = () => undefined
  const held = new Promise<void>((resolve) => {
    answer = resolve
  })
  const bridge = fakeBridge({ contexts: 24, editing: { kept: kept.ok ? kept.value : {} } })
  const model = createModel({
    clock: () => now,
    bridge: {
      ...bridge,
      async request(name, ...input) {
        const answered = await bridge.request(name, ...input)
        if (name === 'edits.kept') await held
        return answered
      },
    },
  })
  stop = model.start()
  await until(() => model.rows.size > 0)
  model.edits.add([namespace(model, 'prod-admin', 'quick')])
  answer()
  await until(() => bridge.calls.some(({ name }) => name === 'app.ready'))
  expect(pending(model).map(({ edit }) => edit)).toMatchObject([
    { kind: 'set-namespace', namespace: 'kept' },
    { kind: 'set-namespace', namespace: 'quick' },
  ])
  expect(new Set(pending(model).map(({ id }) => id)).size).toBe(2)
  model.edits.undo()
  expect(pending(model).map(({ edit }) => edit)).toMatchObject([{ namespace: 'kept' }])
})

test('contexts of an import are pending edits like any other: shown at once, edited, kept over a reload', async () => {
  const { model, bridge } = await open()
  const read = await model.edits.readImport('clipboard')
  const edit = read.ok ? read.value?.offers[0]?.edit : undefined
  if (edit === undefined) throw new Error('no offer')
  model.edits.add([edit])
  const row = named(model, 'guest')
  expect(row.pending).toEqual({ kind: 'added', was: null })
  expect(named(model, 'prod-admin-2').pending?.kind).toBe('added')
  const snapshot = model.edits.edited()
  expect(snapshot && lockedWhy('namespace', row, snapshot)).toBeNull()
  model.edits.add([
    { kind: 'rename-context', context: row.id, name: 'visitor', cascade: false },
    { kind: 'set-namespace', context: row.id, namespace: 'x' },
  ])
  expect(named(model, 'visitor').entry).toMatchObject({ namespace: 'x', user: 'guest' })
  await until(() => model.edits.state.getState().previewed)
  expect(model.edits.state.getState().problems).toEqual([])
  const kept = await bridge.request('edits.kept')
  const before = pending(model)
  expect(JSON.stringify(kept)).not.toContain('guest.example.com')
  model.edits.state.setState({ pending: [] })
  await model.edits.restore(kept.ok ? kept.value.steps : null, false)
  expect(pending(model)).toEqual(before)
  model.edits.discardAll()
  expect(model.rows.all().some(({ name }) => name === 'visitor')).toBe(false)
})

test('one context of an import is discarded alone, and a renamed clone with what made it', async () => {
  const { model } = await open()
  const read = await model.edits.readImport('clipboard')
  const edit = read.ok ? read.value?.offers[0]?.edit : undefined
  const { snapshot } = model.state.getState()
  if (edit === undefined || snapshot === null) throw new Error('no offer')
  model.edits.add([edit])
  model.edits.add([
    { kind: 'clone-context', context: named(model, 'stage').id, name: 'copy', pin: null, userName: null },
  ])
  model.edits.add([
    { kind: 'rename-context', context: named(model, 'copy').id, name: 'renamed', cascade: false },
    namespace(model, 'guest', 'x'),
  ])
  const discard = (name: string) => {
    const { drop, more } = discardOf(snapshot, pending(model), [named(model, name)])
    model.edits.add(more, drop)
  }
  const has = (name: string) => model.rows.all().some((row) => row.name === name)
  discard('guest')
  expect([has('guest'), has('prod-admin-2'), has('renamed')]).toEqual([false, true, true])
  discard('renamed')
  expect([has('prod-admin-2'), has('renamed'), has('copy')]).toEqual([true, false, false])
  discard('prod-admin-2')
  expect(pending(model)).toEqual([])
})

test('a context that an import replaces is given back alone, in its place among the pending edits', async () => {
  const { model } = await open()
  const read = await model.edits.readImport('clipboard')
  const edit = read.ok ? read.value?.offers[0]?.edit : undefined
  const { snapshot } = model.state.getState()
  if (edit === undefined || snapshot === null) throw new Error('no offer')
  const { id, entry } = named(model, 'prod-admin')
  const before = entry.user
  model.edits.add([{ ...edit, chosen: [{ how: 'replace', name: 'prod-admin', context: id }] }])
  model.edits.add([namespace(model, 'guest', 'x')])
  expect(named(model, 'prod-admin').entry.user).toBe('guest')
  const discard = (name: string) => {
    const { drop, more } = discardOf(snapshot, pending(model), [named(model, name)])
    model.edits.add(more, drop)
  }
  discard('prod-admin')
  expect(named(model, 'prod-admin').entry.user).toBe(before)
  expect(named(model, 'guest').entry.namespace).toBe('x')
  expect(pending(model).map((one) => one.edit.kind)).toEqual(['import-entries', 'set-namespace'])
  discard('guest')
  expect(pending(model)).toEqual([])
})

test('a refresh names whom AWS knows nothing of, together, and refreshes the others', async () => {
  const { model } = await open({ editing: { unknown: ['stage', 'prod-us-admin'] } })
  const names = ['prod-admin', 'stage', 'prod-us-admin']
  await model.edits.refreshFromAws(names.map((name) => named(model, name).id))
  const bad = model.state.getState().notices.filter(({ tone }) => tone === 'bad')
  expect(bad.map(({ message }) => message)).toEqual(['stage, prod-us-admin: There is no such cluster.'])
  expect(pending(model).map(({ edit }) => edit.kind)).toEqual(['refresh-cluster'])
})

test('refresh from AWS makes pending edits and writes nothing', async () => {
  const { model, bridge } = await open()
  await model.edits.refreshFromAws([named(model, 'prod-admin').id])
  expect(pending(model).map(({ edit }) => edit.kind)).toEqual(['refresh-cluster'])
  expect(bridge.snapshot().revision).toBe(1)
})

test('contexts that would get one name by the same replacement are named as such, and a name that exists as one', async () => {
  const { model } = await open()
  const cell = (name: string, text: string) => ({ row: named(model, name), column: 'context', text })
  expect(tryCells(model, [cell('prod-admin', 'live'), cell('stage', 'live')], 'split')).toMatchObject({
    ok: false,
    message: '2 of these contexts would get the name “live”: prod-admin, stage.',
    next: 'Choose another name.',
  })
  const there = [cell('prod-admin', 'prod-us-admin'), cell('stage', 'prod-us-admin')]
  expect(tryCells(model, there, 'split')).toMatchObject({
    ok: false,
    message: 'There is a context “prod-us-admin” already.',
  })
})

test('two names pasted crosswise are a swap: no problem, each row under the other’s name, then written so', async () => {
  const { model, bridge } = await open()
  const [one, two] = [named(model, 'prod-admin'), named(model, 'stage')]
  const cells = [
    { row: one, column: 'context', text: 'stage' },
    { row: two, column: 'context', text: 'prod-admin' },
  ]
  expect(tryCells(model, cells.slice(0, 1), 'split')).toMatchObject({
    ok: false,
    message: 'There is a context “stage” already.',
  })
  expect(commitCells(model, cells, 'split').ok).toBe(true)
  expect(model.edits.state.getState().problems).toEqual([])
  expect(model.rows.get(one.id)?.name).toBe('stage')
  expect(model.rows.get(two.id)?.pending?.was?.name).toBe('stage')
  model.select(new Set([one.id]))
  await model.edits.apply({
    ids: new Set(pending(model).map(({ id }) => id)),
    revisions: [],
    sharedAllowed: false,
    inPlace: [],
  })
  await until(() => pending(model).length === 0)
  const user = (name: string) => bridge.snapshot().contexts.find((entry) => entry.name === name)?.user
  expect([user('stage'), user('prod-admin')]).toEqual([one.entry.user, two.entry.user])
  // The row that was chosen is chosen still, under its new name.
  expect([...model.state.getState().selected]).toEqual([named(model, 'stage').id])
})

test('half of a swap, left when the other half is dropped, says that its name is taken', async () => {
  const { model } = await open()
  const rename = (from: string, name: string): Edit => ({
    kind: 'rename-context',
    context: named(model, from).id,
    name,
    cascade: false,
  })
  model.edits.add([rename('prod-admin', 'stage'), rename('stage', 'prod-admin')])
  const [, second] = pending(model)
  model.edits.drop(new Set([second?.id ?? -1]))
  expect(model.edits.state.getState().problems).toMatchObject([{ edit: 0, code: 'name-taken', blocks: true }])
})

test('a cause stays while its fix is pending, says so, and its act takes none that is to be deleted', async () => {
  const { model } = await open()
  const { id: context } = named(model, 'prod-readonly')
  const cause = () =>
    model.state
      .getState()
      .fleet.causes.find(({ id, contexts }) => id === 'keys-take-over' && contexts.includes(context))
  const taken = () => {
    const act = cause()?.act
    return act?.kind === 'edits' ? act.edits.filter((edit) => contextsOf(edit).includes(context)) : []
  }
  await until(() => taken().length > 0)
  const before = cause()
  model.edits.add([{ kind: 'delete-contexts', contexts: [context], keepOrphans: false }])
  await until(() => taken().length === 0)
  const left = cause()?.act
  if (left?.kind === 'edits') model.edits.add([...left.edits])
  await until(() => cause()?.pending === true)
  expect(cause()).toEqual({ ...before, act: null, pending: true })
})

test('no pending edit changes a verdict, a count, the order or what a filter finds: they are of the disk', async () => {
  const { model } = await open()
  await until(() => named(model, 'prod-readonly').shown === 'mismatch')
  const counted = () => {
    const { causes, pending: _pending, ...fleet } = model.state.getState().fleet
    return { ...fleet, causes: causes.map(({ act: _act, pending: _fixed, ...cause }) => cause) }
  }
  const arranged = () =>
    arrange(model.rows.all(), [{ column: 'verdict', descending: false }], 'verdict', new Set()).flatMap(
      (item) => (item.kind === 'group' ? [[item.key, item.rows.length]] : []),
    )
  const filters = ['verdict:mismatch', 'findings:error', 'shared:yes', 'predicted:carol']
  const found = () =>
    filters.map((filter) => model.rows.all().filter((row) => matchesTerms(row, parseFilter(filter))).length)
  const [counts, groups, matches] = [counted(), arranged(), found()]
  const wrong = named(model, 'prod-readonly')
  const edits: readonly Edit[] = [
    { kind: 'set-role', context: wrong.id, role: 'arn:aws:iam::111122223333:role/Other', scope: 'split' },
    {
      kind: 'set-profile',
      context: named(model, 'prod-admin').id,
      profile: 'pay-ro',
      pin: 'arg',
      scope: 'split',
    },
    { kind: 'delete-contexts', contexts: [named(model, 'prod-audit').id], keepOrphans: false },
    {
      kind: 'clone-context',
      context: named(model, 'stage').id,
      name: 'made',
      pin: null,
      userName: null,
    },
  ]
  for (const edit of edits) {
    model.edits.add([edit])
    await new Promise((done) => setTimeout(done, 50))
    expect([counted(), found()]).toEqual([counts, matches])
    expect(arranged().filter(([key]) => key !== 'not-checked')).toEqual(
      groups.filter(([key]) => key !== 'not-checked'),
    )
  }
  await until(() => model.state.getState().fleet.pending.changing > 2)
  const { pending: beside } = model.state.getState().fleet
  expect([counted(), found()]).toEqual([counts, matches])
  expect([beside.added, new Map(beside.verdicts)]).toEqual([
    1,
    new Map([
      ['verified', 1],
      ['mismatch', 1],
      ['no-access', 1],
    ]),
  ])
  const edited = named(model, 'prod-admin')
  expect([edited.pending?.was?.shown, edited.shown]).toEqual(['verified', 'stale'])
  expect(matchesTerms(edited, parseFilter('verdict:stale'))).toBe(false)
  expect(matchesTerms(edited, parseFilter('verdict:verified profile:pay-ro'))).toBe(true)
  expect(matchesTerms(edited, parseFilter('verdict:verified profile:pay'))).toBe(true)
})
