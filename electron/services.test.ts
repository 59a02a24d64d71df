import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { serialize } from 'node:v8'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Check } from '../shared/identity/identity'
import { unpack } from '../shared/ipc/packed'
import type { SnapshotChange } from '../shared/kubeconfig/entries'
import { jobsHere, type Planning, planningHere } from './editing/planning'
import { createServices, type Machine, type Services } from './services'
import { openDataFolder } from './system/data-folder'
import { type RunCommand, runCommand } from './system/run-command'
import { removeFolder } from './testing/bundle'
import { realProgram, runProgram } from './testing/real-programs'

let home: string
let command: string
let open: Services[]
let ran: string[]

beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'ekscope-services-'))
  open = []
  ran = []
  await mkdir(path.join(home, '.kube'))
  await mkdir(path.join(home, '.aws'))
  command = await program('token', 'exit 3')
  await kubeconfig()
})
afterEach(async () => {
  for (const services of open) services.close()
  await removeFolder(home)
})

async function program(name: string, text: string): Promise<string> {
  const file = path.join(home, name)
  await writeFile(file, `#!/bin/sh\n${text}\n`)
  await chmod(file, 0o755)
  return file
}

const kubeconfig = (more = '', name = '.kube/config') =>
  writeFile(
    path.join(home, name),
    `apiVersion: v1
kind: Config
clusters:
- {name: c, cluster: {server: "https://127.0.0.1:1"}}
contexts:
- {name: one, context: {cluster: c, user: one}}
- {name: two, context: {cluster: c, user: two}}
- {name: aws, context: {cluster: c, user: aws}}
${more}users:
- {name: one, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: ${command}, args: [a]}}}
- {name: two, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: ${command}, args: [a]}}}
- {name: aws, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [--region, eu-west-1, --profile, p, eks, get-token, --cluster-name, c]}}}
`,
  )

const counting: RunCommand = (request, signal) => {
  ran.push([request.path, ...request.args].join(' '))
  return runCommand(request, signal)
}

function services(more: Partial<Machine> = {}): Services {
  const made = createServices({
    variables: { HOME: home, PATH: '/usr/bin:/bin' },
    home,
    platform: 'linux',
    cwd: home,
    now: Date.now,
    folder: openDataFolder(path.join(home, 'data')),
    filesOf: 'app',
    runCommand: counting,
    ...more,
  })
  open.push(made)
  return made
}

const idOf = ({ kubeconfig: { store } }: Services, name: string) =>
  store.snapshot().contexts.find((context) => context.name === name)?.id ?? ''

/** Allows all that the context would run. */
async function allow(made: Services, name: string) {
  const id = idOf(made, name)
  for (const { fingerprint } of await made.trust.ask([id], 'app'))
    await made.trust.allow(id, 'app', fingerprint)
}

async function check(made: Services, names: readonly string[], signal = new AbortController().signal) {
  const checks: Check[] = []
  const { summary } = await made.checker.run(
    {
      contexts: names.map((name) => idOf(made, name)),
      environment: 'app',
      onCheck: (one) => checks.push(one),
    },
    signal,
  )
  return { summary, checks }
}

