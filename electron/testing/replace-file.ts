import type { ObstacleReason } from '../../shared/edits/obstacle'
import { ok, type Result } from '../../shared/result'
import {
  type FileState,
  prepare,
  type Refusal,
  type ReplacedBy,
  type ReplaceOptions,
} from '../kubeconfig/disk/replace'

type Outcome =
  | { readonly kind: 'replaced'; readonly way: ReplacedBy }
  | { readonly kind: 'obstructed'; readonly reasons: readonly ObstacleReason[] }

const refused = (refusal: Refusal): Result<Outcome> =>
  'obstacles' in refusal
    ? ok({ kind: 'obstructed', reasons: refusal.obstacles.map(({ reason }) => reason) })
    : { ok: false, fault: refusal }

/** Prepares and commits one file. */
export async function replaceFile(
  state: FileState,
  bytes: Buffer | null,
  options: ReplaceOptions = {},
): Promise<Result<Outcome>> {
  const ready = await prepare(state, bytes, options)
  if (!ready.ok) return refused(ready.fault)
  try {
    const done = await ready.value.commit()
    return done.ok ? ok({ kind: 'replaced', way: done.value }) : refused(done.fault)
  } finally {
    await ready.value.discard()
  }
}
