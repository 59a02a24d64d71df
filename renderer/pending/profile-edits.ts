/**
 * The pending edits that are about AWS profiles, as a list of their own: how it changes, and what it makes of profiles. Each names its
 * profile as the file does, and a new profile by its own name; main makes them in the order in which they find it. Pure.
 */
import type { Edit } from '../../shared/edits/edit'
import type { ProfileEdit, ProfileSetting } from '../../shared/edits/profile-edit'
import type { EnvironmentName } from '../../shared/identity/identity'
import type { IdentityTree, PlacedProfile, ProfileField } from '../../shared/identity/identity-tree'
import { profileFields } from '../../shared/identity/identity-tree'
import type { Pending } from '../../shared/ipc/stored-edits'
import type { Fault } from '../../shared/result'
import { profilesText as text } from '../text/profile-texts'

/** A cell of a profile: its name, or one of its settings. */
export type ProfileCell = 'name' | ProfileField

export type ProfileEdits = readonly ProfileEdit[]
export type Added = Extract<ProfileEdit, { kind: 'add-profile' }>
type Cloned = Extract<ProfileEdit, { kind: 'clone-profile' }>
type Renamed = Extract<ProfileEdit, { kind: 'rename-profile' }>
/** The settings of a new profile. */
export type AddedSettings = readonly ProfileSetting[]
/** A new sso-session with its settings. */
export interface NewSession {
  readonly name: string
  readonly settings: readonly ProfileSetting[]
}

/** A profile that is not in the file yet. */
export interface MadeProfile extends PlacedProfile {
  /** The profile that it is a copy of; null: none. */
  readonly copyOf: string | null
  /** Its settings that have no cell, and those of its session, if that is new, too. */
  readonly more: readonly ProfileSetting[]
}

const isMade = (edit: ProfileEdit): edit is Added | Cloned =>
  edit.kind === 'add-profile' || edit.kind === 'clone-profile'

/** The profile that an edit is about; null: a session. */
const profileOf = (edit: ProfileEdit): string | null =>
  edit.kind === 'add-sso-session' ? null : edit.profile

export const isAdded = (edit: ProfileEdit): edit is Added => edit.kind === 'add-profile'

/** The names that no file has yet: of new profiles, and of renamed ones. */
export const namesMade = (edits: ProfileEdits): readonly string[] =>
  edits.flatMap((edit) => (edit.kind === 'rename-profile' ? edit.name : (madeBy(edit) ?? [])))

/** The name of the profile that an edit creates; null: it creates none. */
const madeBy = (edit: ProfileEdit): string | null =>
  edit.kind === 'add-profile' ? edit.profile : edit.kind === 'clone-profile' ? edit.name : null

/** Without new sessions that no profile uses any more. */
const withUsedSessions = (edits: ProfileEdits): ProfileEdits =>
  edits.filter(
    (edit) => edit.kind !== 'add-sso-session' || edits.some((one) => sessionIn(one) === edit.session),
  )

/** The pending edits of profiles of the AWS files that this environment names. */
export const profileEditsIn = (pending: readonly Pending[], environment: EnvironmentName): ProfileEdits =>
  pending.flatMap(({ edit }) =>
    edit.kind === 'edit-profile' && edit.environment === environment ? [edit.edit] : [],
  )

/** What leads from the pending edits to a list with these of profiles: the edits to add, and the ids of those that go. */
export function stepTo(
  wanted: ProfileEdits,
  pending: readonly Pending[],
  environment: EnvironmentName,
  tree: IdentityTree | null,
): { readonly edits: readonly Edit[]; readonly drop: ReadonlySet<number> } {
  const textOf = (edit: ProfileEdit) => JSON.stringify(edit)
  const before = new Map(
    pending.flatMap(({ id, edit }) =>
      edit.kind === 'edit-profile' && edit.environment === environment ? [[textOf(edit.edit), id]] : [],
    ),
  )
  const after = new Set(wanted.map(textOf))
  const was = (edit: ProfileEdit) => {
    if (edit.kind !== 'set-profile-key' || tree === null) return null
    const { settings = [] } = profilesOf(tree).find(({ name }) => name === edit.profile) ?? {}
    return settings.find(({ key }) => key === edit.key)?.value ?? null
  }
  return {
    edits: wanted
      .filter((edit) => !before.has(textOf(edit)))
      .map((edit) => ({ kind: 'edit-profile', environment, edit, was: was(edit) })),
    drop: new Set([...before].flatMap(([text, id]) => (after.has(text) ? [] : [id]))),
  }
}

/** The session that an edit puts a profile into; null: none. */
function sessionIn(edit: ProfileEdit): string | null {
  if (edit.kind === 'set-profile-key') return edit.key === 'sso_session' ? edit.value : null
  const settings = edit.kind === 'add-profile' ? edit.settings : []
  return settings.find(({ key }) => key === 'sso_session')?.value ?? null
}

