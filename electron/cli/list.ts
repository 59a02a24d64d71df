/** `ekscope list`: every context, as in the grid. Reads files and nothing else. */
import { clusterLabel } from '../../shared/exec/parse'
import type { ContextIdentity } from '../../shared/findings/context-identity'
import { isRoleArn } from '../../shared/identity/arn'
import { isNothing, problemSentence, type Snapshot } from '../../shared/kubeconfig/entries'
import { visible } from '../../shared/visible'
import { type Command, Refusal } from './command'
import { listJson } from './list-json'
import { sentence, table, who } from './output'
import { nameOverwritten } from './overwritten'
import { commandsIn, effectiveContexts } from './row-json'

export const list: Command = {
  usage: 'list',
  summary: 'every context with the identity that it names and would use',
  async run(call) {
    const { args, terminal } = call
    const { environment } = args.globals
    const all = await call.reading()
    const snapshot = await all.kubeconfig.load()
    await nameOverwritten(call.terminal, all)
    const { identities, environments } = all
    refuseNothingReadable(snapshot, args.globals.kubeconfig)
    const report = await identities.of(environment, { fingerprints: false })
    if (args.globals.json) {
      const { rows } = report
      const { problem } = await environments.of(environment)
      for (const piece of listJson({ snapshot, rows, environment, problem })) await terminal.out(piece)
      return 0
    }
    for (const file of snapshot.files) {
      const { problems } = file
      for (const problem of problems) {
        if (problem.severity !== 'error' && problem.code !== 'unwritable') continue
        await terminal.err(sentence(problemSentence(file, problem), problem.next))
      }
    }
    await terminal.out(
      snapshot.contexts.length === 0 ? nothing(snapshot) : table(head, rowsOf(snapshot, report.contexts)),
    )
    return 0
  },
}

/** Exit status 3 where no file could be read, or the named one does not exist. */
export function refuseNothingReadable({ files }: Snapshot, named: string | null): void {
  const broken = files.filter(({ problems }) => problems.some(({ severity }) => severity === 'error'))
  const missing = files.filter(({ problems }) => problems.some(({ code }) => code === 'missing'))
  const [first] = named === null ? broken : [...broken, ...missing]
  const problem = first?.problems.find(({ severity, code }) => severity === 'error' || code === 'missing')
  if (!first || !problem) return
  const readable = files.filter((file) => !broken.includes(file) && !missing.includes(file))
  if (readable.length > 0) return
  throw new Refusal({ ...problem, message: problemSentence(first, problem) })
}

const head = ['', 'CONTEXT', 'CLUSTER', 'ACCOUNT', 'REGION', 'PROFILE', 'ROLE', 'WOULD BE', 'FINDINGS']

function rowsOf(snapshot: Snapshot, identities: readonly ContextIdentity[]): readonly (readonly string[])[] {
  const used = new Set(effectiveContexts(snapshot).map(({ id }) => id))
  const commandOf = commandsIn(snapshot)
  const byId = new Map(identities.map((identity) => [identity.context, identity]))
  return snapshot.contexts.map((context) => {
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
    ]
  })
}

/** A role by its name; whatever else is in its place, whole. */
const roleName = (role: string): string => (isRoleArn(role) ? (role.split('/').at(-1) ?? role) : role)

function nothing({ files }: Snapshot): string {
  const looked = files.map(({ path }) => visible(path)).join(', ')
  return files.every(({ problems }) => problems.some(isNothing))
    ? `No kubeconfig: looked for ${looked}.\n`
    : `No contexts in ${looked}.\n`
}
