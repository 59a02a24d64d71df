// Times are only ever compared within one run on one machine: each measurement is paired with its yardstick, the two run in
// turn, and what is reported is the ratio. Processor time judges where there is one, the clock stands beside it.
import { spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'

/** `npm run bench -- --quick`: fewer rounds, and of the fleets only what the goals are about. */
export const quick = process.argv.includes('--quick')

/** When a quick measurement has had its share of the three minutes, ms of this process (scripts/bench.mjs). */
const until = quick ? Number(process.env.EKSCOPE_BENCH_SECONDS ?? 60) * 1_000 : Number.POSITIVE_INFINITY

/** Whether what is left to measure should be measured as little as may be. */
export const late = () => performance.now() > until

/** Whether there is no time left to measure this; says so, and keeps it for programs. @param {string} what */
export function leftOut(what) {
  if (!late()) return false
  console.log(`${what}: left out, its share of the time is used up`)
  keep({ what, leftOut: true })
  return true
}

/** How far apart the middle half of a yardstick's runs may lie, as a part of its median, before nothing is said of a goal. */
const mostNoise = 0.25

/** @param {readonly number[]} numbers */
export function median(numbers) {
  return quantile(numbers, 0.5)
}

/** @param {readonly number[]} numbers @param {number} part 0 to 1 */
function quantile(numbers, part) {
  const sorted = [...numbers].sort((a, b) => a - b)
  const at = (sorted.length - 1) * part
  const below = sorted[Math.floor(at)]
  return below + (sorted[Math.ceil(at)] - below) * (at - Math.floor(at))
}

/**
 * @typedef {{ ms: number, cpu?: number | null, peak?: number | null, [part: string]: unknown }} Sample
 * @typedef {number | void | Partial<Sample>} Run what a run says of itself: its milliseconds, or any part of a sample
 */

/**
 * Two or more things measured in turn, so that a slow moment of the machine meets all alike. The first round is not counted.
 * `rounds` is how many are, with `--quick` as the second number; `seconds` ends a quick one sooner, but not before two rounds, and its
 * share of the time not before one. `warm: false` counts the first, too, for what takes long and is warm by what went before.
 * @param {Record<string, () => Run | Promise<Run>>} things
 * @param {{ rounds?: readonly [full: number, quick: number], seconds?: number, warm?: boolean }} [how]
 * @returns {Promise<Record<string, Sample[]>>}
 */
export async function inTurn(things, { rounds: [full, few] = [7, 3], seconds = 15, warm = true } = {}) {
  /** @type {Record<string, Sample[]>} */
  const taken = Object.fromEntries(Object.keys(things).map((name) => [name, []]))
  const began = performance.now()
  const wanted = quick ? few : full
  for (let n = warm ? -1 : 0; n < wanted; n += 1) {
    if (n >= 1 && late()) break
    if (quick && n >= 2 && performance.now() - began > seconds * 1_000) break
    const names = Object.keys(things)
    // Who is second finds the machine as the first has left it.
    for (const name of n % 2 === 0 ? names : names.reverse()) {
      const start = performance.now()
      const own = await things[name]()
      const ms = performance.now() - start
      if (n >= 0) taken[name].push(typeof own === 'number' ? { ms: own } : { ms, ...own })
    }
  }
  return taken
}

/** The medians of `inTurn`, by the clock. @param {number} times */
export async function alternately(times, things) {
  const taken = await inTurn(things, { rounds: [times, Math.min(times, 3)] })
  return Object.fromEntries(
    Object.entries(taken).map(([name, samples]) => [name, median(samples.map(({ ms }) => ms))]),
  )
}

/** Median milliseconds of `run` over `times` runs, after one that is not counted. */
export async function timed(times, run) {
  return (await alternately(times, { run })).run
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
const bash = ['/bin/bash', '/usr/bin/bash'].find((path) => existsSync(path))

/**
 * A program run to its end: milliseconds by the clock, of processor time (user and system, all its threads and all processes
 * that it waited for) and its peak memory in MB. Processor time is null where there is no bash, whose `time` is exact to the
 * millisecond; the peak where there is no GNU time, or where `peak` is false: that is one more program to start.
 * @returns {{ms: number, cpu: number | null, peak: number | null, stdout: string}}
 */
export function measured(command, args, { peak = true, anyStatus = false, ...options } = {}) {
  const withPeak = peak && process.platform === 'linux' && existsSync(gnuTime)
  const plain = withPeak ? [gnuTime, '-f', '%M', command, ...args] : [command, ...args]
  const words = bash
    ? [bash, '--norc', '-c', 'TIMEFORMAT=$\'\\n%3R %3U %3S\'; time "$@"', 'time', ...plain]
    : plain
  const start = performance.now()
  const done = spawnSync(words[0], words.slice(1), { encoding: 'utf8', maxBuffer: 1 << 28, ...options })
  const whole = performance.now() - start
  if (done.error) throw done.error
  if (done.status !== 0 && !anyStatus)
    throw new Error(`${command} ${args.join(' ')} ended with ${done.status}: ${done.stderr.slice(0, 500)}`)
  const said = bash ? /([\d.,]+) ([\d.,]+) ([\d.,]+)\n$/.exec(done.stderr) : null
  const kilobytes = withPeak ? /(?:^|\n)(\d+)\n(?:\n[\d., ]+\n)?$/.exec(done.stderr) : null
  const [ms, user, system] = said ? said.slice(1).map((text) => Number(text.replace(',', '.')) * 1_000) : []
  return {
    ms: ms ?? whole,
    cpu: said ? user + system : null,
    peak: kilobytes ? (Number(kilobytes[1]) * 1_024) / 1e6 : null,
    stdout: done.stdout,
  }
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

/** Two places, also of what is far below one. @param {number} ratio */
const ratioText = (ratio) => (ratio < 0.1 ? ratio.toPrecision(2) : ratio.toFixed(2))

/** @param {readonly number[]} numbers */
function statistics(numbers) {
  const middle = median(numbers)
  return {
    median: middle,
    min: Math.min(...numbers),
    /** The middle half of the runs, as a part of the median. */
    spread: middle === 0 ? 0 : (quantile(numbers, 0.75) - quantile(numbers, 0.25)) / middle,
    runs: numbers.length,
  }
}

/**
 * Prints and keeps one comparison of samples of `inTurn`: medians with spread and minimum, the ratio of each pair's median, and
 * whether the goal is reached. Where the yardstick itself was unsteady and the minima do not agree, nothing is said of the goal.
 * @param {{ what: string, ours: readonly Sample[], other: readonly Sample[], otherIs: string, part?: string, unit?: string, goal?: number | null }} row
 */
export function compare({ what, ours, other, otherIs, part = 'ms', unit = 'ms', goal = null }) {
  const [mine, theirs] = [ours, other].map((samples) => samples.map((sample) => sample[part]))
  if ([...mine, ...theirs].some((value) => typeof value !== 'number')) return
  const [own, yardstick] = [statistics(mine), statistics(theirs)]
  const paired = mine.length === theirs.length
  const ratio = paired ? median(mine.map((value, n) => value / theirs[n])) : own.median / yardstick.median
  const ofMinima = own.min / yardstick.min
  const noisy = yardstick.spread > mostNoise
  const reached = goal === null ? null : ratio <= goal
  const judged = !noisy || reached === ofMinima <= goal
  const told = judged ? (reached ? 'reached' : 'not reached') : 'too noisy to say'
  const few = own.runs < 3 ? `, in ${own.runs} run${own.runs === 1 ? '' : 's'}` : ''
  const verdict = goal === null ? '' : ` (goal ≤ ${goal}: ${told}${few})`
  const one = ({ median, min, spread }) =>
    `${shown(median)} ${unit} ±${(spread * 50).toFixed(0)} % (min ${shown(min)})`
  console.log(
    `${what}${partNames[part] ?? `, ${part}`}: ${one(own)}, ${otherIs} ${one(yardstick)}, ratio ${ratioText(ratio)}, of the minima ${ratioText(ofMinima)}${verdict}`,
  )
  keep({
    what,
    part,
    unit,
    otherIs,
    ours: own,
    other: yardstick,
    ratio,
    ofMinima,
    goal,
    reached: judged ? reached : null,
    noisy,
  })
}

const partNames = { ms: '', cpu: ', processor time', peak: ', peak memory' }

/**
 * Prints and keeps what has a goal of its own, beside nothing: milliseconds, MB.
 * @param {{ what: string, values: readonly number[], unit?: string, goal?: number | null }} row
 */
export function alone({ what, values, unit = 'ms', goal = null }) {
  const own = statistics(values)
  const reached = goal === null ? null : own.median <= goal
  const verdict = goal === null ? '' : ` (goal ≤ ${goal} ${unit}: ${reached ? 'reached' : 'not reached'})`
  console.log(
    `${what}: ${shown(own.median)} ${unit} ±${(own.spread * 50).toFixed(0)} % (min ${shown(own.min)})${verdict}`,
  )
  keep({ what, unit, ours: own, goal, reached })
}

/**
 * Prints and keeps one comparison of two numbers, where no samples are at hand.
 * @param {{what: string, ours: number, other: number, otherIs: string, goal: string, unit?: string}} row
 */
export function report({ what, ours, other, otherIs, goal, unit = 'ms' }) {
  const ratio = ours / other
  console.log(
    `${what}: ${shown(ours)} ${unit}, ${otherIs} ${shown(other)} ${unit}, ratio ${ratio.toFixed(2)} (goal ${goal})`,
  )
  keep({ what, unit, otherIs, ours: { median: ours }, other: { median: other }, ratio, goal })
}

/** For the machine-readable result, which `npm run bench` puts together (scripts/bench.mjs). */
function keep(row) {
  const file = process.env.EKSCOPE_BENCH_ROWS
  if (file) appendFileSync(file, `${JSON.stringify({ ...row, load: loadavg()[0] })}\n`)
}

export function machine() {
  const [load = 0] = loadavg()
  const busy = load > cpus().length ? `, load ${load.toFixed(1)}: the machine does other things too` : ''
  return `${cpus().length} cores, Node ${process.versions.node}${busy}`
}
