import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { execVariables } from '../../../shared/exec/parse'
import { full, oneIn } from '../../../shared/testing/counts'
import { type AwsVersion, awsIsHere, awsJudge, keyIdOf } from '../../testing/aws-judge'
import { axes, kindNames, prepareCase, singles, versionRows } from '../../testing/identity-cases'
import { casesWorld } from '../../testing/identity-kinds'
import { pairwise, plainRow, type Row } from '../../testing/pairwise'
import { type Simulator, startSimulator } from '../../testing/simulator'
import { amzDate } from '../../whoami/token'
import { rulesOf } from '../installed/rules'
import { nativeToken } from './native-token'

// What aws prints and what is made here, by the same home, arguments and clock: the same bytes, the same principal where both
// ask AWS for new credentials, or nothing here, which leaves it to aws.

const seed = Number(process.env.EKSCOPE_SEED ?? 20_261_202)
const versions = {
  distribution: '2.23.6',
  'aws-2.36': '2.36.12',
  'aws-v1': '1.46.2',
} as const satisfies Readonly<Record<AwsVersion, string>>
const judges = {
  distribution: awsJudge(2),
  'aws-2.36': awsJudge(2, 'aws-2.36'),
  'aws-v1': awsJudge(2, 'aws-v1'),
}
let simulator: Simulator

beforeAll(async () => {
  simulator = await startSimulator(casesWorld(Date.now()))
})
afterAll(() => simulator.close())

const urlIn = (stdout: string): URL | null => {
  const token = /"k8s-aws-v1\.([\w-]+)"/.exec(stdout)?.[1]
  return token === undefined ? null : new URL(Buffer.from(token, 'base64url').toString())
}
/** Who made a token, its session without the second in its name; null for none. */
const ownerOf = (stdout: string) => {
  const id = keyIdOf(stdout)
  return id === null ? null : (simulator.keyOwner(id)?.replace(/(?<=botocore-session-)\d+$/, '…') ?? 'nobody')
}

/** aws takes the time of the end after it has signed. */
const lasting = (stdout: string) => stdout.replace(/"expirationTimestamp": "[^"]{20}"/, '')

/** One case: how what is made here stands to what aws made before it; `wrong` says why it may not stand so. */
async function compared(row: Row, version: AwsVersion) {
  const home = await mkdtemp(join(tmpdir(), 'ekscope-token-'))
  try {
    const { exec, variables } = await prepareCase(row, home, simulator, Date.now())
    const all = { ...variables, ...execVariables(exec) }
    const aws = await judges[version].run(exec.args, all)
    const date = urlIn(aws.stdout)?.searchParams.get('X-Amz-Date')
    const now = (date ? amzDate(date) : null) ?? Date.now()
    const rules = [rulesOf(versions[version], '')]
    const made = await nativeToken({ args: exec.args, variables: all, home, rules, now: () => now })
    if (!made.ok) return { row, how: 'left to aws', why: made.fault, gave: ownerOf(aws.stdout), wrong: null }
    const [own, theirs] = [ownerOf(made.value.text), ownerOf(aws.stdout)]
    const same = lasting(made.value.text) === lasting(aws.stdout)
    const different = keyIdOf(made.value.text) === keyIdOf(aws.stdout) && !same
    const wrong =
      own !== theirs
        ? `made for ${own}, aws gives ${theirs}: ${aws.stderr.trim()}`
        : different
          ? `other bytes by the same key: ${made.value.text} ${aws.stdout}`
          : null
    return { row, how: same ? 'same bytes' : 'same principal', why: '', gave: theirs, wrong }
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

const plain = (rows: readonly Row[]) => rows.map((row) => plainRow(axes, row))
const rowsOf = (version: AwsVersion): readonly Row[] => {
  const alone = plain([...kindNames.map((kind) => ({ kind })), ...singles])
  const pairs = pairwise(axes, alone, seed)
  const quick = version === 'distribution' ? [...alone, ...pairs.slice(alone.length).filter(oneIn(8))] : []
  return [...plain(versionRows), ...(full ? pairs : quick)]
}

for (const version of ['distribution', 'aws-2.36', 'aws-v1'] as const) {
  test.skipIf(!awsIsHere(version))(
    `beside aws ${versions[version]}: the same token, the same principal, or left to it`,
    async () => {
      const rows = rowsOf(version)
      const outcomes = await Promise.all(rows.map((row) => compared(row, version)))
      const count = (kind: string) => outcomes.filter(({ how }) => how === kind).length
      console.log(
        `${rows.length} cases beside aws ${versions[version]} (seed ${seed}): ${count('same bytes')} same bytes, ${count('same principal')} same principal, ${count('left to aws')} left to aws`,
      )
      expect(outcomes.filter(({ wrong }) => wrong !== null)).toEqual([])
      expect(count('same bytes')).toBeGreaterThan(rows.length / 8)
    },
    full ? 3_600_000 : 300_000,
  )
}