describe('checks', () => {
  test('are kept for the next start, and are stale once the entry, the AWS files or a decision changed', async () => {
    const made = services()
    await made.kubeconfig.load()
    const { checks } = await check(made, ['one', 'aws'])
    const later = services()
    await later.kubeconfig.load()
    expect(await later.checker.kept()).toEqual(checks)
    const fingerprints = async () => {
      const { contexts } = await later.identities.of('app')
      return Object.fromEntries(contexts.map((one) => [JSON.parse(one.context)[2], one.fingerprint]))
    }
    const before = await fingerprints()
    expect(checks.map(({ fingerprint }) => fingerprint)).toEqual([before.one, before.aws])

    await allow(later, 'one')
    const trusted = await fingerprints()
    expect([trusted.one === before.one, trusted.aws === before.aws]).toEqual([false, true])

    await writeFile(path.join(home, '.aws/config'), '[profile p]\nregion = eu-west-1\n')
    expect((await fingerprints()).aws).not.toBe(trusted.aws)

    await writeFile(path.join(home, '.aws/config'), '')
    const plain = await fingerprints()
    await writeFile(
      path.join(home, '.kube/config'),
      (await readFile(path.join(home, '.kube/config'), 'utf8')).replace('--profile, p', '--profile, q'),
    )
    await later.kubeconfig.load()
    const edited = await fingerprints()
    expect([edited.one === plain.one, edited.aws === plain.aws]).toEqual([true, false])

    // kubectl writes the whole file anew: sorted, with its defaults.
    const asWritten = await readFile(path.join(home, '.kube/config'), 'utf8')
    const args = ['config', 'set-context', 'new', '--user=nobody']
    await runProgram(realProgram('kubectl'), args, { HOME: home, PATH: '/usr/bin:/bin' })
    const rewritten = await readFile(path.join(home, '.kube/config'), 'utf8')
    expect([asWritten.includes('interactiveMode'), rewritten.includes('interactiveMode')]).toEqual([
      false,
      true,
    ])
    await later.kubeconfig.load()
    const { new: _, ...same } = await fingerprints()
    expect(same).toEqual(edited)
  })

  test('see a file as it is when they begin, not as it was when it was shown', async () => {
    const made = services()
    await made.kubeconfig.load()
    await kubeconfig()
    await writeFile(
      path.join(home, '.kube/config'),
      (await readFile(path.join(home, '.kube/config'), 'utf8')).replace('user: one}', 'user: gone}'),
    )
    const { checks } = await check(made, ['one'])
    expect(checks[0]?.problem?.code).toBe('dangling-user')
  })

  test('cancelled, end their commands at once and keep what was found out', async () => {
    command = await program('slow', `echo $$ > ${home}/pid; sleep 300`)
    await kubeconfig('- {name: gone, context: {cluster: c, user: nobody}}\n')
    const made = services()
    await made.kubeconfig.load()
    await allow(made, 'one')
    const controller = new AbortController()
    const running = check(made, ['gone', 'one'], controller.signal)
    const pid = () => readFile(path.join(home, 'pid'), 'utf8').then(Number, () => 0)
    await expect.poll(pid, { timeout: 10_000 }).toBeGreaterThan(0)
    controller.abort()
    const { summary, checks } = await running
    expect(summary).toMatchObject({ done: 1, total: 2, cancelled: true })
    expect(checks.map(({ contextName }) => contextName)).toEqual(['gone'])
    expect((await made.checker.kept()).map(({ contextName }) => contextName)).toEqual(['gone'])
    const { stdout } = await runProgram('/bin/ps', ['-o', 'stat=', '-p', String(await pid())], {})
    expect(stdout.trim()).toMatch(/^(Z.*)?$/)
  })
})

test('what a check found out is kept when everything ends right after it was shown', async () => {
  await kubeconfig('- {name: gone, context: {cluster: c, user: nobody}}\n')
  const made = services()
  await made.kubeconfig.load()
  const controller = new AbortController()
  await new Promise<void>((shown) => {
    const running = made.checker.run(
      { contexts: [idOf(made, 'gone')], environment: 'app', onCheck: () => shown() },
      controller.signal,
    )
    void running.catch(() => undefined)
  })
  // As a quit does: nothing waits for the run itself.
  controller.abort()
  await made.close()
  expect((await services().checker.kept()).map(({ contextName }) => contextName)).toEqual(['gone'])
})

describe('decisions', () => {
  test('are asked for once per command, with every context that it is for', async () => {
    const made = services()
    await made.kubeconfig.load()
    const contexts = ['one', 'two', 'aws'].map((name) => idOf(made, name))
    const questions = await made.trust.pending(contexts, 'app')
    expect(questions).toHaveLength(1)
    expect(questions[0]).toMatchObject({ kind: 'exec', command, args: ['a'], line: expect.any(Number) })
    expect(questions[0]?.contexts).toEqual(contexts.slice(0, 2))
    await made.trust.allow(contexts[0] ?? '', 'app', questions[0]?.fingerprint ?? '')
    expect(await made.trust.pending(contexts, 'app')).toEqual([])
    expect((await check(made, ['one', 'two'])).checks.map(({ problem }) => problem?.code)).toEqual([
      'command-failed',
      'command-failed',
    ])
    expect(ran).toEqual([`${command} a`])
  })

  test('are for what was shown: where the entry changed in between one is refused', async () => {
    const made = services()
    await made.kubeconfig.load()
    const one = idOf(made, 'one')
    const [question] = await made.trust.pending([one], 'app')
    await writeFile(
      path.join(home, '.kube/config'),
      (await readFile(path.join(home, '.kube/config'), 'utf8')).replaceAll('[a]', '[b]'),
    )
    await made.kubeconfig.load()
    expect(await made.trust.allow(one, 'app', question?.fingerprint ?? '')).toMatchObject({
      ok: false,
      fault: { code: 'not-found' },
    })
    expect((await check(made, ['one'])).checks[0]?.problem?.code).toBe('command-not-allowed')
    expect(ran).toEqual([])
  })

  test('made in the terminal hold in the window, and forgotten in one are gone in the other', async () => {
    const window = services({
      filesOf: 'login-shell',
      loginShell: { shell: '/bin/sh', variables: { HOME: home } },
    })
    const terminal = services()
    await window.kubeconfig.load()
    await terminal.kubeconfig.load()
    await allow(terminal, 'one')
    expect(await window.trust.pending([idOf(window, 'one')], 'app')).toEqual([])
    const [decision] = await window.trust.list()
    await window.trust.forget(decision?.fingerprint ?? '')
    expect(await terminal.trust.pending([idOf(terminal, 'one')], 'app')).toHaveLength(1)
  })
})

