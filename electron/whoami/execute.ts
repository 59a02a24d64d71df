/** Runs the context's own exec command as kubectl would, and reports the result. */

import type { RawExec } from '../../shared/exec/parse'
import type { Problem } from '../../shared/identity/identity'
import { assertNever } from '../../shared/result'
import { definedVariables } from '../system/environment'
import { redact, secretValues } from '../system/redact-output'
import { type CommandResult, type RunCommand, whyNotStarted } from '../system/run-command'
import type { EntryFacts } from './denied'
import { type ExecCredential, parseExecCredential } from './exec-credential'
import { problemOfStderr } from './problem-causes'

export interface Execution {
  readonly exec: RawExec
  /** The program that the user allowed: only this is run. */
  readonly path: string
  /** The whole chosen environment. */
  readonly variables: Readonly<Record<string, string>>
  /** KUBERNETES_EXEC_INFO. */
  readonly info: string
  readonly facts: EntryFacts
  /** Milliseconds. */
  readonly timeoutMs: number
}

export type ExecutionOutcome =
  | { readonly kind: 'credential'; readonly credential: ExecCredential; readonly ms: number }
  | { readonly kind: 'failed'; readonly problem: Problem; readonly stderr: string; readonly ms: number }
  | { readonly kind: 'cancelled' }

/**
 * The variables of the command: the environment, exec.env on top (the last of a name wins), then the exec info if it gets one.
 */
export function execEnvironment(
  variables: Readonly<Record<string, string>>,
  exec: RawExec,
  info: string | null,
): Readonly<Record<string, string>> {
  const own = Object.fromEntries(exec.env.map(({ name, value }) => [name, value]))
  const given = info === null ? {} : { KUBERNETES_EXEC_INFO: info }
  // On Windows a name in other letters is the same variable.
  return definedVariables({ ...variables, ...definedVariables(own), ...given })
}

/** Runs it once. Every failure has a cause and a next step, and no secret of environment, entry or output in it. */
export async function execute(
  execution: Execution,
  runCommand: RunCommand,
  signal: AbortSignal,
): Promise<ExecutionOutcome> {
  const { exec, path, variables, info, facts, timeoutMs } = execution
  const env = execEnvironment(variables, exec, info)
  const result = await runCommand({ path, args: exec.args, env, timeoutMs }, signal)
  const secrets = secretValues(env)
  if (result.kind === 'cancelled') return { kind: 'cancelled' }
  if (result.kind === 'exited' && result.code === 0) {
    const parsed = parseExecCredential(result.stdout, exec.apiVersion ?? '')
    if (parsed.ok) return { kind: 'credential', credential: parsed.value, ms: result.ms }
    return failed(result, parsed.fault, secrets)
  }
  return failed(result, problemOf(result, path, timeoutMs, facts, secrets), secrets)
}

function failed(
  result: Exclude<CommandResult, { kind: 'cancelled' }>,
  problem: Problem,
  secrets: readonly string[],
): ExecutionOutcome {
  const stderr = 'stderr' in result ? redact(result.stderr, secrets) : ''
  return { kind: 'failed', problem, stderr, ms: result.ms }
}

function problemOf(
  result: Exclude<CommandResult, { kind: 'cancelled' }>,
  path: string,
  timeoutMs: number,
  facts: EntryFacts,
  secrets: readonly string[],
): Problem {
  switch (result.kind) {
    case 'exited':
      return problemOfStderr(result.stderr, `status ${result.code}`, facts, secrets)
    case 'killed':
      return problemOfStderr(result.stderr, `signal ${result.by}`, facts, secrets)
    case 'timeout':
      return {
        code: 'command-timeout',
        message: `${path} did not answer within ${Math.round(timeoutMs / 1000)} seconds and was ended.`,
        next: 'Run the command by hand: it may wait for a network, a key or a person.',
      }
    case 'too-large':
      return {
        code: 'output-too-large',
        message: `${path} printed more than 1 MiB and was ended.`,
        next: 'Run the command by hand: it must print an ExecCredential and nothing else.',
      }
    case 'not-started':
      return {
        code: 'command-not-found',
        message: `${path} could not be started: ${whyNotStarted(result.code)}.`,
        next: 'Install the command again, or name another one in the exec entry.',
      }
    default:
      return assertNever(result, 'result of a command')
  }
}
