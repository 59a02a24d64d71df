/** `ekscope exec` and `ekscope env`: a context for one command, or for one shell, while current-context stays what it is. */

import { constants } from 'node:os'
import { capital } from '../../shared/capital'
import type { Predicted } from '../../shared/identity/identity'
import type { Settings } from '../../shared/ipc/settings'
import { evalOf, option } from '../../shared/shell/offered-command'
import { quoted, visible } from '../../shared/visible'
import { oneContext } from '../editing/one-context'
import { markedNames } from '../identity/marked'
import { toolVariables } from '../identity/tool-variables'
import { currentContexts } from '../state/current-contexts'
import { environmentOf, type Variables } from '../system/environment'
import { codeOf, ioFault } from '../system/errno'
import { offer, offered } from '../system/offer'
import { whyNotStarted } from '../system/run-command'
import { runInTerminal, type TerminalEnd } from '../system/run-in-terminal'
import { leftOf, sessionOf, sessionSets, staysAway } from '../system/session'
import { commandSession, leaveShellSession, shellSession } from '../system/session-folder'
import {
  type ShellName,
  shellNames,
  shellOf,
  shellScript,
  shellScripts,
  type VariableChanges,
} from '../system/shell-script'

import { type Arguments, oneOf, UsageError } from './arguments'
import { type Command, type CommandCall, notFound, orThrow, print, Refusal } from './command'
import { contextNamed, refuseStandardInput, refuseUnreadable } from './contexts-by-name'
import { sentence, who } from './output'
import { demandName } from './production-guard'

/** Of the option that all sessions have. */
export const awsHelp =
  'also AWS_PROFILE and AWS_REGION of the context, for aws, terraform and others; what would beat them is taken away'

export const exec: Command = {
  usage: 'exec CONTEXT [--aws] -- COMMAND…',
  summary: 'runs one command with a context; current-context stays',
  examples: ['ekscope exec prod-readonly -- kubectl config current-context'],
  help: {
    '--aws': awsHelp,
    '-- CONTEXT -- COMMAND…': 'for a context whose name begins with -',
  },
  outside: true,
  async run(call) {
    const { name, command, args } = contextAndCommand(call.args, this.usage)
    const end = await inSession(call, name, 'command', ({ variables, changes }) => ({
      ...{ command, args },
      env: { ...variables, ...changes.set },
    }))
    return end === null ? 130 : statusOf(end, call)
  },
}

/** What a program of a session is given. */
interface Given {
  readonly session: Awaited<ReturnType<typeof commandSession>>
  /** Of the environment that was asked for, still without what the session sets. */
  readonly variables: Variables
  readonly changes: VariableChanges
  readonly isProduction: boolean
  /**
   * In a shell, kubectl asks for the name of the context before it changes production. This setting says what it does where there
   * is no terminal to ask in. Null: kubectl does not ask.
   */
  readonly guard: Settings['unattended'] | null
}

/** How what was started ended. */
type Ended = Exclude<TerminalEnd, { kind: 'not-started' }>

interface Program {
  readonly command: string
  readonly args: readonly string[]
  readonly env: Variables
}

/** Runs a program with the context, in a session that ends with it; null where it was interrupted before it began. */
export async function inSession(
  call: CommandCall,
  name: string,
  called: 'command' | 'shell',
  programFor: (given: Given) => Program | Promise<Program>,
): Promise<Ended | null> {
  const all = await found(call, name)
  const { text, machine, current, isProduction, guard } = all
  const tools = await toolsFor(call, all)
  if (call.signal.aborted) return null
  const session = await opened(machine.folder, (folder) =>
    commandSession(text, name, folder, machine.variables),
  )
  try {
    await current()
    const { variables } = tools
    const changes = changesFor(call, machine, tools, name, session.path)
    const { command, args, env } = await programFor({ session, variables, changes, isProduction, guard })
    const end = await runInTerminal(command, args, { env, cwd: machine.cwd })
    if (end.kind === 'not-started') throw notStarted(command, end.code)
    if (await session.written())
      await call.terminal.err(
        sentence(
          `the ${called} wrote to its own kubeconfig, which is removed with what was written.`,
          'To keep such a change, make it outside of `ekscope exec` and `ekscope shell`.',
        ),
      )
    return end
  } finally {
    await session.close()
  }
}

