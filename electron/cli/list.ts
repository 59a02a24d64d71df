/** `ekscope list`: every context, as in the grid. Reads files and nothing else. */
import { clusterLabel } from '../../shared/exec/parse'
import type { ContextIdentity } from '../../shared/findings/context-identity'
import { isRoleArn } from '../../shared/identity/arn'
import { isProduction, type ProductionMark } from '../../shared/identity/production'
import type { Json } from '../../shared/json'
import {
  type ContextEntry,
  type EntryId,
  isNothing,
  nothingReadable,
  problemSentence,
  type Snapshot,
} from '../../shared/kubeconfig/entries'
import { visible } from '../../shared/visible'
import { escapedJson } from '../report/json-text'
import { commandsIn, effectiveContexts } from '../report/row-json'
import { type Command, Refusal } from './command'
import { contextsNamed } from './contexts-by-name'
import { knownAdmins } from './judged-contexts'
import { listJson } from './list-json'
import { sentence, table, who } from './output'
import { nameOverwritten } from './overwritten'

export const list: Command = {
  usage: 'list [CONTEXT…] [-o wide|name|yaml]',
  summary: 'every context with the identity that it names and would use',
  examples: ['ekscope list', 'ekscope list prod-admin prod-ci -o wide', 'ekscope list -o name'],
  formats: ['wide', 'name', 'yaml'],
  help: {
    '-o wide':
      'the table with every column, nothing cut off, and namespace, user, file, whether it may do everything, and whether it is production',
    '-o name': 'the names alone, one a line',
    '-o yaml': 'what --json says, as YAML',
  },
  async run(call) {
    const { args, terminal } = call
    const { environment, output } = args.globals
    const all = await call.reading()
    const snapshot = await all.kubeconfig.load()
    await nameOverwritten(call.terminal, all)
    refuseNothingReadable(snapshot, args.globals.kubeconfig)
    const { positionals } = args
    const chosen = positionals.length === 0 ? snapshot.contexts : contextsNamed(snapshot, positionals)
    if (output === 'name') {
      const names = new Set(chosen.map(({ name }) => name))
      await terminal.out([...names].map((name) => `${visible(name)}\n`).join(''))
      return 0
    }
    const { report, admins, production } = await knownAdmins(all, snapshot, environment)
    if (args.globals.json || output === 'yaml') {
      const ids = new Set(chosen.map(({ id }) => id))
      const rows = positionals.length === 0 ? report.rows : report.rows.filter(({ id }) => ids.has(id))
      const { problem } = await all.environments.of(environment)
      const pieces = listJson({ snapshot, rows, admins, production, environment, problem })
      if (output === 'yaml') await terminal.out(await yamlOf([...pieces].join('')))
      else for (const piece of pieces) await terminal.out(piece)
      return 0
    }
    for (const file of snapshot.files) {
      const { problems } = file
      for (const problem of problems) {
        if (problem.severity !== 'error' && problem.code !== 'unwritable') continue
        await terminal.err(sentence(problemSentence(file, problem), problem.next))
      }
    }
    const rows = rowsOf(snapshot, chosen, report.contexts, admins, production)
    await terminal.out(
      rows.length === 0
        ? nothing(snapshot)
        : output === 'wide'
          ? table([...head, ...wideHead], rows, { columns: null, colours: terminal.colours })
          : table(
              head,
              rows.map((row) => row.slice(0, head.length)),
              terminal,
              spare,
              '`ekscope list -o wide`',
            ),
    )
    return 0
  },
}

/** A JSON text as YAML, without a character that would do something to a terminal. */
async function yamlOf(text: string): Promise<string> {
  const { defaultStyle, writeBlock } = await import('../kubeconfig/rewrite/style')
  const value: Json = JSON.parse(text)
  return `${escapedJson(writeBlock(value, 0, defaultStyle))}\n`
}

/** Exit status 3 where no file could be read, or the named one does not exist. */
export function refuseNothingReadable(snapshot: Snapshot, named: string | null): void {
  const nothing = nothingReadable(snapshot, named)
  if (nothing !== null) throw new Refusal(nothing)
}

/** What is left out first where there is no room. */
const spare = ['ROLE', 'REGION', 'ACCOUNT', 'PROFILE']
const wideHead = ['ADMIN', 'PRODUCTION', 'NAMESPACE', 'USER', 'FILE']
const head = ['', 'CONTEXT', 'CLUSTER', 'ACCOUNT', 'REGION', 'PROFILE', 'ROLE', 'WOULD BE', 'FINDINGS']

function rowsOf(
  snapshot: Snapshot,
  chosen: readonly ContextEntry[],
  identities: readonly ContextIdentity[],
  admins: ReadonlyMap<EntryId, boolean | null>,
  production: readonly ProductionMark[],
): readonly (readonly string[])[] {
  const used = new Set(effectiveContexts(snapshot).map(({ id }) => id))
  const commandOf = commandsIn(snapshot)
  const byId = new Map(identities.map((identity) => [identity.context, identity]))
  return chosen.map((context) => {
    const identity = byId.get(context.id)
    const meant = identity?.meant
    const pin = identity?.profilePinnedBy === 'env' ? ' (env)' : ''
    return [
      context.name === snapshot.currentContext && used.has(context.id) ? '*' : '',
      context.name,
      `${clusterLabel(meant?.name ?? null, context.cluster)}${meant?.tokenFor ? ` ≠ ${meant.tokenFor}` : ''}`,
      meant?.account ?? '',
      meant?.region ?? '',
      identity?.profile ? `${identity.profile}${pin}` : '',
      identity?.role ? roleName(identity.role) : '',
      identity ? who(identity.predicted, identity.auth, commandOf(context)) : '',
      [...new Set(identity?.findings.map(({ id }) => id))].join(' '),
      { true: 'yes', false: 'no', null: '' }[`${admins.get(context.id) ?? null}`],
      isProduction(production, context, meant ?? null) ? 'yes' : '',
      context.namespace ?? '',
      context.user ?? '',
      context.origin.file,
    ]
  })
}

/** A role by its name; any other identity in its place, whole. */
const roleName = (role: string): string => (isRoleArn(role) ? (role.split('/').at(-1) ?? role) : role)

function nothing({ files }: Snapshot): string {
  const looked = files.map(({ path }) => visible(path)).join(', ')
  return files.every(({ problems }) => problems.some(isNothing))
    ? `No kubeconfig: looked for ${looked}.\n`
    : `No contexts in ${looked}.\n`
}
