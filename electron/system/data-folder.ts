/**
 * Where Ekscope keeps its own data: one folder for window and terminal, 0700, its files 0600, each with a version
 * and a schema. Written atomically under the folder's own lock; a file that cannot be understood is never overwritten: it is set
 * aside, or stays where it is while it guards something. What other users could have written is not believed. Nothing is created
 * before the first write, so that reading leaves no trace.
 */
import { randomBytes } from 'node:crypto'
import { chmod, lstat, readdir, rename, stat } from 'node:fs/promises'
import path from 'node:path'
import * as v from 'valibot'
import { lazy } from '../../shared/once'
import { type Fault, type FaultCode, fail, fault, ok, type Result, refuse } from '../../shared/result'
import { tidyFolder, withFolderLock } from './data-folder-lock'
import { codeOf, isFull } from './errno'
import { exposureOf } from './exposure'
import { makeFolder } from './make-folder'
import { writeOwnFile } from './own-file'
import { slots } from './slots'
import { withRetries } from './windows'
import { openWithoutWaiting, withFile } from './with-file'

/** What one file holds: its schema is the boundary, `empty` is what an absent or unreadable file means. */
export interface DataFileKind<T> {
  readonly name: string
  readonly version: number
  readonly schema: v.GenericSchema<unknown, T>
  readonly empty: T
  /** Sentence: what it means that the file does not count. Where this is given, `onExposed` is called. */
  readonly loss?: string
  /** It only spares work: written without waiting for lock and disk. Of two changes at once one counts. */
  readonly mayBeLost?: true
  /** Of a file that guards something: while it does not count it stays where it is, and no write replaces it. */
  readonly guards?: {
    /** Of the refused writes. */
    readonly code: FaultCode
    /** What counts meanwhile, after what was read last. */
    readonly meanwhile: (last: T) => T
  }
  /** How a value is written, where that is not how it is used. */
  readonly written?: (value: T) => unknown
}

export interface Loaded<T> {
  readonly value: T
  /** Why `value` is not what the file says although one was there; null when all is well. */
  readonly problem: Fault | null
}

/** One file of the folder. */
export type DataFile<T> = ReturnType<typeof dataFile<T>>

export type DataFolder = ReturnType<typeof openDataFolder>

export interface DataFolderOptions {
  /** How long a write waits for another's lock, ms. */
  readonly lockWaitMs?: number
  /** Called once for each file that is not believed, or whose loss is to be said, with what to do. */
  readonly onExposed?: (exposed: Fault) => void
}

/** Opens the folder without touching the disk. */
export function openDataFolder(folder: string, options: DataFolderOptions = {}) {
  const { lockWaitMs = 5_000, onExposed = () => undefined } = options
  const tidied = lazy(() => tidyFolder(folder))
  /** Makes the folder (0700) when it is not there, and tidies it, once; `not-writable` when others may write to it. */
  const ensure = async () => {
    const ready = await ensureFolder(folder)
    if (ready.ok) await tidied()
    return ready
  }
  const said = new Set<string>()
  const sayOnce = (exposed: Fault) => {
    if (said.has(exposed.message)) return
    said.add(exposed.message)
    onExposed(exposed)
  }
  return {
    path: folder,
    ensure,
    file: <T>(kind: DataFileKind<T>) => dataFile(folder, kind, { ensure, lockWaitMs, onExposed: sayOnce }),
  }
}

/** Names that Ekscope keeps in its folder: a folder that holds anything else is not Ekscope's to close to other users. */
const own =
  /^(?:[\w-]+\.json(?:\..+)?|history|journal|sessions|chromium|demo|lock(?:\..+)?|ekscope\.log.*|\..+\.ekscope-.+\.tmp)$/

/** Whether Ekscope keeps something of that name in its folder. */
export const isOwnName = (name: string): boolean => own.test(name)

async function ensureFolder(folder: string): Promise<Result<null>> {
  try {
    const made = await makeFolder(folder)
    const found = await stat(folder)
    const no = (why: string, next: string) => refuse('not-writable', `${folder} ${why}.`, next)
    const ofYourOwn = 'Set EKSCOPE_HOME to a folder of your own.'
    if (!found.isDirectory()) return no('is not a folder', 'Move it away or set EKSCOPE_HOME to a folder.')
    if (process.platform === 'win32') return ok(null)
    const mode = found.mode & 0o7777
    if (made === undefined && process.getuid !== undefined && found.uid !== process.getuid())
      return (mode & 0o077) === 0 && process.getuid() === 0
        ? ok(null)
        : no('belongs to another user', ofYourOwn)
    // A shared folder such as /tmp must not be closed to other users, and must not hold what we trust.
    if (mode & 0o1000) return no('is shared with other users', ofYourOwn)
    if (mode & 0o077) {
      if (made === undefined && (await readdir(folder)).some((name) => !own.test(name)))
        return no(
          'is open to other users and holds more than Ekscope’s own files',
          'Set EKSCOPE_HOME to a folder of its own, or close this one to other users (chmod 700).',
        )
      await chmod(folder, 0o700)
    }
    return ok(null)
  } catch (error) {
    return fail(folderFault(folder, error))
  }
}

