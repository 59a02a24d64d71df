/** What the history keeps of a write: its record as it is stored and as it is listed, and its changes of bytes both ways. */
import * as v from 'valibot'
import type { Inferred } from '../../../shared/inferred'
import type { JsonMap } from '../../../shared/json'
import { entryKinds, modelKinds } from '../../../shared/kubeconfig/entries'
import { ownerSchema } from '../../system/process-owner'
import type { Splice } from '../rewrite/splice'
import { baseSchema } from './history-latest'

/** One replaced range: offsets in bytes of the file before; both texts base64. */
const changeSchema = v.object({
  start: v.number(),
  removed: v.string(),
  inserted: v.string(),
  /** On the line of the range before it. */
  sameLine: v.optional(v.boolean()),
})
/** What a file is that is no kubeconfig. */
const ofSchema = v.picklist(['aws-config'])
/** What JSON.parse makes of an object. */
const valueSchema = v.custom<JsonMap>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
)
/** How an entry was called on one side of a write, and which bytes of the file are its lines; null where it was not there. */
const sideSchema = v.nullable(
  v.object({
    name: v.string(),
    start: v.number(),
    end: v.number(),
    /** What it said. Not of one of many, and not in records of earlier versions. */
    value: v.optional(valueSchema),
  }),
)
/** An entry that a write changed. */
const entrySchema = v.object({
  kind: v.picklist(modelKinds),
  before: sideSchema,
  after: sideSchema,
})
export const fileSchema = v.object({
  path: v.string(),
  realPath: v.string(),
  before: v.nullable(v.string()),
  /** Null: the write removed it. */
  after: v.nullable(v.string()),
  beforeBytes: v.number(),
  afterBytes: v.number(),
  changes: v.array(changeSchema),
  /** The file before this write is also kept whole. */
  copy: v.boolean(),
  /** What it was made on where there is no such copy. Not in records of earlier versions. */
  base: v.optional(baseSchema),
  /** Where it is no kubeconfig. Earlier versions say it of the record. */
  of: v.optional(ofSchema),
  /** Not in records of earlier versions. */
  entries: v.optional(v.array(entrySchema)),
  /** Its own current-context, where the write made that another. Not in records of earlier versions. */
  currentContext: v.optional(v.object({ before: v.nullable(v.string()), after: v.nullable(v.string()) })),
  /**
   * Why it could not be read on one side or both; null: it could. Where its bytes were not known either, `after` is the last state
   * that was.
   */
  unreadable: v.optional(v.object({ before: v.nullable(v.string()), after: v.nullable(v.string()) })),
})
/** `file` is an index into the files of the record. */
const placeSchema = v.nullable(v.object({ file: v.number(), name: v.string(), twin: v.boolean() }))
/** An entry that came, went, or got another name or file. */
const linkSchema = v.object({
  kind: v.picklist(entryKinds),
  before: placeSchema,
  after: placeSchema,
  /** Contexts of other files that named it so already. Not in records of earlier versions. */
  awaitedBy: v.optional(v.array(v.string())),
  /** Contexts of other files that name it still. Not in records of earlier versions. */
  leftBy: v.optional(v.array(v.string())),
})
/** An entry to which current-context led. */
const reachedSchema = v.object({
  realPath: v.string(),
  name: v.string(),
  known: v.record(v.string(), v.string()),
})
const reachedCurrentSchema = v.nullable(
  v.object({
    context: reachedSchema,
    cluster: v.nullable(reachedSchema),
    user: v.nullable(reachedSchema),
  }),
)
const storedSchema = v.object({
  version: v.literal(1),
  id: v.string(),
  at: v.number(),
  /** `others`: another program wrote, and this Ekscope saw it. */
  by: v.picklist(['window', 'terminal', 'others']),
  /** What was done, one line an edit. */
  titles: v.array(v.string()),
  undoes: v.nullable(v.string()),
  /** It undid a part of that write, and something of it was left. Not in records of earlier versions. */
  partial: v.optional(v.boolean()),
  restores: v.nullable(v.string()),
  /** It was interrupted, and another program wrote before the next start: it may or may not have been written. */
  uncertain: v.boolean(),
  owner: ownerSchema,
  files: v.pipe(v.array(fileSchema), v.minLength(1)),
  /** Not in records of earlier versions. */
  entries: v.optional(v.array(linkSchema)),
  /** Where current-context may have changed: what that led to. Not in records of earlier versions. */
  current: v.optional(v.object({ before: reachedCurrentSchema, after: reachedCurrentSchema })),
  /** Contexts of other files that changed because their cluster or user did. Not in records of earlier versions. */
  along: v.optional(v.array(v.object({ realPath: v.string(), name: v.string() }))),
  /**
   * Other files whose current-context, which did not count, had the name that a context got. Where none was renamed, and in
   * records of earlier versions, not there.
   */
  pointing: v.optional(v.array(v.string())),
  /** In records of an earlier version: what all of its files are. */
  of: v.optional(ofSchema),
})

/** Moves what an earlier version recorded for a whole record to its files. */
function perFile<
  F extends { readonly of?: FileOf | undefined },
  R extends { readonly of?: FileOf | undefined },
