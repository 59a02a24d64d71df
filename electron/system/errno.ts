/** Errors of the system by their names, and a failed write as a refusal. */
import { dirname } from 'node:path'
import { type Fault, fault } from '../../shared/result'
import { shellWord } from './shell-word'

/** The errno name of a thrown system error; empty for anything else. */
export function codeOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string')
    return error.code
  return ''
}

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
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return fault(
        'disk-full',
        `There is no space left to write ${path} (${code}); ${whole}.`,
        `Free some space on the file system of ${folder} and apply again.`,
      )
    case 'EROFS':
      return fault(
        'not-writable',
        `${path} is on a read-only file system; ${whole}.`,
        'Choose another file, or mount the file system writable.',
      )
    case 'EACCES':
    case 'EPERM':
      return fault(
        'not-writable',
        `You have no permission to write ${path} (${code}); ${whole}.`,
        `Look at its owner and mode: ls -la ${shellWord(folder)}`,
      )
    case 'ENOENT':
    case 'ENOTDIR':
      return fault(
        'not-found',
        `The folder of ${path} does not exist (${code}); nothing was written.`,
        `Create it (mkdir -p ${shellWord(folder)}) or choose another file.`,
      )
    default:
      return fault(
        'not-writable',
        `${path} could not be written (${code || 'unknown error'}); ${whole}.`,
        'Try again; if it fails again, copy the file elsewhere and check the file system.',
      )
  }
}
