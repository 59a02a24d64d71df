/** Many contexts at once: equal work once, limits kept, cancel at every point, no secret in any event. */
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { WhoamiProgress } from '../../shared/ipc/contract'
import { full } from '../../shared/testing/counts'
import { environmentOf } from '../system/environment'
import {
  clusterEntry,
  getTokenArgs,
  kubeconfigOf,
  type Machine,
  noDecisions,
  type Piece,
  startMachine,
  userEntry,
} from '../testing/checking'
import { realProgram, runProgram } from '../testing/real-programs'
import { small, smallWorld } from '../testing/small-world'

let machine: Machine
let variables: Record<string, string>
let log: string
const keys = { AWS_ACCESS_KEY_ID: small.alice.key.id, AWS_SECRET_ACCESS_KEY: small.alice.key.secret }

/**
 * An `aws` of this PATH that notes when it starts and ends and gives a token that the real aws minted: for counting and
 * timing runs, not for what they say.
 */
beforeAll(async () => {
  machine = await startMachine(smallWorld(Date.now()))
  log = join(machine.home, 'log')
  const minted = await runProgram(
    realProgram('aws'),
    ['--region', 'eu-west-1', 'eks', 'get-token', '--cluster-name', 'prod', '--output', 'json'],
    machine.variables(keys),
  )
  await machine.write('credential.json', minted.stdout)
  await machine.write(
    'bin/aws',
    `#!/bin/sh\necho start >> ${log}\nsleep "\${PACE:-0.1}"\necho end >> ${log}\ncat ${join(machine.home, 'credential.json')}\n`,
    true,
  )
  variables = machine.variables({ PATH: `${join(machine.home, 'bin')}:/usr/bin:/bin` })
})
afterAll(() => machine.close())
beforeEach(async () => {
  await rm(log, { force: true })
  machine.simulator.clearFaults()
  machine.simulator.forgetRequests()
  machine.runs.length = 0
})

const cluster = () => clusterEntry(machine)
const user = (profile: string | null, command = 'aws') =>
  userEntry(command, getTokenArgs(profile === null ? [] : ['--profile', profile]))
const write = (count: number, profile: (i: number) => string | null) =>
  machine.write(
    '.kube/config',
    kubeconfigOf(
      Array.from(
        { length: count },
        (_, i): Piece => ({ name: `c${i}`, cluster: cluster(), user: user(profile(i)) }),
      ),
    ),
  )
const asked = (service: string) =>
  machine.simulator.requests().filter((request) => request.service === service).length

/** The most runs that were under way at one moment. */
async function mostAtOnce(): Promise<number> {
  let now = 0
  let most = 0
  for (const line of (await readFile(log, 'utf8')).trim().split('\n')) {
    now += line === 'start' ? 1 : -1
    most = Math.max(most, now)
  }
  return most
}

test('forty contexts with four different commands are four runs and one question to STS per token', async () => {
  await write(40, (i) => (i % 4 === 0 ? null : `p${i % 4}`))
  const { checks, events } = await machine.check(variables)
  expect(checks.size).toBe(40)
  expect(new Set([...checks.values()].map(({ verdict }) => verdict))).toEqual(new Set(['proven']))
  // Nobody knows that aws: its version is asked, once.
  expect(machine.runs.filter(({ args }) => args[0] === '--version')).toHaveLength(1)
  expect(machine.runs).toHaveLength(5)
  expect(asked('sts')).toBe(1)
  // The user that each cluster sees, and, outside system:masters, whether it may do everything.
  const masters = [...checks.values()].filter(({ seen }) => seen?.groups.includes('system:masters')).length
  expect(asked('kubernetes')).toBe(80 - masters)
  expect(events[0]).toMatchObject({ kind: 'started', environment: 'app' })
  expect(events.at(-1)).toMatchObject({ kind: 'ended', done: 40, total: 40, cancelled: false })
  const counted = events.flatMap((event) => (event.kind === 'checked' ? [event.done] : []))
  expect(counted).toEqual(Array.from({ length: 40 }, (_, i) => i + 1))
})

test('each context is said to begin when its command does: those that share one together, the rest wait', async () => {
  await write(12, (i) => `p${i % 6}`)
  const { events } = await machine.check(variables, { concurrency: 1 })
  const order = events.flatMap((event) =>
    event.kind === 'begun' ? [event.context] : event.kind === 'checked' ? ['checked'] : [],
  )
  const begun = order.filter((one) => one !== 'checked')
  expect(new Set(begun).size).toBe(12)
  expect(begun).toHaveLength(12)
  // One command at a time: when the first context is done, the last has not begun.
  expect(order.indexOf('checked')).toBeLessThan(order.indexOf(begun.at(-1) ?? ''))
})

