/**
 * One program, run once, bounded in every way: no shell, a session of its own (so that aws cannot ask on /dev/tty),
 * empty standard input, a limit on output and on time. Time-out and cancel end the whole process group.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import { codeOf } from './errno'
import { monotonicMs } from './monotonic'
import { onAbort } from './on-abort'
import { pause } from './pause'
import { batchArguments, startOf, systemProgram } from './windows'
import { withFile } from './with-file'

export interface CommandRequest {
  /** Absolute path of the program; `lookUp` finds it. */
  readonly path: string
  readonly args: readonly string[]
  /** The whole environment of the child; nothing of this process's own is added. */
  readonly env: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Milliseconds, by default 60 000. */
  readonly timeoutMs?: number
  /** Limit of standard output and of standard error, each, in bytes; by default 1 MiB. */
  readonly maxBytes?: number
  /** It has answered once its output has this; whatever it does then is not waited for, and not ended. */
  readonly until?: string
  /** Where errors go: to nothing also for what it leaves running, which a closed pipe would end. */
  readonly stderr?: 'ignore'
  /** The name that it gets as its own (argv[0]). */
  readonly argv0?: string | undefined
}

export type CommandResult = { readonly ms: number } & (
  | { readonly kind: 'exited'; readonly code: number; readonly stdout: string; readonly stderr: string }
  /** Ended by a signal that Ekscope did not send. */
  | { readonly kind: 'killed'; readonly by: string; readonly stderr: string }
  /** Ended by Ekscope; `too-large`: more output than `maxBytes`. */
  | { readonly kind: 'too-large' | 'timeout'; readonly stderr: string }
  | { readonly kind: 'cancelled' }
  /** It was not started; `code` is errno's name, or what `whyNotStarted` knows. */
  | { readonly kind: 'not-started'; readonly code: string }
)

/** Why a program was not started, as a part of a sentence. */
export function whyNotStarted(code: string): string {
  if (code === 'ENOENT') return 'the program, or the interpreter that its first line names, is not there'
  if (code === 'ENOEXEC') return 'it is empty, or its first line names no interpreter (exec format error)'
  if (code === batchArguments)
    return 'it is a batch file, which cmd.exe reads, and has an argument or path with other characters than letters, digits and _ . / : = @ + , -'
  return code
}

/** How the services run commands: replaced by nothing but a wrapper that counts. */
export type RunCommand = (request: CommandRequest, signal: AbortSignal) => Promise<CommandResult>

const defaultTimeout = 60_000
const defaultBytes = 1024 * 1024
/** From SIGTERM to SIGKILL, ms. */
const grace = 500
/** How long after its end a command's pipes may stay open because a background child inherited them, ms. */
const linger = 1_000

const running = new Set<number>()

// A crash or quit of this process must not leave children behind: they are in sessions of their own.
let watching = false
function endAllAtExit(): void {
  if (watching) return
  watching = true
  process.once('exit', () => {
    for (const pid of running) signalGroup(pid, 'SIGKILL')
  })
}

/**
 * Whether the system itself would not start it: an empty file, or a text whose first line names no interpreter. Node starts
 * programs by execvp, which hands such a file to a shell; Go, and so kubectl, refuses it. Every compiled program has a zero byte
 * at its beginning.
 */
async function isNoProgram(path: string): Promise<boolean> {
  if (process.platform === 'win32') return false
  try {
    await access(path, constants.X_OK)
    const { buffer, bytesRead } = await withFile(path, 'r', (file) => file.read(Buffer.alloc(256), 0, 256, 0))
    const begin = buffer.toString('latin1', 0, bytesRead)
    return !begin.includes('\0') && !/^#![ \t]*[^\s]/.test(begin)
  } catch {
    // Missing, not executable, or executable and unreadable: the system reports it.
    return false
  }
}

