/** The steps between an entry's command and its token, each alone. */

import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { mask } from '../../shared/kubeconfig/entries'
import type { Subject } from '../identity/subjects'
import { environmentOf } from '../system/environment'
import { runCommand as runProgram } from '../system/run-command'
import { kubeconfigOf, type Machine, noDecisions, startMachine } from '../testing/checking'
import { smallWorld } from '../testing/small-world'
import { commandFingerprint, processFingerprint } from '../trust/command-permission'
import type { Trust } from '../trust/decisions'
import { lookupsOf } from '../trust/examine'
import { planOf } from './entry-plan'
import type { ExecCredential } from './exec-credential'
import { permissionToRun, readToken, runCommand, signedCluster } from './get-token'
import type { Observed } from './observed'
import { defaultLimits } from './surroundings'
import { openCheckPool, openSharedWork } from './work'

let machine: Machine
let ran: string
beforeAll(async () => {
  machine = await startMachine(smallWorld(Date.now()))
  ran = join(machine.home, 'ran')
})
afterAll(() => machine.close())
beforeEach(() => rm(ran, { force: true }))

const apiVersion = 'client.authentication.k8s.io/v1beta1'
const getToken = ['eks', 'get-token', '--cluster-name', 'prod']

/** A context whose exec entry has these fields; its name needs quoting in a shell. */
async function contextWith(
  exec: Readonly<Record<string, unknown>>,
  cluster: Readonly<Record<string, unknown>> = { server: 'https://127.0.0.1:1' },
) {
  const file = await machine.write(
    '.kube/config',
    kubeconfigOf([{ name: 'it is', cluster, user: { exec: { apiVersion, ...exec } } }]),
  )
  const [subject] = await machine.subjects(environmentOf('app', machine.variables()))
  if (!subject) throw new Error('no context')
  const plan = planOf(subject.resolved)
  if (plan.kind !== 'runs-command') throw new Error(`the entry is ${plan.kind}`)
  return { subject, plan, file }
}
type Context = Awaited<ReturnType<typeof contextWith>>

const permission = (
  { subject, plan }: Context,
  {
    trust = noDecisions,
    loginNeed = null,
    processes = [],
    predicted = subject.predicted,
  }: Partial<Pick<Subject, 'loginNeed' | 'predicted' | 'processes'>> & { readonly trust?: Trust } = {},
) =>
  permissionToRun({ resolved: subject.resolved, predicted, loginNeed, processes }, plan, {
    trust,
    lookups: lookupsOf({ PATH: '/usr/bin:/bin' }),
    environment: environmentOf('app', {}),
  })
const shown = (observed: Exclude<Observed, { kind: 'cancelled' }>) =>
  `${observed.step.kind} ${observed.step.outcome}: ${observed.step.title}`
/** A program of the user's own: it notes that it ran, then does this. */
const program = (name: string, then: string) =>
  machine.write(`bin/${name}`, `#!/bin/sh\n: > ${ran}\n${then}\n`, true)

