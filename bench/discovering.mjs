// Looking for clusters as 20 role profiles in 17 regions (20 AssumeRole, 20 GetCallerIdentity, 340 ListClusters) at an AWS that answers
// after 50 ms, beside the same signed requests by node:http, as many at once, and beside the aws CLI, which asks for one region of one
// profile after the other: of its 340 calls 20 are timed, and the median is scaled.
import { spawn, spawnSync } from 'node:child_process'
import { createHash, createHmac } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { judgeFolder, judges } from '../scripts/lib/judges.mjs'
import { engine } from './lib/engine.mjs'
import { compare, finished, inFolder, inTurn, leftOut, machine, median, quick } from './lib/measure.mjs'

const latency = 50
const profiles = Array.from({ length: 20 }, (_, at) => at)
const atOnce = 32
const regions = [
  ...[
    'us-east-1',
    'us-east-2',
    'us-west-1',
    'us-west-2',
    'ca-central-1',
    'sa-east-1',
    'eu-west-1',
    'eu-west-2',
  ],
  ...['eu-west-3', 'eu-central-1', 'eu-north-1', 'ap-south-1', 'ap-southeast-1', 'ap-southeast-2'],
  ...['ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3'],
]

const sha = (text) => createHash('sha256').update(text).digest('hex')
const mac = (key, text) => createHmac('sha256', key).update(text).digest()

