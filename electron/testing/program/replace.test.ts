/** One identity in the place of another, in contexts and AWS profiles alike; and `--try`, by which nothing is written that acts otherwise. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Demo, startDemo } from '../../demo/demo'
import { arns } from '../../demo/fleet/demo-identities'
import { awsProgram } from '../aws-judge'
import { realProgram, runProgram } from '../real-programs'
import { useTerminal } from './terminal'

const terminal = useTerminal({ inProcess: true })
let demo: Demo
const variables = () => ({ ...demo.variables, EKSCOPE_HOME: path.join(terminal.home, 'state') })
const ekscope = (...args: readonly string[]) => terminal.ekscope(args, variables())
const files = () => [...(demo.variables.KUBECONFIG ?? '').split(':'), path.join(demo.home, '.aws/config')]
const texts = () => files().map((file) => readFileSync(file, 'utf8'))
const tried = (stdout: string) =>
  (JSON.parse(stdout).tried as Record<string, unknown>[]).map(({ context, verdict, proven }) => [
    context,
    verdict,
    proven,
  ])

beforeAll(async () => {
  const aws = await awsProgram()
  demo = await startDemo({ environment: { PATH: `${aws.folder}:/usr/bin:/bin`, LANG: 'C.UTF-8' } })
})
afterAll(() => demo?.close())

test('a role is replaced in contexts and profiles by one write, and comes back by one undo', async () => {
  const before = texts()
  const count = (of: readonly string[], role: string) =>
    of.map((text) => text.split(role).length - 1).reduce((sum, one) => sum + one, 0)
  const all = count(before, arns.devAdmin)
  const dry = await ekscope('replace-role', arns.devAdmin, arns.devDeveloper, '--dry-run')
  expect([dry.status, texts()]).toEqual([0, before])
  const written = await ekscope(
    'replace-role',
    arns.devAdmin,
    arns.devDeveloper,
    '--apply-to-shared',
    '--json',
  )
  const said = JSON.parse(written.stdout)
  expect(said.files.map((file: { path: string }) => file.path)).toContain(path.join(demo.home, '.aws/config'))
  expect(said.files.length).toBeGreaterThan(1)
  expect([count(texts(), arns.devAdmin), all > 1]).toEqual([0, true])
  expect((await ekscope('undo', said.id)).status).toBe(0)
  expect(texts()).toEqual(before)
  expect((await ekscope('replace-profile', 'no-such', 'pay')).status).toBe(3)
})

test('what would be denied is tried, said, and not written', async () => {
  const before = texts()
  const args = ['replace-role', arns.devAdmin, arns.devDeveloper, '--apply-to-shared', '--try', '--json']
  const { status, stdout } = await ekscope(...args)
  expect([status, JSON.parse(stdout).written, texts()]).toEqual([1, false, before])
  expect(tried(stdout)).toContainEqual(['stage-admin', 'broken', null])
})

test('a profile is proven as it would be before it is written, and kubectl agrees afterwards', async () => {
  const before = texts()
  const set = ['profile', 'set', 'pay-ro', 'role_arn', arns.payAdmin, '--try', '--json']
  const dry = await ekscope(...set, '--dry-run')
  expect([dry.status, texts()]).toEqual([0, before])
  const { status, stdout } = await ekscope(...set)
  expect(status).toBe(0)
  const found = tried(stdout)
  expect(found.length).toBeGreaterThan(0)
  expect(new Set(found.map(([, verdict]) => verdict))).toEqual(new Set(['verified']))
  expect(texts()).not.toEqual(before)
  const [[context] = ['']] = found
  const seen = await runProgram(
    realProgram('kubectl'),
    ['--context', `${context}`, 'auth', 'whoami', '-o', 'json'],
    variables(),
  )
  expect(JSON.parse(seen.stdout).status.userInfo.username).toMatch(/^admin:/)
  // The file that aws was given is gone.
  const sessions = path.join(terminal.home, 'state/sessions')
  expect(existsSync(sessions) ? readdirSync(sessions) : []).toEqual([])
  expect((await ekscope('undo')).status).toBe(0)
  expect(texts()).toEqual(before)
})