/** Runs a program to its end. Never throws: every end is a value. The promise settles when the group is gone. */
export const runCommand: RunCommand = async (request, signal) => {
  const started = monotonicMs()
  const ms = () => Math.round(monotonicMs() - started)
  if (signal.aborted) return { kind: 'cancelled', ms: 0 }
  if (await isNoProgram(request.path)) return { kind: 'not-started', code: 'ENOEXEC', ms: ms() }
  const start = startOf(request.path, request.args)
  if (start === null) return { kind: 'not-started', code: batchArguments, ms: ms() }
  const { file, args, windowsVerbatimArguments } = start
  let child: ChildProcess
  try {
    child = spawn(file, [...args], {
      windowsVerbatimArguments,
      env: { ...request.env },
      ...(request.cwd === undefined ? {} : { cwd: request.cwd }),
      ...(request.argv0 === undefined ? {} : { argv0: request.argv0 }),
      stdio: ['ignore', 'pipe', request.stderr ?? 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
      shell: false,
    })
  } catch (error) {
    // A NUL byte in an argument, or an argument list that is too long.
    return { kind: 'not-started', code: codeOf(error) || 'EINVAL', ms: ms() }
  }
  const { pid } = child
  if (pid === undefined) {
    const code = await new Promise<string>((resolve) =>
      child.once('error', (e) => resolve(codeOf(e) || 'EINVAL')),
    )
    return { kind: 'not-started', code, ms: ms() }
  }
  endAllAtExit()
  running.add(pid)

  const limit = request.maxBytes ?? defaultBytes
  const output = { stdout: bounded(limit), stderr: bounded(limit) }
  let stopped: 'timeout' | 'cancelled' | 'too-large' | null = null
  let ending: Promise<void> | null = null
  const stop = (why: 'timeout' | 'cancelled' | 'too-large') => {
    stopped ??= why
    ending ??= endGroup(pid, child)
  }
  const answered = new Promise<Ended>((resolve) => {
    for (const name of ['stdout', 'stderr'] as const)
      child[name]?.on('data', (chunk: Buffer) => {
        if (!output[name].add(chunk)) stop('too-large')
        else if (request.until !== undefined && output.stdout.text().includes(request.until))
          resolve({ code: 0, by: null })
      })
  })
  const timer = setTimeout(() => stop('timeout'), request.timeoutMs ?? defaultTimeout)
  const stopListening = onAbort(signal, () => stop('cancelled'))

  const end = await Promise.race([ended(child), answered])
  clearTimeout(timer)
  stopListening()
  if (ending) await ending
  running.delete(pid)
  child.stdout?.destroy()
  child.stderr?.destroy()
  child.unref()

  const stderr = output.stderr.text()
  if (stopped === 'cancelled') return { kind: 'cancelled', ms: ms() }
  if (stopped !== null) return { kind: stopped, stderr, ms: ms() }
  if (end.code === null) return { kind: 'killed', by: end.by ?? 'signal', stderr, ms: ms() }
  return { kind: 'exited', code: end.code, stdout: output.stdout.text(), stderr, ms: ms() }
}

interface Ended {
  readonly code: number | null
  readonly by: string | null
}

/** Resolves when the child has exited and its pipes are closed, or `linger` after the exit if they stay open. */
function ended(child: ChildProcess): Promise<Ended> {
  return new Promise((resolve) => {
    let wait: NodeJS.Timeout | null = null
    child.once('exit', (code, by) => {
      wait = setTimeout(() => resolve({ code, by }), linger)
    })
    child.once('close', (code, by) => {
      if (wait) clearTimeout(wait)
      resolve({ code, by })
    })
    child.on('error', () => undefined)
  })
}

/** SIGTERM to the group, SIGKILL to what is left of it after the grace; resolves when no process of the group is left. */
async function endGroup(pid: number, child: ChildProcess): Promise<void> {
  if (process.platform === 'win32') {
    await new Promise<void>((resolve) => {
      const killer = spawn(systemProgram('taskkill.exe'), ['/PID', String(pid), '/T', '/F'], {
        stdio: 'ignore',
        windowsHide: true,
      })
      killer.once('error', () => {
        child.kill('SIGKILL')
        resolve()
      })
      killer.once('exit', () => resolve())
    })
    return
  }
  if (!signalGroup(pid, 'SIGTERM')) return
  // Where orphans are not reaped (by a container's first process) a dead group still answers: closed pipes count as well.
  let closed = false
  child.once('close', () => {
    closed = true
  })
  const until = monotonicMs() + grace
  while (!closed && monotonicMs() < until) {
    await pause(10)
    if (!signalGroup(pid, 0)) return
  }
  signalGroup(pid, 'SIGKILL')
}

/** False when no process of that group is left. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal)
    return true
  } catch {
    return false
  }
}

/** Keeps so many bytes. */
function bounded(limit: number) {
  const chunks: Buffer[] = []
  let size = 0
  return {
    /** False once the limit is passed; what is beyond it is dropped. */
    add(chunk: Buffer): boolean {
      const room = limit - size
      if (room > 0) chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk)
      size += chunk.length
      return size <= limit
    },
    text: (): string => Buffer.concat(chunks).toString('utf8'),
  }
}
