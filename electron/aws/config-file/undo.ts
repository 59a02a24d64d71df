/**
 * Undo of the AWS config file: its sections and their settings are entries of the engine that undoes kubeconfigs
 * (shared/edits/transfer.ts), so a write is undone by section and key, or what is in its way is reported.
 */
import { called, type InTheWay, inTheWaySentence } from '../../../shared/edits/in-the-way'
import { type Follow, type FollowedLink, followLinks } from '../../../shared/edits/links'
import type { ModelFile } from '../../../shared/edits/model'
import type { UndoPlan } from '../../../shared/edits/plan'
import { transfer } from '../../../shared/edits/transfer'
import { at } from '../../../shared/json'
import { ok, type Result, refuse } from '../../../shared/result'
import type { History } from '../../kubeconfig/disk/history'
import type { HistoryEntry, HistoryFile, HistoryRecord } from '../../kubeconfig/disk/history-record'
import {
  blockedBy,
  redoneBy,
  seen,
  titlesOf,
  type UndoRequest,
  type UndoWay,
} from '../../kubeconfig/disk/undo'
import type { ApplyOutcome } from '../../kubeconfig/disk/write'
import type { FileWriteOptions } from '../../kubeconfig/disk/write-files'
import { offered } from '../../system/offer'
import {
  changeOf,
  entriesOfChange,
  type ReadSections,
  readSections,
  rewriteSections,
  sectionsIn,
} from './sections'
import { type ConfigFile, configFile, type Permits, planConfig, writeConfig } from './write'

/** Whether a write was of the AWS config file alone. */
export const isConfigWrite = ({ files }: { readonly files: readonly Pick<HistoryFile, 'of'>[] }): boolean =>
  files.every(({ of }) => of === 'aws-config')

/** The undo record of the AWS config file in this write. Null where the write did not touch it. */
export async function configBack(
  { history }: Pick<FileWriteOptions, 'history'>,
  way: UndoWay,
  id: string,
  permits?: Permits,
): Promise<Result<ConfigFile | null>> {
  const records = await history.list()
  const record = records.find((one) => one.id === id)
  if (record === undefined)
    return refuse(
      'not-found',
      `There is no write ${id} in the history.`,
      '`ekscope history` lists the writes.',
    )
  const file = record.files.find(({ of }) => of === 'aws-config')
  if (file === undefined) return ok(null)
  const states = await statesOf(history, records, id, file)
  if (!states.ok) return states
  const { before, after } = states.value
  const { path, realPath } = file
  const follow = followLinks(way === 'restore' ? [] : await laterLinks(history, records, id, file))
  const titles = titlesOf(
    { way, id },
    record,
    records,
    (name) => follow.place('section', { file: path, name }).name,
  )
  return ok(
    configFile(
      path,
      (now, state) => {
        if (state.realPath !== realPath)
          return inTheWay(
            `${path} now leads to another file than when this was written (${realPath}).`,
            'Let the path lead there again first, or make the change by hand.',
          )
        if (way === 'restore') return ok({ text: before, titles })
        const back = way === 'undo'
        const text = putBack(path, now, {
          from: back ? after : before,
          to: back ? before : after,
          back,
          follow,
        })
        return typeof text === 'string' || text === null
          ? ok({ text, titles })
          : inTheWay(
              text.inTheWay.join(' '),
              `Change that back first, or put the whole file back: ${offered('ekscope', 'restore', id)}.`,
            )
      },
      permits,
    ),
  )
}

/** Undoes, restores or reapplies a write of the AWS config file alone; `revisions` of the plan that was shown. */
export async function undoConfigWrite(
  options: FileWriteOptions,
  { way, id, revisions = null }: Pick<UndoRequest, 'way' | 'id' | 'revisions'>,
  file: ConfigFile,
  signal?: AbortSignal,
): Promise<Result<ApplyOutcome>> {
  const undoes = redoneBy(await options.history.list(), { way, id })
  return writeConfig(
    options,
    seen(file, revisions),
    { undo: { undoes: id }, restore: { restores: id }, reapply: undoes === null ? {} : { undoes } }[way],
    signal,
  )
}

/** What that would do now; obstacles are problems of the plan. */
export async function planConfigUndo(file: ConfigFile): Promise<UndoPlan> {
  const planned = await planConfig(file)
  return planned.ok ? { ...planned.value.plan, free: [] } : { ...blockedBy(planned.fault, []), free: [] }
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
  { realPath }: HistoryFile,
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
  { path, realPath }: HistoryFile,
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
  readonly follow: Follow
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