describe('which files are shown', () => {
  test("a window takes KUBECONFIG of the login shell, a terminal its caller's", async () => {
    await writeFile(path.join(home, '.profile'), `export KUBECONFIG=${home}/of-the-shell\n`)
    await kubeconfig('', 'of-the-shell')
    const variables = { HOME: home, PATH: '/usr/bin:/bin', KUBECONFIG: path.join(home, 'of-the-app') }
    const loginShell = { shell: '/bin/sh', variables: { HOME: home } }
    const shown = async (more: Partial<Machine>) =>
      (await services({ variables, loginShell, ...more }).kubeconfig.loadNamed()).files.map((file) =>
        path.basename(file.path),
      )
    expect(await shown({ filesOf: 'login-shell' })).toEqual(['of-the-shell'])
    expect(await shown({ filesOf: 'app' })).toEqual(['of-the-app'])
    await writeFile(path.join(home, '.profile'), '')
    expect(await shown({ filesOf: 'login-shell' })).toEqual(['of-the-app'])
  })

  test('a slow login shell is not waited for: what it names is shown once it has answered, and alone is written to', async () => {
    const slow = 'while [ ! -e "$HOME/go" ]; do sleep 0.05; done; exec /bin/sh "$@"'
    const loginShell = { shell: await program('slow-shell', slow), variables: { HOME: home } }
    await writeFile(path.join(home, '.profile'), `export KUBECONFIG=${home}/of-the-shell\n`)
    await kubeconfig('', 'of-the-shell')
    const variables = { HOME: home, PATH: '/usr/bin:/bin', KUBECONFIG: path.join(home, 'of-the-app') }
    const window = services({ variables, loginShell, filesOf: 'login-shell' })
    const changes: SnapshotChange[] = []
    const watching = window.watch({
      kubeconfig: (change) => changes.push(unpack(change)),
      identity: () => undefined,
      failed: (error) => {
        throw error
      },
    })
    const names = ({ files }: { readonly files: readonly { readonly path: string }[] }) =>
      files.map((file) => path.basename(file.path))
    expect(names(await window.kubeconfig.load())).toEqual(['of-the-app'])
    expect(window.kubeconfig.waitsForShell()).toBe(true)
    const named = window.kubeconfig.loadNamed()
    await writeFile(path.join(home, 'go'), '')
    expect(names(await named)).toEqual(['of-the-shell'])
    expect(window.kubeconfig.waitsForShell()).toBe(false)
    await watching
    await expect.poll(() => changes.map(names), { timeout: 8_000 }).toContainEqual(['of-the-shell'])
  })

  test('an opened file is foreign, is there again after a start, and can be closed; those of the list cannot', async () => {
    await kubeconfig('', 'other')
    const loginShell = { shell: '/bin/sh', variables: { HOME: home } }
    const window = services({ filesOf: 'login-shell', loginShell })
    await window.kubeconfig.load()
    await window.kubeconfig.open(path.join(home, 'other'))
    const later = services({ filesOf: 'login-shell', loginShell })
    expect(
      (await later.kubeconfig.load()).files.map(({ source, own, trusted }) => [source, own, trusted]),
    ).toEqual([
      ['default', true, true],
      ['opened', false, false],
    ])
    expect(await later.kubeconfig.close(path.join(home, '.kube/config'))).toMatchObject({ ok: false })
    const closed = await later.kubeconfig.close(path.join(home, 'other'))
    expect(closed.ok && closed.value.files).toHaveLength(1)
  })

  test('a file that is to be made is shown until the end of the process, and on if something was written to it', async () => {
    const loginShell = { shell: '/bin/sh', variables: { HOME: home } }
    const window = services({ filesOf: 'login-shell', loginShell })
    const [made, given] = [path.join(home, 'made'), path.join(home, 'given')]
    const shown = async (one: ReturnType<typeof services>) =>
      (await one.kubeconfig.load()).files.map(
        (file) => path.basename(file.path) + (file.source === 'to-make' ? ' to make' : ''),
      )
    for (const file of [made, given, path.join(home, 'left')]) await window.kubeconfig.plan(file)
    expect(await shown(window)).toEqual(['config', 'made to make', 'given to make', 'left to make'])
    expect((await window.kubeconfig.close(given)).ok).toBe(true)
    await kubeconfig('', 'made')
    const config = path.join(home, '.kube/config')
    await window.kubeconfig.wrote([made, config].map((file) => ({ path: file, after: 'revision' })))
    expect(await shown(window)).toEqual(['config', 'made', 'left to make'])
    expect(await shown(services({ filesOf: 'login-shell', loginShell }))).toEqual(['config', 'made'])
    // Gone from the disk it is still an opened one, to be seen as missing and closed.
    await rm(made)
    expect(await shown(window)).toEqual(['config', 'made', 'left to make'])
    // Where our own undo took it away again it is no file that is missing, and a redo makes it once more.
    await window.kubeconfig.wrote([{ path: made, after: null }])
    expect(await shown(window)).toEqual(['config', 'left to make', 'made to make'])
    expect(await shown(services({ filesOf: 'login-shell', loginShell }))).toEqual(['config'])
    await window.kubeconfig.wrote([{ path: made, after: 'revision' }])
    expect(await shown(window)).toEqual(['config', 'made', 'left to make'])
  })
})

