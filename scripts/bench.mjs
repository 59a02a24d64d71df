// npm run bench: builds, then runs the measurements in bench/*.mjs (or those named) one after another, nothing beside.
// --quick: all of them within three minutes. What came out is also kept as bench/result.json.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { ensureBuild } from './lib/compile.mjs'
import { electronEnvironment } from './lib/electron.mjs'
import { onDisplay, prepare } from './lib/launch.mjs'
import { installNpm, packageNpm } from './lib/npm-tarball.mjs'
import { run } from './lib/process.mjs'
import { inProject, main, Stop, say } from './lib/project.mjs'

/** How long all of them may take with --quick, s. */
const quickLimit = 180
/** What of that a measurement may take, beside the others. @param {string} name */
const weight = (name) => (name === 'terminal.mjs' ? 2 : 1)

await main(async () => {
  const folder = inProject('bench')
  const all = existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.mjs'))
        .sort()
    : []
  const named = process.argv.slice(2).filter((word) => !word.startsWith('-'))
  const options = process.argv.slice(2).filter((word) => word.startsWith('-'))
  const chosen = named.length === 0 ? all : named.map((name) => `${basename(name, '.mjs')}.mjs`)
  const unknown = chosen.filter((name) => !all.includes(name))
  if (unknown.length > 0)
    throw new Stop(`no such measurement: ${unknown.join(', ')}. There are: ${all.join(', ')}`, 2)
  if (chosen.length === 0) throw new Stop('there is nothing to measure: bench/ holds no .mjs file.')
  const electron = await prepare({ purposes: ['window', 'display', 'test'] })
  await ensureBuild(electron)
  return onDisplay({ own: true }, async (display) => {
    const kept = mkdtempSync(join(tmpdir(), 'ekscope-bench-'))
    const measurements = []
    const began = performance.now()
    const seconds = () => Math.round((performance.now() - began) / 100) / 10
    try {
      // As users have it.
      await packageNpm()
      const program = await installNpm(join(kept, 'installed'))
      for (const [at, name] of chosen.entries()) {
        say(`measuring ${name} …`)
        const rows = join(kept, `${name}.jsonl`)
        const left = chosen.slice(at).reduce((sum, other) => sum + weight(other), 0)
        const share = Math.max(5, ((quickLimit * 0.9 - seconds()) * weight(name)) / left)
        const env = {
          ...electronEnvironment(electron),
          ...display,
          EKSCOPE_BENCH_PROGRAM: program,
          EKSCOPE_BENCH_ROWS: rows,
          EKSCOPE_BENCH_SECONDS: String(share),
        }
        const start = seconds()
        const loadBefore = loadavg()[0]
        const status = await run(process.execPath, [inProject('bench', name), ...options], { env })
        measurements.push({
          name: basename(name, '.mjs'),
          status,
          seconds: seconds() - start,
          load: [loadBefore, loadavg()[0]],
          rows: rowsOf(rows),
        })
      }
    } finally {
      rmSync(kept, { recursive: true, force: true })
    }
    const quick = options.includes('--quick')
    const result = {
      at: new Date().toISOString(),
      cores: cpus().length,
      processor: cpus()[0]?.model ?? null,
      node: process.versions.node,
      quick,
      seconds: seconds(),
      measurements,
    }
    writeFileSync(inProject('bench', 'result.json'), `${JSON.stringify(result, null, 2)}\n`)
    say(`measured in ${seconds()} s; bench/result.json has it for programs.`)
    if (quick && named.length === 0 && seconds() > quickLimit)
      say(`that is more than the ${quickLimit} s that --quick is meant to take.`)
    return Math.max(0, ...measurements.map(({ status }) => status))
  })
})

/** @param {string} file */
function rowsOf(file) {
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))
}
