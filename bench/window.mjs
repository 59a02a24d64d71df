// From start to a drawn grid in the built app, beside a bare Electron window that shows one line of text: by the clock, in
// processor time of all processes, and what they hold in memory once they are quiet. The longest task of the page is told apart.
// Large files are opened by a window that has never seen them, and by one that finds them as it left them.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { writeFleet, writeProfiles } from './lib/fleet.mjs'
import { alone, compare, inFolder, inTurn, leftOut, machine, quick } from './lib/measure.mjs'
import { bareApp, startedWindow } from './lib/windows.mjs'

const root = join(import.meta.dirname, '..')

/** Goals: clock beside the bare window, processor time beside it, MB beyond it. */
const fleets = [
  { counts: [10], goal: 1.5, cpuGoal: 1.6 },
  ...(quick ? [] : [{ counts: [100] }]),
  ...(quick ? [] : [{ counts: [1_000], goal: 1.5 }]),
  { counts: [10_000], goal: 2.6, cpuGoal: 3.7, memoryGoal: 180 },
  // Four files, each as large as one file of a fleet gets.
  ...(quick ? [] : [{ counts: [25_000, 25_000, 25_000, 25_000], rounds: [2, 1] }]),
]

console.log(`window, ${machine()}`)
await inFolder(async (home) => {
  mkdirSync(join(home, '.aws'))
  mkdirSync(join(home, '.kube'))
  writeProfiles(join(home, '.aws'))
  const bare = bareApp(home)
  const base = { ...process.env, HOME: home }
  delete base.KUBECONFIG
  const grid = (page) =>
    page
      .getByRole('grid', { name: 'Contexts' })
      .getByText('fleet-0', { exact: true })
      .first()
      .waitFor({ timeout: 120_000 })
  for (const { counts, goal = null, cpuGoal = null, memoryGoal = null, rounds = [5, 2] } of fleets) {
    const size = counts.map((count) => count.toLocaleString('en')).join(' + ')
    const what = `window with ${size} contexts drawn`
    if (leftOut(what)) continue
    const paths = counts.map((count, at) => {
      const path = join(home, '.kube', at === 0 ? 'config' : `config-${at}`)
      writeFleet(path, count, at === 0 ? 'fleet' : `fleet${at}`)
      return path
    })
    const env = paths.length === 1 ? base : { ...base, KUBECONFIG: paths.join(':') }
    let state = 0
    const { plain, ours } = await inTurn(
      {
        plain: () =>
          startedWindow({ args: [bare], env: base, ready: (page) => page.locator('#there').waitFor() }),
        ours: () =>
          startedWindow({
            args: [root],
            env: { ...env, EKSCOPE_HOME: join(home, `state-${counts.length}-${counts[0]}-${state++}`) },
            ready: grid,
          }),
      },
      { rounds, seconds: 20 },
    )
    const both = { what, ours, other: plain, otherIs: 'a bare Electron window' }
    compare({ ...both, goal })
    compare({ ...both, part: 'cpu', goal: cpuGoal })
    alone({
      what: `${what}: memory of all processes beyond the bare window (PSS)`,
      values: ours.map(({ memory }, at) => memory - (plain[at]?.memory ?? 0)),
      unit: 'MB',
      goal: memoryGoal,
    })
    alone({ what: `${what}: longest task of the page`, values: ours.map(({ longest }) => longest) })
  }
})
