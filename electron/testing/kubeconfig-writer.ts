/**
 * A process of its own for tests of the write path, which takes one JSON argument: it applies edits, and can be
 * stopped dead at any step of the write, as a power cut or kill -9 would.
 */
import { join } from 'node:path'
import * as v from 'valibot'
import { editsSchema } from '../../shared/edits/edit'
import { applyToDisk } from '../kubeconfig/disk/apply'
import { openHistory } from '../kubeconfig/disk/history'
import { writeSteps } from '../kubeconfig/disk/replace'

const jobSchema = v.object({
  list: v.array(v.string()),
  dataFolder: v.string(),
  edits: editsSchema,
  inPlace: v.optional(v.array(v.string())),
  force: v.optional(v.array(v.string())),
  /** Kills itself when it gets there. */
  dieAt: v.optional(v.picklist(writeSteps)),
  /** Stops itself (SIGSTOP) when it gets there. */
  stopAt: v.optional(v.picklist(writeSteps)),
  /** A step that fails, as the system would let it. */
  failAt: v.optional(
    v.object({
      step: v.picklist(writeSteps),
      code: v.string(),
      /** The nth time, from 1; every time from there on where it lasts. */
      time: v.optional(v.number(), 1),
      lasting: v.optional(v.boolean(), false),
    }),
  ),
  /** Of several files: dies at the nth time that the step is reached, from 1. */
  dieTime: v.optional(v.number()),
  waitMs: v.optional(v.number()),
})

/** What a test tells this process; where it does not name list and data folder, the test's own are meant. */
export type WriterJob = Partial<v.InferInput<typeof jobSchema>> &
  Pick<v.InferInput<typeof jobSchema>, 'edits'>

async function main(): Promise<void> {
  const job = v.parse(jobSchema, JSON.parse(process.argv[2] ?? '{}'))
  let times = 0
  let passed = 0
  const result = await applyToDisk({
    list: job.list,
    by: 'terminal',
    edits: job.edits,
    titles: job.edits.map(({ kind }) => kind),
    revisions: null,
    history: openHistory(join(job.dataFolder, 'history')),
    journal: join(job.dataFolder, 'journal'),
    inPlace: job.inPlace ?? [],
    force: job.force ?? [],
    lockWaitMs: job.waitMs ?? 60_000,
    hook: (step) => {
      if (step === job.dieAt && ++times === (job.dieTime ?? 1)) process.kill(process.pid, 'SIGKILL')
      if (step === job.failAt?.step) {
        const { code, time, lasting } = job.failAt
        passed += 1
        if (passed === time || (lasting && passed > time)) throw Object.assign(new Error(code), { code })
      }
      if (step === job.stopAt) process.kill(process.pid, 'SIGSTOP')
    },
  })
  process.stdout.write(
    `${JSON.stringify(result.ok ? { ok: true, kind: result.value.kind, obstacles: result.value.kind === 'obstructed' ? result.value.obstacles : [], overwritten: result.value.kind === 'written' ? result.value.overwritten : [] } : result)}\n`,
  )
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`)
  process.exit(3)
})
