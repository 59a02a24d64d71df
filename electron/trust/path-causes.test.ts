import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RawExec } from '../../shared/exec/parse'
import { emptyExec } from '../../shared/kubeconfig/entries'
import { noFields } from '../../shared/kubeconfig/fields'
import { userKeys } from '../../shared/kubeconfig/schema'
import { factsOf, isTooLong } from '../../shared/trust/command-question'
import { shownCommand } from '../../shared/trust/question-text'
import { openDataFolder } from '../system/data-folder'
import { environmentOf } from '../system/environment'
import { type CommandFacts, commandPermission, decisionFingerprint } from './command-permission'
import { openDecisions, trustFile } from './decisions'
import { examineCommand, lookupsOf } from './examine'
import { openRunPrompts } from './prompts'

let folder: string
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'ekscope-causes-')))
  for (const name of ['aws', 'aws-iam-authenticator', 'ekscope', 'corp']) {
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
const prompts = (entries: readonly RawExec[], path: readonly string[]) => {
  const user = { name: 'u', authProvider: null, impersonation: null, ...noFields(userKeys) }
  return openRunPrompts({
    decisions: openDecisions(openDataFolder(join(folder, 'state')).file(trustFile)),
    environment: async () => environmentOf('app', { PATH: path.join(':') }),
    commands: async () =>
      entries.map((exec, index) => ({
        resolved: {
          id: `c${index}`,
          cluster: null,
          userEntry: null,
          user: {
            id: `u${index}`,
            file: '/home/me/.kube/config',
            range: { start: 0, end: 0 },
            raw: { ...user, exec },
          },
        },
        processes: [],
      })),
    onChange: async () => undefined,
  })
}
const causesOf = async (entries: readonly RawExec[], path: readonly string[]) =>
  (await prompts(entries, path).pending([], 'app')).flatMap((one) => (one.kind === 'program' ? [one] : []))

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
    { program: 'aws', resolved: aws, safe: aws, doubts: [{ kind: 'missing', makesUnsafe: coming }] },
    { program: 'aws-iam-authenticator', resolved: join(folder, 'bin/aws-iam-authenticator') },
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
  expect(await causesOf([entry('aws')], path)).toMatchObject([{ resolved: planted, safe }])
  const causes = await causesOf(named, path)
  expect(causes).toMatchObject([{ resolved: safe, safe }])
  expect(causes[0]?.contexts).toHaveLength(50)
})

test('the question says what is wrong and what to do, in the window and in the terminal', async () => {
  const coming = join(folder, 'open/node_modules/.bin')
  const [question] = await causesOf([entry('aws'), entry('aws')], [coming, join(folder, 'bin')])
  if (question === undefined) throw new Error('no cause')
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
  expect(isTooLong(question)).toBe(false)
})

test('an answer holds for the program, where it lies and the folders, and nothing else', async () => {
  const path = [join(folder, 'open'), join(folder, 'bin')]
  const key = '0'.repeat(64)
  const of = async (exec: RawExec, folders: readonly string[]) => {
    const facts = await commandFacts(exec, folders)
    const permission = commandPermission(facts)
    return permission.kind === 'ask' ? decisionFingerprint(key, facts, permission) : permission.kind
  }
  const given = await of(entry('aws'), path)
  expect(await of(entry('aws', [...getToken, '--profile', 'other']), path)).toBe(given)
  expect(await of(entry(join(folder, 'bin/aws')), path)).toBe(given)
  expect(await of(entry('aws', [...getToken, '--debug']), path)).not.toBe(given)
  expect(await of(entry('aws-iam-authenticator', ['token', '-i', 'prod']), path)).not.toBe(given)
  expect(await of(entry('aws'), ['', ...path])).not.toBe(given)
  await rm(join(folder, 'bin/aws'))
  await symlink(join(folder, 'bin/corp'), join(folder, 'bin/aws'))
  expect(await of(entry('aws'), path)).not.toBe(given)
})

test('a command that is in doubt itself keeps its own question, behind the others, and where PATH is fine there is none', async () => {
  const path = ['', join(folder, 'bin')]
  const odd = [entry('corp'), entry('aws', [...getToken, '--debug']), entry(join(folder, 'bin/corp'))]
  expect(await causesOf(odd, path)).toEqual([])
  const all = await prompts([...odd, entry('aws')], path).pending([], 'app')
  expect(all.map(({ kind, contexts }) => [kind, contexts])).toEqual([
    ['program', ['c3']],
    ['exec', ['c0']],
    ['exec', ['c1']],
    ['exec', ['c2']],
  ])
  expect(await causesOf([entry('aws')], path)).toMatchObject([{ doubts: [{ kind: 'empty' }] }])
  expect(await causesOf([entry('aws')], [join(folder, 'bin')])).toEqual([])
})

