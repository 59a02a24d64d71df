/**
 * What edits make of an AWS config file: refused with the reason, or a text that is proven to say what was asked, and nothing else
 * anew. Pure.
 */
import { keysOfProfiles } from '../../../shared/edits/references'
import { type ProfileEdit, type ProfileSetting, profileEditLine } from '../../../shared/profiles/edit'
import { ok, type Result, refuse } from '../../../shared/result'
import { named, quoted } from '../../../shared/visible'
import { offered } from '../../system/offer'
import type { Section, Setting } from '../files/files'
import { type Ini, parseIni, sectionMeaning, strip } from '../files/ini'
import { mergeAwsFiles } from '../files/profiles'
import {
  type ConfigText,
  headerOf,
  readConfigText,
  type SectionLines,
  sectionsOf,
  withCopy,
  withHeader,
  withKey,
  withoutKey,
  withoutSection,
  withSection,
} from './text'

export interface ConfigInput {
  readonly path: string
  /** Null: there is no such file yet. */
  readonly text: string | null
  /** What aws reads beside it, which is never written. */
  readonly credentials: Pick<Ini, 'sections'>
}

export interface PlannedConfig {
  readonly text: string
  /** One line an edit. */
  readonly titles: readonly string[]
}

const no = (message: string, next: string) => refuse('conflict', message, next)

/** The text with all of these edits, one after the other; the first that cannot be is the answer. */
export function planProfileEdits(input: ConfigInput, edits: readonly ProfileEdit[]): Result<PlannedConfig> {
  const { path, credentials } = input
  let text = input.text ?? ''
  const titles: string[] = []
  for (const edit of edits) {
    const state = stateOf(path, text, credentials)
    if (!state.ok) return state
    const was =
      edit.kind === 'set-profile-key' ? (settingOf(state.value, edit.profile, edit.key)?.value ?? null) : null
    const changed = edited(state.value, edit)
    if (!changed.ok) return changed
    if (changed.value.text !== text) {
      if (!proven(changed.value, path))
        return no(
          `Ekscope cannot write this into ${path} and be sure that aws then reads just that.`,
          'Edit the file by hand; nothing was written.',
        )
      titles.push(profileEditLine(edit, was))
    }
    text = changed.value.text
  }
  return ok({ text, titles })
}

/** A file as it stands before one edit. */
interface State {
  readonly path: string
  readonly config: ConfigText
  readonly ini: Ini
  readonly credentials: Pick<Ini, 'sections'>
}

function stateOf(path: string, text: string, credentials: Pick<Ini, 'sections'>): Result<State> {
  const ini = parseIni(text, path)
  if (ini.problem !== null)
    return no(
      `aws refuses ${path} at line ${ini.problem.line}: ${ini.problem.message}.`,
      'Correct that line first; Ekscope writes no file that aws cannot read.',
    )
  return ok({ path, config: readConfigText(text), ini, credentials })
}

/** A text with what aws is then to read in it. */
interface Changed {
  readonly text: string
  readonly sections: readonly Said[]
}
interface Said {
  readonly name: string
  readonly settings: Readonly<Record<string, Pick<Setting, 'value' | 'nested'>>>
}