>({ of, files, ...record }: R & { readonly files: readonly F[] }) {
  return { ...record, files: of === undefined ? [...files] : files.map((file) => ({ ...file, of })) }
}

export const recordSchema = v.pipe(storedSchema, v.transform(perFile))
/** What is asked of every record at once: all but the texts. */
export const summarySchema = v.pipe(
  v.object({
    ...v.omit(storedSchema, ['owner', 'files']).entries,
    partial: v.boolean(),
    /** How long the record is. */
    bytes: v.number(),
    files: v.array(
      v.object({
        ...v.omit(fileSchema, ['changes', 'base', 'entries']).entries,
        /** Lines, as a diff counts them. */
        added: v.number(),
        removed: v.number(),
      }),
    ),
  }),
  v.transform(perFile),
)

/** A write, without the texts that it removed and inserted. */
export type HistoryRecord = Inferred<typeof summarySchema>
/** Whether a record is a write of Ekscope. */
export const isOurs = ({ by }: Pick<HistoryRecord, 'by'>): boolean => by !== 'others'
export type HistoryFile = HistoryRecord['files'][number]
export type FileOf = Inferred<typeof ofSchema>
/** A write with these texts. */
export type WholeRecord = Inferred<typeof recordSchema>
export type HistoryEntry = Inferred<typeof entrySchema>
export type HistoryLink = Inferred<typeof linkSchema>
export type HistoryCurrent = NonNullable<HistoryRecord['current']>
export type WholeFile = Inferred<typeof fileSchema>
export type HistoryChange = Inferred<typeof changeSchema>

interface Reached<E> {
  readonly context: E
  readonly cluster: E | null
  readonly user: E | null
}

/** What current-context led to, each entry said in another way. */
export const mapReached = <A, B>(reached: Reached<A> | null, how: (entry: A) => B) =>
  reached && {
    context: how(reached.context),
    cluster: reached.cluster && how(reached.cluster),
    user: reached.user && how(reached.user),
  }

/** A replaced range of bytes. */
export interface ByteSplice {
  readonly start: number
  readonly end: number
  readonly text: string | Buffer
}

/** Bytes with these ranges, which ascend, replaced. */
export function spliced(bytes: Buffer, changes: readonly ByteSplice[]): Buffer {
  const parts: Uint8Array[] = []
  let position = 0
  for (const { start, end, text } of changes) {
    parts.push(bytes.subarray(position, start), typeof text === 'string' ? Buffer.from(text) : text)
    position = end
  }
  return Buffer.concat([...parts, bytes.subarray(position)])
}

/** Replaced ranges of a text as ranges of its bytes, of which there are so many. */
export function inBytes(
  before: string,
  changes: readonly Splice[],
  bytes = Buffer.byteLength(before),
): readonly Splice[] {
  // As many bytes as characters: each is one.
  const plain = bytes === before.length
  const lengthOf = (from: number, to: number) =>
    plain ? to - from : Buffer.byteLength(before.slice(from, to))
  let [offset, position] = [0, 0]
  return changes.map((change) => {
    offset += lengthOf(position, change.start)
    const start = offset
    offset += lengthOf(change.start, change.end)
    position = change.end
    return { start, end: offset, text: change.text }
  })
}

/** Applies recorded changes to the bytes before them. */
export const applyChanges = (before: Buffer, changes: readonly HistoryChange[]): Buffer =>
  spliced(
    before,
    changes.map(({ start, removed, inserted }) => ({
      start,
      end: start + Buffer.byteLength(removed, 'base64'),
      text: Buffer.from(inserted, 'base64'),
    })),
  )

/** The changes that undo recorded changes, in offsets of the bytes after them. */
export function inverseChanges(changes: readonly HistoryChange[]): readonly HistoryChange[] {
  let shift = 0
  return changes.map((change) => {
    const start = change.start + shift
    shift += Buffer.byteLength(change.inserted, 'base64') - Buffer.byteLength(change.removed, 'base64')
    return { start, removed: change.inserted, inserted: change.removed }
  })
}

export function summaryOf(
  { owner: _, files, ...record }: WholeRecord,
  bytes: number,
  partial: boolean,
): HistoryRecord {
  return {
    ...record,
    partial,
    bytes,
    files: files.map(({ changes, base: _base, entries: _entries, ...file }) => {
      const lines = changes.map(changedLines)
      const sum = (of: 'added' | 'removed') => lines.reduce((all, line) => all + line[of], 0)
      return { ...file, added: sum('added'), removed: sum('removed') }
    }),
  }
}

const text64 = (base64: string) => Buffer.from(base64, 'base64').toString()

/** How many lines a splice adds and removes, as a diff counts: those inside a line replace that line, once. */
function changedLines(change: HistoryChange): { readonly added: number; readonly removed: number } {
  const [inserted, removed] = [text64(change.inserted), text64(change.removed)]
  const breaks = (text: string) => text.split('\n').length - 1
  const whole = (text: string) => text === '' || text.startsWith('\n') || text.endsWith('\n')
  const line = (whole(inserted) && whole(removed)) || change.sameLine ? 0 : 1
  return { added: breaks(inserted) + line, removed: breaks(removed) + line }
}
