/**
 * What is known of the history without reading it: where it says of each file what its last write left there, in one small file
 * each, and how long a write may be overwritten.
 */
import { createHash } from 'node:crypto'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import type { Fault } from '../../../shared/result'
import { exposureOf } from '../../system/exposure'

/** An external change later than this after Ekscope's write is no older copy, ms. */
export const overwrittenWithin = 10 * 60_000

/** A whole copy, with the SHA-256 of its file; null: the file was made by the first write. */
const copySchema = v.nullable(v.object({ revision: v.string(), sum: v.string() }))
/** The record before, with the SHA-256 of its text, and the whole copy that it leads back to. */
export const baseSchema = v.object({ id: v.string(), sum: v.string(), copy: copySchema })
export type HistoryBase = v.InferOutput<typeof baseSchema>

export const latestSchema = v.object({
  revision: v.nullable(v.string()),
  copyDay: v.number(),
  id: v.string(),
  /** Writes since the last whole copy. */
  sinceCopy: v.optional(v.number(), 0),
  /** How much there is to read of them. Earlier versions do not say this, nor what follows. */
  bytes: v.optional(v.number(), 0),
  /** Why that state cannot be read. */
  unreadable: v.optional(v.string()),
  ...v.partial(v.omit(baseSchema, ['id'])).entries,
  /** The last write of Ekscope, where what is above is another program's; null: there is none. */
  own: v.optional(v.nullable(v.object({ id: v.string(), revision: v.nullable(v.string()) }))),
})
export type Latest = v.InferOutput<typeof latestSchema>

/** The last write of Ekscope to a file, and what that left; null: it has written none. */
export const ownIn = ({ own, id, revision }: Latest) => (own === undefined ? { id, revision } : own)

/** The schema of a text that is JSON of this kind. */
export const jsonText = <S extends v.GenericSchema>(schema: S) => v.pipe(v.string(), v.parseJson(), schema)

/** The beginning of the ids of that time (ms since the epoch; none before 0). */
export const idTime = (time: number): string =>
  new Date(Math.max(0, time)).toISOString().replaceAll(/[-:.]/g, '')

/** The time in the id of a record, ms since the epoch; 0 where it is none. */
export function timeOf(id: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z/.exec(id)?.slice(1).map(Number) ?? []
  const [year = 0, month = 1, date = 1, hours = 0, minutes = 0, seconds = 0, ms = 0] = parts
  return Date.UTC(year, month - 1, date, hours, minutes, seconds, ms)
}

export const latestFolder = (history: string): string => join(history, 'latest')

/** Why the history in this folder of the data folder may be another user's work, with the remedy. */
export const historyExposure = (history: string): Fault | null =>
  exposureOf(history, [dirname(history), history, join(history, 'copies'), latestFolder(history)])

/** The same of the history and the journal of a data folder: then nothing is written, and no interrupted write is settled. */
export function writesExposure(dataFolder: string): Fault | null {
  const journal = join(dataFolder, 'journal')
  return historyExposure(join(dataFolder, 'history')) ?? exposureOf(journal, [dataFolder, journal])
}

/** SHA-256, hex. */
export const sumOf = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex')

/** A path as a name of a file. */
export const shortHash = (text: string): string => sumOf(text).slice(0, 32)

export const latestPath = (history: string, realPath: string): string =>
  join(latestFolder(history), `${shortHash(realPath)}.json`)
