/** `ekscope fix`: so far it mends what is mended in whole files, which is what keeps kubectl from reading them. */
import { type FindingId, fileFixIds, findingIds, fixOfFile } from '../../shared/findings/findings'
import type { ContextEntry, KubeconfigFile, Snapshot } from '../../shared/kubeconfig/entries'
import { type Arguments, UsageError } from './arguments'
import type { Command } from './command'
import { carryOut, contextsNamed, openForWriting, writingHelp, writingOptions } from './writing'

/** Leading arguments that are ids of findings; from the first other one, or `--`, on they are contexts. */
function findingsFirst({ positionals, beforeEnd }: Arguments): {
  readonly findings: readonly FindingId[]
  readonly contexts: readonly string[]
} {
  const findings: FindingId[] = []
  for (const argument of positionals.slice(0, beforeEnd)) {
    const id = findingIds.find((one) => one === argument)
    if (id === undefined) break
    findings.push(id)
  }
  return { findings, contexts: positionals.slice(findings.length) }
}

const mendable = fileFixIds.join(', ')

export const fix: Command = {
  name: 'fix',
  usage: 'fix FINDING-ID [CONTEXT…]',
  summary:
    'mends unsafe-name: puts quotes around what kubectl misreads, in the files of these contexts (none named: in all files)',
  options: { ...writingOptions, all: { type: 'boolean' } },
  help: [['--all', 'mend every finding: not made yet'], ...writingHelp],
  async run(call) {
    const { findings, contexts } = findingsFirst(call.args)
    const other = findings.find((id) => !fileFixIds.includes(id))
    if (call.args.flag('all') || other !== undefined)
      throw new UsageError(`“ekscope fix” mends ${mendable} only; ${other ?? '--all'} is not made yet`)
    if (findings.length === 0)
      throw new UsageError(`“ekscope fix” takes the finding to mend: ekscope fix ${mendable}`)
    const editsOf = (file: KubeconfigFile) => findings.flatMap((id) => fixOfFile(id, file)?.edits ?? [])
    const opened = await openForWriting(call, { mends: (file) => editsOf(file).length > 0 })
    const { snapshot } = opened
    const files = contexts.length === 0 ? null : filesOf(snapshot, contextsNamed(snapshot, contexts))
    return carryOut(call, opened, {
      edits: snapshot.files.flatMap((file) => (files === null || files.has(file.path) ? editsOf(file) : [])),
    })
  },
}

/** The files that these contexts and the entries that they name stand in. */
function filesOf({ clusters, users }: Snapshot, contexts: readonly ContextEntry[]): ReadonlySet<string> {
  const behind = (
    entries: readonly { readonly name: string; readonly origin: { readonly file: string } }[],
    name: string | null,
  ) => entries.flatMap((entry) => (entry.name === name ? [entry.origin.file] : []))
  return new Set(
    contexts.flatMap(({ origin, cluster, user }) => [
      origin.file,
      ...behind(clusters, cluster),
      ...behind(users, user),
    ]),
  )
}
