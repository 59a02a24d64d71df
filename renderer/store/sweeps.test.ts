import { afterEach, expect, test, vi } from 'vitest'
import type { SignInOf } from '../../shared/identity/sign-in'
import { type FakeOptions, fakeBridge } from '../testing/fake-bridge'
import { now } from '../testing/fleet'
import { foundSweep, sweepsKnown } from '../testing/sweeps'
import { createModel } from './model'

let stop: () => void = () => undefined
afterEach(() => stop())

/** A sweep that runs until it is stopped, or for so long. */
async function looking(options: FakeOptions = {}) {
  const sweep = Array.from({ length: 100 }, (_, at) => ({ done: at, expected: 100, changes: foundSweep() }))
  const bridge = fakeBridge({ contexts: 2, sweeps: sweepsKnown, sweep, checkMs: 10, ...options })
  const model = createModel({ bridge, clock: () => now })
  stop = model.start()
  await vi.waitFor(() => expect(bridge.calls.at(-1)?.name).toBe('app.ready'))
  const { sweeps } = model
  await sweeps.load()
  const calls = (of: string) => bridge.calls.filter(({ name }) => name === of).map(({ input }) => input)
  const done = sweeps.look()
  await vi.waitFor(() => expect(sweeps.state.getState().run?.found.clusters.length).toBe(3))
  return { model, sweeps, calls, done }
}

test('another environment ends a sweep of the one before, and shows nothing of it', async () => {
  const { model, sweeps, calls, done } = await looking()
  await model.setEnvironment('clean')
  expect(sweeps.state.getState()).toMatchObject({ run: null, known: null })
  expect(sweeps.swept().clusters).toEqual([])
  await done
  expect(calls('run.cancel')).toHaveLength(1)
})

test('one sweep at a time; after it is stopped the next begins at once', async () => {
  const { sweeps, calls, done } = await looking()
  await sweeps.look()
  expect(calls('sweep.start')).toHaveLength(1)
  sweeps.stop()
  await done
  expect(sweeps.state.getState().run).toBeNull()
  void sweeps.look()
  expect(calls('sweep.start')).toHaveLength(2)
})

test('whoever signs in while a sweep runs looks again after it', async () => {
  const { sweeps, calls, done } = await looking()
  const of: SignInOf = { kind: 'session', name: 'corp' }
  sweeps.signedIn(of)
  sweeps.signedIn(of)
  expect(calls('sweep.start')).toHaveLength(1)
  sweeps.stop()
  await done
  expect(calls('sweep.start')[1]).toMatchObject({ lookers: [{ profile: 'lake' }], sessions: [] })
  expect(calls('sweep.start')).toHaveLength(2)
})
