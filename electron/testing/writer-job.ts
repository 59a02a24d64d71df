/** A write that can fail, stop or die at any of its steps, for tests of the write path. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import * as v from 'valibot'
import { editsSchema } from '../../shared/edits/edit'
import { applyToDisk } from '../kubeconfig/disk/apply-to-disk'
import { writeSteps } from '../kubeconfig/disk/replace'
import { openHistory } from '../kubeconfig/disk/write-history'

export const jobSchema = v.object({
  list: v.array(v.string()),
  dataFolder: v.string(),
  edits: editsSchema,
  inPlace: v.optional(v.array(v.string())),
  force: v.optional(v.array(v.string())),
  /** Dies when it gets there. */
  dieAt: v.optional(v.picklist(writeSteps)),
  /** Stops itself (SIGSTOP) when it gets there. */
  stopAt: v.optional(v.picklist(writeSteps)),
  /** A step that fails, as the system would let it. */
  failAt: v.optional(
    v.object({
      step: v.picklist(writeSteps),
      code: v.string(),
      /** The nth time, from 1. */
      time: v.optional(v.number(), 1),
    }),
  ),
  /** Of several files: dies at the nth time that the step is reached, from 1. */
  dieTime: v.optional(v.number()),
  waitMs: v.optional(v.number()),
})

type WholeJob = v.InferOutput<typeof jobSchema>
/** What a test says of a write; where it does not name list and data folder, the test's own are meant. */
export type WriterJob = Partial<WholeJob> & Pick<WholeJob, 'edits'>

const inItsOwnProcess = (): never => {
  throw new Error('only a process of its own can die or be stopped')
}

/** Does the write here. `die` and `stop` are called at the steps that the job names. */
export async function runJob(
  input: WholeJob,
  die: () => void = inItsOwnProcess,
  stop: () => void = inItsOwnProcess,
) {
  const job = v.parse(jobSchema, input)
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
    hook: async (step) => {
      if (step === job.dieAt && ++times === (job.dieTime ?? 1)) die()
      if (step === job.failAt?.step) {
        const { code, time } = job.failAt
        if (++passed === time) throw Object.assign(new Error(code), { code })
      }
      if (step === job.stopAt) stop()
    },
  })
  if (!result.ok) return result
  const { value } = result
  return {
    ok: true as const,
    kind: value.kind,
    obstacles: value.kind === 'obstructed' ? value.obstacles : [],
    overwritten: value.kind === 'written' ? value.overwritten : [],
  }
}

/** Does it in a process of its own (`writer` is the bundle of kubeconfig-writer.ts), which is killed at `dieAt`. */
export async function killIn(writer: string, job: WholeJob): Promise<void> {
  const child = spawn(process.execPath, [writer, JSON.stringify(job)], { stdio: 'inherit' })
  const signal = await new Promise((resolve) => {
    child.once('close', (_, by) => resolve(by))
  })
  if (signal !== 'SIGKILL') throw new Error('a write that should be killed came to its end')
}
