/**
 * What every record of the history says, in one file, so that a long history is not read record by record: one line of
 * JSON a record, appended when a record comes. It is a cache and the records are the truth: what it lacks, after a crash,
 * damage, an older Ekscope or two writers at once, is read from the records, and lines of records that are gone count for
 * nothing.
 */
import { constants } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { textOfOwn, writeOwnFile } from '../../system/own-file'

interface Indexed {
  readonly id: string
}

export interface IndexOptions<T extends Indexed> {
  /** The file; its folder is there. */
  readonly path: string
  /** A line as it was written; null for anything else. */
  readonly parse: (json: unknown) => T | null
  /** Whether that is what the record says as it is now, as far as can be told without reading it. */
  readonly fits: (line: T) => boolean
  /** What the record of that id says; null where it cannot be read. */
  readonly read: (id: string) => T | null
}

export interface HistoryIndex<T extends Indexed> {
  /** What the records of these ids say, in this order; without those that cannot be read. */
  of(ids: readonly string[]): Promise<readonly T[]>
  /** Whether so many records cannot be in it; reads nothing. */
  isBehind(records: number): Promise<boolean>
  /** Adds a record, or says anew what one says. Never fails: a line that is missing is made later. */
  add(line: T): Promise<void>
}

/** A larger index is made anew. Bytes. */
const mostBytes = 256 * 1024 * 1024
/** No line is shorter. Bytes. */
const leastBytes = 200
/** Records that are read at a stretch: a window stays awake in between. */
const stretch = 250

/** Opens the index without touching the disk. */
export function openHistoryIndex<T extends Indexed>({
  path,
  parse,
  fits,
  read,
}: IndexOptions<T>): HistoryIndex<T> {
  let loaded: { readonly stamp: string; readonly lines: Map<string, T>; readonly count: number } | null = null

  async function load(): Promise<{ readonly lines: Map<string, T>; readonly count: number }> {
    const stamp = await stat(path, { bigint: true }).then(
      ({ ino, size, mtimeNs }) => `${ino} ${size} ${mtimeNs}`,
      () => '',
    )
    if (loaded !== null && stamp !== '' && loaded.stamp === stamp) return loaded
    const lines = new Map<string, T>()
    let count = 0
    for (const text of ((await textOfOwn(path, mostBytes)) ?? '').split('\n')) {
      if (text === '') continue
      count += 1
      const line = lineOf(text)
      // Without a record of an older state between them, the last one counts.
      if (line !== null) lines.set(line.id, line)
    }
    loaded = { stamp, lines, count }
    return loaded
  }

  function lineOf(text: string): T | null {
    try {
      return parse(JSON.parse(text))
    } catch {
      return null
    }
  }

  async function of(ids: readonly string[]): Promise<readonly T[]> {
    const { lines, count } = await load()
    const all: T[] = []
    const made: T[] = []
    let done = 0
    for (const id of ids) {
      const found = lines.get(id)
      const known = found !== undefined && fits(found) ? found : undefined
      const line = known ?? read(id)
      if (line !== null) all.push(line)
      if (known !== undefined) continue
      if (line !== null) {
        lines.set(id, line)
        made.push(line)
      }
      done += 1
      if (done % stretch === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    // Many lines of records that are gone, or that say nothing: it is worth making it anew.
    const keep = count + made.length > 2 * all.length + stretch ? rewrite(all) : append(made)
    await keep.catch(() => undefined)
    return all
  }

  const rewrite = (all: readonly T[]): Promise<void> => writeOwnFile(path, textOf(all))

  async function append(lines: readonly T[]): Promise<void> {
    if (lines.length === 0) return
    // A pipe in its place would keep us waiting. One write, which no other program's comes between.
    const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (constants.O_NONBLOCK ?? 0)
    const handle = await open(path, flags, 0o600)
    try {
      await handle.appendFile(textOf(lines))
    } finally {
      await handle.close()
    }
  }

  // The line end comes first: a line that a crash cut short spoils no other.
  const textOf = (lines: readonly T[]): string => lines.map((line) => `\n${JSON.stringify(line)}`).join('')

  const isBehind = (records: number): Promise<boolean> =>
    stat(path).then(
      ({ size }) => size < records * leastBytes,
      () => records > 0,
    )

  return { of, isBehind, add: (line) => append([line]).catch(() => undefined) }
}
