/**
 * Undo of the AWS config file: its sections and their settings are entries of the engine that undoes kubeconfigs
 * (shared/edits/transfer.ts), so a write is undone by section and key, or what is in its way is reported.
 */
import { called, type InTheWay, inTheWaySentence } from '../../../shared/edits/in-the-way'
import { type FollowedLink, followLinks, type LinkFollower } from '../../../shared/edits/links'
import type { ModelFile } from '../../../shared/edits/model'
import { transfer } from '../../../shared/edits/transfer'
import { at } from '../../../shared/json'
import { ok, type Result, refuse } from '../../../shared/result'
import type { HistoryEntry, HistoryFile, HistoryRecord } from '../../kubeconfig/disk/history-record'
import type { UndoWay } from '../../kubeconfig/disk/undo'
import type { History } from '../../kubeconfig/disk/write-history'
import { offered } from '../../system/offer'
import { configFile, type Permits } from './config-write'
import {
  changeOf,
  entriesOfChange,
  type ReadSections,
  readSections,
  rewriteSections,
  sectionsIn,
} from './sections'

/** The AWS config file in a record of the history. */
type Written = Pick<HistoryFile, 'path' | 'realPath'>

/**
 * The AWS config file as it comes to be by that way for a write that changed it. `called`: the current name of a section, by its
 * name at the time of the write.
 */
export async function configBack(
  history: History,
  way: UndoWay,
  id: string,
  written: Written,
  permits?: Permits,
) {
  const records = await history.list()
  const states = await statesOf(history, records, id, written)
  if (!states.ok) return states
  const { before, after } = states.value
  const { path, realPath } = written
  const follow = followLinks(way === 'restore' ? [] : await laterLinks(history, records, id, written))
  const file = configFile(
    path,
    (now, state) => {
      if (state.realPath !== realPath)
        return inTheWay(
          `${path} now leads to another file than when this was written (${realPath}).`,
          'Let the path lead there again first, or make the change by hand.',
        )
      if (way === 'restore') return ok({ text: before, titles: [] })
      const [from, to] = way === 'undo' ? [after, before] : [before, after]
      const text = putBack(path, now, { from, to, back: way === 'undo', follow })
      return typeof text === 'string' || text === null
        ? ok({ text, titles: [] })
        : inTheWay(
            text.inTheWay.join(' '),
            `Change that back first, or put the whole file back: ${offered('ekscope', 'restore', id)}.`,
          )
    },
    permits,
  )
  return ok({ file, called: (name: string) => follow.place('section', { file: path, name }).name })
}

interface States {
  /** Null: there was no such file. */
  readonly before: string | null
  readonly after: string | null
}

async function statesOf(
  history: History,
  records: readonly HistoryRecord[],
  id: string,
  { realPath }: Written,
): Promise<Result<States>> {
  const before = await history.bytesOf(id, realPath, 'before', records)
  if (!before.ok) return before
  const after = await history.bytesOf(id, realPath, 'after', records)
  if (!after.ok) return after
  return ok({ before: before.value?.toString() ?? null, after: after.value?.toString() ?? null })
}

/** Which sections later writes gave another name, oldest write first. */
async function laterLinks(
  history: History,
  records: readonly HistoryRecord[],
  id: string,
  { path, realPath }: Written,
): Promise<readonly (readonly FollowedLink[])[]> {
  const later: (readonly FollowedLink[])[] = []
  const own = records.findIndex((one) => one.id === id)
  for (const record of records.slice(0, own).reverse()) {
    const file = record.files.find((one) => one.realPath === realPath)
    if (file === undefined) continue
    const named = (await history.get(record.id))?.files.find((one) => one.realPath === realPath)?.entries
    // Records of earlier versions do not name their entries.
    const states = named === undefined ? await statesOf(history, records, record.id, file) : null
    const entries =
      named ?? (states?.ok ? entriesOfChange(path, states.value.before, states.value.after) : [])
    later.push(linksOf(path, entries))
  }
  return later
}

export const linksOf = (path: string, entries: readonly HistoryEntry[]): readonly FollowedLink[] =>
  entries.map(({ kind, before, after }) => ({
    kind,
    before: before && { file: path, name: before.name },
    after: after && { file: path, name: after.name },
  }))

interface Change {
  readonly from: string | null
  readonly to: string | null
  readonly back: boolean
  readonly follow: LinkFollower
}

/** The text with the changes from one state to the other applied; or sentences that say what is in the way. */
export function putBack(
  path: string,
  text: string | null,
  { from: left, to: wanted, back, follow }: Change,
): string | null | { readonly inTheWay: readonly string[] } {
  // A text as the write left it gets its old bytes.
  if (text === left) return wanted
  const [from, to, now] = [
    readSections(path, left, 'from'),
    readSections(path, wanted, 'to'),
    readSections(path, text),
  ]
  const done = transfer({
    ...changeOf(from, to),
    left: back ? 'from' : 'to',
    follow,
    now: { files: [now.file] },
    only: null,
    intact: new Set(),
    pattern: ({ id }) => id,
  })
  if (done.kind === 'blocked') return { inTheWay: done.inTheWay.map(inTheWaySentence) }
  const [file] = done.model.files
  if (file === undefined) return text
  const twice = standingTwice(now, file)
  if (twice !== null) return { inTheWay: [`The ${twice} is in ${path} twice, and aws takes the last.`] }
  const blocks = commonByNow(now, to, file)
  if (blocks.length > 0) return { inTheWay: blocks.map(inTheWaySentence) }
  // The write made the file, and nothing else came into it.
  if (wanted === null && sectionsIn(file).length === 0 && Object.keys(now.defaults).length === 0) return null
  return (
    rewriteSections(now, file, to) ?? {
      inTheWay: [`Ekscope cannot write this into ${path} and be sure that aws then reads just that.`],
    }
  )
}

/** A section that the change is about and that the file has a second time in another spelling; null: none. */
function standingTwice({ file, hidden }: ReadSections, then: ModelFile): string | null {
  const [was, is] = [file, then].map((one) => new Map(sectionsIn(one).map((entry) => [entry.id, entry])))
  const names = [...(was ?? []), ...(is ?? [])].flatMap(([id, { name }]) =>
    was?.get(id) === is?.get(id) ? [] : [name],
  )
  const name = names.find((one) => hidden.has(one))
  return name === undefined ? null : called('section', name)
}

/** Settings that would go, and that [DEFAULT] gives every section by now. */
function commonByNow({ file, defaults }: ReadSections, to: ReadSections, then: ModelFile) {
  const was = new Map(sectionsIn(file).map((entry) => [entry.id, entry]))
  const came = Object.keys(defaults).filter((key) => defaults[key]?.value !== to.defaults[key]?.value)
  return sectionsIn(then).flatMap(({ id, name, value }) =>
    came.flatMap((field): readonly InTheWay[] =>
      at(value, field) === undefined && at(was.get(id)?.value ?? {}, field) !== undefined
        ? [{ why: 'changed', kind: 'section', name, field, now: undefined }]
        : [],
    ),
  )
}

const inTheWay = (message: string, next: string): Result<never> =>
  refuse('conflict', `${message} Nothing was written.`, next)
