/** `ekscope exec` and `env`: what the command or shell gets, what is left behind, and how both end. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { full, someOf } from '../../../shared/testing/counts'
import { runHere, useTerminal, type Variables } from './terminal'

const token = 'canaryTokenOfCi01'
const config = `apiVersion: v1
clusters:
- {name: east, cluster: {server: "https://east.example.com", certificate-authority: ca/east.pem}}
- {name: west, cluster: {server: "https://west.example.com"}}
contexts:
- {name: one, context: {cluster: east, user: cert, namespace: shop}}
- {name: ci, context: {cluster: west, user: ci}}
- {name: "it's", context: {cluster: west, user: bare}}
- {name: --help, context: {cluster: west, user: bare}}
- {name: lost, context: {cluster: nowhere, user: bare}}
- {name: alone, context: {cluster: west, user: nobody}}
current-context: ci
users:
- {name: cert, user: {client-certificate: pki/me.pem, client-key: ../keys/me.key, exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: ./bin/login, args: [a, "b: c"]}}}
- {name: ci, user: {token: ${token}}}
- {name: bare, user: {}}
`
const terminal = useTerminal({ config })
const { done, ekscope, run, start } = terminal
/** Where nothing but what is said and written is judged: in the process of the test (program.test.ts holds it against the program). */
const here = (args: readonly string[], more?: Variables) =>
  runHere(args, terminal.variables(more), terminal.home)
const doneHere = async (args: readonly string[]) => {
  const { status, stdout, stderr } = await here(args)
  expect([args, status, stderr]).toEqual([args, 0, stderr])
  return stdout
}
/** A process of a few milliseconds, where Node would take fifty. */
const sh = (script: string) => ['/bin/sh', '-c', script] as const
const sessions = () => {
  const folder = path.join(terminal.state, 'sessions')
  return existsSync(folder) ? readdirSync(folder) : []
}
const node = (code: string) => [process.execPath, '-e', code] as const
const printed = `const f = process.env.KUBECONFIG; const fs = require('fs'); console.log(JSON.stringify({
  path: f, mode: fs.statSync(f).mode & 0o777, folder: fs.statSync(require('path').dirname(f)).mode & 0o777,
  text: fs.readFileSync(f, 'utf8'), context: process.env.EKSCOPE_CONTEXT, argv: process.argv.slice(1) }))`
const inside = v.object({
  path: v.string(),
  mode: v.number(),
  folder: v.number(),
  text: v.string(),
  context: v.string(),
  argv: v.array(v.string()),
})
const insideOf = (stdout: string) => v.parse(inside, JSON.parse(stdout))

