/** Which findings the user has muted, in muted.json of the data folder. */
import * as v from 'valibot'
import { isSameMute, type Mute, type MuteOf } from '../../shared/audit/muted'
import type { ChangedContext, ContextThen } from '../../shared/edits/changed-contexts'
import { isFindingId } from '../../shared/findings/finding-rules'
import type { Result } from '../../shared/result'
import type { DataFolder } from '../system/data-folder'
import { type KeptThroughWrite, keptThrough } from '../system/kept-through-write'

const text = v.pipe(v.string(), v.maxLength(8_192))
const mute = v.object({
  /** Of any version: a finding that this version does not know stays in the file. */
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
  type AnyMuteOf = Pick<KeptMute, 'id' | 'context'>
  const change = (away: readonly AnyMuteOf[], here: readonly KeptMute[]): Promise<Result<unknown>> =>
    file.update((now) =>
      [...now.filter((one) => ![...away, ...here].some((other) => isSameMute(one, other))), ...here].slice(
        -most,
      ),
    )
  return {
    load: async (): Promise<readonly Mute[]> =>
      (await file.load()).value.flatMap(({ id, ...one }) => (isFindingId(id) ? [{ id, ...one }] : [])),
    /** Each replaces an earlier mute of the same finding at the same place. */
    add: (mutes: readonly Mute[]): Promise<Result<unknown>> => change([], mutes),
    /** Removes the mutes of these findings at these places. */
    remove: (mutes: readonly MuteOf[]): Promise<Result<unknown>> => change(mutes, []),
    /** Mutes follow their contexts to other names and files. Under the same name another cluster is another context. */
    async follow(changed: readonly ChangedContext[]): Promise<Result<KeptThroughWrite>> {
      const moved = changed.flatMap(({ before, after }) =>
        before === null || after === null || before.cluster !== after.cluster
          ? []
          : [{ was: placeOf(before), is: placeOf(after) }],
      )
      const { value } = await file.load()
      const followed = value.flatMap((mute) => {
        const { is = null } = moved.find(({ was }) => isSamePlace(was, mute.context)) ?? {}
        return is === null || isSamePlace(is, mute.context) ? [] : [{ mute, now: { ...mute, context: is } }]
      })
      const isOf = (all: readonly KeptMute[], one: KeptMute) => all.some((other) => isSameMute(one, other))
      const now = followed.map((one) => one.now)
      return keptThrough(change, {
        come: now.filter((one) => !isOf(value, one)),
        left: followed.flatMap(({ mute }) => (isOf(now, mute) ? [] : [mute])),
      })
    },
  }
}

type Place = KeptMute['context']
const placeOf = ({ file, context, cluster }: ContextThen): Place => ({ file, name: context, cluster })
const isSamePlace = (a: Place, b: Place): boolean =>
  a?.file === b?.file && a?.name === b?.name && a?.cluster === b?.cluster
