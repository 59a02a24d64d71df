/** The file in which the first picture of a fleet is kept between two starts, in three lines of JSON. */
import { createHash } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import * as v from 'valibot'
import type { IdentityReport } from '../../shared/ipc/contract'
import type { Packed } from '../../shared/ipc/packed'
import type { Snapshot } from '../../shared/kubeconfig/entries'
import { writeOwnFile } from '../system/own-file'
import { sweepFolderOf } from '../system/process-owner'
import type { Excerpt } from './excerpt'

const Place = v.tuple([v.number(), v.number()])
const Text = v.nullable(v.string())
const Head = v.object({
  /** A hash of the program that wrote it: another may make something else of the same. */
  program: v.string(),
  /** Of the two lines behind it. */
  hash: v.string(),
  /** Of what was known of the files without a look at their entries, their hashes among it. */
  facts: v.string(),
  /** How the files stood on disk. */
  stamps: v.array(v.object({ path: v.string(), bytes: v.number(), modified: v.number() })),
  current: v.array(v.object({ path: v.string(), currentContext: Text })),
  excerpts: v.array(
    v.object({
      path: v.string(),
      lineEnd: v.string(),
      lists: v.object({ context: v.array(Place), cluster: v.array(Place), user: v.array(Place) }),
    }),
  ),
  /** Of everything else that the report stands on. */
  key: v.string(),
  expects: v.boolean(),
  /** The files that fingerprints stand on. */
  named: v.array(v.string()),
  /** The contexts of which there are fingerprints. */
  printed: v.array(v.string()),
})

export interface Picture extends Omit<v.InferOutput<typeof Head>, 'program' | 'hash' | 'excerpts'> {
  readonly excerpts: readonly Excerpt[]
  readonly snapshot: Packed<Snapshot>
  readonly report: Packed<IdentityReport>
}

/** 100,000 contexts take some 15 MB. */
const mostBytes = 64 * 1024 * 1024

/** What was kept there by this program; null where nothing was, or not all of it, or somebody else could have written it. */
export function readPicture(path: string, program: string): Picture | null {
  const text = ownText(path)
  if (text === null) return null
  const [first, second] = [text.indexOf('\n'), text.lastIndexOf('\n')]
  const head = v.safeParse(Head, jsonOf(text.slice(0, Math.max(0, first))))
  if (!head.success || head.output.program !== program) return null
  if (hashOf(text.slice(first + 1)) !== head.output.hash) return null
  return { ...head.output, snapshot: text.slice(first + 1, second), report: text.slice(second + 1) }
}

/** At once, as nothing else is done before. */
function ownText(path: string): string | null {
  let opened: number | null = null
  try {
    // Without O_NONBLOCK, opening a pipe waits for its writer.
    opened = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    const found = fstatSync(opened)
    const isOwn =
      process.getuid === undefined || (found.uid === process.getuid() && (found.mode & 0o077) === 0)
    if (!found.isFile() || found.size > mostBytes || !isOwn) return null
    return readFileSync(opened, 'utf8')
  } catch {
    return null
  } finally {
    if (opened !== null) closeSync(opened)
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Keeps it in a folder that is there and closed to others; whether it did. */
export async function writePicture(path: string, program: string, picture: Picture): Promise<boolean> {
  const { snapshot, report, ...rest } = picture
  try {
    const lines = `${snapshot}\n${report}`
    const text = `${JSON.stringify({ ...rest, program, hash: hashOf(lines) })}\n${lines}`
    if (Buffer.byteLength(text) > mostBytes) return false
    const folder = statSync(dirname(path))
    const isOwn =
      process.getuid === undefined || (folder.uid === process.getuid() && (folder.mode & 0o077) === 0)
    if (!isOwn) return false
    // A window may be closed while its thread writes some megabytes.
    await sweepFolderOf(path)
    await writeOwnFile(path, text)
    return true
  } catch {
    // What is not kept is worked out at the next start.
    return false
  }
}

const hashOf = (text: string): string => createHash('sha1').update(text).digest('hex')