describe('ekscope token is judged as aws is, with the aws that it starts', () => {
  const token = (...args: readonly string[]) => ['token', ...args, ...getToken]
  const asked = async (exec: RawExec, folders: readonly string[]) => {
    const facts = await commandFacts(exec, folders)
    const permission = commandPermission(facts)
    return permission.kind === 'ask' ? `${permission.cause}: ${permission.why}` : permission.kind
  }
  const bin = () => join(folder, 'bin')

  test('the one of PATH runs unasked, by name or by its path, with that aws or with the one that PATH gives', async () => {
    const own = join(bin(), 'ekscope')
    const aws = join(bin(), 'aws')
    for (const exec of [
      entry('ekscope', token()),
      entry(own, token()),
      entry('ekscope', token('--aws', aws)),
    ])
      expect(await asked(exec, [bin()])).toBe('allowed')
    // A token that is made here starts no aws.
    await rm(aws)
    expect(await asked(entry('ekscope', token()), [bin()])).toBe('allowed')
  })

  test('another one, another aws, other words and variables are asked about as a command', async () => {
    const corp = join(bin(), 'corp')
    await mkdir(join(folder, 'other'))
    const planted = join(folder, 'other/ekscope')
    await writeFile(planted, '#!/bin/sh\n', { mode: 0o755 })
    const odd: readonly (readonly [RawExec, string])[] = [
      [entry(planted, token()), 'other than the ekscope that PATH gives'],
      [entry('ekscope', token('--aws', corp)), 'neither aws nor'],
      [entry('ekscope', token('--aws', './aws')), 'other than the aws that PATH gives'],
      [entry('ekscope', token('--aws', join(folder, 'other/aws'))), 'other than the aws that PATH gives'],
      [entry('ekscope', [...token(), '--debug']), 'do more than get a token'],
      [entry('ekscope', ['token', 'prod']), 'neither aws nor'],
      [entry('ekscope', ['whoami', 'eks', 'get-token']), 'neither aws nor'],
      [{ ...entry('ekscope', token()), env: [{ name: 'PATH', value: '/x' }] }, 'sets “PATH”'],
      [{ ...entry('ekscope', token()), env: [{ name: 'NODE_OPTIONS', value: '-r x' }] }, 'NODE_OPTIONS'],
    ]
    for (const [exec, why] of odd) {
      const said = await asked(exec, [bin()])
      expect(said).toMatch(/^command: /)
      expect(said).toContain(why)
    }
  })

  test('a foreign one first on PATH is not run unasked, nor one whose aws is foreign', async () => {
    const open = join(folder, 'open')
    await writeFile(join(open, 'ekscope'), '#!/bin/sh\n', { mode: 0o755 })
    expect(await causesOf([entry('ekscope', token())], [open, bin()])).toMatchObject([
      { program: 'ekscope', resolved: join(open, 'ekscope'), safe: join(bin(), 'ekscope') },
    ])
    // Its own place is fine and comes first: what is in doubt is asked once, with those that run that aws.
    const own = join(folder, 'own')
    await mkdir(own)
    await writeFile(join(own, 'ekscope'), '#!/bin/sh\n', { mode: 0o755 })
    const both = await causesOf([entry('ekscope', token()), entry('aws')], [own, open, bin()])
    expect(both).toMatchObject([{ program: 'aws', resolved: join(bin(), 'aws'), contexts: ['c0', 'c1'] }])
  })

  test('an answer about it holds for the aws that it starts, too', async () => {
    const key = '0'.repeat(64)
    const path = [join(folder, 'open'), bin()]
    const of = async () => {
      const facts = await commandFacts(entry('ekscope', token()), path)
      const permission = commandPermission(facts)
      return permission.kind === 'ask' ? decisionFingerprint(key, facts, permission) : permission.kind
    }
    const given = await of()
    expect(await of()).toBe(given)
    await rm(join(bin(), 'aws'))
    await symlink(join(bin(), 'corp'), join(bin(), 'aws'))
    expect(await of()).not.toBe(given)
  })
})
