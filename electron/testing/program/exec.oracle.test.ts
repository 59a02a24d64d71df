/** The real kubectl under `ekscope exec` and `env` is who Ekscope says that the context is, while another one is current. */
import { mkdtemp } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import * as v from 'valibot'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { full } from '../../../shared/testing/counts'
import { type Demo, startDemo } from '../../demo/demo'
import { type AwsProgram, awsProgram } from '../aws-judge'
import { removeFolder } from '../bundle'
import { realProgram, runProgram } from '../real-programs'
import { useTerminal } from './terminal'

const terminal = useTerminal()
let demo: Demo
let aws: AwsProgram
let folder: string
let variables: Readonly<Record<string, string>>

beforeAll(async () => {
  aws = await awsProgram()
  folder = await mkdtemp(path.join(os.tmpdir(), 'ekscope-exec-'))
  demo = await startDemo({ environment: { PATH: `${aws.folder}:/usr/bin:/bin` } })
  variables = { ...demo.variables, EKSCOPE_HOME: path.join(folder, 'state') }
})
afterAll(async () => {
  await demo?.close()
  await removeFolder(folder)
})

const whoami = ['auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}'] as const
const seen = v.object({
  results: v.array(v.object({ context: v.string(), seen: v.nullable(v.object({ username: v.string() })) })),
})

async function ran(args: readonly string[]): Promise<string> {
  const run = await runProgram(process.execPath, [terminal.program, ...args], variables)
  expect([args.slice(0, 2), run.status, run.status === 0 ? '' : run.stderr]).toEqual([
    args.slice(0, 2),
    0,
    '',
  ])
  return run.stdout
}

const contexts = ['prod-ci', 'prod-readonly', 'prod-us-viewer', 'shop-stage', 'observability']

test.skipIf(!full)(
  'each context’s kubectl sees whom whoami sees, also nested, and current-context never moves',
  async () => {
    const kubectl = realProgram('kubectl')
    const listed = v.parse(
      v.object({ currentContext: v.string(), contexts: v.array(v.object({ context: v.string() })) }),
      JSON.parse(await ran(['list', '--json'])),
    )
    const there = contexts.filter((name) => listed.contexts.some(({ context }) => context === name))
    expect(there.length).toBeGreaterThan(2)
    const run = await runProgram(
      process.execPath,
      [terminal.program, 'whoami', '--json', listed.currentContext, ...there],
      variables,
    )
    const { results } = v.parse(seen, JSON.parse(run.stdout))
    const by = new Map(results.map(({ context, seen: who }) => [context, who?.username ?? null]))
    const current = by.get(listed.currentContext)
    const others = there.filter((name) => by.get(name) !== null && by.get(name) !== current)
    expect(others.length).toBeGreaterThan(1)
    for (const name of others) {
      expect([name, await ran(['exec', name, '--', kubectl, ...whoami])]).toEqual([name, by.get(name)])
      const script = `eval "$("$0" "$1" env ${name} --shell sh)"; "$2" ${whoami.map((word) => `'${word}'`).join(' ')}`
      const shell = await runProgram(
        '/bin/sh',
        ['-c', script, process.execPath, terminal.program, kubectl],
        variables,
      )
      expect([name, shell.stdout, shell.stderr]).toEqual([name, by.get(name), ''])
    }
    const [outer = '', inner = ''] = others
    const nested = [process.execPath, terminal.program, 'exec', inner, '--', kubectl, ...whoami]
    expect(await ran(['exec', outer, '--', ...nested])).toBe(by.get(inner))
    const after = await runProgram(kubectl, ['config', 'current-context'], variables)
    expect(after.stdout.trim()).toBe(listed.currentContext)
  },
)
