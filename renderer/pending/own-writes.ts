/** Which file changes are Ekscope's own writes, by the hashes that main reports, not by time. */
import type { Snapshot } from '../../shared/kubeconfig/entries'

/** Remembers what was written until a snapshot shows it, or shows something else in its place. */
export function createOwnWrites() {
  const expected = new Map<string, readonly (string | null)[]>()
  return {
    /** The state of these files after a write; null: the file was removed. */
    wrote(files: readonly { readonly path: string; readonly revision: string | null }[]) {
      for (const { path, revision } of files) expected.set(path, [...(expected.get(path) ?? []), revision])
    },
    /** Whether a step between two snapshots is only Ekscope's own writing. Call it once for each step, in order. */
    isOwn(before: Snapshot, after: Snapshot) {
      const old = new Map(before.files.map(({ path, revision }) => [path, revision]))
      const changed = after.files.filter(({ path, revision }) => old.get(path) !== revision)
      const places = changed.map(({ path, revision }) => ({
        path,
        at: (expected.get(path) ?? []).indexOf(revision),
      }))
      for (const { path, at } of places) {
        const left = at < 0 ? [] : (expected.get(path) ?? []).slice(at + 1)
        if (left.length === 0) expected.delete(path)
        else expected.set(path, left)
      }
      return places.length > 0 && places.every(({ at }) => at >= 0)
    },
  }
}
