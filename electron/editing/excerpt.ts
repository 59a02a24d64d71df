/**
 * One context of each user that acts like no other, with what it points at, cut out of kubeconfigs: who acts by ten thousand contexts
 * is decided by the forms of their users, of which there are some forty. Read alone, these say the same (excerpt.test.ts).
 */
import { type EntryKind, entryKinds } from '../../shared/kubeconfig/entries'
import { type KubeconfigDocument, readDocument } from '../kubeconfig/read/document'
import type { ResolvedContext } from '../kubeconfig/read/entries'
import { type FileFacts, factsOf, fileOf } from '../kubeconfig/read/file-facts'
import { lineEndOf } from '../kubeconfig/read/offsets'
import type { ReadFile } from '../kubeconfig/read/snapshot'

/** Whole lines of one file, by their list: where each entry begins and ends in its bytes, which are UTF-8. */
export interface Excerpt {
  readonly path: string
  readonly lineEnd: string
  readonly lists: Readonly<Record<EntryKind, readonly (readonly [from: number, to: number])[]>>
}

/** The characters between two places of the bytes. */
export type Slice = (from: number, to: number) => string

/** Null where an entry cannot be read alone: it has no lines of its own, or says something elsewhere in its file. */
export function excerptsOf(
  contexts: readonly ResolvedContext[],
  files: readonly ReadFile[],
): readonly Excerpt[] | null {
  const documents = new Map(files.flatMap(({ document }) => (document ? [[document.file, document]] : [])))
  for (const document of documents.values())
    if (document.entangled || entryKinds.some((kind) => document.repeats(kind))) return null
  const chosen = new Map<string, Record<EntryKind, Set<number>>>()
  for (const { entry, clusterEntry, userEntry } of contexts) {
    for (const [kind, one] of [
      ['context', entry],
      ['cluster', clusterEntry],
      ['user', userEntry],
    ] as const) {
      if (one === null) continue
      const { file } = one.origin
      const index = documents.get(file)?.first(kind, one.name)
      if (index === undefined) return null
      const of = chosen.get(file) ?? { context: new Set(), cluster: new Set(), user: new Set() }
      of[kind].add(index)
      chosen.set(file, of)
    }
  }
  const excerpts: Excerpt[] = []
  for (const [path, indices] of chosen) {
    const document = documents.get(path)
    if (document === undefined) return null
    const lists: Record<EntryKind, readonly (readonly [number, number])[]> = {
      context: [],
      cluster: [],
      user: [],
    }
    const inBytes = bytePlaces(document.text)
    for (const kind of entryKinds) {
      const places = [...indices[kind]].sort((a, b) => a - b).map((index) => linesOf(document, kind, index))
      if (places.some((place) => place === null)) return null
      lists[kind] = places.flatMap((place) =>
        place ? [[inBytes(place[0]), inBytes(place[1])] as const] : [],
      )
    }
    excerpts.push({ path, lineEnd: lineEndOf(document.text), lists })
  }
  return excerpts
}

/** From the beginning of an entry's first line to behind its last; null where it shares one of them, or is no item of a block. */
function linesOf(document: KubeconfigDocument, kind: EntryKind, index: number): [number, number] | null {
  const { text } = document
  const { range } = document.entry(kind, index)
  const from = text.lastIndexOf('\n', range.start - 1) + 1
  if (text[range.start] !== '-' || text.slice(from, range.start).trim() !== '') return null
  const end = text.indexOf('\n', range.end)
  return [from, end < 0 ? text.length : end + 1]
}

/** Where characters of a text stand in its bytes. */
function bytePlaces(text: string): (at: number) => number {
  if (Buffer.byteLength(text) === text.length) return (at) => at
  let [known, bytes] = [0, 0]
  // From where it was asked for last: entries come in their order, and each look from the beginning would be one at the whole text.
  return (at) => {
    bytes =
      at < known ? Buffer.byteLength(text.slice(0, at)) : bytes + Buffer.byteLength(text.slice(known, at))
    known = at
    return bytes
  }
}

/** The characters of a text by their places in its bytes. */
export function sliceOf(text: string): Slice {
  if (Buffer.byteLength(text) === text.length) return (from, to) => text.slice(from, to)
  const bytes = Buffer.from(text)
  return (from, to) => bytes.toString('utf8', from, to)
}

/** These files as if they had nothing but their excerpts; one of which nothing could be read stays so. */
export function filesOfExcerpts(
  excerpts: readonly Excerpt[],
  files: readonly ReadFile[],
  slices: (path: string) => Slice | null,
): readonly ReadFile[] | null {
  const made: ReadFile[] = []
  for (const { file, document } of files) {
    const facts: FileFacts | null = factsOf(file)
    if (facts === null) return null
    const excerpt = excerpts.find(({ path }) => path === file.path)
    const slice = slices(file.path)
    if (document === null) {
      made.push({ file: fileOf(facts, null), document })
      continue
    }
    if (excerpt !== undefined && slice === null) return null
    const alone = readDocument(file.path, excerpt && slice ? textOf(excerpt, slice) : '')
    made.push({ file: fileOf(facts, alone), document: alone })
  }
  return made
}

const heads: Readonly<Record<EntryKind, string>> = {
  context: 'contexts:',
  cluster: 'clusters:',
  user: 'users:',
}

function textOf({ lists, lineEnd }: Excerpt, slice: Slice): string {
  const list = (kind: EntryKind) =>
    lists[kind].map(([from, to]) => {
      const lines = slice(from, to)
      return lines.endsWith('\n') ? lines : lines + lineEnd
    })
  return entryKinds
    .flatMap((kind) => (lists[kind].length === 0 ? [] : [heads[kind] + lineEnd, ...list(kind)]))
    .join('')
}
