/**
 * What commands of the terminal do and say, and that the built program, as a real process, does and says the same. What
 * lies between the two (pipes, terminals, signals) is tried with processes.
 */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { readdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { version } from '../../../package.json'
import { commandNames } from '../../cli/commands'
import { type Run, realProgram } from '../real-programs'
import { runHere, useTerminal } from './terminal'

const terminal = useTerminal({ inProcess: true })
const { ekscope, write } = terminal
/** The built program, as a process. */
const built = (args: readonly string[]) => ekscope(args, {}, {})

const prod = 'arn:aws:eks:us-west-2:111111111111:cluster/prod'
const user = (name: string, more: string) => `- name: ${name}
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: aws
      args: [--region, us-west-2, eks, get-token, --cluster-name, prod, --output, json${more}
`
const config = `apiVersion: v1
kind: Config
current-context: admin
clusters:
- name: ${prod}
  cluster: {server: https://abc.gr7.us-west-2.eks.amazonaws.com, certificate-authority-data: QQ==}
contexts:
- name: admin
  context: {cluster: ${prod}, user: shared, namespace: web}
- name: reader
  context: {cluster: ${prod}, user: shared}
- name: role
  context: {cluster: ${prod}, user: role}
- name: "bad\\u202e\\u001b[31m"
  context: {cluster: gone, user: role}
users:
${user('shared', `]\n      env: [{name: AWS_PROFILE, value: pay}]`)}${user('role', ', --role, arn:aws:iam::111111111111:role/Reader]')}`
const aws = `[profile pay]
role_arn = arn:aws:iam::111111111111:role/Admin
source_profile = base
[profile base]
aws_access_key_id = AKIAEXAMPLE000000001
aws_secret_access_key = secretsecretsecretsecretsecretsecretsecr
`

