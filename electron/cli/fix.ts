/** `ekscope fix`: the edits that mend findings, in some contexts or in all. */
import type { Edit } from '../../shared/edits/edit'
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
import { named, quoted } from '../../shared/visible'
import { type Arguments, UsageError } from './arguments'
import type { Command } from './command'
import { contextsNamed } from './context-named'
import { tryHelp } from './trying'
import { carryOut, type Doubt, type Opened, openForWriting, writingHelp } from './writing'

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
    '--all': 'every finding that an edit fixes',
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
    const { edits, doubts } = await contextEdits(opened, wanted, selected, call.args)
    return carryOut(call, opened, { edits: [...inFiles, ...edits], doubts })
  },
}

/** The edits of each wanted finding in each wanted context, and the next steps for those that no edit mends. */
async function contextEdits(
  { services, snapshot }: Opened,
  wanted: readonly FindingId[],
  selected: readonly ContextEntry[] | null,
  args: Arguments,
): Promise<{ readonly edits: readonly Edit[]; readonly doubts: readonly Doubt[] }> {
  if (!wanted.some((id) => contextFixIds.includes(id))) return { edits: [], doubts: [] }
  const known = await services.identities.of(args.globals.environment, { fingerprints: false })
  const byId = new Map(known.contexts.map((identity) => [identity.context, identity]))
  const chosen = selected === null ? null : new Set(selected.map(({ id }) => id))
  const names = new Map(snapshot.contexts.map(({ id, name }) => [id, name]))
  const edits: Edit[] = []
  const doubts: Doubt[] = []
  for (const finding of known.findings) {
    if (!wanted.includes(finding.id) || fileFixIds.includes(finding.id)) continue
    for (const context of contextsOf(finding, chosen)) {
      const identity = byId.get(context)
      const mended = identity && fixOf(finding, { ...identity, id: context })
      if (mended) edits.push(...mended.edits)
      else if (selected !== null || wanted.length === 1)
        doubts.push({
          message: `${named(names.get(context) ?? '')}: no edit fixes ${finding.id}.`,
          next: finding.advice ?? 'Look at the entry.',
        })
    }
  }
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
