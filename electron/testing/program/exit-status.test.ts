/** The exit status says what was done, also when the output could not be written; a refusal is one JSON document, too. */
import { chmodSync, mkdirSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { full } from '../../../shared/testing/counts'
import { useTerminal } from './terminal'

const config = `apiVersion: v1
kind: Config
clusters:
- {name: c, cluster: {server: "https://c.test"}}
contexts:
- {name: one, context: {cluster: c, user: u}}
- {name: two, context: {cluster: c, user: u}}
current-context: one
users:
- {name: u, user: {token: t}}
`
const terminal = useTerminal({ config, inProcess: true })
const { ekscope, done } = terminal
/** Runs it with these redirections of a shell. */
const shell = (redirected: string, ...args: readonly string[]) =>
  terminal.run('/bin/sh', ['-c', `"$0" "$@" ${redirected}`, process.execPath, terminal.program, ...args])
const current = () => /^current-context: (.*)$/m.exec(terminal.text())?.[1]

test.each([
  ['full', '> /dev/full', 'standard output could not be written (ENOSPC)'],
  ['closed', '>&-', ''],
  ['read by a process that has gone', '3>&1 >&4 4>&- | true', ''],
])(
  'a write whose report cannot be printed is a write: standard output is %s',
  async (_, redirected, said) => {
    const command = redirected.includes('|')
      ? `{ "$0" "$@"; echo "status $?" >&2; } | true`
      : `"$0" "$@" ${redirected}; echo "status $?" >&2`
    const words = [process.execPath, terminal.program, 'use', 'two']
    const run = await terminal.run('/bin/sh', ['-c', command, ...words])
    expect(run.stderr).toContain('status 0')
    expect(run.stderr).toContain(said)
    expect(current()).toBe('two')
    const json = await terminal.run('/bin/sh', ['-c', command, ...words.slice(0, 3), 'one', '--json'])
    expect(json.stderr).toContain('status 0')
    expect(current()).toBe('one')
  },
)

test('neither full nor closed standard error stops a write, and what it would have said is missed aloud', async () => {
  // A doubt is said on standard error before the write.
  const doubtful = ['set-namespace', 'one', 'Not_Legal'] as const
  const full = await shell('2> /dev/full', ...doubtful)
  expect([full.status, full.stdout]).toEqual([
    0,
    expect.stringContaining('standard error could not be written (ENOSPC)'),
  ])
  expect(terminal.text()).toContain('Not_Legal')
  expect((await shell('2>&-', 'set-namespace', 'two', 'Not_Legal')).status).toBe(0)
  expect((await shell('2> /dev/full', 'use', 'two', '--json')).stdout).toMatch(/^\{.*\}\n$/s)
})

test('a failure is a failure, wherever its reason went', async () => {
  for (const redirected of ['2> /dev/full', '2>&-', '> /dev/full 2>&1', '>&- 2>&-', '> /dev/full'])
    expect([redirected, (await shell(redirected, 'use', 'nope')).status]).toEqual([redirected, 3])
  const gone = `{ "$0" "$@" 2>&1; echo $? > "$HOME/status"; } | true`
  await terminal.run('/bin/sh', ['-c', gone, process.execPath, terminal.program, 'use', 'nope'])
  expect(terminal.text(`${terminal.home}/status`)).toBe('3\n')
})

test('what a command was for and could not print is no success, but for a reader that has seen enough', async () => {
  for (const args of [
    ['list'],
    ['list', '--json'],
    ['export', 'one'],
    ['history'],
    ['use', 'two', '--dry-run'],
    ['--help'],
  ]) {
    const run = await shell('> /dev/full', ...args)
    expect([args, run.status]).toEqual([args, 3])
    expect(run.stderr).toContain('standard output could not be written (ENOSPC)')
  }
  const head = `{ "$0" "$@"; echo "status $?" >&2; } | true`
  const run = await terminal.run('/bin/sh', ['-c', head, process.execPath, terminal.program, 'list'])
  expect(run.stderr).toBe('status 0\n')
})

test.each([
  ['an unknown context', ['use', 'nope'], 3, 'not-found'],
  ['an unknown write', ['undo', 'nope'], 3, 'not-found'],
  ['an unknown command', ['nope'], 2, 'usage'],
  ['an unknown option', ['list', '--nope'], 2, 'usage'],
  ['no command', ['--', 'list'], 2, 'usage'],
  ['a value that is none', ['set-role', 'one', 'nope'], 2, 'usage'],
  ['a shared entry', ['set-role', 'one', '--none'], 3, /./],
  ['a lock', ['use', 'two', '--lock-wait', '0'], 3, 'locked'],
  ['a dry run that is refused', ['rename', 'one', 'two', '--dry-run'], 3, /./],
  ['a file that does not exist', ['list', '--kubeconfig', '/nowhere/config'], 3, 'missing'],
])(
  'with --json a refusal is one document with code, message and next: %s',
  async (what, args, status, code) => {
    if (what === 'a lock') writeFileSync(`${terminal.file}.lock`, '')
    const run = await ekscope(['--json', ...args])
    expect(run.status).toBe(status)
    const { error, ...more } = JSON.parse(run.stdout)
    expect(more).toEqual({})
    expect(error).toEqual({
      code: typeof code === 'string' ? code : expect.stringMatching(code),
      message: expect.stringMatching(/./),
      next: expect.stringMatching(/./),
    })
    expect(run.stderr).toMatch(/^ekscope: .+\n$/)
    expect((await ekscope(args)).stdout).toBe('')
  },
)

test('a context that is called --json asks for no JSON', async () => {
  expect((await ekscope(['use', '--', '--json'])).stdout).toBe('')
})

test.each([
  ['below a file', (state: string) => writeFileSync(state, ''), 'deeper'],
  ['a file', (state: string) => writeFileSync(state, ''), ''],
  ['a link to itself', (state: string) => symlinkSync(state, state), ''],
  ['a link to nothing', (state: string) => symlinkSync('/nowhere/at/all', state), ''],
  ['in a folder of the system', () => undefined, '/proc/ekscope'],
  ['with too long a name', () => undefined, 'x'.repeat(300)],
  ['a device', () => undefined, '/dev/null'],
])('a data folder that cannot be made is one sentence with what to do: %s', async (_, place, below) => {
  const state = `${terminal.home}/odd`
  place(state)
  const EKSCOPE_HOME = below.startsWith('/') ? below : [state, below].filter(Boolean).join('/')
  const run = await ekscope(['use', 'two'], { EKSCOPE_HOME })
  expect(run).toMatchObject({ status: 3, stdout: '' })
  // Of a link to nothing it says before what does not count meanwhile.
  expect(run.stderr).toMatch(/^(?:ekscope: .+ leads nowhere\. .+\n)?ekscope: .+EKSCOPE_HOME.*\n$/)
  expect(current()).toBe('one')
  for (const args of [['list'], ['history'], ['use', 'two', '--dry-run']])
    expect([args, (await ekscope(args, { EKSCOPE_HOME })).status]).toEqual([args, 0])
})

test('the lock of an Ekscope that was killed in this run of the machine is taken over, also where the machine was renamed', async () => {
  const owner = (more: object) => ({
    host: 'old-name',
    bootId: terminal.text('/proc/sys/kernel/random/boot_id').trim(),
    namespace: readlinkSync('/proc/self/ns/pid'),
    pid: 4_999_999,
    startTime: '1',
    ...more,
  })
  const lock = (more: object) =>
    writeFileSync(
      `${terminal.file}.lock`,
      JSON.stringify({ program: 'ekscope', id: 'x', owner: owner(more) }),
    )
  lock({})
  await done(['use', 'two', '--lock-wait', '2'])
  for (const more of [{ bootId: 'of another machine' }, { bootId: '' }, { namespace: 'pid:[1]' }]) {
    lock(more)
    expect((await ekscope(['use', 'one', '--lock-wait', '0'])).status).toBe(3)
  }
})

test('another program’s lock is waited for aloud, once, where standard error is no terminal', async () => {
  writeFileSync(`${terminal.file}.lock`, '')
  const run = await ekscope(['use', 'two', '--lock-wait', '2'])
  expect(run.status).toBe(3)
  expect(run.stderr.match(/waiting for the lock/g)).toHaveLength(1)
  const [first = ''] = run.stderr.split('\n')
  // How old depends on how long the program takes to start.
  expect(first.replace(/\d+ s old/, 'N s old')).toBe(
    `ekscope: waiting for the lock ${terminal.file}.lock, which is N s old.`,
  )
  expect((await ekscope(['use', 'two', '--lock-wait', '0'])).stderr).not.toContain('waiting')
})

test('what is exported over a link goes to the file that it leads to, and the link stays', async () => {
  const [target, link] = [`${terminal.home}/target`, `${terminal.home}/link`]
  terminal.write('target', 'old')
  symlinkSync(target, link)
  await done(['export', 'one', '--out', link, '--force'])
  expect(terminal.text(target)).toContain('name: one')
  expect(statSync(target).mode & 0o777).toBe(0o600)
  expect((await terminal.run('readlink', [link])).stdout).toBe(`${target}\n`)
  symlinkSync('/nowhere/at/all', `${terminal.home}/dangling`)
  expect((await ekscope(['export', 'one', '--out', `${terminal.home}/dangling`, '--force'])).status).toBe(3)
  // A link to a file in use is that file.
  symlinkSync(terminal.file, `${terminal.home}/in-use`)
  expect((await ekscope(['export', 'one', '--out', `${terminal.home}/in-use`, '--force'])).status).toBe(3)
  expect(terminal.text()).toBe(config)
})

test.skipIf(!full)(
  'what an import from standard input names by a relative path is warned about, commands too',
  async () => {
    const imported = (command: string) =>
      `clusters:\n- {name: sc, cluster: {server: "https://s"}}\ncontexts:\n- {name: sx, context: {cluster: sc, user: su}}\nusers:\n- {name: su, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: ${command}, interactiveMode: Never}}}\n`
    const run = (command: string) => ekscope(['import', '-', '--dry-run'], {}, { input: imported(command) })
    for (const command of ['./bin/get', 'bin/get', '../get'])
      expect((await run(command)).stderr).toContain(`“su” names the command “${command}” by a relative path`)
    for (const command of ['aws', '/usr/bin/aws', 'get-token.sh'])
      expect((await run(command)).stderr).not.toContain('relative path')
  },
)

test.skipIf(!full)('the dry run of a file with CRLF is a diff that patch takes', async () => {
  const crlf = terminal.write('crlf', config.replaceAll('\n', '\r\n'))
  const mixed = terminal.write(
    'mixed',
    config.replace('clusters:\n', 'clusters:\r\n').replace('users:\n', 'users:\r\n'),
  )
  for (const file of [crlf, mixed])
    for (const args of [
      ['use', 'two'],
      ['set-namespace', 'one', 'web'],
      ['rename', 'two', 'other'],
      ['delete', 'one'],
    ]) {
      const { stdout } = await done([...args, '--kubeconfig', file, '--dry-run'])
      const patched = await terminal.run(
        'patch',
        ['-s', '-o', `${terminal.home}/patched`, file, '-'],
        {},
        { input: stdout },
      )
      expect([args, patched]).toEqual([args, { status: 0, stdout: '', stderr: '' }])
      const copy = terminal.write('copy', terminal.text(file))
      await done([...args, '--kubeconfig', copy])
      expect(terminal.text(`${terminal.home}/patched`)).toBe(terminal.text(copy))
    }
})

test('a folder that takes no file: a command that only looks is not disturbed', async () => {
  mkdirSync(terminal.state, { mode: 0o500 })
  chmodSync(terminal.state, 0o500)
  expect((await ekscope(['list'])).status).toBe(0)
})