describe('ekscope list', () => {
  beforeEach(() => {
    write('.kube/config', config)
    write('.aws/config', aws)
  })

  test('--json is one document with a row per context, in the shape that scripts rely on', async () => {
    const { status, stdout, stderr } = await ekscope(['list', '--json'])
    expect([status, stderr]).toEqual([0, ''])
    const answer = JSON.parse(stdout)
    expect(answer.files).toEqual([{ path: path.join(terminal.home, '.kube/config'), problems: [] }])
    expect(answer.currentContext).toBe('admin')
    expect(answer.contexts.map((row: { context: string }) => row.context)).toEqual([
      'admin',
      'reader',
      'role',
      'bad\u202e\u001b[31m',
    ])
    const [admin] = answer.contexts
    expect(admin.aws).toMatchObject({ path: realProgram('aws'), version: expect.stringMatching(/^2\./) })
    expect(admin).toEqual({
      admin: null,
      production: false,
      aws: admin.aws,
      context: 'admin',
      current: true,
      expected: null,
      file: path.join(terminal.home, '.kube/config'),
      namespace: 'web',
      cluster: {
        entry: prod,
        server: 'https://abc.gr7.us-west-2.eks.amazonaws.com',
        name: 'prod',
        region: 'us-west-2',
        account: '111111111111',
        partition: 'aws',
        tokenFor: null,
      },
      user: 'shared',
      sharedWith: ['reader'],
      auth: 'aws',
      profile: 'pay',
      profilePinnedBy: 'env',
      role: null,
      intended: {
        arn: 'arn:aws:iam::111111111111:role/Admin',
        accessKeyId: null,
        profile: 'pay',
        account: '111111111111',
        by: expect.arrayContaining(['source_profile base']),
      },
      predicted: {
        arn: 'arn:aws:iam::111111111111:role/Admin',
        accessKeyId: null,
        account: '111111111111',
        by: expect.arrayContaining(['source_profile base']),
        certain: true,
        problem: null,
      },
      findings: ['shared-user', 'env-keys-win'],
    })
    expect(answer.contexts[2]).toMatchObject({
      role: 'arn:aws:iam::111111111111:role/Reader',
      profilePinnedBy: 'none',
      namespace: null,
      current: false,
    })
    expect(answer.contexts[3]).toMatchObject({
      cluster: { entry: 'gone', server: null },
      findings: ['shared-user', 'audit-name-lost', 'dangling-cluster'],
    })
    expect(stdout).not.toContain('secretsecret')
  })

  test("the environment counts: keys in the caller's beat a profile pinned by env, in a clean one they do not", async () => {
    const keys = { AWS_ACCESS_KEY_ID: 'AKIAOTHER00000000001', AWS_SECRET_ACCESS_KEY: 'x'.repeat(40) }
    const asCaller = JSON.parse((await ekscope(['list', '--json'], keys)).stdout).contexts[0]
    expect(asCaller.predicted).toMatchObject({ arn: null, accessKeyId: 'AKIAOTHER00000000001' })
    expect(asCaller.intended.arn).toBe('arn:aws:iam::111111111111:role/Admin')
    const clean = await ekscope(['list', '--json', '--environment', 'clean'], keys)
    expect(JSON.parse(clean.stdout).contexts[0].predicted.arn).toBe('arn:aws:iam::111111111111:role/Admin')
  })

  test('--environment login-shell reads the startup files, and still shows the files of the caller', async () => {
    write(
      '.profile',
      'export AWS_ACCESS_KEY_ID=AKIASHELL00000000001 AWS_SECRET_ACCESS_KEY=x KUBECONFIG=/nowhere\n',
    )
    const { stdout } = await ekscope(['list', '--json', '--environment', 'login-shell'])
    const answer = JSON.parse(stdout)
    expect(answer.contexts).toHaveLength(4)
    expect(answer.contexts[0].predicted.accessKeyId).toBe('AKIASHELL00000000001')
    expect(answer).toMatchObject({ environment: 'login-shell', problem: null })
    // The line of the startup file that sets it, wherever it is named.
    expect(answer.contexts[0].predicted.by[0]).toBe('AWS_ACCESS_KEY_ID of the login shell (~/.profile:1)')
    const lint = await ekscope(['lint', '--environment', 'login-shell'])
    expect(lint.stdout).toContain('AWS_ACCESS_KEY_ID of the login shell (~/.profile:1) is used instead')
    // Known in part only: that is said in the JSON, too.
    write('.bashrc', 'exit 3\n')
    const partly = ['list', '--json', '--environment', 'login-shell']
    const { stdout: part, stderr } = await ekscope(partly, { SHELL: '/bin/bash' })
    const { problem, contexts } = JSON.parse(part)
    expect(problem).toContain('only what its login files set is known')
    expect(stderr).toContain(problem)
    expect(contexts[0].predicted.accessKeyId).toBe('AKIASHELL00000000001')
  })

  test('as a table, names that would hide or reorder text are shown by their code points', async () => {
    const { status, stdout } = await ekscope(['list'])
    expect(status).toBe(0)
    expect(stdout).toContain('bad⟨U+202E⟩⟨U+001B⟩[31m')
    expect(stdout).not.toMatch(/[\u001b\u202e]/)
    expect(stdout.split('\n')[1]).toMatch(/^\* +admin +prod +111111111111 +us-west-2 +pay \(env\)/)
  })

  test('of the contexts that are named alone; an unknown one is refused', async () => {
    const { contexts } = JSON.parse((await ekscope(['list', '-o', 'json', 'role', 'admin'])).stdout)
    expect(contexts.map((row: { context: string }) => row.context)).toEqual(['admin', 'role'])
    const { stdout } = await ekscope(['list', 'role'])
    expect(stdout.split('\n').map((line) => line.trim().split(/\s+/)[0])).toEqual(['CONTEXT', 'role', ''])
    const unknown = await ekscope(['list', 'role', 'nope', '--output', 'json'])
    expect([unknown.status, JSON.parse(unknown.stdout).error.code]).toEqual([3, 'not-found'])
  })

  test('-o name: one a line; -o wide: namespace, user and file too; -o yaml: what the JSON says', async () => {
    const hostile = 'bad⟨U+202E⟩⟨U+001B⟩[31m'
    expect((await ekscope(['list', '-o', 'name'])).stdout).toBe(`admin\nreader\nrole\n${hostile}\n`)
    const [head = '', admin = ''] = (await ekscope(['list', '-o', 'wide'])).stdout.split('\n')
    expect([head, admin]).toEqual([
      expect.stringMatching(/FINDINGS +ADMIN +PRODUCTION +NAMESPACE +USER +FILE$/),
      expect.stringMatching(/ web +shared +\/.*\/config$/),
    ])
    const yaml = (await ekscope(['list', '-o', 'yaml'])).stdout
    expect(yaml).not.toMatch(/[\u001b\u202e]/)
    expect(parse(yaml)).toEqual(JSON.parse((await ekscope(['list', '--json'])).stdout))
  })

  test('makes no file of its own', async () => {
    await ekscope(['list', '--json'])
    expect((await readdir(terminal.home)).sort()).toEqual(['.aws', '.kube'])
  })

  test('a reader that has seen enough ends it quietly', async () => {
    const script = '"$0" "$1" list --json | head -c 10; sleep 0.3'
    const run = await terminal.run('/bin/sh', ['-c', script, process.execPath, terminal.program])
    expect(run).toEqual({ status: 0, stdout: '{\n  "files', stderr: '' })
  })
})

