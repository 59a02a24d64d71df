/** Names, paths and arguments that would colour, title, hide or reorder: no command writes one raw to the terminal. */
import { expect, test } from 'vitest'
import { commandNames } from '../../cli/commands'
import { useTerminal } from './terminal'

const evil = '\u001b]0;title\u0007\u009b31m\u202e\u200b'
const written = JSON.stringify(evil).replace('\u009b', '\\u009b').replace('\u200b', '\\u200b')

const terminal = useTerminal({
  inProcess: true,
  config: `current-context: ${written}
clusters:
- name: ${written}
  cluster: {server: "https://u:p@\\u001b[31mx", proxy-url: ${written}}
contexts:
- name: ${written}
  context: {cluster: ${written}, user: ${written}, namespace: ${written}}
- name: dangling
  context: {cluster: "\\u001b[1mgone", user: "\\u001b[1mgone"}
users:
- name: ${written}
  user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [eks, get-token, --cluster-name, ${written}]}}
`,
})

/** One after the other in one home: what one has written, the next one shows. */
const commands: readonly (readonly string[])[] = [
  ['list'],
  ['list', '--json'],
  ['whoami', evil],
  ['set-namespace', evil, `${evil}2`, '--dry-run'],
  ['set-namespace', evil, `${evil}2`, '--dry-run', '--json'],
  ['set-namespace', evil, `${evil}2`],
  ['clone', evil, `${evil}3`, '--json'],
  ['rename', `${evil}3`, `${evil}4`, '--cascade'],
  ['split-user', 'dangling'],
  ['set-role', evil, evil],
  ['set-profile', evil, evil],
  ['replace-role', evil, evil],
  ['replace-profile', evil, evil, evil],
  ['move', `${evil}4`, '--to', evil],
  ['scatter', evil, '--to', `${evil}5`],
  ['export', evil],
  ['export', evil, '--out', `nowhere/${evil}/out`],
  ['import', `nowhere/${evil}`],
  ['merge', `nowhere/${evil}`, '--to', evil],
  ['delete', `${evil}9`],
  ['fix', 'unsafe-name', evil],
  ['add', '--cluster', evil, '--region', evil],
  ['exec', evil, '--', 'true'],
  ['exec', `${evil}9`, '--', 'true'],
  ['exec', 'dangling', '--', evil],
  ['env', evil],
  ['shell', evil],
  ['shell', `${evil}9`],
  ['shell', '--leave'],
  ['env', `${evil}9`],
  ['token', evil],
  ['token', `${evil}9`],
  ['history'],
  ['history', '--json'],
  ['undo'],
  ['undo', evil],
  ['redo'],
  ['reapply', evil],
  ['restore', evil],
  ['explain', evil],
  ['compare', evil],
  ['compare', 'app', 'clean'],
  ['lint'],
  ['lint', '--json'],
  ['refresh', evil],
  ['set-region', evil, evil],
  ['set-server', evil, `https://${evil}`],
  ['set-proxy', evil, evil],
  ['set-tls-server-name', evil, evil],
  ['set-token', evil, '--by', 'ekscope'],
  ['expect', evil, evil],
  ['production', evil],
  ['settings', evil],
  ['settings', 'template', evil],
  ['production', '--pattern', evil, '--cluster', evil],
  ['production'],
  ['production', evil, '--none'],
  ['mute', 'unpinned', evil, '--reason', evil],
  ['mute'],
  ['unmute', 'unpinned', evil],
  ['trust', 'list'],
  ['use', evil],
  ['identities'],
  ['identities', '--json'],
  ['identities', '--prove', evil],
  ['clusters'],
  ['clusters', '--json'],
  ['access', evil],
  ['access', evil, '--migration'],
  ['access', evil, '--may', '--namespace', evil],
  ['discover', '--profile', evil, '--region', evil],
  ['profile', 'set', evil, evil, evil],
  ['profile', 'add', evil],
  ['profile', 'rename', evil, `${evil}2`],
  ['profile', 'delete', evil],
  ['login', evil],
  ['logout', evil],
  ['completion', evil],
  [evil],
  ['list', `--${evil}`],
  ['list', '--kubeconfig', evil],
  ['list', '-o', evil],
  ['list', '-o', 'wide'],
  ['list', '-o', 'name'],
  ['list', '-o', 'yaml'],
  ['current'],
  ['current', '--prompt'],
  ['current', '--json'],
  ['doctor'],
  ['report'],
  ['report', '--format', 'csv'],
  ['report', '--format', 'html'],
  ['report', '--format', 'svg'],
  ['report', '--json'],
]

test('no command prints one raw', async () => {
  const { file, home, ekscope } = terminal
  // The demo has a world of its own, and a script for completion none, of these names.
  const tried = new Set(commands.map(([name]) => name))
  expect(commandNames.filter((name) => !tried.has(name))).toEqual(['demo'])
  for (const args of commands) {
    const KUBECONFIG = args.length === 1 ? `${file}:${home}/${evil}` : file
    const { stdout, stderr } = await ekscope(args, { KUBECONFIG })
    const raw = /(?!\n)[\p{Cc}\u202e\u200b]/u
    // An exported kubeconfig is a file, not a sentence: it goes out as it is written.
    // Lines of a table for spreadsheets end with two characters.
    const shown = [args[0] === 'export' ? '' : stdout.replaceAll('\r\n', '\n'), stderr].join('')
    expect([args, shown.match(raw)]).toEqual([args, null])
    expect([args, stderr]).toEqual([args, expect.not.stringMatching(/went wrong inside/)])
  }
}, 300_000)
