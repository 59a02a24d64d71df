/**
 * The program of a command's name: Go's exec.LookPath, because that is what kubectl runs exec plugins through, and
 * how safe the way there is. PATH is the parent's: `env: PATH` of an exec entry does not help (docs/identity.md).
 */

import { constants, type Stats } from 'node:fs'
import { access, lstat, readlink, stat } from 'node:fs/promises'
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path'
import { capital } from '../../shared/capital'
import { lazy, once } from '../../shared/once'
import type { Variables } from './environment'
import { offered } from './offer'
import { anyCase } from './windows'

/** What would let another user decide which program a command is. */
export interface PathDoubt {
  readonly kind: 'empty' | 'relative' | 'missing' | 'writable' | 'foreign'
  /** The folder or file that is the cause; '' for an empty folder of PATH. */
  readonly place: string
  /** The PATH folder, or the program, that the cause makes unsafe. */
  readonly makesUnsafe: string
  /** Part of a sentence: what is wrong. */
  readonly reason: string
  /** A sentence: what to do about it. */
  readonly remedy: string
}

export type Lookup =
  | {
      readonly kind: 'found'
      readonly path: string
      /** Nothing where no other user can decide which program this is, as far as modes and owners say. */
      readonly doubts: readonly PathDoubt[]
      /** Where there are doubts: the first program of this name in PATH without doubts, whatever comes before it. */
      readonly safe: string | null
    }
  /** Go refuses a program that only a relative or empty PATH folder gives. */
  | { readonly kind: 'relative'; readonly path: string }
  | { readonly kind: 'not-executable'; readonly path: string }
  | { readonly kind: 'missing'; readonly searched: readonly string[] }

/**
 * Where `lookUp` finds the command; null where it finds none that Go would run. Does not ask how safe the way there is, which is
 * most of the work.
 */
export async function leadsTo(
  command: string,
  variables: Variables,
  platform: NodeJS.Platform = process.platform,
): Promise<string | null> {
  for await (const { path } of programs(command, variables, platform))
    if (path !== null) return isAbsolute(path) ? path : null
  return null
}

/** Looks a command up as kubectl would with these variables: a name in PATH, or a path (already resolved) as it is. */
export async function lookUp(
  command: string,
  variables: Variables,
  platform: NodeJS.Platform = process.platform,
): Promise<Lookup> {
  const judge = openJudge(platform)
  const searched: string[] = []
  const doubts: PathDoubt[] = []
  let found: string | null = null
  for await (const { folder, path } of programs(command, variables, platform)) {
    if (folder === null && path === null && (await stat(command).catch(() => null)))
      return { kind: 'not-executable', path: command }
    const doubtsOfFolder = folder === null ? [] : await judge.folder(folder)
    if (folder !== null) searched.push(folder)
    if (found === null) {
      doubts.push(...doubtsOfFolder)
      if (path === null) continue
      if (!isAbsolute(path)) return { kind: 'relative', path }
      // What its PATH folder is in doubt for is said once.
      const places = new Set(doubts.map(({ place }) => place))
      doubts.push(...(await judge.program(path)).filter(({ place }) => !places.has(place)))
      if (doubts.length === 0) return { kind: 'found', path, doubts, safe: null }
      found = path
    }
    if (path === null || !isAbsolute(path) || doubtsOfFolder.length > 0) continue
    if ((await judge.program(path)).length === 0) return { kind: 'found', path: found, doubts, safe: path }
  }
  return found === null ? { kind: 'missing', searched } : { kind: 'found', path: found, doubts, safe: null }
}

/** The program in each folder of PATH, null where it has none; for a command that is a path only that one, without a folder. */
async function* programs(command: string, variables: Variables, platform: NodeJS.Platform) {
  const windows = platform === 'win32'
  const isPath = command.includes('/') || (windows && /[\\:]/.test(command))
  const value = (windows ? anyCase(variables, 'PATH') : variables.PATH) || null
  const suffixes = windows ? windowsSuffixes(command, variables) : ['']
  for (const folder of isPath ? [null] : (value?.split(windows ? ';' : delimiter) ?? [])) {
    let path: string | null = null
    for (const suffix of suffixes) {
      const place = folder === null ? command + suffix : join(folder || '.', command + suffix)
      if (path === null && (await executable(place))) path = place
    }
    yield { folder, path }
  }
}

function windowsSuffixes(command: string, variables: Variables): readonly string[] {
  const suffixes = (anyCase(variables, 'PATHEXT') || '.COM;.EXE;.BAT;.CMD')
    .toLowerCase()
    .split(';')
    .filter(Boolean)
  return suffixes.some((suffix) => command.toLowerCase().endsWith(suffix)) ? ['', ...suffixes] : suffixes
}

