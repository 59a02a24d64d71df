import { afterEach, expect, test, vi } from 'vitest'
import { fail, fault } from '../../shared/result'
import { lastShown, ownFindings } from '../rows/columns'
import { actors } from '../rows/identity-rows'
import { knownClusters } from '../testing/clusters'
import { type FakeOptions, fakeBridge } from '../testing/fake-bridge'
import { makeFleet, now } from '../testing/fleet'
import { heldPace } from '../testing/held-pace'
import { identityTree } from '../testing/identities'
import { identitiesText } from '../text/identity-texts'
import { askAws } from './cluster-store'
import { prove } from './identity-store'
import { setCompare, setEnvironment } from './loading'
import { checkArrived } from './page-rows'
import { runOf, stop as stopRuns } from './run'
import { verify } from './verifying'
import { createModel } from './window-model'

let stop: () => void = () => undefined
afterEach(() => {
  stop()
  vi.useRealTimers()
})

async function started(options: FakeOptions = {}, clock = () => now) {
  const bridge = fakeBridge({ contexts: 24, ...options })
  const model = createModel({ bridge, clock })
  stop = model.start()
  await vi.waitFor(() => expect(bridge.calls.at(-1)?.name).toBe('app.ready'))
  const named = (name: string) => model.rows.all().find((row) => row.name === name)
  return { bridge, model, named }
}

const unchanged = (snapshot: ReturnType<typeof makeFleet>['snapshot']) => ({
  files: snapshot.files,
  currentContext: snapshot.currentContext,
  currentContextFile: snapshot.currentContextFile,
  changed: { contexts: [], clusters: [], users: [] },
  removed: [],
  order: null,
})

test('starting asks for what is known and runs nothing', async () => {
  const { bridge } = await started()
  const names = new Set(bridge.calls.map((call) => call.name))
  expect(names.has('whoami.run')).toBe(false)
})

test('a change of the files is followed; the selection loses only what went', async () => {
  const { bridge, model, named } = await started()
  const gone = named('prod-audit')?.id ?? ''
  const stays = named('prod-admin')?.id ?? ''
  model.select(new Set([gone, stays]))
  model.inspect(gone)
  const { snapshot } = makeFleet(24)
  bridge.emit('kubeconfig.changed', { from: 1, revision: 2, ...unchanged(snapshot), removed: [gone] })
  await vi.waitFor(() => expect(model.rows.size).toBe(23))
  expect([...model.state.getState().selected]).toEqual([stays])
  expect(model.state.getState().inspected).toBeNull()
})

test('a change that skips a revision is not guessed: everything is read again', async () => {
  const { bridge } = await started()
  const { snapshot } = makeFleet(24)
  const before = bridge.calls.filter((call) => call.name === 'kubeconfig.load').length
  bridge.emit('kubeconfig.changed', { from: 7, revision: 8, ...unchanged(snapshot) })
  await vi.waitFor(() =>
    expect(bridge.calls.filter((call) => call.name === 'kubeconfig.load').length).toBe(before + 1),
  )
})

test('the numbers of identities and clusters are asked for once the page rests, and follow changes when it rests again; the lists once they are looked at', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true })
  const tree = identityTree()
  const { bridge, model } = await started({ identities: () => tree })
  model.countViews()
  const asked = () =>
    bridge.calls
      .map(({ name }) => name)
      .filter((name) => /^((identities|clusters)\.load|views\.count)/.test(name))
  expect(asked()).toEqual([])
  await vi.advanceTimersByTimeAsync(2_000)
  expect(asked()).toEqual(['views.count'])
  expect(model.state.getState().counts).toEqual({ identities: 300, clusters: 20 })
  bridge.emit('identity.changed', { reason: 'aws' })
  await vi.advanceTimersByTimeAsync(900)
  // One more: it does not rest.
  bridge.emit('identity.changed', { reason: 'aws' })
  await vi.advanceTimersByTimeAsync(900)
  expect(asked()).toEqual(['views.count'])
  await vi.advanceTimersByTimeAsync(200)
  expect(asked()).toEqual(['views.count', 'views.count'])
  model.showPage('clusters')
  expect(asked().at(-1)).toBe('clusters.load')
  // What the list itself shows is its number, without another question.
  await vi.waitFor(() => expect(model.state.getState().counts).toEqual({ identities: 300, clusters: 0 }))
  model.showPage('identities')
  await vi.waitFor(() => expect(model.state.getState().counts.identities).toBe(actors(tree).length))
  expect(asked()).toEqual(['views.count', 'views.count', 'clusters.load', 'identities.load'])
})