export const env: Command = {
  usage: 'env [CONTEXT] [--aws]',
  summary: 'prints what gives one shell a context: eval "$(ekscope env CONTEXT)"; current-context stays',
  examples: [
    'eval "$(ekscope env prod-readonly)"',
    'eval "$(ekscope env --leave)"',
    'ekscope env prod-readonly --json',
  ],
  help: {
    '--aws': awsHelp,
    '--shell NAME': 'for sh (bash, zsh), csh (tcsh), fish or powershell (default: by SHELL)',
    '-- CONTEXT': 'for a context whose name begins with -, after all options',
    '--leave': 'prints what takes the shell back to the kubeconfig it had before',
    '--secrets': 'also for an entry that holds a token, password or key: the copy is in the data folder',
  },
  outside: true,
  async run(call) {
    const { args, terminal } = call
    const shell = shellNamed(args)
    const leaves = args.flag('leave')
    const [name, ...more] = args.positionals
    if (more.length > 0 || leaves === (name !== undefined))
      throw new UsageError(
        '“ekscope env” is used like this: ekscope env CONTEXT [--aws], or: ekscope env --leave',
      )
    const { environment } = args.globals
    if (environment === 'login-shell')
      throw new UsageError(
        '“ekscope env” is for the shell that reads it: --environment takes app or clean here',
      )
    const changes = leaves ? await left(call) : await given(call, name ?? '')
    const { set, unset } = changes
    const { variables, platform } = call.around()
    const kubeconfig = set.KUBECONFIG ?? null
    const document = { context: name ?? null, kubeconfig, set, unset, scripts: shellScripts(changes) }
    await print(call, document, () => shellScript(shell ?? shellOf(variables, platform), changes), 'data')
    if (!args.globals.json && terminal.outIsTerminal && terminal.errIsTerminal)
      await terminal.err(
        `To have it in this shell: ${evalOf(offer('ekscope', 'env', leaves ? option('--leave') : (name ?? '')))}\n`,
      )
    return 0
  },
}

/** The variables that give a shell the context. */
async function given(call: CommandCall, name: string) {
  const { args } = call
  const all = await found(call, name)
  const { text, secrets, machine, current } = all
  if (secrets.length > 0 && !args.flag('secrets'))
    throw new Refusal({
      code: 'holds-secret',
      message: `${sentenceOf(secrets)} would be copied into Ekscope’s data folder for as long as the shell lives.`,
      next: `Start a shell with the context, and the copy goes with it: ${offered('ekscope', 'shell', name)}. Or allow the copy: --secrets.`,
    })
  const tools = await toolsFor(call, all)
  const stays = staysAway(tools.changes.unset.filter((one) => machine.variables[one] !== undefined))
  if (stays.length > 0)
    await call.terminal.err(
      sentence(
        `${stays.join(', ')} will be gone from this shell, and “env --leave” does not bring keys back.`,
        `A shell of its own leaves this one as it is: ${offered('ekscope', 'shell', name, option('--aws'))}`,
      ),
    )
  const key = JSON.stringify([name, machine.variables.KUBECONFIG ?? null, args.globals.kubeconfig])
  const session = await opened(machine.folder, (folder) =>
    shellSession(text, name, key, folder, machine.variables),
  )
  await current()
  const { set, unset } = changesFor(call, machine, tools, name, session.path)
  const now = call.around().variables
  return { set, unset: unset.filter((one) => now[one] !== undefined) }
}

