/**
 * `ekscope token` with aws's own words: prints a token that is made here, or lets aws take this process's place with the same
 * words. kubectl starts this for every command, so it imports nothing that a token does not need.
 */
import { resolve } from 'node:path'
import { fail, ok, type Result } from '../../../shared/result'
import { visible } from '../../../shared/visible'
import type { Variables } from '../../system/environment'
import { whyNotStarted } from '../../system/run-command'
import { runInTerminal, type TerminalEnd } from '../../system/run-in-terminal'
import { byNewestRules, everyRules, rulesOf } from '../installed/rules'
import { programsOnce } from '../installed/which'
import { nativeToken } from './native-token'
import type { TokenWords } from './token-words'

/** Where a token is asked for, and how something is said. */
export interface TokenSurroundings {
  readonly variables: Variables
  /** Where the variables name none. */
  readonly home: string
  readonly cwd: string
  /** Ekscope's own. */
  readonly folder: string
  readonly out: (text: string) => void
  readonly err: (text: string) => void
}

/** How it ended: as a status, or by the signal that ended aws. */
export type TokenEnd = Exclude<TerminalEnd, { kind: 'not-started' }>

const exited = (code: number): TokenEnd => ({ kind: 'exited', code })

/** A bug of ours leaves the token to aws, like everything else that is not understood. */
const wrong = 'something went wrong inside Ekscope'

/** Prints the token, by itself or by aws. */
export async function printToken(
  { args, aws, explains }: TokenWords,
  { variables, home, cwd, folder, out, err }: TokenSurroundings,
): Promise<TokenEnd> {
  const program = await programsOnce(new Map())({ variables }, {}).of(
    aws === null ? 'aws' : resolve(cwd, aws),
  )
  const rules =
    program === null
      ? [byNewestRules]
      : program.version === null
        ? everyRules
        : [rulesOf(program.version, '')]
  const made = await nativeToken({
    ...{ args, variables, home, rules, now: Date.now },
    turn: async (name, needed) => (await import('./turn')).turnIn(folder, name, needed),
  }).catch(() => fail(wrong))
  const why = made.ok ? made.value.by.join(' → ') : made.fault
  const by = made.ok ? 'made here' : `made by ${program?.path ?? 'aws'}`
  if (explains) err(`ekscope: the token is ${by}: ${visible(why)}\n`)
  if (made.ok) {
    out(made.value.text)
    return exited(0)
  }
  const handed =
    program === null ? fail('aws is not on PATH') : await handedOn(program.path, args, variables, cwd)
  if (handed.ok) return handed.value
  err(
    `ekscope: this token is left to aws (${visible(why)}), and ${handed.fault}. Install the AWS CLI, or name one by --aws PATH behind the word token.\n`,
  )
  return exited(3)
}

async function handedOn(
  path: string,
  args: readonly string[],
  env: Variables,
  cwd: string,
): Promise<Result<TokenEnd, string>> {
  const end = await runInTerminal(path, args, { env, cwd })
  return end.kind === 'not-started'
    ? fail(`${path} could not be started: ${whyNotStarted(end.code)}`)
    : ok(end)
}
