/** One word to a page by its remote debugging port: for an app that is started as its users start it, not by Playwright. */
import { randomBytes } from 'node:crypto'
import { get } from 'node:http'
import type { Socket } from 'node:net'

/** Runs an expression in the first page of the app behind the port, and waits for its promise. */
export async function evaluateIn(port: number, expression: string): Promise<void> {
  const pages: unknown = await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()
  const url = /"webSocketDebuggerUrl":"([^"]+\/page\/[^"]+)"/.exec(JSON.stringify(pages))?.[1]
  if (url === undefined) throw new Error(`there is no page: ${JSON.stringify(pages)}`)
  const socket = await upgraded(url)
  try {
    const params = { expression, awaitPromise: true }
    const answered = new Promise<string>((resolve) => {
      let text = ''
      socket.on('data', (part: Buffer) => {
        text += part.toString('latin1')
        if (text.includes('"id":1')) resolve(text)
      })
    })
    socket.write(frame(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params })))
    const answer = await answered
    if (answer.includes('exceptionDetails')) throw new Error(answer)
  } finally {
    socket.destroy()
  }
}

function upgraded(url: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const headers = {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    }
    get(url.replace(/^ws:/, 'http:'), { headers })
      .once('upgrade', (_, socket) => resolve(socket))
      .once('response', (response) => reject(new Error(`status ${response.statusCode}`)))
      .once('error', reject)
  })
}

/** A whole text in one frame, masked as RFC 6455 asks of a client. */
function frame(text: string): Buffer {
  const data = Buffer.from(text)
  const mask = randomBytes(4)
  const head = data.length < 126 ? Buffer.from([0x81, 0x80 | data.length]) : Buffer.alloc(4)
  if (data.length >= 126) {
    head.writeUInt16BE(0x81fe, 0)
    head.writeUInt16BE(data.length, 2)
  }
  return Buffer.concat([head, mask, data.map((byte, at) => byte ^ (mask[at % 4] ?? 0))])
}
