import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { execVariables } from '../../../shared/exec/parse'
import { oneIn, someOf } from '../../../shared/testing/counts'
import { type AwsVersion, awsIsHere, awsJudge, keyIdOf } from '../../testing/aws-judge'
import { axes, kindNames, prepareCase, versionRows } from '../../testing/identity-cases'
import { casesWorld } from '../../testing/identity-kinds'
import { plainRow, type Row } from '../../testing/pairwise'
import { type Simulator, startSimulator } from '../../testing/simulator'
import { besideAws } from '../../testing/token-beside-aws'
import { rulesOf } from '../installed/rules'
import { nativeToken } from './native-token'

// What aws prints and what is made here, by the same home, arguments and clock (besideAws). Beside the distribution's aws, and in
// the full run beside all, predicted-identity.oracle.test.ts asks it of each of its own runs.

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

async function prepared(row: Row, home: string) {
  const { exec, variables } = await prepareCase(row, home, simulator, Date.now())
  return { exec, all: { ...variables, ...execVariables(exec) } }
}

test.each(['aws-2.36', 'aws-v1'] as const)(
  'beside %s of what versions differ in, and of each kind of profile',
  async (version) => {
    if (!awsIsHere(version)) return
    const kinds = kindNames.map((kind) => ({ kind }))
    const rows = someOf([...versionRows, ...kinds], oneIn(3)).map((row) => plainRow(axes, row))
    const outcomes = await Promise.all(
      rows.map(async (row) => {
        const home = await mkdtemp(join(tmpdir(), 'ekscope-token-'))
        try {
          const { exec, all } = await prepared(row, home)
          const { stdout } = await judges[version].run(exec.args, all)
          const asked = { args: exec.args, variables: all, home, rules: [rulesOf(versions[version], '')] }
          return { row, ...(await besideAws(asked, stdout, simulator.keyOwner)) }
        } finally {
          await rm(home, { recursive: true, force: true })
        }
      }),
    )
    const bytes = outcomes.filter(({ how }) => how === 'same bytes').length
    console.log(`${rows.length} cases beside aws ${versions[version]}: ${bytes} of the same bytes`)
    expect(outcomes.filter(({ wrong }) => wrong !== null)).toEqual([])
    expect(bytes).toBeGreaterThan(rows.length / 4)
  },
  300_000,
)

const cacheOf = (home: string, name = '') => join(home, '.aws/cli/cache', name)
const keeping = [
  'role-over-keys',
  'role-over-role',
  'web-identity',
  'role-over-web-identity',
  'sso',
  'sso-start-url',
]
test.each(['distribution', 'aws-2.36', 'aws-v1'] as const)(
  'aws (%s) takes what is kept here, and finds nothing that it would not have kept',
  async (version) => {
    if (!awsIsHere(version)) return
    const rules = [rulesOf(versions[version], '')]
    for (const kind of keeping) {
      const home = await mkdtemp(join(tmpdir(), 'ekscope-token-'))
      const other = await mkdtemp(join(tmpdir(), 'ekscope-token-'))
      // A newer aws counts its runs in a data base there.
      const kept = async (of: string) =>
        (await readdir(cacheOf(of)).catch(() => [])).filter((name) => name.endsWith('.json')).sort()
      try {
        const row = plainRow(axes, { kind })
        const { exec, all } = await prepared(row, home)
        const asked = { args: exec.args, variables: all, home, rules, now: Date.now }
        const made = await nativeToken(asked)
        expect([kind, made.ok]).toEqual([kind, true])
        const mine = made.ok ? keyIdOf(made.value.text) : null
        const names = await kept(home)
        for (const name of names) expect((await stat(cacheOf(home, name))).mode & 0o777).toBe(0o600)
        const aws = await judges[version].run(exec.args, all)
        const alone = await prepared(row, other)
        await judges[version].run(alone.exec.args, alone.all)
        const byAws = await kept(other)
        // aws 1.46 keeps a web identity by a name that takes its token in.
        if (!(version === 'aws-v1' && kind === 'web-identity')) expect([kind, names]).toEqual([kind, byAws])
        // Only what is kept can be the same.
        if (names.length > 0) expect([kind, keyIdOf(aws.stdout)]).toEqual([kind, mine])
        // Cut short, as by a killed aws: here it is made anew, and is whole then.
        for (const name of names) await writeFile(cacheOf(home, name), '{"Credentials": {"AccessKeyId": "A')
        const again = await nativeToken(asked)
        const owners = [again.ok ? again.value.text : '', aws.stdout].map((said) =>
          simulator.keyOwner(keyIdOf(said) ?? '')?.replace(/\d+$/, ''),
        )
        expect([kind, owners[0]]).toEqual([kind, owners[1]])
        if (names.length > 0)
          expect(keyIdOf((await judges[version].run(exec.args, all)).stdout)).not.toBeNull()
      } finally {
        await rm(home, { recursive: true, force: true })
        await rm(other, { recursive: true, force: true })
      }
    }
  },
  120_000,
)
