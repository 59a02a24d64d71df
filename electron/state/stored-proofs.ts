/** Results of proofs of identities, stored in proofs.json without secrets: the latest for each identity and environment. */
import * as v from 'valibot'
import { environmentNames, problemSchema, provenSchema } from '../../shared/identity/identity'
import type { Inferred } from '../../shared/inferred'
import type { Result } from '../../shared/result'
import type { DataFolder } from '../system/data-folder'

const proof = v.object({
  /** Of the identity (shared/identity/identity-tree.ts). */
  id: v.string(),
  environment: v.picklist(environmentNames),
  /** Milliseconds since the epoch. */
  at: v.number(),
  until: v.nullable(v.number()),
  /** Of AWS files and environment: where it differs from the present one the proof does not count. */
  fingerprint: v.string(),
  proven: v.nullable(provenSchema),
  problem: v.nullable(problemSchema),
})
export type Proof = Inferred<typeof proof>

/** At most so many are stored, the latest. */
const mostProofs = 10_000

export type StoredProofs = ReturnType<typeof storedProofs>

/** The stored proofs of this data folder. */
export function storedProofs(folder: DataFolder) {
  const file = folder.file<readonly Proof[]>({
    name: 'proofs.json',
    version: 1,
    schema: v.array(proof),
    empty: [],
  })
  return {
    load: async (): Promise<readonly Proof[]> => (await file.load()).value,
    clear: () => file.update(() => []),
    /** Each replaces the earlier one of its identity and environment. */
    keep: (proofs: readonly Proof[]): Promise<Result<unknown>> =>
      file.update((before) => {
        const latest = new Map(
          [...before, ...proofs].map((one) => [JSON.stringify([one.id, one.environment]), one]),
        )
        return [...latest.values()].sort((a, b) => a.at - b.at).slice(-mostProofs)
      }),
  }
}
