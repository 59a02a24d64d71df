// The whole suite, each step as soon as what it needs is there: most of them wait half of their time. Every step runs even when an earlier one failed, so that one run tells all; only
// what cannot run without another is left out, and that is a failure too.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildFor, ensureBuild } from './compile.mjs'
import { ensureDependencies } from './dependencies.mjs'
import { electronEnvironment } from './electron.mjs'
import { judgeFolder, judges } from './judges.mjs'
import { onDisplay, prepare } from './launch.mjs'
import { linuxFormats, packageForLinux } from './linux-packages.mjs'
import { npmTarball, packageNpm } from './npm-tarball.mjs'
import { packageApp, packagedProgram } from './packaging.mjs'
import { run } from './process.mjs'
import { inProject, readJson, Stop, say } from './project.mjs'
import { closingLine, playwrightCounts, single, total, vitestCounts, withStatus } from './results.mjs'
import { ensureSystem, installIfPossible } from './system.mjs'
import { declaredTarget } from './target.mjs'

/**
 * @typedef {import('./results.mjs').Counts} Counts
 * @typedef {object} Context what a step gets
 * @property {readonly string[]} args for the step's own program
 * @property {boolean} packages whether what is asked for takes the packages of Linux
 * @property {NodeJS.ProcessEnv} env
 * @property {string} scratch a folder for reports
 * @property {import('./electron.mjs').FoundElectron} electron
 * @property {'ours' | 'if it fails'} output of a program that runs alone, or beside others
 * @typedef {object} Step
 * @property {string} name
 * @property {readonly string[]} [needs] steps without which it cannot run; it starts once they have ended
 * @property {(context: Context) => Promise<Counts>} run
 */

const bin = (/** @type {string[]} */ ...parts) => inProject('node_modules', ...parts)

/** @type {readonly Step[]} */
const steps = [
  {
    name: 'lint',
    run: ({ args, ...context }) =>
      checked('lint', bin('@biomejs', 'biome', 'bin', 'biome'), ['check', '.', ...args], context),
  },
  {
    name: 'types',
    run: ({ args, ...context }) =>
      checked('types', bin('typescript', 'bin', 'tsc'), ['-b', ...args], context),
  },
  {
    name: 'build',
    async run({ electron }) {
      await ensureBuild(electron)
      return single(true, 'build')
    },
  },
  {
    name: 'package',
    needs: ['build'],
    async run({ electron, packages }) {
      await packageApp({ electron })
      await packageNpm()
      if (packages) {
        await ensureSystem(['package'])
        await installIfPossible(
          'what judges the packages of Linux',
          ['lintian', 'cpio', 'desktop-file-utils', 'x11-utils'],
          'The tests that ask it fail.',
        )
        await packageForLinux(linuxFormats)
      }
      return single(true, 'package')
    },
  },
  {
    name: 'unit',
    async run({ args, env, scratch, output }) {
      const file = join(scratch, 'vitest.json')
      const reports = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
      const status = await run(process.execPath, [bin('vitest', 'vitest.mjs'), 'run', ...reports, ...args], {
        env,
        output,
        // A window waits for a person's next key, which a test gives up waiting for; nothing here is judged by its time.
        patient: output !== 'ours',
      })
      return counted('unit', file, status, vitestCounts)
    },
  },
  {
    name: 'e2e',
    needs: ['build', 'package'],
    async run({ args, env, scratch, output }) {
      const file = join(scratch, 'playwright.json')
      if (process.platform === 'linux' && !existsSync('/usr/bin/chromium'))
        await installIfPossible(
          'Chromium, which draws the page as the declared Electron does',
          ['chromium'],
          'The tests of the page in it are left out. On Debian: sudo apt-get install chromium',
        )
      // Windows at once need a keyboard focus and a clipboard each. Three, because they mostly wait.
      return onDisplay({ own: true }, (second) =>
        onDisplay({ own: true }, async (third) => {
          const displays = [env, second, third].flatMap(({ DISPLAY, XAUTHORITY }) =>
            DISPLAY ? [{ DISPLAY, XAUTHORITY }] : [],
          )
          const status = await run(
            process.execPath,
            [bin('@playwright', 'test', 'cli.js'), 'test', ...args],
            {
              env: {
                ...env,
                EKSCOPE_PACKAGED_APP: packagedProgram(),
                EKSCOPE_NPM_PACKAGE: npmTarball,
                EKSCOPE_DECLARED_BUILD: await buildFor(declaredTarget),
                EKSCOPE_NEWEST_NODE: join(judgeFolder('node-26'), judges['node-26'].program),
                EKSCOPE_DISPLAYS: JSON.stringify(displays),
                PLAYWRIGHT_JSON_OUTPUT_FILE: file,
              },
              output,
            },
          )
          return counted('e2e', file, status, playwrightCounts)
        }),
      )
    },
  },
]

/**
 * @param {string} name
 * @param {string} program a JavaScript file
 * @param {readonly string[]} args
 * @param {Pick<Context, 'env' | 'output'>} context
 */
async function checked(name, program, args, { env, output }) {
  return single((await run(process.execPath, [program, ...args], { env, output })) === 0, name)
}

/**
 * @param {string} name
 * @param {string} file the runner's JSON report
 * @param {number} status
 * @param {(report: any) => Counts} read
 */
function counted(name, file, status, read) {
  if (!existsSync(file)) return single(false, `${name}: ended with status ${status} and left no report`)
  return withStatus(read(readJson(file)), status, name)
}

