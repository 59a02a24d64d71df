/** `ekscope fix`: the edits that mend findings, in some contexts or in all. */
import { mutedIdsIn } from '../../shared/audit/muted'
import { plural } from '../../shared/counted'
import type { Edit } from '../../shared/edits/edit'
import { isDecision } from '../../shared/findings/define-rule'
import {
  contextFixIds,
  type Finding,
  type FindingId,
  fileFixIds,
  findingIds,
  fixOf,
  fixOfFile,
} from '../../shared/findings/finding-rules'
import type { ContextEntry, EntryId, KubeconfigFile, Snapshot } from '../../shared/kubeconfig/entries'
import { option } from '../../shared/shell/offered-command'
import { named, quoted } from '../../shared/visible'
import { offered } from '../system/offer'
import { type Arguments, UsageError } from './arguments'
import type { Command } from './command'
import { contextsNamed } from './contexts-by-name'
import { tryHelp } from './trying'
import { carryOut, type Doubt, type OpenedFiles, openForWriting, writingHelp } from './writing'

/** Leading arguments that are ids of findings; from the first other one, or `--`, on they are contexts. */
function findingsFirst({ positionals, beforeEnd }: Arguments) {
  const ids = positionals.slice(0, beforeEnd).map((word) => findingIds.find((id) => id === word))
  const findings = ids.slice(0, [...ids, undefined].indexOf(undefined)).flatMap((id) => id ?? [])
  return { findings, contexts: positionals.slice(findings.length) }
}

const mendable: readonly FindingId[] = findingIds.filter(
  (id) => fileFixIds.includes(id) || contextFixIds.includes(id),
)

export const fix: Command = {
  usage: 'fix FINDING-ID…|--all [CONTEXT…]',
  summary: 'fixes findings, in these contexts and their files (none named: in all of them)',
  examples: [
    'ekscope fix missing-output-json --dry-run',
    'ekscope fix env-keys-win prod-readonly',
    'ekscope fix --all --dry-run',
  ],
  help: {
    'FINDING-ID': mendable.join(', '),
    '--all': 'every finding that an edit fixes, but those that are muted, or whose fix is a decision',
    ...tryHelp,
    ...writingHelp,
  },
  async run(call) {
    const all = call.args.flag('all')
    const { findings, contexts } = findingsFirst(call.args)
    const other = findings.find((id) => !mendable.includes(id))
    if (other !== undefined)
      throw new UsageError(`no edit fixes ${quoted(other)}; “ekscope fix” fixes ${mendable.join(', ')}`)
    if (all === findings.length > 0)
      throw new UsageError(
        `“ekscope fix” takes the findings to fix (${mendable.join(', ')}), or --all: ekscope fix FINDING…|--all [CONTEXT…]`,
      )
    const wanted = all ? mendable : findings
    const ofFile = (file: KubeconfigFile) => wanted.flatMap((id) => fixOfFile(id, file)?.edits ?? [])
    const opened = await openForWriting(call, { mends: (file) => ofFile(file).length > 0 })
    const { snapshot } = opened
    const selected = contexts.length === 0 ? null : contextsNamed(snapshot, contexts)
    const files = selected === null ? null : filesOf(snapshot, selected)
    const inFiles = snapshot.files.filter(({ path }) => files === null || files.has(path)).flatMap(ofFile)
    const { edits, doubts } = await contextEdits(opened, wanted, selected, call.args, all)
    return carryOut(call, opened, { edits: [...inFiles, ...edits], doubts })
  },
}

/**
 * The edits of each wanted finding in each wanted context, and the next steps for those that no edit mends. With `all`, muted
 * findings are left out, and so are fixes that are a decision: those are counted in a doubt.
 */
async function contextEdits(
  { services, snapshot }: OpenedFiles,
  wanted: readonly FindingId[],
  selected: readonly ContextEntry[] | null,
  args: Arguments,
  all: boolean,
): Promise<{ readonly edits: readonly Edit[]; readonly doubts: readonly Doubt[] }> {
  if (!wanted.some((id) => contextFixIds.includes(id))) return { edits: [], doubts: [] }
  const known = await services.identities.of(args.globals.environment, { fingerprints: false })
  const byId = new Map(known.contexts.map((identity) => [identity.context, identity]))
  const chosen = selected === null ? null : new Set(selected.map(({ id }) => id))
  const entries = new Map(snapshot.contexts.map((entry) => [entry.id, entry]))
  const mutedIn = mutedIdsIn(all ? await services.mutes.load() : [])
  const edits: Edit[] = []
  const doubts: Doubt[] = []
  const undecided = new Map<FindingId, number>()
  for (const finding of known.findings) {
    if (!wanted.includes(finding.id) || fileFixIds.includes(finding.id)) continue
    for (const context of contextsOf(finding, chosen)) {
      const [identity, entry] = [byId.get(context), entries.get(context)]
      if (identity === undefined || entry === undefined || mutedIn(entry).has(finding.id)) continue
      const mended = fixOf(finding, { ...identity, id: context })
      if (mended && all && isDecision(mended, identity))
        undecided.set(finding.id, (undecided.get(finding.id) ?? 0) + 1)
      else if (mended) edits.push(...mended.edits)
      else if (selected !== null || wanted.length === 1)
        doubts.push({
          message: `${named(entry.name)}: no edit fixes ${finding.id}.`,
          next: finding.advice ?? 'Look at the entry.',
        })
    }
  }
  for (const [id, count] of undecided)
    doubts.push({
      message: `${id} is left in ${plural(count, 'context')}: its fix names another profile, cluster or command, and that is a decision.`,
      next: `To see what it would write: ${offered('ekscope', 'fix', id, option('--dry-run'))}.`,
    })
  return { edits, doubts }
}

/** Of contexts that share a user one may keep it: once the others have their own, it is shared no more. */
function contextsOf({ id, contexts }: Finding, chosen: ReadonlySet<EntryId> | null): readonly EntryId[] {
  const wanted = chosen === null ? contexts : contexts.filter((context) => chosen.has(context))
  return id === 'shared-user' && wanted.length === contexts.length ? wanted.slice(1) : wanted
}

/** The files of these contexts and of the entries that they name. */
function filesOf({ clusters, users }: Snapshot, contexts: readonly ContextEntry[]): ReadonlySet<string> {
  return new Set(
    contexts.flatMap((context) => {
      const behind = [
        ...clusters.filter(({ name }) => name === context.cluster),
        ...users.filter(({ name }) => name === context.user),
      ]
      return [context, ...behind].map(({ origin }) => origin.file)
    }),
  )
}
