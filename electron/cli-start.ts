/**
 * Starts the terminal program with what V8 made of it when it was built: reading and compiling is most of a short command.
 * Each part of the program (vite.cli.config.ts says which) is read when it is first asked for, with its own kept code beside
 * it. Where that is missing, or of another V8, it is compiled as ever. Modules of Node's that take milliseconds to load wait
 * for the first use of something in them; those that promise files do what they promise at once (files-at-once.ts).
 */
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { constants, Script } from 'node:vm'
import { filesAtOnce } from './files-at-once'
import { lateModule } from './late-module'
import { asStarted, beShort, hasRead } from './v8-pace'

/** A part of the program that was asked for. */
export interface Part {
  readonly script: Script
  /** Where its `code` is looked for. */
  readonly cache: string
  /** What V8 has made of it by now. */
  code(): Buffer
}

export interface Compiled {
  /** Those read so far. */
  readonly parts: () => readonly Part[]
  run(): void
}

type Run = (exports: object, require: Require, module: Loaded, file: string, folder: string) => void
type Require = (name: string) => unknown

interface Loaded {
  exports: object
}

/** How the part begins that helps each other one to import. */
const shared = 'rolldown-runtime'
/**
 * How the part begins that checks. It runs much of the others that nothing else does, and taking in the kept code of that would
 * cost each command a millisecond or two: so what was kept of a check is kept apart.
 */
const checking = 'checking'

/** The program beside this file, not yet run. */
export function compiled(): Compiled {
  const folder = join(__dirname, 'cli')
  const loaded = new Map<string, Loaded>()
  const parts: Part[] = []
  let checks = false
  const load = (name: string): object => {
    const known = loaded.get(name)
    if (known) return known.exports
    checks ||= name.startsWith(checking)
    const part = asStarted(() =>
      partOf(join(folder, name), checks ? [`.${checking}.cache`, '.cache'] : ['.cache']),
    )
    parts.push(part)
    // What is read next does the work; the first part, and what the bundler shares, may only say a version.
    if (loaded.size > 0 && !name.startsWith(shared)) beShort()
    const run: Run = part.script.runInThisContext()
    const module: Loaded = { exports: {} }
    // Before it runs: a part may ask for one that asks for it.
    loaded.set(name, module)
    run(module.exports, requireInside, module, join(folder, name), folder)
    return module.exports
  }
  const requireInside: Require = (name) => {
    if (name.startsWith('.')) return load(basename(name))
    if (name === 'node:fs/promises') return files()
    return name.startsWith('node:') && !atHand.has(name) ? whenUsed(name) : require(name)
  }
  return { parts: () => parts, run: () => void load('main.cjs') }
}

/** `caches`: where kept code may lie beside the part; the first of them is its own. */
function partOf(file: string, caches: readonly [string, ...string[]]): Part {
  // ASCII by the build, which is read three times as fast. On one line, so that errors name the lines of the file.
  const source = `(function (exports, require, module, __filename, __dirname) { ${readFileSync(file, 'latin1')}\n})`
  const kept = caches.map((name) => `${file}${name}`)
  const cachedData = firstOf(kept)
  const script = new Script(source, { filename: file, ...lazyImports, ...(cachedData ? { cachedData } : {}) })
  return { script, cache: `${file}${caches[0]}`, code: () => asStarted(() => script.createCachedData()) }
}

/** The AWS SDK imports modules of Node when it needs them. Node before 20.12 has no such constant. */
const loader = constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER
const lazyImports = loader === undefined ? {} : { importModuleDynamically: loader }

/** Of that constant Node warns whoever runs the program, on standard error: it is none of theirs. */
process.emitWarning = new Proxy(process.emitWarning, {
  apply: (emit, self, args: unknown[]) =>
    String(args[0]).startsWith('vm.USE_MAIN_CONTEXT_DEFAULT_LOADER')
      ? undefined
      : Reflect.apply(emit, self, args),
})

/** The first of these files that is there. */
function firstOf(files: readonly string[]): Buffer | null {
  for (const file of files)
    try {
      return readFileSync(file)
    } catch {
      // The next.
    }
  return null
}

/** Node has these loaded before any program runs. */
const atHand: ReadonlySet<string> = new Set([
  'node:buffer',
  'node:events',
  'node:fs',
  'node:os',
  'node:path',
  'node:process',
  'node:util',
])

let atOnce: object | null = null
function files(): object {
  atOnce ??= filesAtOnce(whenUsed('node:fs/promises'), hasRead)
  return atOnce
}

const waiting = new Map<string, object>()

/** A module of Node's that is loaded by the first look at something in it. */
function whenUsed(name: string): object {
  const known = waiting.get(name)
  if (known) return known
  const module = lateModule(() => asStarted(() => Object(require(name))))
  waiting.set(name, module)
  return module
}

if (require.main === module) compiled().run()