describe('files that cannot be read', () => {
  const torn = 'apiVersion: v1\ncontexts: [\n'
  test('no kubeconfig at all is no error: it says what was looked for', async () => {
    const run = await ekscope(['list'])
    expect(run).toEqual({
      status: 0,
      stdout: `No kubeconfig: looked for ${terminal.home}/.kube/config.\n`,
      stderr: '',
    })
    expect(JSON.parse((await ekscope(['list', '--json'])).stdout)).toMatchObject({
      currentContext: null,
      contexts: [],
    })
  })

  test('a torn file is told with its line beside the good one', async () => {
    const good = write('.kube/config', config)
    const bad = write('torn', torn)
    const { status, stdout } = await ekscope(['list', '--json'], { KUBECONFIG: `${bad}:${good}` })
    expect(status).toBe(0)
    const answer = JSON.parse(stdout)
    expect(answer.contexts).toHaveLength(4)
    expect(answer.files[0]).toMatchObject({
      path: bad,
      problems: [{ severity: 'error', line: expect.any(Number) }],
    })
    const human = await ekscope(['list'], { KUBECONFIG: `${bad}:${good}` })
    expect(human.stderr).toContain(`ekscope: ${bad}:`)
  })

  test('where none can be read the status is 3, in one line with what to do', async () => {
    const bad = write('.kube/config', torn)
    const run = await ekscope(['list', '--json'])
    expect(run.status).toBe(3)
    expect(JSON.parse(run.stdout)).toMatchObject({ error: { message: expect.stringContaining(bad) } })
    expect(run.stderr).toMatch(/^ekscope: .*\n$/)
    expect(run.stderr).toContain(bad)
  })

  test('a file named by --kubeconfig must exist', async () => {
    const run = await ekscope(['list', '--kubeconfig', '/nowhere/config'])
    expect(run).toMatchObject({ status: 3, stdout: '' })
    expect(run.stderr).toContain('/nowhere/config')
  })
})

describe('--kubeconfig -', () => {
  const piped = (args: readonly string[], input = config, more = {}) =>
    ekscope(['--kubeconfig', '-', ...args], more, { input })

  test('is standard input, for commands that read, and is called so; paths in it are of the working folder', async () => {
    const run = await piped(
      ['list', '--json'],
      config.replace('prod}', 'prod, certificate-authority: ca.pem}'),
    )
    const { files, contexts } = JSON.parse(run.stdout)
    expect([run.status, run.stderr, files]).toEqual([0, '', [{ path: 'standard input', problems: [] }]])
    expect(contexts[0].file).toBe('standard input')
    expect(contexts.map((row: { context: string }) => row.context).slice(0, 3)).toEqual([
      'admin',
      'reader',
      'role',
    ])
    expect((await piped(['current', '--prompt'])).stdout).toBe('admin not-checked\n')
    const command = write('bin/token', noting('exit 3'), 0o755)
    const whoami = await piped(['whoami', '--json', '--', '--own'], custom(command))
    expect(results(whoami)[0].problem.code).toBe('command-not-allowed')
    const torn = await piped(['list'], 'contexts: [')
    expect([torn.status, torn.stderr]).toEqual([3, expect.stringMatching(/^ekscope: standard input:1/)])
    const gone = await piped(['whoami', 'gone', '--json'])
    expect(JSON.parse(gone.stdout).error.message).toBe('there is no context “gone” in standard input.')
  })

  test('is refused by what writes or hands it on, with the way out', async () => {
    for (const args of [
      ['set-namespace', 'admin', 'x'],
      ['use', 'admin'],
      ['exec', 'admin', '--', 'true'],
      ['env', 'admin'],
      ['shell', 'admin'],
      ['add', '--cluster', 'a', '--region', 'eu-west-1'],
    ]) {
      // Before anything is read: in the process of the test.
      const run = await ekscope(['--kubeconfig', '-', ...args])
      expect([args, run.status, run.stdout, run.stderr]).toEqual([
        args,
        3,
        '',
        'ekscope: --kubeconfig - is standard input, which this command cannot write to or hand on. Save it to a file and name that, or take it over: `ekscope import -`.\n',
      ])
    }
  })
})