/** One signed request, read to its end. */
function signed(agent, port, { method, path, body, service, region, key }) {
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
  const day = date.slice(0, 8)
  const headers = {
    host: `127.0.0.1:${port}`,
    'x-amz-date': date,
    'x-amz-content-sha256': sha(body),
    ...(key.token === null ? {} : { 'x-amz-security-token': key.token }),
    ...(body === '' ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
  }
  const names = Object.keys(headers).sort()
  const [target, query = ''] = path.split('?')
  const canonical = [
    method,
    target,
    query,
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    sha(body),
  ].join('\n')
  const scope = `${day}/${region}/${service}/aws4_request`
  const toSign = ['AWS4-HMAC-SHA256', date, scope, sha(canonical)].join('\n')
  const signing = [day, region, service, 'aws4_request'].reduce(mac, `AWS4${key.secret}`)
  const signature = mac(signing, toSign).toString('hex')
  const authorization = `AWS4-HMAC-SHA256 Credential=${key.id}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, method, path, agent, headers: { ...headers, authorization } },
      (answer) => {
        let text = ''
        answer.on('data', (piece) => {
          text += piece
        })
        answer.on('end', () => resolve(text))
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

/** The same calls without any SDK. */
async function byNode(port) {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce })
  const sts = (action, more, region, key) => ({
    method: 'POST',
    path: '/',
    body: `Action=${action}&Version=2011-06-15${more}`,
    service: 'sts',
    region,
    key,
  })
  const alice = { id: 'AKIABENCHBENCHBENCH1', secret: 'secret', token: null }
  await Promise.all(
    profiles.map(async (at) => {
      const role = encodeURIComponent(`arn:aws:iam::${100000000000 + at}:role/R${at}`)
      const text = await signed(
        agent,
        port,
        sts('AssumeRole', `&RoleArn=${role}&RoleSessionName=s`, regions[0], alice),
      )
      const key = { id: /<AccessKeyId>(.*?)</.exec(text)[1], secret: 'secret', token: 'token' }
      const lists = regions.map(async (region) => {
        const list = {
          method: 'GET',
          path: '/clusters?maxResults=100',
          body: '',
          service: 'eks',
          region,
          key,
        }
        JSON.parse(await signed(agent, port, list))
      })
      await Promise.all([signed(agent, port, sts('GetCallerIdentity', '', regions[0], key)), ...lists])
    }),
  )
  agent.destroy()
}

/** The aws CLI of today, as the tests ask it, else the one of this machine; null: there is none of version 2. */
function awsProgram() {
  const judge = join(judgeFolder('aws-2.36'), judges['aws-2.36'].program)
  return [judge, 'aws', '/usr/bin/aws'].find(
    (path) =>
      (path === 'aws' || existsSync(path)) &&
      /^aws-cli\/2/.test(spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout ?? ''),
  )
}

/** ListClusters as one profile in one region, as often as there are places to look in: what some of them took, scaled. */
function byAws(program, home) {
  const places = profiles.flatMap((at) => regions.map((region) => ({ profile: `p${at}`, region })))
  const env = { PATH: process.env.PATH, HOME: home, AWS_PAGER: '', AWS_EC2_METADATA_DISABLED: 'true' }
  const times = quick ? 5 : 20
  // Spread over all of them, so that the first of each profile, which assumes its role, counts as often as it is.
  const timed = Array.from(
    { length: times + 1 },
    (_, n) => places[Math.floor((n * places.length) / (times + 1))],
  )
  const taken = timed.map(({ profile, region }) => {
    const start = performance.now()
    finished(program, ['eks', 'list-clusters', '--profile', profile, '--region', region], { env })
    return performance.now() - start
  })
  // The first finds nothing of the program in memory.
  return taken.slice(1).map((ms) => ({ ms: ms * places.length }))
}

console.log(`discovering, ${machine()}`)
const server = spawn(process.execPath, [join(import.meta.dirname, 'lib', 'aws.mjs'), String(latency)], {
  stdio: ['ignore', 'pipe', 'inherit'],
})
const [port] = await new Promise((resolve) => {
  createInterface({ input: server.stdout }).once('line', (line) => resolve([Number(line)]))
})
try {
  await inFolder(async (folder) => {
    const { sweep, readAwsFiles, byNewestRules } = await engine(folder, 'bench/lib/discovering.ts')
    const home = join(folder, 'home')
    mkdirSync(join(home, '.aws'), { recursive: true })
    const url = `http://127.0.0.1:${port}`
    writeFileSync(
      join(home, '.aws', 'config'),
      [
        `[profile alice]\nendpoint_url = ${url}\naws_access_key_id = AKIABENCHBENCHBENCH1\naws_secret_access_key = secret\n`,
        ...profiles.map(
          (at) =>
            `[profile p${at}]\nendpoint_url = ${url}\nrole_arn = arn:aws:iam::${100000000000 + at}:role/R${at}\nsource_profile = alice\n`,
        ),
      ].join(''),
    )
    const variables = { HOME: home }
    const from = {
      files: await readAwsFiles({ variables, home }),
      variables,
      home,
      environment: 'bench',
      now: Date.now,
      rules: byNewestRules,
      run: () => Promise.reject(new Error('nothing runs')),
      mayRun: async () => false,
    }
    const ours = async () => {
      let found = 0
      const lookers = profiles.map((at) => ({ kind: 'profile', profile: `p${at}`, role: null }))
      const asked = {
        lookers,
        sessions: [],
        regions: { kind: 'these', regions },
        without: [],
        access: false,
        aliases: false,
      }
      for await (const event of sweep(from, asked, new AbortController().signal))
        if (event.kind === 'place' && event.state.kind === 'found') found += 1
      if (found !== profiles.length * regions.length) throw new Error(`${found} places were seen`)
    }
    const cpuOf = async (work) => {
      const before = process.cpuUsage()
      await work()
      const { user, system } = process.cpuUsage(before)
      return { cpu: (user + system) / 1_000 }
    }
    const taken = await inTurn(
      { ours: () => cpuOf(ours), node: () => cpuOf(() => byNode(port)) },
      { rounds: [9, 4], seconds: 10 },
    )
    const beside = {
      what: `${profiles.length} role profiles × ${regions.length} regions at ${latency} ms`,
      ours: taken.ours,
      other: taken.node,
      otherIs: 'the same requests by node:http',
    }
    compare({ ...beside, goal: 1.3, part: 'ms' })
    compare({ ...beside, part: 'cpu' })
    const program = awsProgram()
    if (program === undefined) console.log('there is no aws of version 2 to look beside')
    else if (!leftOut('looking beside the aws CLI')) {
      const other = byAws(program, home)
      const otherIs = `the aws CLI for one after the other, scaled from ${other.length} of ${profiles.length * regions.length}`
      compare({ ...beside, other, otherIs, goal: 1 / 50 })
      const times = median(other.map(({ ms }) => ms)) / median(taken.ours.map(({ ms }) => ms))
      console.log(`  as many times as fast as the aws CLI: ${times.toFixed(0)}`)
    }
  })
} finally {
  server.kill('SIGTERM')
}
