/** The program `aws` on the demo's PATH where no aws CLI is installed; built to out/demo/aws.cjs. */
import { runAws } from './stand-in/get-token'

runAws(process.argv.slice(2), process.env, Date.now()).then(({ status, stdout, stderr }) => {
  process.stdout.write(stdout)
  process.stderr.write(stderr)
  process.exitCode = status
})
