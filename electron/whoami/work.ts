/**
 * Equal work is done once, and never too much at a time: processes and requests have a limit each, an expired SSO session
 * is found by one process while its siblings wait, and a throttled answer slows all of them down.
 */

import { monotonicMs } from '../system/monotonic'
import { pause } from '../system/pause'
import type { CommandRequest, RunCommand } from '../system/run-command'
import { slots } from '../system/slots'
import { type Execution, type ExecutionOutcome, execute } from './execute'
import type { StsOutcome } from './sts'

export interface SharedWork {
  /**
   * Runs an exec command, or joins an equal run; equal means program, arguments, variables and exec info. `onBegun`: it does not
   * wait for others any more.
   */
  execute(execution: Execution, ssoSession: string | null, onBegun?: () => void): Promise<ExecutionOutcome>
  /** The version that an aws gives of itself, asked once for each `key`; null where it gives none. */
  version(key: string, request: CommandRequest): Promise<string | 'cancelled' | null>
  /** Asks STS about a token under the limit of requests; the same token is asked about once. */
  identity(token: string, task: () => Promise<StsOutcome>): Promise<StsOutcome>
  /** Does one request under the limit of requests. */
  request<T>(task: () => Promise<T>): Promise<T>
}

export interface SharedWorkOptions {
  readonly runCommand: RunCommand
  /** Processes at a time. */
  readonly processes: number
  /** Requests at a time. */
  readonly requests: number
  readonly signal: AbortSignal
}

/** A run that others may join. */
interface Joined {
  readonly outcome: Promise<ExecutionOutcome>
  readonly join: (onBegun: () => void) => void
}

const cancelled: ExecutionOutcome = { kind: 'cancelled' }
/** A throttled command is tried this often, after a pause that all commands make. */
const attempts = 3

/** The shared work of one run in one environment. */
export function openSharedWork(options: SharedWorkOptions): SharedWork {
  const { runCommand, signal } = options
  const processes = slots(options.processes)
  const requests = slots(options.requests)
  const executions = new Map<string, Joined>()
  const identities = new Map<string, Promise<StsOutcome>>()
  const versions = new Map<string, Promise<string | 'cancelled' | null>>()
  const scouts = new Map<string, Promise<ExecutionOutcome>>()
  let quietUntil = 0
  let quiet = 500

  const run = async (execution: Execution, begun: () => void): Promise<ExecutionOutcome> => {
    for (let attempt = 1; ; attempt++) {
      const outcome = await processes(async () => {
        const wait = quietUntil - monotonicMs()
        if (wait > 0 && !(await pause(wait, signal))) return cancelled
        if (signal.aborted) return cancelled
        begun()
        return execute(execution, runCommand, signal)
      })
      if (outcome.kind !== 'failed' || outcome.problem.code !== 'throttled' || attempt === attempts)
        return outcome
      // With jitter, so that several windows and terminals do not come back in step.
      quietUntil = monotonicMs() + quiet * (1 + Math.random())
      quiet = Math.min(quiet * 2, 8_000)
    }
  }

  /** The first of a session goes ahead alone: if it must sign in, so must all, and two refreshing at once would race. */
  const afterScout = async (
    execution: Execution,
    session: string | null,
    begun: () => void,
  ): Promise<ExecutionOutcome> => {
    if (session === null) return run(execution, begun)
    const scout = scouts.get(session)
    if (!scout) {
      const first = run(execution, begun)
      scouts.set(session, first)
      return first
    }
    const found = await scout
    return found.kind === 'failed' && found.problem.code === 'sso-login'
      ? { ...found, ms: 0 }
      : run(execution, begun)
  }

  return {
    execute(execution, session, onBegun = () => undefined) {
      const key = executionKey(execution)
      const known = executions.get(key)
      if (known) {
        known.join(onBegun)
        return known.outcome
      }
      const { begin, join } = beginning(onBegun)
      const outcome = afterScout(execution, session, begin)
      executions.set(key, { outcome, join })
      return outcome
    },
    version(key, request) {
      const known = versions.get(key)
      if (known) return known
      const version = processes(() => askVersion(request, runCommand, signal))
      versions.set(key, version)
      return version
    },
    identity(token, task) {
      const known = identities.get(token)
      if (known) return known
      const identity = requests(task)
      identities.set(token, identity)
      return identity
    },
    request: requests,
  }
}

/** Long enough for the first start of an aws on a slow disk, ms. */
const versionMs = 30_000

async function askVersion(
  request: CommandRequest,
  runCommand: RunCommand,
  signal: AbortSignal,
): Promise<string | 'cancelled' | null> {
  const result = await runCommand({ ...request, timeoutMs: versionMs, maxBytes: 64 * 1024 }, signal)
  if (result.kind === 'cancelled') return 'cancelled'
  if (result.kind !== 'exited' || result.code !== 0) return null
  // Version 1 wrote it to standard error once.
  return /^aws-cli\/(\d+\.\d+\.\d+)\b/m.exec(`${result.stdout}\n${result.stderr}`)?.[1] ?? null
}

/** Tells each that joined when it begins; whoever comes later hears of it at once. */
function beginning(first: () => void): {
  readonly begin: () => void
  readonly join: (onBegun: () => void) => void
} {
  const waiting = [first]
  let begun = false
  return {
    begin() {
      begun = true
      for (const onBegun of waiting.splice(0)) onBegun()
    },
    join(onBegun) {
      if (begun) onBegun()
      else waiting.push(onBegun)
    },
  }
}

/** Contexts share a run when these are equal; the environment is the run's own. */
function executionKey({ exec, path, info }: Execution): string {
  return JSON.stringify([path, exec.args, exec.env.map(({ name, value }) => [name, value]), info])
}
