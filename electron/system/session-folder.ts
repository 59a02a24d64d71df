/**
 * Where the kubeconfig of a session lies: in a folder (0700) of its own, its name says whose it is, so that what a killed
 * process left behind is recognised and removed.
 */
import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { lstat, readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Variables } from './environment'
import { writeOwnFile } from './own-file'
import {
  type Owner,
  ownerWithPid,
  removePrivateFolder,
  sweepLeftovers,
  temporaryName,
  thisOwner,
} from './process-owner'
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

/** Removes what sessions whose process is certainly gone left in either place. */
async function sweep(dataFolder: string, variables: Variables): Promise<void> {
  for (const place of [inData(dataFolder), await inMemory(variables)])
    if (place !== null) await sweepLeftovers(place)
}

/** For the one command that this process runs: gone with it, also where it is not asked to close. Throws system errors. */
export async function commandSession(text: string, dataFolder: string, variables: Variables) {
  await sweep(dataFolder, variables)
  const place = (await inMemory(variables)) ?? inData(dataFolder)
  const folder = path.join(place, temporaryName('exec'))
  const atExit = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', atExit)
  const file = await written(folder, text)
  return {
    path: file,
    /** Whether anything else is in it now: the command may write to it. */
    async written(): Promise<boolean> {
      const now = await readFile(file, 'utf8').catch(() => null)
      return now !== null && now !== text
    },
    async close(): Promise<void> {
      await removePrivateFolder(folder)
      process.removeListener('exit', atExit)
    },
  }
}

/**
 * For the shell that reads what this process prints: removed once its owner is gone. The same shell gets the same file for the
 * same `key` again. Throws system errors.
 */
export async function shellSession(text: string, key: string, dataFolder: string, variables: Variables) {
  await sweep(dataFolder, variables)
  const place = inData(dataFolder)
  const owner = shellOwner()
  const name = temporaryName(`env-${createHash('sha256').update(key).digest('hex').slice(0, 12)}`, owner)
  const sameOwner = name.replace(/[0-9a-f]{12}\.tmp$/, '')
  const there = (await readdir(place).catch(() => [])).find((one) => one.startsWith(sameOwner))
  const folder = path.join(place, there ?? name)
  return { path: await written(folder, text) }
}

/**
 * Removes the folder of a session's kubeconfig that a shell leaves. Anything else that a variable may name stays: only what has
 * one of our names, in one of our places.
 */
export async function leaveShellSession(kubeconfig: string, dataFolder: string): Promise<void> {
  const folder = path.dirname(kubeconfig)
  if (
    path.dirname(folder) !== inData(dataFolder) ||
    !/^\.env-[0-9a-f]{12}\.ekscope-/.test(path.basename(folder))
  )
    return
  await removePrivateFolder(folder)
}

async function written(folder: string, text: string): Promise<string> {
  const file = path.join(folder, 'config')
  // Makes the folder, too.
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
