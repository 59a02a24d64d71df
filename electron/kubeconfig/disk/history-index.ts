/**
 * What every record of the history says, without the texts. One file has a line of JSON for each record, appended when a record
 * is added, so that a long history is not read record by record. It is a cache and the records are the truth: what it lacks,
 * after a crash, damage, an older Ekscope or two writers at once, is read from the records. Lines of removed records are ignored.
 */
import { closeSync, constants, fstatSync, openSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { plainTitle } from '../../../shared/edits/undone'
import { isOwn } from '../../system/exposure'
import { textOfOwn, writeOwnFile } from '../../system/own-file'
import { withFile } from '../../system/with-file'
import { jsonText } from './history-latest'
import {
  type HistoryRecord,
  recordSchema,
  summaryOf,
  summarySchema,
  type WholeRecord,
} from './history-record'
import { maxBytes } from './read-file'

/** A record holds what it replaced twice over as base64, of several files at most. */
export const mostRecord = 8 * maxBytes
/** A larger index is made anew. Bytes. */
const mostBytes = 256 * 1024 * 1024
/** Records that are read at a stretch: a window stays awake in between. */
const stretch = 250

export const indexName = 'index.jsonl'
export const recordPath = (folder: string, id: string): string => join(folder, `${id}.json`)

/** What the records of these ids say, in this order; without those that cannot be read. `isAll`: there are no others. */
export async function summariesOf(
  folder: string,
  ids: readonly string[],
  isAll = false,
): Promise<readonly HistoryRecord[]> {
  if (ids.length === 0) return []
  const path = join(folder, indexName)
  const lines = ((await textOfOwn(path, mostBytes)) ?? '').split('\n').filter((line) => line !== '')
  // Without a record of an older state between them, the last one counts.
  const byId = new Map(lines.map((line) => [/"id":"([^"]*)"/.exec(line)?.[1] ?? '', line]))
  const all: HistoryRecord[] = []
  const made: HistoryRecord[] = []
  let read = 0
  for (const id of ids) {
    const known = summaryIn(folder, id, byId.get(id))
    const record = known ?? summaryAt(folder, id)
    if (record !== null) all.push(record)
    if (known !== null) continue
    if (record !== null) made.push(record)
    read += 1
    if (read % stretch === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  // Many lines of records that are gone, or that say nothing: it is worth making it anew.
  const anew = isAll && lines.length + made.length > 2 * all.length + stretch
  await (anew ? writeOwnFile(path, textOf(all)) : append(path, made)).catch(() => undefined)
  return all
}

/** Adds what a record says, or says it anew. Never fails: a line that is missing is made later. */
export const addSummary = (folder: string, text: string, record: WholeRecord): Promise<void> =>
  append(join(folder, indexName), [summaryFrom(folder, record, Buffer.byteLength(text))]).catch(
    () => undefined,
  )

const lineSchema = jsonText(summarySchema)
const textSchema = jsonText(recordSchema)
const titlesSchema = jsonText(v.object({ titles: v.array(v.string()) }))

/** A line as it was written, where the record is that long still. */
function summaryIn(folder: string, id: string, line: string | undefined): HistoryRecord | null {
  const parsed = v.safeParse(lineSchema, line)
  if (!parsed.success) return null
  try {
    const found = statSync(recordPath(folder, id))
    return found.size === parsed.output.bytes && isOwn(found) ? parsed.output : null
  } catch {
    return null
  }
}

function summaryAt(folder: string, id: string): HistoryRecord | null {
  const text = textOfRecord(folder, id)
  const parsed = v.safeParse(textSchema, text)
  return parsed.success ? summaryFrom(folder, parsed.output, Buffer.byteLength(text)) : null
}

const summaryFrom = (folder: string, record: WholeRecord, bytes: number): HistoryRecord =>
  summaryOf(record, bytes, undidPart(folder, record))

/** Earlier versions say it by the titles only: an undo of the whole write has all of them, with a word before each. */
function undidPart(folder: string, { partial, undoes, titles }: WholeRecord): boolean {
  if (partial !== undefined || undoes === null) return partial ?? false
  const undone = v.safeParse(titlesSchema, textOfRecord(folder, undoes))
  if (!undone.success) return false
  const whole = undone.output.titles.map(plainTitle)
  return titles.length !== whole.length || !titles.every((title, i) => plainTitle(title) === whole[i])
}

/** At once: read by way of the thread pool, thousands of small files cost eight times as much. Empty where there is none. */
export function textOfRecord(folder: string, id: string): string {
  let file: number | null = null
  try {
    file = openSync(recordPath(folder, id), constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    const found = fstatSync(file)
    return found.isFile() && found.size <= mostRecord && isOwn(found) ? readFileSync(file, 'utf8') : ''
  } catch {
    return ''
  } finally {
    if (file !== null) closeSync(file)
  }
}

async function append(path: string, records: readonly HistoryRecord[]): Promise<void> {
  if (records.length === 0) return
  // A pipe in its place would keep us waiting. One write, which no other program's comes between.
  const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (constants.O_NONBLOCK ?? 0)
  await withFile(path, flags, (handle) => handle.appendFile(textOf(records)))
}

// The line end comes first: a line that a crash cut short spoils no other.
const textOf = (records: readonly HistoryRecord[]): string =>
  records.map((record) => `\n${JSON.stringify(record)}`).join('')
