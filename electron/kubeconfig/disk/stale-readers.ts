/**
 * Whether a process may still write a file back as it was before Ekscope's rename: a program that reads before it locks, as
 * kubectl does, and is between the two. It must have been running at that moment, and must have read the whole older file, hold
 * it open or have it mapped. Linux shows all three of every process, so this looks right after the rename, under the lock:
 * without such a process the lock is not held longer. Where Linux does not show all (another system, a container, hidden
 * processes, a file system that other machines write to) the lock is held for the full time.
 *
 * Which process has the file open is certain. A process that has read as many bytes of anything may have read it: a name clears
 * it where that program is known never to lock a kubeconfig after it read one, and a name convicts none.
 *
 * Left out: programs that keep a copy for longer than `youngest` (k9s, editors), unless they have the file open right now, and
 * this process's ancestors, which wait for it. Linux does not show a copy that was made without reading (a reflink).
 */
import { readdirSync, readFileSync, readlinkSync, statfsSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { codeOf } from '../../system/errno'
import { monotonicMs } from '../../system/monotonic'
import { ourProgram, type Program } from '../../system/our-program'
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
  /** One of them is enough. */
  readonly anyOne?: boolean
  /** Milliseconds that the lock is held on for at most; 300 by default. */
  readonly mostMs?: number
  /** Our own command line, by which another Ekscope is known. */
  readonly program?: Program
  /** Of a file system, as statfs(2) has it. */
  readonly typeOf?: (folder: string) => number
}

/** A process that may write the older file back. */
export interface Reader extends ProcessStat {
  /** It has the older file open or mapped; else it has read as much as that is long. */
  readonly certain: boolean
}

/** Seconds: kubectl reads, writes and ends within less even at 64 MiB; older programs keep their copy for hours. */
const youngest = 120
/** Bytes: the lock of a smaller file is held on for so short a time that who exactly reads it is not worth finding out. */
const small = 250_000
/** Bytes: reading a smaller file is too quick to be caught in the middle, so older processes are not checked. */
const slowToRead = 4_000_000
/** Of the times in /proc, on every architecture that Node runs on. */
const ticksPerSecond = 100
/** The pid namespace of the machine itself has this fixed number; from any other one sees only a part. */
const wholeMachine = 'pid:[4026531836]'
/** File systems that no other machine writes to: ext, xfs, btrfs, tmpfs, zfs, f2fs, bcachefs. */
const local: ReadonlySet<number> = new Set([
  0xef53, 0x58465342, 0x9123683e, 0x01021994, 0x2fc12fc1, 0xf2f52010, 0xca451a4e,
])
const poll = 15

/** Processes that may write one of these files back as it was; null where the system does not show all. */
export function earlierReaders(
  files: readonly OldFile[],
  search: ReaderSearch = {},
): readonly Reader[] | null {
  const { proc = '/proc', self = process.pid, typeOf = (folder) => statfsSync(folder).type } = search
  const program = search.program ?? ourProgram
  try {
    if (readlinkSync(join(proc, 'self/ns/pid')) !== wholeMachine) return null
    if (/ \/proc .*\bhidepid=(?!0\b|off\b)/.test(readFileSync(join(proc, 'self/mountinfo'), 'utf8')))
      return null
    if (!files.every(({ realPath }) => local.has(typeOf(dirname(realPath))))) return null
    const now = Number.parseFloat(readFileSync(join(proc, 'uptime'), 'utf8')) * ticksPerSecond
    if (!Number.isFinite(now)) return null
    const all = processes(proc)
    const ours = ancestors(self, all)
    const large = files.filter(({ bytes }) => bytes >= slowToRead)
    const readers: Reader[] = []
    for (const one of all.values()) {
      if (!one.living || ours.has(one.pid)) continue
      const young = now - one.started <= youngest * ticksPerSecond
      const holding = holds(proc, one.pid, young ? files : large, young)
      if (holding === 'no') continue
      const certain = holding === 'open'
      if (isCleared(proc, one.pid, program, certain)) continue
      readers.push({ ...one, certain })
      if (search.anyOne) break
    }
    return readers
  } catch {
    return null
  }
}

/**
 * Holds on, with the lock in hand, until no process can write these files back any more: at most 300 ms where one has the older
 * file open, else `usualMs`; all of that where the system does not show the processes. Says how it ended; `none`: there was no
 * such process, and nothing was waited for.
 */
export async function untilReadersEnd(
  files: readonly OldFile[],
  usualMs: number,
  search: ReaderSearch = {},
): Promise<'none' | 'ended' | 'waited' | 'unknown'> {
  const { mostMs = 300, proc = '/proc' } = search
  const began = monotonicMs()
  const anyOne = files.every(({ bytes }) => bytes < small)
  let readers = earlierReaders(files, { ...search, anyOne })
  if (readers?.length === 0) return 'none'
  if (readers === null || anyOne) {
    await pause(usualMs)
    return readers === null ? 'unknown' : 'waited'
  }
  for (;;) {
    const left = began + (readers.some(({ certain }) => certain) ? mostMs : usualMs) - monotonicMs()
    if (left <= 0) return 'waited'
    await pause(Math.min(poll, left))
    readers = readers.filter((one) => isLiving(proc, one))
    if (readers.length === 0) return 'ended'
  }
}

