/** One kubeconfig file from disk, bounded: never hangs on a pipe, never reads more than the limit, says why not. */
import { isAscii, isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import { type BigIntStats, constants } from 'node:fs'
import { type FileHandle, lstat, open, realpath, stat } from 'node:fs/promises'
import type { FileProblem, FileProblemCode } from '../../../shared/kubeconfig/entries'
import { codeOf } from '../../system/errno'
import { readSteadily } from './steady-reads'

/** Larger files are neither read nor written: no real kubeconfig comes near it, and kubectl would take minutes over them. */
export const maxBytes = 64 * 1024 * 1024

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be'

/** What was read of a file. */
export interface ReadText {
  readonly bytes: Buffer
  readonly text: string
  /** Anything else than UTF-8 kubectl reads too, but nothing is written to it. */
  readonly encoding: Encoding
}

/** What distinguishes one state of a file from another without reading it. */
export interface FileStamp {
  readonly device: bigint
  readonly inode: bigint
  readonly bytes: number
  readonly modified: bigint
  readonly changed: bigint
}

/** What is known of a file that was read, except its content, which the values built from it may hold. */
export interface ReadFacts {
  readonly realPath: string | null
  readonly stamp: FileStamp | null
  /** Windows keeps neither mode nor owner. */
  readonly mode: number | null
  readonly uid: number | null
  /** Why it was not read; null: it was. */
  readonly problem: FileProblem | null
  /** SHA-256 of the bytes, hex; computed at the first call, which a listing never makes. */
  readonly revision: () => string | null
  /** Milliseconds since the epoch, before the first byte was read. */
  readonly at: number
}

export type FileReading = Omit<ReadFacts, 'problem' | 'revision'> &
  (
    | { readonly problem: null; readonly content: ReadText; readonly revision: () => string }
    | { readonly problem: FileProblem; readonly content: null; readonly revision: () => null }
  )

/** Stamp of a file behind symlinks; null when it does not exist or cannot be read. */
export async function stampOf(path: string): Promise<FileStamp | null> {
  try {
    return stampFrom(await stat(path, { bigint: true }))
  } catch {
    return null
  }
}

const stampKeys = ['device', 'inode', 'bytes', 'modified', 'changed'] as const

/** Within this many ms after a write a file can change again without its stamp telling. */
const racyWindow = 2_000

/** Whether a file with this stamp is what was read. */
export const isAsRead = (now: FileStamp | null, { stamp, at }: Pick<ReadFacts, 'stamp' | 'at'>): boolean =>
  now !== null &&
  stamp !== null &&
  stampKeys.every((key) => now[key] === stamp[key]) &&
  Number(stamp.modified / 1_000_000n) + racyWindow < at

function stampFrom({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): FileStamp {
  return { device: dev, inode: ino, bytes: Number(size), modified: mtimeNs, changed: ctimeNs }
}

/** What is known of a file in addition to its content. */
function factsOf(stats: BigIntStats, realPath: string) {
  const kept = process.platform !== 'win32'
  const [mode, uid] = kept ? [Number(stats.mode & 0o7777n), Number(stats.uid)] : [null, null]
  return { realPath, stamp: stampFrom(stats), mode, uid }
}

const unknown = { realPath: null, stamp: null, mode: null, uid: null }
const notRead = (
  problem: FileProblem,
  facts: Pick<ReadFacts, 'realPath' | 'stamp' | 'mode' | 'uid'> = unknown,
): FileReading => ({ ...facts, problem, content: null, revision: () => null, at: 0 })

/** Bytes that came in another way, as if they were this file's. */
export function readingOfBytes(path: string, bytes: Buffer): FileReading {
  const content = textOf(bytes)
  return content === null
    ? notRead(notText(path))
    : { ...unknown, problem: null, content, revision: hashOf(bytes), at: 0 }
}

/** Reads a file; rejects only when the signal fires. */
export async function readKubeconfig(path: string, signal?: AbortSignal): Promise<FileReading> {
  signal?.throwIfAborted()
  let handle: FileHandle | null = null
  try {
    const before = await stat(path, { bigint: true })
    // What a shell's <(…) names is a pipe without a real path.
    const realPath = before.isFile() ? await realpath(path) : await realpath(path).catch(() => path)
    const refused = unfit(path, before, realPath)
    if (refused !== null) return refused
    // Without O_NONBLOCK, opening a pipe that took the file's place would wait for its writer.
    handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    const stats = await handle.stat({ bigint: true })
    const swapped = unfit(path, stats, realPath)
    if (swapped !== null) return swapped
    const at = Date.now()
    const from = handle
    const bytes = stats.isFile()
      ? await readSteadily(from, (size) => readBounded(from, size, () => signal?.throwIfAborted()))
      : Buffer.alloc(0)
    const known = factsOf(stats, realPath)
    if (bytes === null) return notRead(tooLarge(path), known)
    // Where the length changed during the reading, the stamp fits no state on disk, so that the next load reads the file again.
    const facts = { ...known, stamp: { ...known.stamp, bytes: bytes.length } }
    const content = textOf(bytes)
    if (content === null) return notRead(notText(path), facts)
    return { ...facts, problem: null, content, revision: hashOf(bytes), at }
  } catch (error) {
    signal?.throwIfAborted()
    const isLink = (await lstat(path).catch(() => null))?.isSymbolicLink()
    const toNothing = isLink && codeOf(error) === 'ENOENT'
    return notRead(toNothing ? linkToNothing(path) : problemOf(path, error))
  } finally {
    await handle?.close()
  }
}

function unfit(path: string, stats: BigIntStats, realPath: string): FileReading | null {
  const facts = factsOf(stats, realPath)
  if (stats.isDirectory()) {
    const next = 'Name the kubeconfig file inside it.'
    return notRead(problem('is-folder', `${path} is a folder, not a file.`, next), facts)
  }
  // /dev/null is the usual way to say "no kubeconfig"; any other device or pipe could keep us waiting.
  if (!stats.isFile() && !(stats.isCharacterDevice() && realPath === '/dev/null')) {
    const message = `${path} is not a regular file but a pipe (as <(…) makes one), a socket or a device, and is not opened.`
    return notRead(problem('not-regular', message, 'Save its content to a file and name that.'), facts)
  }
  return stats.size > BigInt(maxBytes) ? notRead(tooLarge(path), facts) : null
}

/** In pieces of so much, bytes. */
const piece = 1 << 20

/** Up to the limit; null when there is more. A file that grows during the read counts as it was. `each`: for every piece. */
export async function readBounded(
  handle: FileHandle,
  size: number,
  each: (part: Buffer) => void,
): Promise<Buffer | null> {
  let buffer: Buffer = Buffer.allocUnsafe(size + 1)
  for (let length = 0; ; ) {
    const { bytesRead } = await handle.read(buffer, length, Math.min(buffer.length - length, piece), length)
    if (bytesRead === 0) return buffer.subarray(0, length)
    each(buffer.subarray(length, length + bytesRead))
    length += bytesRead
    if (length > maxBytes) return null
    if (length === buffer.length) buffer = Buffer.concat([buffer], Math.min(length * 2, maxBytes + 1))
  }
}

/** As kubectl reads it: UTF-8, its BOM kept, or UTF-16 with a BOM; null where the bytes are neither. */
export function textOf(bytes: Buffer): ReadText | null {
  const wide = wideEncoding(bytes)
  if (wide !== null) {
    try {
      return { bytes, text: new TextDecoder(wide, { fatal: true }).decode(bytes), encoding: wide }
    } catch {
      return null
    }
  }
  // The same text, made five times as fast.
  if (isAscii(bytes)) return { bytes, text: bytes.toString('latin1'), encoding: 'utf-8' }
  return isUtf8(bytes) ? { bytes, text: bytes.toString('utf8'), encoding: 'utf-8' } : null
}

/** The hash of bytes, computed at the first call: it takes as long as finding the entries. The bytes are held until then. */
function hashOf(bytes: Buffer): () => string {
  let left: Buffer | null = bytes
  let made = ''
  return () => {
    if (left !== null) made = createHash('sha256').update(left).digest('hex')
    left = null
    return made
  }
}

/** UTF-16 by its mark. */
export const isWide = (bytes: Buffer): boolean => wideEncoding(bytes) !== null

function wideEncoding(bytes: Buffer): 'utf-16le' | 'utf-16be' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null
}

function problem(code: FileProblemCode, message: string, next: string): FileProblem {
  return { code, severity: 'error', message, next, at: null }
}

function tooLarge(path: string): FileProblem {
  return problem(
    'too-large',
    `${path} is larger than 64 MiB and is not read.`,
    'Check that it is a kubeconfig; split it if it is.',
  )
}

function notText(path: string): FileProblem {
  return problem(
    'not-utf8',
    `${path} is not UTF-8 text, so kubectl cannot read it.`,
    'Convert it to UTF-8, or name another file.',
  )
}

const linkToNothing = (path: string): FileProblem =>
  problem(
    'unwritable',
    `${path} is a symbolic link to a file that does not exist.`,
    'Create the file that it leads to, or remove the link.',
  )

function problemOf(path: string, error: unknown): FileProblem {
  const code = codeOf(error)
  switch (code) {
    case 'ENOENT':
      return problem('missing', `${path} does not exist.`, 'Create it, or name another file.')
    case 'EACCES':
    case 'EPERM':
      return problem(
        'permission',
        `You have no permission to read ${path}.`,
        'Check the owner and mode of the file and of its folders.',
      )
    case 'ENOTDIR':
      return problem('io', `A part of the path ${path} is not a folder.`, 'Correct the path.')
    case 'ELOOP':
      return problem('io', `The symbolic links of ${path} lead in a circle.`, 'Remove or correct the link.')
    default:
      return problem(
        'io',
        `${path} could not be read${code === '' ? '' : ` (${code})`}.`,
        'Check that its disk is there and healthy, then try again.',
      )
  }
}
