// Loading (read, find and check entries, project) in this process, beside what nobody can do without who wants to know where lines
// end: read, made a string, every line end seen. On both sides with the hash of the bytes and without: most commands ask for none.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { engine } from './lib/engine.mjs'
import { writeFleet } from './lib/fleet.mjs'
import { compare, inFolder, inTurn, machine, quick } from './lib/measure.mjs'
import { usualKinds, writeUsual } from './lib/usual-fleets.mjs'

/** The yardstick. */
function readAndScan(paths, hashed) {
  let lines = 0
  for (const path of paths) {
    const bytes = readFileSync(path)
    if (hashed) createHash('sha256').update(bytes).digest('hex')
    const text = bytes.toString('utf8')
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1
  }
  return lines
}

/** Milliseconds of processor time that a run takes, of all threads. */
async function counted(run) {
  const before = process.cpuUsage()
  await run()
  const { user, system } = process.cpuUsage(before)
  return { cpu: (user + system) / 1_000 }
}

console.log(`loading, ${machine()}`)
await inFolder(async (folder) => {
  mkdirSync(join(folder, 'built'))
  const { createKubeconfigStore } = await engine(join(folder, 'built'))
  const path = join(folder, 'config')
  async function loaded({ what, paths, count, goal = null, rounds = [7, 3] }) {
    const store = () =>
      createKubeconfigStore({
        list: () => paths.map((path) => ({ path, source: 'default', own: true })),
        trustedFile: () => false,
      })
    /** What every command waits for; `hashed`: what a write and a page ask for; `whole`: every entry made, which only a page asks for. */
    const load = async ({ hashed = false, whole = false }) => {
      // Not taken apart: a list that is looked at is made.
      const snapshot = await store().load()
      const found = snapshot.files.reduce((sum, file) => sum + file.contexts, 0)
      if (found !== count || snapshot.files.some(({ problems }) => problems.length > 0))
        throw new Error(`read ${found} of ${count}`)
      if (hashed && snapshot.files.some(({ revision }) => revision?.length !== 64))
        throw new Error('hashed nothing')
      if (whole && snapshot.contexts.length + snapshot.clusters.length + snapshot.users.length < count)
        throw new Error('read too little')
    }
    const runs = await inTurn(
      {
        hashed: () => counted(() => load({ hashed: true })),
        other: () => counted(() => readAndScan(paths, true)),
        ours: () => counted(() => load({})),
        bare: () => counted(() => readAndScan(paths, false)),
        ...(quick ? {} : { whole: () => counted(() => load({ hashed: true, whole: true })) }),
      },
      { rounds },
    )
    const { hashed, other, ours, bare, whole } = runs
    const otherIs = 'read, hash, string, lines'
    for (const part of ['cpu', 'ms'])
      compare({
        what: `${what} and hash them`,
        ours: hashed,
        other,
        otherIs,
        part,
        goal: part === 'cpu' ? goal : null,
      })
    compare({ what, ours, other: bare, otherIs: 'read, string, lines', part: 'cpu' })
    if (whole)
      compare({ what: `${what}, all made ready for the page`, ours: whole, other, otherIs, part: 'cpu' })
  }
  for (const [count, goal] of [
    [10, null],
    [100, null],
    [1_000, null],
    [10_000, 3],
  ]) {
    if (quick && goal === null) continue
    writeFleet(path, count)
    await loaded({
      what: `load ${count.toLocaleString('en')} contexts`,
      paths: [path],
      count,
      goal,
      rounds: [15, 7],
    })
  }
  if (quick) return
  for (const kind of usualKinds) {
    writeUsual(path, 10_000, kind)
    await loaded({ what: `load 10,000 contexts, ${kind}`, paths: [path], count: 10_000 })
  }
  for (const [count, files] of [
    [10_000, 4],
    [100_000, 4],
  ]) {
    const paths = writeUsual(path, count, usualKinds[0], files).split(':')
    await loaded({
      what: `load ${count.toLocaleString('en')} contexts in ${files} files`,
      paths,
      count,
      rounds: [3, 3],
    })
  }
  const { rss } = process.memoryUsage()
  console.log(`memory of this process afterwards: ${(rss / 1e6).toFixed(0)} MB`)
})
