/**
 * Puts new bytes in a file's place so that at every moment the file is the old one or the new one: a temporary
 * file beside it with the same mode and owner, fsync, rename over the real path, fsync of the folder. Where a
 * rename cannot be, it says so and, asked again, writes in place (journal.ts makes that safe).
 */
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, link, lstat, mkdir, open, realpath, rename, stat, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type Fault, fail, fault, ok, type Result } from '../../../shared/result'
import { codeOf, ioFault } from '../../system/errno'
import { discard, syncFolder } from '../../system/own-file'
import { temporaryName } from '../../system/process-owner'
import { shellWord } from '../../system/shell-word'

/** Neither waits for a pipe nor follows a link; Windows knows neither. */
const careful = (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0)

/** Larger files are never written (and kubectl would take minutes over them). */
export const maxBytes = 64 * 1024 * 1024

/** The points at which a crash is tested; each is reached in this order (in-place writes have their own). */
export const writeSteps = [
  'locked',
  'read',
  'history-written',
  'journal-written',
  'temp-created',
  'temp-half',
  'temp-written',
  'temp-synced',
  'before-rename',
  'renamed',
  'in-place-grown',
  'in-place-half',
  'in-place-written',
  'folder-synced',
  'history-committed',
  'journal-removed',
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
  readonly links: number
  /** Device and inode; empty when there is no such file yet. */
  readonly place: string
}

/**
 * Reads a file that is to be written. A missing one (also behind a dangling symlink) is a state, not a fault;
 * a folder, a device, a pipe, anything over 64 MiB or without permission is a Fault.
 */
export async function readForWriting(
  path: string,
  /** Bytes whose revision is known: where the file holds the same, it is not worked out again. */
  known?: { readonly bytes: Buffer | null; readonly revision: string | null },
): Promise<Result<FileState>> {
  const real = await realTarget(path)
  if (!real.ok) return real
  const realPath = real.value
  let handle: FileHandle
  try {
    // lstat first: opening a pipe would wait for its other end.
    const kind = await lstat(realPath)
    if (!kind.isFile())
      return fail(
        fault(
          'not-allowed',
          `${path} is ${kind.isDirectory() ? 'a folder' : 'no regular file'}; Ekscope writes regular files only.`,
          'Choose another file.',
        ),
      )
    if (kind.size > maxBytes) return fail(tooLarge(path, kind.size))
    // A pipe or a link may have taken its place since: the first would keep us waiting, the second lead elsewhere.
    handle = await open(realPath, constants.O_RDONLY | careful)
  } catch (error) {
    if (codeOf(error) === 'ENOENT')
      return ok({
        path,
        realPath,
        bytes: null,
        revision: null,
        mode: 0o600,
        uid: -1,
        gid: -1,
        links: 1,
        place: '',
      })
    return fail(ioFault(path, error))
  }
  try {
    const facts = await handle.stat()
    if (!facts.isFile()) return fail(changed(path))
    if (facts.size > maxBytes) return fail(tooLarge(path, facts.size))
    const bytes = await handle.readFile()
    return ok({
      path,
      realPath,
      bytes,
      revision: known?.bytes?.equals(bytes) ? known.revision : revisionOf(bytes),
      mode: facts.mode & 0o7777,
      uid: facts.uid,
      gid: facts.gid,
      links: facts.nlink,
      place: `${facts.dev}:${facts.ino}`,
    })
  } catch (error) {
    return fail(ioFault(path, error))
  } finally {
    await handle.close()
  }
}

/** The path behind symlinks, also where the last one points at nothing yet. */
export async function realTarget(path: string): Promise<Result<string>> {
  try {
    return ok(await realpath(path))
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') return fail(ioFault(path, error))
  }
  const isLink = await lstat(path).then(
    (s) => s.isSymbolicLink(),
    () => false,
  )
  if (isLink)
    return fail(
      fault(
        'not-found',
        `${path} is a symbolic link to a file that does not exist.`,
        `Create the file that it points at, or remove the link: ls -l ${shellWord(path)}`,
      ),
    )
  const folder = await realpath(dirname(path)).catch(() => dirname(path))
  return ok(join(folder, basename(path)))
}

