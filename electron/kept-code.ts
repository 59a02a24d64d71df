/**
 * Takes what V8 made of the window's program when it was built: reading and compiling is most of what main does before its window
 * is there. Beside a part that a start needs lies its kept code; where that is missing, or of another V8, the part is compiled as ever.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { Script } from 'node:vm'

/** A part of the program that was loaded. */
export interface KeptPart {
  readonly file: string
  readonly script: Script
}

type Run = (
  exports: unknown,
  require: (id: string) => unknown,
  module: NodeJS.Module,
  file: string,
  folder: string,
) => void

/**
 * From now on the parts in this folder are loaded so, by this thread. With `seen` also those that have no kept code, for whoever keeps it.
 */
export function takeKeptCode(folder: string, seen: ((part: KeptPart) => void) | null = null): void {
  const usual = require.extensions['.js']
  require.extensions['.cjs'] = (module, file) => {
    const cachedData = path.dirname(file) === folder ? kept(file) : null
    if (path.dirname(file) !== folder || (cachedData === null && seen === null)) return usual?.(module, file)
    // ASCII by the build. On one line, so that errors name the lines of the file.
    const source = `(function (exports, require, module, __filename, __dirname) { ${readFileSync(file, 'latin1')}\n})`
    // What imports when it runs is Node's own to load: a script of ours could not.
    if (source.includes('import(')) return usual?.(module, file)
    const script = new Script(source, { filename: file, ...(cachedData === null ? {} : { cachedData }) })
    seen?.({ file, script })
    const run: Run = script.runInThisContext()
    run(module.exports, (id) => module.require(id), module, file, path.dirname(file))
  }
}

function kept(file: string): Buffer | null {
  try {
    return readFileSync(`${file}.cache`)
  } catch {
    return null
  }
}