test('a row has what AWS said of its cluster until a check knows better, and what is muted makes no badge; what is to fix is never that of another environment', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true })
  const [entry] = makeFleet(24).snapshot.contexts.filter(({ name }) => name === 'prod-admin')
  const [id, file] = [entry?.id ?? '', entry?.origin.file ?? '']
  const of = { contexts: [id], file, message: 'AWS said so.', advice: null }
  const { model, named } = await started({
    beside: () => ({
      at: now,
      mutes: [{ id: 'stale-cluster', context: null, reason: 'known', at: 0 }],
      ofClusters: [
        { ...of, id: 'no-access-entry', severity: 'error' },
        { ...of, id: 'stale-cluster', severity: 'warning' },
      ],
    }),
  })
  const ids = () => named('prod-admin')?.findings.map((one) => one.id) ?? []
  const shown = () => {
    const row = named('prod-admin')
    return row === undefined ? [] : ownFindings(row).map((one) => one.id)
  }
  expect([ids().includes('stale-cluster'), model.state.getState().toFix]).toEqual([false, null])
  model.countViews()
  await vi.advanceTimersByTimeAsync(1_100)
  expect(ids()).toEqual(expect.arrayContaining(['no-access-entry', 'stale-cluster']))
  expect(shown()).toContain('no-access-entry')
  expect(shown()).not.toContain('stale-cluster')
  const before = model.state.getState().toFix
  expect(before?.worst).toBe('error')
  const check = makeFleet(24).check(id, 'login-shell', now + 1)
  if (check !== null) checkArrived(model.checking.core, check)
  expect(ids()).not.toContain('no-access-entry')
  expect(ids()).toContain('stale-cluster')
  await vi.advanceTimersByTimeAsync(500)
  expect(model.state.getState().toFix?.count).toBe((before?.count ?? 0) - 1)
  const asked = setEnvironment(model.loading, 'clean')
  expect([ids().includes('stale-cluster'), model.state.getState().toFix]).toEqual([false, null])
  await asked
})

test('what is already being checked is not checked twice', async () => {
  const { bridge, model, named } = await started({ checkMs: 300 })
  const id = named('prod-admin')?.id ?? ''
  const first = verify(model.checking, [id])
  await vi.waitFor(() => expect(named('prod-admin')?.running).toBe(true))
  await verify(model.checking, [id])
  await first
  expect(bridge.calls.filter((call) => call.name === 'whoami.run').length).toBe(1)
})

test('a row that is checked again while the run that has checked it goes on is shown so until it is done', async () => {
  const { model } = await started({ checkMs: 100 })
  const { check } = makeFleet(24)
  const [one, two, three] = model.rows.all().flatMap(({ id }) => (check(id, 'login-shell', now) ? [id] : []))
  if (one === undefined || two === undefined || three === undefined) throw new Error('three can be checked')
  const running = () => [one, two].map((id) => model.rows.get(id)?.running)
  vi.useFakeTimers()
  const first = verify(model.checking, [one, two])
  await vi.advanceTimersByTimeAsync(110)
  expect(running()).toEqual([false, true])
  const second = verify(model.checking, [three, one])
  await vi.advanceTimersByTimeAsync(100)
  // The first run has ended, and the second has its last row still to check.
  await first
  expect(running()).toEqual([true, false])
  await vi.advanceTimersByTimeAsync(110)
  await second
  expect(model.rows.all().filter((row) => row.running)).toEqual([])
})

