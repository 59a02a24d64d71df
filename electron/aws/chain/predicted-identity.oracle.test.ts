import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { execMeaning, execVariables } from '../../../shared/exec/parse'
import { canonicalArn, parsePrincipal, permissionSetOf, samePrincipal } from '../../../shared/identity/arn'
import type { Predicted } from '../../../shared/identity/identity'
import { full, oneIn } from '../../../shared/testing/counts'
import {
  type AwsJudge,
  type AwsVersion,
  awsIsHere,
  awsJudge,
  keyIdOf,
  wholeProcesses,
} from '../../testing/aws-judge'
import {
  axes,
  type IdentityCase,
  kindNames,
  prepareCase,
  singles,
  troublesOf,
  versionRows,
  wholeAxes,
} from '../../testing/identity-cases'
import { casesWorld } from '../../testing/identity-kinds'
import { pairwise, plainRow, product, type Row } from '../../testing/pairwise'
import type { Run } from '../../testing/real-programs'
import { type Simulator, startSimulator } from '../../testing/simulator'
import { besideAws } from '../../testing/token-beside-aws'
import { readAwsFiles } from '../files/read-aws-files'
import { rulesOf } from '../installed/rules'
import { predictIdentity } from './predicted-identity'

// The judge of the prediction is the aws that a kubeconfig runs: what it mints carries the key id of the acting identity, and
// the simulator says whose key that is. A token that is made here (aws/token/) is held against each of its runs as well.

const seed = Number(process.env.EKSCOPE_SEED ?? 20_261_125)
/** Each with the rules that predict it. */
const versions = {
  distribution: '2.23.6',
  'aws-2.36': '2.36.12',
  'aws-v1': '1.46.2',
} as const satisfies Readonly<Record<AwsVersion, string>>
const judge = awsJudge()
let simulator: Simulator

beforeAll(async () => {
  simulator = await startSimulator(casesWorld(Date.now()))
})
afterAll(async () => {
  await simulator.close()
})

/** Why prediction and reality differ, in words; null when they agree. */
function disagreement(
  predicted: Predicted,
  keyId: string | null,
  owner: string | null,
  stderr: string,
): string | null {
  // Whether awscrt is beside an aws of version 1 is not for its rules to say.
  if (!predicted.certain && stderr.includes('botocore[crt]')) return null
  if (keyId === null) return predicted.problem === null ? 'predicted somebody, but aws fails' : null
  if (predicted.problem !== null) return `predicted ${predicted.problem.code}, but aws gives ${owner}`
  if (owner === null) return 'a key that nobody owns'
  if (predicted.accessKeyId !== null) {
    return predicted.accessKeyId === keyId ? null : `predicted key ${predicted.accessKeyId}`
  }
  if (predicted.arn !== null) {
    const same = samePrincipal(
      { arn: predicted.arn, uniqueId: null },
      { arn: canonicalArn(owner), uniqueId: null },
    )
    return same ? null : `predicted ${predicted.arn}`
  }
  const principal = parsePrincipal(owner)
  if (predicted.permissionSet !== null) {
    const set = permissionSetOf(principal?.name ?? '')
    return set === predicted.permissionSet && principal?.account === predicted.account
      ? null
      : `predicted ${predicted.permissionSet} in ${predicted.account}`
  }
  return predicted.certain ? 'predicted nobody as certain' : null
}

interface Outcome {
  readonly row: Row
  readonly said: string | null
  /** A token that is made here beside it. */
  readonly how: string
  readonly gave: string | null
  readonly uncertain: boolean
}

