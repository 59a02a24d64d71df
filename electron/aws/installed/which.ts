/**
 * The aws of each environment: which program a command runs, its version, and whether another on PATH can do more. Only reads
 * files; nothing is run. Versions that programs reported are in `asked`.
 */
import { createHash } from 'node:crypto'
import { access, constants } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'
import { programOf } from '../../../shared/exec/program-arguments'
import { hasSignIn } from '../../../shared/identity/aws-version'
import type { UsedProgram } from '../../../shared/identity/identity'
import { once } from '../../../shared/once'
import { leadsTo } from '../../system/look-path'
import { type InstalledProgram, installedAuthenticator, installedAws } from './installed'
import { byNewestRules, type RulesInUse, rulesOf } from './rules'

type Variables = Readonly<Record<string, string>>

/** The program that a command runs in an environment. */
export type WhichProgram = Readonly<NonNullable<Awaited<ReturnType<typeof find>>>>

/** Versions that programs reported when asked, by `key`. */
export type AskedVersions = ReadonlyMap<string, string>

export type Programs = ReturnType<typeof programsIn>

/**
 * The programs of an environment for an entry with these variables of its own: kubectl looks the command up without them, but
 * what a shim or a script runs may depend on them. Each command is looked up once.
 */
export type ProgramsOf = (environment: { readonly variables: Variables }, execEnv: Variables) => Programs

export function programsOnce(asked: AskedVersions): ProgramsOf {
  const known = new WeakMap<object, Map<string, Programs>>()
  return (environment, execEnv) => {
    const own = Object.entries(execEnv).filter(([name]) => choosesVersion.test(name))
    const ofEnvironment = once(known, environment, () => new Map<string, Programs>())
    const make = () => programsIn(environment.variables, Object.fromEntries(own), asked)
    return once(ofEnvironment, JSON.stringify(own), make)
  }
}

function programsIn(path: Variables, own: Variables, asked: AskedVersions) {
  const found = new Map<string, Promise<WhichProgram | null>>()
  const newer = new Map<string, Promise<UsedProgram | null>>()
  const of = (command: string): Promise<WhichProgram | null> =>
    once(found, command, () => find(command, path, { ...path, ...own }, asked))
  return {
    /** The program of a command, which is a name or an absolute path; null where there is none. */
    of,
    /** The rules that an aws of this command follows; by `version` where that has just been asked. */
    async rules(command: string, version?: string): Promise<RulesInUse> {
      const program = await of(command)
      if (program === null) return { ...byNewestRules, doubt: `${command} is not found` }
      const inUse = rulesOf(version ?? program.version, unasked(program))
      if (inUse.rules.hasLogin) return inUse
      // Where it lacks something, advice names the one that has it.
      return { ...inUse, newer: await once(newer, '', () => firstNewer(path)) }
    },
  }
}

const unasked = ({ path }: InstalledProgram) =>
  `the version of ${path} is not known before a check has asked it`

async function find(command: string, path: Variables, variables: Variables, asked: AskedVersions) {
  const at = await leadsTo(command, path)
  if (at === null) return null
  const program =
    programOf(command) === 'aws' ? await installedAws(at, variables) : await installedAuthenticator(at)
  if (program === null) return null
  const key = () => keyOf(program, variables)
  const known = asked.size === 0 ? null : (asked.get(key()) ?? null)
  return {
    ...program,
    /** Key of this program in this environment in `asked`, for the code that runs it for its version: only a check does. */
    get key() {
      return key()
    },
    /** As reading alone tells it. */
    read: program.version,
    /** As reading tells it, or else as it was asked. */
    version: program.version ?? known,
  }
}

/** Variables by which shims choose what they start. */
const choosesVersion = /^(?:PATH|HOME|VIRTUAL_ENV|CONDA_PREFIX|PYTHON.*|(?:PYENV|ASDF|MISE|RTX)_.*)$/

function keyOf({ path, realPath, size, modified }: InstalledProgram, variables: Variables): string {
  const chosen = Object.entries(variables)
    .filter(([name]) => choosesVersion.test(name))
    .sort()
  return createHash('sha256')
    .update(JSON.stringify([path, realPath, size, modified, chosen]))
    .digest('hex')
}

/** Folders of PATH in which another aws is looked for. */
const mostFolders = 100

/** The first aws on PATH with `aws login`, else the first of version 2, as far as reading tells versions. */
async function firstNewer(variables: Variables): Promise<UsedProgram | null> {
  const folders = (variables.PATH ?? '').split(delimiter).filter((folder) => isAbsolute(folder))
  let second: UsedProgram | null = null
  for (const folder of folders.slice(0, mostFolders)) {
    const path = join(folder, 'aws')
    const program = await access(path, constants.X_OK).then(
      () => installedAws(path, variables),
      () => null,
    )
    const version = program?.version ?? null
    if (!version?.startsWith('2.')) continue
    if (hasSignIn('login', version)) return { path, version }
    second ??= { path, version }
  }
  return second
}
