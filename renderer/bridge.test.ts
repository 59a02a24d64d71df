import { expect, test } from 'vitest'
import { type Crossings, requestNames } from '../shared/ipc/contract'
import { pack } from '../shared/ipc/packed'
import { fail, fault } from '../shared/result'
import { bridgeOver } from './bridge'

/** A preload that answers every request with one answer, and every listener with one event. */
function crossing(answer: unknown, event: unknown): Crossings {
  const found: object = {
    request: async () => answer,
    on: (_name: string, listener: (sent: unknown) => void) => {
      listener(event)
      return () => undefined
    },
  }
  const isCrossings = (one: object): one is Crossings => 'request' in one && 'on' in one
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

test('a refusal stays a refusal for every request', async () => {
  const refused = fail(fault('not-allowed', 'No.', 'Ask.'))
  const bridge = bridgeOver(crossing(refused, null))
  for (const name of requestNames) expect(await Reflect.apply(bridge.request, null, [name])).toEqual(refused)
})
