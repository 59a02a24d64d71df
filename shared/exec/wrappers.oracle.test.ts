/**
 * The judges of scripts are the shells that run them, and env: what they start is a program that says which arguments and
 * variables it got. Asked are plain scripts in any quotation, edited entries, and scripts of any marks. The other wrappers are
 * programs that Debian has not: stand-ins of their grammar run in electron/whoami/wrapped.test.ts.
 */
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runProgram } from '../../electron/testing/real-programs'
import { execOf, jsonOf } from '../testing/exec-arbitrary'
import { script } from '../testing/wrapped-arbitrary'
import { throughWrappers } from './inside'
import type { ExecCommand } from './parse'
import { setProfile, setRole } from './set-values'

const full = process.env.EKSCOPE_FULL === '1'
const count = full ? 1_000 : 16
/** zsh is the one that takes most words otherwise; a machine may have none. */
const shells = ['dash', 'bash', ...(existsSync('/usr/bin/zsh') ? ['zsh'] : [])]
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ekscope-wrappers-'))
  await writeFile(
    path.join(folder, 'aws'),
    `#!/bin/sh\nprintf '%s\\0' "$AWS_PROFILE" "\${AWS_REGION-unset}" "$@"\n`,
  )
  await chmod(path.join(folder, 'aws'), 0o700)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** What aws gets when an entry runs; null where it is not run at all, or more than once. */
async function got({ command, args, env }: ExecCommand): Promise<readonly string[] | null> {
  const variables = Object.fromEntries(env.map(({ name, value }) => [name, value]))
  const { stdout, status } = await runProgram(command ?? '', args, {
    HOME: folder,
    PATH: `${folder}:/usr/bin:/bin`,
    LC_ALL: 'C.UTF-8',
    ...variables,
  })
  return status === 0 ? stdout.split('\0').slice(0, -1) : null
}

/** What it must get by what was read; null where that is not certain. */
function read(entry: ExecCommand): readonly string[] | null {
  const found = throughWrappers(entry)
  if (!found.ok) return null
  const { args, env } = found.value.command
  const value = (name: string, none: string) => env.find((one) => one.name === name)?.value ?? none
  return [value('AWS_PROFILE', ''), value('AWS_REGION', 'unset'), ...args]
}

/** Sixteen programs at once. */
async function inGroups<T, R>(
  all: readonly T[],
  run: (one: T, at: number) => Promise<R>,
): Promise<readonly R[]> {
  const done: R[] = []
  for (let from = 0; from < all.length; from += 16)
    done.push(...(await Promise.all(all.slice(from, from + 16).map((one, at) => run(one, from + at)))))
  return done
}

/** How many of the entries that are read are run so; the others are told. */
async function compare(entries: readonly ExecCommand[]): Promise<number> {
  const sure = entries.flatMap((entry) => {
    const must = read(entry)
    return must === null ? [] : [{ entry, must }]
  })
  const did = await inGroups(sure, ({ entry }) => got(entry))
  expect(
    sure.map((one, at) => ({ ...one, did: did[at] })).filter((_, at) => !same(sure[at]?.must, did[at])),
  ).toEqual([])
  return sure.length
}
const same = (a: readonly string[] | null | undefined, b: readonly string[] | null | undefined): boolean =>
  JSON.stringify(a) === JSON.stringify(b)

const word = fc.oneof(
  fc.constantFrom(
    'eks',
    'get-token',
    '--cluster-name',
    'prod',
    '--role=x',
    '',
    ' ',
    `it's`,
    '$HOME',
    '`id`',
    '*',
  ),
  fc.constantFrom(
    'a"b',
    '\\',
    '~',
    '#',
    '-',
    'é ü',
    'x\ny',
    '{a,b}',
    '=ls',
    '!',
    '&&',
    '%1',
    'A=b c',
    '\\n',
    'ﬁ',
  ),
)
const env = [{ name: 'AWS_REGION', value: 'eu-west-1' }]

test('plain scripts in any quotation are what dash, bash and zsh run', async () => {
  const scripts = fc.sample(
    fc
      .tuple(word, fc.array(word, { maxLength: 5 }))
      .chain(([profile, words]) =>
        fc.oneof(script({ AWS_PROFILE: profile }, ['aws', ...words]), script({}, ['aws', ...words])),
      ),
    count,
  )
  const entries = scripts.flatMap((text, at) => {
    const shell = shells[at % shells.length] ?? 'sh'
    const options =
      [['-c'], ['-ec'], ['-eu', '-c'], ['-eo', 'pipefail', '-c']][at % (shell === 'dash' ? 3 : 4)] ?? []
    return [{ command: shell, args: [...options, text], env }]
  })
  expect(await compare(entries)).toBe(entries.length)
})

test('an edited entry runs with just what was asked', async () => {
  const asked = fc.sample(fc.tuple(word, fc.constantFrom('script', 'env')), count)
  const made = await inGroups(asked, async ([value, kind], at) => {
    const shell = shells[at % shells.length] ?? 'sh'
    const text =
      fc.sample(script({ AWS_PROFILE: 'was' }, ['aws', 'eks', 'get-token', '--cluster-name', 'c d']), 1)[0] ??
      ''
    const entry =
      kind === 'script'
        ? { apiVersion: '', command: shell, args: ['-c', text], env }
        : {
            apiVersion: '',
            command: 'env',
            args: ['-u', 'AWS_REGION', 'AWS_PROFILE=was', 'aws', 'eks', 'get-token', '--cluster-name', 'c d'],
            env,
          }
    const role = setRole(jsonOf(entry), value)
    const edited = role.ok ? setProfile(role.value, `${value}x`, null) : role
    if (!edited.ok) return null
    const flag = value.startsWith('-') ? [`--role=${value}`] : ['--role', value]
    const must = [
      `${value}x`,
      kind === 'env' ? 'unset' : 'eu-west-1',
      'eks',
      'get-token',
      '--cluster-name',
      'c d',
      ...flag,
    ]
    return { must, did: await got(execOf(edited.value)) }
  })
  const done = made.flatMap((one) => one ?? [])
  expect(done.filter(({ must, did }) => !same(must, did))).toEqual([])
  expect(done.length).toBe(count)
})

test('of any marks whatever only that is read which every shell takes so', async () => {
  const mark = fc.constantFrom(
    ...` aws eks ' " \\ $ \` ; | & < > ( ) * ? [ ] # ~ = { } ! ^ % @ + , . / A=b \n \t`.split(' '),
    ' ',
  )
  const texts = fc.sample(fc.array(mark, { minLength: 1, maxLength: 6 }), count * 40)
  const sure = texts
    .map((text) => `aws ${text.join('')}`)
    .filter((text) => read({ command: 'sh', args: ['-c', text], env }) !== null)
  const few = sure.slice(0, count)
  expect(few.length).toBeGreaterThan(count / 4)
  await compare(
    few.map((text, at) => ({ command: shells[at % shells.length] ?? 'sh', args: ['-c', text], env })),
  )
})
