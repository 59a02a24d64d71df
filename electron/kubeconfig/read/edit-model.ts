/** The files of a list as values for edits: whole and with secrets, each entry read when it is first needed. */
import type { Change } from '../../../shared/edits/diff'
import type { EditModel, ModelEntry, ModelFile } from '../../../shared/edits/model'
import type { JsonMap } from '../../../shared/json'
import {
  type EntryId,
  type EntryKind,
  entryId,
  entryKinds,
  isBeside,
  isNothing,
} from '../../../shared/kubeconfig/entries'
import { jsonOf, Shape } from '../yaml/shapes'
import { resolveAlias } from '../yaml/yaml-tree'
import { type KubeconfigDocument, readDocument } from './document'
import type { ReadFile } from './project-snapshot'

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
  /** SHA-256 of `text`, where its reader knows it. */
  readonly revision?: string
  /** The file as it is on disk, where `text` is that with quotes around what kubectl misreads. */
  readonly mended?: {
    readonly text: string
    readonly document: KubeconfigDocument
    readonly changes: readonly Change[]
  }
}

/** The value under an entry's own key (`cluster:`, `user:`, `context:`); empty when there is none. */
export function entryValueOf(document: KubeconfigDocument, kind: EntryKind, index: number): JsonMap {
  if (kind === 'context' && document.isGenerated(kind, index)) {
    const { cluster, namespace, user } = document.context(index)
    return namespace === null ? { cluster, user } : { cluster, namespace, user }
  }
  const shape = new Shape()
  const item = resolveAlias(document.node(kind, index))
  const field = item.kind === 'map' ? shape.fields(item).get(kind) : undefined
  const value = field ? resolveAlias(field.value) : null
  if (value?.kind !== 'map') return {}
  return Object.fromEntries([...shape.fields(value)].map(([key, inner]) => [key, jsonOf(shape, inner.value)]))
}

/** An entry of which nothing is built before it is needed: a write looks at few of ten thousand. */
class SourceEntry implements ModelEntry {
  readonly from: EntryId | null = null
  readonly kind: EntryKind
  private readonly document: KubeconfigDocument
  private readonly path: string
  private readonly place: number
  private ownId: EntryId | null = null
  private known: JsonMap | null = null

  constructor({ document, path }: EditSource, kind: EntryKind, place: number) {
    this.kind = kind
    this.document = document
    this.path = path
    this.place = place
  }

  get name(): string {
    return this.document.name(this.kind, this.place)
  }

  get id(): EntryId {
    if (this.ownId !== null) return this.ownId
    const { document, path, kind, place } = this
    const occurrence = document.repeats(kind) ? document.entry(kind, place).occurrence : 0
    this.ownId = entryId(kind, path, document.name(kind, place), occurrence)
    return this.ownId
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
    listed: !isBeside(file),
    text: missing ? null : (document?.text ?? ''),
    fault: document === null && !missing ? (file.problems[0]?.message ?? 'it could not be read') : null,
    document: document ?? readDocument(file.path, ''),
  }
}

/** Why kubectl refuses the file; null where it reads it, or there is none. */
export function unreadableWhy(source: EditSource): string | null {
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
      for (const kind of entryKinds) {
        const [list, count] = [lists[kind], document.count(kind)]
        for (let place = 0; place < count; place++) list.push(new SourceEntry(source, kind, place))
      }
      return {
        path: source.path,
        exists: source.text !== null,
        listed: source.listed,
        unreadable: unreadableWhy(source),
        currentContext: document.currentContext,
        placeOf: (kind, name) => document.first(kind, name),
        ...lists,
      }
    }),
  }
}
