/**
 * The result of edits of an AWS config file: a refusal with its reason, or a text that is proven to contain the requested change
 * and no other. Pure.
 */
import { capital } from '../../../shared/capital'
import type { ModelEntry } from '../../../shared/edits/model'
import type { ProfileEdit, ProfileSetting } from '../../../shared/edits/profile-edit'
import { profileEditLine } from '../../../shared/edits/profile-line'
import { keysNaming, keysOfProfiles, withName } from '../../../shared/edits/references'
import { at, isList, mapOf, withKey } from '../../../shared/json'
import { entryId } from '../../../shared/kubeconfig/entries'
import { ok, type Result, refuse } from '../../../shared/result'
import { named, quoted } from '../../../shared/visible'
import { offered } from '../../system/offer'
import type { Section } from '../files/aws-files'
import { type Ini, parseIni, sectionMeaning, strip } from '../files/ini'
import { mergeAwsFiles } from '../files/read-aws-files'
import { jsonOf, type ReadSections, readSections, rewriteSections, sectionsIn } from './sections'

export interface ConfigInput {
  readonly path: string
  /** Null: there is no such file yet. */
  readonly text: string | null
  /** The other file that aws reads, which is never written. */
  readonly credentials: Pick<Ini, 'sections'>
}

const no = (message: string, next: string) => refuse('conflict', message, next)

/** The text with all of these edits, one after the other, and a line for each; the first impossible one is the answer. */
export function planProfileEdits(input: ConfigInput, edits: readonly ProfileEdit[]) {
  const { path, credentials } = input
  let text = input.text ?? ''
  const titles: string[] = []
  for (const edit of edits) {
    const now = readSections(path, text)
    const { ini } = now
    if (ini.problem !== null)
      return no(
        `aws refuses ${path} at line ${ini.problem.line}: ${ini.problem.message}.`,
        'Correct that line first; Ekscope writes no file that aws cannot read.',
      )
    const section = edited({ path, now, credentials }, edit)
    if (!section.ok) return section
    const after = rewriteSections(now, { ...now.file, section: section.value }, now, ['as its neighbours'])
    if (after === null)
      return no(
        `Ekscope cannot write this into ${path} and be sure that aws then reads just that.`,
        'Edit the file by hand; nothing was written.',
      )
    if (after !== text) {
      const was =
        edit.kind === 'set-profile-key'
          ? mergeAwsFiles(ini, credentials).profiles.get(edit.profile)?.settings[edit.key]?.value
          : null
      titles.push(profileEditLine(edit, was ?? null))
    }
    text = after
  }
  return ok({ text, titles })
}

/** A file before one edit. */
interface State {
  readonly path: string
  readonly now: ReadSections
  readonly credentials: Pick<Ini, 'sections'>
}

/** The sections after an edit. */
type Edited = Result<readonly ModelEntry[]>

function edited(state: State, edit: ProfileEdit): Edited {
  switch (edit.kind) {
    case 'set-profile-key':
      return edit.value === null
        ? unset(state, edit.profile, edit.key)
        : set(state, edit.profile, edit.key, edit.value)
    case 'add-profile':
      return add(state, 'profile', edit.profile, edit.settings)
    case 'add-sso-session':
      return add(state, 'sso-session', edit.session, edit.settings)
    case 'clone-profile':
      return clone(state, edit.profile, edit.name)
    case 'rename-profile':
      return rename(state, edit.profile, edit.name)
    case 'delete-profile':
      return remove(state, edit.profile)
  }
}

/** The section of the credentials file that is this profile. */
const credentialsOf = ({ credentials }: State, profile: string): Section | undefined =>
  credentials.sections.find(({ name }) => name === profile)

const place = ({ file, line }: { readonly file: string; readonly line: number }) => `${file}:${line}`

type Kind = 'profile' | 'sso-session'

/** The sections of that meaning, as they are read: of several the last one counts. */
const sectionsOf = ({ now }: State, kind: Kind, name: string): readonly Section[] =>
  now.ini.sections.filter((section) => {
    const meaning = sectionMeaning(section.name)
    return meaning?.kind === kind && meaning.name === name
  })

const entryOf = ({ now }: State, kind: Kind, name: string): ModelEntry | undefined =>
  sectionsIn(now.file).find((entry) => entry.name === `${kind} ${name}`)

/** The sections with others in place of one. */
const instead = ({ now }: State, entry: ModelEntry, by: readonly ModelEntry[]): Edited =>
  ok(sectionsIn(now.file).flatMap((one) => (one === entry ? by : [one])))

const newEntry = ({ path }: State, kind: Kind, name: string, rest: Pick<ModelEntry, 'value' | 'from'>) => ({
  id: entryId('section', `${path}\0new`, name, 0),
  kind: 'section' as const,
  name: `${kind} ${name}`,
  ...rest,
})

