/** Connections that stand before there is a question: used by the question they were opened for, and never in place of a check. */

import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { addressOf } from '../../shared/testing/address'
import { createClusterCertificates } from '../demo/simulator/certificates'
import { type Running, startPlain, startTcp, startTls } from '../testing/servers'
import type { HttpRequest } from './ask'
import type { Target } from './dial'
import { type EarlyConnections, openAhead } from './early-connections'

const servers: Running[] = []
let run = new AbortController()
let ahead: EarlyConnections = openAhead(run.signal)
beforeEach(() => {
  run = new AbortController()
  ahead = openAhead(run.signal)
})
afterEach(async () => {
  run.abort()
  ahead.close()
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

const started = async (server: Promise<Running>) => {
  const running = await server
  servers.push(running)
  return running
}
const target = ({ port }: Running, more: Partial<Target['tls']> = {}): Target => ({
  to: addressOf(`${more.ca === undefined ? 'http' : 'https'}://127.0.0.1:${port}`),
  proxy: null,
  tls: { ca: null, anyAnchor: false, serverName: null, insecure: false, cert: null, key: null, ...more },
})
const question = (to: Target, timeoutMs = 5_000): HttpRequest => ({
  target: to,
  method: 'GET',
  path: '/',
  headers: { Authorization: 'Bearer token' },
  body: null,
  timeoutMs,
  maxBytes: 1_024,
})
const certificates = () => createClusterCertificates('cluster.example', Date.now())
const until = async (holds: () => boolean) => {
  while (!holds()) await sleep(5)
}

test('a question goes over the connection that was opened for it, over which nothing had been sent', async () => {
  const received: string[] = []
  const server = await started(
    startTcp((socket) =>
      socket.on('data', (chunk) => {
        received.push(String(chunk))
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
      }),
    ),
  )
  ahead.open(target(server))
  ahead.open(target(server))
  await until(() => server.connections().open === 1)
  expect(received).toEqual([])
  expect(await ahead.ask(question(target(server)), run.signal)).toMatchObject({ kind: 'answer', body: 'ok' })
  expect(server.connections().made).toBe(1)
  expect(received.join('')).toContain('Authorization: Bearer token')
  // The next one finds none.
  expect(await ahead.ask(question(target(server)), run.signal)).toMatchObject({ kind: 'answer' })
  expect(server.connections().made).toBe(2)
})

test.each([
  ['at once', 0],
  ['when it is asked', 1],
])('a connection that the server closes %s is no answer: it is asked over a new one', async (_, when) => {
  let made = 0
  const server = await started(
    startTcp((socket) => {
      const first = made++ === 0
      if (first && when === 0) socket.end()
      else if (first) socket.once('data', () => socket.destroy())
      else socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'))
    }),
  )
  ahead.open(target(server))
  await until(() => made === 1)
  if (when === 0) await sleep(50)
  expect(await ahead.ask(question(target(server)), run.signal)).toMatchObject({ kind: 'answer', body: 'ok' })
  expect(made).toBe(2)
})

test('a server that could not be reached is found by the question, as ever', async () => {
  const server = await startPlain((_, response) => response.end())
  await server.close()
  ahead.open(target(server))
  expect(await ahead.ask(question(target(server)), run.signal)).toMatchObject({
    kind: 'failed',
    why: 'refused',
  })
})

test('one that was checked otherwise is not used: of other roots, for another name, unchecked', async () => {
  const [{ caPem, server: own }, other] = await Promise.all([certificates(), certificates()])
  const server = await started(startTls(own, (_, response) => response.end('ok')))
  for (const opened of [{ ca: caPem }, { ca: caPem, insecure: true }]) {
    ahead.open(target(server, opened))
    await until(() => server.connections().open > 0)
    await sleep(50)
    const made = server.connections().made
    for (const tls of [{ ca: other.caPem }, { ca: caPem, serverName: 'another.example' }])
      expect(await ahead.ask(question(target(server, tls)), run.signal)).toMatchObject({
        kind: 'failed',
        why: 'tls',
      })
    expect(server.connections().made).toBe(made + 2)
    expect(await ahead.ask(question(target(server, opened)), run.signal)).toMatchObject({ kind: 'answer' })
    expect(server.connections().made).toBe(made + 2)
  }
})

test('a cancelled question ends while the connection is still being opened, and leaves none', async () => {
  // Takes the connection and never speaks TLS.
  const server = await started(startTcp((socket) => void socket.resume()))
  const { caPem: ca } = await certificates()
  ahead.open(target(server, { ca }))
  await until(() => server.connections().made === 1)
  const cancel = new AbortController()
  const answer = ahead.ask(question(target(server, { ca })), cancel.signal)
  cancel.abort()
  expect(await answer).toMatchObject({ kind: 'failed', why: 'cancelled' })
  run.abort()
  await until(() => server.connections().open === 0)
})

test('those that nobody used end with the run, and never more than a few are kept', async () => {
  const many = await Promise.all(Array.from({ length: 30 }, () => started(startTcp(() => undefined))))
  for (const server of many) ahead.open(target(server))
  await until(() => many.every((server) => server.connections().made === 1))
  const open = () => many.filter((server) => server.connections().open > 0).length
  await until(() => open() === 24)
  ahead.close()
  await until(() => open() === 0)
})