/** How many contexts the summary says are how, and how many are. */
function counts(model: Awaited<ReturnType<typeof started>>['model']) {
  const are = new Map<string, number>()
  for (const row of model.rows.all()) {
    const shown = lastShown(row)
    are.set(shown, (are.get(shown) ?? 0) + 1)
  }
  const said = new Map(model.state.getState().fleet.verdicts.map(({ shown, count }) => [shown, count]))
  return { said: Object.fromEntries([...said].sort()), are: Object.fromEntries([...are].sort()) }
}

/** When what settles has settled, however slow the machine is: the counts are those of the rows, and nobody is being checked. */
async function counted(model: Awaited<ReturnType<typeof started>>['model']) {
  await vi.waitFor(
    () => {
      const { said, are } = counts(model)
      expect(said).toEqual(are)
      expect(model.rows.all().filter(({ running }) => running)).toEqual([])
    },
    { timeout: 20_000 },
  )
}

/** A model whose runs are answered when the test says so, and as it says: between their last event and that nothing happens. */
async function withHeldAnswers(as: (answer: unknown) => unknown = (answer) => answer) {
  const held = heldPace()
  const { bridge } = await started({ pace: held.pace })
  stop()
  const answers = heldPace()
  const model = createModel({
    clock: () => now,
    bridge: {
      ...bridge,
      async request(name, ...input) {
        const answer = await bridge.request(name, ...input)
        if (name !== 'whoami.run') return answer
        await answers.pace()
        const said = as(answer)
        return Object.assign(answer, said)
      },
    },
  })
  stop = model.start()
  await vi.waitFor(() => expect(model.rows.size).toBe(24))
  const checkedAre = (count: number) =>
    vi.waitFor(() => expect(model.state.getState().fleet.checked).toBe(count), { timeout: 20_000 })
  return { bridge, held, answers, model, checkedAre }
}

const failed = () => fail(fault('internal', 'The checks ended.', 'Verify again.'))

test.each([
  ['is stopped', undefined],
  ['fails midway', failed],
] as const)('what a run that %s lets go of is counted as what it is', async (_, as) => {
  const { held, answers, model, checkedAre } = await withHeldAnswers(as)
  await setEnvironment(model.loading, 'clean')
  const done = verify(
    model.checking,
    model.rows.all().map(({ id }) => id),
  )
  for (let at = 0; at < 8; at += 1) held.next()
  await checkedAre(8)
  expect(counts(model).said['not-checked']).toBe(16)
  stopRuns(model, 'check')
  held.end()
  // The one that was under way; its counts are made before the run lets go of the others.
  await checkedAre(9)
  answers.end()
  await done
  await counted(model)
  expect(counts(model).said['not-checked']).toBe(15)
})

test('where the environment was another one meanwhile, or is compared with, contexts are counted as they are once its run ends', async () => {
  const { held, answers, model, checkedAre } = await withHeldAnswers()
  await setEnvironment(model.loading, 'clean')
  await setCompare(model.loading, 'app')
  const done = verify(
    model.checking,
    model.rows.all().map(({ id }) => id),
  )
  for (let at = 0; at < 8; at += 1) held.next()
  const running = () => model.rows.all().filter((row) => row.running).length
  await vi.waitFor(() => expect(running()).toBeGreaterThan(0))
  await vi.waitFor(() => expect(running()).toBeLessThan(24), { timeout: 20_000 })
  await setEnvironment(model.loading, 'login-shell')
  await counted(model)
  await setEnvironment(model.loading, 'app')
  await vi.waitFor(() => expect(running()).toBeGreaterThan(0))
  await vi.waitFor(() => expect(counts(model).said).toEqual(counts(model).are))
  const before = model.state.getState().fleet.checked
  stopRuns(model, 'check')
  held.end()
  await checkedAre(before + 1)
  answers.end()
  await done
  await counted(model)
  await setEnvironment(model.loading, 'clean')
  await counted(model)
})

