/** The files of a list as values for edits: whole and with secrets, each entry read when it is first asked for. */
import type { Change } from '../../../shared/edits/diff'
import type { EditModel, ModelEntry, ModelFile } from '../../../shared/edits/model'
import type { JsonMap } from '../../../shared/json'
import {
  type EntryId,
  type EntryKind,
  entryId,
  entryKinds,
  isNothing,
} from '../../../shared/kubeconfig/entries'
import { jsonOf, Shape } from '../yaml/fields'
import { resolveAlias } from '../yaml/tree'
import { type KubeconfigDocument, readDocument } from './document'
import { entriesOf } from './merge'
import type { DocumentEntry } from './outline'
import type { ReadFile } from './snapshot'

/** One file as it was read. */
export interface SourceFile {
  /** Absolute, as listed. */
  readonly path: string
  readonly listed: boolean
  /** Null when there is no such file. */
  readonly text: string | null
  /** Why it could not be read at all; null when it was. */
  readonly fault: string | null
}

export interface EditSource extends SourceFile {
  readonly document: KubeconfigDocument
  /** The file as it is on disk, where `text` is that with quotes around what kubectl misreads. */
  readonly mended?: {
    readonly text: string
    readonly document: KubeconfigDocument
    readonly changes: readonly Change[]
  }
}

/** The value under an entry's own key (`cluster:`, `user:`, `context:`); empty when there is none. */
export function entryValueOf(document: KubeconfigDocument, kind: EntryKind, index: number): JsonMap {
  const shape = new Shape()
  const item = resolveAlias(document.node(kind, index))
  const field = item.kind === 'map' ? shape.fields(item).get(kind) : undefined
  const value = field ? resolveAlias(field.value) : null
  if (value?.kind !== 'map') return {}
  return Object.fromEntries([...shape.fields(value)].map(([key, inner]) => [key, jsonOf(shape, inner.value)]))
}

/** An entry that is parsed when its value is first asked for. */
class SourceEntry implements ModelEntry {
  readonly from: EntryId | null = null
  readonly id: EntryId
  readonly kind: EntryKind
  readonly name: string
  private readonly document: KubeconfigDocument
  private readonly place: number
  private known: JsonMap | null = null

  constructor(document: KubeconfigDocument, entry: DocumentEntry) {
    this.id = entryId(entry.kind, document.file, entry.name, entry.occurrence)
    this.kind = entry.kind
    this.name = entry.name
    this.document = document
    this.place = entry.index
  }

  get value(): JsonMap {
    this.known ??= entryValueOf(this.document, this.kind, this.place)
    return this.known
  }
}

/** Reads a file's text; one that is not there is an empty document. */
export function sourceOf(file: SourceFile): EditSource {
  return { ...file, document: readDocument(file.path, file.text ?? '') }
}

/** A file as it was read last, for edits: its document is shared, nothing is parsed again. */
export function sourceOfRead({ file, document }: ReadFile): EditSource {
  const missing = file.problems.some(isNothing)
  return {
    path: file.path,
    listed: file.source !== 'opened',
    text: missing ? null : (document?.text ?? ''),
    fault: document === null && !missing ? (file.problems[0]?.message ?? 'it could not be read') : null,
    document: document ?? readDocument(file.path, ''),
  }
}

function unreadableWhy(source: EditSource): string | null {
  if (source.fault !== null) return source.fault
  if (source.text === null || source.document.readable) return null
  const problem = source.document.problems.find((one) => one.severity === 'error')
  if (!problem) return null
  return problem.at ? `line ${problem.at.line}: ${problem.message}` : problem.message
}

/** The model that edits are applied to. */
export function modelOf(sources: readonly EditSource[]): EditModel {
  return {
    files: sources.map((source): ModelFile => {
      const { document } = source
      const lists: Record<EntryKind, ModelEntry[]> = { cluster: [], user: [], context: [] }
      for (const kind of entryKinds)
        lists[kind] = entriesOf(document, kind).map((entry) => new SourceEntry(document, entry))
      return {
        path: source.path,
        exists: source.text !== null,
        listed: source.listed,
        unreadable: unreadableWhy(source),
        currentContext: document.currentContext,
        ...lists,
      }
    }),
  }
}
