/**
 * Editing profiles of the AWS config file: what an edit would write, what else depends on it, and the contexts that follow a
 * rename. The credentials file is read and never written.
 */
import { titled } from '../../shared/edits/describe'
import { Draft } from '../../shared/edits/draft'
import type { AnyEdit, Edit } from '../../shared/edits/edit'
import type { EditModel } from '../../shared/edits/model'
import type { Plan } from '../../shared/edits/plan'
import type { ProfileEdit } from '../../shared/edits/profile-edit'
import { keysOfProfiles } from '../../shared/edits/references'
import { meaningOf } from '../../shared/exec/set-values'
import { type EnvironmentName, environmentInSentence } from '../../shared/identity/identity'
import type { ProductionMark } from '../../shared/identity/production'
import type { LeftWithout, ProfileEditsPlan } from '../../shared/ipc/payloads'
import { at, isMap, mapOf, sameJson } from '../../shared/json'
import { type EntryId, nameInId } from '../../shared/kubeconfig/entries'
import { firstOf } from '../../shared/name-lists'
import { type Fault, fail, fault, ok, type Result } from '../../shared/result'
import { named } from '../../shared/visible'
import { profileChain } from '../aws/chain/intended-identity'
import { type ConfigFile, editedConfig, planConfig } from '../aws/config-file/config-write'
import { type PermissionSetProfile, permissionSetProfile } from '../aws/config-file/permission-set'
import type { AwsFiles, Section } from '../aws/files/aws-files'
import { parseIni } from '../aws/files/ini'
import type { Variables } from '../aws/files/paths'
import { chosenProfile } from '../aws/files/profile-settings'
import { mergeAwsFiles } from '../aws/files/read-aws-files'
import type { Basis } from '../identity/basis'
import type { KubeconfigStore } from '../kubeconfig/disk/kubeconfig-store'
import { changedSince } from '../kubeconfig/disk/read-sources'
import { revisionOf } from '../kubeconfig/disk/replace'
import type { ApplyOutcome } from '../kubeconfig/disk/write'
import type { FileWriteOptions } from '../kubeconfig/disk/write-files'
import type { History } from '../kubeconfig/disk/write-history'
import { type ReadAt, readAt } from '../state/changes'
import type { Consent } from '../trust/consent'
import { configIn, type Naming } from './contexts-naming-profiles'
import { type Planning, planningHere } from './planning'
import type { Guard } from './production'

const changedSinceShown = () =>
  fault(
    'changed-on-disk',
    'The AWS config file, or what names these profiles, was changed since you saw this; nothing was written.',
    'Look at the changes, then write again.',
  )

/** What edits of profiles would do, before anything is written. */
export interface ProfilePlan
  extends Pick<ProfileEditsPlan, 'titles' | 'contexts' | 'left' | 'doubts' | 'shown'> {
  readonly plan: Plan
  /** Edits that give contexts their profile's new name. */
  readonly follow: readonly Edit[]
  /** One line for each of these. */
  readonly followTitles: readonly string[]
}

export interface ProfileRequest extends Pick<FileWriteOptions, 'inPlace' | 'force' | 'onWait'> {
  readonly edits: readonly ProfileEdit[]
  readonly environment: EnvironmentName
  /** Others that depend on a profile may be left without it: the user has seen which. */
  readonly sharedAllowed: boolean
  /** Of the plan that the user has seen; null: whatever is on disk. */
  readonly shown?: ProfilePlan['shown'] | null
  /** Of the contexts that follow, as for any edit of theirs. */
  readonly consent?: Consent | undefined
  /** How a name is typed, where contexts of production act by these profiles. Without it none of these is written. */
  readonly guard?: Guard | undefined
  /** What is written, one line an edit, by the files as they are under their locks. */
  readonly onTitles?: ((titles: readonly string[]) => void) | undefined
}

type WantedProfiles = Pick<ProfileRequest, 'edits' | 'environment' | 'sharedAllowed'>

/** The edits of a request, to be written as one set with those of the contexts that follow. */
interface ProfilesToApply extends Omit<ProfileRequest, 'edits' | 'environment' | 'shown'> {
  readonly edits: readonly AnyEdit[]
  readonly titles: readonly string[]
  readonly revisions: Plan['revisions'] | null
}

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