test('a check whose entry changed while it ran is stale once main says what it depends on now; without a change that is not asked for', async () => {
  const fingerprints = new Map<string, string>()
  const { bridge, model, named } = await started({ checkMs: 60, fingerprints })
  const id = named('prod-admin')?.id ?? ''
  const loads = () => bridge.calls.filter(({ name }) => name === 'identity.load').length
  const before = loads()
  await verify(model.checking, [id])
  expect(loads()).toBe(before)
  expect(named('prod-admin')?.stale).toBeNull()
  const run = verify(model.checking, [id])
  await vi.waitFor(() => expect(named('prod-admin')?.running).toBe(true))
  bridge.emit('identity.changed', { reason: 'aws' })
  // Main keeps the check when it is made: from then on its report says what that depends on.
  await vi.waitFor(() => expect(loads()).toBe(before + 1))
  fingerprints.set(id, 'of the changed entry')
  await run
  await vi.waitFor(() => expect(named('prod-admin')?.stale).toBe('changed'))
  expect(loads()).toBe(before + 2)
})

test('a proof that comes after the answer of its run is counted as what it is', async () => {
  const { bridge } = await started()
  stop()
  let last: () => void = () => undefined
  const model = createModel({
    clock: () => now,
    bridge: {
      ...bridge,
      async request(name, ...input) {
        const answer = await bridge.request(name, ...input)
        const run = runOf('prove', model.state.getState())?.run
        // Events go another way than answers: no later than the next answer.
        if (name === 'identities.load') last()
        if (name !== 'identities.prove' || run === undefined) return answer
        const problem = { code: 'sts-unreachable', message: 'STS does not answer.', next: 'Wait.' } as const
        last = () =>
          bridge.emit('identities.proved', {
            run,
            id: 'admin',
            at: now,
            arn: null,
            problem,
            done: 1,
            total: 1,
          })
        return Object.assign(answer, { value: { done: 1, total: 1, cancelled: false, refused: 0 } })
      },
    },
  })
  stop = model.start()
  await vi.waitFor(() => expect(model.rows.size).toBe(24))
  await prove(model.identities, ['admin'])
  expect(model.state.getState().notices.map(({ message }) => message)).toEqual([
    identitiesText.prove.done(0, 1, 0),
  ])
})

test('what AWS says of a cluster after the answer of its run does not outlive what is known later', async () => {
  const [before, other] = knownClusters()
  if (before === undefined || other === undefined) throw new Error('there are clusters')
  let all = [before, other]
  const { bridge } = await started({ clusters: () => all })
  stop()
  let last: () => void = () => undefined
  const model = createModel({
    clock: () => now,
    bridge: {
      ...bridge,
      async request(name, ...input) {
        const answer = await bridge.request(name, ...input)
        const run = runOf('ask', model.state.getState())?.run
        if (name === 'clusters.load') last()
        if (name === 'clusters.ask' && run !== undefined)
          last = () =>
            bridge.emit('clusters.asked', { run, was: before.id, cluster: before, done: 1, total: 1 })
        return answer
      },
    },
  })
  stop = model.start()
  await vi.waitFor(() => expect(model.rows.size).toBe(24))
  await askAws(model.clusters, [before.id])
  last = () => undefined
  all = [{ ...before, name: 'another name' }, other]
  await model.clusters.load()
  expect(model.clusters.state.getState().all?.map(({ name }) => name)).toEqual(['another name', other.name])
})

test('a check grows stale by itself when its time is over', async () => {
  let time = now
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const { model, named } = await started({}, () => time)
  expect(named('prod-admin')?.shown).toBe('verified')
  time += 13 * 3_600_000
  vi.advanceTimersByTime(31_000)
  expect(named('prod-admin')?.shown).toBe('stale')
  // It is counted as what it has become.
  await counted(model)
})

