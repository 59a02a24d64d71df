/**
 * Which processes may still write a file back as it was before our rename. Such a process must have been running at that
 * moment, and must have read the whole of the older file or hold it open. Linux shows both of every process: without
 * such a process there is nothing to wait for; else we wait until it has ended. Where Linux does not show all (another
 * system, a container, processes hidden from us, a file system that other machines write to) we wait for the full time.
 *
 * Left out, because three seconds never caught them either: programs that hold a copy for hours (editors), and our
 * ancestors, which wait for us themselves. Linux does not show a copy that was made without reading (a reflink).
 */
import { readdirSync, readFileSync, readlinkSync, statfsSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { codeOf } from '../../system/errno'
import { pause } from '../../system/pause'
import { type ProcessStat, parseStat } from '../../system/process-stat'

/** A file as it was before it was replaced. */
export interface OldFile {
  readonly realPath: string
  /** Its length. */
  readonly bytes: number
  readonly uid: number
  readonly mode: number
}

export interface ReaderSearch {
  readonly proc?: string
  readonly self?: number
  /** Of a file system, as statfs(2) has it. */
  readonly typeOf?: (folder: string) => number
}

/** Seconds: programs that change a kubeconfig and end are younger; older ones keep their copy for hours. */
const youngest = 60
/** Of the times in /proc, on every architecture that Node runs on. */
const ticksPerSecond = 100
/** The pid namespace of the machine itself has this fixed number; from any other one sees only a part. */
const wholeMachine = 'pid:[4026531836]'
/** File systems that no other machine writes to: ext, xfs, btrfs, tmpfs, zfs, f2fs, bcachefs. */
const local: ReadonlySet<number> = new Set([
  0xef53, 0x58465342, 0x9123683e, 0x01021994, 0x2fc12fc1, 0xf2f52010, 0xca451a4e,
])
const poll = 20

/** Young processes that may hold one of these files as it was; null where the system does not show all. */
export function earlierReaders(
  files: readonly OldFile[],
  search: ReaderSearch = {},
): readonly ProcessStat[] | null {
  const { proc = '/proc', self = process.pid, typeOf = (folder) => statfsSync(folder).type } = search
  try {
    if (readlinkSync(join(proc, 'self/ns/pid')) !== wholeMachine) return null
    if (/ \/proc .*\bhidepid=(?!0\b|off\b)/.test(readFileSync(join(proc, 'self/mountinfo'), 'utf8')))
      return null
    if (!files.every(({ realPath }) => local.has(typeOf(dirname(realPath))))) return null
    const now = Number.parseFloat(readFileSync(join(proc, 'uptime'), 'utf8')) * ticksPerSecond
    if (!Number.isFinite(now)) return null
    const all = processes(proc)
    const ours = ancestors(self, all)
    return [...all.values()].filter(
      (one) =>
        one.living &&
        !ours.has(one.pid) &&
        now - one.started <= youngest * ticksPerSecond &&
        files.some((file) => mayHold(proc, one.pid, file)),
    )
  } catch {
    return null
  }
}

/**
 * Waits until no process can write these files back any more, at most `mostMs`; where the system does not show the
 * processes, `blindMs`. Says how the wait ended; `none`: there was no such process.
 */
export async function untilReadersEnd(
  files: readonly OldFile[],
  { mostMs, blindMs }: { readonly mostMs: number; readonly blindMs: number },
  search: ReaderSearch = {},
): Promise<'none' | 'ended' | 'waited' | 'unknown'> {
  const until = performance.now() + mostMs
  let readers = earlierReaders(files, search)
  if (readers === null) {
    await pause(blindMs)
    return 'unknown'
  }
  if (readers.length === 0) return 'none'
  for (;;) {
    const left = until - performance.now()
    if (left <= 0) return 'waited'
    await pause(Math.min(poll, left))
    readers = readers.filter((one) => isLiving(search.proc ?? '/proc', one))
    if (readers.length === 0) return 'ended'
  }
}

function processes(proc: string): ReadonlyMap<number, ProcessStat> {
  const found = new Map<number, ProcessStat>()
  for (const name of readdirSync(proc)) {
    if (!/^\d+$/.test(name)) continue
    const text = readIfThere(join(proc, name, 'stat'))
    if (text === null) continue
    const one = parseStat(text)
    if (one === null) throw new Error(`${proc}/${name}/stat cannot be read`)
    found.set(one.pid, one)
  }
  return found
}

function isLiving(proc: string, { pid, started }: ProcessStat): boolean {
  const text = readIfThere(join(proc, String(pid), 'stat'))
  const now = text === null ? null : parseStat(text)
  return now?.started === started && now.living
}

/** Null when the process has ended; whatever else goes wrong is thrown. */
function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(codeOf(error))) return null
    throw error
  }
}

function ancestors(self: number, all: ReadonlyMap<number, ProcessStat>): ReadonlySet<number> {
  const found = new Set<number>()
  for (let pid = self; pid > 0 && !found.has(pid); pid = all.get(pid)?.parent ?? 0) found.add(pid)
  return found
}

/** False only when it is certain that the process neither has the older file nor could write it. */
function mayHold(proc: string, pid: number, file: OldFile): boolean {
  const folder = join(proc, String(pid))
  try {
    if (!mayWrite(statSync(folder).uid, file)) return false
    // In this order: what was open a moment ago and is closed now has been read.
    return isOpen(folder, file) || hasRead(folder) >= file.bytes
  } catch (error) {
    return !['ENOENT', 'ESRCH'].includes(codeOf(error))
  }
}

/** Root, the owner of the file or of its folder, or any user where others may write. */
function mayWrite(uid: number, file: OldFile): boolean {
  if (uid === 0 || uid === file.uid || (file.mode & 0o022) !== 0) return true
  const folder = statSync(dirname(file.realPath))
  return uid === folder.uid || (folder.mode & 0o022) !== 0
}

/** By name, which the system has at hand: reading the file's own facts could wait for a dead network. */
function isOpen(folder: string, { realPath }: OldFile): boolean {
  const name = basename(realPath)
  for (const number of readdirSync(join(folder, 'fd'))) {
    try {
      const path = readlinkSync(join(folder, 'fd', number))
      if (basename(path.replace(/ \(deleted\)$/, '')) === name) return true
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error
    }
  }
  // Read by mapping it into memory.
  return readFileSync(join(folder, 'maps'), 'utf8').includes(`/${name}`)
}

/** Bytes that the process and the children that it waited for have read, of all files together. */
function hasRead(folder: string): number {
  const read = /^rchar: (\d+)$/m.exec(readFileSync(join(folder, 'io'), 'utf8'))
  return read === null ? Number.POSITIVE_INFINITY : Number(read[1])
}
