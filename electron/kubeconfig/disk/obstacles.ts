/** What prevents replacing a file by a rename, found out before anything is written. */
import { constants } from 'node:fs'
import { access, readFile, stat } from 'node:fs/promises'
import { type Obstacle, type ObstacleReason, type Remedy, remedies } from '../../../shared/edits/obstacle'
import { type Fault, fail, fault, ok, type Result } from '../../../shared/result'
import { codeOf, ioFault } from '../../system/errno'

interface OldFile {
  readonly path: string
  readonly realPath: string
  readonly mode: number
  readonly uid: number
}

/** What can be seen of a file by looking at it. Faults: `not-writable`, which no permission of the user's changes. */
export async function obstaclesOf(file: OldFile): Promise<Result<readonly ObstacleReason[]>> {
  const found: ObstacleReason[] = []
  const me = process.getuid?.()
  // root may write whatever the mode says.
  const writable = me === 0 || me === undefined ? 0o222 : 0o200
  const isProtected = (file.mode & writable) === 0
  try {
    await access(file.realPath, constants.W_OK)
    if (isProtected) found.push('write-protected')
  } catch (error) {
    const byMode = codeOf(error) === 'EACCES' && isProtected && (me === undefined || me === file.uid)
    if (!byMode) return fail(ioFault(file.path, error, file.realPath))
    found.push('write-protected')
  }
  // Now, not as it was read: a new file of a killed Ekscope has a second name until its folder is swept.
  const links = (await stat(file.realPath).catch(() => null))?.nlink ?? 1
  if (links > 1) found.push('hard-link')
  else if ((await mountPoints()).has(file.realPath)) found.push('mount-point')
  return ok(found)
}

/** Where anything is mounted, as Linux says it; elsewhere nothing is mounted on a file. */
async function mountPoints(): Promise<ReadonlySet<string>> {
  const text = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '')
  // Blanks and the like are written as octal numbers of bytes.
  const plain = (path: string): string =>
    Buffer.from(
      path.replace(/\\(\d{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8))),
      'latin1',
    ).toString()
  return new Set(
    text.split('\n').map((line) => plain(Buffer.from(line.split(' ')[4] ?? '').toString('latin1'))),
  )
}

const because: Readonly<Record<ObstacleReason, string>> = {
  'hard-link': 'has another name (a hard link) that a rename would cut off',
  'mount-point': 'is mounted by itself (as into a container), so that nothing can be renamed over it',
  'folder-not-writable': 'can be written, but its folder takes no new file',
  'other-owner': 'belongs to another user or group, and a renamed file would belong to you',
  rights: 'has rights (an access control list or extended attributes) that a renamed file would not have',
  'rename-refused': 'could not be replaced by a rename on this file system',
  'open-elsewhere': 'is open in another program, and Windows puts no other file in the place of an open one',
  'write-protected': 'is protected against writing by its mode',
}

const ways: Readonly<Record<Remedy, string>> = {
  'in-place':
    'Write in place instead: a journal is kept, so that a crash in the middle is settled at the next start.',
  force: 'Write the file all the same, or make it writable first (chmod u+w).',
}

/** Obstacles as one refusal: why, and what would have to be permitted. */
export function obstacleFault(obstacles: readonly Obstacle[]): Fault {
  const why = obstacles.map(({ path, reason }) => `${path} ${because[reason]}`)
  const needed = new Set(obstacles.map(({ reason }) => remedies[reason]))
  return fault(
    'not-writable',
    `${why.join('; ')}; nothing was written.`,
    [...needed].map((remedy) => ways[remedy]).join(' '),
  )
}
