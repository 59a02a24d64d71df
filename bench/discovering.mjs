// `ekscope discover` as 20 role profiles in 17 regions (20 AssumeRole, 20 GetCallerIdentity, 340 ListClusters) at an AWS that
// answers after 50 ms, beside the aws CLI, which asks for one region of one profile after the other: a few of its 340 calls are
// timed, and the median is scaled.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { judgeFolder, judges } from '../scripts/lib/judges.mjs'
import { alone, begin, compare, inTurn, leftOut, quick } from './lib/measure.mjs'
import { cli, inFolder, measured, node } from './lib/programs.mjs'

const latency = 50
const profiles = Array.from({ length: 20 }, (_, at) => `p${at}`)
const regions =
  'us-east-1 us-east-2 us-west-1 us-west-2 ca-central-1 sa-east-1 eu-west-1 eu-west-2 eu-west-3 eu-central-1 eu-north-1 ap-south-1 ap-southeast-1 ap-southeast-2 ap-northeast-1 ap-northeast-2 ap-northeast-3'.split(
    ' ',
  )
const places = profiles.flatMap((profile) => regions.map((region) => ({ profile, region })))

/** The aws CLI of today, as the tests ask it, else the one of this machine; undefined: there is none of version 2. */
const aws = [join(judgeFolder('aws-2.36'), judges['aws-2.36'].program), 'aws', '/usr/bin/aws'].find((path) =>
  spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout?.startsWith('aws-cli/2'),
)

begin('discovering')
const server = spawn(node, [join(import.meta.dirname, 'lib', 'aws.mjs'), String(latency)], {
  stdio: ['ignore', 'pipe', 'inherit'],
})
try {
  const port = String((await once(server.stdout, 'data'))[0]).trim()
  await inFolder(async (home) => {
    for (const folder of ['.aws', 'state']) mkdirSync(join(home, folder), { mode: 0o700 })
    const endpoint = `endpoint_url = http://127.0.0.1:${port}\n`
    const base = `[profile base]\n${endpoint}aws_access_key_id = AKIABENCHBENCHBENCH1\naws_secret_access_key = secret\n`
    const roles = profiles.map(
      (name, at) =>
        `[profile ${name}]\n${endpoint}role_arn = arn:aws:iam::${100_000_000_000 + at}:role/R${at}\nsource_profile = base\n`,
    )
    writeFileSync(join(home, '.aws', 'config'), [base, ...roles].join(''))
    const own = { HOME: home, EKSCOPE_HOME: join(home, 'state') }
    const env = { PATH: process.env.PATH, ...own, AWS_PAGER: '', AWS_EC2_METADATA_DISABLED: 'true' }
    const words = [...profiles.map((one) => `--profile=${one}`), ...regions.map((one) => `--region=${one}`)]
    const discover = () => {
      const run = measured(node, [cli, 'discover', '--json', ...words], { env })
      const found = JSON.parse(run.stdout).places.filter(({ state }) => state === 'found').length
      if (found !== places.length) throw new Error(`${found} of ${places.length} places were seen`)
      return run
    }
    const { ours } = await inTurn({ ours: discover }, { rounds: [9, 3] })
    const what = `${profiles.length} role profiles × ${regions.length} regions at ${latency} ms`
    alone({ what, values: ours.map(({ ms }) => ms) })
    if (aws === undefined) return console.log('there is no aws of version 2 to look beside')
    if (leftOut('looking beside the aws CLI')) return
    const times = quick ? 4 : 20
    const taken = Array.from({ length: times + 1 }, (_, n) => {
      // Spread over all of them, so that the first of each profile, which assumes its role, counts as often as it is.
      const { profile, region } = places[Math.floor((n * places.length) / (times + 1))]
      const words = ['eks', 'list-clusters', '--profile', profile, '--region', region]
      const { ms, cpu } = measured(aws, words, { env })
      return { ms: ms * places.length, cpu: cpu * places.length }
    })
    const otherIs = `the aws CLI, scaled from ${times} of ${places.length}`
    // The first finds nothing of the program in memory.
    const beside = { what, ours, other: taken.slice(1), otherIs }
    compare({ ...beside, goal: 1 / 50 })
    compare({ ...beside, part: 'cpu' })
  })
} finally {
  server.kill('SIGTERM')
}