function processes(proc: string): ReadonlyMap<number, ProcessStat> {
  const found = new Map<number, ProcessStat>()
  const names = readdirSync(proc)
  // In this order: a number that is a thread of the kernel now belongs to no process that was there before and still is.
  const threads = kernelThreads(proc)
  for (const name of names) {
    if (threads.has(name) || !/^\d+$/.test(name)) continue
    const text = readIfThere(`${proc}/${name}/stat`)
    if (text === null) continue
    const one = parseStat(text)
    if (one === null) throw new Error(`${proc}/${name}/stat cannot be read`)
    found.set(one.pid, one)
  }
  return found
}

/**
 * Kernel threads, which read no user's files: a third of what /proc lists, and it shows them all in one file. They are the
 * children of process 2, in the machine's own pid namespace. Empty where the system does not list children: each is checked then.
 */
function kernelThreads(proc: string): ReadonlySet<string> {
  const leader = readIfThere(`${proc}/2/stat`)
  if (leader === null || parseStat(leader)?.kernelThread !== true) return new Set()
  return new Set(readIfThere(`${proc}/2/task/2/children`)?.trim().split(' '))
}

function isLiving(proc: string, { pid, started }: ProcessStat): boolean {
  const text = readIfThere(`${proc}/${pid}/stat`)
  const now = text === null ? null : parseStat(text)
  return now?.started === started && now.living
}

/** Null when the process has ended; any other error is thrown. */
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

/**
 * How the process holds one of the older files that it could write: it has it open or, if the process is young, has mapped or
 * read it, as far as the system shows. What the system does not show of a young process counts as read.
 */
function holds(proc: string, pid: number, files: readonly OldFile[], young: boolean): 'open' | 'read' | 'no' {
  if (files.length === 0) return 'no'
  const folder = `${proc}/${pid}`
  try {
    const { uid } = statSync(folder)
    const able = files.filter((file) => mayWrite(uid, file))
    if (able.length === 0) return 'no'
    // In this order: what was open a moment ago and is closed now has been read.
    if (isOpen(folder, able)) return 'open'
    if (!young) return 'no'
    const read = hasRead(folder)
    if (able.some(({ bytes }) => read >= bytes)) return 'read'
    // Last, because the system writes thousands of lines for some.
    return able.some((file) => isMapped(folder, file)) ? 'open' : 'no'
  } catch (error) {
    return !young || ['ENOENT', 'ESRCH'].includes(codeOf(error)) ? 'no' : 'read'
  }
}

/** Root, the owner of the file or of its folder, or any user where others may write. */
function mayWrite(uid: number, file: OldFile): boolean {
  if (uid === 0 || uid === file.uid || (file.mode & 0o022) !== 0) return true
  const folder = statSync(dirname(file.realPath))
  return uid === folder.uid || (folder.mode & 0o022) !== 0
}

/** Behind the path of a file that was removed, or replaced, since it was opened. */
const gone = ' (deleted)'

/** By name, which the system has at hand: reading the file's own facts could wait for a dead network. */
function isOpen(folder: string, files: readonly OldFile[]): boolean {
  const names = new Set(files.map(({ realPath }) => basename(realPath)))
  for (const number of readdirSync(`${folder}/fd`)) {
    try {
      const path = readlinkSync(`${folder}/fd/${number}`)
      const file = path.endsWith(gone) ? path.slice(0, -gone.length) : path
      if (names.has(file.slice(file.lastIndexOf('/') + 1))) return true
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error
    }
  }
  return false
}

const isMapped = (folder: string, { realPath }: OldFile): boolean =>
  readFileSync(`${folder}/maps`, 'utf8').includes(`/${basename(realPath)}`)

/** Bytes that the process and the children that it waited for have read, of all files together. */
function hasRead(folder: string): number {
  const read = /^rchar: (\d+)$/m.exec(readFileSync(`${folder}/io`, 'utf8'))
  return read === null ? Number.POSITIVE_INFINITY : Number(read[1])
}

/** They wait for others; one that writes a file takes no lock, so holding Ekscope's lock does not stop it. */
const shells = /^(?:sh|ash|bash|csh|dash|fish|ksh|mksh|tcsh|zsh)$/

/**
 * Another Ekscope, which reads what it changes under the lock; or, where it is not certain that the process has the file, a
 * program that gets a token, or a shell.
 */
function isCleared(proc: string, pid: number, program: Program, certain: boolean): boolean {
  try {
    const folder = `${proc}/${pid}`
    const [first = '', ...rest] = readFileSync(`${folder}/cmdline`, 'utf8').split('\0')
    const name = basename(first).replace(/^-/, '')
    if (!certain && (shells.test(name) || name === 'aws-iam-authenticator' || rest.includes('get-token')))
      return true
    if (readlinkSync(`${folder}/exe`) !== program.executable) return false
    return program.script === null || rest[0] === program.script
  } catch {
    return false
  }
}
