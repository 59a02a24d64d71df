// Looking for clusters as 20 role profiles in 17 regions (20 AssumeRole, 20 GetCallerIdentity, 340 ListClusters) at an AWS that answers
// after 50 ms, beside the same signed requests by node:http, as many at once.
import { spawn } from 'node:child_process'
import { createHash, createHmac } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { engine } from './lib/engine.mjs'
import { compare, inFolder, inTurn, machine } from './lib/measure.mjs'

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
      const asked = { lookers, sessions: [], regions: { kind: 'these', regions }, access: false }
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
  })
} finally {
  server.kill('SIGTERM')
}
