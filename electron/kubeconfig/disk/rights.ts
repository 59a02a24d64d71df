/**
 * Gives a new file the rights of the file that it is to replace: mode, owner, group, access control list and extended
 * attributes, so that every user who could read the old one can read the new one, and no other user can. Node cannot read or
 * set the last two; on Linux GNU's cp copies them and ls shows whether both files are alike.
 */
import { execFile, spawnSync } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fail, ok, type Result } from '../../../shared/result'
import { withFile } from '../../system/with-file'

/** How a file is opened whose facts are changed: Windows wants more for it. */
export const toChange = process.platform === 'win32' ? 'r+' : 'r'

export interface RightsOf {
  readonly realPath: string
  readonly mode: number
  readonly uid: number
  readonly gid: number
}

/** The file that has the rights, which may be another than the one that was to have them. */
export type GivenRights = Result<string, 'other-owner' | 'rights'>

/**
 * Gives them to `temporary`, which is in a folder that no other user can enter: while cp sets an access control list there is
 * a moment in which the mode is new and the list is not. Where the rights cannot be set, or cannot be read back, it is unknown
 * which users could read the new file, and the answer is a refusal.
 */
export async function giveRights(original: RightsOf, temporary: string): Promise<GivenRights> {
  const owned = await giveOwner(original, temporary)
  if (!owned) return fail('other-owner')
  if (process.platform !== 'linux') {
    await setMode(temporary, original.mode)
    return ok(temporary)
  }
  const copied = await copyRights(original.realPath, temporary)
  if (copied === 'unknown') return await withoutGnu(original, temporary)
  if (copied === 'failed') return fail('rights')
  if (sameRights(copied)) return await readBack(original, temporary, copied)
  if (copied.old.list || !copied.new.list) return fail('rights')
  // The folder gave its default list to the new file, and the old file has none.
  const clean = join(dirname(temporary), 'clean')
  if ((await run(withoutList, temporary, clean)) === null) return fail('rights')
  if (!(await giveOwner(original, clean))) return fail('other-owner')
  const again = await copyRights(original.realPath, clean)
  if (typeof again === 'string' || !sameRights(again)) return fail('rights')
  return await readBack(original, clean, again)
}

const giveOwner = ({ uid, gid }: RightsOf, path: string): Promise<boolean> =>
  withFile(path, toChange, async (handle) => {
    try {
      const mine = await handle.stat()
      if (mine.uid !== uid || mine.gid !== gid) await handle.chown(uid, gid)
      return true
    } catch {
      return false
    }
  })

/** After the owner was changed, which clears set-id bits. */
const setMode = (path: string, mode: number): Promise<void> =>
  withFile(path, toChange, (handle) => handle.chmod(mode))

/** What ls says of a file: mode as text, whether it has an access control list, owner and group. */
interface Listed {
  readonly mode: string
  readonly list: boolean
  readonly owner: string
}
interface BothListed {
  readonly old: Listed
  readonly new: Listed
}

const sameRights = (both: BothListed): boolean =>
  both.old.mode === both.new.mode && both.old.list === both.new.list && both.old.owner === both.new.owner

const preserving = 'cp --attributes-only --preserve=mode,ownership,xattr -- "$1" "$2"'
const withoutList = 'umask 077; cp --no-preserve=mode -- "$1" "$2"'

/** `unknown`: this system has no GNU cp. */
async function copyRights(from: string, to: string): Promise<BothListed | 'failed' | 'unknown'> {
  const shown = await run(`${preserving} && exec ls -ldnbU -- "$1" "$2"`, from, to)
  if (shown === null)
    return (await run('cp --version', from, to))?.includes('coreutils') ? 'failed' : 'unknown'
  const [old, fresh, more] = shown.trimEnd().split('\n').map(listed)
  return old && fresh && more === undefined ? { old, new: fresh } : 'failed'
}

function listed(line: string): Listed | null {
  const [, mode = '', mark = '', owner = ''] = /^(\S{10})([+.@]?) +\d+ +(\d+ +\d+) /.exec(line) ?? []
  // A dot is a label of SELinux, which its policy gives.
  return mode === '' ? null : { mode, list: mark === '+', owner }
}

/** Lists must be the same line by line, where the program that shows them is installed; cp has reported that it copied all. */
async function readBack(original: RightsOf, temporary: string, both: BothListed): Promise<GivenRights> {
  const { mode, uid, gid } = await stat(temporary)
  if ((mode & 0o7777) !== original.mode || uid !== original.uid || gid !== original.gid) return fail('rights')
  if (both.old.list) {
    const shown = await run(
      'command -v getfacl >/dev/null || exit 0; getfacl -cnp -- "$1" && echo == && getfacl -cnp -- "$2"',
      original.realPath,
      temporary,
    )
    const [old, fresh] = shown?.split('==\n') ?? []
    if (shown !== '' && (old === undefined || old !== fresh)) return fail('rights')
  }
  return ok(temporary)
}

/** Without GNU's tools a list cannot be seen. But where the mode gives group and others nothing, a list gives nothing. */
async function withoutGnu({ mode }: RightsOf, temporary: string): Promise<GivenRights> {
  if ((mode & 0o077) !== 0) return fail('rights')
  await setMode(temporary, mode)
  return ok(temporary)
}

/** What a script prints; null where it fails. */
async function run(script: string, from: string, to: string): Promise<string | null> {
  const words = ['-c', script, 'sh', from, to]
  // The caller's own PATH may lead anywhere.
  const env = { PATH: '/usr/bin:/bin:/run/current-system/sw/bin', LC_ALL: 'C' }
  const options = { env, encoding: 'utf8', timeout: 10_000 } as const
  if (process.versions.electron !== undefined)
    return await new Promise((resolve) => {
      execFile('/bin/sh', words, options, (error, stdout) => resolve(error === null ? stdout : null))
    })
  // The terminal program has nothing else to do meanwhile: it waits for the shell synchronously, which saves Node's streams and
  // a good third of the cost of starting a program.
  const { error, status, stdout } = spawnSync('/bin/sh', words, options)
  return error === undefined && status === 0 ? stdout : null
}
