/**
 * What `ekscope current --prompt` said last, and of which files in which state: a prompt is drawn far more often than these change.
 * Names and verdicts only.
 */
import { statSync } from 'node:fs'
import * as v from 'valibot'
import { verdicts } from '../../shared/identity/identity'
import type { DataFolder } from '../system/data-folder'

/** The current context with its last check; times in milliseconds since the epoch. */
const said = v.object({
  context: v.string(),
  check: v.nullable(
    v.object({
      verdict: v.picklist(verdicts),
      at: v.number(),
      /** Until when its sign-in lasts; null: no end is known. */
      until: v.nullable(v.number()),
      /** Its entries, files or environment are not what they were. */
      stale: v.boolean(),
    }),
  ),
})
export type Prompted = v.InferOutput<typeof said>

const schema = v.array(v.object({ key: v.string(), stamps: v.record(v.string(), v.string()), said }))

/** Shells in different environments that are remembered. */
const mostKept = 24

function stampOf(path: string): string {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false })
  return found === undefined ? '' : `${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`
}

/** The state of these files, by their paths; a file that cannot be looked at counts as none. */
export const stampsOf = (paths: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    paths.map((path) => {
      try {
        return [path, stampOf(path)]
      } catch {
        return [path, '']
      }
    }),
  )

/** The memory of this data folder; `key` says of which list of files and which environment. */
export function promptMemory(folder: DataFolder, key: string) {
  const file = folder.file<v.InferOutput<typeof schema>>({
    name: 'prompt.json',
    version: 1,
    schema,
    empty: [],
  })
  return {
    /** What was said, where all files are as they were; null where it is to be found out. */
    async recall(): Promise<Prompted | null> {
      const kept = (await file.load()).value.find((one) => one.key === key)
      if (kept === undefined) return null
      const now = stampsOf(Object.keys(kept.stamps))
      return Object.entries(kept.stamps).every(([path, stamp]) => now[path] === stamp) ? kept.said : null
    },
    /** A failed write loses nothing but this memory. */
    async keep(said: Prompted, stamps: Readonly<Record<string, string>>): Promise<void> {
      await file.update((all) =>
        [{ key, stamps, said }, ...all.filter((one) => one.key !== key)].slice(0, mostKept),
      )
    },
  }
}
