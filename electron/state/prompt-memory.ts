/**
 * What `ekscope current --prompt` said of each context, and of which files in which state: a prompt is drawn far more often than
 * these change. Most changes are in a kubeconfig, and of other entries, or of the current-context. Names, verdicts and hashes only.
 */
import { statSync } from 'node:fs'
import * as v from 'valibot'
import { type EnvironmentName, verdicts } from '../../shared/identity/identity'
import type { DataFolder } from '../system/data-folder'
import type { Current } from './current-context'

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
export type PromptAnswer = v.InferOutput<typeof said>

const texts = v.record(v.string(), v.string())
const schema = v.array(
  v.object({
    key: v.string(),
    /** The fingerprint of the variables that it depends on; null: on none. */
    variables: v.optional(v.nullable(v.string()), null),
    stamps: texts,
    said,
    /** What kubeconfigs say of it, by which it is known when their stamps have changed; null: unknown. */
    entries: v.optional(v.nullable(v.string()), null),
  }),
)

type Kept = v.InferOutput<typeof schema>[number]

/** What was found out, with the states of all files that it depends on, taken before they were read. */
export type PromptFacts = Pick<Kept, 'said' | 'stamps'> & Partial<Pick<Kept, 'entries'>>

const isOf = (a: Kept, b: Kept) =>
  a.key === b.key && a.variables === b.variables && a.said.context === b.said.context

/** Contexts in different environments that are remembered. */
const mostKept = 48

function stampOf(path: string): string {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false })
  return found === undefined ? '' : `${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`
}

export type FileStamps = Readonly<Record<string, string>>

/** The state of these files, by their paths; a file that cannot be looked at counts as none. */
export const stampsOf = (paths: readonly string[]): FileStamps =>
  Object.fromEntries(
    paths.map((path) => {
      try {
        return [path, stampOf(path)]
      } catch {
        return [path, '']
      }
    }),
  )

/** Those whose state is another. */
const differing = (before: FileStamps, now: FileStamps): readonly string[] =>
  Object.keys(before).filter((path) => before[path] !== now[path])

/** The memory of this data folder for these kubeconfigs in an environment, of which `variables` makes the fingerprint. */
export function promptMemory(
  folder: DataFolder,
  paths: readonly string[],
  environment: EnvironmentName,
  variables: () => string,
) {
  // Stamps are of files by their paths.
  const key = JSON.stringify([folder.path, environment, paths])
  const file = folder.file<v.InferOutput<typeof schema>>({
    name: 'prompt.json',
    version: 1,
    schema,
    empty: [],
    mayBeLost: true,
  })
  const ofKey = async () =>
    (await file.load()).value.filter(
      (one) => one.key === key && (one.variables === null || one.variables === variables()),
    )
  const keep = async (kept: Kept): Promise<void> => {
    await file.update((all) => [kept, ...all.filter((one) => !isOf(one, kept))].slice(0, mostKept))
  }
  return {
    /** What was said, where all files are as they were; null where it is to be found out. */
    async recall(): Promise<PromptAnswer | null> {
      const all = await ofKey()
      const now = stampsOf([...new Set(all.flatMap(({ stamps }) => Object.keys(stamps)))])
      return all.find(({ stamps }) => differing(stamps, now).length === 0)?.said ?? null
    },
    /** The same where only kubeconfigs have changed, which say what they said of this context. `before`: stamps from before they were read. */
    async recallOf({ name, entries }: Current, before: FileStamps): Promise<PromptAnswer | null> {
      for (const one of await ofKey()) {
        if (one.said.context !== name || one.entries === null) continue
        const now = { ...stampsOf(Object.keys(one.stamps)), ...before }
        if (differing(one.stamps, now).some((path) => !paths.includes(path)) || one.entries !== entries())
          continue
        await keep({ ...one, stamps: now })
        return one.said
      }
      return null
    },
    /** Stores what was found out. A failed write loses nothing but this memory. */
    keep: ({ said, stamps, entries = null }: PromptFacts) =>
      // Which context has no check does not depend on variables.
      keep({ key, variables: said.check && variables(), said, stamps, entries }),
  }
}
