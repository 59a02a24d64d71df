/** What the single executable starts: the terminal program by each of its names, or the demo's aws, which is no file there. */
import { basename } from 'node:path'
import { standInWord } from './demo/stand-in-command'

const [, called = '', first] = process.argv
if (first === standInWord) {
  process.argv.splice(2, 1)
  void import('./demo/aws-stand-in')
} else if (basename(called).startsWith('kubectl_complete-')) void import('./kubectl-complete')
else void import('./cli-start')
