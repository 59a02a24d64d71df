/** The contexts that a command is about, of files that could be read. */

import { grouped } from '../../shared/grouped'
import {
  type ContextEntry,
  type FileProblem,
  type KubeconfigFile,
  type NamedEntries,
  nothingReadable,
  problemSentence,
  type Snapshot,
} from '../../shared/kubeconfig/entries'
import { lazy } from '../../shared/once'
import { quoted } from '../../shared/visible'
import { effectiveContexts } from '../report/row-json'
import { type CommandCall, notFound, Refusal } from './command'
import { didYouMean, nearest } from './nearest'

/** Why a file could not be read; a missing one is no error. */
export const errorOf = ({ problems }: KubeconfigFile): FileProblem | undefined =>
  problems.find(({ severity, code }) => severity === 'error' && code !== 'missing')

/** Requirements that a command relaxes. */
export interface OpenOptions {
  /** The command writes no file of the list, so no interrupted write is recovered first. */
  readonly reads?: boolean
  /** A missing file of `--kubeconfig` is created. */
  readonly creates?: boolean
  /** It is for one file or list: not for a folder or pattern of kubeconfigs. */
  readonly inOne?: boolean
  /** Unreadable files that the command itself mends. */
  readonly mends?: (file: KubeconfigFile) => boolean
}

/** Refuses while a file of the list cannot be read, or the one of `--kubeconfig` is not there. */
export function refuseUnreadable(snapshot: Snapshot, named: string | null, opening: OpenOptions = {}): void {
  const { files } = snapshot
  const nothing = files.length === 0 ? nothingReadable(snapshot, named) : null
  if (nothing !== null) throw new Refusal(nothing)
  for (const file of files) {
    const problem = errorOf(file)
    if (!problem || opening.mends?.(file)) continue
    throw new Refusal({ ...problem, message: problemSentence(file, problem) })
  }
  if (opening.inOne === true && files.some(({ source }) => source === 'folder'))
    throw new Refusal({
      code: 'folder',
      message: `${named} stands for several kubeconfigs, of which each is read alone.`,
      next: 'Name the one file that this is for: --kubeconfig FILE.',
    })
  if (named === null || opening.creates) return
  const missing = files.flatMap(({ problems }) => problems).find(({ code }) => code === 'missing')
  if (missing) throw new Refusal(missing)
}

/** What came on standard input can be read, not written back, and no other command finds it there. */
export function refuseStandardInput({ args }: Pick<CommandCall, 'args'>): void {
  if (args.globals.kubeconfig !== '-') return
  throw new Refusal({
    code: 'standard-input',
    message: '--kubeconfig - is standard input, which this command cannot write to or hand on.',
    next: 'Save it to a file and name that, or take it over: `ekscope import -`.',
  })
}

/**
 * The context of this name as kubectl would take it; refuses an unknown name. `named`: an index of entries by name, where there
 * is one.
 */
export function contextNamed(snapshot: Snapshot, name: string, named: NamedEntries | null = null) {
  const inList = named?.context(name)
  if (inList) return inList
  const contexts = lazy(() => effectiveContexts(snapshot))
  const [found, ...others] = contexts().filter((context) => context.name === name)
  if (found && others.length === 0) return found
  if (found)
    throw new Refusal({
      code: 'several',
      message: `a context is called ${quoted(name)} in ${[found, ...others].map(({ origin }) => origin.file).join(', ')}.`,
      next: 'Say which: --kubeconfig FILE.',
    })
  const files = snapshot.files.map(({ path }) => path).join(', ')
  const meant = didYouMean(
    nearest(
      name,
      contexts().map((context) => context.name),
    ),
  )
  throw notFound(
    `there is no context ${quoted(name)} in ${files}.`,
    `${meant}\`ekscope list\` lists the contexts.`,
  )
}

/** The contexts of these names, each once. */
export function contextsNamed(snapshot: Snapshot, names: readonly string[]): readonly ContextEntry[] {
  const byName = grouped(effectiveContexts(snapshot), ({ name }) => name)
  const only = (some: readonly ContextEntry[] = []) => (some.length === 1 ? some[0] : undefined)
  return [...new Set(names)].map((name) => only(byName.get(name)) ?? contextNamed(snapshot, name))
}