function dataFile<T>(
  folder: string,
  kind: DataFileKind<T>,
  of: Required<DataFolderOptions> & { readonly ensure: () => Promise<Result<null>> },
) {
  const { ensure, lockWaitMs, onExposed } = of
  const { mayBeLost = false } = kind
  const file = path.join(folder, kind.name)
  /** Of two changes at once the later one counts. */
  const inTurn = slots(1)
  let known: { readonly stamp: string; readonly loaded: Loaded<T> } | null = null
  let last = kind.empty

  /** Reads again only when the file changed since. Never throws: `problem` says what is wrong with the file. */
  async function load(): Promise<Loaded<T>> {
    const stamp = await stampOf(file)
    if (known && known.stamp === stamp) return known.loaded
    const read = await readKind(file, kind)
    const problem = 'fault' in read ? withLoss(isPutAside(read) ? await putAside() : read.fault) : null
    if (problem !== null && (kind.loss !== undefined || read.state === 'exposed')) onExposed(problem)
    if (problem === null) last = 'value' in read ? read.value : kind.empty
    const value = problem === null ? last : (kind.guards?.meanwhile(last) ?? kind.empty)
    known = { stamp, loaded: { value, problem } }
    return known.loaded
  }

  const isPutAside = ({ state }: Read<T>) => state === 'broken' && kind.guards === undefined
  /** The fault with what it means that the file does not count. */
  const withLoss = ({ code, message, next }: Fault): Fault =>
    fault(kind.guards?.code ?? code, kind.loss === undefined ? message : `${message} ${kind.loss}`, next)

  /** Under the lock, and read once more: another process may have replaced the file meanwhile. */
  async function putAside(): Promise<Fault> {
    const aside = asideName(file)
    const moved = await withFolderLock(folder, lockWaitMs, async () => {
      if ((await readKind(file, kind)).state === 'broken') await withRetries(() => rename(file, aside))
      return ok(null)
    }).catch((error: unknown) => fail(folderFault(file, error)))
    return moved.ok
      ? wasSetAside(file, aside)
      : fault('unreadable', `${file} could not be set aside: ${moved.fault.message}`, moved.fault.next)
  }

  /**
   * Reads, changes and replaces the file under the folder's lock, so that window and terminal lose nothing of
   * each other's. Faults: `locked`, `not-writable`, `disk-full`, `unreadable`, `conflict` (a newer Ekscope wrote the file).
   */
  const update = (change: (value: T) => T): Promise<Result<T>> => inTurn(() => updateNow(change))

  async function updateNow(change: (value: T) => T): Promise<Result<T>> {
    const ready = await (mayBeLost ? ensureFolder(folder) : ensure())
    if (!ready.ok) return ready
    const changed = async () => {
      const read = await readKind(file, kind)
      if (isPutAside(read)) {
        const aside = asideName(file)
        await withRetries(() => rename(file, aside))
        if (kind.loss !== undefined) onExposed(withLoss(wasSetAside(file, aside)))
      } else if ('fault' in read) return fail(withLoss(read.fault))
      const value = change('value' in read ? read.value : kind.empty)
      const content = kind.written?.(value) ?? value
      const text = `${JSON.stringify({ version: kind.version, content })}\n`
      await writeOwnFile(file, text, { synced: !mayBeLost })
      last = value
      known = { stamp: await stampOf(file), loaded: { value, problem: null } }
      return ok(value)
    }
    return await (mayBeLost ? changed() : withFolderLock(folder, lockWaitMs, changed)).catch(
      (error: unknown) => fail(folderFault(file, error)),
    )
  }

  return { path: file, load, update }
}

type Read<T> =
  | { readonly state: 'read'; readonly value: T }
  | { readonly state: 'absent' }
  | {
      /** Exposed: another user could have written it. */
      readonly state: 'broken' | 'newer' | 'exposed' | 'unreadable'
      readonly fault: Fault
    }

