/**
 * Editing profiles of the AWS config file: what an edit would write, what else depends on it, and the contexts that follow a
 * rename. The credentials file is read and never written.
 */

import { lineName } from '../../shared/edits/describe'
import { Draft } from '../../shared/edits/draft'
import type { Edit, EditProblem } from '../../shared/edits/edit'
import type { EditModel } from '../../shared/edits/model'
import type { ProfileEdit } from '../../shared/edits/profile-edit'
import { keysOfProfiles } from '../../shared/edits/references'
import { meaningOf } from '../../shared/exec/set-values'
import type { EnvironmentName } from '../../shared/identity/identity'
import type { ProductionMark } from '../../shared/identity/production'
import { environmentInSentence } from '../../shared/identity/variable-places'
import { at, isMap, mapOf, sameJson } from '../../shared/json'
import { type EntryId, nameInId } from '../../shared/kubeconfig/entries'
import { firstOf } from '../../shared/name-lists'
import { type Fault, fail, fault, ok } from '../../shared/result'
import { named } from '../../shared/visible'
import { profileChain } from '../aws/chain/intended-identity'
import type { ConfigFile } from '../aws/config-file/config-write'
import type { AwsFiles, Section } from '../aws/files/aws-files'
import { parseIni } from '../aws/files/ini'
import type { Variables } from '../aws/files/paths'
import { chosenProfile } from '../aws/files/profile-settings'
import { mergeAwsFiles } from '../aws/files/read-aws-files'
import type { Basis } from '../identity/basis'
import type { KubeconfigStore } from '../kubeconfig/disk/kubeconfig-store'
import type { FileWriteOptions } from '../kubeconfig/disk/write-files'
import { type ReadAt, readAt } from '../state/changes'
import { type ContextNamingProfiles, configIn } from './contexts-naming-profiles'
import { type Planning, planningHere } from './planning'

/** What does not follow, or would not work, with what to do. */
type Doubt = Pick<EditProblem, 'message' | 'next'>

/** What edits of profiles and of kubeconfigs are made with. */
export interface EditingBase extends Basis {
  readonly by: FileWriteOptions['by']
  readonly store: KubeconfigStore
  /** The thread that reads the kubeconfigs, previews and plans; the calling one by default. */
  readonly planning: Planning | undefined
  /** Those of the roles and accounts that nothing names. */
  readonly unnamed: (rolesOrAccounts: readonly string[]) => Promise<readonly string[]>
  /** What the user marked as production. */
  readonly production: { readonly marks: () => Promise<readonly ProductionMark[]> }
  /** How long another program's lock is waited for, ms; a minute by default. */
  readonly lockWaitMs: number | undefined
}

export interface ProfileReading extends EditingBase {
  readonly files: (environment: EnvironmentName) => Promise<AwsFiles>
}

/** The kubeconfigs as they were read last. */
export const readNow = ({ store }: Pick<EditingBase, 'store'>): ReadAt => readAt(store.inView())

/** The config file that this environment names, absolute; empty where it names none. */
export const pathIn = async (
  { environments, home, platform }: ProfileReading,
  environment: EnvironmentName,
) => configIn((await environments.of(environment)).variables, home, platform)

/** A line for each context that follows, with its place where it is not the one that kubectl takes by its name. */
export async function placedTitles(
  planning: Planning,
  naming: readonly ContextNamingProfiles[],
  follow: readonly Extract<Edit, { kind: 'set-profile' }>[],
  of: ReadAt,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const titles = follow.length === 0 ? [] : await planning.titles(follow, of, signal)
  const places = new Map(naming.map(({ id, context }) => [id, context.slice(nameInId(id).length)]))
  return titles.map((title, at) => {
    const context = follow[at]?.context ?? ''
    const subject = lineName(nameInId(context))
    return title.startsWith(`${subject}: `)
      ? `${subject}${places.get(context) ?? ''}${title.slice(subject.length)}`
      : title
  })
}