/**
 * Splits the command line: leading words choose steps (none: all), the rest goes to the program of the one step chosen.
 * @param {readonly string[]} words
 * @returns {{ chosen: readonly string[], args: readonly string[] }}
 */
export function parseWords(words) {
  const names = steps.map((step) => step.name)
  let count = 0
  while (count < words.length && names.includes(words[count] ?? '')) count += 1
  const chosen = words.slice(0, count)
  const args = words.slice(count)
  if (args.length > 0 && chosen.length !== 1) {
    throw new Stop(
      `name the one step that "${args.join(' ')}" is for: npm test -- ${names.join('|')} ${args.join(' ')}`,
      2,
    )
  }
  // What a step stands on is done with it: `npm test -- e2e` builds and packages.
  const wanted = chosen.length === 0 ? names : withNeeds(chosen)
  return { chosen: names.filter((name) => wanted.includes(name)), args }
}

/**
 * @param {readonly string[]} chosen
 * @returns {string[]}
 */
function withNeeds(chosen) {
  return chosen.flatMap((name) => [...(steps.find((step) => step.name === name)?.needs ?? []), name])
}

/**
 * Whether the full run of these end to end tests takes the packages of Linux, which are a minute's work: no spec is named, or theirs.
 * @param {readonly string[]} args of the command line
 */
export function takesPackages(args) {
  const specs = args.filter((word) => word.includes('.spec'))
  return specs.length === 0 || specs.some((word) => word.includes('linux-packages'))
}

/**
 * Runs the suite and prints its summary; the last line is `N passed, N failed`.
 * @param {{ words: readonly string[], full: boolean }} options `full`: generated tests with all their cases
 * @returns {Promise<number>} 0 only if everything that was asked for ran and passed
 */
export async function runSuite({ words, full }) {
  const { chosen, args } = parseWords(words)
  const started = Date.now()
  await ensureDependencies()
  const electron = await prepare({ purposes: ['window', 'display', 'test'], full })
  const target = chosen.at(-1)
  const scratch = mkdtempSync(join(tmpdir(), 'ekscope-test-'))
  /** @type {Done[]} */
  const done = []
  try {
    // Always a display of our own: windows that open and close by themselves belong on nobody's desktop.
    await onDisplay({ own: true }, async (display) => {
      const env = {
        ...electronEnvironment(electron),
        ...display,
        ...(full ? { EKSCOPE_FULL: '1' } : {}),
        // A word about a future vite, which would load the TypeScript configuration by Node itself.
        VITE_CONFIG_NATIVE_IGNORE_WARNING: 'true',
      }
      const wanted = steps.filter(({ name }) => chosen.includes(name))
      say(`── ${chosen.join(', ')}`)
      // What two programs write at once, nobody reads.
      const inTurn = wanted.every(({ needs }, at) => at === 0 || needs?.includes(wanted[at - 1]?.name ?? ''))
      /** @type {Context['output']} */
      const output = inTurn ? 'ours' : 'if it fails'
      /** @type {Map<string, Promise<Done>>} */
      const ended = new Map()
      for (const step of wanted) {
        const needed = Promise.all((step.needs ?? []).flatMap((name) => ended.get(name) ?? []))
        const packages = full && process.platform === 'linux' && takesPackages(args)
        const context = { args: step.name === target ? args : [], packages, env, scratch, electron, output }
        ended.set(
          step.name,
          needed.then((before) => outcome(step, context, before)),
        )
      }
      done.push(...(await Promise.all(ended.values())))
    })
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
  const all = total(done.map(({ counts }) => counts))
  process.stdout.write(summary(done, all, Date.now() - started))
  return all.failed === 0 ? 0 : 1
}

/**
 * @typedef {{ name: string, counts: Counts, ms: number }} Done
 * @param {Step} step
 * @param {Context} context
 * @param {readonly Done[]} before what it needs
 * @returns {Promise<Done>}
 */
async function outcome(step, context, before) {
  const begun = Date.now()
  const ended = (/** @type {Counts} */ counts) => {
    say(`${step.name} has ended`)
    return { name: step.name, counts, ms: Date.now() - begun }
  }
  const broken = before.find(({ counts }) => counts.failed > 0)
  if (broken !== undefined)
    return ended(single(false, `${step.name}: not run, because ${broken.name} failed`))
  try {
    return ended(await step.run(context))
  } catch (error) {
    if (!(error instanceof Stop)) throw error
    say(error.message)
    return ended(single(false, step.name))
  }
}

/**
 * @param {readonly Done[]} done
 * @param {Counts} all
 * @param {number} ms
 */
function summary(done, all, ms) {
  const seconds = (/** @type {number} */ value) => `${(value / 1000).toFixed(1)} s`.padStart(8)
  const lines = done.map(({ name, counts, ms: took }) => {
    const tests =
      counts.passed + counts.skipped > 0 ? closingLine(counts) : counts.failed > 0 ? 'failed' : 'ok'
    return `  ${name.padEnd(8)} ${seconds(took)}  ${tests}`
  })
  return [
    '',
    ...all.skips.map((name) => `skipped: ${name}`),
    ...all.failures.map((name) => `FAILED: ${name}`),
    ...lines,
    `  ${'all'.padEnd(8)} ${seconds(ms)}`,
    '',
    closingLine(all),
    '',
  ].join('\n')
}
