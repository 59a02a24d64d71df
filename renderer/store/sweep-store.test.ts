import { afterEach, expect, test, vi } from 'vitest'
import type { SignInOf } from '../../shared/identity/sign-in'
import { type FakeOptions, fakeBridge } from '../testing/fake-bridge'
import { now } from '../testing/fleet'
import { foundSweep, sweepsKnown } from '../testing/sweeps'
import { setEnvironment } from './loading'
import { stop } from './run'
import { search, searchSignedIn, swept } from './sweep-store'
import { createModel } from './window-model'

let end: () => void = () => undefined
afterEach(() => end())

/** A sweep that runs until it is stopped, or for so long. */
async function looking(options: FakeOptions = {}) {
  const sweep = Array.from({ length: 100 }, (_, at) => ({ done: at, expected: 100, changes: foundSweep() }))
  const bridge = fakeBridge({ contexts: 2, sweeps: sweepsKnown, sweep, checkMs: 10, ...options })
  const model = createModel({ bridge, clock: () => now })
  end = model.start()
  await vi.waitFor(() => expect(bridge.calls.at(-1)?.name).toBe('app.ready'))
  const { sweeps } = model
  await sweeps.load()
  const calls = (of: string) => bridge.calls.filter(({ name }) => name === of).map(({ input }) => input)
  const done = search(sweeps)
  await vi.waitFor(() => expect(sweeps.state.getState().found?.clusters.length).toBe(3))
  return { model, sweeps, calls, done }
}

test('another environment ends a sweep of the one before, and shows nothing of it', async () => {
  const { model, sweeps, calls, done } = await looking()
  await setEnvironment(model.loading, 'clean')
  expect(sweeps.state.getState()).toMatchObject({ found: null, known: null })
  expect(swept(sweeps).clusters).toEqual([])
  await done
  expect(calls('run.cancel')).toHaveLength(1)
})

test('one sweep at a time; after it is stopped the next begins at once', async () => {
  const { model, sweeps, calls, done } = await looking()
  await search(sweeps)
  expect(calls('sweep.start')).toHaveLength(1)
  stop(model, 'search')
  await done
  expect(model.state.getState().runs).toEqual([])
  void search(sweeps)
  expect(calls('sweep.start')).toHaveLength(2)
})

test('whoever signs in while a sweep runs looks again after it', async () => {
  const { model, sweeps, calls, done } = await looking()
  const of: SignInOf = { kind: 'session', name: 'corp' }
  searchSignedIn(sweeps, of)
  searchSignedIn(sweeps, of)
  expect(calls('sweep.start')).toHaveLength(1)
  stop(model, 'search')
  await done
  expect(calls('sweep.start')[1]).toMatchObject({ lookers: [{ profile: 'lake' }], sessions: [] })
  expect(calls('sweep.start')).toHaveLength(2)
})
