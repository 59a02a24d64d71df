/** A question on the terminal. A separate module, loaded on first use, because hardly any command asks one. */
import { openSync, writeSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'

/** The terminal of this session, where standard error leads elsewhere; null: it cannot be written to. */
export function screen(): Writable | null {
  try {
    const terminal = openSync(process.platform === 'win32' ? '\\\\.\\CONOUT$' : '/dev/tty', 'w')
    return new Writable({
      write(part, _encoding, done) {
        writeSync(terminal, part)
        done()
      },
    })
  } catch {
    return null
  }
}

/** A line that the user types; null where none comes, as after an interrupt. `hidden`: the terminal does not show it. */
export async function answered(
  question: string,
  signal: AbortSignal,
  hidden = false,
  shown: Writable = process.stderr,
) {
  const { stdin, stderr } = process
  const nowhere = new Writable({ write: (_part, _encoding, done) => done() })
  const lines = createInterface({ input: stdin, output: hidden ? nowhere : shown, terminal: hidden })
  const closed = new Promise<null>((resolve) => lines.once('close', () => resolve(null)))
  // A terminal that shows nothing makes no signal of Ctrl+C.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
  if (hidden) stderr.write(`${question} `)
  try {
    return await Promise.race([lines.question(`${question} `, { signal }), closed])
  } catch {
    return null
  } finally {
    lines.close()
    if (hidden) stderr.write('\n')
  }
}

/** Anything but a yes counts as no, an interrupt too. */
export async function confirmed(question: string, signal: AbortSignal): Promise<boolean> {
  const answer = await answered(`${question} [y/N]`, signal)
  return answer !== null && /^y(es)?$/i.test(answer.trim())
}