describe('the permission to run', () => {
  test('is there for aws getting a token, and for another program once it is allowed', async () => {
    const aws = await permission(await contextWith({ command: 'aws', args: getToken }))
    expect([shown(aws), aws]).toMatchObject([
      'allow ok: The command may run without asking',
      { kind: 'permitted', path: '/usr/bin/aws' },
    ])

    const command = await program('ours', 'true')
    const context = await contextWith({ command })
    const before = await permission(context)
    expect([shown(before), before]).toMatchObject([
      'allow skipped: Not allowed yet',
      { kind: 'no-token', problem: { code: 'command-not-allowed' } },
    ])
    const { next } = before.kind === 'no-token' ? before.problem : { next: '' }
    expect(next).toContain("`ekscope whoami --allow-exec 'it is' 'it is'`")
    const given = commandFingerprint(noDecisions.key, {
      exec: context.plan.exec,
      path: command,
      realPath: command,
      file: context.file,
      cluster: null,
    })
    const after = await permission(context, { trust: { ...noDecisions, allows: (one) => one === given } })
    expect(shown(after)).toBe('allow ok: You have allowed the command')
    expect(existsSync(ran)).toBe(false)
  })

  test('is missing where the command would stop, or start a program that is not allowed', async () => {
    const context = await contextWith({ command: 'aws', args: getToken })
    const loginNeed = { code: 'sso-login', message: 'Expired.', next: 'Sign in.' } as const
    const signIn = await permission(context, { loginNeed })
    expect([shown(signIn), signIn]).toMatchObject([
      'exec skipped: The command was not run',
      { problem: loginNeed },
    ])

    const process = {
      command: '/opt/keys',
      realPath: '/opt/keys',
      file: '/home/u/.aws/config',
      line: 7,
      profile: 'p',
    }
    const predicted = { ...context.subject.predicted, problem: null }
    const credentialProcess = await permission(context, { processes: [process], predicted })
    expect(credentialProcess).toMatchObject({ problem: { code: 'process-not-allowed' } })
    const given = processFingerprint(noDecisions.key, process)
    const allows = (one: string) => one === given
    expect(
      await permission(context, { processes: [process], trust: { ...noDecisions, allows } }),
    ).toMatchObject({
      kind: 'permitted',
    })
  })

  test('that is not given is no cause where it would change nothing: what files foretell for certain is, as list says it', async () => {
    const asks = await contextWith({ command: await program('ours', 'true') })
    const problem = {
      code: 'no-region',
      message: '“us west” is not the name of a region.',
      next: 'Write one.',
    } as const
    const predicted = { ...asks.subject.predicted, problem, certain: true }
    expect(await permission(asks, { predicted })).toMatchObject({ kind: 'no-token', problem })
    expect(await permission(asks, { predicted: { ...predicted, certain: false } })).toMatchObject({
      problem: { code: 'command-not-allowed' },
    })
    // A region that does not exist is asked about because of the host name that it would make.
    const region = await contextWith({ command: 'aws', args: ['--region', 'us west', ...getToken] })
    const found = await permission(region)
    expect(region.subject.predicted).toMatchObject({ certain: true, problem: { code: 'no-region' } })
    expect(found.kind === 'no-token' && found.problem).toEqual(region.subject.predicted.problem)
    expect(existsSync(ran)).toBe(false)
  })

  test('is missing where there is no program, and the entry’s hint is quoted as the kubeconfig’s, without secrets', async () => {
    const gone = await permission(
      await contextWith({
        command: 'no-such-aws',
        installHint: 'curl -H token=canaryHint http://u:canaryPassword@x | sh\n\u202eRun it.',
      }),
    )
    expect([shown(gone), gone]).toMatchObject([
      'exec skipped: The command was not found',
      {
        problem: {
          code: 'command-not-found',
          next: `The kubeconfig says how to install it: “curl -H token=${mask} http://${mask}@x | sh Run it.”`,
        },
      },
    ])
    for (const installHint of ['', ' \n'])
      expect(await permission(await contextWith({ command: 'no-such-aws', installHint }))).toMatchObject({
        problem: { next: 'Install no-such-aws, or put its folder on PATH of the app’s environment.' },
      })
    const gonePath = `${machine.home}/bin/gone`
    expect(await permission(await contextWith({ command: gonePath }))).toMatchObject({
      problem: {
        message: `There is no program ${gonePath}.`,
        next: `Put ${gonePath} there, or correct the command of the exec entry.`,
      },
    })
    const path = await machine.write('bin/data', 'no program')
    expect(await permission(await contextWith({ command: path }))).toMatchObject({
      problem: { message: `${path} is not a program that can be run.` },
    })
  })
})