test('reading everything runs no command and makes no file', async () => {
  const made = services()
  await made.kubeconfig.load()
  await made.identities.of('login-shell')
  await made.identities.of('clean')
  await made.trust.pending([idOf(made, 'one'), idOf(made, 'aws')], 'app')
  await made.checker.kept()
  expect(ran).toEqual([])
  await expect(readFile(path.join(home, 'data'))).rejects.toThrow(/ENOENT/)
})

test('what other programs do to kubeconfig, AWS files, decisions and settings is reported', async () => {
  const made = services()
  await made.kubeconfig.load()
  const changes: SnapshotChange[] = []
  const reasons: string[] = []
  await made.watch({
    kubeconfig: (change) => changes.push(unpack(change)),
    identity: (reason) => reasons.push(reason),
    settings: () => reasons.push('settings'),
    failed: (error) => reasons.push(String(error)),
  })
  await kubeconfig('- {name: new, context: {cluster: c, user: one}}\n')
  await expect
    .poll(() => changes.flatMap(({ changed }) => changed.contexts.map(({ name }) => name)), {
      timeout: 8_000,
    })
    .toContain('new')
  await new Promise((resolve) => setTimeout(resolve, 100))
  await writeFile(path.join(home, '.aws/config'), '[profile p]\nregion = eu-west-1\n')
  await expect.poll(() => reasons, { timeout: 8_000 }).toContain('AWS files or kuberc')
  const terminal = services()
  await terminal.kubeconfig.load()
  await allow(terminal, 'one')
  await expect.poll(() => reasons, { timeout: 8_000 }).toContain('trust')
  await terminal.settings.markProduction([{ kind: 'context', pattern: 'prod-*' }], true)
  await expect.poll(() => reasons, { timeout: 8_000 }).toContain('settings')
})

test('a torn state that a window has shown is a row of the history, however soon it is repaired', async () => {
  const made = services()
  await made.kubeconfig.load()
  const { history } = made.editing
  let changes = 0
  made.watch({
    kubeconfig: () => {
      changes += 1
      if (changes === 1) setTimeout(() => void kubeconfig(), 300)
    },
    identity: () => undefined,
    failed: (error) => {
      throw error
    },
  })
  await made.shown.report('app')
  await expect.poll(() => history.count(), { timeout: 8_000 }).toBe(1)
  await writeFile(path.join(home, '.kube/config'), 'contexts: [')
  await expect.poll(() => history.count(), { timeout: 8_000 }).toBe(3)
  expect((await history.list()).map(({ titles: [first] }) => first)).toEqual([
    'can be read again, as it was before',
    expect.stringMatching(/^cannot be read: line 1/),
    'the file as Ekscope found it',
  ])
})

test('files that are named only after the watch has begun are followed from their first reading on', async () => {
  const made = services()
  const changes: SnapshotChange[] = []
  await made.watch({
    kubeconfig: (change) => changes.push(unpack(change)),
    identity: () => undefined,
    failed: (error) => {
      throw error
    },
  })
  await made.kubeconfig.load()
  await kubeconfig('- {name: new, context: {cluster: c, user: one}}\n')
  // Less than the ten seconds after which every file is looked at anyway.
  await expect
    .poll(() => changes.flatMap(({ changed }) => changed.contexts.map(({ name }) => name)), {
      timeout: 8_000,
    })
    .toContain('new')
})

