/** A context that kubectl would not sign in for is not checked as if it would: with aws and kubectl themselves. */
import { mkdir, rm, symlink } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  clusterEntry,
  getTokenArgs,
  kubeconfigOf,
  type Machine,
  startMachine,
  userEntry,
} from '../testing/checking'
import { kubectlJudges } from '../testing/kubectl-judges'
import { runProgram } from '../testing/real-programs'
import { small, smallWorld } from '../testing/small-world'

let machine: Machine
beforeAll(async () => {
  machine = await startMachine(smallWorld(Date.now()))
})
afterAll(() => machine.close())

const kuberc = (policy: string) =>
  machine.write('.kube/kuberc', `apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\n${policy}`)

beforeEach(async () => {
  machine.runs.length = 0
  await rm(path.join(machine.home, '.kube/kuberc'), { force: true })
  await machine.write(
    '.aws/credentials',
    `[alice]\naws_access_key_id = ${small.alice.key.id}\naws_secret_access_key = ${small.alice.key.secret}\n`,
  )
  await machine.write(
    '.kube/config',
    kubeconfigOf([
      {
        name: 'aws',
        cluster: clusterEntry(machine, 'prod'),
        user: userEntry('aws', getTokenArgs(['--profile', 'alice'], 'prod')),
      },
      { name: 'token', cluster: clusterEntry(machine, 'prod'), user: { token: 'static' } },
    ]),
  )
})

for (const [index, { name, program, here }] of kubectlJudges.entries())
  test.skipIf(!here)(`a command that ${name} would run runs, and no other`, async () => {
    await rm(path.join(machine.home, 'bin'), { recursive: true, force: true })
    await mkdir(path.join(machine.home, 'bin'))
    await symlink(program, path.join(machine.home, 'bin/kubectl'))
    const plain = machine.variables()
    const variables = { ...plain, PATH: `${machine.home}/bin:${plain.PATH}` }
    const check = async () => {
      machine.runs.length = 0
      const { checks } = await machine.check(variables)
      const said = [...checks.values()].map((one) => [one.contextName, one.verdict, one.problem?.code]).sort()
      return {
        said,
        runs: machine.runs.length,
        first: [...checks.values()].find((one) => one.contextName === 'aws'),
      }
    }
    /** Whether kubectl itself got as far as the cluster, or past its kuberc. */
    const refuses = async (context: string) => {
      const { stderr } = await runProgram(
        path.join(machine.home, 'bin/kubectl'),
        ['--context', context, 'get', '--raw', '/'],
        { ...variables, KUBECONFIG: path.join(machine.home, '.kube/config') },
      )
      return /plugin|kuberc/i.test(stderr)
    }
    const free = await check()
    expect(free.runs).toBe(1)
    expect(free.said[0]).toEqual(['aws', 'verified', undefined])

    await kuberc('credentialPluginPolicy: DenyAll\n')
    const denied = await check()
    expect([await refuses('aws'), await refuses('token')]).toEqual([index === 1, false])
    if (index === 0) {
      expect([denied.said, denied.runs]).toEqual([free.said, 1])
      return
    }
    expect(denied.runs).toBe(0)
    expect(denied.said).toEqual([
      ['aws', 'broken', 'plugin-not-allowed'],
      ['token', ...(free.said[1] ?? []).slice(1)],
    ])
    const { first } = denied
    expect(first?.predicted.problem).toEqual(first?.problem)
    expect(first?.problem?.message).toContain(`${machine.home}/.kube/kuberc:3 `)
    expect(first?.problem?.message).toMatch(/kubectl 1\.35\.\d+ runs no exec command/)
    expect(first?.steps.map(({ title }) => title)).toEqual([
      'kubectl would not run the command of this entry',
    ])

    await kuberc('credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist:\n- name: aws\n')
    expect(await refuses('aws')).toBe(false)
    expect(await check()).toMatchObject({ said: free.said, runs: 1 })

    await kuberc('credentialPluginPolicy: Allowlist\n')
    expect([await refuses('aws'), await refuses('token')]).toEqual([true, true])
    expect(await check()).toMatchObject({
      said: [
        ['aws', 'broken', 'kuberc-refused'],
        ['token', 'broken', 'kuberc-refused'],
      ],
      runs: 0,
    })
  })

test('of a kubectl that only running it would tell nothing is claimed, and the command runs', async () => {
  await rm(path.join(machine.home, 'bin'), { recursive: true, force: true })
  await machine.write('bin/kubectl', '#!/bin/sh\n', true)
  await kuberc('credentialPluginPolicy: DenyAll\n')
  const plain = machine.variables()
  const { checks } = await machine.check({ ...plain, PATH: `${machine.home}/bin:${plain.PATH}` })
  const first = [...checks.values()].find((one) => one.contextName === 'aws')
  expect(first?.predicted.problem).toBe(null)
  expect(first?.problem?.code).not.toBe('plugin-not-allowed')
  expect(machine.runs.length).toBe(1)
})