interface ProfileWriting extends ProfileReading {
  readonly history: History
  readonly journal: string
}

interface ProfileEditingOptions extends ProfileWriting {
  /** Edits of kubeconfigs: what they would do, and done. */
  readonly planEdits: (edits: readonly Edit[]) => Promise<Plan>
  readonly applyEdits: (request: ProfilesToApply, signal: AbortSignal) => Promise<Result<ApplyOutcome>>
}

/** The kubeconfigs as they were read last. */
export const readNow = ({ store }: Pick<EditingBase, 'store'>): ReadAt => readAt(store.inView())

/** Touches no disk by itself. */
export const createProfileEditing = (writing: ProfileEditingOptions) => ({
  /** The edits that add profiles for these permission sets. Fault: a session that no file has. */
  async forPermissionSets(
    environment: EnvironmentName,
    wanted: readonly PermissionSetProfile[],
  ): Promise<Result<readonly ProfileEdit[]>> {
    const files = await writing.files(environment)
    const edits: ProfileEdit[] = []
    for (const one of wanted) {
      const edit = permissionSetProfile(files, one)
      if (!edit.ok) return edit
      edits.push(edit.value)
    }
    return ok(edits)
  },
  /** The config file that this environment names, absolute; empty where it names none. */
  path: (environment: EnvironmentName) => pathIn(writing, environment),
  /** The kubeconfig files must be loaded. Faults: `conflict`, with the reason. */
  plan: (wanted: WantedProfiles) => planOn(writing, readNow(writing), wanted),
  /** Writes the config file and the contexts that follow: one write, of all of them or of none. */
  apply: (request: ProfileRequest, signal: AbortSignal) => applyProfiles(writing, request, signal),
})

export const pathIn = async (
  { environments, home, platform }: ProfileReading,
  environment: EnvironmentName,
) => configIn((await environments.of(environment)).variables, home, platform)

/** What edits of profiles would do on these kubeconfigs. */
async function planOn(
  writing: ProfileWriting,
  of: ReadAt,
  { edits, environment: name, sharedAllowed }: WantedProfiles,
): Promise<Result<ProfilePlan>> {
  const { home, platform, planning = planningHere, signal } = writing
  const { variables } = await writing.environments.of(name)
  const path = await pathIn(writing, name)
  if (path === '') return fail(noConfig(name))
  const files = await writing.files(name)
  const planned = await planConfig(editedConfig(path, edits, credentialsOf(files)))
  if (!planned.ok) return planned
  const { plan, titles, text } = planned.value
  const after = withConfig(files, text ?? '', path)
  const profiles = dependents(files, new Set(edits.flatMap(profileOf)))
  const naming = await planning.naming({ path, profiles, variables, home, platform }, of, signal)
  const left = edits.flatMap((edit) =>
    edit.kind === 'delete-profile' ? (leftWithout(after, edit.profile, naming) ?? []) : [],
  )
  const [first] = left
  if (first !== undefined && !sharedAllowed) return fail(leftFault(first))
  const followed = edits.map((edit) => following(edit, naming, name, variables))
  const follow = followed.flatMap((one) => one.follow)
  const followTitles = await placedTitles(planning, naming, follow, of, signal)
  const said = {
    titles,
    contexts: naming.map(({ id, context }) => ({ id, name: context })),
    follow,
    followTitles,
    left,
    doubts: [...brokenThen(files, after, edits), ...followed.flatMap((one) => one.doubts)],
  }
  return ok({ plan, ...said, shown: revisionOf(Buffer.from(JSON.stringify([plan.revisions, said]))) })
}

/** A line for each context that follows, with its place where it is not the one that kubectl takes by its name. */
export async function placedTitles(
  planning: Planning,
  naming: readonly Naming[],
  follow: readonly Extract<Edit, { kind: 'set-profile' }>[],
  of: ReadAt,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const titles = follow.length === 0 ? [] : await planning.titles(follow, of, signal)
  const places = new Map(naming.map(({ id, context }) => [id, context.slice(nameInId(id).length)]))
  return titles.map((title, at) => {
    const context = follow[at]?.context ?? ''
    const subject = titled(nameInId(context))
    return title.startsWith(`${subject}: `)
      ? `${subject}${places.get(context) ?? ''}${title.slice(subject.length)}`
      : title
  })
}

