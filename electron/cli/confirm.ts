/** A question on the terminal. Apart, because hardly any command asks one: read when it is first needed. */
import { createInterface } from 'node:readline/promises'

/** Anything but a yes is none, an interrupt too. */
export async function confirmed(question: string, signal: AbortSignal): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false })
  try {
    const answer = await lines.question(`${question} [y/N] `, { signal })
    return /^y(es)?$/i.test(answer.trim())
  } catch {
    return false
  } finally {
    lines.close()
  }
}
