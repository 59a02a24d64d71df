// `ekscope whoami` on the demo fleet beside `kubectl auth whoami`: one context, with what Ekscope itself computes of that, and every
// context that both can answer beside a loop of kubectl over them, one after another. Both run the same aws for each.
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { alone, begin, compare, inTurn, quick } from './lib/measure.mjs'
import { cli, finished, inFolder, measured, node } from './lib/programs.mjs'

/** Starts `ekscope demo` and gives the environment that it prints. */
async function startDemo() {
  const child = spawn(node, [cli, 'demo', '--json'], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  for await (const line of createInterface({ input: child.stdout })) {
    text += line
    if (line === '}') return { child, ...JSON.parse(text) }
  }
  throw new Error('ekscope demo ended without an environment')
}

/** Required by the process that is measured: writes at its end what it computed, without the programs that it ran. */
const ownTime = `process.on('exit', () => {
  const { user, system } = process.cpuUsage()
  require('node:fs').writeFileSync(process.env.EKSCOPE_BENCH_OWN, String((user + system) / 1_000))
})
`

begin('checking')
const demo = await startDemo()
try {
  await inFolder(async (folder) => {
    const [measure, own] = ['own.cjs', 'own'].map((name) => join(folder, name))
    writeFileSync(measure, ownTime)
    const env = { PATH: process.env.PATH, ...demo.environment, EKSCOPE_BENCH_OWN: own }
    mkdirSync(env.EKSCOPE_HOME, { recursive: true, mode: 0o700 })
    const asked = (...words) =>
      JSON.parse(finished(node, [cli, ...words, '--json'], { env, anyStatus: true }))
    const asKubectl = (context) => ['kubectl', [`--context=${context}`, 'auth', 'whoami', '-o', 'json']]
    // Those that both can answer: the others differ in what is done, not in how fast.
    const listed = asked('list').contexts.map(({ context }) => context)
    const candidates = asked('whoami', ...(quick ? listed.slice(0, 8) : listed)).results.flatMap((one) =>
      one.verdict === 'verified' && one.seen ? [one.context] : [],
    )
    const [one] = candidates
    if (one === undefined) throw new Error('the demo has no context that is verified')
    const single = await inTurn(
      {
        ours() {
          const run = measured(node, ['--require', measure, cli, 'whoami', one], { env })
          return { ...run, own: Number(readFileSync(own, 'utf8')) }
        },
        other: () => measured(...asKubectl(one), { env }),
      },
      { rounds: [11, 3] },
    )
    const of1 = { what: 'whoami of 1 context', ...single, otherIs: 'kubectl auth whoami' }
    compare({ ...of1, goal: 1.1 })
    alone({ what: `${of1.what}, own processor time`, values: single.ours.map((run) => run.own), goal: 100 })

    const both = candidates.filter((context) => spawnSync(...asKubectl(context), { env }).status === 0)
    const loop = 'for context; do kubectl --context="$context" auth whoami -o json || exit; done'
    const { ours, other } = await inTurn(
      {
        ours: () => measured(node, [cli, 'whoami', '--json', '--', ...both], { env }),
        other: () => measured('bash', ['--norc', '-c', loop, 'loop', ...both], { env }),
      },
      { rounds: [3, 1], warm: false },
    )
    const otherIs = 'a loop of kubectl auth whoami'
    const beside = { what: `whoami of ${both.length} contexts`, ours, other, otherIs }
    compare({ ...beside, goal: 0.4 })
  })
} finally {
  demo.child.kill('SIGTERM')
}
