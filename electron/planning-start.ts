/** What the planning thread starts with: its program, with the code that was kept of it. */
import { createRequire } from 'node:module'
import { takeKeptCode } from './kept-code'

takeKeptCode(__dirname)
createRequire(__filename)('./worker.cjs')