function edited(state: State, edit: ProfileEdit): Result<Changed> {
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

/** As aws reads it of both files. */
function settingOf({ ini, credentials }: State, profile: string, key: string): Setting | undefined {
  return mergeAwsFiles(ini, credentials).profiles.get(profile)?.settings[key]
}

const place = ({ file, line }: { readonly file: string; readonly line: number }) => `${file}:${line}`

function set(state: State, profile: string, key: string, value: string): Result<Changed> {
  const { config, ini } = state
  const bad = badSetting({ key, value })
  if (bad) return bad
  const inCredentials = credentialsOf(state, profile)
  const wins = inCredentials?.settings[key]
  if (wins !== undefined)
    return no(
      `${key} of profile ${named(profile)} is set at ${place(wins)}, which wins; Ekscope never writes the credentials file.`,
      'Change or remove the setting there.',
    )
  const section = sectionsOf(config, 'profile', profile).at(-1)
  if (section === undefined)
    return inCredentials === undefined
      ? no(
          `There is no profile ${named(profile)}.`,
          `To add it: ${offered('ekscope', 'profile', 'add', profile, `${key}=${value}`)}.`,
        )
      : add({ ...state, credentials: { sections: [] } }, 'profile', profile, [{ key, value }])
  const known = section.options.find(({ name }) => name === key)
  const before = ini.sections.find(({ name }) => name === section.header)?.settings[key]
  if (known?.goesOn && before?.value === '')
    return no(
      `${key} of profile ${named(profile)} has settings of its own below it (${state.path}:${known.first.number}).`,
      'Edit these by hand.',
    )
  if (known !== undefined && before?.value === value) return ok(unchanged(state))
  const settings = withSetting(ini.sections, section.header, key, value)
  return ok({ text: withKey(config, section, key, value), sections: settings })
}

function unset(state: State, profile: string, key: string): Result<Changed> {
  const { config, ini } = state
  const wins = credentialsOf(state, profile)?.settings[key]
  if (wins !== undefined)
    return no(
      `${key} of profile ${named(profile)} is set at ${place(wins)}, and Ekscope never writes the credentials file.`,
      'Remove the setting there.',
    )
  const section = sectionsOf(config, 'profile', profile).at(-1)
  if (section === undefined) return noProfile(state, profile)
  const known = section.options.find(({ name }) => name === key)
  const common = ini.defaults[key]
  if (common !== undefined)
    return no(
      `${key} is also set in [DEFAULT] (${place(common)}), which counts for every profile.`,
      'Give the profile a value of its own, or remove the setting there.',
    )
  if (known === undefined) return ok(unchanged(state))
  return ok({
    text: withoutKey(config, section, key),
    sections: withSetting(ini.sections, section.header, key, null),
  })
}

function add(
  state: State,
  kind: 'profile' | 'sso-session',
  name: string,
  settings: readonly ProfileSetting[],
): Result<Changed> {
  const { config, ini } = state
  const bad = [badName(name), ...settings.map(badSetting)].find((one) => one !== null)
  if (bad) return bad
  const keys = new Set(settings.map(({ key }) => key))
  if (keys.size < settings.length) return no('A key is given twice.', 'Give each key once.')
  const taken = takenBy(state, kind, name)
  if (taken) return taken
  const header = headerOf(kind, name)
  const own = Object.fromEntries(settings.map(({ key, value }) => [key, plain(value)]))
  return ok({
    text: withSection(config, header, settings),
    sections: [...ini.sections, { name: header, settings: { ...ini.defaults, ...own } }],
  })
}

function clone(state: State, profile: string, name: string): Result<Changed> {
  const { config, ini } = state
  const bad = badName(name)
  if (bad) return bad
  const only = onlySection(state, profile)
  if (!only.ok) return only
  const inCredentials = credentialsOf(state, profile)
  if (inCredentials !== undefined)
    return no(
      `Profile ${named(profile)} has settings in the credentials file (${place(inCredentials)}), which a copy in ${state.path} would lack.`,
      `A profile of its own may take its credentials from it: ${offered('ekscope', 'profile', 'add', name, `source_profile=${profile}`, 'role_arn=ARN')}.`,
    )
  const taken = takenBy(state, 'profile', name)
  if (taken) return taken
  const header = headerOf('profile', name)
  return ok({
    text: withCopy(config, only.value, header),
    sections: instead(ini.sections, only.value.header, (one) => [one, { ...one, name: header }]),
  })
}

function rename(state: State, profile: string, name: string): Result<Changed> {
  const { config, ini, credentials } = state
  const bad = badName(name)
  if (bad) return bad
  if (profile === 'default')
    return no(
      'Profile default counts where no profile is named; under another name the profile would not.',
      `To have it by another name too: ${offered('ekscope', 'profile', 'clone', 'default', name)}.`,
    )
  const inCredentials = credentialsOf(state, profile)
  if (inCredentials !== undefined)
    return no(
      `Profile ${named(profile)} is in the credentials file (${place(inCredentials)}), which Ekscope never writes, so the profile cannot be renamed here.`,
      'Rename the profile there and here by hand.',
    )
  const only = onlySection(state, profile)
  if (!only.ok) return only
  if (name === profile) return ok(unchanged(state))
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
  const header = headerOf('profile', name, only.value.header)
  let text = withHeader(config, only.value, header)
  let sections = instead(ini.sections, only.value.header, (one) => [{ ...one, name: header }])
  const common = keysOfProfiles.find((key) => ini.defaults[key]?.value === profile)
  if (common !== undefined)
    return no(
      `${common} in [DEFAULT] names profile ${named(profile)}.`,
      'Change that by hand first; [DEFAULT] counts for every profile.',
    )
  for (const said of sections.filter((one) => sectionMeaning(one.name)?.kind === 'profile'))
    for (const key of keysOfProfiles) {
      if (said.settings[key]?.value !== profile) continue
      const now = readConfigText(text)
      const section = now.sections.find((one) => one.header === said.name)
      if (section === undefined) continue
      text = withKey(now, section, key, name)
      sections = withSetting(sections, said.name, key, name)
    }
  return ok({ text, sections })
}

function remove(state: State, profile: string): Result<Changed> {
  const { config, ini } = state
  const inCredentials = credentialsOf(state, profile)
  if (inCredentials !== undefined)
    return no(
      `Profile ${named(profile)} is in the credentials file (${place(inCredentials)}), which Ekscope never writes, so the profile cannot be deleted here.`,
      'Delete the profile there and here by hand.',
    )
  const only = onlySection(state, profile)
  if (!only.ok) return only
  return ok({
    text: withoutSection(config, only.value),
    sections: instead(ini.sections, only.value.header, () => []),
  })
}

const unchanged = ({ config, ini }: State): Changed => ({ text: config.text, sections: ini.sections })

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
 * Keys that name a program that aws runs, a file that it reads, an address that it sends to, or a role or account as which it then asks: that may be anybody's. Not all of them can a page give a
 * profile: by the history it can bring back whatever the file has had.
 */
const leading: ReadonlySet<string> = new Set([
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

/** One such setting of a section; of a nested one the key says below which it stands. `was`: what it said there before. */
export interface Lead {
  readonly section: string
  readonly key: string
  readonly was: string | null
  readonly value: string
}

/** Every such setting that the text has and no section of the other one had. */
export function leadsAnew(before: string, after: string): readonly Lead[] {
  const said = ({ key, value }: Pick<Lead, 'key' | 'value'>) => JSON.stringify([key, value])
  const had = leadsIn(before)
  const known = new Set(had.map(said))
  const wasAt = (lead: Omit<Lead, 'was'>) =>
    had.find(({ section, key }) => section === lead.section && key === lead.key)?.value ?? null
  return leadsIn(after)
    .filter((lead) => !known.has(said(lead)))
    .map((lead) => ({ ...lead, was: wasAt(lead) }))
}

const leadsIn = (text: string): readonly Omit<Lead, 'was'>[] =>
  parseIni(text, '').sections.flatMap(({ name: section, settings }) =>
    Object.entries(settings).flatMap(([key, { value, nested }]) => [
      ...(leading.has(key) ? [{ section, key, value }] : []),
      ...Object.entries(nested).flatMap(([below, inner]) =>
        leading.has(below) ? [{ section, key: `${key}.${below}`, value: inner }] : [],
      ),
    ]),
  )

/** The one section that is this profile. */
function onlySection(state: State, profile: string): Result<SectionLines> {
  const found = sectionsOf(state.config, 'profile', profile)
  const [first, second] = found
  if (first === undefined) return noProfile(state, profile)
  if (second === undefined) return ok(first)
  return no(
    `Profile ${named(profile)} is in ${state.path} twice, at lines ${found.map(({ line }) => line).join(' and ')}; aws takes the last.`,
    'Remove one of them by hand first.',
  )
}

function takenBy(state: State, kind: 'profile' | 'sso-session', name: string) {
  const [there] = sectionsOf(state.config, kind, name)
  const inCredentials = kind === 'profile' ? credentialsOf(state, name) : undefined
  if (there === undefined && inCredentials === undefined) return null
  const where = there === undefined && inCredentials ? place(inCredentials) : `${state.path}:${there?.line}`
  return no(`There is a ${kind} ${named(name)} already (${where}).`, 'Choose another name.')
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

/** What no name and no value may hold: what ends a line for somebody, or is not seen. */
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

const plain = (value: string): Pick<Setting, 'value' | 'nested'> => ({ value, nested: {} })

/** The sections with others in place of one. */
const instead = (
  sections: readonly Said[],
  header: string,
  by: (one: Said) => readonly Said[],
): readonly Said[] => sections.flatMap((one) => (one.name === header ? by(one) : [one]))

/** The sections with one setting more, less, or another. */
const withSetting = (sections: readonly Said[], header: string, key: string, value: string | null) =>
  instead(sections, header, (one) => {
    const { [key]: _, ...rest } = one.settings
    return [{ ...one, settings: value === null ? rest : { ...rest, [key]: plain(value) } }]
  })

/** Read again, the text says just what was asked: every section in its order, every setting of it. */
function proven({ text, sections }: Changed, path: string): boolean {
  const read = parseIni(text, path)
  return (
    read.problem === null &&
    JSON.stringify(read.sections.map(saidBy)) === JSON.stringify(sections.map(saidBy))
  )
}

const saidBy = ({ name, settings }: Said) => {
  const meaning = sectionMeaning(name)
  return [
    meaning === null ? name : [meaning.kind, meaning.name],
    Object.entries(settings)
      .map(([key, { value, nested }]) => [key, value, nested])
      .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  ]
}