test('what needs no answer is checked while the user is asked about the rest, which join the run by what is allowed then', async () => {
  await write(6, (i) => `p${i % 2}`)
  const all = await machine.subjects(environmentOf('app', variables))
  const [first, second] = [all.slice(0, 3), all.slice(3)]
  const ids = second.map(({ resolved }) => resolved.id)
  const checked: string[] = []
  const events: WhoamiProgress[] = []
  let answer: () => void = () => undefined
  const answered = new Promise<void>((resolve) => {
    answer = resolve
  })
  await machine.check(variables, {
    subjects: first,
    later: {
      contexts: ids,
      async ask(add) {
        await answered
        // One of them has gone meanwhile.
        add({ contexts: ids, subjects: second.slice(1), trust: noDecisions })
      },
    },
    emit(event) {
      events.push(event)
      if (event.kind === 'checked') checked.push(event.check.contextName)
      // A run that waited for the answer would never come here.
      if (checked.length === first.length) answer()
    },
  })
  expect(checked).toHaveLength(5)
  expect(events.flatMap((event) => (event.kind === 'asking' ? [event.contexts] : []))).toEqual([ids, []])
  expect(events.at(-1)).toMatchObject({ kind: 'ended', done: 5, total: 5, cancelled: false })
})

test('runs share the limit that is asked for, and what is equal and under way in one of them; one that is cancelled takes nothing from the others', async () => {
  await write(9, (i) => `p${i}`)
  const slow = { ...variables, PACE: '0.5' }
  const cancel = new AbortController()
  const leaving = machine.check(slow, {
    concurrency: 3,
    signal: cancel.signal,
    emit: (event) => {
      if (event.kind === 'begun') cancel.abort()
    },
  })
  const staying = Array.from({ length: 20 }, () => machine.check(slow, { concurrency: 3 }))
  const [left, ...done] = await Promise.all([leaving, ...staying])
  expect(left?.checks.size).toBe(0)
  expect(new Set(done.map(({ checks }) => checks.size))).toEqual(new Set([9]))
  // Nine commands and a version for all of them, of which the first were given up with the run that left.
  expect(machine.runs.length).toBeLessThan(2 * 10)
  expect(await mostAtOnce()).toBe(3)
  expect(asked('kubernetes')).toBeLessThan(2 * 18)
})

test('a context whose cluster hangs does not hold the others back', async () => {
  await machine.write(
    '.kube/config',
    kubeconfigOf(
      Array.from({ length: 10 }, (_, i) => ({
        name: `c${i}`,
        cluster: i === 0 ? { server: 'https://127.0.0.1:1' } : cluster(),
        user: user(null),
      })),
    ),
  )
  const end = machine.simulator.fault({ kind: 'hang', service: 'kubernetes', times: 1 })
  // Long enough for those that answer, on a busy machine too.
  const { checks, events } = await machine.check(variables, { limits: { execMs: 20_000, clusterMs: 5_000 } })
  end()
  const verdicts = [...checks.values()].map(({ problem }) => problem?.code ?? 'verified').sort()
  expect(verdicts).toEqual(['cluster-refused', 'cluster-timeout', ...Array(8).fill('verified')])
  const last = events.filter((event) => event.kind === 'checked').at(-1)
  expect(last).toMatchObject({ check: { problem: { code: 'cluster-timeout' } } })
})

test('an expired SSO session is found by one real aws, not by twelve', async () => {
  const names = Array.from({ length: 12 }, (_, i) => `sso${i}`)
  await machine.write(
    '.aws/config',
    `[sso-session s]\nsso_start_url = ${small.startUrl}\nsso_region = eu-west-1\n` +
      names
        .map(
          (name) =>
            `[profile ${name}]\nsso_session = s\nsso_account_id = ${small.account}\nsso_role_name = Developer\n`,
        )
        .join(''),
  )
  await write(12, (i) => names[i] ?? '')
  const { checks } = await machine.check(machine.variables(), { blind: true })
  expect([...checks.values()].map(({ verdict, problem }) => `${verdict} ${problem?.code}`)).toEqual(
    Array(12).fill('login-needed sso-login'),
  )
  expect(machine.runs).toHaveLength(1)
  await rm(join(machine.home, '.aws'), { recursive: true })
})

test.skipIf(!full)(
  'a throttled STS is asked again; one that stays so is unreachable, and the cluster is asked all the same',
  async () => {
    await write(1, () => null)
    machine.simulator.fault({ kind: 'throttle', service: 'sts', times: 2 })
    expect((await machine.check(variables)).checks.get('c0')?.verdict).toBe('proven')
    machine.simulator.fault({ kind: 'throttle', service: 'sts', operation: 'GetCallerIdentity' })
    const { checks } = await machine.check(variables)
    expect(checks.get('c0')).toMatchObject({
      verdict: 'unreachable',
      problem: { code: 'throttled' },
      proven: null,
    })
  },
)

test('a command that AWS throttles is run again after a pause, and a wrapper around aws is proven like aws', async () => {
  const tries = join(machine.home, 'tries')
  await rm(tries, { force: true })
  const wrapper = await machine.write(
    'wrapper',
    `#!/bin/sh\necho x >> ${tries}\nif [ "$(wc -l < ${tries})" -lt 3 ]; then\n  echo 'An error occurred (Throttling) when calling the AssumeRole operation (reached max retries: 4): Rate exceeded' >&2\n  exit 254\nfi\nshift 3\nexec "$@"\n`,
    true,
  )
  const { args } = user(null).exec
  const exec = { ...user(null).exec, command: wrapper, args: ['exec', 'prod', '--', 'aws', ...args] }
  await machine.write('.kube/config', kubeconfigOf([{ name: 'wrapped', cluster: cluster(), user: { exec } }]))
  const { checks } = await machine.check(variables, { trust: { ...noDecisions, allows: () => true } })
  expect(checks.get('wrapped')).toMatchObject({
    verdict: 'proven',
    proven: { arn: small.alice.arn },
    token: { cluster: 'prod' },
  })
  expect(machine.runs).toHaveLength(3)
})

