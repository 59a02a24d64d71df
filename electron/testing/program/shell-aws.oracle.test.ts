/** With `--aws` the real aws by itself is who the context is, whatever the shell exports; or it is said who it would be. */
import { mkdtemp } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import * as v from 'valibot'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { someOf } from '../../../shared/testing/counts'
import { type Demo, startDemo } from '../../demo/demo'
import { type AwsProgram, awsProgram } from '../aws-judge'
import { removeFolder } from '../bundle'
import { runProgram } from '../real-programs'
import { useTerminal } from './terminal'

const terminal = useTerminal()
let demo: Demo
let aws: AwsProgram
let folder: string

beforeAll(async () => {
  aws = await awsProgram()
  folder = await mkdtemp(path.join(os.tmpdir(), 'ekscope-tools-'))
  demo = await startDemo({ environment: { PATH: `${aws.folder}:/usr/bin:/bin` } })
})
afterAll(async () => {
  await demo?.close()
  await removeFolder(folder)
})

const run = (args: readonly string[], input = '') =>
  runProgram(
    process.execPath,
    [terminal.program, ...args],
    {
      ...demo.variables,
      ...{ EKSCOPE_HOME: path.join(folder, 'state'), SHELL: '/bin/sh', AWS_DEFAULT_PROFILE: 'nobody' },
      ...{ AWS_ACCESS_KEY_ID: 'AKIAFOREIGNFOREIGN00', AWS_SECRET_ACCESS_KEY: 'foreign' },
    },
    { input },
  )
const identity = ['aws', 'sts', 'get-caller-identity', '--query', 'Arn', '--output', 'text'] as const
const results = v.object({
  results: v.array(v.object({ proven: v.nullable(v.object({ canonicalArn: v.string() })) })),
})

// One whose profile an argument pins, and one whose profile a variable of the entry does.
test.each(someOf(['prod-admin', 'prod-readonly', 'shop-stage'], (name) => name !== 'shop-stage'))(
  'in %s',
  async (name) => {
    const checked = await run(['whoami', name, '--json', '--environment', 'clean'])
    const [result] = v.parse(results, JSON.parse(checked.stdout)).results
    const [role = ''] = /[^/:]+$/.exec(result?.proven?.canonicalArn ?? '') ?? []
    expect(role).not.toBe('')
    const exec = await run(['exec', name, '--aws', '--', ...identity])
    expect([exec.stdout, exec.stderr]).toEqual([
      expect.stringMatching(new RegExp(`/${role}(?:/|$)`, 'm')),
      expect.stringMatching(
        new RegExp(
          `^ekscope: Set by “${name}”: .*AWS_PROFILE.* Taken away: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_DEFAULT_PROFILE\\.\n`,
        ),
      ),
    ])
    expect((await run(['shell', name, '--aws'], `${identity.join(' ')}\n`)).stdout).toBe(exec.stdout)
  },
)

test('a role that the entry itself names is said not to be that of other tools', async () => {
  const { stderr } = await run(['exec', 'prod-ci', '--aws', '--', 'true'])
  expect(stderr).toContain('Other tools than kubectl would act as ')
  expect(stderr).toContain('and not as CiDeploy (role, 111122223333), as kubectl does.')
})
