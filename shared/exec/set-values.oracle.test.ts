/**
 * The judge of the grammar is the aws that a kubeconfig runs: what it mints says in which region and by whose key, and
 * the simulator whether that is the role's. Asked are edited entries in every spelling, and arguments of any words.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { awsJudge } from '../../electron/testing/aws-judge'
import { casesWorld, keyOf, keySettings, role, section } from '../../electron/testing/identity-kinds'
import { type Simulator, startSimulator } from '../../electron/testing/simulator'
import { canonicalArn } from '../identity/arn'
import { awsExec, editedBy, execEdit, execOf, jsonOf } from '../testing/exec-arbitrary'
import { type ExecCommand, type ExecMeaning, execMeaning, execVariables } from './parse'

const full = process.env.EKSCOPE_FULL === '1'
/** Entries a test, each a tenth of a second of aws. */
const count = full ? 1_000 : 20
const time = full ? 1_800_000 : 120_000
const judge = awsJudge(full ? 2 : 1)
let simulator: Simulator
let home: string

/** Whose keys each profile of the home folder has. */
const owners = {
  default: 'default',
  pay: 'file',
  'two words': 'config',
  '-dash': 'other',
  eks: 'source',
} as const
type Profile = keyof typeof owners
const profiles = Object.keys(owners).filter((name) => name !== 'default')
const isProfile = (name: string): name is Profile => Object.hasOwn(owners, name)
const roles = [role('ByEntry'), role('Second')]
const regions = ['us-west-2', 'eu-west-1']

beforeAll(async () => {
  simulator = await startSimulator(casesWorld(Date.now()))
  home = await mkdtemp(path.join(tmpdir(), 'ekscope-exec-'))
  await mkdir(path.join(home, '.aws'))
  const sections = Object.entries(owners).map(([name, owner]) =>
    section(name === 'default' ? name : `profile "${name}"`, { ...keySettings(owner), region: 'ap-south-1' }),
  )
  await writeFile(path.join(home, '.aws/config'), sections.join('\n'))
})
afterAll(async () => {
  await simulator.close()
  await rm(home, { recursive: true, force: true })
})

/** What aws must do by what was read of an entry; null where that does not say it. */
function expected({ refusal, complete, region, profile, role }: ExecMeaning): string | null {
  if (refusal !== null) return 'refused'
  const name = profile ?? 'default'
  const there = (value: string | null, among: readonly string[]) => value === null || among.includes(value)
  if (!complete || !isProfile(name) || !there(region, regions) || !there(role, roles)) return null
  return `${region ?? 'ap-south-1'} ${role ?? keyOf(owners[name]).id}`
}

/** What the real aws does with an entry. */
async function done({ args, env }: Omit<ExecCommand, 'command'>): Promise<string> {
  const { stdout } = await judge.run(args, {
    HOME: home,
    PATH: '/usr/bin:/bin',
    AWS_ENDPOINT_URL: simulator.endpointUrl,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
    ...execVariables({ env }),
  })
  const token = /"token": "k8s-aws-v1\.([^"]+)"/.exec(stdout)?.[1]
  if (token === undefined) return 'refused'
  const url = new URL(Buffer.from(token, 'base64url').toString())
  const [keyId = '', , region] = url.searchParams.get('X-Amz-Credential')?.split('/') ?? []
  const owner = canonicalArn(simulator.keyOwner(keyId) ?? '')
  return `${region} ${roles.includes(owner) ? owner : keyId}`
}

async function compare(entries: readonly ExecCommand[]) {
  const cases = entries.flatMap((entry) => {
    const must = expected(execMeaning(entry))
    return must === null ? [] : [{ args: entry.args, env: entry.env, must }]
  })
  const did = await Promise.all(cases.map(done))
  expect(
    cases.map((one, index) => ({ ...one, did: did[index] })).filter(({ must, did }) => must !== did),
  ).toEqual([])
  return {
    minted: did.filter((one) => one !== 'refused').length,
    refused: did.filter((one) => one === 'refused').length,
  }
}

const values = {
  region: fc.constantFrom(...regions),
  profile: fc.constantFrom(...profiles),
  role: fc.constantFrom(...roles),
  cluster: fc.constantFrom('prod', 'a-1'),
}

test(
  'an edited entry does what was asked, in every spelling',
  async () => {
    const asked = fc.sample(fc.tuple(awsExec(values), execEdit(values)), count)
    const { minted } = await compare(
      asked.map(([entry, edit]) => {
        const edited = editedBy(jsonOf(entry), edit)
        if (!edited.ok) throw new Error(edited.fault)
        return execOf(edited.value)
      }),
    )
    expect(minted).toBeGreaterThan(asked.length / 3)
  },
  time,
)

test(
  'arguments of any words are read as aws reads them',
  async () => {
    const words = fc.constantFrom(
      ...['--region', '--reg=us-west-2', 'us-west-2', '--r', '--profile', '--prof=pay', 'pay', '--p=-dash'],
      ...['--role', '--role-arn', `--ro=${roles[0]}`, `--role-a=${roles[1]}`, '--o=json', '--output', 'json'],
      ...[
        '--cluster-name',
        '--cluster-n=a',
        '--cluster-id',
        '--cluster-i=b',
        '--cluster',
        'eks',
        'get-token',
      ],
      ...['-', '-5', '- a', '', '--unknown', '-x', '--no-v', '--no-c'],
    )
    const whole = fc.constantFrom(
      ['--region', 'eu-west-1'],
      ['--profile', 'pay'],
      ['--role', roles[0] ?? ''],
      ['--cluster-n', 'a'],
      ['--reg=us-west-2'],
    )
    const piece = fc.oneof(
      { weight: 3, arbitrary: whole },
      { weight: 2, arbitrary: words.map((word) => [word]) },
    )
    const inserted = fc.array(fc.tuple(piece, fc.nat({ max: 9 })), { minLength: 1, maxLength: 3 })
    const entries = fc.sample(inserted, count).map((all) => {
      const args = ['eks', 'get-token', '--cluster-name', 'prod']
      for (const [words, at] of all) args.splice(at % (args.length + 1), 0, ...words)
      return { command: 'aws', args, env: [] }
    })
    const { minted, refused } = await compare(entries)
    expect(Math.min(minted, refused)).toBeGreaterThan(count / 10)
  },
  time,
)
