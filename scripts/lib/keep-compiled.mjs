// Started by the build: runs a command from the built program (its arguments: the program's file, the command), and keeps what V8
// has compiled by then beside each part of it that was read, with what was kept before.
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const [file = '', ...command] = process.argv.slice(2)
/** @typedef {{ script: import('node:vm').Script, cache: string, code: () => Buffer }} Part */
/** @type {{ compiled: () => { parts: () => readonly Part[], run: () => void } }} */
const { compiled } = createRequire(import.meta.url)(file)
const program = compiled()
process.argv = [process.execPath, file, ...command]
// The program ends the process itself.
process.once('exit', (status) => {
  for (const { script, cache, code } of program.parts()) {
    // One of another V8, or of another text, would be compiled in vain at each start.
    if (script.cachedDataRejected === true) process.exitCode = 1
    writeFileSync(cache, code())
  }
  if (status !== 0) process.exitCode = status
})
program.run()
