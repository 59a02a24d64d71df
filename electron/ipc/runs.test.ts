import { expect, test } from 'vitest'
import { ok } from '../../shared/result'
import { createRuns } from './runs'

/** A run that ends when its signal fires. */
const waiting = () => {
  const started: AbortSignal[] = []
  return {
    started,
    work: (signal: AbortSignal) =>
      new Promise<ReturnType<typeof ok<string>>>((resolve) => {
        started.push(signal)
        signal.addEventListener('abort', () => resolve(ok('stopped')))
      }),
  }
}
const call = (page: number, controller = new AbortController()) => ({ page, signal: controller.signal })

test('a page cancels its own run by its name, and no other page’s of the same name', async () => {
  const runs = createRuns()
  const { started, work } = waiting()
  const done = [1, 2].map((page) => runs.run(call(page), 'r', work))
  runs.cancel({ run: 'other' }, { page: 1 })
  runs.cancel({ run: 'r' }, { page: 3 })
  expect(started.map(({ aborted }) => aborted)).toEqual([false, false])
  runs.cancel({ run: 'r' }, { page: 2 })
  expect(started.map(({ aborted }) => aborted)).toEqual([false, true])
  expect(await done[1]).toEqual(ok('stopped'))
  runs.cancel({ run: 'r' }, { page: 1 })
  expect(await done[0]).toEqual(ok('stopped'))
})

test('a second run of one name is refused while the first goes on, also after one that threw', async () => {
  const runs = createRuns()
  const { work } = waiting()
  const first = runs.run(call(1), 'r', work)
  expect(await runs.run(call(1), 'r', work)).toMatchObject({ fault: { code: 'conflict' } })
  runs.cancel({ run: 'r' }, { page: 1 })
  await first
  await expect(runs.run(call(1), 'r', () => Promise.reject(new Error('a bug')))).rejects.toThrow('a bug')
  expect(await runs.run(call(1), 'r', async () => ok(1))).toEqual(ok(1))
})

test('what the call was asked by ends the run too, whether before it began or later', async () => {
  const runs = createRuns()
  const { started, work } = waiting()
  const page = new AbortController()
  const running = runs.run(call(1, page), 'r', work)
  page.abort()
  expect(await running).toEqual(ok('stopped'))
  await runs.run(call(1, page), 'r', async (signal) => ok(started.push(signal)))
  expect(started.map(({ aborted }) => aborted)).toEqual([true, true])
})
