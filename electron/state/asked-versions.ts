/**
 * The versions that programs reported when a check asked them, stored in programs.json: `list`, which runs nothing,
 * predicts by them. Each is bound to the program's real path, size and time of change, and to the variables by which a shim
 * chooses.
 */
import * as v from 'valibot'
import type { AskedVersions } from '../aws/installed/which'
import type { DataFolder } from '../system/data-folder'

const answer = v.object({
  key: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  version: v.pipe(v.string(), v.regex(/^\d{1,4}\.\d{1,5}\.\d{1,5}$/)),
})

/** Shims are few; with every new PATH there is one more answer. */
const mostAnswers = 200

export type KeptVersions = ReturnType<typeof keptVersions>

export function keptVersions(folder: DataFolder) {
  const file = folder.file({ name: 'programs.json', version: 1, schema: v.array(answer), empty: [] })
  // What could not be written holds for this process all the same.
  const here = new Map<string, string>()
  const load = async () =>
    new Map([...(await file.load()).value.map(({ key, version }) => [key, version] as const), ...here])
  return {
    load,
    /** Resolves to whether anything was new. */
    async keep(versions: AskedVersions): Promise<boolean> {
      const before = await load()
      const fresh = [...versions].filter(([key, version]) => before.get(key) !== version)
      if (fresh.length === 0) return false
      for (const [key, version] of fresh) here.set(key, version)
      const keys = new Set(fresh.map(([key]) => key))
      await file
        .update((kept) =>
          [
            ...kept.filter(({ key }) => !keys.has(key)),
            ...fresh.map(([key, version]) => ({ key, version })),
          ].slice(-mostAnswers),
        )
        .catch(() => undefined)
      return true
    },
  }
}
