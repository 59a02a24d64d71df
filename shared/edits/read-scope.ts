/** What kubectl reads together: every question about names, use and current-context is asked of one of these. */

import { at } from '../json'
import { type Behind, type EntryId, isBehind, type ModelKind } from '../kubeconfig/entries'
import { currentContextOf, type ModelEntry, type ModelFile } from './model'
import { keysNaming } from './references'

export interface DraftFile extends Record<ModelKind, ModelEntry[]> {
  readonly path: string
  readonly exists: boolean
  readonly listed: boolean
  unreadable: string | null
  readonly mendable?: boolean
  readonly placeOf?: ModelFile['placeOf']
  currentContext: string | null
}

/** Empties current-context wherever it is set, so that a later file's does not become current by itself. */
export function emptyCurrent({ files }: ReadScope): void {
  for (const file of files) if (file.unreadable === null) file.currentContext = null
}

/** Whether what is current there is what these files say: one that counts, or one before it, which says nothing. */
export function countsIn({ files }: ReadScope, written: ReadonlySet<string>): boolean {
  const counts = files.findIndex(({ currentContext }) => currentContext !== null)
  return files.slice(0, counts < 0 ? files.length : counts + 1).some(({ path }) => written.has(path))
}

/** Finds entries over all files of a draft; null while scanning the lists is still cheaper. */
interface Lookup {
  named(kind: ModelKind, name: string): readonly EntryId[] | null
  contextsNaming(kind: Behind, name: string): ReadonlySet<EntryId> | null
  get(id: EntryId): ModelEntry | null
  fileOf(id: EntryId): DraftFile | null
}

/**
 * The files of the list, which kubectl merges, or one file beside the list, which it reads for itself. No name of one scope
 * means an entry of another.
 */
export class ReadScope {
  /** Null: the list; else the path of the one file. */
  readonly alone: string | null
  /** In the order in which they count. */
  readonly files: readonly DraftFile[]
  private readonly lookup: Lookup

  constructor(alone: string | null, files: readonly DraftFile[], lookup: Lookup) {
    this.alone = alone
    this.files = files
    this.lookup = lookup
  }

  private has(id: EntryId): boolean {
    const file = this.lookup.fileOf(id)
    return file !== null && (this.alone === null ? file.listed : file.path === this.alone)
  }

  /** The entry that counts for a name: the first file that has it, the whole entry. */
  winner(kind: ModelKind, name: string | null): ModelEntry | null {
    if (name === null) return null
    const ids = this.lookup.named(kind, name)
    if (ids?.length === 0) return null
    const [only] = ids ?? []
    if (ids?.length === 1 && only !== undefined) return this.has(only) ? this.lookup.get(only) : null
    for (const file of this.files) {
      const found = file[kind].find((entry) => entry.name === name)
      if (found) return found
    }
    return null
  }

  taken(kind: ModelKind, name: string): boolean {
    const ids = this.lookup.named(kind, name)
    if (ids !== null) return ids.some((id) => this.has(id))
    return this.files.some((file) => file[kind].some((entry) => entry.name === name))
  }

  /** The name itself, or with `-2`, `-3` … behind it if it is taken. */
  freeName(kind: ModelKind, name: string): string {
    if (!this.taken(kind, name)) return name
    for (let i = 2; ; i++) if (!this.taken(kind, `${name}-${i}`)) return `${name}-${i}`
  }

  /** Contexts (also shadowed ones) that name it so, in the order of the files. */
  naming(kind: Behind, name: string): readonly ModelEntry[] {
    const ids = this.lookup.contextsNaming(kind, name)
    // Most entries have one context.
    if (ids !== null && ids.size <= 1)
      return [...ids].flatMap((id) => (this.has(id) ? (this.lookup.get(id) ?? []) : []))
    return this.files.flatMap((file) => file.context.filter((context) => at(context.value, kind) === name))
  }

  /** Contexts (also shadowed ones), or sections, whose reference ends at this very entry. */
  usersOf(entry: ModelEntry): readonly ModelEntry[] {
    const { kind } = entry
    if (kind === 'context' || this.winner(kind, entry.name) !== entry) return []
    if (isBehind(kind)) return this.naming(kind, entry.name)
    return this.files.flatMap(({ section }) => section.filter((one) => keysNaming(one, entry).length > 0))
  }

  /** The first non-empty one, as kubectl takes it. */
  currentContext(): string | null {
    return currentContextOf(this.files)
  }
}
