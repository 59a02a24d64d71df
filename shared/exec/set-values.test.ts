import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JsonMap } from '../json'
import { anyCharacter } from '../testing/characters'
import {
  type ArbitraryExec,
  authenticatorExec,
  awsExec,
  type ExecEdit,
  editedBy,
  execEdit,
  execOf,
  jsonOf,
} from '../testing/exec-arbitrary'
import { execMeaning } from './parse'
import { type AwsProgram, programOf, readArguments } from './program-arguments'
import {
  type EditedExec,
  meaningOf,
  newExec,
  setEksName,
  setProfile,
  setRegion,
  setRole,
  setTokenBy,
} from './set-values'

const full = process.env.EKSCOPE_FULL === '1'
const role = 'arn:aws:iam::111122223333:role/Admin'
const exec = (command: string, line: string, env: Readonly<Record<string, string>> = {}): JsonMap => ({
  command,
  args: line.split(' '),
  ...(Object.keys(env).length > 0 && { env: Object.entries(env).map(([name, value]) => ({ name, value })) }),
})
/** The arguments as a line, and variables before them. */
function lineOf(edited: EditedExec): string {
  if (!edited.ok) return `cannot: ${edited.fault}`
  const { args, env } = edited.value
  const variables = Array.isArray(env) ? env.map(({ name, value }) => `${name}=${value}`) : []
  return [...variables, ...(Array.isArray(args) ? args : [])].join(' ')
}

describe('a flag is set as it is spelt', () => {
  test.each<[string, EditedExec, string]>([
    [
      'an abbreviation stays one',
      setRegion(exec('aws', '--reg r eks get-token --cluster-n c'), 'us-west-2'),
      '--reg us-west-2 eks get-token --cluster-n c',
    ],
    [
      'with its equals sign',
      setRole(exec('aws', 'eks --role-a=old get-token --cluster-name c'), role),
      `eks --role-a=${role} get-token --cluster-name c`,
    ],
    ['attached', setRole(exec('aws-iam-authenticator', 'token -ic -rold'), role), `token -ic -r${role}`],
    [
      'attached with an equals sign',
      setEksName(exec('aws-iam-authenticator.exe', 'token -i=c -r=x'), 'prod'),
      'token -i=prod -r=x',
    ],
    [
      'its value behind an option that aws takes out first',
      setRole(exec('aws.cmd', 'eks get-token --role --region r old --cluster-name c'), role),
      `eks get-token --role --region r ${role} --cluster-name c`,
    ],
    [
      'the last one of several, which counts',
      setProfile(exec('aws', '--profile a eks get-token --prof=b --cluster-name c --profile d'), 'pay', null),
      '--profile a eks get-token --prof=b --cluster-name c --profile pay',
    ],
    [
      'a value that looks like a flag takes an equals sign',
      setProfile(exec('aws', '--prof a eks get-token --cluster-name c'), '--region', null),
      '--prof=--region eks get-token --cluster-name c',
    ],
    [
      'a flag without its value gets one',
      setRole(exec('aws', 'eks get-token --cluster-name c --role'), role),
      `eks get-token --cluster-name c --role=${role}`,
    ],
    [
      'a variable where that decides',
      setRegion(exec('aws', 'eks get-token --cluster-name c', { AWS_DEFAULT_REGION: 'r' }), 'us-west-2'),
      'AWS_DEFAULT_REGION=us-west-2 eks get-token --cluster-name c',
    ],
    [
      'the variable that names a cluster to the authenticator',
      setEksName(
        exec('aws-iam-authenticator', 'token', { KUBERNETES_AWS_AUTHENTICATOR_CLUSTER_ID: 'c' }),
        'prod',
      ),
      'KUBERNETES_AWS_AUTHENTICATOR_CLUSTER_ID=prod token',
    ],
    [
      'of a name and an id, which aws refuses together, the name stays',
      setEksName(exec('aws', 'eks get-token --cluster-id i --cluster-name c'), 'prod'),
      'eks get-token --cluster-name prod',
    ],
  ])('%s', (_, edited, line) => {
    expect(lineOf(edited)).toBe(line)
  })
})

test('what is there more than once, in whatever spelling, is removed altogether', () => {
  const line = '--prof a eks --role=x get-token --cluster-name c --profile=b --ro y --role-arn z'
  expect(lineOf(setRole(exec('aws', line), null))).toBe('--prof a eks get-token --cluster-name c --profile=b')
  expect(lineOf(setProfile(exec('aws', line), 'pay', 'env'))).toBe(
    'AWS_PROFILE=pay eks --role=x get-token --cluster-name c --ro y --role-arn z',
  )
  expect(
    lineOf(setRole(exec('aws-iam-authenticator', 'token -rx --role y -ic', { DEFAULT_ROLE: 'z' }), null)),
  ).toBe('token -ic')
})

