/** What the command `ekscope` starts: the terminal program, with what Node kept of compiling it where it can. */
import os from 'node:os'
import { useCompileCache } from './system/compile-cache'
import { dataFolderPath } from './system/data-folder-path'

const { env: variables, platform } = process
useCompileCache(dataFolderPath({ variables, platform, home: variables.HOME || os.homedir() }))
void import('./cli')
