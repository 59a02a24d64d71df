import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { leaveNpm } from '../../scripts/lib/before-npm.mjs'
import { verdicts } from '../../shared/identity/identity'
import { maskComment } from '../../shared/kubeconfig/secrets'
import { createServices } from '../services'
import { openDataFolder } from '../system/data-folder'
import { type AwsProgram, awsIsHere, awsJudge, awsProgram } from '../testing/aws-judge'
import { bundled, removeFolder } from '../testing/bundle'
import { demoExpected, type Expected, type Truth } from '../testing/demo-expected'
import { type Run, realProgram, runProgram } from '../testing/real-programs'
import { watched } from '../testing/simulator'
import { type Demo, startDemo } from './demo'
import { accessKey, carol } from './fleet/demo-identities'

const kubectl = realProgram('kubectl')
const full = process.env.EKSCOPE_FULL === '1'

/** The real aws of the distribution by its judge, whatever else this machine's PATH holds. */
let aws: AwsProgram
let environment: Readonly<Record<string, string>>
let demo: Demo
const watch = watched()
let scratch: string
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'ekscope-demo-test-'))
  aws = await awsProgram()
  environment = { PATH: `${aws.folder}:/usr/bin:/bin`, LANG: 'C.UTF-8' }
  demo = await startDemo({ environment, ...watch.options })
})
afterAll(async () => {
  await demo.close()
  await removeFolder(scratch)
})

/** kubectl's time limit covers the exec command too, which is slow on a busy machine; one cluster never answers. */
const whoami = (context: string, variables: Readonly<Record<string, string>>): Promise<Run> =>
  runProgram(
    kubectl,
    [
      `--request-timeout=${context === 'edge-ap-2' ? 3 : 30}s`,
      `--context=${context}`,
      'auth',
      'whoami',
      '-o',
      'json',
    ],
    variables,
  )

function usernameOf(run: Run): string | null {
  return run.status === 0 ? JSON.parse(run.stdout).status.userInfo.username : null
}

function expectUsername(actual: string | null, truth: Truth, context: string): void {
  if (truth.username?.endsWith('*')) {
    expect(actual?.slice(0, truth.username.length - 1), context).toBe(truth.username.slice(0, -1))
  } else {
    expect(actual, context).toBe(truth.username)
  }
}

/** Two at a time: as many as there are cores on a small machine. */
async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items]
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item)
  }
  await Promise.all([worker(), worker()])
}

/**
 * One context of each kind of sign-in, with a proxy, with impersonation and without access; all of them in the full run. The
 * verdicts of many more are judged in every run (demo-verdicts.test.ts), by the same aws.
 */
const sample: ReadonlySet<string> = new Set([
  'prod-readonly',
  'stage-admin',
  'platform-proxy',
  'platform-as-jane',
  'tools-stranger',
  'lake-spark',
  'lake-research',
  'lake-jobs',
  'lake-batch',
  'cn-shop',
  'tools-node',
  'tools-authenticator',
])
const chosen = demoExpected.filter((each) => full || sample.has(each.context))

