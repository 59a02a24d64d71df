/**
 * What is known of the history without reading it: where it says of each file what its last write left there, in one small file
 * each, and how long a write may be overwritten.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import * as v from 'valibot'

/** An external change that comes later than this after our write is no older copy, ms. */
export const overwrittenWithin = 10 * 60_000

export const latestSchema = v.object({
  revision: v.nullable(v.string()),
  copyDay: v.number(),
  id: v.string(),
  /** Writes since the last whole copy. */
  sinceCopy: v.optional(v.number(), 0),
})

export const latestFolder = (history: string): string => join(history, 'latest')

/** A path as a name of a file. */
export const shortHash = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 32)

export const latestPath = (history: string, realPath: string): string =>
  join(latestFolder(history), `${shortHash(realPath)}.json`)
