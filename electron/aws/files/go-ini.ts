/**
 * The config and credentials files as the AWS SDK for Go reads them (v2, internal/ini and config/shared_config.go): the SDK of
 * aws-iam-authenticator. No mistake spoils a file; quotes are part of a profile's name, and a comment may follow a value. Text
 * in, values out; tested with the SDK itself.
 */
import {
  type AwsFiles,
  mergedSections,
  type Profile,
  type Section,
  type Setting,
  type Settings,
} from './aws-files'
import type { Ini, IniProblem } from './ini'

/** strings.TrimSpace: what Unicode calls white space. */
const trim = (text: string): string => text.replace(around, '')
const space = '[\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]'
// A run of blanks is looked at from its beginning alone, so that no text takes more than linear time.
const around = new RegExp(`^${space}+|(?<!${space})${space}+$`, 'g')
const isLineSpace = (character: string): boolean => character === ' ' || character === '\t'

const before = (text: string, ...marks: readonly string[]): string =>
  marks.reduce((left, mark) => left.split(mark, 1)[0] ?? '', text)
const withoutComment = (text: string): string => before(text, ' #', ' ;', '\t#', '\t;')

/** Splits a line at its first `=` or `:` into key and value; null where it has neither. */
function propertyOf(line: string): { readonly key: string; readonly value: string } | null {
  const at = line.search(/[=:]/)
  return at < 0 ? null : { key: trim(line.slice(0, at)).toLowerCase(), value: trim(line.slice(at + 1)) }
}

const isQuoted = (text: string): boolean => /^(?:'.*'|".*"|['"])$/s.test(text)

interface Draft {
  readonly name: string
  readonly line: number
  readonly settings: Map<string, Written>
}

/** A setting while its lines are read. */
interface Written extends Setting {
  value: string
  readonly nested: Record<string, string>
}

/** Reads the text of a config or credentials file. */
export function parseGoIni(text: string, file: string): Ini {
  const drafts = new Map<string, Draft>()
  let problem: IniProblem | null = null
  let section: Draft | null = null
  let key = ''
  const unquoted = (value: string, line: number): string => {
    if (!isQuoted(value)) return value
    if (value.length === 1)
      problem ??= { message: 'a value is one quotation mark, at which the AWS SDK for Go stops', line }
    return value.slice(1, -1)
  }
  const set = (name: string, value: string, line: number) => {
    if (section === null) return
    key = name
    section.settings.set(name, { value, nested: {}, file, line })
  }
  for (const [index, written] of text.split('\n').entries()) {
    const line = index + 1
    if (trim(written) === '' || /^[ \t]*[#;]/.test(written)) continue
    const header = /^\[(.*)\]$/s.exec(trim(before(written, '#', ';')))?.[1]
    if (header !== undefined) {
      const name = sectionName(trim(header))
      key = ''
      section = name === '' ? null : (drafts.get(name) ?? { name, line, settings: new Map() })
      if (section !== null) drafts.set(name, section)
      continue
    }
    const indented = isLineSpace(written.charAt(0))
    const found = propertyOf(indented ? written : withoutComment(written))
    if (!indented) {
      if (found !== null) set(found.key, unquoted(found.value, line), line)
      continue
    }
    const last = key === '' ? undefined : section?.settings.get(key)
    if (found !== null) {
      const value = unquoted(found.value, line)
      // What is indented belongs to an empty value, or else to nothing.
      if (last === undefined || last.value !== '') set(found.key, trim(withoutComment(value)), line)
      else last.nested[found.key] = value
    } else if (last !== undefined && last.value !== '') {
      last.value += `\n${written.replace(/^[ \t]+/, '')}`
    }
  }
  const sections = [...drafts.values()].map(
    ({ name, line, settings }): Section => ({ name, file, line, settings: Object.fromEntries(settings) }),
  )
  return { sections, problem, defaults: {} }
}

/** `profile  x` is `profile x`, whatever blanks are between. */
function sectionName(header: string): string {
  const [, type, name] = /^([^ \t]+)[ \t]+(.*)$/s.exec(header) ?? []
  return type === undefined || name === undefined ? header : `${type} ${name}`
}

/** Settings of the credentials file that count over those of the config file. */
const merged: readonly string[] = `
  role_arn source_profile credential_source external_id mfa_serial role_session_name duration_seconds
  credential_process web_identity_token_file sso_session sso_account_id sso_region sso_role_name sso_start_url
  region ca_bundle defaults_mode retry_mode max_attempts endpoint_discovery_enabled use_dualstack_endpoint use_fips_endpoint
  ec2_metadata_service_endpoint ec2_metadata_service_endpoint_mode ec2_metadata_v1_disabled
  s3_use_arn_region s3_disable_multiregion_access_points`
  .trim()
  .split(/\s+/)

/** The two files as the SDK merges them. */
export function mergeGoFiles(
  config: Pick<Ini, 'sections'>,
  credentials: Pick<Ini, 'sections'>,
): Pick<AwsFiles, 'readBy' | 'profiles' | 'ssoSessions' | 'services' | 'plugins'> {
  const fromConfig = new Map<string, Section>()
  const named = new Map<string, Section>()
  for (const section of config.sections) {
    const name = /^profile (.*)$/s.exec(section.name)?.[1]
    if (name !== undefined) named.set(name, section)
    else if (/^(?:sso-session|services) /.test(section.name) || /^default$/i.test(section.name))
      fromConfig.set(section.name, section)
  }
  for (const [name, section] of named) fromConfig.set(name, section)
  const fromCredentials = new Map(
    credentials.sections
      .filter(({ name }) => !name.startsWith('profile '))
      .map((section) => [section.name, section]),
  )
  const profiles = new Map<string, Profile>()
  const ssoSessions = new Map<string, Section>()
  const services = new Map<string, Section>()
  for (const kept of mergedSections(fromConfig, fromCredentials, mergedSettings)) {
    const { name, config: own, credentials: over, settings } = kept
    const [, kind, of] = /^(sso-session|services) (.*)$/s.exec(name) ?? []
    const section = own ?? over
    if (kind === undefined || of === undefined || section === null) profiles.set(name, kept)
    else (kind === 'services' ? services : ssoSessions).set(of, { ...section, settings })
  }
  return { readBy: 'aws-iam-authenticator', profiles, ssoSessions, services, plugins: null }
}

/** Keys come over as a pair alone. */
function mergedSettings(own: Settings, over: Settings): Settings {
  const pair = over.aws_access_key_id !== undefined && over.aws_secret_access_key !== undefined
  const names = pair ? [...merged, 'aws_access_key_id', 'aws_secret_access_key', 'aws_session_token'] : merged
  const taken = names.flatMap((name) => {
    const setting = over[name]
    return setting === undefined ? [] : [[name, setting] as const]
  })
  return { ...own, ...Object.fromEntries(taken) }
}
