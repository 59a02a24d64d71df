/** Composition root of `ekscope token` with aws's own words. */
import os from 'node:os'
import { leaveNpm } from '../scripts/lib/before-npm.mjs'
import { printToken } from './aws/token/token-command'
import type { TokenWords } from './aws/token/token-words'
import { dataFolderPath } from './system/data-folder-path'
import { definedVariables } from './system/environment'

/** Prints the token of these words, and ends as it ended. */
export async function startToken(words: TokenWords): Promise<void> {
  leaveNpm(process.env)
  const variables = definedVariables(process.env)
  const home = variables.HOME ?? os.homedir()
  const end = await printToken(words, {
    variables,
    home,
    folder: dataFolderPath({ variables, home, platform: process.platform }),
    cwd: process.cwd(),
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
  })
  if (end.kind === 'exited') process.exitCode = end.code
  else process.kill(process.pid, end.by)
}