function tooLarge(path: string, bytes: number): Fault {
  return fault(
    'not-allowed',
    `${path} has ${Math.round(bytes / 1_048_576)} MiB; files over 64 MiB are never written.`,
    'Move contexts to another file with another tool first.',
  )
}

/** Why the rename way cannot be taken for a file that itself could be written. */
export type NoRename = 'hard-link' | 'mount-point' | 'folder-not-writable' | 'other-owner' | 'rename-refused'

export interface Replaced {
  readonly kind: 'replaced'
  readonly way: 'rename' | 'in-place' | 'created' | 'removed'
  /** Null: it is no longer there. */
  readonly revision: string | null
  readonly bytes: number
}

/** The old file is whole. `inPlace`: asking again with `way: 'in-place'` can write it. */
export interface CannotRename {
  readonly kind: 'cannot-rename'
  readonly reason: NoRename
  readonly fault: Fault
}

export interface ReplaceOptions {
  readonly way: 'rename' | 'in-place'
  readonly hook?: StepHook
  /** Of the new bytes, where it is known already. */
  readonly revision?: string
}

const reasons: Record<NoRename, string> = {
  'hard-link': 'has another name (a hard link) that a rename would cut off',
  'mount-point': 'is mounted by itself (as into a container), so that nothing can be renamed over it',
  'folder-not-writable': 'can be written, but its folder takes no new file',
  'other-owner': 'belongs to another user, and a renamed file would belong to you',
  'rename-refused': 'could not be replaced by a rename on this file system',
}

function cannotRename(path: string, reason: NoRename): CannotRename {
  return {
    kind: 'cannot-rename',
    reason,
    fault: fault(
      'not-writable',
      `${path} ${reasons[reason]}; nothing was written.`,
      'Write in place instead: a journal is kept, so that a crash in the middle is settled at the next start.',
    ),
  }
}

/**
 * Replaces `state` (as read under the lock) by `bytes`. Refuses with `changed-on-disk` when the file is not what
 * was read: some programs write without a lock. Every other fault leaves the old file whole.
 */
export async function replaceFile(
  state: FileState,
  bytes: Buffer,
  options: ReplaceOptions,
): Promise<Result<Replaced | CannotRename>> {
  if (bytes.length > maxBytes) return fail(tooLarge(state.path, bytes.length))
  if (state.bytes !== null && options.way === 'in-place') return await writeInPlace(state, bytes, options)
  if (state.links > 1) return ok(cannotRename(state.path, 'hard-link'))
  return await writeByRename(state, bytes, options)
}

async function writeByRename(
  state: FileState,
  bytes: Buffer,
  { hook, revision }: ReplaceOptions,
): Promise<Result<Replaced | CannotRename>> {
  const { path, realPath } = state
  const folder = dirname(realPath)
  const temporary = join(folder, temporaryName(basename(realPath)))
  let handle: FileHandle | null = null
  try {
    if (state.bytes === null) await mkdir(folder, { recursive: true, mode: 0o700 })
    handle = await open(temporary, 'wx', 0o600)
    await hook?.('temp-created', path)
    const half = bytes.length >> 1
    await handle.write(bytes, 0, half, 0)
    await hook?.('temp-half', path)
    await writeAll(handle, bytes, half)
    await hook?.('temp-written', path)
    if (state.bytes !== null) {
      const mine = await handle.stat()
      if (mine.uid !== state.uid || mine.gid !== state.gid) {
        try {
          await handle.chown(state.uid, state.gid)
        } catch {
          await discard(handle, temporary)
          return ok(cannotRename(path, 'other-owner'))
        }
      }
      // After chown, which clears set-id bits.
      await handle.chmod(state.mode)
    }
    await handle.sync()
    await hook?.('temp-synced', path)
    await handle.close()
    handle = null
    // aws and editors take no lock: read a last time, so that our older reading does not replace their write.
    const now = await readForWriting(path, state)
    if (!now.ok || now.value.revision !== state.revision || now.value.realPath !== realPath) {
      await unlink(temporary).catch(() => undefined)
      if (!now.ok) return now
      if (now.value.revision !== null || state.revision === null) return fail(changed(path))
      return fail((await fileExists(folder)) ? removed(path) : ioFault(path, { code: 'ENOENT' }))
    }
    await hook?.('before-rename', path)
    if (state.bytes === null) {
      // A new file never replaces one that was created meanwhile.
      await link(temporary, realPath)
      await unlink(temporary)
    } else await rename(temporary, realPath)
    await hook?.('renamed', path)
  } catch (error) {
    await discard(handle, temporary)
    if (state.bytes === null && codeOf(error) === 'EEXIST') return fail(changed(path))
    const reason = await noRenameReason(state, error)
    return reason ? ok(cannotRename(path, reason)) : fail(ioFault(path, error))
  }
  await syncFolder(folder)
  await hook?.('folder-synced', path)
  return ok({
    kind: 'replaced',
    way: state.bytes === null ? 'created' : 'rename',
    revision: revision ?? revisionOf(bytes),
    bytes: bytes.length,
  })
}