test('what was compared in the thread is told as the text that it came as, and is not packed once more here', async () => {
  const came: string[] = []
  const change: Planning['change'] = async (before, after, signal) => {
    // Spaces, by which this text is known: no packing makes them.
    const text = ` ${await jobsHere.change(null, after, signal, before)} `
    came.push(text)
    return text
  }
  const made = services({ planning: { ...planningHere, change } })
  await made.kubeconfig.load()
  const told: string[] = []
  await made.watch({
    kubeconfig: (change) => void told.push(change),
    identity: () => undefined,
    failed: (error) => {
      throw error
    },
  })
  await kubeconfig('- {name: three, context: {cluster: c, user: two}}\n')
  await expect.poll(() => told, { timeout: 8_000 }).toHaveLength(1)
  expect(told).toEqual(came)
})

test('who acts is worked out once per meaning of an entry, not once per context', async () => {
  const many = async (count: number) => {
    const lines = Array.from({ length: count }, (_, n) => n)
    await writeFile(
      path.join(home, '.kube/config'),
      `apiVersion: v1
clusters:
${lines.map((n) => `- {name: c${n}, cluster: {server: "https://c${n}.example"}}`).join('\n')}
contexts:
${lines.map((n) => `- {name: x${n}, context: {cluster: c${n}, user: u${n}}}`).join('\n')}
users:
${lines.map((n) => `- {name: u${n}, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [--region, eu-west-1, --profile, p${n % 50}, eks, get-token, --cluster-name, c${n}]}}}`).join('\n')}
`,
    )
    const made = services()
    await made.kubeconfig.load()
    const { contexts } = await made.identities.of('app')
    expect(contexts).toHaveLength(count)
    // One object for all entries that mean the same: worked out once, sent once.
    return new Set(contexts.map(({ predicted }) => predicted)).size
  }
  expect([await many(100), await many(1_000)]).toEqual([50, 50])
})

test('ten thousand contexts of one user are reported without each listing all the others', async () => {
  const entries = Array.from(
    { length: 10_000 },
    (_, at) => `- {name: n${at}, context: {cluster: c, user: one}}\n`,
  )
  await kubeconfig(entries.join(''))
  const { kubeconfig: files, identities } = services()
  await files.load()
  const { contexts } = await identities.of('app')
  expect(contexts).toHaveLength(10_003)
  for (const { sharedWith, sharedMore = 0 } of contexts.slice(3))
    expect(sharedWith.length + sharedMore).toBe(10_000)
  // As it crosses to the page, where one finding of many contexts crosses once.
  expect(serialize(contexts).length).toBeLessThan(100_000_000)
})

test('in a login shell that cannot be read nobody is predicted, asked about or checked: the app’s keys are not its', async () => {
  const shell = await program('broken-shell', 'exit 3')
  const config = path.join(home, '.kube/config')
  await writeFile(config, (await readFile(config, 'utf8')).replace('--profile, p, ', ''))
  const keys = { AWS_ACCESS_KEY_ID: 'AKIAAPP0000000000001', AWS_SECRET_ACCESS_KEY: 'x'.repeat(40) }
  const made = services({
    variables: { HOME: home, PATH: '/usr/bin:/bin', ...keys },
    loginShell: { shell, variables: { HOME: home, ...keys } },
  })
  const { contexts } = await made.kubeconfig.load()
  const ids = contexts.map(({ id }) => id)
  const [app, broken] = await Promise.all([made.identities.of('app'), made.identities.of('login-shell')])
  const predicted = (report: typeof app) => report.contexts.map(({ predicted: one }) => one)
  expect(JSON.stringify(predicted(app))).toContain('AKIAAPP0000000000001')
  expect(JSON.stringify([broken.contexts, broken.findings])).not.toContain('AKIAAPP0000000000001')
  expect(predicted(broken)).toMatchObject(
    Array.from({ length: 3 }, () => ({ certain: false, problem: { code: 'unreadable-environment' } })),
  )
  // What stands in the files is known all the same.
  expect(broken.contexts[2]).toMatchObject({ auth: 'aws', meant: { name: 'c', region: 'eu-west-1' } })
  expect(await made.trust.pending(ids, 'login-shell')).toEqual([])
  expect(await made.trust.pending(ids, 'app')).not.toEqual([])
})
