import { ok, type Result } from '../../shared/result'
import {
  type FileState,
  type Obstructed,
  prepare,
  type Replaced,
  type ReplaceOptions,
} from '../kubeconfig/disk/replace'

/** Prepares and commits one file. */
export async function replaceFile(
  state: FileState,
  bytes: Buffer | null,
  options: ReplaceOptions = {},
): Promise<Result<Replaced | Obstructed>> {
  const ready = await prepare(state, bytes, options)
  if (!ready.ok) return ready
  const { value } = ready
  if (value.kind === 'obstructed') return ok(value)
  try {
    return await value.commit()
  } finally {
    await value.discard()
  }
}