/** Sessions that are not written yet. */
export const newSessions = (edits: ProfileEdits): readonly NewSession[] =>
  edits.flatMap((edit) =>
    edit.kind === 'add-sso-session' ? [{ name: edit.session, settings: edit.settings }] : [],
  )

/** Every profile in the files, each once. */
export const profilesOf = (tree: IdentityTree): readonly PlacedProfile[] => [
  ...tree.identities.flatMap(({ profiles }) => profiles),
  ...tree.settingsOnly,
]

const nowhere = { config: null, credentials: null }

/** Profiles that are not written yet, before settings of copies are applied. */
export function madeProfiles(tree: IdentityTree, edits: ProfileEdits): readonly MadeProfile[] {
  const made: MadeProfile[] = []
  const written = profilesOf(tree)
  for (const edit of edits) {
    if (edit.kind === 'add-profile') {
      const { profile: name, settings: all } = edit
      const settings = profileFields.flatMap((key) => {
        const value = all.find((one) => one.key === key)?.value
        return value === undefined ? [] : [{ key, value, inCredentials: false }]
      })
      const session = newSessions(edits).find((one) => one.name === sessionIn(edit))
      const more = all.filter(({ key }) => !profileFields.some((field) => field === key))
      made.push({ ...nowhere, name, settings, copyOf: null, more: [...more, ...(session?.settings ?? [])] })
    } else if (edit.kind === 'clone-profile') {
      const { name, profile } = edit
      const settings = written.find((one) => one.name === profile)?.settings ?? []
      made.push({ ...nowhere, name, settings, copyOf: profile, more: [] })
    }
  }
  return made
}

/** What a cell has now, before any edit. */
export const writtenIn = ({ name, settings }: PlacedProfile, cell: ProfileCell): string =>
  cell === 'name' ? name : (settings.find(({ key }) => key === cell)?.value ?? '')

/** The pending value of a cell; null: no edit changes it. */
export function pendingOf(edits: ProfileEdits, profile: string, cell: ProfileCell): string | null {
  for (const edit of edits) {
    if (profileOf(edit) !== profile) continue
    if (edit.kind === 'rename-profile' && cell === 'name') return edit.name
    if (edit.kind === 'set-profile-key' && edit.key === cell) return edit.value ?? ''
  }
  return null
}

export const isDeleted = (edits: ProfileEdits, profile: string): boolean =>
  edits.some((edit) => edit.kind === 'delete-profile' && edit.profile === profile)

/** Why no profile may have this name, as far as the page knows; null: it may. `own`: the profile that is being named. */
export function nameProblem(
  tree: IdentityTree,
  edits: ProfileEdits,
  name: string,
  own: string | null,
): Fault | null {
  if (name === '') return { code: 'bad-request', ...text.noName }
  const taken = [
    ...profilesOf(tree).map((one) => one.name),
    ...edits.flatMap((edit) =>
      edit.kind === 'rename-profile' && edit.profile !== own ? [edit.name] : (madeBy(edit) ?? []),
    ),
  ]
  return name !== own && taken.includes(name) ? { code: 'conflict', ...text.taken(name) } : null
}

/** The name of a profile in the file: of a renamed one the old name. */
const nameInFile = (edits: ProfileEdits, name: string): string =>
  edits.find((edit): edit is Renamed => edit.kind === 'rename-profile' && edit.name === name)?.profile ?? name

/** Checks the profiles that a profile may name: main cannot know which of the names are pending. */
export function cellProblem(
  tree: IdentityTree,
  edits: ProfileEdits,
  profile: PlacedProfile,
  cell: ProfileCell,
  value: string,
): Fault | null {
  if (cell === 'name') return nameProblem(tree, edits, value, profile.name)
  if (value === '') return null
  if (cell === 'source_profile') {
    const names = [...profilesOf(tree), ...madeProfiles(tree, edits)].map(({ name }) => name)
    if (!names.includes(nameInFile(edits, value))) return { code: 'not-found', ...text.noProfile(value) }
  }
  const isSession = () =>
    tree.ssoSessions.includes(value) || newSessions(edits).some((one) => one.name === value)
  if (cell === 'sso_session' && !isSession()) return { code: 'not-found', ...text.noSession(value) }
  return null
}

