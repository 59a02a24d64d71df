/**
 * The entry that a context names, as kubectl takes it: over the files that it merges the first of that name; for a context of a file
 * beside these (`isBeside`) the one in that very file.
 */
import { lazy } from '../once'
import { type EntryOrigin, isBeside, type KubeconfigFile, type Snapshot } from './entries'

type Files = readonly Pick<KubeconfigFile, 'path' | 'source'>[]
type Placed = { readonly origin: EntryOrigin }

/** A name with where it counts, as a key: the merged files are one place, each other file is one of its own. */
export function placedName(
  files: Files,
): (name: string, of: { readonly origin: Pick<EntryOrigin, 'file'> }) => string {
  const beside = new Set(files.filter(isBeside).map(({ path }) => path))
  if (beside.size === 0) return (name) => name
  return (name, { origin: { file } }) => (beside.has(file) ? `${file}\n${name}` : name)
}

export type NamedBy<E> = (name: string | null, by: Placed) => E | null

/** Looks up what a context names, or the entry without a name where it names none, as kubectl does. The list is read when that is first asked. */
export function entriesNamed<E extends Placed & { readonly name: string }>(
  files: Files,
  list: () => readonly E[],
): NamedBy<E> {
  const key = placedName(files)
  const found = lazy(
    () =>
      new Map(
        list()
          .flatMap((one) => (one.origin.shadowedBy === null ? [[key(one.name, one), one] as const] : []))
          .reverse(),
      ),
  )
  return (name, by) => found().get(key(name ?? '', by)) ?? null
}

/** Whether kubectl takes this context when none is named. */
export const isCurrentIn = (
  { currentContext, files }: Pick<Snapshot, 'currentContext' | 'files'>,
  { name, origin }: { readonly name: string; readonly origin: Pick<EntryOrigin, 'file' | 'shadowedBy'> },
): boolean =>
  name === currentContext &&
  origin.shadowedBy === null &&
  !files.some((file) => file.path === origin.file && isBeside(file))
