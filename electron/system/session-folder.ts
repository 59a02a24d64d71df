/**
 * Where the kubeconfig of a session lies: `prod-4ed8a1b2/config`, in a folder (0700) of its own with a name that prompts can show
 * and no cleaner of temporary files looks for. A file beside it says which process it is for, so that what a killed one left
 * behind is recognised and removed.
 */
import { createHash, randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { chmod, lstat, readdir, rmdir, unlink } from 'node:fs/promises'
import path from 'node:path'
import * as v from 'valibot'
import type { Variables } from './environment'
import { fileNameOf } from './file-name'
import { textOfAny, textOfOwn, writeOwnFile } from './own-file'
import { type Owner, ownerSchema, ownerState, ownerWithPid, sweepLeftovers, thisOwner } from './process-owner'
import { readStat } from './process-stat'

/** In the data folder, which must be there. */
const inData = (dataFolder: string): string => path.join(dataFolder, 'sessions')

/**
 * The user's runtime folder where there is one: it is in memory, goes with the login, and no other user may look into it. What
 * is no such folder, whatever XDG_RUNTIME_DIR says, is not taken.
 */
async function inMemory({ XDG_RUNTIME_DIR }: Variables): Promise<string | null> {
  if (XDG_RUNTIME_DIR === undefined || !path.isAbsolute(XDG_RUNTIME_DIR)) return null
  const found = await lstat(XDG_RUNTIME_DIR).catch(() => null)
  const isPrivate = found?.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o077) === 0
  return isPrivate ? path.join(XDG_RUNTIME_DIR, 'ekscope') : null
}

const ownerFile = 'owner.json'
const ownerText = v.pipe(v.string(), v.parseJson(), ownerSchema)

/** The process that a session's folder is for; null where it is no such folder. */
async function ownerOf(folder: string): Promise<Owner | null> {
  const read = v.safeParse(ownerText, await textOfOwn(path.join(folder, ownerFile), 4_096))
  return read.success ? read.output : null
}

/** Removes what sessions whose process is certainly gone left in either place. */
async function sweep(dataFolder: string, variables: Variables): Promise<void> {
  for (const place of [inData(dataFolder), await inMemory(variables)]) {
    if (place === null) continue
    // Of an earlier Ekscope.
    await sweepLeftovers(place)
    for (const name of await readdir(place).catch(() => [])) {
      const folder = path.join(place, name)
      const owner = await ownerOf(folder)
      if (owner !== null && ownerState(owner) === 'gone') await removed(folder)
    }
  }
}

/** Whose it is goes last: until then the next sweep finds what is left. */
async function removed(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  for (const name of [...names.filter((one) => one !== ownerFile), ownerFile])
    await unlink(path.join(folder, name)).catch(() => undefined)
  await rmdir(folder).catch(() => undefined)
}

/** Of an ARN the cluster's name. */
const folderName = (context: string, unique: string): string =>
  `${fileNameOf(context.split('/').at(-1) ?? '', 40)}-${unique}`

/** For the one command that this process runs: gone with it, also where it is not asked to close. Throws system errors. */
export async function commandSession(
  text: string,
  context: string,
  dataFolder: string,
  variables: Variables,
) {
  await sweep(dataFolder, variables)
  const place = (await inMemory(variables)) ?? inData(dataFolder)
  const folder = path.join(place, folderName(context, randomBytes(4).toString('hex')))
  const atExit = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', atExit)
  const file = await written(folder, text, thisOwner())
  return {
    path: file,
    /** Puts another file beside the kubeconfig; it goes with it. `runs`: it is a program. */
    async add(name: string, text: string, runs = false): Promise<void> {
      const place = path.join(folder, name)
      await writeOwnFile(place, text, { synced: false })
      if (runs) await chmod(place, 0o700)
    },
    /** Whether anything else is in it now: the command may write to it. */
    async written(): Promise<boolean> {
      const now = await textOfAny(file, mostKubeconfig)
      return now !== null && now !== text
    },
    async close(): Promise<void> {
      await removed(folder)
      process.removeListener('exit', atExit)
    },
  }
}

/** More than this no command leaves in its kubeconfig. */
const mostKubeconfig = 64 * 1024 * 1024

/**
 * For the shell that reads what this process prints: removed once its owner is gone. The same shell gets the same file for the
 * same `key` again. Throws system errors.
 */
export async function shellSession(
  text: string,
  context: string,
  key: string,
  dataFolder: string,
  variables: Variables,
) {
  await sweep(dataFolder, variables)
  const owner = shellOwner()
  const unique = createHash('sha256')
    .update(JSON.stringify([key, owner]))
    .digest('hex')
    .slice(0, 8)
  const folder = path.join(inData(dataFolder), folderName(context, unique))
  return { path: await written(folder, text, owner) }
}

/**
 * Removes the folder of a session's kubeconfig that a shell leaves. Anything else that a variable may name stays: only what says
 * whose it is, in our place.
 */
export async function leaveShellSession(kubeconfig: string, dataFolder: string): Promise<void> {
  const folder = path.dirname(kubeconfig)
  if (path.dirname(folder) === inData(dataFolder) && (await ownerOf(folder)) !== null) await removed(folder)
}

/** Whether this process runs something in the session of this kubeconfig. */
export async function runsForSession(kubeconfig: string, pid: number): Promise<boolean> {
  const owner = await ownerOf(path.dirname(kubeconfig))
  return owner?.pid === pid && ownerState(owner) === 'alive'
}

async function written(folder: string, text: string, owner: Owner): Promise<string> {
  const file = path.join(folder, 'config')
  // Makes the folder, too.
  await writeOwnFile(path.join(folder, ownerFile), JSON.stringify(owner))
  await writeOwnFile(file, text)
  return file
}

/**
 * Whose end ends a shell's session. The parent may be a program that only starts this one (npm, a version manager) and ends
 * with it, so it is the leader of the terminal's session where the system says which that is: never gone too early.
 */
function shellOwner(): Owner {
  const session = readStat('self')?.session ?? 0
  return session > 1 && session !== process.pid
    ? ownerWithPid(session)
    : ownerWithPid(process.ppid || thisOwner().pid)
}