/**
 * Removes a file as it was read under the lock: one that an earlier write made. Refuses with `changed-on-disk` when it is
 * not what was read.
 */
export async function removeFile(
  state: FileState,
  { hook }: Pick<ReplaceOptions, 'hook'> = {},
): Promise<Result<Replaced>> {
  const { path, realPath } = state
  try {
    const now = await readForWriting(path, state)
    if (!now.ok) return now
    if (now.value.revision !== state.revision || now.value.realPath !== realPath) return fail(changed(path))
    await hook?.('before-rename', path)
    if (state.bytes !== null) await unlink(realPath)
    await hook?.('renamed', path)
  } catch (error) {
    return fail(ioFault(path, error))
  }
  await syncFolder(dirname(realPath))
  await hook?.('folder-synced', path)
  return ok({ kind: 'replaced', way: 'removed', revision: null, bytes: 0 })
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
    'Find out where it went; what it held is in the history if Ekscope wrote it before.',
  )
}

async function noRenameReason(state: FileState, error: unknown): Promise<NoRename | null> {
  if (state.bytes === null) return null
  const code = codeOf(error)
  if (code === 'EBUSY' || code === 'EXDEV') return 'mount-point'
  if (!['EACCES', 'EPERM', 'EROFS', 'ENOTSUP', 'EOPNOTSUPP', 'EINVAL', 'ESTALE', 'EIO'].includes(code))
    return null
  // A file mounted writable into a read-only folder, or one of ours in another user's folder.
  const writable = await open(state.realPath, 'r+').then(
    async (handle) => {
      await handle.close()
      return true
    },
    () => false,
  )
  if (!writable) return null
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
 * content is untouched. A crash in between is what the journal is for.
 */
async function writeInPlace(
  state: FileState,
  bytes: Buffer,
  { hook }: ReplaceOptions,
): Promise<Result<Replaced | CannotRename>> {
  const { path, realPath } = state
  const before = state.bytes ?? Buffer.alloc(0)
  const now = await readForWriting(path)
  if (!now.ok) return now
  if (now.value.revision !== state.revision || now.value.realPath !== realPath) return fail(changed(path))
  let handle: FileHandle
  try {
    handle = await open(realPath, constants.O_RDWR | careful)
  } catch (error) {
    return fail(ioFault(path, error))
  }
  try {
    // The very file that is open is the one that was read.
    const facts = await handle.stat()
    if (!facts.isFile() || facts.size !== before.length || !(await handle.readFile()).equals(before))
      return fail(changed(path))
    try {
      await writeAll(handle, bytes, Math.min(before.length, bytes.length))
      await handle.sync()
      await hook?.('in-place-grown', path)
      const shared = Math.min(before.length, bytes.length)
      await writeAll(handle, bytes, 0, shared >> 1)
      await hook?.('in-place-half', path)
      await writeAll(handle, bytes, shared >> 1, shared)
      await handle.truncate(bytes.length)
      await handle.sync()
      await hook?.('in-place-written', path)
    } catch (error) {
      await writeAll(handle, before, 0)
      await handle.truncate(before.length)
      await handle.sync()
      return fail(ioFault(path, error))
    }
  } finally {
    await handle.close()
  }
  return ok({ kind: 'replaced', way: 'in-place', revision: revisionOf(bytes), bytes: bytes.length })
}

async function fileExists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  )
}