function set(state: State, profile: string, key: string, value: string): Edited {
  const bad = badSetting({ key, value })
  if (bad) return bad
  const inCredentials = credentialsOf(state, profile)
  const wins = inCredentials?.settings[key]
  if (wins !== undefined)
    return no(
      `${key} of profile ${named(profile)} is set at ${place(wins)}, which wins; Ekscope never writes the credentials file.`,
      'Change or remove the setting there.',
    )
  const entry = entryOf(state, 'profile', profile)
  if (entry === undefined)
    return inCredentials === undefined
      ? no(
          `There is no profile ${named(profile)}.`,
          `To add it: ${offered('ekscope', 'profile', 'add', profile, `${key}=${value}`)}.`,
        )
      : add({ ...state, credentials: { sections: [] } }, 'profile', profile, [{ key, value }])
  if (isList(at(entry.value, key)))
    return no(
      `${key} of profile ${named(profile)} has settings of its own below it (${state.path}:${sectionsOf(state, 'profile', profile).at(-1)?.settings[key]?.line}).`,
      'Edit these by hand.',
    )
  return instead(state, entry, [{ ...entry, value: withKey(entry.value, key, jsonOf(key, { value })) }])
}

function unset(state: State, profile: string, key: string): Edited {
  const wins = credentialsOf(state, profile)?.settings[key]
  if (wins !== undefined)
    return no(
      `${key} of profile ${named(profile)} is set at ${place(wins)}, and Ekscope never writes the credentials file.`,
      'Remove the setting there.',
    )
  const entry = entryOf(state, 'profile', profile)
  if (entry === undefined) return noProfile(state, profile)
  const common = state.now.ini.defaults[key]
  if (common !== undefined)
    return no(
      `${key} is also set in [DEFAULT] (${place(common)}), which counts for every profile.`,
      'Give the profile a value of its own, or remove the setting there.',
    )
  return instead(state, entry, [{ ...entry, value: withKey(entry.value, key, undefined) }])
}

function add(state: State, kind: Kind, name: string, settings: readonly ProfileSetting[]): Edited {
  const bad = [badName(name), ...settings.map(badSetting)].find((one) => one !== null)
  if (bad) return bad
  const keys = new Set(settings.map(({ key }) => key))
  if (keys.size < settings.length) return no('A key is given twice.', 'Give each key once.')
  const taken = takenBy(state, kind, name)
  if (taken) return taken
  const value = mapOf(settings.map((setting) => [setting.key, jsonOf(setting.key, setting)]))
  return ok([...sectionsIn(state.now.file), newEntry(state, kind, name, { value, from: null })])
}

function clone(state: State, profile: string, name: string): Edited {
  const bad = badName(name)
  if (bad) return bad
  const only = onlySection(state, profile)
  if (!only.ok) return only
  const entry = only.value
  const inCredentials = credentialsOf(state, profile)
  if (inCredentials !== undefined)
    return no(
      `Profile ${named(profile)} has settings in the credentials file (${place(inCredentials)}), which a copy in ${state.path} would lack.`,
      `A profile of its own may take its credentials from it: ${offered('ekscope', 'profile', 'add', name, `source_profile=${profile}`, 'role_arn=ARN')}.`,
    )
  const taken = takenBy(state, 'profile', name)
  if (taken) return taken
  const { value, id: from } = entry
  return instead(state, entry, [entry, newEntry(state, 'profile', name, { value, from })])
}

function rename(state: State, profile: string, name: string): Edited {
  const { now, credentials } = state
  const bad = badName(name)
  if (bad) return bad
  if (profile === 'default')
    return no(
      'Profile default counts where no profile is named; under another name the profile would not.',
      `To have it by another name too: ${offered('ekscope', 'profile', 'clone', 'default', name)}.`,
    )
  const only = onlyInConfig(state, profile, 'rename')
  if (!only.ok) return only
  const entry = only.value
  if (name === profile) return ok(sectionsIn(now.file))
  const taken = takenBy(state, 'profile', name)
  if (taken) return taken
  const outside = credentials.sections.flatMap(({ settings }) =>
    keysOfProfiles.flatMap((key) => (settings[key]?.value === profile ? [settings[key]] : [])),
  )[0]
  if (outside !== undefined)
    return no(
      `${place(outside)} names profile ${named(profile)}, and Ekscope never writes the credentials file.`,
      'Change that name there first.',
    )
  const common = keysOfProfiles.find((key) => now.ini.defaults[key]?.value === profile)
  if (common !== undefined)
    return no(
      `${common} in [DEFAULT] names profile ${named(profile)}.`,
      'Change that by hand first; [DEFAULT] counts for every profile.',
    )
  const id = `profile ${name}`
  return ok(
    sectionsIn(now.file).map((one, at) => {
      const isProfile = sectionMeaning(now.headers[at] ?? '')?.kind === 'profile'
      const value = isProfile ? withName(one.value, keysNaming(one, entry), id) : one.value
      return { ...one, name: one === entry ? id : one.name, value }
    }),
  )
}

function remove(state: State, profile: string): Edited {
  const only = onlyInConfig(state, profile, 'delete')
  return only.ok ? instead(state, only.value, []) : only
}