/** The variables that take a shell out of its session. */
async function left(call: CommandCall) {
  const { variables } = call.around()
  if (sessionOf(variables) === null)
    throw notFound(
      'this shell has no context of its own.',
      'Its kubectl uses current-context: `ekscope list`.',
    )
  const { folder } = await call.machine()
  await leaveShellSession(variables.KUBECONFIG ?? '', folder.path)
  return changesBetween(variables, leftOf(variables))
}

/** From this shell's variables to those of the session. With `--kubeconfig` sessions inside of it look for contexts in that file. */
function changesFor(
  { args, around, pathOf }: CommandCall,
  { variables, cwd }: Awaited<ReturnType<CommandCall['machine']>>,
  { variables: wanted, changes }: Awaited<ReturnType<typeof toolsFor>>,
  name: string,
  kubeconfig: string,
): VariableChanges {
  const list = args.globals.kubeconfig
  const outside = list === null ? variables : { ...variables, KUBECONFIG: pathOf(list) }
  const changed = [
    ...Object.keys(changes.set),
    ...changes.unset.filter((one) => variables[one] !== undefined),
  ]
  const now = around().variables
  const left = leftOf(now).KUBECONFIG
  const own = sessionSets(outside, { kubeconfig, name: visible(name), cwd, list: left, changed })
  const { set, unset } = changesBetween(now, { ...wanted, ...own })
  // Startup files of a shell may set or take away what is so already.
  return { set: { ...set, ...changes.set, ...own }, unset: [...new Set([...unset, ...changes.unset])] }
}

/** What makes the variables of a shell these. */
const changesBetween = (now: Variables, wanted: Variables): VariableChanges => ({
  unset: Object.keys(now).filter((one) => wanted[one] === undefined && /^\w+$/.test(one)),
  set: Object.fromEntries(
    Object.entries(wanted).filter(([one, value]) => now[one] !== value && /^\w+$/.test(one)),
  ),
})

function contextAndCommand(args: Arguments, usage: string) {
  const { positionals, beforeEnd } = args
  const wrong = (what: string) => new UsageError(`${what}: ekscope ${usage}`)
  // After `--` a name may begin with -; then another -- is before the command.
  const [name = '', ...rest] = positionals
  const [first, ...others] = beforeEnd === 0 && rest[0] === '--' ? rest.slice(1) : rest
  if (positionals.length === 0) throw wrong('“ekscope exec” takes a context and a command')
  if (name === '') throw wrong('“ekscope exec” takes the name of a context, and this one is empty')
  if (beforeEnd > 1 || (beforeEnd === 0 && rest[0] !== '--'))
    throw wrong('“ekscope exec” takes “--” between the context and the command')
  if (first === undefined || first === '') throw wrong('“ekscope exec” takes a command after “--”')
  return { name, command: first, args: others }
}

/** The context as a kubeconfig of its own. */
async function found(call: CommandCall, name: string) {
  if (name === '') throw new UsageError('this takes the name of a context, and this one is empty')
  refuseStandardInput(call)
  const machine = await call.machine()
  const { kubeconfig, environments, settings, identities } = await call.reading()
  const snapshot = await kubeconfig.load()
  refuseUnreadable(snapshot, call.args.globals.kubeconfig)
  const { id } = contextNamed(snapshot, name)
  const resolved = kubeconfig.store.inView().view.resolve(id)
  if (resolved === null) throw new Error('a context of the snapshot cannot be resolved')
  const made = orThrow(oneContext(resolved, kubeconfig.store.inView().files))
  const { production, kubectlInShells, unattended } = await settings.load()
  const marked = markedNames(production, kubeconfig.store.inView().view, [id])
  await demandName(call, settings, marked)
  const current = () => currentContexts(machine.folder).saw(snapshot)
  return {
    ...{ ...made, name, id, resolved, machine, environments, identities, current },
    isProduction: marked.length > 0,
    guard: marked.length > 0 && kubectlInShells === 'ask' ? unattended : null,
  }
}

