import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { execMeaning } from '../../../shared/exec/parse'
import { canonicalArn, parsePrincipal, permissionSetOf } from '../../../shared/identity/arn'
import { emptyExec } from '../../../shared/kubeconfig/entries'
import { full } from '../../../shared/testing/counts'
import { goIsHere, goJudge } from '../../testing/go-judge'
import { type GoWorld, generatedGoWorlds, goWorldsByHand } from '../../testing/go-worlds'
import { casesWorld, hour, iso, keyOf } from '../../testing/identity-kinds'
import { type Simulator, startSimulator } from '../../testing/simulator'
import { ssoTokenKey } from '../files/caches'
import { readAwsFiles } from '../files/read-aws-files'
import { byNewestRules } from '../installed/rules'
import { predictedChain, predictIdentity } from './predicted-identity'

// The judge is the AWS SDK for Go, of which aws-iam-authenticator is made. It is built and asked in the full run; the quick run has what
// it answered then, which the full run compares. EKSCOPE_RECORD=1 writes the file anew.

const recorded = join(import.meta.dirname, '../../testing/go-answers.txt')
const worlds = [...goWorldsByHand, ...generatedGoWorlds(20_261_201, 400)]
const digest = createHash('sha256').update(JSON.stringify(worlds)).digest('hex')

let folder: string
let simulator: Simulator
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ekscope-go-'))
  simulator = await startSimulator(casesWorld(Date.now()))
})
afterAll(async () => {
  await simulator.close()
  await rm(folder, { recursive: true, force: true })
})

let homes = 0
async function laidOut({ config, credentials, variables, args }: GoWorld) {
  const home = join(folder, String(homes++))
  const own = (text: string) => text.replaceAll('HOME', home)
  const token = { region: 'eu-west-1', accessToken: 'sso-valid', expiresAt: iso(Date.now() + hour) }
  const startUrl = 'https://cases.awsapps.com/start'
  const { id, secret } = keyOf('process')
  await mkdir(join(home, '.aws/sso/cache'), { recursive: true })
  for (const [path, text] of Object.entries({
    '.aws/config': config.replaceAll('HOME/', `${home}/`),
    ...(credentials === null ? {} : { '.aws/credentials': credentials.replaceAll('HOME/', `${home}/`) }),
    token: 'workload-token',
    'process.json': JSON.stringify({ Version: 1, AccessKeyId: id, SecretAccessKey: secret }),
    [`.aws/sso/cache/${ssoTokenKey('corp')}.json`]: JSON.stringify({ startUrl, ...token }),
    [`.aws/sso/cache/${ssoTokenKey(startUrl)}.json`]: JSON.stringify({ startUrl, ...token }),
  }))
    await writeFile(join(home, path), text)
  const all: Record<string, string> = {
    HOME: home,
    PATH: '/usr/bin:/bin',
    AWS_ENDPOINT_URL_STS: simulator.endpointUrl,
    AWS_ENDPOINT_URL_SSO: simulator.endpointUrl,
    AWS_ENDPOINT_URL_SSO_OIDC: simulator.endpointUrl,
    AWS_EC2_METADATA_SERVICE_ENDPOINT: 'http://127.0.0.1:1',
    AWS_MAX_ATTEMPTS: '1',
    ...Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [name, value.startsWith('HOME') ? own(value) : value]),
    ),
  }
  return { all, args: ['token', '-i', 'c', ...args] }
}

type Home = Awaited<ReturnType<typeof laidOut>>

async function foretold({ all, args }: Home) {
  const exec = { ...emptyExec, command: 'aws-iam-authenticator', args, env: [] }
  const question = {
    meaning: execMeaning(exec),
    exec,
    files: await readAwsFiles({ variables: all, home: all.HOME ?? '', by: 'aws-iam-authenticator' }),
    environment: { name: 'app', variables: all } as const,
    rules: byNewestRules,
    now: Date.now(),
  }
  return { predicted: predictIdentity(question), source: predictedChain(question).source?.kind ?? 'none' }
}

const people = ['file', 'config', 'default', 'other', 'process', 'exec', 'shell', 'source'] as const
const nameOf = (accessKeyId: string) => people.find((one) => keyOf(one).id === accessKeyId) ?? accessKeyId