test('arguments that could not be read again as asked are left alone, with the reason', () => {
  const dashes = 'cannot: -- stands among the arguments'
  expect(lineOf(setRegion(exec('aws', 'eks get-token --cluster-name c -- x'), 'us-west-2'))).toBe(dashes)
  expect(lineOf(setRole(exec('aws', 'sts get-caller-identity'), role))).toBe(
    'cannot: aws sts get-caller-identity is not aws eks get-token',
  )
  // Without the profile the region would be `eks`.
  expect(lineOf(setProfile(exec('aws', '--region --profile p eks get-token'), null, null))).toBe(
    'cannot: --region has no value',
  )
})

test('aws-iam-authenticator has no argument for a profile, and none is written', () => {
  const token = () => exec('aws-iam-authenticator', 'token -i c', { AWS_PROFILE: 'alice' })
  expect(lineOf(setProfile(token(), 'alice', 'arg'))).toBe(
    'cannot: aws-iam-authenticator has no --profile, and takes AWS_PROFILE',
  )
  expect(lineOf(setProfile(token(), 'pay', null))).toBe('AWS_PROFILE=pay token -i c')
  expect(lineOf(setProfile(exec('aws-iam-authenticator', 'token -i c'), 'pay', null))).toBe(
    'AWS_PROFILE=pay token -i c',
  )
})

test('a new entry says what it was made of', () => {
  for (const pin of ['arg', 'env'] as const) {
    const made = newExec({ region: 'us-west-2', cluster: { name: 'prod' }, role, profile: '-p', pin })
    expect(meaningOf(made)).toMatchObject({
      complete: true,
      region: 'us-west-2',
      clusterName: 'prod',
      role,
      profile: '-p',
      profilePinnedBy: pin,
    })
  }
})

const values = {
  region: fc.constantFrom('us-west-2', 'cn-north-1', 'eu-west-1'),
  role: fc.constantFrom(role, 'arn:aws-cn:iam::444455556666:role/path/to/x'),
  cluster: fc.constantFrom('prod', 'a-1', '0_x'),
  profile: fc.oneof(
    fc.constantFrom(
      'pay',
      'two words',
      '-5',
      '-dash',
      '--region',
      '--profile=x',
      'a=b',
      '=',
      'eks',
      'get-token',
    ),
    fc.string({ unit: anyCharacter, minLength: 1, maxLength: 5 }),
  ),
}
const edits = execEdit(values)

/** Flags and variables that a setting may stand in. */
const concerned = {
  role: /^(?:--role|--role-arn|DEFAULT_ROLE)$/,
  profile: /^(?:--profile|AWS_PROFILE|AWS_DEFAULT_PROFILE)$/,
  region: /^(?:--region|AWS_REGION|AWS_DEFAULT_REGION)$/,
  cluster: /^(?:--cluster-name|--cluster-id|KUBERNETES_AWS_AUTHENTICATOR_CLUSTER_ID)$/,
}

/** An entry without the flags and variables of a setting, and how those flags are spelt. */
function apart(program: AwsProgram, { args, env, ...rest }: ArbitraryExec, { setting }: ExecEdit) {
  const flags = readArguments[program](args).flags.filter(({ name }) => concerned[setting].test(name))
  const own = new Set(flags.flatMap(({ at, valueAt }) => [at, valueAt]))
  return {
    spelt: flags.map(({ spelt }) => spelt),
    others: {
      ...rest,
      args: args.filter((_, at) => !own.has(at)),
      env: env.filter(({ name }) => !concerned[setting].test(name)),
    },
  }
}

test.each([
  ['aws eks get-token', awsExec(values)],
  ['aws-iam-authenticator token', authenticatorExec(values)],
])('whatever %s reads is edited, in every spelling, and nothing else changes', (_, entries) => {
  let understood = 0
  fc.assert(
    fc.property(entries, edits, (entry, change) => {
      const program = programOf(entry.command)
      if (program === 'other') throw new Error('another program')
      const before = execMeaning(entry)
      if (before.complete) understood++
      const edited = editedBy(jsonOf(entry), change)
      if (!edited.ok) throw new Error(edited.fault)
      const after = meaningOf(edited.value)

      const { setting, value } = change
      const read = {
        role: { role: after.role },
        profile: { profile: after.profile },
        region: { region: after.region },
        cluster: { name: after.clusterName || after.clusterId },
      }
      expect(Object.values(read[setting])).toEqual([value])
      const { complete, unknown, understood: _, refusal, ...was } = before
      const more = {
        role: { role: after.role, roleFrom: after.roleFrom },
        profile: { profile: after.profile, profilePinnedBy: after.profilePinnedBy },
        region: { region: after.region, regionPinnedBy: after.regionPinnedBy },
        cluster: { clusterName: after.clusterName, clusterId: after.clusterId },
      }
      expect(after).toMatchObject({ ...was, ...more[setting] })
      if (complete) expect(after.complete).toBe(true)
      if (setting === 'profile' && value !== null && program === 'aws') {
        const now = before.profilePinnedBy === 'none' ? 'arg' : before.profilePinnedBy
        expect(after.profilePinnedBy).toBe(change.pin ?? now)
      }

      const old = apart(program, entry, change)
      const next = apart(program, execOf(edited.value), change)
      expect(next.others).toEqual(old.others)
      if (value === null) expect(next.spelt).toEqual([])
      else if (old.spelt.length > 0 && next.spelt.length > 0 && setting !== 'cluster')
        expect(next.spelt).toEqual(old.spelt)
    }),
    { numRuns: full ? 50_000 : 500 },
  )
  expect(understood).toBeGreaterThan(100)
})

