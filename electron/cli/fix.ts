/** `ekscope fix`: so far it mends one finding, the one that keeps everybody else from reading and writing the file. */
import { isMendable } from '../../shared/edits/project'
import { findingIds } from '../../shared/identity/identity'
import type { ContextEntry, Snapshot } from '../../shared/kubeconfig/entries'
import { type Arguments, UsageError } from './arguments'
import type { Command } from './command'
import { carryOut, contextsNamed, openForWriting, writingHelp, writingOptions } from './writing'

const ids: ReadonlySet<string> = new Set(findingIds)

/** Leading words that are ids are ids; from the first other word, or `--`, on they are contexts. */
function taken({ positionals, beforeEnd }: Arguments): {
  readonly findings: readonly string[]
  readonly contexts: readonly string[]
} {
  const other = positionals.findIndex((word, at) => at >= beforeEnd || !ids.has(word))
  const end = other < 0 ? positionals.length : other
  return { findings: positionals.slice(0, end), contexts: positionals.slice(end) }
}

export const fix: Command = {
  name: 'fix',
  usage: 'fix FINDING-ID [CONTEXT…]',
  summary:
    'mends unsafe-name: quotes around what kubectl misreads, in the files of these contexts (none: all)',
  options: { ...writingOptions, all: { type: 'boolean' } },
  help: [['--all', 'mend everything that is found: not made yet'], ...writingHelp],
  async run(call) {
    const { findings, contexts } = taken(call.args)
    const unknown = findings.find((id) => id !== 'unsafe-name')
    if (call.args.flag('all') || unknown !== undefined)
      throw new UsageError(
        `“ekscope fix” mends unsafe-name only; ${unknown === undefined ? '--all' : unknown} is not made yet`,
      )
    if (findings.length === 0)
      throw new UsageError('“ekscope fix” takes the finding to mend: ekscope fix unsafe-name')
    const opened = await openForWriting(call, { mends: isMendable })
    const { snapshot } = opened
    const files = contexts.length === 0 ? null : filesOf(snapshot, contextsNamed(snapshot, contexts))
    return carryOut(call, opened, {
      edits: snapshot.files
        .filter((file) => isMendable(file) && (files === null || files.has(file.path)))
        .map(({ path }) => ({ kind: 'quote-misread', file: path })),
    })
  },
}

/** Where these contexts and what they name are written. */
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