describe('the fleet is what it is said to be', () => {
  test('kubectl reads every file and finds exactly the contexts that are written down, in their files', async () => {
    const merged = await runProgram(kubectl, ['config', 'get-contexts', '-o', 'name'], demo.variables)
    expect(merged.stderr).toBe('')
    expect(new Set(merged.stdout.trim().split('\n'))).toEqual(
      new Set(demoExpected.map((each) => each.context)),
    )
    expect(demoExpected.length).toBeGreaterThanOrEqual(40)
    for (const [index, file] of (['config', 'legacy', 'eks'] as const).entries()) {
      const path = demo.kubeconfigFiles[index] ?? ''
      const names = await runProgram(
        kubectl,
        ['--kubeconfig', path, 'config', 'get-contexts', '-o', 'name'],
        demo.variables,
      )
      for (const each of demoExpected.filter((one) => one.file === file)) {
        expect(names.stdout.split('\n')).toContain(each.context)
      }
      // aws keeps no comments.
      expect((await readFile(path, 'utf8')).includes('#')).toBe(file !== 'eks')
    }
  })

  test.skipIf(!awsIsHere('aws-2.36'))(
    'one file is to the byte what aws leaves after these runs',
    async () => {
      const judge = awsJudge(1, 'aws-2.36')
      const written = join(scratch, 'eks')
      for (const words of [
        ['--name', 'runners', '--profile', 'platform'],
        ['--name', 'load-test', '--profile', 'dev'],
        ['--name', 'mocks', '--profile', 'dev'],
        ['--name', 'runners', '--profile', 'alice', '--alias', 'runners-view'],
      ]) {
        const args = ['eks', 'update-kubeconfig', '--kubeconfig', written, '--region', 'eu-north-1', ...words]
        expect(await judge.run(args, demo.variables)).toMatchObject({ status: 0, stderr: '' })
      }
      expect(await readFile(join(demo.home, '.kube/eks'), 'utf8')).toBe(await readFile(written, 'utf8'))
    },
  )

  test('every verdict occurs', () => {
    const occurring = demoExpected.flatMap((each) => [
      each.app.verdict,
      (each.loginShell ?? each.app).verdict,
    ])
    expect(new Set(occurring)).toEqual(new Set(verdicts))
  })

  test.skipIf(!full)('two starts differ only in ports, certificates and times', async () => {
    const other = await startDemo({ environment })
    try {
      const stable = (text: string, home: string) =>
        text
          .replaceAll(home, 'HOME')
          .replace(/127\.0\.0\.1:\d+/g, 'PORT')
          .replace(/-data: [A-Za-z0-9+/=]+/g, '-data: …')
      for (const [index, path] of demo.kubeconfigFiles.entries()) {
        const twin = await readFile(other.kubeconfigFiles[index] ?? '', 'utf8')
        expect(stable(twin, other.home)).toBe(stable(await readFile(path, 'utf8'), demo.home))
      }
      const read = (from: Demo) => readFile(join(from.home, '.aws/credentials'), 'utf8')
      expect(await read(other)).toBe(await read(demo))
    } finally {
      await other.close()
    }
    expect(existsSync(other.home)).toBe(false)
  })
})

describe('the real aws and kubectl see what is written down', () => {
  test('in the app’s environment', { timeout: 200_000 }, async () => {
    await eachOf(chosen, async ({ context, app }) => {
      expectUsername(usernameOf(await whoami(context, demo.variables)), app, context)
    })
  })

  test('in the login shell, whose .profile exports carol’s keys', { timeout: 200_000 }, async () => {
    const shell = await runProgram('/bin/sh', ['-l', '-c', 'env -0'], { HOME: demo.home })
    const variables = Object.fromEntries(
      shell.stdout
        .split('\0')
        .filter((line) => line.includes('='))
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    )
    expect(variables).toMatchObject({
      HOME: demo.home,
      AWS_ACCESS_KEY_ID: accessKey(carol).id,
      KUBECONFIG: demo.variables.KUBECONFIG,
    })
    expect(variables.PATH).toBe(demo.variables.PATH)
    // Those that aws wrote are all alike.
    const differing = demoExpected.filter(
      ({ loginShell, file, context }) =>
        full || (loginShell !== undefined && (file !== 'eks' || context === 'runners-view')),
    )
    expect(differing.some((each) => each.loginShell?.verdict === 'mismatch')).toBe(true)
    await eachOf(differing, async ({ context, app, loginShell }) => {
      expectUsername(usernameOf(await whoami(context, variables)), loginShell ?? app, context)
    })
  })

  test('who is proven is who signed the token that the cluster got', { timeout: 60_000 }, async () => {
    const context = 'cn-north'
    watch.forgetRequests()
    await whoami(context, demo.variables)
    const seen = watch.requests().filter((each) => each.service === 'kubernetes')
    expect(seen.at(-1)).toMatchObject({ username: 'cn-ops', status: 201 })
    expect(demo.simulator.keyOwner(seen.at(-1)?.accessKeyId ?? '')).toMatch(
      /^arn:aws-cn:sts::505050505050:assumed-role\/CnOps\//,
    )
  })
})

