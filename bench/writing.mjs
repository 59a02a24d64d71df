// One changed value: `ekscope set-namespace` beside `kubectl config set-context --namespace`, whole processes with
// everything that they wait for, at 10, 1,000 and 10,000 contexts. Each has a file of its own: what the other wrote
// would count as an outside change.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { writeFleet } from './lib/fleet.mjs'
import { finished, inFolder, machine, measured, median, report } from './lib/measure.mjs'

const cli = join(import.meta.dirname, '..', 'out', 'cli.cjs')
const times = 5

console.log(`writing, ${machine()}`)
await inFolder(async (home) => {
  mkdirSync(join(home, '.kube'))
  const env = { PATH: process.env.PATH, HOME: home, EKSCOPE_HOME: join(home, 'state') }
  for (const count of [10, 1_000, 10_000]) {
    const name = `fleet-${count / 2}`
    const files = { ekscope: join(home, `ours-${count}`), kubectl: join(home, `kubectl-${count}`) }
    const runs = { ekscope: [], kubectl: [] }
    for (const path of Object.values(files)) writeFleet(path, count)
    for (let n = 0; n <= times; n += 1) {
      const value = `bench-${n}`
      const words = {
        ekscope: [process.execPath, [cli, 'set-namespace', name, value, '--kubeconfig', files.ekscope]],
        kubectl: [
          'kubectl',
          ['config', 'set-context', name, `--namespace=${value}`, '--kubeconfig', files.kubectl],
        ],
      }
      for (const [who, [command, args]] of Object.entries(words)) {
        runs[who].push(measured(command, args, { env, timeout: 300_000 }))
        const written = [
          'config',
          'view',
          '--raw',
          '-o',
          `jsonpath={.contexts[?(@.name=="${name}")].context.namespace}`,
        ]
        if (n === 0 && finished('kubectl', [...written, '--kubeconfig', files[who]], { env }) !== value)
          throw new Error(`${who} did not write ${value} to ${files[who]}`)
      }
    }
    const what = `one changed value, ${count.toLocaleString('en')} contexts`
    const middle = (who, part) => median(runs[who].slice(1).map((run) => run[part]))
    const other = { otherIs: 'kubectl config set-context' }
    report({
      what,
      ours: middle('ekscope', 'ms'),
      other: middle('kubectl', 'ms'),
      ...other,
      goal: '≤ 0.15 at 10,000',
    })
    if (runs.ekscope[0].cpu === null) continue
    report({
      what: `${what}, processor time`,
      ours: middle('ekscope', 'cpu'),
      other: middle('kubectl', 'cpu'),
      ...other,
      goal: 'none',
    })
    console.log(
      `  the first write of a day also keeps a whole copy: ${runs.ekscope[0].cpu.toFixed(0)} ms of processor time; ` +
        `peak memory ${middle('ekscope', 'peak').toFixed(0)} MB, kubectl ${middle('kubectl', 'peak').toFixed(0)} MB`,
    )
  }
})