test('cancelling keeps what is known, ends every process, and nothing is reported afterwards', async () => {
  await write(40, (i) => `p${i}`)
  const cancel = new AbortController()
  const events: WhoamiProgress[] = []
  let late = 0
  await machine.check(
    { ...variables, PACE: '0.3' },
    {
      concurrency: 4,
      signal: cancel.signal,
      emit: (event) => {
        if (cancel.signal.aborted && event.kind !== 'ended') late++
        events.push(event)
        if (event.kind === 'checked' && event.done === 3) cancel.abort()
      },
    },
  )
  const checked = events.filter((event) => event.kind === 'checked').length
  expect(checked).toBe(3)
  expect(late).toBe(0)
  expect(events.at(-1)).toMatchObject({ kind: 'ended', done: 3, total: 40, cancelled: true })
  expect(machine.runs.length).toBeLessThan(40)
  const { stdout } = await runProgram('/usr/bin/ps', ['-eo', 'args='], { PATH: '/usr/bin' })
  expect(stdout.split('\n').filter((line) => line.includes(join(machine.home, 'bin/aws')))).toEqual([])
})

test('a check that is cancelled while a step is shown takes no further step and gives no verdict', async () => {
  await write(1, () => null)
  const steps = ['entry', 'predict', 'allow', 'exec', 'token', 'sts']
  for (const [index, last] of steps.entries()) {
    machine.simulator.forgetRequests()
    const cancel = new AbortController()
    const shown: string[] = []
    await machine.check(variables, {
      signal: cancel.signal,
      emit: (event) => {
        if (event.kind === 'step') shown.push(event.step.kind)
        if (event.kind === 'checked') shown.push(event.check.verdict)
        if (event.kind === 'step' && event.step.kind === last) cancel.abort()
      },
    })
    expect(shown).toEqual(steps.slice(0, index + 1))
    expect(asked('kubernetes')).toBe(0)
  }
})

test('a run that is cancelled before it begins runs nothing and asks nothing', async () => {
  await write(5, () => null)
  const { checks, events } = await machine.check(variables, { signal: AbortSignal.abort() })
  expect(checks.size).toBe(0)
  expect(events.map(({ kind }) => kind)).toEqual(['started', 'ended'])
  expect([machine.runs.length, machine.simulator.requests().length]).toEqual([0, 0])
})

test('no event holds a secret: not of the environment, the entry, the output or the answers', async () => {
  const secrets = [
    'canary-environment-secret',
    'canary-entry-secret-value',
    'canary-session-token-value',
    'canary-proxy-password',
  ]
  const noisy = await machine.write(
    'noisy/aws',
    `#!/bin/sh\necho "$AWS_SECRET_ACCESS_KEY $AWS_SESSION_TOKEN $MY_TOKEN SecretAccessKey=${secrets[1]}" >&2\ncat ${join(machine.home, 'credential.json')} >&2\nexit 1\n`,
    true,
  )
  const entry = { exec: { ...user(null).exec, env: [{ name: 'AWS_SESSION_TOKEN', value: secrets[2] }] } }
  await machine.write(
    '.kube/config',
    kubeconfigOf([
      { name: 'fails', cluster: cluster(), user: entry },
      {
        name: 'proxy',
        cluster: { ...cluster(), 'proxy-url': `http://u:${secrets[3]}@127.0.0.1:1` },
        user: user(null, 'aws'),
      },
    ]),
  )
  const { checks, events } = await machine.check({
    ...variables,
    PATH: `${join(noisy, '..')}:/usr/bin:/bin`,
    AWS_SECRET_ACCESS_KEY: secrets[0] ?? '',
    MY_TOKEN: secrets[0] ?? '',
  })
  expect(checks.get('fails')?.problem?.code).toBe('command-failed')
  const reported = JSON.stringify(events)
  for (const secret of [...secrets, small.alice.key.secret]) expect(reported).not.toContain(secret)
  expect(reported).not.toMatch(/k8s-aws-v1\.[A-Za-z0-9]/)
})

test.skipIf(!full)('two thousand contexts that kubectl would refuse are all answered', async () => {
  await machine.write(
    '.kube/config',
    kubeconfigOf(
      Array.from({ length: 2_000 }, (_, i) => ({
        name: `c${i}`,
        cluster: { server: 'https://127.0.0.1:1' },
        user: { exec: { apiVersion: 'client.authentication.k8s.io/v1alpha1', command: 'aws' } },
      })),
    ),
  )
  const { checks } = await machine.check(variables)
  expect(checks.size).toBe(2_000)
})
