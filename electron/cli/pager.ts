/** Shows a result page by page, where the user asks for that. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Variables } from '../system/environment'

/** The command line of the pager; null: none is asked for. */
export function pagerIn(
  argv: readonly string[],
  { EKSCOPE_PAGER, PAGER }: Partial<Variables>,
): string | null {
  if (EKSCOPE_PAGER) return EKSCOPE_PAGER
  const end = argv.indexOf('--')
  return argv.slice(0, end < 0 ? undefined : end).includes('--pager') ? PAGER || 'less' : null
}

/** Starts it on the terminal of this process. less shows colours, and ends by itself where one page is enough. */
export function openPager(line: string, variables: Variables) {
  const [shell, flags, plain]: readonly [string, readonly string[], string] =
    process.platform === 'win32' ? ['cmd.exe', ['/d', '/s', '/c'], 'more'] : ['/bin/sh', ['-c'], 'cat']
  const child = spawn(shell, [...flags, line], {
    stdio: ['pipe', 'inherit', 'inherit'],
    // An ekscope that is the pager, or part of it, opens no further one.
    env: { LESS: 'FRX', ...variables, EKSCOPE_PAGER: plain },
  })
  const closed = once(child, 'close').then(
    ([code]) => (typeof code === 'number' ? code : null),
    () => 127,
  )
  // A pager that is left early closes its input, which is no error.
  child.stdin.on('error', () => undefined)
  // Ctrl+C is for the pager as long as it runs.
  process.on('SIGINT', () => undefined)
  let whole = ''
  return {
    write(text: string): Promise<void> {
      whole += text
      return new Promise((resolve) => child.stdin.write(text, () => resolve()))
    },
    /** Waits until the user leaves it. The whole text where the pager failed, and may not have shown it; else null. */
    async end(): Promise<string | null> {
      child.stdin.end()
      return (await closed) === 0 ? null : whole
    },
  }
}
