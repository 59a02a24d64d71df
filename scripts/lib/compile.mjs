// Runs the builds: window (main, preload, page), terminal program, the demo's own aws.
import { chmodSync, rmSync } from 'node:fs'
import { isBuilt, outputs, sourcesHash, stampBuild, terminalPrograms, whileBuilding } from './build-state.mjs'
import { run } from './process.mjs'
import { inProject, Stop, say } from './project.mjs'

const vite = inProject('node_modules', 'vite', 'bin', 'vite.js')
const electronVite = inProject('node_modules', 'electron-vite', 'bin', 'electron-vite.js')

/** @type {readonly { what: string, args: readonly string[] }[]} */
const builds = [
  { what: 'the window', args: [electronVite, 'build', '--logLevel', 'warn'] },
  {
    what: 'the terminal program',
    args: [vite, 'build', '--config', 'vite.cli.config.ts', '--logLevel', 'warn'],
  },
  {
    what: "the demo's stand-in for the aws CLI",
    args: [vite, 'build', '--config', 'vite.cli.config.ts', '--mode', 'demo-aws', '--logLevel', 'warn'],
  },
]

/** Builds everything into out/, whatever is there. */
export async function build() {
  await whileBuilding(buildNow)
}

/** Builds when out/ is not what the sources say. A few milliseconds when all is there. */
export async function ensureBuild() {
  if (isBuilt(sourcesHash())) return
  await whileBuilding(async () => {
    // Another process may have built while this one waited.
    if (!isBuilt(sourcesHash())) await buildNow()
  })
}

async function buildNow() {
  const started = Date.now()
  // Taken before: what is saved while we build makes the build stale, not current.
  const hash = sourcesHash()
  say('building …')
  rmSync(inProject('out'), { recursive: true, force: true })
  // The second silences a word about a future vite, which would load the TypeScript configuration by Node itself.
  const env = { ...process.env, NODE_ENV: 'production', VITE_CONFIG_NATIVE_IGNORE_WARNING: 'true' }
  const statuses = await Promise.all(
    builds.map(({ args }) => run(process.execPath, args, { env, output: 'quiet' })),
  )
  const failed = builds.filter((_, index) => statuses[index] !== 0)
  if (failed.length > 0) {
    throw new Stop(
      `the build of ${failed.map(({ what }) => what).join(' and ')} failed; its errors are above.`,
      1,
    )
  }
  for (const program of [...terminalPrograms, 'demo/aws.cjs']) chmodSync(inProject('out', program), 0o755)
  stampBuild(hash)
  if (!isBuilt(hash)) throw new Stop(`the build left out one of ${outputs.join(', ')}.`, 1)
  say(`built in ${((Date.now() - started) / 1000).toFixed(1)} s`)
}
