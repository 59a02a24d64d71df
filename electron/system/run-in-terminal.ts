/**
 * A program that takes this one's place on the terminal: the same standard streams, the same process group, its signals and its
 * end are ours.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import type { Variables } from './environment'
import { codeOf } from './errno'
import { leadsTo } from './look-path'
import { readStat } from './process-stat'
import { batchArguments, startOf } from './windows'

export type TerminalEnd =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'killed'; readonly by: NodeJS.Signals }
  /** It was not started; `code` is errno's name, or what `whyNotStarted` knows. */
  | { readonly kind: 'not-started'; readonly code: string }

/** Signals that end or tell something: what is sent to us is meant for the program. */
const passed: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2']

/** The terminal itself gives these to every process of the group in front, the program among them. */
const byTerminal: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGQUIT'])

/**
 * Runs it to its end. Signals do not end this process before.
 * @param env its whole environment; a name without a path separator is looked up on its PATH
 */
export async function runInTerminal(
  command: string,
  args: readonly string[],
  { env, cwd }: { readonly env: Variables; readonly cwd: string },
): Promise<TerminalEnd> {
  // Node would look for a program of that name alone, not for a batch file.
  const path = process.platform === 'win32' ? await leadsTo(command, env) : command
  const start = startOf(path ?? command, args)
  if (start === null) return { kind: 'not-started', code: batchArguments }
  const { file, windowsVerbatimArguments } = start
  let child: ChildProcess | null = null
  const pass = (signal: NodeJS.Signals) => {
    if (byTerminal.has(signal) && inFront()) return
    child?.kill(signal)
  }
  for (const signal of passed) process.on(signal, pass)
  try {
    child = spawn(file, [...start.args], {
      ...{ env: { ...env }, cwd, windowsVerbatimArguments },
      stdio: 'inherit',
      shell: false,
    })
    const started = child
    return await new Promise<TerminalEnd>((resolve) => {
      started.once('error', (error) => resolve({ kind: 'not-started', code: codeOf(error) || 'EINVAL' }))
      started.once('exit', (code, by) =>
        resolve(code === null ? { kind: 'killed', by: by ?? 'SIGKILL' } : { kind: 'exited', code }),
      )
    })
  } catch (error) {
    // A NUL byte in an argument, or an argument list that is too long.
    return { kind: 'not-started', code: codeOf(error) || 'EINVAL' }
  } finally {
    for (const signal of passed) process.removeListener(signal, pass)
  }
}

/** Whether our process group is the one that the terminal gives Ctrl+C to. */
function inFront(): boolean {
  const own = readStat('self')
  return own === null ? process.stdin.isTTY === true : own.foreground > 0 && own.foreground === own.group
}
