// `ekscope list --json` beside `kubectl config get-contexts -o name`, whole processes, at 1,000 and 10,000 contexts.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { writeFleet, writeProfiles } from './lib/fleet.mjs'
import { alternately, finished, inFolder, machine, report } from './lib/measure.mjs'

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
    const ms = await alternately(5, {
      ekscope: () => void finished(process.execPath, [cli, 'list', '--json', '--kubeconfig', path], { env }),
      kubectl: () =>
        void finished('kubectl', ['config', 'get-contexts', '-o', 'name', '--kubeconfig', path], { env }),
    })
    report({
      what: `list --json, ${count.toLocaleString('en')} contexts`,
      ours: ms.ekscope,
      other: ms.kubectl,
      otherIs: 'kubectl get-contexts',
      goal: '≤ 0.35 at 10,000',
    })
  }
})
