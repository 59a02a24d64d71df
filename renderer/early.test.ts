/** What is asked ahead of the page is asked once, and given to the first caller that asks the same. */
import { afterEach, expect, test, vi } from 'vitest'
import type { BridgeApi } from '../shared/ipc/contract'
import { ok } from '../shared/result'
import { askEarly } from './ask-early'
import { takeEarly, takingEarly } from './early'

function counting(): { readonly crossings: BridgeApi; readonly asked: unknown[][] } {
  const asked: unknown[][] = []
  const found: object = {
    request: async (...question: unknown[]) => {
      asked.push(question)
      return ok(question[0] === 'settings.load' ? { environment: 'app' } : asked.length)
    },
    on: () => () => undefined,
  }
  const isCrossings = (one: object): one is BridgeApi => 'request' in one && 'on' in one
  if (!isCrossings(found)) throw new Error('no crossings')
  return { crossings: found, asked }
}

test('the page gets the answers of before, in the environment of the settings, and asks anew after that', async () => {
  const { crossings, asked } = counting()
  const early = askEarly(crossings)
  const { request } = takingEarly(crossings, early)
  expect(asked).toHaveLength(6)
  expect(asked).toContainEqual(['identity.first'])
  expect(await request('settings.load')).toEqual(ok({ environment: 'app' }))
  await request('identity.load', { environment: 'app' })
  await request('kubeconfig.load')
  await request('app.state')
  expect(asked).toHaveLength(6)

  await request('identity.load', { environment: 'app' })
  await request('identity.load', { environment: 'clean' })
  await request('kubeconfig.load')
  expect(asked.slice(6)).toEqual([
    ['identity.load', { environment: 'app' }],
    ['identity.load', { environment: 'clean' }],
    ['kubeconfig.load'],
  ])
})

afterEach(() => {
  vi.unstubAllGlobals()
  vi.resetModules()
})

test('whichever of the two modules runs first, everything is asked for once', async () => {
  for (const pageIsFirst of [false, true]) {
    const { crossings, asked } = counting()
    vi.stubGlobal('bridge', crossings)
    vi.stubGlobal('early', undefined)
    vi.resetModules()
    const pageRuns = () => takingEarly(crossings, takeEarly(window)).request('kubeconfig.load')
    const page = pageIsFirst ? pageRuns() : null
    await import('./ask-early')
    await (page ?? pageRuns())
    expect(asked.filter(([name]) => name === 'kubeconfig.load')).toHaveLength(1)
    expect(asked).toHaveLength(pageIsFirst ? 1 : 6)
  }
})
