/**
 * A process of its own for tests of the write path: it applies edits, and can be stopped dead at any step of the write, as a
 * power cut or kill -9 would. Takes one job as its JSON argument.
 */
import * as v from 'valibot'
import { jobSchema, runJob } from './writer-job'

const die = () => {
  process.kill(process.pid, 'SIGKILL')
}
const stop = () => {
  process.kill(process.pid, 'SIGSTOP')
}

async function main(): Promise<void> {
  const job = v.parse(jobSchema, JSON.parse(process.argv[2] ?? '{}'))
  process.stdout.write(`${JSON.stringify(await runJob(job, die, stop))}\n`)
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`)
  process.exit(3)
})
