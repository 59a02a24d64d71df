/** A question on the terminal. Apart, because hardly any command asks one: read when it is first needed. */
import { createInterface } from 'node:readline/promises'

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
