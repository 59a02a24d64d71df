/** What Electron starts: the window's program, with the code that was kept of it. */
import { createRequire } from 'node:module'
import { takeKeptCode } from './kept-code'

takeKeptCode(__dirname)
// By its built name: the bundler would put it into this file.
createRequire(__filename)('./window.cjs')
