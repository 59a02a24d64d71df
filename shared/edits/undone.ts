/** Which writes still count, and what is undone or redone next: read from the order of writes and what each of them undoes. */

import { subjectsOf, titledNames } from './describe'

export interface RecordedWrite {
  readonly id: string
  /** The write that this one undid; null for one that undid none. */
  readonly undoes: string | null
  /** Something of that write was left. */
  readonly partial: boolean
}

/**
 * What of each write is undone now; no entry: nothing. An undo that was itself undone counts no more, and one that was
 * undone in part, or undid a part only, leaves the rest. `writes`: newest first.
 */
export function undoneIn(writes: readonly RecordedWrite[]): ReadonlyMap<string, 'whole' | 'part'> {
  const [roots, undos] = [rootsOf(writes), undosIn(writes)]
  const undone = new Map<string, 'whole' | 'part'>()
  /** Writes of which a later one has redone something. */
  const redone = new Set<string>()
  for (const { id, undoes, partial } of writes) {
    if (undoes === null || undone.get(id) === 'whole') continue
    const root = roots.get(id) ?? undoes
    if (!undos.has(id)) redone.add(root)
    if (undone.get(undoes) === 'whole') continue
    // It left nothing because of the undos before it; of these a part may be redone since.
    const left = partial || undone.has(id) || (undoes === root && redone.has(root))
    undone.set(undoes, left ? 'part' : 'whole')
  }
  return undone
}

/** By the id of each undo and redo, the write that all of it is about. */
export function rootsOf(writes: readonly RecordedWrite[]): ReadonlyMap<string, string> {
  const roots = new Map<string, string>()
  for (const { id, undoes } of [...writes].reverse())
    if (undoes !== null) roots.set(id, roots.get(undoes) ?? undoes)
  return roots
}

/** Ids of the writes that undid one, not those that redid it. */
export function undosIn(writes: readonly RecordedWrite[]): ReadonlySet<string> {
  const undos = new Set<string>()
  for (const { id, undoes } of [...writes].reverse()) if (undoes !== null && !undos.has(undoes)) undos.add(id)
  return undos
}

/**
 * For what is undone, the undo whose redo restores it: by the id of that undo, of the write that it undid, and of the redos
 * between them. No entry where several undos of parts count, each of which has its own. `writes`: newest first.
 */
export function redoIn(writes: readonly RecordedWrite[]): ReadonlyMap<string, string> {
  const [undone, undos] = [undoneIn(writes), undosIn(writes)]
  const undid = new Map(writes.map(({ id, undoes }) => [id, undoes]))
  const below = (id: string): readonly string[] => {
    const one = undid.get(id) ?? null
    return one === null ? [] : [one, ...below(one)]
  }
  const standing = writes.filter(({ id }) => undos.has(id) && undone.get(id) !== 'whole')
  // What a later undo of their redo takes back again is redone there.
  const covered = new Set(standing.flatMap(({ id }) => below(id)))
  const redo = new Map<string, string>()
  const several = new Set<string>()
  for (const { id: undo } of standing) {
    if (covered.has(undo)) continue
    for (const id of [undo, ...below(undo)]) {
      if (redo.has(id)) several.add(id)
      else redo.set(id, undo)
    }
  }
  for (const id of several) redo.delete(id)
  return redo
}

/** The last write that is neither undone nor an undo or redo itself: so one undo after the other steps back. */
export function nextToUndo<T extends RecordedWrite>(writes: readonly T[]): T | null {
  const undone = undoneIn(writes)
  return writes.find(({ id, undoes }) => undoes === null && undone.get(id) !== 'whole') ?? null
}

/** The last undo that still counts: undoing it steps forward again. */
export function nextToRedo<T extends RecordedWrite>(writes: readonly T[]): T | null {
  const [undone, undos] = [undoneIn(writes), undosIn(writes)]
  return writes.find(({ id }) => undos.has(id) && undone.get(id) !== 'whole') ?? null
}

/** A title without what earlier undos, redos and reapplies put before it. */
export function plainTitle(title: string): string {
  return title.replace(/^(?:(?:Undo|Redo|Reapply) of: |(?:Undo: )+|Reapply: )+/, '')
}

interface Meant {
  readonly title: string
  /** Which of the names it is about, in its order. */
  readonly meant: readonly string[]
  /** It is about no others. */
  readonly all: boolean
}

function aboutNames(title: string, names: readonly string[]): readonly Meant[] {
  const subjects = subjectsOf(title)?.names ?? []
  const meant = subjects.filter((name) => names.includes(name))
  return meant.length === 0 ? [] : [{ title, meant, all: meant.length === subjects.length }]
}

/** Earlier versions quoted no names. */
function aboutUnquoted(title: string, names: readonly string[]): readonly Meant[] {
  const name = names.find((one) => title.startsWith(`${one}: `))
  return name === undefined ? [] : [{ title, meant: [name], all: true }]
}

/**
 * The titles of a write, as far as a part of it is taken: of these contexts, or what earlier undos have left. A title that
 * is about others too says which were meant.
 */
export function titlesOfPart(
  titles: readonly string[],
  part: readonly string[] | 'rest' | 'all',
): readonly string[] {
  if (part === 'all') return titles
  if (part === 'rest') return titles.map((title) => `${title} (the rest)`)
  const only = (names: readonly string[]) => ` (only ${titledNames(names)})`
  for (const find of [aboutNames, aboutUnquoted]) {
    const about = titles.flatMap((title) => find(title, part))
    if (about.length > 0)
      return about.map(({ title, meant, all }) => (all ? title : `${title}${only(meant)}`))
  }
  return titles.map((title) => `${title}${only(part)}`)
}

/** How many titles one line names. */
const mostTitles = 3

/** The titles of a write in one line. */
export function fewTitles(titles: readonly string[]): string {
  const more = titles.length - mostTitles
  return [...titles.slice(0, mostTitles), ...(more > 0 ? [`${more} more`] : [])].join('; ')
}
