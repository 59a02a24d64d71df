/** Gathers the facts about the command of one exec entry: what it resolves to, and how safe the path to it is. */
import { realpath } from 'node:fs/promises'
import { throughWrappers } from '../../shared/exec/inside'
import type { RawExec } from '../../shared/exec/parse'
import { execMeaning } from '../../shared/exec/parse'
import { once } from '../../shared/once'
import { shellWords } from '../aws/files/ini'
import type { RawCluster } from '../kubeconfig/read/raw-entries'
import { type Lookup, lookUp } from '../system/look-path'
import type { CommandFacts, ProcessFacts } from './command-permission'

/** Looks commands up with one environment's PATH, each only once: for one run over many contexts. */
export type Lookups = (command: string) => Promise<Lookup>

export function lookupsOf(variables: Readonly<Record<string, string>>): Lookups {
  const found = new Map<string, Promise<Lookup>>()
  return (command) => once(found, command, () => lookUp(command, variables))
}

/** The facts about one exec entry of `file`, with the cluster entry of its context; `lookups` belongs to the environment. */
export async function examineCommand(
  exec: RawExec,
  file: string,
  cluster: RawCluster | null,
  lookups: Lookups,
): Promise<CommandFacts> {
  const meaning = execMeaning(exec)
  const command = exec.command ?? ''
  const lookup = await lookups(command)
  const bareLookup = meaning.program === 'other' ? lookup : await lookups(meaning.program)
  return {
    exec,
    meaning,
    lookup,
    bareLookup,
    realPath: await realPathOf(lookup),
    file,
    cluster: exec.provideClusterInfo ? cluster : null,
    ...(meaning.program === 'ekscope' ? await behindEkscope(exec, file, lookups) : {}),
  }
}

/** The aws that `ekscope token` starts for what it makes no token of. */
async function behindEkscope(exec: RawExec, file: string, lookups: Lookups) {
  const found = throughWrappers(exec)
  if (!found.ok) return {}
  const { called, command } = found.value
  return { behind: await examineCommand({ ...exec, ...command, command: called }, file, null, lookups) }
}

/** What a credential_process starts: the AWS CLI runs its first word itself, without a shell, from its environment's PATH. */
export const programOfProcess = (command: string): string => shellWords(command)?.[0] ?? ''

/** The credential_process with the real path of its program. */
export async function examineProcess(process: Omit<ProcessFacts, 'realPath'>, lookups: Lookups) {
  return { ...process, realPath: await realPathOf(await lookups(programOfProcess(process.command))) }
}

/** The program's path once links are followed; null where no program was found. */
export const realPathOf = (lookup: Lookup): Promise<string | null> =>
  once(realPaths, lookup, async () =>
    lookup.kind === 'found' ? realpath(lookup.path).catch(() => lookup.path) : null,
  )
/** Each for as long as what was looked up is used: the commands of a fleet share one. */
const realPaths = new WeakMap<Lookup, Promise<string | null>>()
