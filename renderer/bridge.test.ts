import { expect, test } from 'vitest'
import { type BridgeApi, requestNames } from '../shared/ipc/contract'
import { pack } from '../shared/ipc/packed'
import { packReport } from '../shared/ipc/report'
import { fail, fault } from '../shared/result'
import { bridgeOver } from './bridge'
import { makeFleet } from './testing/fleet'

/** A preload that answers every request with one answer, and every listener with one event. */
function crossing(answer: unknown, event: unknown): BridgeApi {
  const found: object = {
    request: async () => answer,
    on: (_name: string, listener: (sent: unknown) => void) => {
      listener(event)
      return () => undefined
    },
  }
  const isCrossings = (one: object): one is BridgeApi => 'request' in one && 'on' in one
  if (!isCrossings(found)) throw new Error('a preload has both')
  return found
}

test('what crossed as one text comes out as the value that it is, and everything else as it came', async () => {
  const value = { revision: 3, contexts: [{ id: 'a' }, { id: 'b' }] }
  const large = bridgeOver(crossing({ ok: true, value: pack(value) }, pack(value)))
  expect(await large.request('kubeconfig.load')).toEqual({ ok: true, value })
  const heard: unknown[] = []
  large.on('kubeconfig.changed', (change) => heard.push(change))
  expect(heard).toEqual([value])

  // What is a text stays one.
  const text = bridgeOver(crossing({ ok: true, value: '["raw",[1]]' }, { reason: 'AWS files' }))
  expect(await text.request('kubeconfig.entry', { id: 'a' })).toEqual({ ok: true, value: '["raw",[1]]' })
  text.on('identity.changed', (one) => heard.push(one))
  expect(heard.at(-1)).toEqual({ reason: 'AWS files' })
})

test('a report comes out as it went in, and what contexts have alike is sent and kept once', async () => {
  const { digest: _, ...report } = makeFleet().report('login-shell')
  const [first] = report.contexts
  const alike = report.contexts.map((one) =>
    first ? { ...one, intended: first.intended, findings: first.findings } : one,
  )
  for (const contexts of [report.contexts, alike]) {
    const sent = packReport({ ...report, contexts }, () => 'now', 'before')
    const bridge = bridgeOver(crossing({ ok: true, value: sent }, null))
    const came = await bridge.request('identity.load', { environment: 'login-shell' })
    expect(came).toEqual({ ok: true, value: { ...report, contexts, digest: 'now' } })
    const of = came.ok ? (came.value?.contexts ?? []) : []
    expect(new Set(of.map(({ intended }) => intended)).size).toBe(
      new Set(contexts.map(({ intended }) => intended)).size,
    )
    if (contexts === alike) expect(sent.split(JSON.stringify(first?.intended))).toHaveLength(2)
  }
  const same = bridgeOver(crossing({ ok: true, value: packReport(report, () => 'now', 'now') }, null))
  const known = { environment: 'login-shell', had: 'now' } as const
  expect(await same.request('identity.load', known)).toEqual({ ok: true, value: null })
})

test('a refusal stays a refusal for every request', async () => {
  const refused = fail(fault('not-allowed', 'No.', 'Ask.'))
  const bridge = bridgeOver(crossing(refused, null))
  for (const name of requestNames) expect(await Reflect.apply(bridge.request, null, [name])).toEqual(refused)
})