test('another environment is shown with its own checks, and remembered', async () => {
  const { bridge, model, named } = await started()
  await setEnvironment(model.loading, 'clean')
  expect(named('prod-readonly')?.shown).toBe('not-checked')
  expect(named('prod-readonly')?.predicted?.label).toBe('ReadOnly')
  expect(bridge.calls.find((call) => call.name === 'settings.save')?.input).toEqual({
    key: 'environment',
    value: 'clean',
  })
})

test('settings that the terminal has changed hold at once, and what they leave as it was is not computed anew', async () => {
  const { bridge, model, named } = await started()
  const before = named('prod-admin')
  expect(before?.production).toBe(false)
  const { settings } = model.state.getState()
  bridge.emit('settings.changed', { ...settings, theme: 'dark', accountNames: { ...settings.accountNames } })
  expect(model.state.getState().settings.theme).toBe('dark')
  expect(named('prod-admin')).toBe(before)
  const mark = { kind: 'context', pattern: 'prod-*' } as const
  bridge.emit('settings.changed', { ...settings, production: [mark] })
  expect(named('prod-admin')?.production).toBe(true)
})

test('until it is known whom the chosen environment makes of the contexts, nothing of another one is said and no check is stale', async () => {
  const { bridge } = await started()
  stop()
  const held = heldPace()
  const model = createModel({
    clock: () => now,
    bridge: {
      ...bridge,
      async request(name, ...input) {
        const [of] = input
        if (JSON.stringify(of) === '{"environment":"clean"}') await held.pace()
        return bridge.request(name, ...input)
      },
    },
  })
  stop = model.start()
  await vi.waitFor(() => expect(model.state.getState().phase.kind).toBe('ready'))
  const id = model.rows.all().find(({ name }) => name === 'prod-readonly')?.id ?? ''
  const { check } = makeFleet(24)
  const kept = check(id, 'clean', now)
  if (kept === null) throw new Error('prod-readonly can be checked')
  bridge.emit('whoami.progress', { kind: 'checked', run: 'r', check: kept, done: 1, total: 1 })
  const counts = model.state.getState().fleet
  const set = setEnvironment(model.loading, 'clean')
  expect(model.state.getState().awaited).toBe(true)
  expect(model.rows.get(id)).toMatchObject({
    identity: null,
    predicted: null,
    stale: null,
    shown: kept.verdict,
  })
  // What is counted waits, and the summary says so.
  await new Promise((done) => setTimeout(done, 60))
  expect(model.state.getState().fleet).toBe(counts)
  held.end()
  await set
  expect(model.state.getState().awaited).toBe(false)
  expect(model.rows.get(id)?.predicted?.label).toBe('ReadOnly')
  // At once: those of another environment are gone.
  expect(model.state.getState().fleet).not.toBe(counts)
  await counted(model)
})

test('the environment that is compared with cannot be the one that is shown', async () => {
  const { model } = await started()
  await setCompare(model.loading, 'clean')
  await setEnvironment(model.loading, 'clean')
  expect(model.state.getState().compare).toBeNull()
})

test('good news can be read before others take their place, and never pile up; what is said again is said once', async () => {
  let time = now
  const { model } = await started({}, () => time)
  const said = () => model.state.getState().notices.map(({ message }) => message)
  await model.copy('one', 'the first')
  time += 400
  await model.copy('two', 'the second')
  await model.copy('two', 'the second')
  expect(said()).toEqual(['Copied the first', 'Copied the second'])
  // The first had its time, the second not yet.
  time += 2_200
  await model.copy('three', 'the third')
  expect(said()).toEqual(['Copied the second', 'Copied the third'])
  for (let at = 4; at < 9; at += 1) await model.copy('more', `number ${at}`)
  expect(said()).toEqual([5, 6, 7, 8].map((at) => `Copied number ${at}`))
  time += 3_000
  await model.copy('last', 'the last')
  expect(said()).toEqual(['Copied the last'])
})
