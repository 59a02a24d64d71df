/** The commands of the terminal, in the order in which `--help` shows them. A new one is a line here. */
import { capital } from '../../shared/capital'
import { nameOf } from './arguments'
import type { Command } from './command'

/** Each is loaded on first use: a command does not load the others. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  list: async () => (await import('./list')).list,
  current: async () => (await import('./current')).current,
  whoami: async () => (await import('./whoami')).whoami,
  explain: async () => (await import('./explain')).explain,
  lint: async () => (await import('./lint')).lint,
  report: async () => (await import('./report')).report,
  compare: async () => (await import('./compare')).compare,
  identities: async () => (await import('./identities')).identities,
  fix: async () => (await import('./fix')).fix,
  mute: async () => (await import('./mute')).mute,
  unmute: async () => (await import('./mute')).unmute,
  production: async () => (await import('./production')).production,
  add: async () => (await import('./add')).add,
  clusters: async () => (await import('./clusters')).clusters,
  access: async () => (await import('./access')).access,
  discover: async () => (await import('./discover')).discover,
  refresh: async () => (await import('./refresh')).refresh,
  'set-role': async () => (await import('./edit-values')).setRole,
  'set-profile': async () => (await import('./edit-values')).setProfile,
  'set-namespace': async () => (await import('./edit-values')).setNamespace,
  'set-region': async () => (await import('./edit-values')).setRegion,
  'set-token': async () => (await import('./set-token')).setToken,
  'set-server': async () => (await import('./edit-values')).setServer,
  'set-proxy': async () => (await import('./edit-values')).setProxy,
  'set-tls-server-name': async () => (await import('./edit-values')).setTlsServerName,
  'replace-role': async () => (await import('./replace')).replaceRole,
  'replace-profile': async () => (await import('./replace')).replaceProfile,
  rename: async () => (await import('./edit-values')).rename,
  clone: async () => (await import('./edit-values')).clone,
  'split-user': async () => (await import('./edit-values')).splitUser,
  expect: async () => (await import('./expect')).expecting,
  delete: async () => (await import('./edit-values')).remove,
  profile: async () => (await import('./profile')).profile,
  move: async () => (await import('./move')).move,
  scatter: async () => (await import('./move')).scatter,
  import: async () => (await import('./import-export')).importing,
  merge: async () => (await import('./import-export')).merge,
  export: async () => (await import('./import-export')).exporting,
  use: async () => (await import('./use')).use,
  exec: async () => (await import('./exec')).exec,
  shell: async () => (await import('./shell')).shell,
  env: async () => (await import('./exec')).env,
  token: async () => (await import('./token')).token,
  history: async () => (await import('./history')).history,
  undo: async () => (await import('./history')).undo,
  redo: async () => (await import('./history')).redo,
  reapply: async () => (await import('./history')).reapply,
  restore: async () => (await import('./history')).restore,
  login: async () => (await import('./login')).login,
  logout: async () => (await import('./login')).logout,
  trust: async () => (await import('./trust')).trust,
  settings: async () => (await import('./settings')).settings,
  completion: async () => (await import('./completion')).completion,
  doctor: async () => (await import('./doctor')).doctor,
  demo: async () => (await import('./demo')).demo,
}

type Meanings = Readonly<Record<string, string>>

/** The names of all commands, in the order in which `--help` shows them. */
export const commandNames: readonly string[] = Object.keys(commands)

/** The command of this name; null where there is none. */
export async function commandNamed(name: string): Promise<Command | null> {
  return Object.hasOwn(commands, name) ? ((await commands[name]?.()) ?? null) : null
}

/** The options of every command. */
export const globals: Meanings = {
  '--kubeconfig FILE':
    'this file, or each of a folder or pattern, instead of KUBECONFIG or ~/.kube/config (-: standard input; both to read only)',
  '--environment NAME': 'where commands run: app (this terminal; the default), login-shell, clean',
  '--json, -o json': 'one JSON document on standard output',
  '--pager':
    'on a terminal, the result in EKSCOPE_PAGER, else PAGER, else less (EKSCOPE_PAGER alone: always)',
  '--help, -h': 'this help, or the help of a command: also `ekscope help COMMAND`',
  '--version, -V': 'the version: also `ekscope version`',
}

const lines = (meanings: Meanings) => {
  const width = Math.max(...Object.keys(meanings).map((name) => name.length))
  return Object.entries(meanings)
    .map(([name, meaning]) => `  ${name.padEnd(width)}  ${meaning}`)
    .join('\n')
}

/** `ekscope --help`. */
export async function generalHelp(): Promise<string> {
  const all = await Promise.all(Object.values(commands).map((command) => command()))
  return `Ekscope shows, edits and proves the AWS identity behind every kubectl context for Amazon EKS.

Usage: ekscope COMMAND [options]

${lines(Object.fromEntries(all.map((command) => [nameOf(command), command.summary])))}

Options of every command:
${lines(globals)}

Exit status: 0 fine, 1 the answer is bad news, 2 wrong usage, 3 the command could not be carried out.
`
}

/** `ekscope COMMAND --help`. */
export function commandHelp({ usage, summary, help = {}, examples }: Command): string {
  const own = Object.keys(help).length > 0 ? `\nOptions:\n${lines(help)}\n` : ''
  return `${capital(summary)}.

Usage: ekscope ${usage}
${own}
Examples:
${examples.map((example) => `  ${example}\n`).join('')}
Options of every command:
${lines(globals)}
`
}
