/** What a command of the terminal is: a line of the table in commands.ts. */
import type { Fault, Result } from '../../shared/result'
import type { Reading, Services } from '../editing/services'
import { json } from '../report/json-text'
import type { KubeconfigFilesOptions } from '../state/kubeconfig-files'
import type { DataFolder } from '../system/data-folder'
import type { Variables } from '../system/environment'
import { asCalled } from '../system/offer'
import type { Arguments, OptionTable } from './arguments'
import { sentence, type TableRoom, type Terminal } from './output'

/**
 * 0 fine, 1 the answer is bad news, 2 wrong usage, 3 the command could not be carried out; 130 interrupted. Of `exec` it is
 * that of the command that it ran.
 */
export type ExitStatus = number

export type { Reading, Services }

/** Where a command runs. */
export interface CommandSurroundings {
  readonly variables: Variables
  readonly platform: NodeJS.Platform
  readonly cwd: string
}

export interface CommandCall {
  readonly args: Arguments
  readonly terminal: Terminal
  /** Builds the reading services on first use: help and version need none. `other`: of other files than its own, or read in another way. */
  readonly reading: (
    other?: Pick<KubeconfigFilesOptions, 'variables' | 'read'> & { readonly kubeconfig: string | null },
  ) => Promise<Reading>
  /** Builds all services, where the reading ones have not been built. */
  readonly services: () => Promise<Services>
  /** What it was started with, also inside of a session. */
  readonly around: () => CommandSurroundings
  /** What its services need: variables, home, data folder. */
  readonly machine: () => Promise<
    CommandSurroundings & { readonly home: string; readonly folder: DataFolder }
  >
  /** The path that an argument names, relative to the caller's working folder. */
  readonly pathOf: (named: string) => string
  /** Of this Ekscope. */
  readonly version: string
  /** Fires on SIGINT and SIGTERM: partial results are still written. */
  readonly signal: AbortSignal
}

export interface Command {
  /** After `ekscope `: its name first. */
  readonly usage: string
  readonly summary: string
  /** What each option means, which it takes by that: `--role ARN` has a value, `[--role ARN]…` in the usage has several. */
  readonly help?: Readonly<Record<string, string>>
  /** Commands to copy, shown in its help. */
  readonly examples: readonly string[]
  /** What `-o` takes beside json. */
  readonly formats?: readonly string[]
  /** Options without a line in the help. */
  readonly unlisted?: OptionTable
  /** It finds its contexts where they are outside of a session (system/session.ts), not in the one of that session. */
  readonly outside?: boolean
  readonly run: (call: CommandCall) => Promise<ExitStatus>
}

/** The command's options in addition to the global ones. */
export function optionsOf({ usage, help = {}, unlisted = {} }: Command): OptionTable {
  const options: Record<string, OptionTable[string]> = { ...unlisted }
  for (const shown of Object.keys(help)) {
    const [, name, value] = /^--([a-z-]+)( .+)?$/.exec(shown) ?? []
    if (name === undefined) continue
    options[name] =
      value === undefined
        ? { type: 'boolean' }
        : { type: 'string', multiple: usage.includes(`[--${name}${value}]…`) }
  }
  return options
}

/** The command could not be carried out: exit status 3, with the reason and the next step. */
export class Refusal extends Error {
  /** For scripts: the reason by its name, where it has one of its own. */
  readonly code: string
  readonly next: string
  constructor({
    code = 'refused',
    message,
    next,
  }: Pick<Fault, 'message' | 'next'> & { readonly code?: string }) {
    super(message)
    this.code = code
    this.next = next
  }
}

export const notFound = (message: string, next: string) => new Refusal({ code: 'not-found', message, next })

/** The value of a result; a refusal ends the command. */
export function orThrow<T>(
  result: Result<T, Pick<Fault, 'message' | 'next'> & { readonly code?: string }>,
): T {
  if (result.ok) return result.value
  throw new Refusal(result.fault)
}

/**
 * Prints the result, as a JSON document where that was requested. `to`: `out` or `report`, as `Terminal` distinguishes them;
 * `data`: a result that is read by programs, as it is.
 */
export const print = (
  { args, terminal }: Pick<CommandCall, 'args' | 'terminal'>,
  document: object,
  text: (shown: TableRoom) => string,
  to: 'out' | 'report' | 'data' = 'out',
): Promise<void> => {
  const data = args.globals.json ? json(document) : to === 'data' ? text(terminal) : null
  return terminal[to === 'data' ? 'out' : to](data ?? asCalled(text(terminal)))
}

/** Says that the user stopped it, and what to do for the rest; its exit status. */
export async function interrupted({ terminal }: CommandCall, message: string, next: string) {
  await terminal.err(sentence(message, next))
  return 130
}

/** What a command that reads found, as far as it came. */
interface Answer {
  readonly json: object
  readonly text: (shown: TableRoom) => string
  /** Nothing was seen: the command failed. A part is a result, with its problems. */
  readonly error: { readonly code: string; readonly message: string; readonly next: string } | null
  /** The message where the user stopped it, and the next step for the rest. */
  readonly stopped: readonly [message: string, next: string]
}

/** Prints it; its exit status. */
export async function answer(call: CommandCall, { json: found, text, error, stopped }: Answer) {
  await print(call, { ...found, ...(error === null ? {} : { error }) }, text)
  if (call.signal.aborted) return interrupted(call, ...stopped)
  if (error !== null) await call.terminal.err(sentence(error.message, error.next))
  return error === null ? 0 : 3
}
