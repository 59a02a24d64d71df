/**
 * What `ekscope current --prompt` said of each context, and of which files in which state: a prompt is drawn far more often than
 * these change. Most changes are another current-context: back to one that was shown before, kubeconfigs say what they said, so
 * none of their entries is read. Names, verdicts and hashes only.
 */
import { createHash } from 'node:crypto'
import { readFileSync, realpathSync, statSync } from 'node:fs'
import * as v from 'valibot'
import { verdicts } from '../../shared/identity/identity'
import type { KubeconfigFile } from '../../shared/kubeconfig/entries'
import { once } from '../../shared/once'
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

const texts = v.record(v.string(), v.string())
const schema = v.array(
  v.object({
    key: v.string(),
    stamps: texts,
    said,
    /** By which kubeconfigs are known when their stamps have changed. */
    contents: v.optional(texts, {}),
  }),
)

type Kept = v.InferOutput<typeof schema>[number]

/** Contexts in different environments that are remembered. */
const mostKept = 48

/** Where a kubeconfig really is, with the hash of what it says; null where that is not known. */
export const contentOf = ({ realPath, revision }: Pick<KubeconfigFile, 'realPath' | 'revision'>) =>
  realPath === null || revision === null ? null : `${realPath} ${revision}`

function contentAt(path: string): string | null {
  try {
    // Reading another kind of file could wait for a program that writes to it.
    if (!statSync(path).isFile()) return null
    const revision = createHash('sha256').update(readFileSync(path)).digest('hex')
    return contentOf({ realPath: realpathSync(path), revision })
  } catch {
    return null
  }
}

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
  const keep = async (kept: Kept): Promise<void> => {
    await file.update((all) =>
      [kept, ...all.filter((one) => one.key !== key || one.said.context !== kept.said.context)].slice(
        0,
        mostKept,
      ),
    )
  }
  return {
    /** What was said, where all files are as they were; null where it is to be found out. */
    async recall(): Promise<Prompted | null> {
      const all = (await file.load()).value.filter((one) => one.key === key)
      const now = stampsOf([...new Set(all.flatMap(({ stamps }) => Object.keys(stamps)))])
      const changed = new Map(
        all.map((one) => [one, Object.keys(one.stamps).filter((path) => now[path] !== one.stamps[path])]),
      )
      const same = all.find((one) => changed.get(one)?.length === 0)
      if (same !== undefined) return same.said
      const contents = new Map<string, string | null>()
      const found = all.find((one) =>
        changed
          .get(one)
          ?.every(
            (path) =>
              one.contents[path] !== undefined &&
              once(contents, path, () => contentAt(path)) === one.contents[path],
          ),
      )
      if (found === undefined) return null
      const stamps = Object.fromEntries(Object.keys(found.stamps).map((path) => [path, now[path] ?? '']))
      await keep({ ...found, stamps })
      return found.said
    },
    /** Files in the state from before they were read. A failed write loses nothing but this memory. */
    keep: (found: Omit<Kept, 'key'>) => keep({ key, ...found }),
  }
}
