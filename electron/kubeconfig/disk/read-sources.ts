/** The files of a list read from disk as what edits are applied to. */
import { realpath } from 'node:fs/promises'
import type { FileRevision } from '../../../shared/edits/plan'
import { type Fault, fault } from '../../../shared/result'
import { codeOf } from '../../system/errno'
import type { KubeconfigDocument } from '../read/document'
import { type EditSource, sourceOf } from '../read/edit-model'
import { fileLockedBy } from './kubeconfig-lock'
import { isWide, textOf } from './read-file'
import { type FileState, readForWriting } from './replace'

/** A document of this file whose text has this hash, if one was read before; without a hash the one that was read last. */
export type KnownDocuments = (path: string, revision?: string) => KubeconfigDocument | null

/** The bytes of this file as they were read before, with their hash, where they were kept. */
export type KnownBytes = (path: string) => { readonly bytes: Buffer; readonly revision: string } | null

/** Reads the list and files outside of it as sources; faults of single files stay with them. */
export async function readSources(
  list: readonly string[],
  targets: readonly string[] = [],
  known: KnownDocuments = () => null,
  bytes: KnownBytes = () => null,
): Promise<{ readonly sources: readonly EditSource[]; readonly states: readonly (FileState | null)[] }> {
  const sources: EditSource[] = []
  const states: (FileState | null)[] = []
  for (const path of [...new Set([...list, ...targets])]) {
    const state = await readForWriting(path, bytes(path) ?? undefined)
    const now = state.ok ? state.value : null
    const twin = now && states.find((one) => one?.place === now.place && one.revision === now.revision)
    states.push(now)
    const listed = list.includes(path)
    const refused = (fault: string) => sourceOf({ path, listed, text: '', fault })
    const locked = now && (await fileLockedBy(now.realPath, [...list, ...targets]))
    // What is written into a lock is gone with it, and the lock stays.
    if (locked) sources.push(refused(`it is where the lock of ${locked} goes`))
    // Changed through one of its names only, so that it is not written twice.
    else if (now?.bytes && twin) sources.push(refused(`it is ${twin.path} by another name`))
    else if (!state.ok && !(await isNothingThere(path))) sources.push(refused(state.fault.message))
    else if (!now?.bytes) sources.push(sourceOf({ path, listed, text: null, fault: null }))
    else sources.push(sourceFrom(path, listed, now.bytes, now.revision, known))
  }
  return { sources, states }
}

/** No file, or /dev/null: kubectl reads nothing from it, and it is never written. */
async function isNothingThere(path: string): Promise<boolean> {
  const real = await realpath(path).catch((error: unknown) => codeOf(error))
  return real === 'ENOENT' || real === '/dev/null'
}

function sourceFrom(
  path: string,
  listed: boolean,
  bytes: Buffer,
  revision: string | null,
  known: KnownDocuments,
): EditSource {
  const document = revision !== null && !isWide(bytes) ? known(path, revision) : null
  if (document !== null && revision !== null)
    return { path, listed, fault: null, document, revision, text: document.text }
  const decoded = textOf(bytes)
  if (decoded === null) return sourceOf({ path, listed, text: '', fault: 'it is not UTF-8' })
  const { text, encoding } = decoded
  // Its entries count for names and references; nothing is ever written to it.
  const fault = encoding === 'utf-8' ? null : 'it is UTF-16, which kubectl reads; Ekscope writes UTF-8 only'
  return sourceOf({ path, listed, text, fault })
}

export function revisionsOf(states: readonly (FileState | null)[]): readonly FileRevision[] {
  return states.flatMap((state) => (state ? [{ path: state.path, revision: state.revision }] : []))
}

export const pathsOf = (sources: readonly EditSource[]): readonly string[] => sources.map(({ path }) => path)

/**
 * The refusal where what is read now is not what was seen; null where it is, or nothing was seen. `paths`: everything that is
 * read, also what cannot be read now: a file that could be read then, or can only now, counts for what a plan says.
 */
export function changedSince(
  seen: readonly FileRevision[] | null,
  now: readonly FileRevision[],
  paths: readonly string[] = now.map(({ path }) => path),
): Fault | null {
  if (seen === null || seen.length === 0) return null
  const [was, is] = [seen, now].map((all) => new Map(all.map(({ path, revision }) => [path, revision])))
  const changed = paths.find((path) => was?.get(path) !== is?.get(path))
  if (changed === undefined) return null
  const what = !was?.has(changed)
    ? 'was not read when you saw this, and is now'
    : is?.has(changed)
      ? 'was changed by another program since you saw it'
      : 'cannot be read any more'
  return fault('changed-on-disk', `${changed} ${what}.`, 'Look at the changes, then apply again.')
}