test('of any arguments whatever an edit either reads back as asked or says why it cannot be', () => {
  const word = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.constantFrom(
        'eks',
        'get-token',
        'token',
        '--region',
        '--reg=x',
        '--profile',
        '--role',
        '--ro',
      ),
    },
    {
      weight: 4,
      arbitrary: fc.constantFrom(
        '--cluster-name',
        '--cluster-id=i',
        '--cluster',
        '-i',
        '-rx',
        '-r',
        '--',
        '-',
        '',
        '-5',
      ),
    },
    { weight: 1, arbitrary: fc.string({ unit: anyCharacter, maxLength: 5 }) },
  )
  const entry = fc.record({
    command: fc.constantFrom('aws', 'aws-iam-authenticator'),
    args: fc.array(word, { maxLength: 9 }),
  })
  fc.assert(
    fc.property(entry, edits, (before, change) => {
      const edited = editedBy(before, change)
      if (!edited.ok) expect(edited.fault).toBe(meaningOf(before).unknown)
    }),
    { numRuns: full ? 50_000 : 500 },
  )
})

describe('who makes the token', () => {
  const words = ['--region', 'eu-west-1', 'eks', 'get-token', '--cluster-name', 'prod']
  const entries: readonly JsonMap[] = [
    { command: 'aws', args: words },
    { command: '/opt/aws/bin/aws', args: [...words, '--role', 'arn:aws:iam::111122223333:role/Admin'] },
    {
      apiVersion: 'v1',
      command: 'aws',
      args: [...words, null],
      env: [{ name: 'AWS_PROFILE', value: 'pay' }],
    },
    { command: 'aws', args: ['--profile', 'eks', ...words, '--debug'], installHint: 'ask the platform team' },
  ]

  test.each(entries)(
    'Ekscope before the words of aws says the same, and the way back is what was there: %j',
    (exec) => {
      for (const by of ['ekscope', '/usr/bin/ekscope']) {
        const set = setTokenBy(exec, by)
        if (!set.ok) throw new Error(set.fault)
        expect(set.value).toMatchObject({ command: by, args: expect.arrayContaining(words) })
        const { program, ...said } = meaningOf(set.value)
        expect({ program, ...said }).toEqual({ ...meaningOf(exec), program: 'ekscope' })
        expect(setTokenBy(set.value, null)).toEqual({ ok: true, value: exec })
        const renamed = setTokenBy(set.value, 'ekscope')
        expect(renamed).toMatchObject({ ok: true, value: { args: set.value.args } })
      }
      expect(setTokenBy(exec, null)).toEqual({ ok: true, value: exec })
    },
  )

  test.each<[string, JsonMap, string, string]>([
    [
      'the authenticator',
      { command: 'aws-iam-authenticator', args: ['token', '-i', 'c'] },
      'ekscope',
      'that of aws',
    ],
    [
      'a wrapper',
      { command: 'aws-vault', args: ['exec', 'p', '--', 'aws', ...words] },
      'ekscope',
      'aws-vault runs',
    ],
    ['another program', { command: 'kubelogin', args: [] }, 'ekscope', 'neither aws'],
    ['a relative path', { command: './aws', args: words }, 'ekscope', 'neither the name aws'],
    [
      'a PATH of its own',
      { command: 'aws', args: words, env: [{ name: 'PATH', value: '/x' }] },
      'ekscope',
      'PATH',
    ],
    [
      'other words',
      { command: 'aws', args: ['eks', 'list-clusters'] },
      'ekscope',
      'is not aws eks get-token',
    ],
    ['another command', { command: 'aws', args: words }, '/usr/bin/other', 'neither the name of Ekscope'],
    ['a relative one', { command: 'aws', args: words }, './ekscope', 'neither the name of Ekscope'],
  ])('%s is refused', (_, exec, by, why) => {
    expect(setTokenBy(exec, by)).toEqual({ ok: false, fault: expect.stringContaining(why) })
  })
})
