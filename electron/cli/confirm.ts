/** A question on the terminal. Apart, because hardly any command asks one: read when it is first needed. */
import { createInterface } from 'node:readline/promises'
import { onAbort } from '../system/on-abort'

/** A line that the user types; null where none comes, as of an interrupt. */
export async function answered(question: string, signal: AbortSignal): Promise<string | null> {
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false })
  const closed = new Promise<null>((resolve) => lines.once('close', () => resolve(null)))
  try {
    return await Promise.race([lines.question(`${question} `, { signal }), closed])
  } catch {
    return null
  } finally {
    lines.close()
  }
}

/** Anything but a yes is none, an interrupt too. */
export async function confirmed(question: string, signal: AbortSignal): Promise<boolean> {
  const answer = await answered(`${question} [y/N]`, signal)
  return answer !== null && /^y(es)?$/i.test(answer.trim())
}

/** A line that the terminal does not show; null where none comes, as of Ctrl+C, which then ends this program as ever. */
export function answeredHidden(question: string, signal: AbortSignal): Promise<string | null> {
  const { stdin, stderr } = process
  // First, so that nothing typed ahead is shown.
  stdin.setRawMode(true)
  stderr.write(`${question} `)
  return new Promise((resolve) => {
    let typed = ''
    const end = (answer: string | null) => {
      stop()
      stdin.off('data', onData)
      stdin.setRawMode(false)
      stdin.pause()
      stderr.write('\n')
      resolve(answer)
    }
    const onData = (part: Buffer) => {
      for (const character of part.toString('utf8')) {
        if (character === '\r' || character === '\n') return end(typed)
        // Ctrl+C: the terminal makes no signal of it while it shows nothing. The signal ends the question.
        if (character === '\u0003') {
          process.kill(process.pid, 'SIGINT')
          return
        }
        if (character === '\u0004') return end(null)
        if (character === '\u007f' || character === '\b') typed = typed.slice(0, -1)
        else typed += character
      }
    }
    const stop = onAbort(signal, () => end(null))
    stdin.on('data', onData)
  })
}
