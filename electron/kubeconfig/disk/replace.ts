/**
 * Puts new bytes in a file's place so that at every moment the file is the old one or the new one: a new file next to it
 * with the same rights, fsync, rename over the real path, fsync of the folder. All of it but the rename is done before
 * any file of the write is touched, and so is every check for obstacles. Where a rename is impossible, it reports that and,
 * when called again, writes in place (journal.ts makes that safe).
 */
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import {
  access,
  chmod,
  type FileHandle,
  link,
  lstat,
  mkdir,
  realpath,
  rename,
  rmdir,
  stat,
  unlink,
} from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type Obstacle, type ObstacleReason, remedies } from '../../../shared/edits/obstacle'
import { type Fault, fail, fault, ok, type Result, refuse } from '../../../shared/result'
import { option } from '../../../shared/shell/offered-command'
import { codeOf, ioFault } from '../../system/errno'
import { noHardLinks } from '../../system/lock-file'
import { makeFolder, syncFolder } from '../../system/make-folder'
import { offered } from '../../system/offer'
import { removePrivateFolder, temporaryName } from '../../system/process-owner'
import { isOpenElsewhere, withRetries } from '../../system/windows'
import { withFile } from '../../system/with-file'
import { obstaclesOf } from './obstacles'
import { maxBytes, readBounded } from './read-file'
import { giveRights, toChange } from './rights'
import { readSteadily } from './steady-reads'

/** Neither waits for a pipe nor follows a link; Windows knows neither. */
const careful = (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0)

/** The points at which a crash is tested, in the order in which they are reached. */
export const writeSteps = [
  'locked',
  'read',
  'history-written',
  'temp-created',
  'temp-half',
  'temp-written',
  'temp-synced',
  'journal-written',
  'before-rename',
  'renamed',
  'in-place-grown',
  'in-place-half',
  'in-place-written',
  'folder-synced',
  'journal-removed',
  'history-committed',
  'lingered',
  'unlocked',
] as const
export type WriteStep = (typeof writeSteps)[number]
/** Called at each step with the file concerned; tests stop the process in it. */
export type StepHook = (step: WriteStep, path: string) => void | Promise<void>

/** SHA-256, hex: the revision of a file. */
export function revisionOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

export interface FileState {
  /** As listed. */
  readonly path: string
  readonly realPath: string
  /** Null when there is no such file yet. */
  readonly bytes: Buffer | null
  readonly revision: string | null
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Device and inode; empty when there is no such file yet. */
  readonly place: string
}

/**
 * Reads a file that is to be written. A missing one (also behind a dangling symlink) is a state, not a fault;
 * a folder, a device, a pipe, anything over 64 MiB or without permission is a Fault.
 */
export async function readForWriting(
  path: string,
  /** Bytes whose revision is known: where the file holds the same, they are returned, and nothing is computed again. */
  known?: { readonly bytes: Buffer | null; readonly revision: string | null },
): Promise<Result<FileState>> {
  const real = await realTarget(path)
  if (!real.ok) return real
  const realPath = real.value
  try {
    // lstat first: opening a pipe would wait for its other end.
    const kind = await lstat(realPath)
    if (!kind.isFile())
      return refuse(
        'not-allowed',
        `${path} is ${kind.isDirectory() ? 'a folder' : 'not a regular file'}; Ekscope writes regular files only.`,
        'Choose another file.',
      )
    if (kind.size > maxBytes) return fail(tooLarge(path, kind.size))
    // A pipe or a link may have taken its place since: the first would keep us waiting, the second lead elsewhere.
    return await withFile(realPath, constants.O_RDONLY | careful, async (handle) => {
      const facts = await handle.stat()
      const { size, mode, uid, gid, dev, ino } = facts
      if (!facts.isFile()) return fail(changed(path))
      if (size > maxBytes) return fail(tooLarge(path, size))
      const file = { path, realPath, mode: mode & 0o7777, uid, gid, place: `${dev}:${ino}` }
      if (known?.bytes && known.revision && (await holds(handle, size, known.bytes)))
        return ok({ ...file, bytes: known.bytes, revision: known.revision })
      // Piece by piece: between two of them the window hears a key.
      let hash = createHash('sha256')
      const bytes = await readSteadily(handle, (now) => {
        hash = createHash('sha256')
        return readBounded(handle, now, (part) => hash.update(part))
      })
      return bytes === null
        ? fail(tooLarge(path, maxBytes + 1))
        : ok({ ...file, bytes, revision: hash.digest('hex') })
    })
  } catch (error) {
    return codeOf(error) === 'ENOENT'
      ? ok({ path, realPath, bytes: null, revision: null, mode: 0o600, uid: -1, gid: -1, place: '' })
      : fail(ioFault(path, error, realPath))
  }
}

