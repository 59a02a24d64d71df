/**
 * Whether the state that a write left can be made again of what is on disk: the records back to a whole copy, and that copy, are byte for
 * byte as they were when each was added. So the next write knows that it can be undone before it is made, and reads kilobytes for it, not
 * the states.
 */
import { createHash } from 'node:crypto'
import * as v from 'valibot'
import type { Base } from './history-latest'

/** SHA-256, hex. */
export const sumOf = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex')

const recordOfBase = v.object({
  files: v.array(
    v.object({
      realPath: v.string(),
      before: v.nullable(v.string()),
      copy: v.boolean(),
      base: v.optional(v.object({ id: v.string(), sum: v.string() })),
    }),
  ),
})

export interface KeptState {
  /** The text of a record; throws where there is none. */
  readonly text: (id: string) => string
  /** The bytes of the file of a whole copy; null where there is none. */
  readonly copy: (revision: string) => Promise<Uint8Array | null>
}

/** Whether what the write of this base left in the file at `realPath` can be made again. */
export async function isKept(kept: KeptState, realPath: string, base: Base): Promise<boolean> {
  const { copy } = base
  if (copy !== null) {
    const bytes = await kept.copy(copy.revision)
    if (bytes === null || sumOf(bytes) !== copy.sum) return false
  }
  try {
    for (let at: Pick<Base, 'id' | 'sum'> | undefined = base; at !== undefined; ) {
      const text = kept.text(at.id)
      if (sumOf(text) !== at.sum) return false
      const { files } = v.parse(recordOfBase, JSON.parse(text))
      const file = files.find((one) => one.realPath === realPath)
      if (file?.before === null || file?.copy) return file.before === (copy?.revision ?? null)
      at = file?.base
    }
  } catch {
    // No record, or none that we know.
  }
  return false
}
