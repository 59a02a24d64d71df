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

const exported = () => ({
  ...demo.variables,
  ...{ EKSCOPE_HOME: path.join(folder, 'state'), SHELL: '/bin/sh', AWS_DEFAULT_PROFILE: 'nobody' },
  ...{ AWS_ACCESS_KEY_ID: 'AKIAFOREIGNFOREIGN00', AWS_SECRET_ACCESS_KEY: 'foreign' },
})
const run = (args: readonly string[], input = '') =>
  runProgram(process.execPath, [terminal.program, ...args], exported(), { input })
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

test('env --aws gives the shell the identity, --leave what it had but keys, another context its own', async () => {
  const env = (words: string) => `eval "$("$0" "$1" env ${words} 2>/dev/null)"`
  const said = 'env | grep ^AWS_ | grep -v METADATA | sort | tr "\\n" " "; echo'
  const script = [env('prod-readonly --aws'), said, identity.join(' '), env('edge-ap-1'), said]
  const all = [...script, env('prod-admin --aws'), said, env('--leave'), said].join('; ')
  const before = { AWS_REGION: 'us-east-1', AWS_PROFILE: "it's" }
  const { stdout } = await runProgram(
    '/bin/sh',
    ['-c', all, process.execPath, terminal.program],
    { ...exported(), ...before },
    {},
  )
  expect(stdout.split('\n').slice(0, -1)).toEqual([
    'AWS_DEFAULT_REGION=eu-west-1 AWS_PROFILE=pay-ro AWS_REGION=eu-west-1 ',
    expect.stringContaining(':assumed-role/ReadOnly/'),
    "AWS_DEFAULT_PROFILE=nobody AWS_PROFILE=it's AWS_REGION=us-east-1 ",
    expect.stringMatching(/^AWS_DEFAULT_REGION=eu-west-1 AWS_PROFILE=\S+ AWS_REGION=eu-west-1 $/),
    "AWS_DEFAULT_PROFILE=nobody AWS_PROFILE=it's AWS_REGION=us-east-1 ",
  ])
  const { stderr } = await run(['env', 'prod-readonly', '--aws'])
  expect(stderr).toContain('AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY will be gone from this shell')
  expect((await run(['env', 'prod-readonly', '--aws', '--json'])).stdout).not.toContain('foreign')
})

test('a role that the entry itself names is said not to be that of other tools', async () => {
  const { stderr } = await run(['exec', 'prod-ci', '--aws', '--', 'true'])
  expect(stderr).toContain('Other tools than kubectl would act as ')
  expect(stderr).toContain('and not as CiDeploy (role, 111122223333), as kubectl does.')
})
