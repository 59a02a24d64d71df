// `ekscope whoami` on the demo fleet beside `kubectl auth whoami`: one context, with what Ekscope itself computes of that, and every
// context that both can answer beside a loop of kubectl over them, one after another. Both run the same aws for each.
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { alone, compare, finished, inFolder, inTurn, machine, measured, quick } from './lib/measure.mjs'

const cli = join(import.meta.dirname, '..', 'out', 'cli.cjs')

/** Starts `ekscope demo` and gives the environment that it prints. */
async function startDemo() {
  const child = spawn(process.execPath, [cli, 'demo', '--json'], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  for await (const line of createInterface({ input: child.stdout })) {
    text += line
    try {
      return { child, ...JSON.parse(text) }
    } catch {
      // The document goes on in the next line.
    }
  }
  throw new Error('ekscope demo ended without an environment')
}

/** Required by the process that is measured: writes at its end what it computed, without the programs that it ran. */
const ownTime = `process.on('exit', () => {
  const { user, system } = process.cpuUsage()
  require('node:fs').writeFileSync(process.env.EKSCOPE_BENCH_OWN, String((user + system) / 1_000))
})
`

console.log(`checking, ${machine()}`)
const demo = await startDemo()
try {
  await inFolder(async (folder) => {
    const env = { PATH: process.env.PATH, ...demo.environment }
    const asKubectl = (context) => ['kubectl', [`--context=${context}`, 'auth', 'whoami', '-o', 'json']]
    // Those that both can answer: the others differ in what is done, not in how fast.
    const listed = JSON.parse(finished(process.execPath, [cli, 'list', '--json'], { env })).contexts
    const first = listed.map(({ context }) => context).slice(0, quick ? 8 : listed.length)
    const candidates = JSON.parse(
      finished(process.execPath, [cli, 'whoami', '--json', '--', ...first], {
        env,
        anyStatus: true,
        timeout: 300_000,
      }),
    ).results.flatMap((one) => (one.verdict === 'verified' && one.seen ? [one.context] : []))
    const one = candidates[0]
    if (one === undefined) throw new Error('the demo has no context that is verified')

    const measure = join(folder, 'own.cjs')
    const own = join(folder, 'own')
    writeFileSync(measure, ownTime)
    const small = join(folder, 'small')
    writeFileSync(
      small,
      finished('kubectl', ['config', 'view', '--raw', '--flatten', '--minify', `--context=${one}`], { env }),
      { mode: 0o600 },
    )
    const whoami = (...words) => {
      const run = measured(process.execPath, ['--require', measure, cli, 'whoami', ...words], {
        env: { ...env, EKSCOPE_BENCH_OWN: own },
        peak: false,
      })
      return { ...run, own: Number(readFileSync(own, 'utf8')) }
    }
    const single = await inTurn(
      {
        demo: () => whoami(one),
        small: () => whoami(one, '--kubeconfig', small),
        kubectl: () => measured(...asKubectl(one), { env, peak: false }),
      },
      { rounds: [11, 4], seconds: 8 },
    )
    for (const [what, ours] of [
      ['whoami of 1 context, its file of that one', single.small],
      ["whoami of 1 context of the demo's 70", single.demo],
    ]) {
      const beside = { what, ours, other: single.kubectl, otherIs: 'kubectl auth whoami' }
      compare({ ...beside, goal: 1.1 })
      compare({ ...beside, part: 'cpu' })
      alone({ what: `${what}, own processor time`, values: ours.map((run) => run.own), goal: 100 })
    }

    // With --quick as many as there is time for.
    const both = []
    for (const context of candidates) {
      if (both.length === (quick ? 6 : candidates.length)) break
      const [command, args] = asKubectl(context)
      if (spawnSync(command, args, { env, timeout: 60_000 }).status === 0) both.push(context)
    }
    const loop = [
      '--norc',
      '-c',
      'for context; do kubectl --context="$context" auth whoami -o json || exit; done',
    ]
    const many = await inTurn(
      {
        ekscope: () =>
          measured(process.execPath, [cli, 'whoami', '--json', '--', ...both], {
            env,
            peak: false,
            timeout: 300_000,
          }),
        kubectl: () => measured('bash', [...loop, 'loop', ...both], { env, peak: false, timeout: 300_000 }),
      },
      { rounds: [3, 1], seconds: 1, warm: false },
    )
    const beside = {
      what: `whoami of ${both.length} contexts`,
      ours: many.ekscope,
      other: many.kubectl,
      otherIs: 'a loop of kubectl auth whoami',
    }
    compare({ ...beside, goal: 0.4 })
    compare({ ...beside, part: 'cpu' })
  })
} finally {
  demo.child.kill('SIGTERM')
}
