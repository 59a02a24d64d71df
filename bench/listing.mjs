// `ekscope list --json` beside `kubectl config get-contexts -o name`, whole processes, at 1,000 and 10,000 contexts.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { writeFleet, writeProfiles } from './lib/fleet.mjs'
import { finished, inFolder, machine, measured, median, report } from './lib/measure.mjs'

const cli = join(import.meta.dirname, '..', 'out', 'cli.cjs')

console.log(`listing, ${machine()}`)
await inFolder(async (home) => {
  mkdirSync(join(home, '.aws'))
  writeProfiles(join(home, '.aws'))
  for (const count of [1_000, 10_000]) {
    const path = join(home, `fleet-${count}`)
    writeFleet(path, count)
    const env = { PATH: process.env.PATH, HOME: home, EKSCOPE_HOME: join(home, 'state') }
    const rows = JSON.parse(
      finished(process.execPath, [cli, 'list', '--json', '--kubeconfig', path], { env }),
    ).contexts
    if (rows.length !== count) throw new Error(`listed ${rows.length} of ${count} contexts`)
    const runs = { ekscope: [], kubectl: [] }
    for (let n = 0; n < 5; n += 1) {
      const words = ['config', 'get-contexts', '-o', 'name', '--kubeconfig', path]
      runs.ekscope.push(measured(process.execPath, [cli, 'list', '--json', '--kubeconfig', path], { env }))
      runs.kubectl.push(measured('kubectl', words, { env }))
    }
    const what = `list --json, ${count.toLocaleString('en')} contexts`
    const middle = (who, part) => median(runs[who].map((run) => run[part]))
    const other = { otherIs: 'kubectl get-contexts', goal: '≤ 0.35 at 10,000' }
    report({ what, ours: middle('ekscope', 'ms'), other: middle('kubectl', 'ms'), ...other })
    if (runs.ekscope[0].cpu === null) continue
    report({
      what: `${what}, processor time`,
      ours: middle('ekscope', 'cpu'),
      other: middle('kubectl', 'cpu'),
      ...other,
    })
    console.log(
      `  peak memory ${middle('ekscope', 'peak').toFixed(0)} MB, kubectl ${middle('kubectl', 'peak').toFixed(0)} MB`,
    )
  }
})
