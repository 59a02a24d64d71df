/**
 * Equal work is done once, and never too much at a time. Processes and requests have a limit each for all runs of this process;
 * an expired SSO session is found by one command while its siblings wait; a throttled answer slows all of them down.
 */
import { createHash } from 'node:crypto'
import { once } from '../../shared/once'
import type { Environment } from '../system/environment'
import { monotonicMs } from '../system/monotonic'
import { pause } from '../system/pause'
import type { CommandRequest, RunCommand } from '../system/run-command'
import { sharedSlots } from '../system/slots'
import { openTogether } from '../system/together'
import { type Execution, type ExecutionOutcome, execute } from './execute'
import type { ReviewOutcome } from './review'
import type { StsOutcome } from './sts-question'

export type SharedWork = ReturnType<typeof openSharedWork>

/** The version that an aws reports; null: none. */
type Version = string | 'cancelled' | null

/** What all runs share: the limits at a time, and the work under way. */
export type CheckPool = ReturnType<typeof openCheckPool>

/** `most`: at a time; the number of processes may change while runs are under way. */
export function openCheckPool(most: { processes: number; readonly requests: number }) {
  return {
    most,
    processes: sharedSlots(() => most.processes),
    requests: sharedSlots(() => most.requests),
    executions: openTogether<ExecutionOutcome>({ kind: 'cancelled' }),
    versions: openTogether<Version>('cancelled'),
    identities: openTogether<StsOutcome>({ kind: 'cancelled' }),
    reviews: openTogether<ReviewOutcome>({ kind: 'cancelled' }),
    /** AWS wants to be left alone until then (monotonic), and the next time for so long; ms. */
    quietUntil: 0,
    quiet: 500,
  }
}

const cancelled: ExecutionOutcome = { kind: 'cancelled' }
/** A throttled command is tried this often, after a pause that all commands make. */
const attempts = 3

/** The shared work of one run in one environment. */
export function openSharedWork({
  runCommand,
  pool,
  environment,
  signal,
}: {
  readonly runCommand: RunCommand
  readonly pool: CheckPool
  readonly environment: Environment
  readonly signal: AbortSignal
}) {
  const processes = pool.processes()
  const requests = pool.requests()
  // Work of another environment is not equal. Hashed: there is a key for each command.
  const place = createHash('sha256').update(JSON.stringify(environment)).digest('hex')
  const keyOf = (of: unknown) => JSON.stringify([place, of])
  /** Results of this run: they are not requested again. */
  const executions = new Map<string, ExecutionOutcome>()
  const identities = new Map<string, Promise<StsOutcome>>()
  const versions = new Map<string, Promise<Version>>()
  const scouts = new Map<string, Promise<ExecutionOutcome>>()

  const run = async (
    execution: Execution,
    running: AbortSignal,
    begun: () => void,
  ): Promise<ExecutionOutcome> => {
    for (let attempt = 1; ; attempt++) {
      const outcome = await processes(async () => {
        const wait = pool.quietUntil - monotonicMs()
        if (wait > 0 && !(await pause(wait, running))) return cancelled
        if (running.aborted) return cancelled
        begun()
        return execute(execution, runCommand, running)
      })
      if (outcome.kind !== 'failed' || outcome.problem.code !== 'throttled' || attempt === attempts)
        return outcome
      // With jitter, so that several windows and terminals do not retry in step.
      pool.quietUntil = monotonicMs() + pool.quiet * (1 + Math.random())
      pool.quiet = Math.min(pool.quiet * 2, 8_000)
    }
  }

  /** The first of a session goes ahead alone: if it must sign in, so must all, and two refreshing at once would race. */
  const afterScout = async (
    execution: Execution,
    session: string | null,
    running: AbortSignal,
    begun: () => void,
  ): Promise<ExecutionOutcome> => {
    if (session === null) return run(execution, running, begun)
    const scout = scouts.get(session)
    if (!scout) return once(scouts, session, () => run(execution, running, begun))
    const found = await scout
    return found.kind === 'failed' && found.problem.code === 'sso-login'
      ? { ...found, ms: 0 }
      : run(execution, running, begun)
  }

  return {
    /**
     * Runs an exec command, or joins an equal run; equal means program, arguments, variables and exec info. `onBegun`: it no
     * longer waits for others.
     */
    async execute(
      execution: Execution,
      session: string | null,
      onBegun: () => void = () => undefined,
    ): Promise<ExecutionOutcome> {
      const key = keyOf(executionKey(execution))
      const known = executions.get(key)
      if (known) {
        onBegun()
        return known
      }
      const work = (running: AbortSignal, begun: () => void) => afterScout(execution, session, running, begun)
      const outcome = await pool.executions(key, work, signal, onBegun)
      executions.set(key, outcome)
      return outcome
    },
    /** The version that an aws reports, asked once for each `key`; null where it reports none. */
    version(key: string, request: CommandRequest): Promise<Version> {
      const ask = (running: AbortSignal) => processes(() => askVersion(request, runCommand, running))
      return once(versions, key, () => pool.versions(keyOf([key, request.args]), ask, signal))
    },
    /** Asks STS about a token under the limit of requests; the same token is asked about once. */
    identity(token: string, task: (signal: AbortSignal) => Promise<StsOutcome>): Promise<StsOutcome> {
      const ask = (running: AbortSignal) => requests(() => task(running))
      return once(identities, token, () => pool.identities(keyOf(token), ask, signal))
    },
    /** Asks a cluster which user it sees; `question`: all that the request depends on. */
    review: (question: unknown, task: (signal: AbortSignal) => Promise<ReviewOutcome>) =>
      pool.reviews(keyOf(question), task, signal),
    /** Does one request under the limit of requests. */
    request: requests,
  }
}

/** Long enough for the first start of an aws on a slow disk, ms. */
const versionMs = 30_000

async function askVersion(
  request: CommandRequest,
  runCommand: RunCommand,
  signal: AbortSignal,
): Promise<Version> {
  const result = await runCommand({ ...request, timeoutMs: versionMs, maxBytes: 64 * 1024 }, signal)
  if (result.kind === 'cancelled') return 'cancelled'
  if (result.kind !== 'exited' || result.code !== 0) return null
  // Version 1 wrote it to standard error once.
  return /^aws-cli\/(\d+\.\d+\.\d+)\b/m.exec(`${result.stdout}\n${result.stderr}`)?.[1] ?? null
}

/** Contexts share a run when these are equal. */
const executionKey = ({ exec, path, info, timeoutMs }: Execution) => [
  path,
  exec.args,
  exec.env.map(({ name, value }) => [name, value]),
  info,
  timeoutMs,
]