async function executable(path: string): Promise<boolean> {
  try {
    const found = await stat(path)
    if (!found.isFile()) return false
    await access(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const worldWritable = (found: Stats): boolean => (found.mode & 0o002) !== 0
const sticky = (found: Stats): boolean => (found.mode & 0o1000) !== 0

/** Why another user could put a program into a PATH folder, or change one. On Windows only what PATH itself says is judged. */
function openJudge(platform: NodeJS.Platform) {
  // The ways to folders of PATH and programs share most of their stations.
  const looks = new Map<string, Promise<Stats | null>>()
  const look = (path: string) => once(looks, path, () => lstat(path).catch(() => null))
  const trusted = lazy(trustedOwners)
  const judgeWay = async (target: string, what: 'folder' | 'program'): Promise<readonly PathDoubt[]> => {
    if (platform === 'win32') return []
    const doubt = await doubtOfWay(target, what, look, await trusted())
    return doubt === null ? [] : [doubt]
  }
  return {
    program: (path: string) => judgeWay(path, 'program'),
    async folder(place: string): Promise<readonly PathDoubt[]> {
      if (place !== '' && isAbsolute(place)) return judgeWay(place, 'folder')
      const [kind, reason, remedy] =
        place === ''
          ? ([
              'empty',
              'PATH has an empty folder, which means wherever the command is started',
              'Take the empty folder (a colon at an end, or two in a row) out of PATH.',
            ] as const)
          : ([
              'relative',
              `PATH has the relative folder ${place}`,
              `Take ${place} out of PATH, or name it by its absolute path.`,
            ] as const)
      return [{ kind, place, makesUnsafe: place, reason, remedy }]
    },
  }
}

/**
 * The first cause on the way to a PATH folder or a program: from the root down, and on behind every link. A link and its
 * target both count, because either could be replaced.
 */
async function doubtOfWay(
  target: string,
  what: 'folder' | 'program',
  look: (path: string) => Promise<Stats | null>,
  trusted: ReadonlySet<number>,
): Promise<PathDoubt | null> {
  const subject = what === 'folder' ? `the PATH folder ${target}` : target
  const doubt = (kind: PathDoubt['kind'], place: string, reason: string, remedy: string): PathDoubt => ({
    kind,
    place,
    makesUnsafe: target,
    reason,
    remedy,
  })
  const named = (at: string) => (at === target ? subject : `${at}, on the way to ${subject},`)
  const elsewhere = what === 'folder' ? `take ${target} out of PATH` : 'use a program elsewhere'
  // As many links as Linux follows.
  let left = 40
  for (let way: string | null = target; way !== null; ) {
    const stations = stationsOf(way)
    let above: Stats | null = null
    let next: string | null = null
    for (const [index, at] of stations.entries()) {
      const found = await look(at)
      if (found === null) {
        if (above === null || !worldWritable(above)) return null
        const reason = `${subject} is not there, and any user may make ${at === target ? 'it' : at}`
        return doubt('missing', at, reason, `${capital(elsewhere)}, or make it yourself.`)
      }
      if (!trusted.has(found.uid)) {
        const whose = `belongs to another user (${found.uid})`
        const reason = `${named(at)} ${whose}`
        return doubt('foreign', at, reason, `Have it given to you or root (chown), or ${elsewhere}.`)
      }
      if (found.isSymbolicLink()) {
        left -= 1
        const to = await readlink(at).catch(() => null)
        if (to === null || left < 0) return null
        next = join(resolve(dirname(at), to), ...way.slice(at.length).split('/'))
        break
      }
      // A new program needs no more than a folder that takes it. Further up only what is there could be renamed away, which
      // the sticky bit of /tmp forbids.
      const holds = index >= stations.length - (what === 'folder' ? 1 : 2)
      if (worldWritable(found) && (!found.isDirectory() || holds || !sticky(found))) {
        const reason = `${named(at)} can be ${found.isDirectory() ? 'written' : 'changed'} by every user`
        const closed = `Close it to other users (${offered('chmod', 'o-w', at)}), or ${elsewhere}.`
        return doubt('writable', at, reason, closed)
      }
      above = found
    }
    way = next
  }
  return null
}

/** Every folder above a path, from the root down, and the path itself. */
function stationsOf(path: string): readonly string[] {
  const stations: string[] = []
  for (let at = resolve(path); ; at = dirname(at)) {
    stations.unshift(at)
    if (at === dirname(at)) return stations
  }
}

/** The caller, root, and the owner of / itself: in a container's own user namespace root may have another number. */
async function trustedOwners(): Promise<ReadonlySet<number>> {
  const root = await stat('/').catch(() => null)
  const caller = process.getuid?.()
  return new Set([0, ...(root ? [root.uid] : []), ...(caller === undefined ? [] : [caller])])
}
