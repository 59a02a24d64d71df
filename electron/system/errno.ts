/** Errors of the system by their names, and a failed write as a refusal. */
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Fault, fault } from '../../shared/result'
import { option } from '../../shared/shell/offered-command'
import { offered } from './offer'

/** What a thrown system error says under this name; empty for anything else. */
function textIn(error: unknown, name: 'code' | 'path'): string {
  const text: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, name) : ''
  return typeof text === 'string' ? text : ''
}

/** The errno name of a thrown system error; empty for anything else. */
export const codeOf = (error: unknown): string => textIn(error, 'code')

/** Whether that errno name means that the disk or the user's share of it is full. */
export const isFull = (code: string): boolean => code === 'ENOSPC' || code === 'EDQUOT'

/**
 * A failed write as a refusal that says what to do, there where the file really is: `realPath`, if `path` may be a link.
 * Only for writes that leave the old file whole.
 */
export function ioFault(path: string, error: unknown, realPath = path): Fault {
  const code = codeOf(error)
  const folder = dirname(realPath)
  const whole = 'the file is as it was'
  const refused = (why: string, next: string) => fault('not-writable', `${why}; ${whole}.`, next)
  if (isFull(code))
    return fault(
      'disk-full',
      `There is no space left to write ${path} (${code}); ${whole}.`,
      `Free some space on the file system of ${folder} and apply again.`,
    )
  switch (code) {
    case 'EROFS':
      return refused(
        `${path} is on a read-only file system`,
        'Mount the file system writable, or choose another file.',
      )
    case 'EACCES':
    case 'EPERM': {
      const list = offered('ls', option('-la'), folder)
      return refused(
        `You have no permission to write ${path} (${code})`,
        // What the mode allows, and root's writes too, an attribute of the file or its folder may forbid.
        code === 'EPERM' && process.platform === 'linux'
          ? `Look at its owner and mode (${list}), and whether an attribute keeps it as it is: ${offered('lsattr', option('-a'), folder)} (chattr -i takes that off).`
          : `Look at its owner and mode: ${list}.`,
      )
    }
    case 'ENOENT':
      return notThere(path, error, realPath)
    case 'ENOTDIR':
      return fault(
        'not-found',
        `There is a file where ${path} would need a folder (${code}); nothing was written.`,
        'Choose another file.',
      )
    default:
      return refused(
        `${path} could not be written (${code || 'unknown error'})`,
        'Try again; if it fails again, copy the file elsewhere and check the file system.',
      )
  }
}

/** The folder is not there, or takes no new file (as those of /proc, which say ENOENT), or the file itself has gone. */
function notThere(path: string, error: unknown, realPath: string): Fault {
  const folder = dirname(realPath)
  const failed = textIn(error, 'path') || realPath
  const taking = dirname(failed)
  if (failed !== realPath && existsSync(taking))
    return fault(
      'not-writable',
      `The folder ${taking} takes no new file or folder (ENOENT), so ${path} cannot be made; nothing was written.`,
      'Choose another file.',
    )
  if (existsSync(folder))
    return fault('not-found', `${path} is no longer there (ENOENT); nothing was written.`, 'Apply again.')
  return fault(
    'not-found',
    `The folder of ${path} does not exist (ENOENT); nothing was written.`,
    `Create it (${offered('mkdir', option('-p'), folder)}) or choose another file.`,
  )
}
