import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Predicted } from '../../shared/identity/identity'
import { environmentOf } from '../system/environment'
import { kubeconfigOf, type Machine, startMachine } from '../testing/checking'
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
    ['refused', 'refused', 'entry', 'failed', 'kubectl would refuse this entry'],
  ])
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
