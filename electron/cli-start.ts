/**
 * Starts the terminal program with what V8 made of it when it was built: reading and compiling it is a fifth of a short
 * command. Where that is missing, or of another V8, it is compiled as ever.
 */
import { readFileSync } from 'node:fs'
import Module, { createRequire } from 'node:module'
import path from 'node:path'
import { Script } from 'node:vm'

export interface Compiled {
  readonly script: Script
  /** Where `script.createCachedData()` is looked for. */
  readonly cache: string
  run(): void
}

type Run = (exports: object, require: NodeJS.Require, module: object, file: string, folder: string) => void

/** The program beside this file, not yet run. */
export function compiled(): Compiled {
  const folder = path.join(__dirname, 'cli')
  const file = path.join(folder, 'main.cjs')
  const cache = `${file}.cache`
  // On one line, so that errors name the lines of the file.
  const source = `(function (exports, require, module, __filename, __dirname) { ${readFileSync(file, 'utf8')}\n})`
  const cachedData = read(cache)
  const script = new Script(source, { filename: file, ...(cachedData ? { cachedData } : {}) })
  return {
    script,
    cache,
    run() {
      const run: Run = script.runInThisContext()
      const require = createRequire(file)
      const module = new Module(file)
      module.filename = file
      // Its chunks ask for it by name.
      require.cache[file] = module
      run(module.exports, require, module, file, folder)
      module.loaded = true
    },
  }
}

function read(file: string): Buffer | null {
  try {
    return readFileSync(file)
  } catch {
    return null
  }
}

if (require.main === module) compiled().run()
