// Programs that are run to their end and measured, and where they work.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { judgeFolder, judges } from '../../scripts/lib/judges.mjs'

const newest = join(judgeFolder('node-26'), judges['node-26'].program)
/** The Node that runs the terminal's program: the newest with long-term support where the tests have fetched it, else this one. */
export const node = existsSync(newest) ? newest : process.execPath
export const cli = process.env.EKSCOPE_BENCH_PROGRAM ?? '' // as npm installs it: scripts/bench.mjs

/** Runs a program to its end; throws with what it said when it fails. Returns its standard output. */
export const finished = (command, args, options) => ended(command, args, options).stdout

function ended(command, args, { anyStatus = false, ...options } = {}) {
  const done = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, ...options })
  if (done.error) throw done.error
  if (done.status !== 0 && !anyStatus)
    throw new Error(`${command} ${args.join(' ')} ended with ${done.status}: ${done.stderr.slice(0, 500)}`)
  return done
}

/** A program run to its end: ms by the clock and of processor time, with all that it waited for, by bash, which knows them exactly. */
export function measured(command, args, options) {
  const script = 'TIMEFORMAT=$\'\\n%3R %3U %3S\'; time "$@"'
  const done = ended('bash', ['--norc', '-c', script, 'time', command, ...args], options)
  const [, ...said] = /([\d.,]+) ([\d.,]+) ([\d.,]+)\n$/.exec(done.stderr) ?? []
  const [ms, user, system] = said.map((text) => Number(text.replace(',', '.')) * 1_000)
  return { ms, cpu: user + system, size: Buffer.byteLength(done.stdout) / 1e6, stdout: done.stdout }
}

/** A temporary folder that is gone afterwards. */
export async function inFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), 'ekscope-bench-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}