/** The edits with another value in a cell; `''` removes it. */
export function withCell(
  edits: ProfileEdits,
  profile: PlacedProfile,
  cell: ProfileCell,
  said: string,
): ProfileEdits {
  const { name } = profile
  const value = cell === 'source_profile' ? nameInFile(edits, said) : said
  const made = edits.find((edit) => madeBy(edit) === name)
  if (made !== undefined && cell === 'name') return withName(edits, name, value)
  if (made?.kind === 'add-profile' && cell !== 'name') {
    const settings = made.settings.filter(({ key }) => key !== cell)
    const all = value === '' ? settings : [...settings, { key: cell, value }]
    return withUsedSessions(edits.map((edit) => (edit === made ? { ...made, settings: all } : edit)))
  }
  const others = edits.filter(
    (edit) =>
      profileOf(edit) !== name ||
      (cell === 'name'
        ? edit.kind !== 'rename-profile'
        : edit.kind !== 'set-profile-key' || edit.key !== cell),
  )
  if (value === writtenIn(profile, cell)) return withUsedSessions(others)
  const edit: ProfileEdit =
    cell === 'name'
      ? { kind: 'rename-profile', profile: name, name: value }
      : { kind: 'set-profile-key', profile: name, key: cell, value: value === '' ? null : value }
  return withUsedSessions([...others, edit])
}

/** An edit after others of its profiles were written: a profile goes by the name that the file has then. */
export function afterWrite(edit: Edit, written: readonly Edit[]): Edit {
  if (edit.kind !== 'edit-profile') return edit
  const renames = written.flatMap((one) =>
    one.kind === 'edit-profile' && one.environment === edit.environment && one.edit.kind === 'rename-profile'
      ? [one.edit]
      : [],
  )
  const [now = edit.edit] = renames.reduce<ProfileEdits>(
    (edits, { profile, name }) => withName(edits, profile, name),
    [edit.edit],
  )
  return { ...edit, edit: now }
}

/** Gives a profile another name in edits of it, and in those that name it. */
function withName(edits: ProfileEdits, was: string, name: string): ProfileEdits {
  const renamed = (one: string) => (one === was ? name : one)
  return edits.map((edit): ProfileEdit => {
    if (edit.kind === 'add-sso-session') return edit
    if (edit.kind === 'clone-profile')
      return { ...edit, profile: renamed(edit.profile), name: renamed(edit.name) }
    if (edit.kind === 'add-profile') {
      const settings = edit.settings.map((one) =>
        one.key === 'source_profile' ? { ...one, value: renamed(one.value) } : one,
      )
      return { ...edit, profile: renamed(edit.profile), settings }
    }
    if (edit.kind !== 'set-profile-key') return { ...edit, profile: renamed(edit.profile) }
    const value = edit.key === 'source_profile' && edit.value !== null ? renamed(edit.value) : edit.value
    return { ...edit, profile: renamed(edit.profile), value }
  })
}

/** Adds a new profile, and its session if that is new; `instead`: replaces the pending one with this name. */
export function withAdded(
  edits: ProfileEdits,
  profile: string,
  settings: AddedSettings,
  instead: string | null = null,
  session: NewSession | null = null,
): ProfileEdits {
  const added: ProfileEdit = {
    kind: 'add-profile',
    profile,
    settings: settings.map(({ key, value }) => ({
      key,
      value: key === 'source_profile' ? nameInFile(edits, value) : value,
    })),
  }
  const others = edits.filter((edit) => edit.kind !== 'add-sso-session' || edit.session !== session?.name)
  const all =
    instead === null
      ? [...others, added]
      : withName(others, instead, profile).map((edit) => (madeBy(edit) === profile ? added : edit))
  if (session === null) return withUsedSessions(all)
  return withUsedSessions([
    { kind: 'add-sso-session', session: session.name, settings: [...session.settings] },
    ...all,
  ])
}

/** Adds a copy of a profile as it is shown now: later edits of the profile do not change the copy. */
export function withClone(edits: ProfileEdits, of: string, name: string): ProfileEdits {
  const made = edits.filter(isMade).find((edit) => madeBy(edit) === of)
  const copy: ProfileEdit =
    made?.kind === 'add-profile'
      ? { ...made, profile: name }
      : { kind: 'clone-profile', profile: made?.profile ?? of, name }
  const sets = edits.flatMap((edit) =>
    edit.kind === 'set-profile-key' && edit.profile === of ? [{ ...edit, profile: name }] : [],
  )
  return withUsedSessions([...edits, copy, ...sets])
}

/** Removes a profile: one that is not written yet is dropped, any other is marked for deletion. */
export function withDeleted(edits: ProfileEdits, profile: string): ProfileEdits {
  const made = edits.some((edit) => madeBy(edit) === profile)
  const others = edits.filter((edit) => (isMade(edit) ? madeBy(edit) : profileOf(edit)) !== profile)
  return made ? withUsedSessions(others) : withUsedSessions([...others, { kind: 'delete-profile', profile }])
}

/** Takes the deletion of a profile back. */
export const withKept = (edits: ProfileEdits, profile: string): ProfileEdits =>
  edits.filter((edit) => edit.kind !== 'delete-profile' || edit.profile !== profile)
