// Times are only ever compared within one run on one machine: each measurement is paired with its yardstick, the two run in
// turn, and what is reported is the ratio. Processor time judges where there is one.
import { appendFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { finished, node } from './programs.mjs'

/** `npm run bench -- --quick`: fewer rounds, and less of what takes long. */
export const quick = process.argv.includes('--quick')

/** When a quick measurement has had its share of the three minutes, ms of this process (scripts/bench.mjs). */
const until = quick ? Number(process.env.EKSCOPE_BENCH_SECONDS ?? 60) * 1_000 : Number.POSITIVE_INFINITY

/** Whether what is left to measure should be measured as little as may be. */
export const late = () => performance.now() > until

/** Whether this is not measured now, as is said and kept: there is no time left, or only a whole run has it. */
export function leftOut(what, full = false) {
  if (!late() && !(full && quick)) return false
  console.log(`${what}: left out${full ? '' : ', its share of the time is used up'}`)
  keep({ what, leftOut: true })
  return true
}

export function begin(name) {
  const [load = 0] = loadavg()
  const busy = load > cpus().length ? `, load ${load.toFixed(1)}: the machine does other things too` : ''
  const version = finished(node, ['--version']).trim()
  console.log(`${name}, ${cpus().length} cores, the terminal's program in Node ${version}${busy}`)
}

/** How far apart the middle half of a yardstick's runs may lie, as a part of its median, before nothing is said of a goal. */
const mostNoise = 0.25

function quantile(numbers, part) {
  const sorted = [...numbers].sort((a, b) => a - b)
  const at = (sorted.length - 1) * part
  const below = sorted[Math.floor(at)]
  return below + (sorted[Math.ceil(at)] - below) * (at - Math.floor(at))
}

export const median = (numbers) => quantile(numbers, 0.5)

/**
 * Two or more things measured in turn, so that a slow moment of the machine meets all alike. The first round is not counted.
 * `rounds` is how many are, with `--quick` as the second number: at least one, however late it is. `warm: false` counts the first,
 * too, for what takes long and is warm by what went before.
 * @typedef {{ ms: number, cpu: number, [part: string]: unknown }} Sample what one run took
 * @param {{ rounds: readonly [full: number, quick: number], warm?: boolean }} how
 */
export async function inTurn(things, { rounds: [full, few], warm = true }) {
  const names = Object.keys(things)
  const taken = Object.fromEntries(names.map((name) => [name, []]))
  for (let n = warm ? -1 : 0; n < (quick ? few : full) && !(n >= 1 && late()); n += 1) {
    // Who is second finds the machine as the first has left it.
    for (const name of n % 2 === 0 ? names : names.toReversed()) {
      const sample = await things[name]()
      if (n >= 0) taken[name].push(sample)
    }
  }
  return taken
}

const shown = (value) => (value >= 100 ? value.toFixed(0) : value.toFixed(1))
const ratioText = (ratio) => ratio.toFixed(ratio < 0.1 ? 4 : 2)

/** Medians with the spread of the middle half as a part of it. */
function statistics(numbers, unit) {
  const [middle, min] = [median(numbers), Math.min(...numbers)]
  const spread = middle === 0 ? 0 : (quantile(numbers, 0.75) - quantile(numbers, 0.25)) / middle
  const text = `${shown(middle)} ${unit} ±${(spread * 50).toFixed(0)} % (min ${shown(min)})`
  return { median: middle, min, spread, runs: numbers.length, text }
}

/** Prints and keeps a row; `reached` null: nothing can be said of its goal. */
function say(text, { goal, reached, unit = '', ...row }) {
  const few = row.ours.runs < 3 ? `, runs: ${row.ours.runs}` : ''
  const said = reached === null ? 'too noisy to say' : reached ? 'reached' : 'not reached'
  console.log(
    `${row.what}${text}${goal === null ? '' : ` (goal ≤ ${goal}${unit && ` ${unit}`}: ${said}${few})`}`,
  )
  keep({ ...row, unit, goal, reached: goal === null ? null : reached })
}

/** What of a sample is compared, in words, with its unit. */
const parts = { ms: ['by the clock', 'ms'], cpu: ['processor time', 'ms'], size: ['size', 'MB'] }

/**
 * One comparison of samples of `inTurn`: medians with spread and minimum, the median of the pairs' ratios, and whether the goal
 * is reached. Where the yardstick itself was unsteady and the minima do not agree, nothing is said of the goal.
 */
export function compare({ what, ours, other, otherIs, part = 'ms', goal = null }) {
  const [mine, theirs] = [ours, other].map((samples) => samples.map((sample) => sample[part]))
  const [words, unit] = parts[part]
  const [own, yardstick] = [mine, theirs].map((numbers) => statistics(numbers, unit))
  const paired = mine.length === theirs.length
  const ratio = paired ? median(mine.map((value, n) => value / theirs[n])) : own.median / yardstick.median
  const ofMinima = own.min / yardstick.min
  const noisy = yardstick.spread > mostNoise
  const reached = noisy && ratio <= goal !== ofMinima <= goal ? null : ratio <= goal
  const text = `, ${words}: ${own.text}, ${otherIs} ${yardstick.text}, ratio ${ratioText(ratio)}, of the minima ${ratioText(ofMinima)}`
  say(text, { what, part, otherIs, ours: own, other: yardstick, ratio, ofMinima, goal, reached, noisy })
}

/** What has a goal in a unit of its own: ms, MB, a second. */
export function alone({ what, values, unit = 'ms', goal = null }) {
  const ours = statistics(values, unit)
  say(`: ${ours.text}`, { what, unit, ours, goal, reached: ours.median <= goal })
}

/** For the machine-readable result, which `npm run bench` puts together (scripts/bench.mjs). */
function keep(row) {
  const file = process.env.EKSCOPE_BENCH_ROWS
  if (file) appendFileSync(file, `${JSON.stringify({ ...row, load: loadavg()[0] })}\n`)
}