/** Read in pieces into one place, because a second large buffer costs more than the comparison. */
const piece = 1 << 20

/** Whether the open file holds exactly these bytes. */
async function holds(handle: FileHandle, size: number, bytes: Buffer): Promise<boolean> {
  if (size !== bytes.length) return false
  const buffer = Buffer.allocUnsafe(Math.min(piece, size + 1))
  for (let position = 0; ; ) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, position)
    if (bytesRead === 0) return position === bytes.length
    const read = buffer.subarray(0, bytesRead)
    if (!read.equals(bytes.subarray(position, position + bytesRead))) return false
    position += bytesRead
  }
}

/** The path behind symlinks, also where the last one points at nothing yet. */
export async function realTarget(path: string): Promise<Result<string>> {
  try {
    return ok(await realpath(path))
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') return fail(ioFault(path, error))
  }
  if ((await lstat(path).catch(() => null))?.isSymbolicLink())
    return refuse(
      'not-found',
      `${path} is a symbolic link to a file that does not exist.`,
      `Create the file that it points at, or remove the link: ${offered('ls', option('-l'), path)}.`,
    )
  const folder = await realpath(dirname(path)).catch(() => dirname(path))
  return ok(join(folder, basename(path)))
}

/** The same; the path itself where that cannot be found out. */
export async function realPathOf(path: string): Promise<string> {
  const real = await realTarget(path)
  return real.ok ? real.value : path
}

function tooLarge(path: string, bytes: number): Fault {
  return fault(
    'not-allowed',
    `${path} has ${Math.round(bytes / 1_048_576)} MiB; files over 64 MiB are never written.`,
    'Move contexts to another file with another tool first.',
  )
}

/** Why a file is not written: a fault, or what the user may permit. */
export type Refusal = Fault | { readonly obstacles: readonly Obstacle[] }

/** How a file came to be what it is. */
export type ReplacedBy = 'rename' | 'in-place' | 'created' | 'removed'

/** A file that can be written as far as can be known: what is left to do is one step. */
export interface Prepared {
  /** In the middle of that step the file is neither the old nor the new one, so that a journal must be open. */
  readonly needsJournal: boolean
  /** Where it is refused after all, the old file is whole, but for one that `needsJournal`. */
  commit(): Promise<Result<ReplacedBy, Refusal>>
  /** Removes what was made for it. Does nothing after a commit. */
  discard(): Promise<void>
}

export interface ReplaceOptions {
  /** Write in place, never by a rename. */
  readonly inPlace?: boolean
  /** Write although the file is protected by its mode. */
  readonly force?: boolean
  readonly hook?: StepHook | undefined
}

const obstructed = ({ path }: FileState, reasons: readonly ObstacleReason[]): Result<never, Refusal> =>
  fail({ obstacles: reasons.map((reason) => ({ path, reason })) })

/**
 * Makes everything ready to replace `state` (as read under the lock) by `bytes`, or to remove it (null), and finds out
 * what prevents that: the new file is written whole next to the old one, with its rights. The file itself is not
 * touched. Faults: `not-writable`, `disk-full`, `not-found`, `not-allowed` (over 64 MiB).
 */
export async function prepare(
  state: FileState,
  bytes: Buffer | null,
  options: ReplaceOptions = {},
): Promise<Result<Prepared, Refusal>> {
  const { inPlace = false, force = false } = options
  if (bytes !== null && bytes.length > maxBytes) return fail(tooLarge(state.path, bytes.length))
  if (state.bytes === null && bytes !== null) return await prepareFile(state, bytes, options)
  const seen = await obstaclesOf(state)
  if (!seen.ok) return seen
  // To remove one name of a file takes nothing from the others.
  const found = bytes === null ? seen.value.filter((reason) => reason !== 'hard-link') : seen.value
  const left = found.filter((reason) => !(remedies[reason] === 'force' ? force : inPlace))
  if (left.some((reason) => remedies[reason] === 'in-place')) return obstructed(state, left)
  if (bytes === null) return left.length > 0 ? obstructed(state, left) : ok(prepareRemoval(state, options))
  const made = await (inPlace ? prepareInPlace : prepareFile)(state, bytes, options)
  if (left.length === 0) return made
  // All protections are checked, so that the user can permit everything at once.
  if (!made.ok) {
    if (!('obstacles' in made.fault)) return made
    return obstructed(state, [...left, ...made.fault.obstacles.map(({ reason }) => reason)])
  }
  await made.value.discard()
  return obstructed(state, left)
}

/** Names in a private folder: the new file, and its copy without the list that the folder gave it. */
const newName = 'new'

/**
 * A folder next to the file that its owner alone can enter, in which the new file gets content and rights; so at no moment
 * can it be read by more than the old one can. Its name is a temporary one: the next start removes it.
 */
