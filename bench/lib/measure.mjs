// Times are only ever compared within one run on one machine: what is reported is the ratio.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'

/** @param {readonly number[]} numbers */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** Median milliseconds of `run` over `times` runs, after one that is not counted. */
export async function timed(times, run) {
  await run()
  const taken = []
  for (let n = 0; n < times; n += 1) {
    const start = performance.now()
    await run()
    taken.push(performance.now() - start)
  }
  return median(taken)
}

/** Two or more things measured alternately, so that a slow moment of the machine meets all alike. */
export async function alternately(times, things) {
  const taken = Object.fromEntries(Object.keys(things).map((name) => [name, []]))
  for (let n = -1; n < times; n += 1)
    for (const [name, run] of Object.entries(things)) {
      const start = performance.now()
      const own = await run()
      const ms = typeof own === 'number' ? own : performance.now() - start
      if (n >= 0) taken[name].push(ms)
    }
  return Object.fromEntries(Object.entries(taken).map(([name, list]) => [name, median(list)]))
}

/** Runs a program to its end; throws with what it said when it fails. Returns its standard output and peak memory. */
export function finished(command, args, options = {}) {
  const done = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, ...options })
  if (done.error) throw done.error
  if (done.status !== 0 && !options.anyStatus)
    throw new Error(`${command} ${args.join(' ')} ended with ${done.status}: ${done.stderr.slice(0, 500)}`)
  return done.stdout
}

const gnuTime = '/usr/bin/time'

/**
 * A program run to its end: milliseconds by the clock, of processor time (user and system, all its threads) and its
 * peak memory in MB. The last two are null where there is no GNU time; unlike the clock they tell something on a
 * machine that does other things too.
 * @returns {{ms: number, cpu: number | null, peak: number | null}}
 */
export function measured(command, args, options = {}) {
  const timed = process.platform === 'linux' && existsSync(gnuTime)
  const words = timed ? [gnuTime, ['-f', '%U %S %M', command, ...args]] : [command, args]
  const start = performance.now()
  const done = spawnSync(words[0], words[1], { encoding: 'utf8', maxBuffer: 1 << 28, ...options })
  const ms = performance.now() - start
  if (done.error) throw done.error
  if (done.status !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with ${done.status}: ${done.stderr.slice(0, 500)}`)
  const said = timed ? /([\d.]+) ([\d.]+) (\d+)\n$/.exec(done.stderr) : null
  if (said === null) return { ms, cpu: null, peak: null }
  return { ms, cpu: (Number(said[1]) + Number(said[2])) * 1_000, peak: (Number(said[3]) * 1_024) / 1e6 }
}

/** A temporary folder that is gone afterwards. */
export async function inFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), 'ekscope-bench-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const shown = (ms) => (ms >= 100 ? ms.toFixed(0) : ms.toFixed(1))

/**
 * Prints one comparison: ours, the other's, the ratio and the goal.
 * @param {{what: string, ours: number, other: number, otherIs: string, goal: string, unit?: string}} row
 */
export function report({ what, ours, other, otherIs, goal, unit = 'ms' }) {
  const ratio = ours / other
  console.log(
    `${what}: ${shown(ours)} ${unit}, ${otherIs} ${shown(other)} ${unit}, ratio ${ratio.toFixed(2)} (goal ${goal})`,
  )
}

export function machine() {
  const [load = 0] = loadavg()
  const busy = load > 2 ? `, load ${load.toFixed(1)}: the machine does other things too` : ''
  return `${cpus().length} cores, Node ${process.versions.node}${busy}`
}