/** The contexts that follow a rename; and where a profile's old name stays although it is renamed or deleted. */
export function contextsAfterRename(
  edit: ProfileEdit,
  naming: readonly ContextNamingProfiles[],
  environment: EnvironmentName,
  variables: Variables,
) {
  const follow: Extract<Edit, { kind: 'set-profile' }>[] = []
  const doubts: Doubt[] = []
  if (edit.kind !== 'rename-profile' && edit.kind !== 'delete-profile') return { follow, doubts }
  const now = edit.kind === 'rename-profile' ? edit.name : null
  if (edit.profile === now) return { follow, doubts }
  const chosen = chosenProfile(null, variables)
  if (chosen?.value === edit.profile)
    doubts.push({
      message: `${chosen.from} of ${environmentInSentence[environment]} names profile ${named(edit.profile)}.`,
      next: `Change the name there${now === null ? '' : ` to ${named(now)}`}: until then aws fails in that environment.`,
    })
  if (now === null) return { follow, doubts }
  for (const { id, profile, own, follows, context, beside } of naming) {
    if (profile !== edit.profile) continue
    if (own && follows && !beside)
      follow.push({ kind: 'set-profile', context: id, profile: now, pin: null, scope: 'shared' })
    else
      doubts.push({
        message: `context ${named(context)} names profile ${named(edit.profile)} where Ekscope does not change it.`,
        next: `Change the name by hand to ${named(now)}.`,
      })
  }
  return { follow, doubts }
}

/**
 * The write of a config file, with the contexts that act otherwise because of it: those that name a changed profile, and those for
 * which an environment chooses one. Refused where it would leave some without a profile, unless that is allowed.
 */
export function withContexts(
  { store, environments, files, home, platform, by, planning = planningHere, signal }: ProfileReading,
  file: ConfigFile,
  allowed: boolean,
  environment: EnvironmentName = 'app',
): ConfigFile {
  const { path } = file
  return {
    ...file,
    async compute(after) {
      const computed = await file.compute(after)
      if (!computed.ok) return computed
      const { state, bytes } = computed.value
      const known = await files(environment)
      const [was, is] = [state.bytes, bytes].map((text) => withConfig(known, text?.toString() ?? '', path))
      if (!was || !is) return computed
      const profiles = becomingOthers(was, is)
      const { variables } = await environments.of(environment)
      const task = { path, profiles, variables, home, platform }
      const found = await planning.naming(task, readNow({ store }), signal)
      const naming = after === undefined ? found : stillNaming(found, after)
      const left = [...was.profiles.keys()].flatMap((gone) => leftWithout(is, gone, naming) ?? [])
      if (left[0] !== undefined && !allowed) return fail(left[0])
      const alsoChanges = naming.map(({ id, profile }) => ({
        context: id,
        name: nameInId(id),
        through: 'profile' as const,
        entry: profile,
      }))
      // A window cannot know from which of its environments kubectl is run.
      const all = by === 'window' ? await environments.all() : [await environments.of(environment)]
      const acting = new Set<EntryId>()
      for (const { variables } of all) {
        const also = { ...task, variables, chosen: true }
        for (const { id } of await planning.naming(also, readNow({ store }), signal)) acting.add(id)
      }
      return ok({ ...computed.value, alsoChanges, acting: [...acting] })
    },
  }
}

/** The contexts that still name their profile after a write. */
function stillNaming(
  naming: readonly ContextNamingProfiles[],
  after: EditModel,
): readonly ContextNamingProfiles[] {
  const entries = new Draft(after)
  return naming.filter(({ id, profile }) => {
    const context = entries.get(id)
    const user = context && entries.behind(context, 'user')
    const exec = user && at(user.value, 'exec')
    return isMap(exec) && meaningOf(exec).profile === profile
  })
}

export const noConfig = (name: EnvironmentName) =>
  fault(
    'not-found',
    `AWS_CONFIG_FILE of ${environmentInSentence[name]} is empty, so aws reads no config file.`,
    'Unset AWS_CONFIG_FILE, or let it name a file.',
  )

/** The sections of the credentials file, by its profiles. */
export const credentialsOf = ({ profiles }: AwsFiles): { readonly sections: readonly Section[] } => ({
  sections: [...profiles.values()].flatMap(({ credentials }) => credentials ?? []),
})

/** The AWS files with another text of the config file. */
export const withConfig = (files: AwsFiles, text: string, path: string): AwsFiles => ({
  ...files,
  ...mergeAwsFiles(parseIni(text, path), credentialsOf(files)),
})

