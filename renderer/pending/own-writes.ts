/** Which changes of the files are our own writes: told by the hashes that main says it wrote, not by the clock. */
import type { Snapshot } from '../../shared/kubeconfig/entries'

export interface OwnWrites {
  /** A write left these files so. */
  wrote(files: readonly { readonly path: string; readonly revision: string }[]): void
  /** Whether a step between two snapshots is our writing alone. Asked once for each step, in their order. */
  isOwn(before: Snapshot, after: Snapshot): boolean
}

/** Remembers what was written until it is seen, or something else is seen in its place. */
export function createOwnWrites(): OwnWrites {
  const expected = new Map<string, readonly string[]>()
  return {
    wrote(files) {
      for (const { path, revision } of files) expected.set(path, [...(expected.get(path) ?? []), revision])
    },
    isOwn(before, after) {
      const old = new Map(before.files.map(({ path, revision }) => [path, revision]))
      const changed = after.files.filter(({ path, revision }) => old.get(path) !== revision)
      const places = changed.map(({ path, revision }) => ({
        path,
        at: revision === null ? -1 : (expected.get(path) ?? []).indexOf(revision),
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
