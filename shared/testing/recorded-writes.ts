/** Writes to models as the history records them, undone and reapplied by what the files are, under any list of files. */
import { applyEdits } from '../edits/apply-edits'
import type { AnyEdit } from '../edits/edit'
import { namesBetween } from '../edits/entry-slots'
import { followLinks, linksBetween, type WrittenLink } from '../edits/links'
import type { EditModel, ModelEntry, ModelFile } from '../edits/model'
import { type ReachedCurrent, reachedCurrent } from '../edits/resolution'
import { type Transferred, transfer } from '../edits/transfer'
import { sameJson } from '../json'
import { type EntryKind, entryId, entryKinds } from '../kubeconfig/entries'

export interface RecordedWrite {
  readonly before: readonly ModelFile[]
  readonly after: readonly ModelFile[]
  readonly links: readonly WrittenLink[]
  readonly current: Readonly<Record<'before' | 'after', ReachedCurrent | null>> | undefined
}

/** The same files under another list: those of the list in its order, then the others, each for itself. */
export function underList({ files }: EditModel, list: readonly string[]): EditModel {
  const listed = list.flatMap((path) => files.filter((file) => file.path === path))
  const rest = files.filter(({ path }) => !list.includes(path))
  return {
    files: [
      ...listed.map((file) => ({ ...file, listed: true })),
      ...rest.map((file) => ({ ...file, listed: false })),
    ],
  }
}

/** The files as they would be read again: ids by names, and nothing known of what an entry was made from. */
export function readAnew({ files }: EditModel): EditModel {
  return {
    files: files.map((file) => {
      const all = (kind: EntryKind): readonly ModelEntry[] =>
        file[kind].map((entry, i) => ({
          ...entry,
          id: entryId(
            kind,
            file.path,
            entry.name,
            file[kind].slice(0, i).filter(({ name }) => name === entry.name).length,
          ),
          from: null,
        }))
      return { ...file, exists: true, cluster: all('cluster'), user: all('user'), context: all('context') }
    }),
  }
}

const saysTheSame = (a: ModelFile, b: ModelFile): boolean =>
  a.currentContext === b.currentContext &&
  entryKinds.every((kind) => {
    const sorted = (file: ModelFile) => [...file[kind]].sort((one, other) => (one.name < other.name ? -1 : 1))
    const [one, other] = [sorted(a), sorted(b)]
    return (
      one.length === other.length &&
      one.every(({ name, value }, i) => name === other[i]?.name && sameJson(value, other[i]?.value))
    )
  })

/** Null where nothing is written. */
export function recorded(before: EditModel, after: EditModel): RecordedWrite | null {
  const changed = (file: ModelFile, i: number) => {
    const other = after.files[i]
    return other !== undefined && !saysTheSame(file, other)
  }
  const places = before.files.flatMap((file, i) => (changed(file, i) ? [i] : []))
  if (places.length === 0) return null
  // A record has first what only gained entries, so its order is not that of the list.
  const only = (model: EditModel) => model.files.filter((_, i) => places.includes(i)).reverse()
  const links = linksBetween(before, after)
  const current =
    links.length > 0 ||
    before.files.some(({ currentContext }, i) => currentContext !== after.files[i]?.currentContext)
  return {
    before: only(before),
    after: only(after),
    links,
    current: current ? { before: reachedCurrent(before), after: reachedCurrent(after) } : undefined,
  }
}

/** A write undone (`back`) or made again on what the files are; `later`: the writes since, oldest first. */
export function takenBack(
  write: RecordedWrite,
  now: EditModel,
  {
    back = true,
    later = [],
    only = null,
  }: {
    readonly back?: boolean
    readonly later?: readonly RecordedWrite[]
    readonly only?: readonly string[] | null
  } = {},
): Transferred {
  const side = (files: readonly ModelFile[], name: string): EditModel => ({
    files: files.map((file) => {
      const own = (kind: EntryKind) => file[kind].map((entry) => ({ ...entry, id: `${entry.id}\0${name}` }))
      const listed = now.files.some(({ path, listed: is }) => is && path === file.path)
      return { ...file, listed, cluster: own('cluster'), user: own('user'), context: own('context') }
    }),
  })
  const [from, to] = back
    ? [side(write.after, 'after'), side(write.before, 'before')]
    : [side(write.before, 'before'), side(write.after, 'after')]
  const links = write.links.map(({ kind, before: was, after: is, awaitedBy, leftBy }) =>
    back ? { kind, from: is, to: was, awaitedBy } : { kind, from: was, to: is, awaitedBy: leftBy },
  )
  const change = {
    from,
    to,
    names: namesBetween(from, to),
    links,
    left: back ? ('from' as const) : ('to' as const),
    follow: followLinks(later.map((one) => one.links)),
    reached: write.current?.[back ? 'before' : 'after'],
    led: write.current?.[back ? 'after' : 'before'],
  }
  const intact = new Set(
    from.files.flatMap((file) => {
      const is = now.files.find(({ path }) => path === file.path)
      return is && saysTheSame(is, file) ? [file.path] : []
    }),
  )
  return transfer({
    ...change,
    now,
    only: only && new Set(only),
    intact,
  })
}

/** Edits carried out and read anew, with the record of it. */
export function written(model: EditModel, edits: readonly AnyEdit[]) {
  const plan = applyEdits(model, edits)
  const blocked = plan.problems.some(({ blocks }) => blocks)
  return {
    plan,
    record: blocked ? null : recorded(model, plan.model),
    model: blocked ? model : readAnew(plan.model),
  }
}
