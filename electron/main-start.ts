/** What Electron starts: the window's program, with the code that was kept of it. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { beginThread } from './editing/first-thread'
import { takeKeptCode } from './kept-code'
import { optimiseAsUsual, optimiseLater } from './system/v8'

/** Milliseconds in which a start is over. */
const startMs = 3_000

// The demo has files of its own.
if (!process.argv.includes('--demo')) beginThread(join(__dirname, 'planning.cjs'), process.env)
takeKeptCode(__dirname)
// By its built name: the bundler would put it into this file.
createRequire(__filename)('./window.cjs')
// What its first picture takes of a fleet below a thread's worth is worked out here. After kept code is taken, which is bound to flags.
optimiseLater()
setTimeout(optimiseAsUsual, startMs)
