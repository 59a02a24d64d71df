/** What Electron starts: the window's program, with the code that was kept of it. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { beginThread } from './editing/first-thread'
import { takeKeptCode } from './kept-code'

// The demo has files of its own.
if (!process.argv.includes('--demo')) beginThread(join(__dirname, 'planning.cjs'), process.env)
takeKeptCode(__dirname)
// By its built name: the bundler would put it into this file.
createRequire(__filename)('./window.cjs')
