/** `ekscope exec` and `ekscope env`: a context for one command, or for one shell, while current-context stays what it is. */

import { constants } from 'node:os'
import { capital } from '../../shared/capital'
import { evalOf, option } from '../../shared/shell/offered-command'
import { quoted, visible } from '../../shared/visible'
import { oneContext } from '../editing/one-context'
import { markedNames } from '../identity/marked'
import { currentContexts } from '../state/current-contexts'
import { codeOf, ioFault } from '../system/errno'
import { offer } from '../system/offer'
import { whyNotStarted } from '../system/run-command'
import { runInTerminal, type TerminalEnd } from '../system/run-in-terminal'
import { outsideOf, sessionOf, sessionSets, sessionVariables } from '../system/session'
import { commandSession, leaveShellSession, shellSession } from '../system/session-folder'
import { type ShellName, shellNames, shellOf, shellScript, shellScripts } from '../system/shell-script'
import { type Arguments, oneOf, UsageError } from './arguments'
import { type Command, type CommandCall, notFound, orThrow, print, Refusal } from './command'
import { contextNamed, refuseStandardInput, refuseUnreadable } from './context-named'
import { sentence } from './output'
import { demandName } from './production-guard'

export const exec: Command = {
  usage: 'exec CONTEXT -- COMMAND…',
  summary: 'runs one command with a context; current-context stays',
  examples: ['ekscope exec prod-readonly -- kubectl config current-context'],
  help: { '-- CONTEXT -- COMMAND…': 'for a context whose name begins with -' },
  outside: true,
  async run(call) {
    const { name, command, args } = contextAndCommand(call.args, this.usage)
    const { environments, text, machine, current } = await found(call, name)
    const { variables } = await environments.of(call.args.globals.environment)
    // Interrupted before it began.
    if (call.signal.aborted) return 130
    const session = await opened(machine.folder, (folder) =>
      commandSession(text, name, folder, machine.variables),
    )
    try {
      await current()
      const env = { ...variables, ...setsFor(call, machine, name, session.path) }
      const end = await runInTerminal(command, args, { env, cwd: machine.cwd })
      if (await session.written())
        await call.terminal.err(
          sentence(
            'the command wrote to its own kubeconfig, which is removed with what was written.',
            'To keep such a change, run the command without `ekscope exec`.',
          ),
        )
      return statusOf(end, command, call)
    } finally {
      await session.close()
    }
  },
}

export const env: Command = {
  usage: 'env [CONTEXT]',
  summary: 'prints what gives one shell a context: eval "$(ekscope env CONTEXT)"; current-context stays',
  examples: [
    'eval "$(ekscope env prod-readonly)"',
    'eval "$(ekscope env --leave)"',
    'ekscope env prod-readonly --json',
  ],
  help: {
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
      throw new UsageError('“ekscope env” is used like this: ekscope env CONTEXT, or: ekscope env --leave')
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
  const { environments, text, secrets, machine, current } = await found(call, name)
  if (secrets.length > 0 && !args.flag('secrets'))
    throw new Refusal({
      code: 'holds-secret',
      message: `${sentenceOf(secrets)} would be copied into Ekscope’s data folder for as long as the shell lives.`,
      next: 'Run the shell itself with the context, and the copy goes with it: `ekscope exec CONTEXT -- COMMAND`. Or allow the copy: --secrets.',
    })
  const key = JSON.stringify([name, machine.variables.KUBECONFIG ?? null, args.globals.kubeconfig])
  const session = await opened(machine.folder, (folder) =>
    shellSession(text, name, key, folder, machine.variables),
  )
  await current()
  const { variables } = await environments.of(args.globals.environment)
  const unset = Object.keys(machine.variables).filter(
    (one) => variables[one] === undefined && /^\w+$/.test(one),
  )
  return { set: setsFor(call, machine, name, session.path), unset }
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
  const { KUBECONFIG } = outsideOf(variables)
  return KUBECONFIG === undefined
    ? { set: {}, unset: ['KUBECONFIG', ...sessionVariables] }
    : { set: { KUBECONFIG }, unset: sessionVariables }
}

/** With `--kubeconfig` sessions inside of this one look for contexts in that file. */
function setsFor(
  { args, pathOf }: CommandCall,
  { variables, cwd }: Awaited<ReturnType<CommandCall['machine']>>,
  name: string,
  kubeconfig: string,
) {
  const list = args.globals.kubeconfig
  const outside = list === null ? variables : { KUBECONFIG: pathOf(list) }
  return sessionSets(outside, { kubeconfig, name: visible(name), cwd })
}

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
  if (name === '') throw new UsageError('“ekscope env” takes the name of a context, and this one is empty')
  refuseStandardInput(call)
  const machine = await call.machine()
  const { kubeconfig, environments, settings } = await call.reading()
  const snapshot = await kubeconfig.load()
  refuseUnreadable(snapshot, call.args.globals.kubeconfig)
  const { id } = contextNamed(snapshot, name)
  const resolved = kubeconfig.store.inView().view.resolve(id)
  if (resolved === null) throw new Error('a context of the snapshot cannot be resolved')
  const made = orThrow(oneContext(resolved, kubeconfig.store.inView().files))
  const { production } = await settings.load()
  await demandName(call, settings, markedNames(production, kubeconfig.store.inView().view, [id]))
  const current = () => currentContexts(machine.folder).saw(snapshot)
  return { ...made, machine, environments, current }
}

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

/** The exit status of the command; 3 where it could not be started. */
function statusOf(end: TerminalEnd, command: string, { terminal }: CommandCall): number {
  switch (end.kind) {
    case 'exited':
      return end.code
    case 'killed':
      terminal.endBy?.(end.by)
      return 128 + constants.signals[end.by]
    case 'not-started':
      throw new Refusal({
        code: 'not-started',
        message:
          end.code === 'ENOENT'
            ? `there is no command ${quoted(command)}.`
            : `${quoted(command)} could not be started: ${whyNotStarted(end.code)}.`,
        next: 'Check the name of the command, and PATH.',
      })
  }
}

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
