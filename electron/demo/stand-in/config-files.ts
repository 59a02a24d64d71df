/** The AWS files as the stand-in reads them: sections and settings, just enough for credentials and endpoints. */
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

export type Settings = ReadonlyMap<string, string>

export interface ConfigFiles {
  /** By name, the credentials file over the config file; and what each file says alone. */
  readonly profiles: ReadonlyMap<string, { readonly config: Settings; readonly credentials: Settings }>
  readonly ssoSessions: ReadonlyMap<string, Settings>
  /** `services` sections; nested settings are named `sts.endpoint_url`. */
  readonly services: ReadonlyMap<string, Settings>
  readonly home: string
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** Sections of an AWS INI file in order; an indented `key = value` belongs to the setting above it. */
function parseSections(text: string): readonly (readonly [string, Settings])[] {
  const sections: (readonly [string, Map<string, string>])[] = []
  let parent = ''
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*(?:[#;].*)?$/.test(line)) continue
    const header = /^\[([^\]]+)\]/.exec(line)?.[1]
    if (header !== undefined) {
      sections.push([header.trim(), new Map()])
      parent = ''
      continue
    }
    const equals = line.indexOf('=')
    const settings = sections.at(-1)?.[1]
    if (equals === -1 || !settings) continue
    const key = line.slice(0, equals).trim().toLowerCase()
    const value = line.slice(equals + 1).trim()
    if (/^\s/.test(line) && parent !== '') settings.set(`${parent}.${key}`, value)
    else {
      settings.set(key, value)
      parent = key
    }
  }
  return sections
}

/** The name in a section header of the config file: `profile x`, `profile 'x y'`, `services z`. */
function named(header: string, kind: string): string | null {
  const found = new RegExp(`^${kind}\\s+(.+)$`).exec(header)?.[1]
  return found === undefined ? null : found.trim().replace(/^(['"])(.*)\1$/, '$2')
}

/** Reads both files where the environment says they are. */
export function readConfigFiles(env: Readonly<Record<string, string | undefined>>): ConfigFiles {
  const home = env.HOME ?? homedir()
  const expand = (path: string): string => path.replace(/^~(?=\/)/, home)
  const config = parseSections(readText(expand(env.AWS_CONFIG_FILE ?? join(home, '.aws', 'config'))))
  const credentials = parseSections(
    readText(expand(env.AWS_SHARED_CREDENTIALS_FILE ?? join(home, '.aws', 'credentials'))),
  )
  const none: Settings = new Map()
  const profiles = new Map<string, { config: Settings; credentials: Settings }>()
  const ssoSessions = new Map<string, Settings>()
  const services = new Map<string, Settings>()
  for (const [header, settings] of config) {
    const profile = header === 'default' ? 'default' : named(header, 'profile')
    const session = named(header, 'sso-session')
    const service = named(header, 'services')
    if (profile !== null) profiles.set(profile, { config: settings, credentials: none })
    else if (session !== null) ssoSessions.set(session, settings)
    else if (service !== null) services.set(service, settings)
  }
  for (const [name, settings] of credentials) {
    profiles.set(name, { config: profiles.get(name)?.config ?? none, credentials: settings })
  }
  return { profiles, ssoSessions, services, home }
}