/**
 * The variables of the shell. With `--aws` also those that give aws, terraform and other tools the identity of the context.
 * Standard error then lists the variables that were set or removed, and warns where other tools still have another identity
 * than kubectl.
 */
async function toolsFor(
  { args, terminal }: CommandCall,
  { name, id, resolved, environments, identities }: Awaited<ReturnType<typeof found>>,
): Promise<{ readonly variables: Variables; readonly changes: VariableChanges }> {
  const { variables: before, ...environment } = await environments.of(args.globals.environment)
  if (!args.flag('aws')) return { variables: before, changes: { set: {}, unset: [] } }
  const inEnvironment = (variables: Variables) => environmentOf(environment.name, variables, environment)
  const [subject] = await identities.subjects([id], inEnvironment(before))
  const { set, unset, profile } = orThrow(toolVariables(resolved, subject?.meant.region ?? null))
  const gone = unset.filter((one) => before[one] !== undefined)
  const left = Object.entries(before).filter(([one]) => !unset.includes(one))
  const variables = { ...Object.fromEntries(left), ...set }
  const from =
    profile === null ? `${quoted(name)} names no profile, so this shell’s variables say who acts. ` : ''
  const names = Object.keys(set).join(', ')
  await terminal.err(
    sentence(
      `${from}${names === '' ? 'Nothing is set.' : `Set by ${quoted(name)}: ${names}.`}${gone.length === 0 ? '' : ` Taken away: ${gone.join(', ')}.`}`,
    ),
  )
  const [by] = await identities.subjects([id], inEnvironment(variables))
  const tools = await identities.ofTools(inEnvironment(variables))
  if (by !== undefined && actsAs(by.predicted) !== actsAs(tools))
    await terminal.err(
      sentence(
        `Other tools than kubectl would act as ${who(tools, 'aws') || 'nobody'} here, and not as ${who(by.predicted, by.auth) || 'nobody'}, as kubectl does.`,
        'No variable can give what the entry says besides: let a profile assume that role, and name it: `ekscope set-profile`.',
      ),
    )
  else if (tools.problem !== null) await terminal.err(sentence(tools.problem.message, tools.problem.next))
  return { variables, changes: { set, unset } }
}

const actsAs = ({ arn, account, accessKeyId, permissionSet }: Predicted): string =>
  JSON.stringify([arn, account, accessKeyId, permissionSet])

async function opened<T>(
  folder: Awaited<ReturnType<CommandCall['machine']>>['folder'],
  open: (path: string) => Promise<T>,
): Promise<T> {
  orThrow(await folder.ensure())
  try {
    return await open(folder.path)
  } catch (error) {
    if (codeOf(error) === '') throw error
    throw new Refusal(ioFault(folder.path, error))
  }
}

/** The exit status of what ran; where a signal ended it, this process ends by the same one. */
export function statusOf(end: Ended, { terminal }: CommandCall): number {
  if (end.kind === 'exited') return end.code
  terminal.endBy?.(end.by)
  return 128 + constants.signals[end.by]
}

const notStarted = (command: string, code: string) =>
  new Refusal({
    code: 'not-started',
    message:
      code === 'ENOENT'
        ? `there is no command ${quoted(command)}.`
        : `${quoted(command)} could not be started: ${whyNotStarted(code)}.`,
    next: 'Check the name of the command, and PATH.',
  })

function shellNamed(args: Arguments): ShellName | null {
  const text = args.text('shell')
  if (text === 'bash' || text === 'zsh' || text === 'dash') return 'sh'
  if (text === 'pwsh') return 'powershell'
  return text === 'tcsh' ? 'csh' : oneOf(args, 'shell', shellNames)
}

/** `The token of user “a” and the private key of user “a”`. */
function sentenceOf(parts: readonly string[]): string {
  const text = parts.length > 2 ? `${parts.slice(0, 2).join(', ')} and more` : parts.join(' and ')
  return capital(text)
}
