/** Which findings the user has muted, in muted.json of the data folder. */
import * as v from 'valibot'
import { isSameMute, type Mute, type MuteOf } from '../../shared/audit/muted'
import { isFindingId } from '../../shared/findings/finding-rules'
import type { Result } from '../../shared/result'
import type { DataFolder } from '../system/data-folder'

const text = v.pipe(v.string(), v.maxLength(8_192))
const mute = v.object({
  /** Of whichever version: one that this version does not know stays in the file. */
  id: text,
  context: v.nullable(v.object({ file: text, name: text, cluster: v.nullable(text) })),
  reason: text,
  at: v.number(),
})
type KeptMute = v.InferOutput<typeof mute>

/** More than a person mutes. */
const most = 20_000

export const mutedFileName = 'muted.json'
export type MutedFile = ReturnType<typeof mutedFile>

export function mutedFile(folder: DataFolder) {
  const file = folder.file<readonly KeptMute[]>({
    name: mutedFileName,
    version: 1,
    schema: v.pipe(v.array(mute), v.maxLength(most)),
    empty: [],
    loss: 'No finding counts as muted.',
  })
  return {
    load: async (): Promise<readonly Mute[]> =>
      (await file.load()).value.flatMap(({ id, ...one }) => (isFindingId(id) ? [{ id, ...one }] : [])),
    /** Each takes the place of an earlier one about the same. */
    add: (mutes: readonly Mute[]): Promise<Result<unknown>> =>
      file.update((now) =>
        [...now.filter((one) => !mutes.some((other) => isSameMute(one, other))), ...mutes].slice(-most),
      ),
    /** Those about the same are forgotten. */
    remove: (mutes: readonly MuteOf[]): Promise<Result<unknown>> =>
      file.update((now) => now.filter((one) => !mutes.some((other) => isSameMute(one, other)))),
  }
}