describe('exec', () => {
  test('the command has one context, its paths absolute, in a file of nobody else; afterwards all is as before', async () => {
    const { stdout, stderr } = await done(['exec', 'one', '--', ...node(printed), 'a', '--', '--json', ''])
    const got = insideOf(stdout)
    expect([got.mode, got.folder, got.context, got.argv, stderr]).toEqual([
      0o600,
      0o700,
      'one',
      ['a', '--', '--json', ''],
      '',
    ])
    const copy = terminal.write('copy', got.text)
    const read = await terminal.kubectl(copy)
    const kube = path.dirname(terminal.file)
    expect([read.current, [...read.contexts], [...read.clusters]]).toEqual([
      'one',
      [['one', { cluster: 'east', user: 'cert', namespace: 'shop' }]],
      [['east', { server: 'https://east.example.com', 'certificate-authority': `${kube}/ca/east.pem` }]],
    ])
    expect(read.users.get('cert')).toMatchObject({
      'client-certificate': `${kube}/pki/me.pem`,
      'client-key': `${terminal.home}/keys/me.key`,
      exec: { command: `${kube}/bin/login`, args: ['a', 'b: c'] },
    })
    expect([existsSync(got.path), sessions(), terminal.text()]).toEqual([false, [], config])
  })

  test('a secret is where the command finds it and nowhere else, in memory where the login has such a folder', async () => {
    const runtime = path.join(terminal.home, 'runtime')
    mkdirSync(runtime, { mode: 0o700 })
    const more = { XDG_RUNTIME_DIR: runtime }
    const got = insideOf((await done(['exec', 'ci', '--', ...node(printed)], more)).stdout)
    expect([got.text.includes(token), got.path.startsWith(`${runtime}/ekscope/`)]).toEqual([true, true])
    expect([readdirSync(path.join(runtime, 'ekscope')), sessions()]).toEqual([[], []])
    // Others may look into it: not taken.
    mkdirSync(path.join(terminal.home, 'open'), { mode: 0o755 })
    const open = { XDG_RUNTIME_DIR: path.join(terminal.home, 'open') }
    const other = insideOf((await done(['exec', 'ci', '--', ...node(printed)], open)).stdout)
    expect(other.path.startsWith(`${terminal.state}/sessions/`)).toBe(true)
  })

  // One that Ekscope has a meaning for, and one that a shell has.
  test.each(someOf([0, 1, 77, 143], (status) => status === 1 || status === 143))(
    'the status %i of the command is the status',
    async (status) => {
      expect((await ekscope(['exec', 'one', '--', ...sh(`exit ${status}`)])).status).toBe(status)
    },
  )

  test('a command that a signal ended: so ends Ekscope, as a shell expects of it, and says what is lost of what it wrote', async () => {
    const { ended } = start(['exec', 'one', '--', ...sh('echo >>"$KUBECONFIG"; kill -TERM $$; sleep 9')])
    const { signal, stderr } = await ended
    expect([signal, stderr]).toEqual(['SIGTERM', expect.stringContaining('removed with what was written')])
    expect(sessions()).toEqual([])
    const shell = await run('/bin/sh', [
      '-c',
      '"$0" "$1" exec one -- /bin/sh -c "kill -KILL \\$\\$"; echo $?',
      process.execPath,
      terminal.program,
    ])
    expect([shell.stdout, sessions()]).toEqual(['137\n', []])
  })

  // Those of a terminal's keys are one kind, those that others send another.
  const signals = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2', 'SIGQUIT'] as const
  test.each(someOf(signals, (signal) => signal === 'SIGINT' || signal === 'SIGHUP'))(
    '%s goes to the command, whose end counts',
    async (signal) => {
      const waits = `trap 'echo got; exit 7' ${signal.slice(3)}; echo up; while :; do sleep 0.05; done`
      const { child, ended } = start(['exec', 'one', '--', ...sh(waits)])
      let said = ''
      child.stdout.on('data', (part: Buffer) => {
        said += part.toString()
      })
      while (child.exitCode === null && !said.includes('up')) await sleep(5)
      child.kill(signal)
      const { status, stdout } = await ended
      expect([status, stdout, sessions()]).toEqual([7, 'up\ngot\n', []])
    },
  )

  test('what a killed one left goes with the next, and what still runs stays', async () => {
    const waits = 'echo "$KUBECONFIG"; exec sleep 60'
    const [first, second] = [0, 1].map(() => {
      const { child, ended } = start(['exec', 'one', '--', ...sh(waits)])
      const said = new Promise<string>((resolve) =>
        child.stdout.once('data', (part: Buffer) => resolve(part.toString().trim())),
      )
      return { child, ended, said }
    })
    if (!first || !second) throw new Error('two were started')
    const [path1, path2] = await Promise.all([first.said, second.said])
    const orphan = Number(
      readFileSync(`/proc/${first.child.pid}/task/${first.child.pid}/children`, 'utf8').trim().split(' ')[0],
    )
    first.child.kill('SIGKILL')
    process.kill(orphan, 'SIGKILL')
    await first.ended
    expect(existsSync(path1)).toBe(true)
    await done(['exec', 'one', '--', 'true'])
    expect([existsSync(path1), existsSync(path2)]).toEqual([false, true])
    second.child.kill('SIGTERM')
    await second.ended
    expect(sessions()).toEqual([])
  })

  test.skipIf(!full)('inside of another one it finds what is outside', async () => {
    const ekscopeInside = [process.execPath, terminal.program]
    const relative = { KUBECONFIG: '.kube/config' }
    const nested = ['exec', 'one', '--', ...ekscopeInside, 'exec', 'ci', '--', ...node(printed)]
    const got = insideOf((await done(nested, relative)).stdout)
    expect([got.context, got.text.includes('west.example.com')]).toEqual(['ci', true])
    const listed = await done(['exec', 'one', '--', ...ekscopeInside, 'list', '--json'])
    const { contexts } = v.parse(
      v.object({ contexts: v.array(v.object({ context: v.string() })) }),
      JSON.parse(listed.stdout),
    )
    expect(contexts).toMatchObject([{ context: 'one' }])
    const use = await ekscope(['exec', 'one', '--', ...ekscopeInside, 'use', 'ci'])
    expect([use.status, use.stderr]).toEqual([
      3,
      'ekscope: this shell has a kubeconfig of its own, with the context “one” alone. For another one here: `eval "$(ekscope env ci)"`; to leave it: `eval "$(ekscope env --leave)"`.\n',
    ])
    const named = terminal.write('other', config.replaceAll('one', 'uno'))
    const fromNamed = [
      '--kubeconfig',
      named,
      'exec',
      'uno',
      '--',
      ...ekscopeInside,
      'exec',
      'ci',
      '--',
      ...node(printed),
    ]
    expect(insideOf((await done(fromNamed)).stdout).context).toBe('ci')
  })

  test('in the clean environment it has no keys of the shell', async () => {
    const more = { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'x', AWS_REGION: 'eu-west-1' }
    const args = ['exec', '--environment', 'clean', 'one', '--', '/usr/bin/env']
    const { stdout } = await done(args, more)
    expect(stdout).toContain('AWS_REGION=eu-west-1')
    expect(stdout).not.toContain('AWS_ACCESS_KEY_ID')
    expect((await done(['exec', 'one', '--', '/usr/bin/env'], more)).stdout).toContain('AWS_ACCESS_KEY_ID')
  })

  test.each([
    [['exec'], 2, '“ekscope exec” takes a context and a command: ekscope exec CONTEXT [--aws] -- COMMAND….'],
    [['exec', 'one'], 2, '“ekscope exec” takes a command after “--”'],
    [['exec', 'one', 'kubectl'], 2, '“ekscope exec” takes “--” between the context and the command'],
    [['exec', '', '--', 'ls'], 2, '“ekscope exec” takes the name of a context, and this one is empty'],
    [['exec', 'nope', '--', 'ls'], 3, 'there is no context “nope”'],
    [['exec', 'one', '--', 'no-such-command'], 3, 'there is no command “no-such-command”.'],
    [['exec', 'lost', '--', 'ls'], 3, 'Context “lost” names the cluster “nowhere”, which is in no file.'],
    [['exec', 'alone', '--', 'ls'], 3, 'Context “alone” names the user “nobody”, which is in no file.'],
    [['env'], 2, '“ekscope env” is used like this: ekscope env CONTEXT [--aws], or: ekscope env --leave.'],
    [['env', ''], 2, 'this takes the name of a context, and this one is empty'],
    [['shell', ''], 2, 'this takes the name of a context, and this one is empty'],
    [['shell'], 2, '“ekscope shell” is used like this: ekscope shell CONTEXT [--aws], shell --leave'],
    [['shell', '--leave'], 3, 'this shell is not one that `ekscope shell` started.'],
    [['env', 'one', '--shell', 'nu'], 2, '--shell takes sh, csh, fish, powershell, not “nu”'],
    [['env', '--leave'], 3, 'this shell has no context of its own.'],
    [['env', 'one', '--environment', 'login-shell'], 2, '--environment takes app or clean here'],
    [['use', ''], 2, '“ekscope use” takes the name of a context, and this one is empty'],
    [['use', 'one', 'ci'], 2, '“ekscope use” takes one context'],
    [['use'], 2, '“ekscope use” takes the name of a context where there is no terminal to choose on'],
  ])('%j is refused', async (args, status, said) => {
    const got = await here(args)
    expect([got.status, got.stdout, got.stderr]).toEqual([status, '', expect.stringContaining(said)])
    expect([sessions(), terminal.text()]).toEqual([[], config])
  })

  test('a name that begins with - goes after --, and then the command after another', async () => {
    expect(insideOf((await done(['exec', '--', '--help', '--', ...node(printed)])).stdout).context).toBe(
      '--help',
    )
    expect(await doneHere(['env', '--', '--help'])).toContain('EKSCOPE_CONTEXT=--help')
    expect(await doneHere(['use', '--dry-run', '--', '--help'])).toContain('+current-context: --help')
    const session = { KUBECONFIG: terminal.file, EKSCOPE_SESSION: terminal.file, EKSCOPE_CONTEXT: 'one' }
    expect((await here(['use', '--', '--help'], session)).stderr).toContain('"$(ekscope env -- \'--help\')"')
    for (const command of ['exec', 'env', 'use'])
      expect(await doneHere([command, '--help'])).toMatch(
        /^ *-- CONTEXT.* {2}for a context whose name begins with -/m,
      )
  })

  test('a refusal with --json is the one document; the output of the command stays its own', async () => {
    const refused = await here(['exec', '--json', 'nope', '--', 'ls'])
    expect([refused.status, JSON.parse(refused.stdout)]).toMatchObject([3, { error: { code: 'not-found' } }])
    expect((await done(['exec', '--json', 'one', '--', 'echo', 'hello'])).stdout).toBe('hello\n')
  })
})