async function privateFolder(realPath: string): Promise<string> {
  const folder = join(dirname(realPath), temporaryName(basename(realPath)))
  await mkdir(folder, 0o700)
  // The umask may have taken rights from its owner, too.
  await chmod(folder, 0o700)
  return folder
}

/** Writes the bytes into a new file of the private folder; 0600. */
async function writeNew(folder: string, bytes: Buffer, step: (step: WriteStep) => Promise<void>) {
  const temporary = join(folder, newName)
  await withFile(temporary, 'wx', async (handle) => {
    await handle.chmod(0o600)
    await step('temp-created')
    const half = bytes.length >> 1
    await writeAll(handle, bytes, 0, half)
    await step('temp-half')
    await writeAll(handle, bytes, half)
    await step('temp-written')
  })
  return temporary
}

const sync = (path: string): Promise<void> => withFile(path, toChange, (handle) => handle.sync())

/** The last step for a file, and what is done after it. */
interface LastStep extends Partial<Pick<Prepared, 'needsJournal' | 'discard'>> {
  readonly by: ReplacedBy
  /** Puts the new state in the file's place; a fault where another program is in the way. */
  act(): Promise<Fault | null>
  refusal(error: unknown): Promise<Result<never, Refusal>>
}

function lastStep(state: FileState, hook: StepHook | undefined, last: LastStep): Prepared {
  const { path, realPath } = state
  return {
    needsJournal: last.needsJournal ?? false,
    discard: last.discard ?? (async () => undefined),
    commit: async () => {
      try {
        const other = await withRetries(async () => {
          // aws and editors take no lock: read a last time, so that this older reading does not replace their write.
          const stale = await changedSinceRead(state)
          if (stale) return stale
          await hook?.('before-rename', path)
          return await last.act()
        })
        if (other) return fail(other)
        await hook?.('renamed', path)
      } catch (error) {
        return await last.refusal(error)
      }
      await last.discard?.()
      await syncFolder(dirname(realPath))
      await hook?.('folder-synced', path)
      return ok(last.by)
    },
  }
}

/** A new file, over the old one or, where there is none yet, at a path that no other program has taken meanwhile. */
async function prepareFile(
  state: FileState,
  bytes: Buffer,
  { hook }: ReplaceOptions,
): Promise<Result<Prepared, Refusal>> {
  const { path, realPath } = state
  const isNew = state.bytes === null
  const step = async (one: WriteStep): Promise<void> => await hook?.(one, path)
  const parent = dirname(realPath)
  let made: string | undefined
  let folder: string | null = null
  const discard = async (): Promise<void> => {
    if (folder !== null) await removePrivateFolder(folder)
    if (made !== undefined) await removeEmpty(parent, made)
  }
  const refusal: LastStep['refusal'] = async (error) => {
    if (!isNew) return await refusedBy(state, error)
    return fail(codeOf(error) === 'EEXIST' ? changed(path) : ioFault(path, error, realPath))
  }
  try {
    if (isNew) made = await makeFolder(parent)
    folder = await privateFolder(realPath)
    let temporary = await writeNew(folder, bytes, step)
    if (!isNew) {
      const rights = await giveRights(state, temporary)
      if (!rights.ok) {
        await discard()
        return obstructed(state, [rights.fault])
      }
      temporary = rights.value
    }
    await sync(temporary)
    const links = isNew && (await knowsHardLinks(temporary, join(folder, 'clean')))
    await step('temp-synced')
    const last: LastStep = {
      by: isNew ? 'created' : 'rename',
      needsJournal: isNew && !links,
      act: async () => {
        if (links) await link(temporary, realPath)
        else if (!isNew) await rename(temporary, realPath)
        else if (!(await takeByRename(temporary, realPath))) return changed(path)
        made = undefined
        return null
      },
      refusal,
      discard,
    }
    return ok(lastStep(state, hook, last))
  } catch (error) {
    await discard()
    return await refusal(error)
  }
}

async function knowsHardLinks(temporary: string, second: string): Promise<boolean> {
  try {
    await link(temporary, second)
    await unlink(second)
    return true
  } catch (error) {
    if (noHardLinks.has(codeOf(error))) return false
    throw error
  }
}

/**
 * Without hard links the name is taken by an empty file first, which fails where there is one; then the new file is
 * renamed over that, if it still is the empty one. False: another program has written there.
 */
async function takeByRename(temporary: string, realPath: string): Promise<boolean> {
  const mine = await withFile(realPath, 'wx', (handle) => handle.stat())
  const now = await lstat(realPath)
  if (now.ino !== mine.ino || now.dev !== mine.dev || now.size > 0) return false
  await rename(temporary, realPath)
  return true
}

