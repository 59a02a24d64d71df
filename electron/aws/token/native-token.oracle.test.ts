import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { execVariables } from '../../../shared/exec/parse'
import { allRegions } from '../../../shared/identity/regions'
import { full, oneIn, someOf } from '../../../shared/testing/counts'
import { type AwsVersion, awsIsHere, awsJudge, keyIdOf } from '../../testing/aws-judge'
import { axes, kindNames, prepareCase, versionRows } from '../../testing/identity-cases'
import { casesWorld, hour, iso, role } from '../../testing/identity-kinds'
import { plainRow, type Row } from '../../testing/pairwise'
import { type Simulator, startSimulator } from '../../testing/simulator'
import { besideAws } from '../../testing/token-beside-aws'
import { tokenCases } from '../../testing/token-cases'
import { ssoTokenKey } from '../files/caches'
import { rulesOf } from '../installed/rules'
import { nativeToken } from './native-token'

// What aws prints and what is made here, by the same home, arguments and clock (besideAws). Beside the distribution's aws, and in
// the full run beside all, predicted-identity.oracle.test.ts asks it of each of its own runs.

const seed = fc.readConfigureGlobal().seed ?? 0
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
    const rows = someOf([...versionRows, ...kinds], oneIn(8)).map((row) => plainRow(axes, row))
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
const keeping = someOf(
  ['role-over-role', 'web-identity', 'sso', 'role-over-keys', 'role-over-web-identity', 'sso-start-url'],
  (_kind, at) => at < 3,
)
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

const generated = full ? 1_000 : 12
test.each(['distribution', 'aws-2.36', 'aws-v1'] as const)(
  `beside %s in generated homes: the same token, the same principal, or left to it`,
  async (version) => {
    if (!awsIsHere(version)) return
    const folder = await mkdtemp(join(tmpdir(), 'ekscope-token-'))
    const issued = simulator.issue(role('ByProfile'), 'temporary', Date.now() + 4 * hour)
    const temporary = {
      aws_access_key_id: issued.accessKeyId,
      aws_secret_access_key: issued.secretAccessKey,
      aws_session_token: issued.sessionToken,
    }
    const rules = [rulesOf(versions[version], '')]
    try {
      const count = version === 'distribution' ? generated : generated / (full ? 1 : 2)
      const outcomes = await Promise.all(
        Array.from({ length: count }, async (_, n) => {
          const home = join(folder, `${n}`)
          const arbitrary = fc.noBias(tokenCases({ home, simulator, temporary }))
          const [one] = fc.sample(arbitrary, { numRuns: 1, seed: seed + n })
          if (one === undefined) throw new Error('no case')
          await prepareCase(plainRow(axes, { kind: 'sso' }), home, simulator, Date.now())
          const startUrl = 'https://cases.awsapps.com/start'
          const token = {
            startUrl,
            region: 'eu-west-1',
            accessToken: 'sso-valid',
            expiresAt: iso(Date.now() + hour),
          }
          await writeFile(
            join(home, '.aws/sso/cache', `${ssoTokenKey(startUrl)}.json`),
            JSON.stringify(token),
          )
          for (const [name, text] of Object.entries(one.files)) await writeFile(join(home, name), text)
          const { stdout, stderr } = await judges[version].run(one.args, one.variables)
          const beside = await besideAws(
            { args: one.args, variables: one.variables, home, rules },
            stdout,
            simulator.keyOwner,
          )
          return {
            n,
            minted: keyIdOf(stdout) !== null,
            ...beside,
            ...(beside.wrong === null ? {} : { ...one, stderr }),
          }
        }),
      )
      const minted = outcomes.filter((one) => one.minted)
      const of = (how: string) => minted.filter((one) => one.how === how).length
      console.log(
        `${count} generated homes beside aws ${versions[version]} (seed ${seed}): ${minted.length} minted, ${of('same bytes')} of the same bytes, ${of('same principal')} of the same principal, ${of('left to aws')} left to aws`,
      )
      expect(outcomes.filter(({ wrong }) => wrong !== null)).toEqual([])
      expect(of('same bytes') + of('same principal')).toBeGreaterThan(count / 10)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
  full ? 3_600_000 : 300_000,
)

const keysOfShell = { AWS_ACCESS_KEY_ID: 'AKIASHELLSHELL000001', AWS_SECRET_ACCESS_KEY: 'shell-secret' }
const others = ['us-iso-east-1', 'us-isob-east-1', 'eu-isoe-west-1', 'us-isof-south-1']
test.each(['distribution', 'aws-2.36', 'aws-v1'] as const)(
  "beside %s the token of a region is signed for the region's own STS, and without a region for the one of all",
  async (version) => {
    if (!awsIsHere(version)) return
    const home = await mkdtemp(join(tmpdir(), 'ekscope-token-'))
    try {
      const variables = { HOME: home, PATH: '/usr/bin:/bin', ...keysOfShell }
      const rules = [rulesOf(versions[version], '')]
      const regions = [null, ...someOf([...others, 'us-gov-west-1', ...allRegions], oneIn(7)), 'cn-north-1']
      // Debian's is older than this partition.
      if (version !== 'distribution') regions.push('eusc-de-east-1')
      const told = await Promise.all(
        regions.map(async (region) => {
          const args = [
            ...(region === null ? [] : ['--region', region]),
            ...'eks get-token --cluster-name c'.split(' '),
          ]
          const { stdout } = await judges[version].run(args, variables)
          const { how } = await besideAws({ args, variables, home, rules }, stdout, () => 'shell')
          return [region, how]
        }),
      )
      expect(told.filter(([, how]) => how !== 'same bytes')).toEqual([])
    } finally {
      await rm(home, { recursive: true, force: true })
    }
  },
  120_000,
)