/** The name of the identity that a prediction gives, `-` where it gives a problem, null where it names no identity: comparable with `answered`. */
function named({
  problem,
  arn,
  accessKeyId,
  permissionSet,
}: Awaited<ReturnType<typeof foretold>>['predicted']) {
  if (problem !== null) return '-'
  if (accessKeyId !== null) return nameOf(accessKeyId)
  return arn === null ? permissionSet : (parsePrincipal(arn)?.name ?? arn)
}

/** Of what the judge printed: whose key that is; `-` where it refuses. */
function answered({ status, stdout }: { readonly status: number | null; readonly stdout: string }): string {
  if (status !== 0) return '-'
  const owner = simulator.keyOwner(stdout.trim())
  const name = parsePrincipal(canonicalArn(owner ?? ''))?.name ?? stdout.trim()
  return permissionSetOf(name) ?? name
}

/** Where no file and no variable says it: a program, a sign-in’s suffix, a container, the machine. */
const outside: ReadonlySet<string> = new Set(['process', 'sso', 'container', 'metadata'])

async function compared(some: readonly GoWorld[], answers: readonly string[]) {
  const wrong: unknown[] = []
  let uncertain = 0
  for (const [at, world] of some.entries()) {
    const { predicted, source } = await foretold(await laidOut(world))
    const who = named(predicted)
    const answer = answers[at]
    if (!predicted.certain) {
      uncertain++
      if (!outside.has(source)) wrong.push({ why: `uncertain by ${source}`, by: predicted.by, world })
    }
    // An uncertain prediction may be refused by the SDK. But an identity that it names must be the one that the SDK answers.
    const agrees = predicted.certain
      ? who === answer
      : who === null || who === '-' || answer === '-' || who === answer
    if (!agrees)
      wrong.push({
        at,
        who,
        answer,
        certain: predicted.certain,
        problem: predicted.problem?.message,
        by: predicted.by,
        world,
      })
  }
  return { wrong, uncertain }
}

const judgedBy = async (ask: Awaited<ReturnType<typeof goJudge>>, some: readonly GoWorld[]) => {
  const answers: string[] = []
  const waiting = [...some.entries()]
  await Promise.all(
    // The machine is asked again and again, which is mostly waiting.
    Array.from({ length: 8 }, async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const { all, args } = await laidOut(next[1])
        answers[next[0]] = answered(await ask(args, all))
      }
    }),
  )
  return answers
}

const rows = (answers: readonly string[]) => {
  const lines: string[] = []
  for (let at = 0; at < answers.length; at += 20) lines.push(answers.slice(at, at + 20).join(' '))
  return `${digest}\n${lines.join('\n')}\n`
}

test('whom aws-iam-authenticator acts as is foretold as the AWS SDK for Go answered, in worlds by hand and generated ones', async () => {
  const [of, ...answers] = (await readFile(recorded, 'utf8')).trim().split(/\s+/)
  expect(of, 'other worlds than those that were judged: EKSCOPE_FULL=1 EKSCOPE_RECORD=1').toBe(digest)
  expect(answers).toHaveLength(worlds.length)
  const { wrong, uncertain } = await compared(worlds, answers)
  console.log(
    `${worlds.length} worlds: ${answers.filter((one) => one === '-').length} refused, ${uncertain} decided outside files`,
  )
  expect(wrong).toEqual([])
})

test.skipIf(!full || !goIsHere)(
  'the AWS SDK for Go answers as it is recorded, and as foretold in 400 more worlds',
  async () => {
    const ask = await goJudge()
    const answers = await judgedBy(ask, worlds)
    if (process.env.EKSCOPE_RECORD === '1') await writeFile(recorded, rows(answers))
    expect(rows(answers)).toBe(await readFile(recorded, 'utf8'))
    const seed = Number(process.env.EKSCOPE_SEED ?? 20_261_125)
    const more = generatedGoWorlds(seed, 400)
    const { wrong, uncertain } = await compared(more, await judgedBy(ask, more))
    console.log(`400 worlds of seed ${seed}: ${uncertain} decided outside files`)
    expect(wrong).toEqual([])
  },
)
