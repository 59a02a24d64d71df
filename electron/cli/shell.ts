/** `ekscope shell`: the user's own shell with one context, until it ends. */
import path from 'node:path'
import { evalOf, option } from '../../shared/shell/offered-command'
import { quoted } from '../../shared/visible'
import { choosesIdentity } from '../system/environment'
import { guardScript, guardSees } from '../system/kubectl-guard'
import { leadsTo } from '../system/look-path'
import { offer } from '../system/offer'
import { sessionOf, shellVariable } from '../system/session'
import { runsForSession } from '../system/session-folder'
import { ownShell, startOfShell } from '../system/shell-start'
import { usedLikeThis } from './arguments'
import { type Command, type CommandCall, notFound, Refusal } from './command'
import { awsHelp, inSession, statusOf } from './exec'
import { sentence } from './output'

export const shell: Command = {
  usage: 'shell CONTEXT [--aws], shell --leave',
  summary: 'starts your shell with a context, which its prompt names; current-context stays',
  examples: ['ekscope shell prod-readonly', 'ekscope shell --leave'],
  help: {
    '--aws': awsHelp,
    '--leave': 'ends the shell that `ekscope shell` started, with what runs in it',
    '-- CONTEXT': 'for a context whose name begins with -, after all options',
  },
  outside: true,
  async run(call) {
    const leaves = call.args.flag('leave')
    const [name, ...more] = call.args.positionals
    if (more.length > 0 || leaves === (name !== undefined)) throw usedLikeThis(this)
    return leaves ? left(call) : started(call, name ?? '')
  },
}

async function started(call: CommandCall, name: string) {
  const { terminal } = call
  const around = call.around()
  const outer = sessionOf(around.variables)
  let told = false
  const leave = () => {
    told = true
  }
  process.on('SIGHUP', leave)
  const end = await inSession(call, name, 'shell', async (given) => {
    const { session, changes, variables, isProduction } = given
    const command = ownShell(variables, around.platform)
    const set = { ...changes.set, [shellVariable]: `${process.pid}` }
    const isGuarded = await guarded(call, name, given)
    const folder = path.dirname(session.path)
    const inPath = isGuarded ? { PATH: [folder, variables.PATH ?? ''].join(path.delimiter) } : {}
    const env = { ...variables, ...set, ...inPath }
    const clean = call.args.globals.environment === 'clean'
    const kept = clean ? [...choosesIdentity] : changes.unset.filter((one) => choosesIdentity.has(one))
    const start = startOfShell(command, {
      folder,
      changes: { set, unset: kept.filter((one) => !Object.hasOwn(set, one)) },
      onPath: isGuarded,
      mark: isProduction ? ', production' : '',
      variables: env,
    })
    for (const [file, text] of Object.entries(start?.files ?? {})) await session.add(file, text)
    if (terminal.errIsTerminal)
      await terminal.err(
        sentence(
          `${command} with the context ${quoted(name)} and no other; exit ends it.`,
          outer === null ? null : `It is inside of a shell with ${quoted(outer)}, to which that leads back.`,
        ),
      )
    if (start === null)
      await terminal.err(
        sentence(
          `Ekscope has no way into the startup files of ${command}: its prompt does not name the context, and what they export counts.`,
          'Which context it has: `kubectl config current-context`.',
        ),
      )
    return { command, args: start?.args ?? [], env: { ...env, ...start?.set } }
  })
  process.removeListener('SIGHUP', leave)
  if (end === null) return 130
  return told ? 0 : statusOf(end, call)
}

/** Puts the kubectl that asks into the session, where that is wanted; says what it does not see. */
async function guarded(
  call: CommandCall,
  name: string,
  { session, guard }: Parameters<Parameters<typeof inSession>[3]>[0],
): Promise<boolean> {
  if (guard === null) return false
  const { terminal } = call
  if (call.around().platform === 'win32') {
    await terminal.err(sentence('kubectl asks for no name here: that is for shells of Linux and macOS.'))
    return false
  }
  await session.add('kubectl', guardScript({ kubeconfig: session.path, name, unattended: guard }), true)
  const file = path.join(path.dirname(session.path), 'kubectl')
  if ((await leadsTo(file, {})) === null)
    throw new Refusal({
      code: 'not-started',
      message: `${file} may not be run, so kubectl would not ask for the name of ${quoted(name)}.`,
      next: 'Set XDG_RUNTIME_DIR or EKSCOPE_HOME to where programs may be run, or turn the question off: `ekscope settings kubectlInShells pass`.',
    })
  if (terminal.errIsTerminal) await terminal.err(sentence(guardSees))
  return true
}

/** Ends the shell around this process. */
async function left(call: CommandCall) {
  const { variables } = call.around()
  const pid = sessionOf(variables) === null ? null : Number(variables[shellVariable])
  if (pid === null || !(await runsForSession(variables.KUBECONFIG ?? '', pid)))
    throw notFound(
      'this shell is not one that `ekscope shell` started.',
      sessionOf(variables) === null
        ? 'Its kubectl uses current-context: `ekscope list`.'
        : `To leave its context: ${evalOf(offer('ekscope', 'env', option('--leave')))}`,
    )
  process.kill(pid, 'SIGHUP')
  return 0
}