/** Lays the case's home out, does something in it, and removes it. */
async function inCase<T>(
  row: Row,
  work: (home: string, prepared: IdentityCase, all: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  const home = await mkdtemp(join(tmpdir(), 'ekscope-oracle-'))
  try {
    const prepared = await prepareCase(row, home, simulator, Date.now())
    return await work(home, prepared, { ...prepared.variables, ...execVariables(prepared.exec) })
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

const predictAndRun =
  (by: AwsJudge, version: AwsVersion) =>
  (row: Row): Promise<Outcome> =>
    inCase(row, async (home, { exec, variables }, all) => {
      const rules = rulesOf(versions[version], '')
      const predicted = predictIdentity({
        meaning: execMeaning(exec),
        exec,
        files: await readAwsFiles({ variables: all, home }),
        environment: { name: 'app', variables },
        rules,
        now: Date.now(),
      })
      const { stdout, stderr } = await by.run(exec.args, all)
      const keyId = keyIdOf(stdout)
      const owner = keyId === null ? null : simulator.keyOwner(keyId)
      const asked = { args: exec.args, variables: all, home, rules: [rules] }
      const { how, wrong } = await besideAws(asked, stdout, simulator.keyOwner)
      const why = disagreement(predicted, keyId, owner, stderr) ?? wrong
      const said =
        why === null ? null : `${why}; gave ${owner ?? stderr.trim()}; by ${predicted.by.join(' → ')}`
      return { row, said, how, gave: owner, uncertain: owner !== null && !predicted.certain }
    })

/** What can be the same in two runs of aws, each in a home of its own and at its own second, which names a session. */
const answerOf = (by: AwsJudge, row: Row) =>
  inCase(row, async (home, { exec }, all) => {
    const { status, stdout, stderr }: Run = await by.run(exec.args, all)
    const keyId = keyIdOf(stdout)
    const owner = keyId === null ? null : simulator.keyOwner(keyId)
    const named = owner?.replace(/\/botocore-session-\d+$/, '/botocore-session-…') ?? null
    return { row, status, owner: named, stderr: stderr.replaceAll(home, '~') }
  })

/** Two at once: each run of aws is work for one core. */
async function inPairs<T>(rows: readonly Row[], work: (row: Row) => Promise<T>): Promise<readonly T[]> {
  const results: T[] = []
  let next = 0
  await Promise.all(
    [0, 1].map(async () => {
      for (;;) {
        const index = next++
        const row = rows[index]
        if (row === undefined) return
        results[index] = await work(row)
      }
    }),
  )
  return results
}

const plain = (rows: readonly Row[]) => rows.map((row) => plainRow(axes, row))
const kindsAlone = kindNames.map((kind) => ({ kind }))

/** So many rows the pairs take at most. */
const mostRows = 200
let covering: readonly Row[] | undefined

/** The quick run has every kind of profile alone and everything that is in the way alone, and of their pairs one in 24. */
const cases = (): readonly Row[] => {
  if (full) return [...product(wholeAxes)]
  const alone = plain([...kindsAlone, ...singles])
  return [...alone, ...pairs().slice(alone.length).filter(oneIn(24))]
}

/** The greedy covering varies by a few rows, so some are made until one is short enough. */
function pairs(): readonly Row[] {
  if (covering !== undefined) return covering
  const alone = plain([...kindsAlone, ...singles])
  for (let more = 0; more < 6; more++) {
    const made = pairwise(axes, alone, seed + more, (row) => 0.6 * troublesOf(row))
    if (covering === undefined || made.length < covering.length) covering = made
    if (covering.length <= mostRows) break
  }
  return covering ?? []
}

test(
  'the predicted identity is whom the real aws eks get-token gives, over every kind of profile and pairs of what is in its way',
  async () => {
    const rows = cases()
    if (!full) expect(rows.length).toBeLessThanOrEqual(mostRows)
    const outcomes = await inPairs(rows, predictAndRun(judge, 'distribution'))
    const wrong = outcomes.filter(({ said }) => said !== null)
    const minted = outcomes.filter(({ gave }) => gave !== null)
    console.log(
      `${rows.length} runs of aws (${full ? 'whole product' : 'one pair in 24'}, seed ${seed}): ${minted.length} minted, ` +
        `${rows.length - minted.length} refused, ${minted.filter(({ how }) => how !== 'left to aws').length} made here too, ${minted.filter(({ uncertain }) => uncertain).length} decided outside files`,
    )
    expect(wrong.map(({ row, said }) => ({ said, ...row }))).toEqual([])
    expect(outcomes).toHaveLength(rows.length)
  },
  full ? 6 * 3_600_000 : 1_800_000,
)

for (const version of ['distribution', 'aws-2.36', 'aws-v1'] as const) {
  test.skipIf(!awsIsHere(version) || (version !== 'distribution' && !full))(
    `aws ${versions[version]} by its own rules: what versions differ in${version === 'distribution' ? '' : ', and all pairs'}`,
    async () => {
      const other = version === 'distribution' ? judge : awsJudge(2, version)
      const more = version === 'distribution' ? [] : pairs()
      const rows = [...plain(versionRows), ...more]
      const outcomes = await inPairs(rows, predictAndRun(other, version))
      console.log(
        `${rows.length} runs of aws ${versions[version]}: ${outcomes.filter(({ gave }) => gave !== null).length} minted`,
      )
      expect(outcomes.flatMap(({ row, said }) => (said === null ? [] : [{ said, ...row }]))).toEqual([])
    },
    full ? 6 * 3_600_000 : 300_000,
  )
}

/** A whole run of aws costs as much as fifteen questions to its judge. */
const held = 20
test.skipIf(!full)(
  `${held} of these rows as whole processes of aws: the same answers as those of the judge`,
  async () => {
    const rows = cases()
    const some = rows.filter(oneIn(Math.floor(rows.length / held))).slice(0, held)
    const answers = await inPairs(some, (row) => answerOf(judge, row))
    expect(answers.filter(({ owner }) => owner !== null).length).toBeGreaterThan(1)
    expect(answers.filter(({ owner }) => owner === null).length).toBeGreaterThan(1)
    expect(answers).toEqual(await inPairs(some, (row) => answerOf(wholeProcesses, row)))
  },
  300_000,
)
