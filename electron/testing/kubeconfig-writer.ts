/**
 * A process of its own for tests of the write path: it applies edits, and can be stopped dead at any step of the write, as a
 * power cut or kill -9 would. Takes one JSON argument, a job or several; of several it halts each at its step and dies with
 * all of them, having printed those that came to their end instead.
 */
import * as v from 'valibot'
import { jobSchema, runJob } from './writer-job'

const die = () => {
  process.kill(process.pid, 'SIGKILL')
}
const stop = () => {
  process.kill(process.pid, 'SIGSTOP')
}
const say = (answer: unknown) => process.stdout.write(`${JSON.stringify(answer)}\n`)

async function main(): Promise<void> {
  const jobs = v.parse(v.union([jobSchema, v.array(jobSchema)]), JSON.parse(process.argv[2] ?? '{}'))
  if (!Array.isArray(jobs)) return void say(await runJob(jobs, die, stop))
  // One alone dies as it stands.
  if (jobs.length === 1) for (const job of jobs) return void say(await runJob(job, die, stop))
  // Held on to: else what the halted ones have open is collected, and closed, while others still write.
  const goingOn: (() => void)[] = []
  await Promise.all(
    jobs.map(
      (job) =>
        new Promise<void>((halted, failed) => {
          const halt = () => {
            halted()
            return new Promise<void>((goOn) => goingOn.push(goOn))
          }
          runJob(job, halt, stop).then((answer) => {
            say(answer)
            halted()
          }, failed)
        }),
    ),
  )
  die()
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`)
  process.exit(3)
})
