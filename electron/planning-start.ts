/** What the planning thread starts with: its program, with the code that was kept of it. */
import { createRequire } from 'node:module'
import { takeKeptCode } from './kept-code'
import { optimiseLater } from './system/v8'

takeKeptCode(__dirname)
createRequire(__filename)('./worker.cjs')
// Until the thread rests: by then the first picture is there.
optimiseLater()
