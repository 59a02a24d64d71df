/** What a person's shell reads to take on variables: `eval "$(…)"`, `… | source`. */

export interface VariableChanges {
  /** To be taken away first. */
  readonly unset: readonly string[]
  readonly set: Readonly<Record<string, string>>
}

export const shellNames = ['sh', 'csh', 'fish', 'powershell'] as const
export type ShellName = (typeof shellNames)[number]

/** The shell that a person most likely reads it with. */
export function shellOf(
  { SHELL }: Readonly<Record<string, string | undefined>>,
  platform: string,
): ShellName {
  const name = SHELL?.replace(/^.*[\\/]/, '').replace(/\.exe$/, '')
  if (name === 'fish') return 'fish'
  if (name === 'csh' || name === 'tcsh') return 'csh'
  if (name === 'pwsh' || name === 'powershell') return 'powershell'
  return platform === 'win32' && !name ? 'powershell' : 'sh'
}

/** A word of a script for the shells of the Bourne family. */
export function shWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

/** In single quotes csh still takes ! for its history, and a line end for that of the command. */
const cshWord = (value: string): string =>
  `'${value.replaceAll("'", "'\\''").replaceAll('!', '\\!').replaceAll('\n', '\\\n')}'`

/** PowerShell takes typographic quotation marks for the plain one: each ends the text, unless it is doubled. */
const powershellWord = (value: string): string => `'${value.replace(/['\u2018-\u201b]/g, '$&$&')}'`

const taking: Readonly<Record<ShellName, (names: readonly string[]) => string>> = {
  sh: (names) => `unset ${names.join(' ')}`,
  csh: (names) => names.map((name) => `unsetenv ${name};`).join(' '),
  // Without a name that is there, set -e fails: the semicolon keeps it from being the status of the whole.
  fish: (names) => `set -e ${names.join(' ')}; true`,
  powershell: (names) =>
    `Remove-Item ${names.map((name) => `Env:${name}`).join(',')} -ErrorAction SilentlyContinue`,
}

const setting: Readonly<Record<ShellName, (name: string, value: string) => string>> = {
  sh: (name, value) => `export ${name}=${shWord(value)}`,
  csh: (name, value) => `setenv ${name} ${cshWord(value)};`,
  fish: (name, value) => `set -gx ${name} '${value.replace(/[\\']/g, '\\$&')}'`,
  powershell: (name, value) => `$env:${name} = ${powershellWord(value)}`,
}

/** The lines that one shell reads. */
export const shellScript = (shell: ShellName, { unset, set }: VariableChanges): string =>
  [
    ...(unset.length > 0 ? [taking[shell](unset)] : []),
    ...Object.entries(set).map(([name, value]) => setting[shell](name, value)),
  ]
    .map((line) => `${line}\n`)
    .join('')

/** The same for each shell, by its name. */
export const shellScripts = (changes: VariableChanges): Readonly<Record<string, string>> =>
  Object.fromEntries(shellNames.map((name) => [name, shellScript(name, changes)]))