/** Removes the folders from `parent` up to `made`, those that are empty. */
async function removeEmpty(parent: string, made: string): Promise<void> {
  try {
    for (let folder = parent; folder.startsWith(made); folder = dirname(folder)) await rmdir(folder)
  } catch {
    // Another program has put something into it.
  }
}

/** One that an earlier write made. */
const prepareRemoval = (state: FileState, { hook }: ReplaceOptions): Prepared =>
  lastStep(state, hook, {
    by: 'removed',
    act: async () => {
      if (state.bytes !== null) await unlink(state.realPath)
      return null
    },
    refusal: async (error) => fail(ioFault(state.path, error, state.realPath)),
  })

/** The refusal where the file is no longer what was read under the lock; null where it is. */
async function changedSinceRead(state: FileState): Promise<Fault | null> {
  const { path, realPath, revision } = state
  const now = await readForWriting(path, state)
  if (!now.ok) return now.fault
  if (now.value.revision === revision && now.value.realPath === realPath) return null
  if (now.value.revision !== null || revision === null) return changed(path)
  return (await stat(dirname(realPath)).catch(() => null))
    ? removed(path)
    : ioFault(path, { code: 'ENOENT' }, realPath)
}

function changed(path: string): Fault {
  return fault(
    'changed-on-disk',
    `${path} was changed by another program while Ekscope was writing; its version was kept.`,
    'Apply again: the edits are then made on what is there now.',
  )
}

function removed(path: string): Fault {
  return fault(
    'changed-on-disk',
    `${path} was removed by another program while Ekscope was writing; nothing was written.`,
    'Find out where the file went; what was in it is in the history if Ekscope wrote it before.',
  )
}

/** What a system error means for an existing file: an obstacle, or a fault. */
async function refusedBy(state: FileState, error: unknown): Promise<Result<never, Refusal>> {
  const reason = await noRenameReason(state, error)
  return reason ? obstructed(state, [reason]) : fail(ioFault(state.path, error, state.realPath))
}

async function noRenameReason(state: FileState, error: unknown): Promise<ObstacleReason | null> {
  const code = codeOf(error)
  if (isOpenElsewhere(code)) return 'open-elsewhere'
  if (code === 'EBUSY' || code === 'EXDEV') return 'mount-point'
  if (!['EACCES', 'EPERM', 'EROFS', 'ENOTSUP', 'EOPNOTSUPP', 'EINVAL', 'ESTALE', 'EIO'].includes(code))
    return null
  // A file mounted writable into a read-only folder, or the user's own file in another user's folder.
  const writable = await access(state.realPath, constants.W_OK).then(
    () => true,
    () => false,
  )
  if (!writable && (state.mode & 0o222) !== 0) return null
  return code === 'EACCES' || code === 'EPERM' || code === 'EROFS' ? 'folder-not-writable' : 'rename-refused'
}

/** A plain `write` may take only a part; ENOSPC can come at any of them. */
async function writeAll(handle: FileHandle, bytes: Buffer, from: number, to = bytes.length): Promise<void> {
  let position = from
  while (position < to) {
    const { bytesWritten } = await handle.write(bytes, position, to - position, position)
    position += bytesWritten
  }
}

/**
 * Overwrites in place, the part beyond the old end first: if the disk is full, that is found out while the old
 * content is untouched. A crash in between, and a failure, are what the journal is for.
 */
async function prepareInPlace(
  state: FileState,
  bytes: Buffer,
  { hook }: ReplaceOptions,
): Promise<Result<Prepared>> {
  const { path, realPath } = state
  const before = state.bytes ?? Buffer.alloc(0)
  const inFile = async <T>(work: (handle: FileHandle) => Promise<Result<T>>): Promise<Result<T>> => {
    try {
      return await withFile(realPath, constants.O_RDWR | careful, work)
    } catch (error) {
      return fail(ioFault(path, error, realPath))
    }
  }
  const able = await inFile(async () => ok(null))
  if (!able.ok) return able

  async function commit(): Promise<Result<ReplacedBy>> {
    const stale = await changedSinceRead(state)
    if (stale) return fail(stale)
    return await inFile(async (handle) => {
      // The very file that is open is the one that was read.
      const facts = await handle.stat()
      if (!facts.isFile() || facts.size !== before.length || !(await handle.readFile()).equals(before))
        return fail(changed(path))
      const shared = Math.min(before.length, bytes.length)
      await writeAll(handle, bytes, shared)
      await handle.sync()
      await hook?.('in-place-grown', path)
      await writeAll(handle, bytes, 0, shared >> 1)
      await hook?.('in-place-half', path)
      await writeAll(handle, bytes, shared >> 1, shared)
      await handle.truncate(bytes.length)
      await handle.sync()
      await hook?.('in-place-written', path)
      return ok('in-place')
    })
  }
  return ok({ needsJournal: true, commit, discard: async () => undefined })
}
