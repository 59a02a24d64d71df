/** Contexts by the profiles that their entries name, and the titles of their edits. Values in, values out. */
import { resolve, sep } from 'node:path'
import { editLine } from '../../shared/edits/describe'
import type { AnyEdit, Edit } from '../../shared/edits/edit'
import { describeEdit } from '../../shared/edits/kinds'
import { entriesOfSnapshot } from '../../shared/edits/snapshot'
import { execMeaning, execVariables } from '../../shared/exec/parse'
import type { ContextOfIdentity } from '../../shared/identity/identity-tree'
import { isBeside } from '../../shared/kubeconfig/entries'
import { awsPaths } from '../aws/files/paths'
import { realTarget } from '../kubeconfig/disk/replace'
import type { KubeconfigView } from '../kubeconfig/read/kubeconfig-view'
import type { Variables } from '../system/environment'

export interface NamingTask {
  /** The AWS config file, by any of its names. */
  readonly path: string
  readonly profiles: ReadonlySet<string>
  /** Of the environment in which commands would run. */
  readonly variables: Variables
  readonly home: string
  readonly platform: NodeJS.Platform
  /** Of the files as these would make them; absent: as they are. */
  readonly edits?: readonly AnyEdit[]
  /** Also those that act by a profile because these variables choose it. */
  readonly chosen?: boolean
}

export interface ContextNamingProfiles extends Pick<ContextOfIdentity, 'id'> {
  /** Its name; with its file where kubectl takes another of that name from an earlier one. */
  readonly context: string
  readonly profile: string
  /** Its file is the user's own, so it is written to. */
  readonly own: boolean
  /** By an argument of aws or a variable of the entry, which an edit can change. */
  readonly follows: boolean
  /** It is in a file outside of the list, whose contexts are not edited. */
  readonly beside: boolean
}

/**
 * Contexts whose entry names one of these profiles of this config file, by whatever name of the file. Shadowed ones too: kubectl
 * uses them where their file is named alone.
 */
export async function contextsNaming(
  view: Pick<KubeconfigView, 'resolved'>,
  { path, profiles, variables, home, platform, chosen = false }: Omit<NamingTask, 'edits'>,
): Promise<readonly ContextNamingProfiles[]> {
  const users = view.resolved().flatMap((resolved) => {
    const exec = resolved.rawUser?.exec ?? null
    if (exec === null) return []
    const { profile: named, profilePinnedBy, gets } = execMeaning(exec)
    const isChosen = chosen && gets !== null && profilePinnedBy !== 'arg'
    const names = [named, ...(isChosen ? chosenBy({ ...variables, ...execVariables(exec) }) : [])]
    const profile = names.find((name) => name !== null && profiles.has(name)) ?? null
    if (profile === null) return []
    const config = configIn({ ...variables, ...execVariables(exec) }, home, platform)
    return [{ resolved, profile, profilePinnedBy, config }]
  })
  const real = new Map<string, string>()
  for (const config of new Set([path, ...users.map((user) => user.config)]))
    real.set(config, config === '' ? '' : await leadsTo(config))
  return users.flatMap(({ resolved, profile, profilePinnedBy, config }): readonly ContextNamingProfiles[] => {
    if (real.get(config) !== real.get(path)) return []
    const follows = profilePinnedBy === 'arg' || profilePinnedBy === 'env'
    const { id } = resolved
    const context = resolved.shadowed ? `${resolved.name} of ${below(home, resolved.path)}` : resolved.name
    const own = resolved.userFile?.own === true
    return [{ id, context, profile, own, follows, beside: isBeside(resolved.file) }]
  })
}

/** Which of two variables counts differs by version. */
function chosenBy({ AWS_PROFILE, AWS_DEFAULT_PROFILE }: Variables): readonly string[] {
  const names = [AWS_PROFILE, AWS_DEFAULT_PROFILE].flatMap((name) => name || [])
  return names.length > 0 ? names : ['default']
}

const below = (home: string, path: string): string =>
  path.startsWith(home + sep) ? `~${path.slice(home.length)}` : path

/** One line for each of these edits. */
export function titlesIn(
  { snapshot, named }: Pick<KubeconfigView, 'snapshot' | 'named'>,
  edits: readonly Edit[],
): readonly string[] {
  const entries = entriesOfSnapshot(snapshot, named)
  return edits.map((edit) => editLine(describeEdit(edit, entries)))
}

/**
 * The config file that these variables name, absolute, because the history, the journal and the locks outlive this folder;
 * empty where they name none.
 */
export function configIn(variables: Variables, home: string, platform: NodeJS.Platform): string {
  const { config } = awsPaths(variables, home, platform)
  return config === '' ? '' : resolve(config)
}

async function leadsTo(path: string): Promise<string> {
  const real = await realTarget(path)
  return real.ok ? real.value : path
}