/** Profiles that differ between the two, or reach AWS otherwise, with all profiles that take their credentials from them. */
export function becomingOthers(was: AwsFiles, is: AwsFiles): ReadonlySet<string> {
  const said = (section: Pick<Section, 'settings'> | undefined) =>
    section &&
    mapOf(Object.entries(section.settings).map(([key, { value, nested }]) => [key, [value, nested]]))
  const others = (kind: 'profiles' | 'ssoSessions' | 'services') =>
    [...new Set([...was[kind].keys(), ...is[kind].keys()])].filter(
      (name) => !sameJson(said(was[kind].get(name)), said(is[kind].get(name))),
    )
  const [sessions, services] = [new Set(others('ssoSessions')), new Set(others('services'))]
  const through = [...is.profiles.values()].flatMap(({ name, settings }) =>
    sessions.has(settings.sso_session?.value ?? '') || services.has(settings.services?.value ?? '')
      ? [name]
      : [],
  )
  const found = new Set([...others('profiles'), ...through])
  return new Set([...dependents(was, found), ...dependents(is, found)])
}

export const profileOf = (edit: ProfileEdit): readonly string[] =>
  edit.kind === 'set-profile-key' || edit.kind === 'rename-profile' || edit.kind === 'delete-profile'
    ? [edit.profile]
    : []

/** These profiles with all that take their credentials from them. */
export function dependents({ profiles }: AwsFiles, of: ReadonlySet<string>): ReadonlySet<string> {
  const found = new Set(of)
  for (let before = -1; before < found.size; ) {
    before = found.size
    for (const { name, settings } of profiles.values())
      if (keysOfProfiles.some((key) => found.has(settings[key]?.value ?? ''))) found.add(name)
  }
  return found
}

const mostNamed = 6
const allNamed = (names: readonly string[]): string => firstOf(names, mostNamed, named)

/** Which profiles and contexts would be without credentials once a profile is removed; null: none. */
export function leftWithout(
  { profiles }: AwsFiles,
  gone: string,
  naming: readonly ContextNamingProfiles[],
): Fault | null {
  // Another profile has its name by then.
  if (profiles.has(gone)) return null
  const sourced = [...profiles.values()].flatMap(({ name, settings }) =>
    keysOfProfiles.some((key) => settings[key]?.value === gone) ? [name] : [],
  )
  const contexts = naming.flatMap(({ profile, context }) => (profile === gone ? [context] : []))
  if (sourced.length + contexts.length === 0) return null
  const by = [
    ...(sourced.length > 0 ? [`profile ${allNamed(sourced)}`] : []),
    ...(contexts.length > 0 ? [`context ${allNamed(contexts)}`] : []),
  ]
  return fault(
    'shared-entry',
    `Profile ${named(gone)} is named by ${by.join(' and by ')}, which would have no identity without that profile.`,
    'Let these name another profile first, or allow the change all the same (--apply-to-shared).',
  )
}

/** What added or changed profiles could not do as they would be written, where that is new. */
export function brokenThen(
  before: AwsFiles,
  after: AwsFiles,
  edits: readonly ProfileEdit[],
): readonly Doubt[] {
  const made = edits.flatMap((edit) =>
    edit.kind === 'add-profile' || edit.kind === 'set-profile-key'
      ? [edit.profile]
      : edit.kind === 'clone-profile'
        ? [edit.name]
        : [],
  )
  const problemOf = (name: string, files: AwsFiles) => {
    const profile = files.profiles.get(name)
    if (profile === undefined || !givesSomebody(profile.settings)) return null
    const problem = profileChain(name, files)?.problem ?? null
    return problem?.code === 'broken-profile' || problem?.code === 'partial-keys' ? problem : null
  }
  return [...new Set(made)].flatMap((name) => {
    const problem = problemOf(name, after)
    if (problem === null || problem.message === problemOf(name, before)?.message) return []
    return [{ message: problem.message, next: problem.next }]
  })
}

/** Whether a profile has keys for credentials: one without any only holds settings, on purpose. */
const givesSomebody = (settings: Section['settings']): boolean =>
  Object.keys(settings).some((key) =>
    /^(role_arn|source_profile|credential_.*|sso_.*|aws_access_key_id|web_identity_.*)$/.test(key),
  )
