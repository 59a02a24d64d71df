/** `ekscope use`: moves current-context, also back. */
import { clusterLabel } from '../../shared/exec/parse'
import type { Snapshot } from '../../shared/kubeconfig/entries'
import { evalOf, option } from '../../shared/shell/offered-command'
import { quoted, visible } from '../../shared/visible'
import { commandsIn, effectiveContexts } from '../report/row-json'
import { currentContexts } from '../state/current-contexts'
import { offer } from '../system/offer'
import { sessionOf } from '../system/session'
import { UsageError } from './arguments'
import { type Command, type CommandCall, notFound, Refusal } from './command'
import { table, who } from './output'
import { carryOut, contextIn, type OpenedFiles, openForWriting, writingHelp } from './writing'

export const use: Command = {
  usage: 'use [CONTEXT|-]',
  summary: 'makes a context the current one (-: the previous one)',
  examples: ['ekscope use prod-readonly', 'ekscope use -'],
  help: { '-- CONTEXT': 'for a context whose name begins with -, after all options', ...writingHelp },
  async run(call) {
    const { args } = call
    const name = wanted(call)
    const machine = await call.machine()
    const session = args.globals.kubeconfig === null ? sessionOf(machine.variables) : null
    if (session !== null) throw new Refusal(inSession(session, name))
    const opened = await openForWriting(call)
    const { snapshot } = opened
    const current = currentContexts(machine.folder)
    const keeps = !args.flag('dry-run')
    if (keeps) await current.saw(snapshot)
    const chosen =
      name === '-' && args.beforeEnd === 1
        ? await previous(snapshot, () => current.before(snapshot, snapshot.currentContext))
        : (name ?? (await choice(call, opened)))
    const { id } = contextIn(opened, chosen)
    const status = await carryOut(call, opened, {
      edits: [{ kind: 'use-context', context: id }],
      more: { context: chosen },
    })
    if (status === 0 && keeps) await current.saw(snapshot, chosen)
    return status
  },
}

/** The name argument; null: none, and there is a terminal to choose on. */
function wanted({ args, terminal }: CommandCall): string | null {
  const [name, ...more] = args.positionals
  if (more.length > 0) throw new UsageError('“ekscope use” takes one context')
  if (name === '')
    throw new UsageError(
      '“ekscope use” takes the name of a context, and this one is empty: kubectl can use no such context',
    )
  if (name === undefined && terminal.ask === null)
    throw new UsageError('“ekscope use” takes the name of a context where there is no terminal to choose on')
  return name ?? null
}

const inSession = (session: string, name: string | null) => {
  const other = name === null || name === '-' ? 'CONTEXT' : name
  return {
    code: 'in-session',
    message: `this shell has a kubeconfig of its own, with the context ${quoted(session)} alone.`,
    next: `For another one here: ${evalOf(offer('ekscope', 'env', other))}; to leave it: ${evalOf(offer('ekscope', 'env', option('--leave')))}.`,
  }
}

async function previous(snapshot: Snapshot, before: () => Promise<readonly string[]>): Promise<string> {
  const [last] = await before()
  if (last !== undefined) return last
  throw new Refusal({
    code: 'no-previous',
    message: `Ekscope has seen no other current context of ${snapshot.files.map(({ path }) => path).join(', ')} that is still there.`,
    next: 'Name the one that you want: `ekscope list` lists the contexts.',
  })
}

/** Shows the contexts with the identity of each, and takes a number, a name, or letters that only one name has. */
async function choice({ args, terminal, signal }: CommandCall, { services, snapshot }: OpenedFiles) {
  const report = await services.identities.of(args.globals.environment, { fingerprints: false })
  const known = new Map(report.contexts.map((one) => [one.context, one]))
  const contexts = effectiveContexts(snapshot).filter(({ name }) => name !== '')
  if (contexts.length === 0) throw notFound('there are no contexts.', 'Add one: `ekscope add`.')
  const commandOf = commandsIn(snapshot)
  const rows = contexts.map((context, at) => {
    const { id, name, cluster } = context
    const identity = known.get(id)
    const wouldBe = identity ? who(identity.predicted, identity.auth, commandOf(context)) : ''
    const star = name === snapshot.currentContext ? '*' : ''
    return [`${at + 1}`, star, name, clusterLabel(identity?.meant.name ?? null, cluster), wouldBe]
  })
  await terminal.err(table(['', '', 'CONTEXT', 'CLUSTER', 'WOULD BE'], rows, terminal))
  for (;;) {
    const answer = (await terminal.ask?.('Use which? (number, name or part of it)'))?.trim() ?? ''
    if (answer === '' || signal.aborted)
      throw new Refusal({
        code: 'cancelled',
        message: 'no context was chosen.',
        next: 'current-context stays.',
      })
    const names = contexts.map(({ name }) => name)
    const found = chosenOf(names, answer)
    if (typeof found === 'string') return found
    const some = `${visible(found.slice(0, 6).join(', '))}${found.length > 6 ? ' …' : ''}`
    await terminal.err(
      found.length === 0
        ? `No context is called ${quoted(answer)}.\n`
        : `${found.length} contexts have ${quoted(answer)} in their names: ${some}\n`,
    )
  }
}

/** The name that an answer means, else all that it may mean. */
export function chosenOf(names: readonly string[], answer: string): string | readonly string[] {
  const exact = names.find((name) => name === answer)
  if (exact !== undefined) return exact
  const numbered = /^\d+$/.test(answer) ? names[Number(answer) - 1] : undefined
  if (numbered !== undefined) return numbered
  const part = answer.toLowerCase()
  const found = names.filter((name) => name.toLowerCase().includes(part))
  return found.length === 1 && found[0] !== undefined ? found[0] : found
}
