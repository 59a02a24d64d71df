import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RawExec } from '../../shared/exec/parse'
import { emptyExec } from '../../shared/kubeconfig/entries'
import { factsOf, isTooLong, maskedQuestion } from '../../shared/trust/question'
import { shownCommand } from '../../shared/trust/question-text'
import { type CommandFacts, commandPermission, decisionFingerprint, programFingerprint } from './commands'
import { examineCommand, lookupsOf } from './examine'
import { pathCauses, programQuestion } from './path-causes'

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

const commandFacts = (exec: RawExec, path: readonly string[]): Promise<CommandFacts> =>
  examineCommand(exec, '/home/me/.kube/config', null, lookupsOf({ PATH: path.join(':') }))
const causesOf = async (entries: readonly RawExec[], path: readonly string[]) =>
  pathCauses(
    await Promise.all(
      entries.map(async (exec, index) => ({ context: `c${index}`, facts: await commandFacts(exec, path) })),
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

test('who names the safe program by its path, as the question advises, is asked that one question at most', async () => {
  const planted = join(folder, 'open', 'aws')
  await writeFile(planted, '#!/bin/sh\n', { mode: 0o755 })
  const path = [join(folder, 'open'), join(folder, 'bin')]
  const safe = join(folder, 'bin/aws')
  const named = Array.from({ length: 50 }, (_, n) => entry(safe, [...getToken, '--profile', `p${n}`]))
  expect(await causesOf([entry('aws')], path)).toMatchObject([{ path: planted, safe }])
  const causes = await causesOf(named, path)
  expect(causes).toMatchObject([{ path: safe, safe }])
  expect(causes[0]?.contexts).toHaveLength(50)
})

test('the question says what is wrong and what to do, in the window and in the terminal', async () => {
  const coming = join(folder, 'open/node_modules/.bin')
  const [cause] = await causesOf([entry('aws'), entry('aws')], [coming, join(folder, 'bin')])
  if (cause === undefined) throw new Error('no cause')
  const question = programQuestion(cause, 'f'.repeat(64))
  const { title, lead, parts, allow } = shownCommand(question, ['prod', 'stage'], { at: 1, of: 3 })
  expect([title, allow]).toEqual(['Run aws although others can change PATH? (1 of 3)', 'Run it anyway'])
  expect(lead).toContain('for 2 contexts')
  const aws = join(folder, 'bin/aws')
  expect(parts.map((facts) => facts.map(({ label, value }) => `${label}: ${value}`))).toEqual([
    ['program: aws', `leads to: ${aws}`],
    [
      `PATH folder: ${coming}`,
      `in doubt: The PATH folder ${coming} is not there, and any user may make ${dirname(coming)}.`,
      `to fix it: Take ${coming} out of PATH, or make it yourself.`,
    ],
    [`use instead: ${aws}`],
    ['for: prod, stage'],
  ])
  expect(factsOf(question).length).toBe(6)
  expect([isTooLong(question), maskedQuestion(question)]).toEqual([false, question])
})

test('an answer holds for the program, where it lies and the folders, and nothing else', async () => {
  const path = [join(folder, 'open'), join(folder, 'bin')]
  const key = '0'.repeat(64)
  const [cause] = await causesOf([entry('aws')], path)
  if (cause === undefined) throw new Error('no cause')
  const given = programFingerprint(key, cause)
  const of = async (exec: RawExec, folders: readonly string[]) => {
    const facts = await commandFacts(exec, folders)
    const permission = commandPermission(facts)
    return permission.kind === 'ask' ? decisionFingerprint(key, facts, permission) : permission.kind
  }
  expect(await of(entry('aws', [...getToken, '--profile', 'other']), path)).toBe(given)
  expect(await of(entry(join(folder, 'bin/aws')), path)).toBe(given)
  expect(await of(entry('aws', [...getToken, '--debug']), path)).not.toBe(given)
  expect(await of(entry('aws-iam-authenticator', ['token', '-i', 'prod']), path)).not.toBe(given)
  expect(await of(entry('aws'), ['', ...path])).not.toBe(given)
  await rm(join(folder, 'bin/aws'))
  await symlink(join(folder, 'bin/corp'), join(folder, 'bin/aws'))
  expect(await of(entry('aws'), path)).not.toBe(given)
})

test('a command that is in doubt itself keeps its own question, and where PATH is fine there is none', async () => {
  const path = ['', join(folder, 'bin')]
  const odd = [entry('corp'), entry('aws', [...getToken, '--debug']), entry(join(folder, 'bin/corp'))]
  expect(await causesOf(odd, path)).toEqual([])
  expect(await causesOf([entry('aws')], path)).toMatchObject([{ doubts: [{ kind: 'empty' }] }])
  expect(await causesOf([entry('aws')], [join(folder, 'bin')])).toEqual([])
})