/** Bytes; none of our files comes near it. */
const maxBytes = 64 * 1024 * 1024

const envelope = v.pipe(v.string(), v.parseJson(), v.object({ version: v.number(), content: v.unknown() }))

async function readKind<T>(file: string, kind: DataFileKind<T>): Promise<Read<T>> {
  const broken = (what = 'could not be understood'): Read<T> => ({
    state: 'broken',
    fault: fault('unreadable', `${file} ${what}.`, 'Repair it, or move it away to start afresh.'),
  })
  let text: string
  try {
    const read = await withFile(file, openWithoutWaiting, async (handle): Promise<string | Read<T>> => {
      const found = await handle.stat()
      const fault = exposureOf(file, [path.dirname(file), file], found)
      if (fault !== null) return { state: 'exposed', fault }
      if (!found.isFile()) return broken('is not a file')
      return found.size <= maxBytes ? await handle.readFile('utf8') : broken('is too large to be understood')
    })
    if (typeof read !== 'string') return read
    text = read
  } catch (error) {
    const why = await whyUnread(file, error)
    return why === null ? { state: 'absent' } : { state: 'unreadable', fault: why }
  }
  const outer = v.safeParse(envelope, text)
  if (!outer.success) return broken()
  if (outer.output.version > kind.version)
    return {
      state: 'newer',
      fault: fault(
        'conflict',
        `${file} was written by a newer Ekscope and stays as it is.`,
        'Use that Ekscope, or move the file away to start afresh.',
      ),
    }
  const inner = v.safeParse(kind.schema, outer.output.content)
  return inner.success && outer.output.version === kind.version
    ? { state: 'read', value: inner.output }
    : broken()
}

/** Why a file could not be read; null: none is there. */
async function whyUnread(file: string, error: unknown): Promise<Fault | null> {
  const folder = path.dirname(file)
  const found = await stat(folder).catch(() => null)
  for (const place of found === null ? [folder] : [folder, file]) {
    const isLink = await lstat(place)
      .then((one) => one.isSymbolicLink())
      .catch(() => false)
    const leads =
      isLink &&
      (await stat(place).then(
        () => true,
        () => false,
      ))
    if (isLink && !leads)
      return fault(
        'unreadable',
        `${place} is a link that leads nowhere.`,
        'Put the link right, or remove it to start afresh.',
      )
  }
  // Where its folder is not a folder, nothing was ever stored in it; a write says what is wrong with it.
  if (!found?.isDirectory()) return null
  if (codeOf(error) === 'ENOENT') return null
  const code = codeOf(error) || 'unknown error'
  return fault('unreadable', `${file} could not be read (${code}).`, 'Check its permissions.')
}

const wasSetAside = (file: string, aside: string): Fault =>
  fault(
    'unreadable',
    `${file} could not be understood and was set aside as ${path.basename(aside)}.`,
    'To have back what it held, repair that file and give it its old name.',
  )

const asideName = (file: string) => `${file}.broken-${Date.now()}-${randomBytes(3).toString('hex')}`

/**
 * Inode, size and time in nanoseconds: every write of ours is a rename, so the inode alone would do. A mode or owner that
 * changes changes ctimeNs; mode and owner of the folder are compared themselves.
 */
async function stampOf(file: string): Promise<string> {
  try {
    const found = await stat(file, { bigint: true }).catch(() => lstat(file, { bigint: true }))
    const { uid, mode } = await stat(path.dirname(file))
    return `${found.ino}:${found.size}:${found.mtimeNs}:${found.ctimeNs}:${uid}:${mode}`
  } catch (error) {
    return codeOf(error)
  }
}

/** As ioFault of errno.ts, with what to do about a folder of Ekscope's own. */
function folderFault(file: string, error: unknown): Fault {
  const code = codeOf(error)
  if (isFull(code))
    return fault(
      'disk-full',
      `${file} could not be written: the disk is full.`,
      'Free some space and try again.',
    )
  const [why, next] = /^(?:EEXIST|ELOOP)$/.test(code)
    ? ['is not a folder', 'Check what is there (ls -la), or set EKSCOPE_HOME to another place.']
    : [
        `could not be written (${code || 'unknown error'})`,
        /^(?:EACCES|EPERM|EROFS|ENOTDIR)$/.test(code)
          ? 'Check its permissions, or set EKSCOPE_HOME to a folder that can be written.'
          : 'Set EKSCOPE_HOME to a folder that can be made and written.',
      ]
  return fault('not-writable', `${file} ${why}.`, next ?? '')
}
