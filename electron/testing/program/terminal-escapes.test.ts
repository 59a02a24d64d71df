/** Names, paths and arguments that would colour, title, hide or reorder: no command writes one raw to the terminal. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundleForNode, removeFolder } from '../bundle'
import { runProgram } from '../real-programs'

let folder: string
let program: string
let file: string
const evil = '\u001b]0;title\u0007\u009b31m\u202e\u200b'
const written = JSON.stringify(evil).replace('\u009b', '\\u009b').replace('\u200b', '\\u200b')

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ekscope-words-'))
  program = await bundleForNode('electron/cli.ts', folder, 'cli')
  mkdirSync(join(folder, '.kube'))
  file = join(folder, '.kube/config')
  writeFileSync(
    file,
    `current-context: ${written}
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
  )
}, 120_000)
afterAll(() => removeFolder(folder))

const ekscope = (args: readonly string[], kubeconfig: string) =>
  runProgram(
    process.execPath,
    [program, ...args],
    { HOME: folder, PATH: '/usr/bin:/bin', KUBECONFIG: kubeconfig, EKSCOPE_HOME: join(folder, 'state') },
    { cwd: folder },
  )

test.each([
  [['list']],
  [['list', '--json']],
  [['whoami', evil]],
  [['set-namespace', evil, `${evil}2`, '--dry-run']],
  [['set-namespace', evil, `${evil}2`, '--dry-run', '--json']],
  [['set-namespace', evil, `${evil}2`]],
  [['clone', evil, `${evil}3`, '--json']],
  [['rename', `${evil}3`, `${evil}4`, '--cascade']],
  [['split-user', 'dangling']],
  [['set-role', evil, evil]],
  [['set-profile', evil, evil]],
  [['move', `${evil}4`, '--to', evil]],
  [['export', evil]],
  [['export', evil, '--out', `nowhere/${evil}/out`]],
  [['import', `nowhere/${evil}`]],
  [['delete', `${evil}9`]],
  [['fix', 'unsafe-name', evil]],
  [['add', '--cluster', evil, '--region', evil]],
  [['history']],
  [['history', '--json']],
  [['undo']],
  [['undo', evil]],
  [['use', evil]],
  [[evil]],
  [['list', `--${evil}`]],
  [['list', '--kubeconfig', evil]],
] as const)('ekscope %j', async (args) => {
  const { stdout, stderr } = await ekscope(args, args.length === 1 ? `${file}:${folder}/${evil}` : file)
  const raw = /(?!\n)[\p{Cc}\u202e\u200b]/u
  // An exported kubeconfig is a file, not a sentence: it goes out as it is written.
  expect([args[0] === 'export' ? '' : stdout, stderr].join('').match(raw)).toBeNull()
  expect(stderr).not.toMatch(/went wrong inside/)
})
