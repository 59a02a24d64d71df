// One changed value: `ekscope set-namespace` beside `kubectl config set-context --namespace`, whole processes with everything that
// they start and wait for. At 10,000 contexts by the clock, too: alone, beside young processes that have read as much as the file is
// long, and in a pid namespace of its own, where nobody can tell who reads. Each has a file of its own: what another wrote would
// count as an outside change.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeFleet } from './lib/fleet.mjs'
import {
  alone,
  compare,
  finished,
  inFolder,
  inTurn,
  leftOut,
  machine,
  measured,
  quick,
} from './lib/measure.mjs'
import { usualKinds, writeUsual } from './lib/usual-fleets.mjs'

const cli = join(import.meta.dirname, '..', 'out', 'cli.cjs')
const otherIs = 'kubectl set-context'
const apart = ['unshare', ...(process.getuid?.() === 0 ? [] : ['-r']), '-p', '-f', '--mount-proc']
const canBeApart =
  process.platform === 'linux' && spawnSync(apart[0], [...apart.slice(1), 'true']).status === 0

/** What runs beside while `work` does: programs that nobody knows, which have read 30 MB of whatever. */
async function besideBusy(work) {
  const reads =
    "const fs = require('node:fs'), f = fs.openSync('/dev/zero'), b = Buffer.alloc(1e6); for (let n = 0; n < 30; n++) fs.readSync(f, b); console.log('read'); setInterval(() => undefined, 1_000)"
  const busy = [1, 2].map(() =>
    spawn(process.execPath, ['-e', reads], { stdio: ['ignore', 'pipe', 'ignore'] }),
  )
  try {
    await Promise.all(busy.map((one) => once(one.stdout, 'data')))
    return work()
  } finally {
    for (const one of busy) one.kill('SIGKILL')
  }
}

/** Runs that change the namespace of one context of a file of their own, each time to another value. */
function writers(home, { write, name, peak }) {
  const env = { PATH: process.env.PATH, HOME: home, EKSCOPE_HOME: join(home, 'state') }
  let count = 0
  const writer = (who, [command, ...words], change) => {
    const file = join(home, who)
    write(file)
    return () => {
      const value = `bench-${count++}`
      const args = [...words, ...change(value), '--kubeconfig', file]
      const run = measured(command, args, { env, timeout: 300_000, peak })
      return { ...run, file, value }
    }
  }
  const ours = (who, before = []) =>
    writer(who, [...before, process.execPath, cli, 'set-namespace', name], (value) => [value])
  return {
    ours,
    kubectl: writer('kubectl', ['kubectl', 'config', 'set-context', name], (value) => [
      `--namespace=${value}`,
    ]),
    /** What kubectl reads after that run. */
    check({ file, value }) {
      const asked = `jsonpath={.contexts[?(@.name=="${name}")].context.namespace}`
      const said = finished('kubectl', ['config', 'view', '--raw', '-o', asked, '--kubeconfig', file], {
        env,
      })
      if (said !== value) throw new Error(`${value} is not in ${file}, but ${said}`)
    },
  }
}

console.log(`writing, ${machine()}`)
for (const [count, goal, rounds] of [
  [10, null, [25, 9]],
  [100, null, [15, 0]],
  [1_000, 0.6, [15, 4]],
]) {
  if (quick && rounds[1] === 0) continue
  if (leftOut(`one changed value, ${count.toLocaleString('en')} contexts`)) continue
  await inFolder(async (home) => {
    const write = (path) => writeFleet(path, count)
    const { ours, kubectl, check } = writers(home, { write, name: `fleet-${count / 2}`, peak: false })
    const things = { ours: ours('ekscope'), other: kubectl }
    for (const run of Object.values(things)) check(run())
    const what = `one changed value, ${count.toLocaleString('en')} contexts`
    const row = { what, ...(await inTurn(things, { rounds })), otherIs }
    compare({ ...row, part: 'cpu', goal })
    compare(row)
  })
}

await inFolder(async (home) => {
  const write = (path) => writeFleet(path, 10_000)
  const { ours, kubectl, check } = writers(home, { write, name: 'fleet-5000', peak: true })
  const beside = ours('beside')
  const things = {
    ours: ours('ekscope'),
    busy: () => besideBusy(beside),
    ...(canBeApart ? { apart: ours('apart', apart) } : {}),
    other: kubectl,
  }
  for (const [who, run] of Object.entries(things)) {
    // kubectl takes ten seconds for each where the machine does other things too.
    if (quick && who === 'other') continue
    const first = await run()
    // kubectl takes seconds to read it.
    if (!quick || who === 'ours') check(first)
    if (who === 'ours' && typeof first.cpu === 'number')
      alone({
        what: 'the first write of a day, which keeps a whole copy, processor time',
        values: [first.cpu],
      })
  }
  // Each has written once by now: none need be warmed up.
  const { other, ...all } = await inTurn(things, { rounds: [7, 2], seconds: 20, warm: false })
  const what = 'one changed value, 10,000 contexts'
  compare({ what, ours: all.ours, other, otherIs, part: 'cpu', goal: 0.12 })
  compare({ what, ours: all.ours, other, otherIs, goal: 0.15 })
  compare({ what, ours: all.ours, other, otherIs, part: 'peak', unit: 'MB' })
  compare({ what: `${what}, beside busy young processes`, ours: all.busy, other, otherIs, goal: 0.15 })
  if (canBeApart)
    compare({ what: `${what}, in a pid namespace of its own`, ours: all.apart, other, otherIs, goal: 0.15 })
})

// What is written another way may cost more, but falls off no cliff.
for (const kind of quick ? [] : usualKinds)
  await inFolder(async (home) => {
    const write = (path) => writeUsual(path, 10_000, kind)
    write(join(home, 'named'))
    const [name = ''] = /arn:[^\s"]*cluster-5000\b/.exec(readFileSync(join(home, 'named'), 'utf8')) ?? []
    const { ours, kubectl, check } = writers(home, { write, name, peak: false })
    const things = { ours: ours('ekscope'), other: kubectl }
    for (const run of Object.values(things)) check(run())
    const row = {
      what: `one changed value, 10,000, ${kind}`,
      ...(await inTurn(things, { rounds: [3, 0] })),
      otherIs,
    }
    compare({ ...row, part: 'cpu' })
    compare(row)
  })