test('with keys alone in the environment, aws still reaches only the simulator', async () => {
  watch.forgetRequests()
  const { id, secret } = accessKey(carol)
  // No AWS_PROFILE: the [default] profile's services section must hold for them too.
  const run = await runProgram(realProgram('aws'), ['sts', 'get-caller-identity', '--output', 'json'], {
    HOME: demo.home,
    PATH: '/usr/bin:/bin',
    AWS_ACCESS_KEY_ID: id,
    AWS_SECRET_ACCESS_KEY: secret,
  })
  expect(JSON.parse(run.stdout).Arn).toBe(carol.arn)
  expect(watch.requests()).toHaveLength(1)
})

test.skipIf(!full)(
  'the real aws sso login, approved in the browser, opens what was closed',
  {
    timeout: 90_000,
  },
  async () => {
    const fresh = await startDemo({ environment })
    try {
      expect(usernameOf(await whoami('prod-us-finance', fresh.variables))).toBeNull()
      const login = spawn(
        realProgram('aws'),
        ['sso', 'login', '--sso-session', 'finance', '--use-device-code', '--no-browser'],
        {
          env: { ...fresh.variables },
          detached: true,
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      )
      let shown = ''
      login.stdout.on('data', (part) => {
        shown += String(part)
        const page = /http:\/\/127\S+user_code=(\S+)/.exec(shown)
        if (!page) return
        shown = ''
        // What the page's button sends.
        void fetch(page[0], { method: 'POST', body: new URLSearchParams({ user_code: page[1] ?? '' }) })
      })
      const status = await new Promise((done) => login.on('close', done))
      expect(status).toBe(0)
      expect(usernameOf(await whoami('prod-us-finance', fresh.variables))).toBe(
        'finance:alice-tidepool.example',
      )
    } finally {
      await fresh.close()
    }
  },
)

test('every profile leads its services to the simulator', async () => {
  const config = await readFile(join(demo.home, '.aws/config'), 'utf8')
  const sections = config.split(/^(?=\[)/m).filter((section) => /^\[(default|profile )/.test(section))
  expect(sections.length).toBeGreaterThan(20)
  for (const section of sections) expect(section).toMatch(/^services = demo$/m)
})

test('no remark of a kubeconfig looks like a secret, so that the review shows all of them', async () => {
  const texts = await Promise.all(demo.kubeconfigFiles.map((file) => readFile(file, 'utf8')))
  const remarks = texts.flatMap((text) => text.match(/(?<=^|\s)#.*/gm) ?? [])
  expect(remarks.length).toBeGreaterThan(20)
  expect(remarks.filter((remark) => maskComment(remark, () => false) !== remark)).toEqual([])
})

test('secrets are 0600 and the home is 0700', async () => {
  for (const path of [
    '.kube/config',
    '.kube/legacy',
    '.kube/eks',
    '.aws/credentials',
    '.aws/config',
    '.aws/batch.json',
  ]) {
    expect((await stat(join(demo.home, path))).mode & 0o777, path).toBe(0o600)
  }
  expect((await stat(demo.home)).mode & 0o777).toBe(0o700)
})

describe('where no aws is installed', () => {
  test('the stand-in gives the same usernames, and says what it is', { timeout: 120_000 }, async () => {
    const bundle = await bundled('electron/demo/aws-stand-in.ts')
    const folder = join(scratch, 'no-aws')
    mkdirSync(folder)
    for (const program of ['sh', 'cat', 'env']) symlinkSync(join('/bin', program), join(folder, program))
    const bare = await startDemo({ environment: { PATH: folder }, standIn: [process.execPath, bundle] })
    try {
      expect([bare.aws, demo.aws]).toEqual(['stand-in', 'installed'])
      const version = await runProgram(join(bare.home, 'bin/aws'), ['--version'], bare.variables)
      expect(version.stdout).toContain('stand-in of the Ekscope demo fleet')
      const login = { AWS_ACCESS_KEY_ID: accessKey(carol).id, AWS_SECRET_ACCESS_KEY: accessKey(carol).secret }
      const same = async ({ context, app, loginShell }: Expected) => {
        // A made-up session name differs between the two programs.
        if (app.username?.endsWith('*')) return
        expectUsername(usernameOf(await whoami(context, bare.variables)), app, context)
        if (loginShell) {
          expectUsername(
            usernameOf(await whoami(context, { ...bare.variables, ...login })),
            loginShell,
            context,
          )
        }
      }
      // Every eighth of them in the quick run, and a profile with a blank in its name: the real aws has been asked for each.
      const isAsked = (context: string, at: number) => full || at % 8 === 0 || context === 'tools-night-shift'
      await eachOf(
        chosen.filter(({ context }, at) => context !== 'edge-ap-2' && isAsked(context, at)),
        same,
      )
      const denied = await runProgram(
        join(bare.home, 'bin/aws'),
        ['--region', 'eu-west-1', '--profile', 'pay-audit', 'eks', 'get-token', '--cluster-name', 'prod-eu'],
        bare.variables,
      )
      expect(denied).toMatchObject({ status: 254, stdout: '' })
      expect(denied.stderr).toContain('(AccessDenied)')
    } finally {
      await bare.close()
    }
  })

  test('the stand-in refuses to sign for anything but a simulator on this machine', async () => {
    const bundle = await bundled('electron/demo/aws-stand-in.ts')
    const run = await runProgram(
      process.execPath,
      [bundle, '--region', 'eu-west-1', 'eks', 'get-token', '--cluster-name', 'x'],
      { HOME: scratch, AWS_ACCESS_KEY_ID: 'AKIAREAL', AWS_SECRET_ACCESS_KEY: 'real' },
    )
    expect(run).toMatchObject({ status: 255, stdout: '' })
    expect(run.stderr).toContain('only where')
  })
})

describe('what is asked before the fleet is checked', () => {
  const onPurpose = demoExpected.flatMap(({ context, app }) =>
    app.problem === 'command-not-allowed' || app.problem === 'process-not-allowed' ? [context] : [],
  )
  /** The fleet's services with these folders of PATH behind its own. */
  async function fleet(path: string, name: string) {
    const programs = demo.variables.PATH?.split(':')[0] ?? ''
    const services = createServices({
      variables: { ...demo.variables, PATH: `${programs}:${path}` },
      home: demo.home,
      platform: 'linux',
      cwd: demo.home,
      now: Date.now,
      folder: openDataFolder(join(scratch, name)),
      filesOf: 'app',
    })
    const { contexts } = await services.kubeconfig.load()
    const nameOf = new Map(contexts.map((context) => [context.id, context.name]))
    const ids = [...nameOf.keys()]
    const pending = async () => {
      const questions = await services.trust.pending(ids, 'app')
      return questions.map((question) => ({
        question,
        names: question.contexts.map((id) => nameOf.get(id) ?? ''),
      }))
    }
    return { services, pending }
  }

  test('from a clone in a folder that everybody may write nothing about PATH, only what the fleet has on purpose', async () => {
    const folder = join(scratch, 'everybody')
    mkdirSync(join(folder, 'clone'), { recursive: true })
    chmodSync(folder, 0o1777)
    const scripts = { demo: 'node -p "JSON.stringify(process.env)"' }
    await writeFile(join(folder, 'clone/package.json'), JSON.stringify({ name: 'clone', scripts }))
    const npm = await runProgram(
      'npm',
      ['run', '-s', '--prefix', join(folder, 'clone'), 'demo'],
      { HOME: scratch, PATH: `${aws.folder}:/usr/bin:/bin`, npm_config_update_notifier: 'false' },
      { cwd: folder },
    )
    const given = JSON.parse(npm.stdout)
    expect(given.PATH).toContain(join(folder, 'node_modules/.bin'))
    // As main does first of all.
    leaveNpm(given)
    const { services, pending } = await fleet(given.PATH, 'clone-data')
    try {
      const asked = await pending()
      expect(asked.flatMap(({ names }) => names).sort()).toEqual([...onPurpose].sort())
      expect(JSON.stringify(asked)).not.toContain('node_modules')
    } finally {
      services.close()
    }
  })

  test('one bad folder of PATH is one question, with its remedy, and its answer holds for every context', async () => {
    const open = join(scratch, 'open')
    mkdirSync(open)
    chmodSync(open, 0o1777)
    const bad = join(open, 'nosuch/node_modules/.bin')
    const { services, pending } = await fleet(`${bad}:${aws.folder}:/usr/bin:/bin`, 'bad-path-data')
    try {
      const [first, ...others] = await pending()
      expect(first?.question).toMatchObject({
        kind: 'program',
        program: 'aws',
        resolved: join(aws.folder, 'aws'),
        safe: join(aws.folder, 'aws'),
        doubts: [{ makesUnsafe: bad, remedy: expect.stringContaining(`ake ${bad} out of PATH`) }],
      })
      expect(first?.names.length).toBeGreaterThan(40)
      expect(others.map(({ question }) => question.kind)).not.toContain('program')
      expect(others.flatMap(({ names }) => names).sort()).toEqual([...onPurpose].sort())
      // Shown at one context and answered there.
      const { context = '', fingerprint = '' } = first?.question ?? {}
      const [there] = await services.trust.ask([context], 'app')
      expect([there?.fingerprint, there?.contexts]).toEqual([fingerprint, [context]])
      expect(await services.trust.allow(context, 'app', fingerprint)).toMatchObject({ ok: true })
      expect(await pending()).toHaveLength(others.length)
      // What somebody puts into that folder is another program.
      mkdirSync(bad, { recursive: true })
      chmodSync(bad, 0o777)
      await writeFile(join(bad, 'aws'), '#!/bin/sh\n', { mode: 0o755 })
      expect((await pending())[0]?.question).toMatchObject({ kind: 'program', resolved: join(bad, 'aws') })
    } finally {
      services.close()
    }
  })
})

describe('nothing leaves this machine, and nothing of the real home is touched', () => {
  /** Traced, each run of aws takes seconds. */
  const answersOf = {
    'lake-research': 'research',
    'tools-console': '',
    ...(full ? { 'prod-admin': 'admin:alice', 'platform-proxy': 'ops:alice' } : {}),
  }
  const contexts = Object.keys(answersOf)

  test.skipIf(!full)('by every system call of the demo, aws and kubectl', { timeout: 120_000 }, async () => {
    const bundle = await bundled('electron/testing/demo-process.ts')
    const realHome = join(scratch, 'real-home')
    mkdirSync(join(realHome, '.aws'), { recursive: true })
    mkdirSync(join(realHome, '.kube'), { recursive: true })
    const planted = {
      '.aws/config': '[default]\n',
      '.aws/credentials': '[default]\n',
      '.kube/config': 'a: [\n',
    }
    for (const [path, text] of Object.entries(planted)) await writeFile(join(realHome, path), text)
    const trace = join(scratch, 'trace')
    const command = [process.execPath, bundle, kubectl, ...contexts]
    const straced = existsSync('/usr/bin/strace')
    const [program = '', ...args] = straced
      ? [
          '/usr/bin/strace',
          '-f',
          '-qq',
          '--seccomp-bpf',
          '-s',
          '400',
          '-e',
          'trace=connect,openat',
          '-o',
          trace,
          ...command,
        ]
      : command
    const run = await runProgram(program, args, {
      HOME: realHome,
      PATH: '/usr/bin:/bin',
      KUBECONFIG: join(realHome, '.kube/config'),
      AWS_PROFILE: 'real',
      AWS_ACCESS_KEY_ID: 'AKIAREALREALREAL0000',
      AWS_SECRET_ACCESS_KEY: 'real',
      HTTPS_PROXY: 'http://192.0.2.1:3128',
    })
    expect(run.stderr).toBe('')
    const { answers, touched, home } = JSON.parse(run.stdout)
    expect(answers).toEqual(answersOf)
    expect(touched.length).toBeGreaterThan(10)
    for (const each of touched) expect(each).toMatch(/127\.0\.0\.1|^connect \[?\{"path"/)
    expect(existsSync(home)).toBe(false)
    for (const [path, text] of Object.entries(planted)) {
      expect(await readFile(join(realHome, path), 'utf8')).toBe(text)
    }
    expect((await readdir(realHome)).sort()).toEqual(['.aws', '.kube'])
    if (!straced) return
    const calls = (await readFile(trace, 'utf8')).split('\n')
    const addresses = calls.filter((line) => /sin6?_addr/.test(line))
    // At least aws to STS and kubectl to the cluster, for each context that gets that far.
    expect(addresses.length).toBeGreaterThanOrEqual(2 * (contexts.length - 1))
    for (const line of addresses)
      expect(line).toMatch(/inet_addr\("127\.0\.0\.1"\)|inet_pton\(AF_INET6, "::1"/)
    expect(calls.filter((line) => line.includes(`${realHome}/`))).toEqual([])
  })
})
