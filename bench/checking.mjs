// `ekscope whoami` on the demo fleet beside a loop of `kubectl auth whoami` over the same contexts, one after another.
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { finished, machine, report } from './lib/measure.mjs'

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

console.log(`checking, ${machine()}`)
const demo = await startDemo()
try {
  const env = { PATH: process.env.PATH, ...demo.environment }
  const whoami = (contexts) =>
    JSON.parse(
      finished(process.execPath, [cli, 'whoami', '--json', '--', ...contexts], {
        env,
        anyStatus: true,
        timeout: 300_000,
      }),
    ).results
  const asKubectl = (context) => ['kubectl', [`--context=${context}`, 'auth', 'whoami', '-o', 'json']]
  // Those that both can answer: the others differ in what is done, not in how fast.
  const contexts = whoami([])
    .filter((one) => one.verdict === 'verified' && one.seen)
    .map((one) => one.context)
    .filter((context) => {
      const [command, args] = asKubectl(context)
      return spawnSync(command, args, { env, timeout: 60_000 }).status === 0
    })
  const forty = Array.from({ length: 40 }, (_, n) => contexts[n % contexts.length])
  const distinct = [...new Set(forty)]
  const measure = (run) => {
    const start = performance.now()
    run()
    return performance.now() - start
  }
  const ours = measure(() => whoami(distinct)) * (40 / distinct.length)
  const other =
    measure(() => {
      for (const context of distinct) finished(...asKubectl(context), { env, timeout: 60_000 })
    }) *
    (40 / distinct.length)
  report({
    what: `checking 40 contexts (${distinct.length} distinct measured, scaled)`,
    ours,
    other,
    otherIs: 'a loop of kubectl auth whoami',
    goal: '≤ 0.17, six times as fast',
  })
} finally {
  demo.child.kill('SIGTERM')
}
