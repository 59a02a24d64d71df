import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Predicted } from '../../shared/identity/identity'
import { environmentOf } from '../system/environment'
import { kubeconfigOf, type Machine, startMachine } from '../testing/checking'
import { kubectlJudges } from '../testing/kubectl-judges'
import { runProgram } from '../testing/real-programs'
import { smallWorld } from '../testing/small-world'
import { readEntry, readPrediction } from './read-entry'

let machine: Machine
beforeAll(async () => {
  machine = await startMachine(smallWorld(Date.now()))
})
afterAll(() => machine.close())

test('the entry decides which steps follow, and says so', async () => {
  const cluster = { server: 'https://127.0.0.1:1' }
  const exec = (apiVersion: string) => ({ exec: { apiVersion, command: 'aws', args: [] } })
  await machine.write(
    '.kube/config',
    kubeconfigOf([
      { name: 'command', cluster, user: exec('client.authentication.k8s.io/v1beta1') },
      { name: 'token', cluster, user: { token: 'static', ...exec('client.authentication.k8s.io/v1beta1') } },
      {
        name: 'always',
        cluster,
        user: { exec: { ...exec('client.authentication.k8s.io/v1beta1').exec, interactiveMode: 'Always' } },
      },
      { name: 'refused', cluster, user: exec('client.authentication.k8s.io/v1alpha1') },
    ]),
  )
  const subjects = await machine.subjects(environmentOf('app', machine.variables()))
  const read = subjects.map(({ resolved }) => {
    const { plan, step } = readEntry(resolved)
    return [resolved.context.name, plan.kind, step.kind, step.outcome, step.title]
  })
  expect(read).toEqual([
    ['command', 'runs-command', 'entry', 'ok', 'The entry runs a command'],
    ['token', 'other-credentials', 'entry', 'ok', 'The entry signs in without AWS'],
    ['always', 'refused', 'entry', 'failed', 'The command of the entry needs a terminal'],
    ['refused', 'refused', 'entry', 'failed', 'kubectl would refuse this entry'],
  ])
})

for (const { name, program, here, some } of kubectlJudges)
  test.skipIf(!here)(`impersonating nobody is refused exactly where ${name} refuses it`, async () => {
    const cluster = { server: 'https://127.0.0.1:1' }
    const exec = { apiVersion: 'client.authentication.k8s.io/v1beta1', command: 'aws', args: [] }
    const users = {
      uid: { 'as-uid': '1' },
      groups: { 'as-groups': ['g'] },
      extra: { 'as-user-extra': { k: ['v'] } },
      emptyUser: { as: '', 'as-groups': ['g'] },
      ofToken: { token: 'static', 'as-groups': ['g'] },
      emptyValues: { 'as-uid': '', 'as-groups': [], 'as-user-extra': {} },
      somebody: { as: 'jane', 'as-uid': '1', 'as-groups': ['g'] },
    }
    const path = await machine.write(
      '.kube/config',
      kubeconfigOf(
        Object.entries(users).map(([context, user]) => ({ name: context, cluster, user: { exec, ...user } })),
      ),
    )
    const subjects = await machine.subjects(environmentOf('app', machine.variables()))
    const refused = subjects.flatMap(({ resolved }) => {
      const { plan } = readEntry(resolved)
      return plan.kind === 'refused' ? [[resolved.context.name, plan.problem.code]] : []
    })
    const judged = some(Object.keys(users), 2)
    const runs = await Promise.all(
      judged.map(async (context) => {
        const args = ['--kubeconfig', path, '--context', context, '--request-timeout=1s', 'get', 'ns']
        const run = await runProgram(program, args, { PATH: '/nowhere', HOME: machine.home })
        return run.stderr.includes('without impersonating a user') ? [[context, 'impersonates-nobody']] : []
      }),
    )
    expect(refused.filter(([context = '']) => judged.includes(context))).toEqual(runs.flat())
    expect(refused).toHaveLength(5)
  })

test('a prediction is shown by the most that it says', () => {
  const none: Predicted = {
    arn: null,
    accessKeyId: null,
    profile: null,
    account: null,
    partition: null,
    permissionSet: null,
    by: ['AWS_PROFILE', 'profile dev'],
    instead: null,
    certain: true,
    problem: null,
  }
  const arn = 'arn:aws:iam::111122223333:role/Admin'
  const problem = { code: 'no-keys', message: 'No keys.', next: 'Sign in.' } as const
  const shown = (more: Partial<Predicted>) => {
    const { outcome, title, detail } = readPrediction({ ...none, ...more }).step
    return `${outcome}: ${title} (${detail})`
  }
  expect([
    shown({ arn, accessKeyId: 'AKIA1' }),
    shown({ accessKeyId: 'AKIA1' }),
    shown({}),
    shown({ arn, problem }),
  ]).toEqual([
    'ok: Predicted role Admin of 111122223333 (AWS_PROFILE, profile dev)',
    'ok: Predicted access key AKIA1 (AWS_PROFILE, profile dev)',
    'skipped: Files alone do not say who it will be (AWS_PROFILE, profile dev)',
    'failed: Files and environment give no identity (No keys.)',
  ])
})
