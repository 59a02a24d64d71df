/**
 * Gives a new file the rights of the file that it is to replace: mode, owner, group, access control list and extended
 * attributes, so that whoever could read the old one can read the new one, and no other user can. Node cannot read or
 * set the last two; on Linux GNU's cp copies them and ls shows whether both files are alike.
 */
import { execFile, spawnSync } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { withFile } from '../../system/with-file'

/** How a file is opened whose facts are changed: Windows wants more for it. */
export const toChange = process.platform === 'win32' ? 'r+' : 'r'

export interface RightsOf {
  readonly realPath: string
  readonly mode: number
  readonly uid: number
  readonly gid: number
}

/** `temporary`: the file that has the rights, which may be another than the one that was given. */
export type GivenRights =
  | { readonly kind: 'given'; readonly temporary: string }
  | { readonly kind: 'refused'; readonly reason: 'other-owner' | 'rights' }

const refused = (reason: 'other-owner' | 'rights'): GivenRights => ({ kind: 'refused', reason })

/**
 * Gives them to `temporary`, which stands in a folder that no other user can enter: while cp sets an access control list
 * there is a moment in which the mode is the new one and the list is not. Where the rights cannot be given, or cannot be
 * read back, nothing is known about who could read the new file, and the answer is a refusal.
 */
export async function giveRights(original: RightsOf, temporary: string): Promise<GivenRights> {
  const owned = await giveOwner(original, temporary)
  if (!owned) return refused('other-owner')
  if (process.platform !== 'linux') {
    await setMode(temporary, original.mode)
    return { kind: 'given', temporary }
  }
  const copied = await copyRights(original.realPath, temporary)
  if (copied === 'unknown') return await withoutGnu(original, temporary)
  if (copied === 'failed') return refused('rights')
  if (sameRights(copied)) return await readBack(original, temporary, copied)
  if (copied.old.list || !copied.new.list) return refused('rights')
  // The folder gave its default list to the new file, and the old file has none.
  const clean = join(dirname(temporary), 'clean')
  if ((await run(withoutList, temporary, clean)).status !== 0) return refused('rights')
  if (!(await giveOwner(original, clean))) return refused('other-owner')
  const again = await copyRights(original.realPath, clean)
  if (typeof again === 'string' || !sameRights(again)) return refused('rights')
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
  const ran = await run(`${preserving} && exec ls -ldnbU -- "$1" "$2"`, from, to)
  if (ran.status !== 0) {
    const version = await run('cp --version', from, to)
    return version.status === 0 && version.stdout.includes('coreutils') ? 'failed' : 'unknown'
  }
  const [old, fresh, more] = ran.stdout.trimEnd().split('\n').map(listed)
  return old && fresh && more === undefined ? { old, new: fresh } : 'failed'
}

function listed(line: string): Listed | null {
  const [, mode = '', mark = '', owner = ''] = /^(\S{10})([+.@]?) +\d+ +(\d+ +\d+) /.exec(line) ?? []
  // A dot is a label of SELinux, which its policy gives.
  return mode === '' ? null : { mode, list: mark === '+', owner }
}

/** Lists must be the same line by line, where the program that shows them is there; cp has said that it copied all. */
async function readBack(original: RightsOf, temporary: string, both: BothListed): Promise<GivenRights> {
  const { mode, uid, gid } = await stat(temporary)
  if ((mode & 0o7777) !== original.mode || uid !== original.uid || gid !== original.gid)
    return refused('rights')
  if (both.old.list) {
    const shown = await run(
      'command -v getfacl >/dev/null || exit 0; getfacl -cnp -- "$1" && echo == && getfacl -cnp -- "$2"',
      original.realPath,
      temporary,
    )
    const [old, fresh] = shown.stdout.split('==\n')
    if (shown.status !== 0 || (shown.stdout !== '' && old !== fresh)) return refused('rights')
  }
  return { kind: 'given', temporary }
}

/** Without GNU's tools a list cannot be seen. But where the mode gives group and others nothing, a list gives nothing. */
async function withoutGnu({ mode }: RightsOf, temporary: string): Promise<GivenRights> {
  if ((mode & 0o077) !== 0) return refused('rights')
  await setMode(temporary, mode)
  return { kind: 'given', temporary }
}

interface Options {
  readonly env: NodeJS.ProcessEnv
  readonly encoding: 'utf8'
  readonly timeout: number
}

interface Ran {
  readonly status: number
  readonly stdout: string
}

/**
 * The terminal program has nothing else to do meanwhile: it waits for the shell itself, which saves Node's streams and a good third
 * of what starting a program costs it.
 */
const waits = process.versions.electron === undefined

async function run(script: string, from: string, to: string): Promise<Ran> {
  const words = ['-c', script, 'sh', from, to]
  // The caller's own PATH may lead anywhere.
  const env = { PATH: '/usr/bin:/bin:/run/current-system/sw/bin', LC_ALL: 'C' }
  const options: Options = { env, encoding: 'utf8', timeout: 10_000 }
  return waits ? runAtOnce(words, options) : await runBeside(words, options)
}

function runAtOnce(words: readonly string[], options: Options): Ran {
  const { error, status, stdout } = spawnSync('/bin/sh', words, options)
  return { status: error === undefined && status === 0 ? 0 : 1, stdout }
}

const runBeside = (words: readonly string[], options: Options): Promise<Ran> =>
  new Promise((resolve) => {
    execFile('/bin/sh', words, options, (error, stdout) =>
      resolve({ status: error === null ? 0 : 1, stdout }),
    )
  })