describe('running the command', () => {
  /** Runs it as if it had been allowed. */
  async function run(context: Context, cancel = new AbortController()) {
    const permitted = await permission(context, { trust: { ...noDecisions, allows: () => true } })
    if (permitted.kind !== 'permitted') throw new Error(permitted.problem.message)
    const { signal } = cancel
    const environment = environmentOf('app', machine.variables())
    const pool = openCheckPool({ processes: 1, requests: 1 })
    return runCommand(context.plan, permitted, context.subject, {
      environment,
      work: openSharedWork({ runCommand: runProgram, pool, environment, signal }),
      limits: defaultLimits,
      onBegun: () => undefined,
    })
  }

  test('gives what it printed, and shows the command with its secrets masked', async () => {
    const credential = { kind: 'ExecCredential', apiVersion, status: { token: 'secret-token' } }
    const command = await program('gives', `echo '${JSON.stringify(credential)}'`)
    const observed = await run(await contextWith({ command, args: ['--token', 'hunter22'] }))
    expect(observed).toMatchObject({
      kind: 'credential',
      credential: { token: 'secret-token' },
      step: { kind: 'exec', outcome: 'ok', title: 'Ran gives' },
    })
    expect(observed.kind === 'credential' && observed.step.detail).toBe(`${command} --token ••••••`)
  })

  test('that fails shows what it wrote to standard error', async () => {
    const command = await program('fails', 'echo "no such vault" >&2; exit 3')
    const observed = await run(await contextWith({ command }))
    expect(observed).toMatchObject({
      kind: 'no-token',
      problem: { code: 'command-failed' },
      step: { kind: 'exec', outcome: 'failed', detail: `${command}\nno such vault` },
    })
  })

  test('that is cancelled is neither', async () => {
    const cancel = new AbortController()
    const running = run(await contextWith({ command: await program('waits', 'exec sleep 30') }), cancel)
    while (!existsSync(ran)) await new Promise((resolve) => setTimeout(resolve, 10))
    cancel.abort()
    expect(await running).toEqual({ kind: 'cancelled' })
  })

  test('does not happen where the cluster’s authority, which it is to get, cannot be read', async () => {
    const missing = join(machine.home, 'no-ca.pem')
    const cluster = { server: 'https://127.0.0.1:1', 'certificate-authority': missing }
    const command = await program('informed', 'true')
    const observed = await run(await contextWith({ command, provideClusterInfo: true }, cluster))
    expect(observed).toMatchObject({
      kind: 'no-token',
      problem: { code: 'unreadable-file' },
      step: { kind: 'exec', outcome: 'skipped' },
    })
    expect(existsSync(ran)).toBe(false)
  })
})

describe('the token', () => {
  const options = { cluster: 'prod', allowedEndpoint: null, now: Date.UTC(2026, 0, 31, 12) }
  const read = (token: string | null, certificate: ExecCredential['certificate'] = null) =>
    readToken({ certificate, expirationTimestamp: null, token }, options)
  const tokenOf = (host: string) =>
    `k8s-aws-v1.${Buffer.from(
      `https://${host}/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20260131%2Feu-west-1%2Fsts%2Faws4_request&X-Amz-Date=20260131T115900Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id&X-Amz-Signature=${'a'.repeat(64)}`,
    ).toString('base64url')}`

  test('is AWS’s, another provider’s, or one that no cluster takes; only the last stops the check', () => {
    const aws = read(tokenOf('sts.eu-west-1.amazonaws.com'))
    expect(aws).toMatchObject({
      kind: 'aws-token',
      token: { facts: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', cluster: 'prod' } },
      step: { outcome: 'ok', title: 'Token of access key AKIAIOSFODNN7EXAMPLE' },
    })
    expect(JSON.stringify(aws.step)).not.toMatch(/k8s-aws|aaaa/)

    for (const other of [read('eyJhbGciOiJub25lIn0.e30.'), read(null, { cert: 'PEM', key: 'PEM' })]) {
      expect(other).toMatchObject({
        kind: 'other-token',
        problem: { code: 'foreign-token' },
        step: { outcome: 'ok' },
      })
    }
    expect(read(tokenOf('sts.evil.example'))).toMatchObject({
      kind: 'no-token',
      problem: { code: 'sts-host-not-allowed' },
      step: { kind: 'token', outcome: 'failed' },
    })
  })

  test('is checked for the cluster that the arguments name, else the one that the entry means', async () => {
    const named = async (exec: Readonly<Record<string, unknown>>) => {
      const context = await contextWith(exec)
      const permitted = await permission(context, { trust: { ...noDecisions, allows: () => true } })
      if (permitted.kind !== 'permitted') throw new Error(permitted.problem.message)
      const of = (name: string) => signedCluster(permitted.facts, { ...context.plan.cluster.raw, name })
      return [of('prod.eu-west-1.eksctl.io'), of('arn:aws:eks:eu-west-1:111122223333:cluster/x'), of('a b')]
    }
    expect(await named({ command: 'aws', args: getToken })).toEqual(['prod', 'prod', 'prod'])
    const wrapped = ['exec', 'dev', '--', 'aws', 'eks', 'get-token', '--cluster-name=inner']
    expect(await named({ command: '/usr/bin/env', args: wrapped })).toEqual(['inner', 'inner', 'inner'])
    expect(await named({ command: '/usr/bin/env' })).toEqual(['prod', 'x', null])
  })
})
