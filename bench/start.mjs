// How long a command takes that does next to nothing, by the clock: `ekscope --version` and `ekscope list` of 10 contexts
// beside `node -e 0`, which is what no program of Node's can do without.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { writeFleet, writeProfiles } from './lib/fleet.mjs'
import { compare, inFolder, inTurn, machine, measured } from './lib/measure.mjs'

const cli = join(import.meta.dirname, '..', 'out', 'cli.cjs')

console.log(`start, ${machine()}`)
await inFolder(async (home) => {
  mkdirSync(join(home, '.aws'))
  writeProfiles(join(home, '.aws'))
  const path = join(home, 'fleet')
  writeFleet(path, 10)
  const env = { PATH: process.env.PATH, HOME: home, EKSCOPE_HOME: join(home, 'state') }
  const node = (...words) => measured(process.execPath, words, { env, peak: false })
  const taken = await inTurn(
    {
      version: () => node(cli, '--version'),
      list: () => node(cli, 'list', '--kubeconfig', path),
      bare: () => node('-e', '0'),
      names: () =>
        measured('kubectl', ['config', 'get-contexts', '-o', 'name', '--kubeconfig', path], {
          env,
          peak: false,
        }),
    },
    { rounds: [41, 21], seconds: 12 },
  )
  const beside = { other: taken.bare, otherIs: 'node -e 0' }
  for (const part of ['ms', 'cpu']) {
    const clock = part === 'ms'
    compare({ what: '--version', ours: taken.version, ...beside, part, goal: clock ? 1.8 : null })
    compare({ what: 'list of 10 contexts', ours: taken.list, ...beside, part, goal: clock ? 2.7 : null })
    compare({
      what: 'list of 10 contexts',
      ours: taken.list,
      other: taken.names,
      otherIs: 'kubectl get-contexts',
      part,
    })
  }
})