describe('env', () => {
  const kubectlSays = 'kubectl config current-context; kubectl config view -o "jsonpath={.contexts[*].name}"'
  const reading = {
    sh: ['/bin/sh', 'eval "$(E env NAME)"'],
    bash: ['/bin/bash', 'source <(E env NAME --shell bash)'],
    zsh: ['/usr/bin/zsh', 'eval "$(E env NAME --shell zsh)"'],
    fish: ['/usr/bin/fish', 'E env NAME --shell fish | source'],
    tcsh: ['/usr/bin/tcsh', 'eval "`E env NAME --shell tcsh`"'],
  } as const
  const scriptOf = (line: string, name: string) =>
    line.replace('E ', `'${process.execPath}' '${terminal.program}' `).replace('NAME', name)

  // fish has words of its own; the three others read the same lines, and sh does so in the tests below.
  const installed = Object.entries(reading).filter(([, [shell]]) => existsSync(shell))
  test.each(someOf(installed, ([name]) => name === 'fish' || name === 'bash'))(
    '%s: its kubectl has the context, and nobody else’s current-context moves',
    async (name, [shell, line]) => {
      // csh takes no quotes of the kind within these.
      const odd = name === 'tcsh' ? "it\\'s" : '"it\'s"'
      const script = `${scriptOf(line, odd)}; ${kubectlSays}; ${scriptOf(line, 'one')}; echo; ${kubectlSays}; echo; echo $EKSCOPE_CONTEXT`
      const { stdout, stderr } = await run(shell, ['-c', script])
      expect([stdout, stderr, terminal.text()]).toEqual(["it's\nit's\none\none\none\n", '', config])
    },
  )

  test('the shell’s file is 0600 in a folder of its own, one for a context, and goes after the shell', async () => {
    const twice = `eval "$("$0" "$1" env one)"; A=$KUBECONFIG; eval "$("$0" "$1" env one)"; [ "$A" = "$KUBECONFIG" ] && echo "$A"; stat -c %a "$A" "\${A%/*}"`
    const { stdout } = await run('/bin/sh', ['-c', twice, process.execPath, terminal.program])
    const [file = '', ...modes] = stdout.trim().split('\n')
    expect([path.relative(terminal.state, file), modes]).toEqual([
      expect.stringMatching(/^sessions\/one-[0-9a-f]{8}\/config$/),
      ['600', '700'],
    ])
    expect(statSync(file).size).toBeGreaterThan(0)
    await done(['exec', 'one', '--', 'true'])
    expect([existsSync(file), sessions()]).toEqual([false, []])
  })

  test('its folder is called by the context, and of an ARN by the cluster', async () => {
    terminal.write(
      '.kube/config',
      config
        .replace('name: one,', 'name: "arn:aws:eks:eu-west-1:1:cluster/prod",')
        .replace("it's", '../.. /'),
    )
    const paths = await Promise.all(
      ['arn:aws:eks:eu-west-1:1:cluster/prod', '../.. /', '--help'].map(async (name) => {
        const { kubeconfig } = JSON.parse(await doneHere(['env', '--json', '--', name]))
        return path.relative(path.join(terminal.state, 'sessions'), kubeconfig).replace(/-[0-9a-f]{8}\//, ' ')
      }),
    )
    expect(paths).toEqual(['prod config', 'context config', 'help config'])
    // Of a shell that is there; the files of others are not removed by leaving.
    const own = { KUBECONFIG: terminal.file, EKSCOPE_SESSION: terminal.file }
    await here(['env', '--leave'], own)
    expect([sessions().length, existsSync(terminal.file)]).toEqual([3, true])
  })

  test('it is left again, with what was before', async () => {
    const script = `eval "$("$0" "$1" env one)"; ls "$EKSCOPE_HOME/sessions" -A | wc -l; eval "$("$0" "$1" env --leave)"; env | grep -c 'EKSCOPE_[SOC]'; ls "$EKSCOPE_HOME/sessions" -A | wc -l; kubectl config current-context; echo "[$KUBECONFIG]"`
    const words = ['-c', script, process.execPath, terminal.program]
    expect((await run('/bin/sh', words)).stdout).toBe('1\n0\n0\nci\n[]\n')
    // What sessions inside look for contexts in is not what the shell had.
    const other = `eval "$("$0" "$1" env one --kubeconfig .kube/config)"; eval "$("$0" "$1" env ci --secrets)"; kubectl config current-context; eval "$("$0" "$1" env --leave)"; echo "[$KUBECONFIG]"`
    const ofOther = { KUBECONFIG: `${terminal.home}/none` }
    const { stdout } = await run('/bin/sh', ['-c', other, process.execPath, terminal.program], ofOther)
    expect(stdout).toBe(`ci\n[${terminal.home}/none]\n`)
    const before = { KUBECONFIG: `.kube/config:${terminal.home}/none` }
    expect((await run('/bin/sh', words, before)).stdout).toBe(
      `1\n0\n0\nci\n[${terminal.file}:${terminal.home}/none]\n`,
    )
  })

  test('a secret is not copied to the disk unasked', async () => {
    const refused = await ekscope(['env', 'ci'])
    expect([refused.status, refused.stdout, refused.stderr]).toEqual([
      3,
      '',
      'ekscope: The token of user “ci” would be copied into Ekscope’s data folder for as long as the shell lives. Start a shell with the context, and the copy goes with it: `ekscope shell ci`. Or allow the copy: --secrets.\n',
    ])
    expect(sessions()).toEqual([])
    const { stdout } = await done(['env', 'ci', '--secrets', '--json'])
    expect(stdout).not.toContain(token)
    const said = v.parse(
      v.object({
        context: v.string(),
        kubeconfig: v.string(),
        set: v.record(v.string(), v.string()),
        unset: v.array(v.string()),
        scripts: v.record(v.string(), v.string()),
      }),
      JSON.parse(stdout),
    )
    expect([said.context, said.set.KUBECONFIG, said.unset, Object.keys(said.scripts)]).toEqual([
      'ci',
      said.kubeconfig,
      [],
      ['sh', 'csh', 'fish', 'powershell'],
    ])
    expect(readFileSync(said.kubeconfig, 'utf8')).toContain(token)
  })

  test('with --environment clean the shell loses what chooses an identity', async () => {
    const more = { AWS_PROFILE: 'x', AWS_REGION: 'eu-west-1' }
    const { stdout } = await done(['env', 'one', '--environment', 'clean'], more)
    expect(stdout.split('\n')[0]).toBe('unset AWS_PROFILE')
  })
})

describe('use -', () => {
  const current = async () => (await terminal.kubectl()).current

  test('goes back and forth, and knows what kubectl did meanwhile once it was seen', async () => {
    const none = await here(['use', '-'])
    expect([none.status, none.stderr]).toEqual([
      3,
      `ekscope: Ekscope has seen no other current context of ${terminal.file} that is still there. Name the one that you want: \`ekscope list\` lists the contexts.\n`,
    ])
    await doneHere(['use', 'one'])
    await doneHere(['use', '-'])
    expect(await current()).toBe('ci')
    await doneHere(['use', '-'])
    expect(await current()).toBe('one')
    await run('kubectl', ['config', 'use-context', "it's"])
    expect(await doneHere(['use', '-', '--dry-run'])).toContain('+current-context: one')
    const stdout = await doneHere(['use', '-', '--json'])
    expect([await current(), JSON.parse(stdout)]).toMatchObject(['one', { context: 'one', written: true }])
    await doneHere(['use', '-'])
    expect(await current()).toBe("it's")
  })

  test('without a name it shows a list, and takes a number, a name or letters that one name alone has', async () => {
    const answers = ['nobody', 'o', '1']
    const asked: string[] = []
    const ask = async (question: string) => {
      asked.push(question)
      return answers.shift() ?? null
    }
    const used = await runHere(['use'], terminal.variables(), terminal.home, null, ask)
    expect([used.status, asked.length, await current()]).toEqual([0, 3, 'one'])
    expect(used.stderr).toMatch(/2 {3}\* {3}ci +entry west/)
    expect(used.stderr).toContain('No context is called “nobody”.\n3 contexts have “o” in their names')
    const refused = await runHere(['use'], terminal.variables(), terminal.home, null, ask)
    expect([refused.status, refused.stderr]).toEqual([3, expect.stringContaining('no context was chosen')])
  })

  test.skipIf(!full)('a pipe of the shell is told apart from a file that is missing', async () => {
    const words = [
      '-c',
      '"$0" "$1" use one --kubeconfig <(cat .kube/config)',
      process.execPath,
      terminal.program,
    ]
    const { status, stderr } = await run('/bin/bash', words)
    expect([status, stderr]).toEqual([
      3,
      expect.stringMatching(
        /^ekscope: \/dev\/fd\/\d+ is not a regular file but a pipe \(as <\(…\) makes one\), a socket or a device, and is not opened\. Save its content to a file and name that\.\n$/,
      ),
    ])
  })

  test.skipIf(!full)('one that is gone is passed over', async () => {
    await doneHere(['use', 'one'])
    await doneHere(['use', "it's"])
    await doneHere(['delete', 'one'])
    await doneHere(['use', '-'])
    expect(await current()).toBe('ci')
  })

  test('each list of files has its own', async () => {
    const other = terminal.write('other', config)
    await doneHere(['use', 'one'])
    expect((await here(['use', '-'], { KUBECONFIG: other })).status).toBe(3)
  })
})
