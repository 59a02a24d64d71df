import { expect, test } from 'vitest'
import { fakeBridge } from '../testing/fake-bridge'
import { createCore } from './core'
import { advance, areEnded, isRunning, running, runOf, stop } from './run'

function begun() {
  const bridge = fakeBridge({ contexts: 1 })
  let id = 0
  const core = createCore(
    bridge,
    () => 0,
    () => `run-${++id}`,
  )
  let end: () => void = () => undefined
  const work = () =>
    new Promise<string>((resolve) => {
      end = () => resolve('done')
    })
  return { bridge, core, work, end: () => end() }
}

test('a run is listed while its work lasts, and its later events are dropped', async () => {
  const { core, work, end } = begun()
  const before = core.state.getState()
  const done = running(core, { kind: 'ask', waiting: new Set(['a', 'b']) }, work)
  const now = core.state.getState()
  expect(runOf('ask', now)).toMatchObject({ run: 'run-1', environment: 'login-shell', done: 0, total: 2 })
  const far = { run: 'run-1', done: 1, total: 2 }
  expect(advance(core, far, ['a'])).toBe(true)
  expect(runOf('ask', core.state.getState())).toMatchObject({ done: 1, waiting: new Set(['b']) })
  end()
  expect(await done).toBe('done')
  expect(isRunning(core, 'run-1')).toBe(false)
  expect(advance(core, far)).toBe(false)
  expect(areEnded('ask', core.state.getState(), now)).toBe(true)
  expect(areEnded('ask', now, before)).toBe(false)
})

test('of each kind there is one at a time, of checks several; nothing is begun for nothing', async () => {
  const { bridge, core, work } = begun()
  void running(core, { kind: 'prove' }, work)
  expect(await running(core, { kind: 'prove' }, work)).toBeUndefined()
  expect(await running(core, { kind: 'ask', waiting: new Set() }, work)).toBeUndefined()
  void running(core, { kind: 'check', environment: 'clean', total: 3 }, work)
  void running(core, { kind: 'check', total: 4 }, work)
  const { runs } = core.state.getState()
  expect(runs).toMatchObject([
    { kind: 'prove', run: 'run-1' },
    { kind: 'check', environment: 'clean', total: 3, run: 'run-2' },
    { kind: 'check', environment: 'login-shell', total: 4, run: 'run-3' },
  ])
  // Only those of the kinds that are named end.
  stop(core, 'check', 'search')
  expect(bridge.calls).toEqual([
    { name: 'run.cancel', input: { run: 'run-2' } },
    { name: 'run.cancel', input: { run: 'run-3' } },
  ])
})