function noProfile(state: State, profile: string) {
  const inCredentials = credentialsOf(state, profile)
  return inCredentials === undefined
    ? no(`There is no profile ${named(profile)}.`, '`ekscope identities` lists them.')
    : no(
        `Profile ${named(profile)} is in the credentials file only (${place(inCredentials)}), which Ekscope never writes.`,
        'Edit the profile there.',
      )
}

/**
 * Keys that name a program that aws runs, a file that it reads, an address that it sends to, or a role or account that it then
 * asks with: these may be a stranger's. A page cannot set all of them in a profile, but by the history it can restore any
 * setting that the file has had.
 */
const accessKeys: ReadonlySet<string> = new Set([
  'credential_process',
  'cli_pager',
  'cli_legacy_plugin_path',
  'web_identity_token_file',
  'endpoint_url',
  'ca_bundle',
  'sso_start_url',
  'ec2_metadata_service_endpoint',
  'role_arn',
  'sso_account_id',
])

/** One such setting of a section; the key of a nested one says which setting it is below. `was`: its value before. */
export interface AccessSetting {
  readonly section: string
  readonly key: string
  readonly was: string | null
  readonly value: string
}

/** Every such setting that the text has and no section of the other one had. */
export function newAccessSettings(before: string, after: string): readonly AccessSetting[] {
  const said = ({ key, value }: Pick<AccessSetting, 'key' | 'value'>) => JSON.stringify([key, value])
  const had = accessSettingsIn(before)
  const known = new Set(had.map(said))
  const wasAt = (setting: Omit<AccessSetting, 'was'>) =>
    had.find(({ section, key }) => section === setting.section && key === setting.key)?.value ?? null
  return accessSettingsIn(after)
    .filter((setting) => !known.has(said(setting)))
    .map((setting) => ({ ...setting, was: wasAt(setting) }))
}

const accessSettingsIn = (text: string): readonly Omit<AccessSetting, 'was'>[] =>
  parseIni(text, '').sections.flatMap(({ name: section, settings }) =>
    Object.entries(settings).flatMap(([key, { value, nested }]) => [
      ...(accessKeys.has(key) ? [{ section, key, value }] : []),
      ...Object.entries(nested).flatMap(([below, inner]) =>
        accessKeys.has(below) ? [{ section, key: `${key}.${below}`, value: inner }] : [],
      ),
    ]),
  )

/** The one section that is this profile, of which the credentials file has none. */
function onlyInConfig(state: State, profile: string, verb: 'rename' | 'delete'): Result<ModelEntry> {
  const inCredentials = credentialsOf(state, profile)
  return inCredentials === undefined
    ? onlySection(state, profile)
    : no(
        `Profile ${named(profile)} is in the credentials file (${place(inCredentials)}), which Ekscope never writes, so the profile cannot be ${verb}d here.`,
        `${capital(verb)} the profile there and here by hand.`,
      )
}

/** The one section that is this profile. */
function onlySection(state: State, profile: string): Result<ModelEntry> {
  const found = sectionsOf(state, 'profile', profile)
  const entry = entryOf(state, 'profile', profile)
  if (entry === undefined) return noProfile(state, profile)
  if (found.length === 1) return ok(entry)
  return no(
    `Profile ${named(profile)} is in ${state.path} twice, at lines ${found.map(({ line }) => line).join(' and ')}; aws takes the last.`,
    'Remove one of them by hand first.',
  )
}

function takenBy(state: State, kind: Kind, name: string) {
  const [there] = sectionsOf(state, kind, name)
  const taken = there ?? (kind === 'profile' ? credentialsOf(state, name) : undefined)
  return taken && no(`There is a ${kind} ${named(name)} already (${place(taken)}).`, 'Choose another name.')
}

/** Keys stay out of argument lists, histories and this file: they belong into the credentials file. */
const keyPairs: ReadonlySet<string> = new Set([
  'aws_access_key_id',
  'aws_secret_access_key',
  'aws_session_token',
])

function badSetting({ key, value }: ProfileSetting) {
  if (!/^[a-z][a-z0-9_]{0,63}$/.test(key))
    return no(
      `${quoted(key)} is not a key of a profile.`,
      'Write a key such as region, role_arn or sso_session.',
    )
  if (keyPairs.has(key))
    return no(
      `Ekscope writes no access keys (${key}).`,
      'Write access keys with `aws configure`, which puts them into the credentials file.',
    )
  if (value === '' || strip(value) !== value || unwritable.test(value))
    return no(
      `${key} cannot be written with that value: aws would read another value.`,
      'Give it one line of text that neither begins nor ends with a blank.',
    )
  return null
}

/** What no name and no value may hold: characters that end a line for some reader, or are invisible. */
const unwritable = /[\p{Cc}\p{Zl}\p{Zp}\ufeff]/u

function badName(name: string) {
  if (
    name !== '' &&
    name.length <= 256 &&
    strip(name) === name &&
    !unwritable.test(name) &&
    !name.includes(']')
  )
    return null
  return no(
    `${quoted(name)} cannot be the name of a section.`,
    'Choose a name without brackets, line breaks or blanks around it.',
  )
}
