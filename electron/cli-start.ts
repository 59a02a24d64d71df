/** What the command `ekscope` starts: the terminal program, with what Node kept of compiling it where it can. */
import os from 'node:os'
import { tokenWords } from './aws/token/token-words'
import { useCompileCache } from './system/compile-cache'
import { dataFolderPath } from './system/data-folder-path'

const { env: variables, platform, argv } = process
useCompileCache(dataFolderPath({ variables, platform, home: variables.HOME || os.homedir() }))
const token = argv[2] === 'token' ? tokenWords(argv.slice(3)) : null
void (token === null ? import('./cli') : import('./token-start').then(({ startToken }) => startToken(token)))
