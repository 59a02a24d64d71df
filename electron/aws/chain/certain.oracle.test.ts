import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { execMeaning } from '../../../shared/exec/parse'
import { emptyExec } from '../../../shared/kubeconfig/entries'
import { full } from '../../../shared/testing/counts'
import { type AwsVersion, awsIsHere, awsJudge, keyIdOf } from '../../testing/aws-judge'
import { readAwsFiles } from '../files/profiles'
import { rulesOf } from '../installed/rules'
import { predictIdentity } from './predict'

// What is certain is so: arguments, each before the real awses of three versions. What is not certain claims nothing.

const versions = {
  'aws-v1': '1.46.2',
  distribution: '2.23.6',
  'aws-2.36': '2.36.12',
} as const satisfies Readonly<Record<AwsVersion, string>>
const names = ['aws-v1', 'distribution', 'aws-2.36'] as const

const judges = {
  'aws-v1': awsJudge(2, 'aws-v1'),
  distribution: awsJudge(),
  'aws-2.36': awsJudge(2, 'aws-2.36'),
}

const keyId = 'AKIACERTAIN000000001'
const keys = `aws_access_key_id = ${keyId}\naws_secret_access_key = secret\n`
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ekscope-certain-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

interface Row {
  readonly args: readonly string[]
}

let homes = 0
/** What is foretold of a row, what comes of it, and whether the two agree where the first is certain. */
async function judged(row: Row, version: AwsVersion) {
  const home = join(folder, String(homes++))
  await mkdir(join(home, '.aws'), { recursive: true })
  await writeFile(join(home, '.aws', 'config'), `[profile p]\n${keys}`)
  const variables = { HOME: home, PATH: '/usr/bin:/bin', AWS_EC2_METADATA_DISABLED: 'true' }
  const exec = { ...emptyExec, command: 'aws', args: row.args, env: [] }
  const predicted = predictIdentity({
    meaning: execMeaning(exec),
    exec,
    files: await readAwsFiles({ variables, home }),
    environment: { name: 'app', variables },
    rules: rulesOf(versions[version], ''),
    now: Date.now(),
  })
  const { stdout, stderr } = await judges[version].run(row.args, variables)
  const printed = keyIdOf(stdout)
  const foretold = predicted.problem === null ? predicted.accessKeyId : null
  const wrong = predicted.certain && foretold !== printed
  return {
    predicted,
    printed,
    said: wrong
      ? `${predicted.problem?.message ?? foretold}; aws: ${printed ?? stderr.trim().slice(-200)}`
      : null,
  }
}

const one = (...args: string[]) => args
/** What may stand among the arguments beside a plain get-token, each by itself. */
const beside: readonly (readonly string[])[] = [
  [],
  one('--output', 'json'),
  one('--output', 'text'),
  one('--output', 'table'),
  one('--output', 'yaml'),
  one('--output', 'yaml-stream'),
  one('--output', 'off'),
  one('--output', 'JSON'),
  one('--output='),
  one('--out', 'yaml'),
  one('--query', 'status'),
  one('--query', 'junk['),
  one('--debug'),
  one('--v2-debug'),
  one('--v'),
  one('--version'),
  one('--version', '--bogus'),
  one('--endpoint-url', 'nonsense'),
  one('--no-verify-ssl'),
  one('--no-paginate'),
  one('--color', 'off'),
  one('--color', 'blue'),
  one('--no-sign-request'),
  one('--ca-bundle', '/nowhere'),
  one('--cli-read-timeout', '3'),
  one('--cli-read-timeout', ' 1_0'),
  one('--cli-read-timeout', 'soon'),
  one('--cli-connect-timeout', '1.5'),
  one('--cli-binary-format', 'base64'),
  one('--cli-binary-format', 'raw'),
  one('--no-cli-pager'),
  one('--no-cli-pager=x'),
  one('--no-cli-auto-prompt'),
  one('--cli-auto-prompt'),
  one('--cli-error-format', 'legacy'),
  one('--cli-error-format', 'loud'),
  one('--cli-e=json'),
  one('--cli'),
  one('--cli-input-json', '{}'),
  one('--generate-cli-skeleton'),
  one('--kubeconfig', 'x'),
  one('--unknown'),
  one('help'),
  one('word'),
  one('--'),
  one('--region', 'us west'),
  one('--cluster-id', 'other'),
  one('--cluster-name', ''),
  one('--cluster-name', 'file:///nowhere'),
  one('--profile', 'gone'),
]
const base = one('--region', 'us-west-2', '--profile', 'p')
const getToken = one('eks', 'get-token', '--cluster-name', 'big')
const argumentRows: readonly Row[] = [
  ...beside.flatMap((more, at) => [
    ...(full || at % 2 === 0 ? [{ args: [...base, ...getToken, ...more] }] : []),
    ...(full || at % 2 === 1 ? [{ args: [...base, ...more, ...getToken] }] : []),
  ]),
  { args: [...base, 'eks', 'get-token', 'help'] },
  { args: base },
  { args: [] },
]
/** What does another thing than get a token, or may: of the rest everything is certain. */
const notUnderstood = one(
  ...[
    '--query',
    '--endpoint-url',
    '--no-verify-ssl',
    '--no-sign-request',
    '--ca-bundle',
    '--cli-auto-prompt',
  ],
  ...['--version', '--v', 'help', '--', 'word', 'raw', 'loud', 'file:///nowhere', ''],
  ...['text', 'table', 'yaml-stream', 'off'],
)

describe.each(names)('%s', (name) => {
  test.skipIf(!awsIsHere(name))(
    'what is foretold of arguments as certain is so, and they are all understood but those that do more than get a token',
    async () => {
      const all = await Promise.all(argumentRows.map(async (row) => ({ row, ...(await judged(row, name)) })))
      const lines = (some: typeof all) => some.map(({ row, said }) => [row.args.slice(4).join(' '), said])
      expect(lines(all.filter(({ said }) => said !== null))).toEqual([])
      const uncertain = all.filter(({ predicted }) => !predicted.certain)
      expect(
        lines(uncertain.filter(({ row }) => !row.args.some((arg) => notUnderstood.includes(arg)))),
      ).toEqual([])
      expect(all.filter(({ printed }) => printed !== null).length).toBeGreaterThan(8)
    },
    300_000,
  )
})
