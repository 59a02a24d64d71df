/**
 * Which process a lock, a journal, a history record or a temporary file belongs to, and whether that process still runs.
 */

import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { lstat, readdir, rmdir, unlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import type { Inferred } from '../../shared/inferred'
import { lazy } from '../../shared/once'
import { codeOf } from './errno'
import { readStat } from './process-stat'

/** A process, described so that another can say later whether it still runs; as our JSON files have it. */
export const ownerSchema = v.object({
  host: v.string(),
  /** Differs after every start of the machine; empty where the system has none. */
  bootId: v.string(),
  /** The pid namespace (containers share host name and boot id, not pids); empty where there is none. */
  namespace: v.string(),
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** Clock ticks since the machine's start, because pids are used again; empty where not known. */
  startTime: v.string(),
})
export type Owner = Inferred<typeof ownerSchema>

/** Empty where the system does not say. */
function outputOf(look: () => string): string {
  try {
    return look().trim()
  } catch {
    return ''
  }
}

/** Empty when the process is gone, or where the system does not say. */
const startTimeOf = (pid: number): string => readStat(pid)?.started.toString() ?? ''

/** A network gives macOS another host name: its boot id outlives that. */
export const bootIdOf = (platform: NodeJS.Platform, sysctl = '/usr/sbin/sysctl'): string =>
  outputOf(() =>
    platform === 'darwin'
      ? execFileSync(sysctl, ['-n', 'kern.bootsessionuuid'], { encoding: 'utf8', timeout: 2_000 })
      : readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'),
  )

/** This process as an owner; the same value for its whole life. */
export const thisOwner = lazy(
  (): Owner => ({
    host: hostname(),
    bootId: bootIdOf(process.platform),
    namespace: outputOf(() => readlinkSync('/proc/self/ns/pid')),
    pid: process.pid,
    startTime: startTimeOf(process.pid),
  }),
)

/** Another process of this machine, as it runs now, as an owner. */
export const ownerWithPid = (pid: number): Owner => ({ ...thisOwner(), pid, startTime: startTimeOf(pid) })

/**
 * `gone` only when that is certain; a process of another machine or container is `unknown`. The boot id names a machine in
 * one run of it, also when the machine gets another name; where there is none, the host's name is used.
 */
export function ownerState(owner: Owner): 'alive' | 'gone' | 'unknown' {
  const me = thisOwner()
  const booted = owner.bootId !== '' && me.bootId !== ''
  if (booted && owner.bootId !== me.bootId) return owner.host === me.host ? 'gone' : 'unknown'
  if (!booted && owner.host !== me.host) return 'unknown'
  if (owner.namespace !== me.namespace) return 'unknown'
  try {
    process.kill(owner.pid, 0)
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return 'gone'
  }
  const started = startTimeOf(owner.pid)
  if (owner.startTime !== '' && started !== '' && owner.startTime !== started) return 'gone'
  return 'alive'
}

const short = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8)

/**
 * A name for a temporary file next to `name`. It names this process, or another one, as the owner, so that `sweepLeftovers`
 * recognises the file when the process was killed.
 */
export function temporaryName(name: string, me: Owner = thisOwner()): string {
  const place = `${short(me.host)}${short(me.namespace)}-${short(me.bootId)}`
  return `.${name.slice(0, 120)}.ekscope-${place}-${me.pid}-${me.startTime || '0'}-${randomBytes(6).toString('hex')}.tmp`
}

const leftover = /\.ekscope-([0-9a-f]{16})-([0-9a-f]{8})-(\d+)-(\d+)-[0-9a-f]{12}\.tmp$/

/** Whether a temporary file of this process is there: one that it could not remove. */
export async function hasLeftover(folder: string): Promise<boolean> {
  const { pid, startTime } = thisOwner()
  return (await readdir(folder).catch(() => [])).some((name) => {
    const [, , , ofPid = '', started = ''] = leftover.exec(name) ?? []
    return ofPid === `${pid}` && started === (startTime || '0')
  })
}

/** Removes our temporary files in a folder whose process is certainly gone; gives the names removed. */
export async function sweepLeftovers(folder: string): Promise<readonly string[]> {
  const me = thisOwner()
  const removed: string[] = []
  for (const name of await readdir(folder).catch(() => [])) {
    const found = leftover.exec(name)
    if (!found) continue
    const [, place = '', boot = '', pid = '', startTime = ''] = found
    const here = me.bootId !== '' && boot === short(me.bootId)
    if (!place.endsWith(short(me.namespace)) || !(here || place.startsWith(short(me.host)))) continue
    const owner = { ...me, pid: Number(pid), startTime: startTime === '0' ? '' : startTime }
    if (boot === short(me.bootId) && ownerState(owner) !== 'gone') continue
    if (await removeLeftover(join(folder, name))) removed.push(name)
  }
  return removed
}

async function removeLeftover(path: string): Promise<boolean> {
  try {
    const found = await lstat(path)
    if (!found.isDirectory()) await unlink(path)
    // Into a folder of another user, links could be put while it is emptied.
    else if (found.uid === (process.getuid?.() ?? found.uid)) await removePrivateFolder(path)
    else return false
    return true
  } catch {
    return false
  }
}

/** Removes a folder with a temporary name and the files in it. */
export async function removePrivateFolder(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => []))
    await unlink(join(folder, name)).catch(() => undefined)
  await rmdir(folder).catch(() => undefined)
}

/** Sweeps the folder of a file that is about to be written. */
export async function sweepFolderOf(path: string): Promise<void> {
  await sweepLeftovers(dirname(path))
}
