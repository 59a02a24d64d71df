// Runs the builds: window (main, preload, page), terminal program, the demo's own aws.
import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isBuilt, outputs, sourcesHash, stampBuild, whileBuilding } from './build-state.mjs'
import { writeExample } from './kept-example.mjs'
import { run } from './process.mjs'
import { inProject, readJson, Stop, say } from './project.mjs'

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

/**
 * Builds when out/ is not what the sources say, and keeps what this Electron makes of it. A few milliseconds when all is there.
 * @param {import('./electron.mjs').FoundElectron | null} [electron] null: no window will be opened
 */
export async function ensureBuild(electron = null) {
  const isKept = () => electron === null || isKeptFor(electron)
  if (isBuilt(sourcesHash()) && isKept()) return
  await whileBuilding(async () => {
    // Somebody else may have built while we waited.
    if (!isBuilt(sourcesHash())) await buildNow()
    if (electron !== null && !isKept()) await keepWindow(electron)
  })
}

/** Says for which Electron the window's compiled code was kept. */
const keptFor = 'out/kept-for.json'

/** @param {import('./electron.mjs').FoundElectron} electron */
function isKeptFor({ version }) {
  try {
    return readJson(inProject(keptFor)).electron === version
  } catch {
    return false
  }
}

/**
 * Keeps what V8 makes of the window's program until its grid is drawn. Where that does not work a start takes some hundredths of
 * a second longer, and that is all.
 * @param {import('./electron.mjs').FoundElectron} electron
 */
async function keepWindow({ executable, version }) {
  const home = mkdtempSync(join(tmpdir(), 'ekscope-build-'))
  try {
    const env = {
      PATH: process.env.PATH,
      HOME: home,
      EKSCOPE_HOME: join(home, 'state'),
      ELECTRON_RUN_AS_NODE: '1',
    }
    const program = inProject('scripts', 'lib', 'keep-window.cjs')
    // What the first has kept the second takes, and keeps with its own.
    for (const byHand of [true, false]) {
      writeExample(home, { byHand })
      const status = await run(executable, [program, inProject('out', 'main')], {
        env,
        output: 'if it fails',
      })
      if (status === 0) continue
      say('what V8 makes of the window could not be kept: it starts a little later.')
      break
    }
    writeFileSync(inProject(keptFor), `${JSON.stringify({ electron: version })}\n`)
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

/** Keeps what V8 makes of the terminal program, functions that a short command needs included. */
async function keepCompiled() {
  const home = mkdtempSync(join(tmpdir(), 'ekscope-build-'))
  const program = inProject('scripts', 'lib', 'keep-compiled.mjs')
  /** @type {(command: readonly string[], env: NodeJS.ProcessEnv) => Promise<number>} */
  const kept = (command, env) =>
    run(process.execPath, [program, inProject('out', 'cli.cjs'), ...command], { env, output: 'if it fails' })
  try {
    writeExample(home)
    const env = { PATH: process.env.PATH, HOME: home, EKSCOPE_HOME: join(home, 'state') }
    // One that checks, some that read and one that writes: between them they run what most commands do.
    const demo = await startedDemo(home)
    try {
      // The demo's contexts are written by hand, in every way there is; a listing of such runs what one of aws's files does not.
      if (demo !== null)
        for (const command of [['whoami', 'prod-admin'], ['list']])
          await kept(command, { ...demo.environment, EKSCOPE_HOME: env.EKSCOPE_HOME })
    } finally {
      demo?.end()
    }
    for (const command of [['list'], ['list', '--json'], ['set-namespace', 'c', 'web']])
      if ((await kept(command, env)) !== 0)
        throw new Stop('the terminal program could not be compiled; its errors are above.', 1)
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

/**
 * The demo as it was just built, with its own aws: a check needs an aws, an STS and a cluster. Null where it does not start: then
 * a check starts a little later, and nothing else.
 * @param {string} home
 * @returns {Promise<{ environment: NodeJS.ProcessEnv, end: () => void } | null>}
 */
function startedDemo(home) {
  const child = spawn(process.execPath, [inProject('out', 'cli.cjs'), 'demo', '--json'], {
    env: { HOME: home, PATH: join(home, 'no-aws') },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const end = () => void child.kill('SIGTERM')
  return new Promise((resolve) => {
    let text = ''
    child.stdout.on('data', (part) => {
      text += part
      try {
        resolve({ environment: JSON.parse(text).environment, end })
      } catch {
        // The document goes on.
      }
    })
    for (const event of ['error', 'close']) child.once(event, () => resolve(null))
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
  for (const program of ['out/cli.cjs', 'out/demo/aws.cjs']) chmodSync(inProject(program), 0o755)
  await keepCompiled()
  stampBuild(hash)
  if (!isBuilt(hash)) throw new Stop(`the build left out one of ${outputs.join(', ')}.`, 1)
  say(`built in ${((Date.now() - started) / 1000).toFixed(1)} s`)
}
