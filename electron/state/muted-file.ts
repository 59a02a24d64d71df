/** Which findings the user has muted, in muted.json of the data folder. */
import * as v from 'valibot'
import { isSameMute, type Mute } from '../../shared/audit/muted'
import { type FindingId, findingIds } from '../../shared/findings/finding-rules'
import type { Result } from '../../shared/result'
import type { DataFolder } from '../system/data-folder'

const text = v.pipe(v.string(), v.maxLength(8_192))
const mute = v.object({
  id: v.custom<FindingId>((value) => findingIds.some((one) => one === value)),
  context: v.nullable(v.object({ file: text, name: text, cluster: v.nullable(text) })),
  reason: text,
  at: v.number(),
})
/** More than a person mutes. */
const most = 20_000

export const mutedFileName = 'muted.json'
export type MutedFile = ReturnType<typeof mutedFile>

export function mutedFile(folder: DataFolder) {
  const file = folder.file<readonly Mute[]>({
    name: mutedFileName,
    version: 1,
    schema: v.pipe(v.array(mute), v.maxLength(most)),
    empty: [],
  })
  return {
    load: async (): Promise<readonly Mute[]> => (await file.load()).value,
    /** Each takes the place of an earlier one about the same. */
    add: (mutes: readonly Mute[]): Promise<Result<readonly Mute[]>> =>
      file.update((now) =>
        [...now.filter((one) => !mutes.some((other) => isSameMute(one, other))), ...mutes].slice(-most),
      ),
    /** Those about the same are forgotten. */
    remove: (mutes: readonly Pick<Mute, 'id' | 'context'>[]): Promise<Result<readonly Mute[]>> =>
      file.update((now) => now.filter((one) => !mutes.some((other) => isSameMute(one, other)))),
  }
}