describe('on a terminal', () => {
  /** As a user has it: standard output and error are one terminal of so many columns. */
  const onTerminal = async (args: string, more = {}) => {
    const line = `stty cols 90; '${process.execPath}' '${terminal.program}' ${args}`
    const variables = { SHELL: '/bin/sh', TERM: 'xterm', ...more }
    const { stdout } = await terminal.run('/usr/bin/script', ['-qec', line, '/dev/null'], variables)
    return stdout.replaceAll('\r', '')
  }
  beforeEach(() => {
    write('.kube/config', config)
    write('.aws/config', aws)
  })

  test('a table fits, and says what it leaves out; -o wide leaves out nothing', async () => {
    const lines = (await onTerminal('list')).trimEnd().split('\n')
    expect(lines.filter((line) => [...line].length > 90)).toEqual([])
    expect(lines.at(-1)).toMatch(/^No room for ROLE.*: `ekscope list -o wide` shows all\.$/)
    const narrow = await onTerminal('list', { COLUMNS: '40' })
    expect(narrow.split('\n').filter((line) => !line.startsWith('No room') && [...line].length > 40)).toEqual(
      [],
    )
    expect(await onTerminal('list -o wide')).toBe((await ekscope(['list', '-o', 'wide'])).stdout)
  })

  test('verdicts and errors are coloured, unless NO_COLOR is set; a check says what it does', async () => {
    write('.kube/config', custom('/nowhere/token'))
    const shown = await onTerminal('whoami gone static')
    expect(shown).toContain('\u001b[31mbroken\u001b[39m')
    expect(shown).toContain('\u001b[33munsupported\u001b[39m')
    expect(shown).toContain('checking 2 contexts')
    expect(await onTerminal('lst')).toMatch(/^\u001b\[31mekscope:\u001b\[39m there is no command/)
    expect(await onTerminal('lst', { NO_COLOR: '1' })).toMatch(/^ekscope: there is/)
    expect((await built(['whoami', 'gone'])).stdout).not.toContain('\u001b')
    const forced = await terminal.run(process.execPath, [terminal.program, 'whoami', 'gone'], {
      FORCE_COLOR: '1',
    })
    expect(forced.stdout).toContain('\u001b[31mbroken')
  })

  test('a pager shows the result where it is asked for, and nothing is lost where it cannot', async () => {
    const pager = "sed 's/^/paged: /'"
    const names = ['admin', 'reader', 'role'].map((name) => `paged: ${name}\n`).join('')
    expect(await onTerminal('list -o name', { EKSCOPE_PAGER: pager })).toContain(names)
    expect(await onTerminal('list -o name --pager', { PAGER: pager })).toContain(names)
    expect(await onTerminal('list -o name', { PAGER: pager })).not.toContain('paged')
    expect(await onTerminal('list -o name --pager', { PAGER: '/nowhere/pager' })).toContain(
      'admin\nreader\nrole\n',
    )
    expect(await onTerminal('list -o name --pager', { PAGER: 'cat >/dev/null; exit 1' })).toMatch(/^admin\n/)
    expect(await onTerminal('list -o name --pager; echo $?', { PAGER: 'true' })).toBe('0\n')
    const itself = `'${process.execPath}' '${terminal.program}' list -o name --pager`
    expect(await onTerminal('list -o name', { EKSCOPE_PAGER: itself })).toMatch(/^admin\n/)
    const piped = await terminal.run(process.execPath, [terminal.program, 'list', '-o', 'name'], {
      EKSCOPE_PAGER: pager,
    })
    expect(piped.stdout).toMatch(/^admin\n/)
  })
})

describe('wrong usage', () => {
  const helpOf = ([name = '']: readonly string[]) =>
    commandNames.includes(name) ? `${name} --help` : '--help'

  test.each([
    [['nothing']],
    [['list', '-o', 'xml']],
    [['lint', '-o', 'yaml']],
    [['list', '--wrong']],
    [['list', '--environment', 'mars']],
    [['list', '--kubeconfig']],
    [['whoami', '--concurrency', 'many']],
    [['whoami', '--concurrency', '0']],
    [['whoami', '--allow-exec']],
    [['--', 'list']],
  ])('%j: status 2 and one line that says so', async (args) => {
    write('.kube/config', config)
    const run = await ekscope(args)
    expect(run).toMatchObject({ status: 2, stdout: '' })
    expect(run.stderr).toMatch(/^ekscope: .+\n$/)
    expect(run.stderr).toContain(`\`ekscope ${helpOf(args)}\` shows what there is.`)
  })

  test.each([
    [['lst'], 'there is no command “lst”. Did you mean “list”?'],
    [['set-rol', 'a', 'b'], 'there is no command “set-rol”. Did you mean “set-role”?'],
    [['whoami', '--strct'], 'unknown option “--strct”. Did you mean “--strict”?'],
    [['list', '--wide'], 'unknown option “--wide”. Did you mean “-o wide”?'],
    [['hlep'], 'there is no command “hlep”. Did you mean “help”?'],
    [['-v'], 'unknown option “-v”. Did you mean “-V”?'],
    [['list', '-o'], '-o takes a value.'],
    [['list', '--kubconfig=x'], 'unknown option “--kubconfig”. Did you mean “--kubeconfig”?'],
    [['list', '--json', '-o', 'wide'], '--json and -o wide ask for two forms: give one of them.'],
  ])('%j: what was meant is said', async (args, said) => {
    const run = await ekscope(args)
    expect([run.status, run.stderr]).toEqual([
      2,
      `ekscope: ${said} \`ekscope ${helpOf(args)}\` shows what there is.\n`,
    ])
  })

  test('nothing at all, help, version and their short forms are the same as the options', async () => {
    const help = await ekscope(['--help'])
    for (const args of [[], ['help'], ['-h'], ['help', 'help']]) expect(await ekscope(args)).toEqual(help)
    const ofList = await ekscope(['list', '--help'])
    expect(await ekscope(['help', 'list'])).toEqual(ofList)
    expect(ofList.stdout).toContain('Examples:\n  ekscope list\n')
    for (const args of [['version'], ['-V']])
      expect(await ekscope(args)).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' })
    expect((await ekscope(['help', 'lst'])).stderr).toContain('Did you mean “list”?')
    expect(JSON.parse((await ekscope(['version', '-o', 'json'])).stdout)).toEqual({ version })
  })

  test('help and version need nothing', async () => {
    expect(await ekscope(['--version'])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' })
    const help = await ekscope(['--help'])
    const json = async (...args: readonly string[]) => JSON.parse((await ekscope([...args, '--json'])).stdout)
    expect(await json('--version')).toEqual({ version })
    expect(await json('--help')).toEqual({ help: help.stdout })
    expect(await json('list', '--help')).toEqual({ help: expect.stringContaining('ekscope list') })
    expect(help.status).toBe(0)
    for (const name of ['list', 'whoami', 'demo', '--kubeconfig', '--environment', '--json']) {
      expect(help.stdout).toContain(name)
    }
    expect((await ekscope(['whoami', '-h'])).stdout).toContain('--allow-exec CONTEXT')
  })

  test('globals may stand before the command', async () => {
    const file = write('other', config)
    expect(
      JSON.parse((await ekscope(['--json', '--kubeconfig', file, 'list'])).stdout).contexts,
    ).toHaveLength(4)
  })
})

/** A command that notes that it ran, then answers as it is told. */
const noting = (answer: string) => `#!/bin/sh\necho "$@" >> "$HOME/ran"\n${answer}\n`
const custom = (command: string, more = '') => `apiVersion: v1
kind: Config
clusters:
- name: c
  cluster: {server: "https://127.0.0.1:1"}
contexts:
- name: --own
  context: {cluster: c, user: own}
- name: static
  context: {cluster: c, user: static}
- name: gone
  context: {cluster: c, user: nobody}
${more}
users:
- name: own
  user:
    exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: ${command}, args: [go]}
- name: static
  user: {token: canary-token-of-the-file}
`
const ran = () => readFile(path.join(terminal.home, 'ran'), 'utf8').catch(() => 'not run')
const results = (run: Run) => JSON.parse(run.stdout).results

describe('ekscope whoami', () => {
  test('runs nothing unknown: such a context is broken, and how to allow it is told', async () => {
    const command = write('bin/token', noting('echo {}'), 0o755)
    write('.kube/config', custom(command))
    const run = await ekscope(['whoami', '--json', '--', '--own'])
    expect(run.status).toBe(1)
    expect(results(run)).toMatchObject([
      {
        context: '--own',
        verdict: 'broken',
        proven: null,
        seen: null,
        problem: { code: 'command-not-allowed' },
      },
    ])
    expect(await ran()).toBe('not run')
  })

  test('a folder of PATH that others may make is one question with its remedy, and its answer holds for all', async () => {
    const program = write('bin/aws', noting('exit 3'), 0o755)
    mkdirSync(path.join(terminal.home, 'open'))
    chmodSync(path.join(terminal.home, 'open'), 0o1777)
    const coming = path.join(terminal.home, 'open/nosuch/bin')
    const variables = terminal.variables({
      PATH: `${coming}:${terminal.home}/bin:/usr/bin:/bin`,
      AWS_ACCESS_KEY_ID: 'AKIA1',
      AWS_SECRET_ACCESS_KEY: 'x',
    })
    const whoami = (...more: readonly string[]) =>
      runHere(['whoami', '--json', ...more], variables, terminal.home)
    const user = (name: string, args: string) =>
      `- {name: ${name}, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [${args}]}}}\n`
    write(
      '.kube/config',
      `clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
contexts:
${['one', 'two', 'odd'].map((name) => `- {name: ${name}, context: {cluster: c, user: ${name}}}\n`).join('')}users:
${user('one', 'eks, get-token, --cluster-name, a')}${user('two', 'eks, get-token, --cluster-name, b')}${user('odd', '--debug, eks, get-token, --cluster-name, c')}`,
    )
    const before = await whoami()
    expect(before.stderr).toContain(`to fix it    Take ${coming} out of PATH, or make it yourself.`)
    const { questions } = JSON.parse(before.stdout)
    expect(questions).toMatchObject([
      {
        kind: 'program',
        command: 'aws',
        contexts: ['one', 'two'],
        doubts: [{ place: coming }],
        safe: program,
      },
      { kind: 'exec', args: ['--debug', 'eks', 'get-token', '--cluster-name', 'c'], contexts: ['odd'] },
    ])
    const after = await whoami(`--allow-exec=${questions[0].fingerprint}`)
    const codes = results(after).map((one: { problem: { code: string } }) => one.problem.code)
    expect(codes).toEqual(['command-failed', 'command-failed', 'command-not-allowed'])
    expect((await ran()).split('\n').sort()).toEqual([
      '',
      // Nobody knows that aws; before it was allowed it was not asked either.
      '--version',
      'eks get-token --cluster-name a',
      'eks get-token --cluster-name b',
    ])
  })

  test('--allow-exec lets exactly that command run, from then on, until a word of it changes', async () => {
    const command = write('bin/token', noting('exit 3'), 0o755)
    write('.kube/config', custom(command))
    const allowed = await ekscope(['whoami', '--json', '--allow-exec=--own', '--', '--own'])
    expect(results(allowed)[0].problem.code).toBe('command-failed')
    expect(await ran()).toBe('go\n')
    expect(results(await ekscope(['whoami', '--json', '--', '--own']))[0].problem.code).toBe('command-failed')
    write('.kube/config', custom(command).replace('[go]', '[go, further]'))
    expect(results(await ekscope(['whoami', '--json', '--', '--own']))[0].problem.code).toBe(
      'command-not-allowed',
    )
  })

  /** As a user has it: standard output and error are one terminal. */
  const onTerminal = async (...args: readonly string[]) => {
    const line = [process.execPath, terminal.program, ...args].map((word) => `'${word}'`).join(' ')
    const { stdout } = await terminal.run('/usr/bin/script', ['-qec', line, '/dev/null'])
    return stdout.replaceAll('\r', '')
  }

  test('prints the question: whole on a terminal, else masked with its fingerprint, which allows it', async () => {
    const command = write('bin/token', noting('exit 3'), 0o755)
    write('.kube/config', custom(command).replace('[go]', "[go, --token, 'touch  it']"))
    const piped = await ekscope(['whoami', '--', '--own'])
    expect(piped.stderr).toContain(`leads to     ${command}`)
    expect(piped.stderr).not.toContain('touch')
    const print = /fingerprint {2}([0-9a-f]{64})\n/.exec(piped.stderr)?.[1] ?? ''
    expect(piped.stderr).toContain(`ekscope trust show ${print}`)
    const { questions } = JSON.parse((await ekscope(['whoami', '--json', '--', '--own'])).stdout)
    expect(questions).toMatchObject([
      { fingerprint: print, contexts: ['--own'], args: ['go', '--token', '••••••'], tooLong: false },
    ])

    for (const shown of [
      await onTerminal('whoami', '--', '--own'),
      await onTerminal('trust', 'show', print),
    ]) {
      expect(shown).toContain('  argument     touch␣␣it\n')
      expect(shown).toContain(print)
    }
    expect((await ekscope(['trust', 'show', print])).stdout).not.toContain('touch')
    expect(await ran()).toBe('not run')

    // The whole command stands there before it runs.
    const allowed = await onTerminal('whoami', `--allow-exec=${print}`, '--', '--own')
    expect(allowed.indexOf('touch␣␣it')).toBeGreaterThan(-1)
    expect(allowed.indexOf('touch␣␣it')).toBeLessThan(allowed.indexOf('VERDICT'))
    expect(await ran()).toBe('go --token touch  it\n')
    const listed = await ekscope(['trust', 'list'])
    expect(listed.stdout).toContain(`${command} go --token ••••••`)
    expect((await ekscope(['trust', 'forget', print])).status).toBe(0)
    expect((await ekscope(['trust', 'show', 'nothing'])).status).toBe(3)
    expect(results(await ekscope(['whoami', '--json', '--', '--own']))[0].problem.code).toBe(
      'command-not-allowed',
    )
  })

  test('--allow-exec prints what it allows, and allows nothing that is over 8 KiB', async () => {
    const command = write('bin/token', noting('exit 3'), 0o755)
    write('.kube/config', custom(command))
    const { stderr } = await ekscope(['whoami', '--allow-exec=--own', '--', '--own'])
    expect(stderr).toMatch(/^Allowed from now on\. .*\n {2}command .*\/bin\/token\n/)
    await rm(path.join(terminal.home, 'ran'))
    write('.kube/config', custom(command).replace('[go]', `[go, ${'x'.repeat(8_200)}]`))
    const long = await ekscope(['whoami', '--allow-exec=--own', '--', '--own'])
    expect(long).toMatchObject({ status: 3, stderr: expect.stringContaining('longer than 8 KiB') })
    const unknown = await ekscope(['whoami', `--allow-exec=${'0'.repeat(64)}`])
    expect(unknown).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('no context has an open question'),
    })
    expect(await ran()).toBe('not run')
  })

  test('list runs no command and gives no leave', async () => {
    const command = write('bin/token', noting('echo {}'), 0o755)
    write('.kube/config', custom(command))
    await ekscope(['list'])
    await ekscope(['list', '--environment', 'login-shell'])
    expect(await ran()).toBe('not run')
  })

  test('the statuses: 0 for what AWS has no part in, 1 for bad news, 3 for a context that is not there', async () => {
    write('.kube/config', custom('/nowhere/token'))
    const unsupported = await ekscope(['whoami', 'static'])
    expect(unsupported.status).toBe(0)
    expect(unsupported.stdout).toMatch(/static +unsupported/)
    expect(unsupported.stdout).not.toContain('canary')
    expect((await ekscope(['whoami', 'gone'])).status).toBe(1)
    const unknown = await ekscope(['whoami', 'static', 'nope'])
    expect(unknown).toMatchObject({ status: 3, stdout: '' })
    expect(unknown.stderr).toMatch(/^ekscope: there is no context “nope” .*\. `ekscope list` lists/)
  })

  test('nothing is sent to the servers of a foreign file until it is trusted, and again once it changed', async () => {
    let calls = 0
    const server = createServer((socket) => {
      calls += 1
      socket.destroy()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    try {
      write('.kube/config', config)
      const foreign = write('foreign', custom('/nowhere/token').replace(':1"', `:${port}"`))
      const asked = async (...more: string[]) => {
        calls = 0
        const run = await ekscope(['--kubeconfig', foreign, 'whoami', '--json', ...more, 'static'])
        expect(results(run)[0].verdict).toBe('unsupported')
        return calls > 0
      }
      expect(await asked()).toBe(false)
      expect(await asked('--trust-file')).toBe(true)
      expect(await asked()).toBe(true)
      writeFileSync(foreign, `${terminal.text(foreign)}# changed\n`)
      expect(await asked()).toBe(false)
    } finally {
      server.close()
    }
  })

  test('Ctrl+C keeps what was found out, ends the command and its children, and says how far it came', async () => {
    const command = write('bin/token', noting('sleep 300 & echo $! > "$HOME/pid"; sleep 300'), 0o755)
    write('.kube/config', custom(command))
    await ekscope(['whoami', '--allow-exec=--own', 'gone'])
    const { child, ended } = terminal.start(['whoami', '--json', '--', 'gone', '--own'])
    const pid = () => readFile(path.join(terminal.home, 'pid'), 'utf8').then(Number, () => 0)
    await expect.poll(pid, { timeout: 15_000 }).toBeGreaterThan(0)
    child.kill('SIGINT')
    const { status, stdout, stderr } = await ended
    expect(status).toBe(130)
    const answer = JSON.parse(stdout)
    expect(answer.cancelled).toBe(true)
    expect(answer.results.map((one: { context: string }) => one.context)).toEqual(['gone'])
    expect(stderr).toMatch(/interrupted: 1 of 2 contexts were checked/)
    const left = await terminal.run('/bin/ps', ['-o', 'stat=', '-p', String(await pid())])
    expect(left.stdout.trim()).toMatch(/^(Z.*)?$/)
  })

  test('progress is drawn only where standard error is a terminal', async () => {
    write('.kube/config', custom('/nowhere/token'))
    expect((await built(['whoami', 'gone'])).stderr).toBe('')
  })
})

test('run in the process of a test, a command does and says what the built program does', async () => {
  write('.kube/config', config)
  write('.aws/config', aws)
  write('import.yaml', config.replaceAll('admin', 'other'))
  const commands = [
    [],
    ['--version'],
    ['--help'],
    ['list'],
    ['list', '--json'],
    ['list', '--environment', 'login-shell', '--json'],
    ['lint'],
    ['history', '--json'],
    ['trust', 'list'],
    ['export', 'admin'],
    ['export', 'gone', '--json'],
    ['import', 'import.yaml', '--dry-run'],
    ['import', 'nowhere.yaml'],
    ['move', 'role', '--to', 'moved', '--dry-run'],
    ['rename', 'admin', 'boss', '--dry-run', '--json'],
    ['use', 'reader', '--dry-run'],
    ['set-namespace', 'gone', 'web'],
    ['undo'],
    ['whoami', '--json', '--', 'bad\u202e\u001b[31m'],
    ['no-such-command'],
    ['list', '--no-such-option', '--json'],
  ]
  const whole = await Promise.all(commands.map((args) => built(args)))
  for (const [at, args] of commands.entries())
    expect({ args, ...(await runHere(args, terminal.variables(), terminal.home)) }).toEqual({
      args,
      ...whole[at],
    })
})
