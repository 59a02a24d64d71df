import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RawExec } from '../../shared/exec/parse'
import { emptyExec } from '../../shared/kubeconfig/entries'
import type { CommandFacts } from './commands'
import { examineCommand, lookupsOf } from './examine'
import { pathCauses } from './path-causes'

let folder: string
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'ekscope-causes-')))
  for (const name of ['aws', 'aws-iam-authenticator', 'corp']) {
    await mkdir(join(folder, 'bin'), { recursive: true })
    await writeFile(join(folder, 'bin', name), '#!/bin/sh\n', { mode: 0o755 })
  }
  await mkdir(join(folder, 'open'))
  await chmod(join(folder, 'open'), 0o1777)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const getToken = ['eks', 'get-token', '--cluster-name', 'prod']
const entry = (command: string, args: readonly string[] = getToken): RawExec => ({
  ...emptyExec,
  apiVersion: 'client.authentication.k8s.io/v1beta1',
  command,
  args,
})

const factsOf = (exec: RawExec, path: readonly string[]): Promise<CommandFacts> =>
  examineCommand(exec, '/home/me/.kube/config', null, lookupsOf({ PATH: path.join(':') }))
const causesOf = async (entries: readonly RawExec[], path: readonly string[]) =>
  pathCauses(
    await Promise.all(
      entries.map(async (exec, index) => ({ context: `c${index}`, facts: await factsOf(exec, path) })),
    ),
  )

test('fifty contexts with one bad folder before their program are one question, and two programs two', async () => {
  const coming = join(folder, 'open/node_modules/.bin')
  const path = [coming, join(folder, 'bin')]
  const many = Array.from({ length: 50 }, (_, n) => entry('aws', [...getToken, '--profile', `p${n}`]))
  const aws = join(folder, 'bin/aws')
  const causes = await causesOf(
    [...many, entry(aws), entry('aws-iam-authenticator', ['token', '-i', 'prod'])],
    path,
  )
  expect(causes).toMatchObject([
    { program: 'aws', path: aws, safe: aws, doubts: [{ kind: 'missing', makesUnsafe: coming }] },
    { program: 'aws-iam-authenticator', path: join(folder, 'bin/aws-iam-authenticator') },
  ])
  expect(causes[0]?.contexts).toHaveLength(51)
  expect(causes[1]?.contexts).toEqual(['c51'])
})

test('a command that is in doubt itself keeps its own question, and where PATH is fine there is none', async () => {
  const path = ['', join(folder, 'bin')]
  const odd = [entry('corp'), entry('aws', [...getToken, '--debug']), entry(join(folder, 'bin/corp'))]
  expect(await causesOf(odd, path)).toEqual([])
  expect(await causesOf([entry('aws')], path)).toMatchObject([{ doubts: [{ kind: 'empty' }] }])
  expect(await causesOf([entry('aws')], [join(folder, 'bin')])).toEqual([])
})
