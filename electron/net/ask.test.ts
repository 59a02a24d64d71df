/** Answers that are no answers: every one ends as a value, in time, with the connection closed. */

import type { Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import { parseProxyVariable } from '../../shared/destination/address'
import { addressOf } from '../../shared/testing/address'
import { type Running, startTcp } from '../testing/servers'
import { type Answer, ask } from './ask'

const never = new AbortController().signal
const open: Running[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()))
})

/** What comes of asking a server that does this with the connection once it was asked. */
async function asked(
  handle: (socket: Socket) => void,
  more: { readonly proxy?: string; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<{ readonly answer: Answer; readonly server: Running }> {
  const server = await startTcp((socket) => {
    socket.once('data', () => handle(socket))
  })
  open.push(server)
  const tls = { ca: null, anyAnchor: false, serverName: null, insecure: false, cert: null, key: null }
  const place = `127.0.0.1:${server.port}`
  const answer = await ask(
    {
      target: {
        to: addressOf(more.proxy === undefined ? `http://${place}` : 'http://cluster.example'),
        proxy: more.proxy === undefined ? null : parseProxyVariable(more.proxy.replace('PLACE', place)),
        tls,
      },
      method: 'GET',
      path: '/',
      headers: more.headers ?? {},
      body: null,
      timeoutMs: 1_500,
      maxBytes: 64 * 1024,
    },
    never,
  )
  return { answer, server }
}

/** Writes again and again until the other side is gone. */
function endlessly(socket: Socket, chunk: () => string | Buffer, everyMs = 0): void {
  socket.on('error', () => undefined)
  const more = () => {
    if (socket.destroyed || !socket.writable) return
    if (everyMs > 0) {
      socket.write(chunk())
      setTimeout(more, everyMs)
    } else if (socket.write(chunk())) setImmediate(more)
    else socket.once('drain', more)
  }
  more()
}

const head = 'HTTP/1.1 200 OK\r\n'
const failures: readonly (readonly [string, (socket: Socket) => void])[] = [
  [
    'a change of protocol',
    (s) => s.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
  ],
  [
    'a change of protocol that stays open',
    (s) => s.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
  ],
  ['early answers without end', (s) => endlessly(s, () => 'HTTP/1.1 100 Continue\r\n\r\n')],
  [
    'headers without end',
    (s) => endlessly(s, () => (s.bytesWritten === 0 ? head : `x-${'a'.repeat(500)}: b\r\n`)),
  ],
  ['a drip of headers', (s) => endlessly(s, () => (s.bytesWritten === 0 ? head : 'x'), 50)],
  [
    'a body without end',
    (s) => endlessly(s, () => (s.bytesWritten === 0 ? `${head}\r\n` : 'a'.repeat(16_384))),
  ],
  [
    'a drip of a body',
    (s) => endlessly(s, () => (s.bytesWritten === 0 ? `${head}Content-Length: 100000\r\n\r\n` : 'a'), 50),
  ],
  [
    'chunks that count wrongly',
    (s) => s.end(`${head}Transfer-Encoding: chunked\r\n\r\nffffffffffff\r\nabc\r\n`),
  ],
  ['two lengths', (s) => s.end(`${head}Content-Length: 1\r\nContent-Length: 5\r\n\r\nabcde`)],
  ['a length that is too long', (s) => s.end(`${head}Content-Length: 99\r\n\r\nabcde`)],
  ['a negative length', (s) => s.end(`${head}Content-Length: -1\r\n\r\nabcde`)],
  ['no HTTP', (s) => s.end('\u0016\u0003\u0001\0\0')],
  ['nothing', (s) => s.end()],
  ['silence', () => undefined],
  ['a reset', (s) => s.resetAndDestroy()],
]
test.each(failures)('%s is a failure with a message, and no connection stays open', async (_, handle) => {
  const { answer, server } = await asked(handle)
  expect(answer.kind).toBe('failed')
  await expect.poll(() => server.connections().open).toBe(0)
})

test('an answer that is compressed without being asked is not unpacked', async () => {
  const bomb = gzipSync(Buffer.alloc(40 * 1024 * 1024))
  const { answer } = await asked((socket) => {
    socket.write(`${head}Content-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`)
    socket.end(bomb)
  })
  expect(answer.kind === 'answer' ? answer.body.length < bomb.length + 1 : 'failed').toBeTruthy()
})

test('bytes that are no UTF-8 are read as such', async () => {
  const { answer } = await asked((socket) => {
    socket.write(`${head}Content-Length: 3\r\n\r\n`)
    socket.end(Buffer.from([0xff, 0xfe, 0x41]))
  })
  expect(answer).toMatchObject({ kind: 'answer', body: '\ufffd\ufffdA' })
})

test('a header that cannot be sent is a failure that does not show it', async () => {
  const { answer } = await asked(() => undefined, {
    headers: { Authorization: 'Bearer s3cret\r\nX-Evil: 1' },
  })
  expect(answer).toMatchObject({ kind: 'failed' })
  expect(JSON.stringify(answer)).not.toContain('s3cret')
})

test.each([
  ['a password that is not encoded', 'http://u:%zz@PLACE'],
  ['a user name longer than SOCKS can say', `socks5://${'u'.repeat(300)}:p@PLACE`],
  ['a password that is not encoded, over SOCKS', 'socks5://u:%zz@PLACE'],
])('a proxy address with %s fails as the proxy’s fault', async (_, proxy) => {
  const { answer } = await asked((socket) => socket.end(Buffer.from([5, 2])), { proxy })
  expect(answer).toMatchObject({ kind: 'failed', why: 'proxy' })
})

test.each([
  ['answers without end', (s: Socket) => endlessly(s, () => 'HTTP/1.1 200 OK\r\nx: y')],
  ['drips', (s: Socket) => endlessly(s, () => 'H', 50)],
  ['stays silent', () => undefined],
  ['hangs up', (s: Socket) => s.end()],
  ['speaks something else', (s: Socket) => s.end('SSH-2.0-x\r\n\r\n')],
] as const)('a proxy that %s fails in time', async (_, handle) => {
  for (const proxy of ['http://PLACE', 'socks5://u:p@PLACE']) {
    const { answer, server } = await asked(handle, { proxy })
    expect(answer.kind).toBe('failed')
    await expect.poll(() => server.connections().open).toBe(0)
  }
})