/** The contexts that follow a rename; and where a profile's old name stays although it is renamed or deleted. */
export function following(
  edit: ProfileEdit,
  naming: readonly Naming[],
  environment: EnvironmentName,
  variables: Variables,
) {
  const follow: Extract<Edit, { kind: 'set-profile' }>[] = []
  const doubts: ProfilePlan['doubts'][number][] = []
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
 * The kubeconfigs in which these contexts were found: until a lock is taken, or a question answered, another program may make
 * one of them name another profile, which would be overwritten.
 */
async function foundIn(
  { planEdits }: ProfileEditingOptions,
  follow: readonly Edit[],
  { files }: ReadAt,
): Promise<Result<Plan['revisions']>> {
  const { revisions } = await planEdits(follow)
  const read = new Set(revisions.map(({ path }) => path))
  // Files that were only opened are not written, and files that could not be read named no profile.
  const looked = files.flatMap(({ file: { path, revision } }) =>
    revision === null || !read.has(path) ? [] : [{ path, revision }],
  )
  const paths = looked.map(({ path }) => path)
  const changed = changedSince(looked, revisions, paths)
  return changed ? fail(changed) : ok(revisions)
}

async function applyProfiles(
  writing: ProfileEditingOptions,
  { edits, environment, sharedAllowed, shown = null, ...how }: ProfileRequest,
  signal: AbortSignal,
): Promise<Result<ApplyOutcome>> {
  // One state of the files for the whole plan: the following contexts were found in it.
  const of = readNow(writing)
  const planned = await planOn(writing, of, { edits, environment, sharedAllowed })
  if (!planned.ok) return planned
  const { plan, follow, shown: now } = planned.value
  if (shown !== null && shown !== now) return fail(changedSinceShown())
  const found = shown === null || follow.length === 0 ? ok([]) : await foundIn(writing, follow, of)
  if (!found.ok) return found
  return writing.applyEdits(
    {
      ...how,
      edits: edits.map((edit) => ({ kind: 'edit-profile', environment, edit, was: null })),
      titles: [],
      revisions: shown === null ? null : [...plan.revisions, ...found.value],
      // The plan has said which contexts change, and which are left without a profile.
      sharedAllowed: true,
    },
    signal,
  )
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
      if (left[0] !== undefined && !allowed) return fail(leftFault(left[0]))
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
function stillNaming(naming: readonly Naming[], after: EditModel): readonly Naming[] {
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

/** The profiles and contexts that would be without credentials once a profile is removed; null: none. */
export function leftWithout(
  { profiles }: AwsFiles,
  gone: string,
  naming: readonly Naming[],
): LeftWithout | null {
  // Another profile has its name by then.
  if (profiles.has(gone)) return null
  const sourced = [...profiles.values()].flatMap(({ name, settings }) =>
    keysOfProfiles.some((key) => settings[key]?.value === gone) ? [name] : [],
  )
  const contexts = naming.flatMap(({ profile, id, context }) =>
    profile === gone ? [{ id, name: context }] : [],
  )
  return sourced.length + contexts.length === 0 ? null : { profile: gone, profiles: sourced, contexts }
}

/** Why profiles are not deleted. */
export function leftFault({ profile, profiles, contexts }: LeftWithout): Fault {
  const by = [
    ...(profiles.length > 0 ? [`profile ${allNamed(profiles)}`] : []),
    ...(contexts.length > 0 ? [`context ${allNamed(contexts.map(({ name }) => name))}`] : []),
  ]
  return fault(
    'shared-entry',
    `Profile ${named(profile)} is named by ${by.join(' and by ')}, which would have no identity without that profile.`,
    'Let these name another profile first, or allow the change all the same (--apply-to-shared).',
  )
}

/** What added or changed profiles could not do as they would be written, where that is new. */
export function brokenThen(
  before: AwsFiles,
  after: AwsFiles,
  edits: readonly ProfileEdit[],
): ProfilePlan['doubts'] {
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
