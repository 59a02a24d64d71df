// From start to a drawn grid in the built app beside a bare Electron window: by the clock, in processor time of all processes,
// what they hold in memory after a minute at rest, also after other programs changed the file, and how often they wake up.
import { setTimeout as sleep } from 'node:timers/promises'
import { alone, begin, compare, inTurn, leftOut, quick } from './lib/measure.mjs'
import { inFolder } from './lib/programs.mjs'
import { collected, memory, outsideChanges, quiet, wakeUps, windowsOf } from './lib/windows.mjs'

const otherIs = 'a bare window'
const fleets = [
  { count: 10, goal: 1.5, cpuGoal: 1.6 },
  { count: 10_000, goal: 2.6, cpuGoal: 3.7, memoryGoal: 180 },
]
const changes = quick ? 20 : 100

begin('window')
for (const { count, goal, cpuGoal, memoryGoal = null } of fleets) {
  const what = `window of ${count.toLocaleString('en')} contexts`
  if (leftOut(what)) continue
  await inFolder(async (home) => {
    const { bare, ekscope } = windowsOf(home, count)
    // V8 gives back what it took for a start once a process has been idle for half a minute.
    const atRest = async ({ root }) => {
      await quiet(root)
      await sleep(60_000)
      return memory(root)
    }
    const started = async ({ took }) => took
    const both = (work) => ({ other: () => bare(work), ours: () => ekscope(work) })
    const { ours, other } = await inTurn(both(started), { rounds: [7, 2], warm: !quick })
    compare({ what, ours, other, otherIs, goal })
    compare({ what, ours, other, otherIs, part: 'cpu', goal: cpuGoal })
    if (memoryGoal === null) {
      const waking = (window) => atRest(window).then(() => wakeUps(window.root, quick ? 10 : 20))
      const wakeUpsOf = 'wake-ups of all processes at rest'
      alone({ what: `${what}: ${wakeUpsOf}`, values: [await ekscope(waking)], unit: 'a second', goal: 5 })
      alone({ what: `${otherIs}: ${wakeUpsOf}`, values: [await bare(waking)], unit: 'a second' })
      return
    }
    const held = await inTurn(both(atRest), { rounds: [3, 1], warm: false })
    const beyond = `${what}: memory of all processes beyond ${otherIs}`
    const values = held.ours.map((memory, n) => memory - held.other[n])
    alone({ what: beyond, values, unit: 'MB', goal: memoryGoal })
    const more = `${what}: memory more after ${changes} outside changes`
    if (leftOut(more)) return
    const grown = await ekscope(async (window) => {
      const held = () => atRest(window).then(() => collected(window))
      const before = await held()
      await outsideChanges(window.page, window.file, changes)
      return (await held()) - before
    })
    alone({ what: more, values: [grown], unit: 'MB', goal: 40 })
  })
}
