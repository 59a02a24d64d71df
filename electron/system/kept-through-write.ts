/** What is remembered by a context's name or file, kept through a write that changes these. */
import { ok, type Result } from '../../shared/result'

/** What is added before the write and removed after it, so that a process that is killed in between leaves too much, never too little. */
export interface KeptThroughWrite {
  /** Forgets what only the files before the write had. */
  written(): Promise<Result<unknown>>
  /** Forgets what only the files after it would have had. */
  notWritten(): Promise<Result<unknown>>
}

/** Nothing is to be kept. */
const nothing = async () => ok(null)

/** Stores what `come`s before the write, and forgets what is `left` once it is on disk. `change` removes `away` and adds `here`. */
export async function keptThrough<T>(
  change: (away: readonly T[], here: readonly T[]) => Promise<Result<unknown>>,
  { come, left }: { readonly come: readonly T[]; readonly left: readonly T[] },
): Promise<Result<KeptThroughWrite>> {
  const changing = (away: readonly T[], here: readonly T[]) =>
    away.length + here.length === 0 ? nothing() : change(away, here)
  const kept = await changing([], come)
  return kept.ok ? ok({ written: () => changing(left, []), notWritten: () => changing(come, []) }) : kept
}

/** For what is changed only once the write is on disk. */
export const keptAfter = (written: KeptThroughWrite['written']): Result<KeptThroughWrite> =>
  ok({ written, notWritten: nothing })

/** Several of one write, in their order; where one fails, those before it are taken back. */
export async function keptTogether(
  all: readonly (() => Promise<Result<KeptThroughWrite>>)[],
): Promise<Result<KeptThroughWrite>> {
  const kept: KeptThroughWrite[] = []
  const each = async (way: keyof KeptThroughWrite): Promise<Result<unknown>> => {
    let first: Result<unknown> = ok(null)
    for (const one of kept) {
      const done = await one[way]()
      if (first.ok) first = done
    }
    return first
  }
  for (const keep of all) {
    const one = await keep()
    if (!one.ok) {
      await each('notWritten')
      return one
    }
    kept.push(one.value)
  }
  return ok({ written: () => each('written'), notWritten: () => each('notWritten') })
}
