/** The program `aws` on the demo's PATH where no aws CLI is installed; built to out/demo/aws.cjs. */
import { homedir } from 'node:os'
import { definedVariables } from '../system/environment'
import { runAws } from './stand-in/stand-in-token'

runAws(process.argv.slice(2), definedVariables(process.env), homedir(), Date.now()).then(
  ({ status, stdout, stderr }) => {
    process.stdout.write(stdout)
    process.stderr.write(stderr)
    process.exitCode = status
  },
)
