/**
 * Undo of one recorded write, its reapply, and restore of the state before it: writes like any other, with a plan
 * beforehand. Undo and reapply put values back (shared/edits/transfer.ts), through the same planner and proof as edits.
 */

import { lstat } from 'node:fs/promises'
import { withNamesNow } from '../../../shared/edits/describe'
import { changesBetween } from '../../../shared/edits/diff'
import { inTheWaySentence } from '../../../shared/edits/in-the-way'
import { followLinks, type LinkFollower, type WrittenLink } from '../../../shared/edits/links'
import { emptyPlan, type FileRevision, type Plan, type UndoPlan } from '../../../shared/edits/plan'
import { currentContextChange } from '../../../shared/edits/resolution'
import {
  fewTitles,
  plainTitle,
  redoIn,
  rootsOf,
  titlesOfPart,
  undoneIn,
  undosIn,
} from '../../../shared/edits/undone'
import { type Fault, fail, fault, ok, type Result, refuse } from '../../../shared/result'
import { option } from '../../../shared/shell/offered-command'
import type { Turns } from '../../../shared/turns'
import { inTurns } from '../../system/in-turns'
import { isThere } from '../../system/lock-file'
import { offered } from '../../system/offer'
import { type EditSource, modelOf, sourceOf, unreadableWhy } from '../read/edit-model'
import { type Planned, type PlannedFile, shownChange } from '../rewrite/plan-edits'
import {
  type BackWarnings,
  type Blocked,
  type RecordedFile,
  recordedChange,
  wouldBeUnreadable,
} from '../rewrite/put-back'
import {
  type HistoryCurrent,
  type HistoryFile,
  type HistoryLink,
  type HistoryRecord,
  mapReached,
} from './history-record'
import { oldStatesOf } from './old-states'
import { changedSince, readSources, revisionsOf } from './read-sources'
import { type FileState, realTarget } from './replace'
import {
  type ApplyOutcome,
  besideOf,
  type Computed,
  type ComputedBeside,
  type FileBeside,
  type WriteOptions,
  withBeside,
  write,
} from './write'
import { placesNow } from './write-history'

/**
 * `undo`: one write alone. `restore`: the files as before it, whatever was written since. `reapply`: once more what was undone or
 * overwritten.
 */
export type UndoWay = 'undo' | 'restore' | 'reapply'

export interface UndoRequest {
  readonly way: UndoWay
  readonly id: string
  /** Of an undo, only what belongs to these contexts; null: everything. */
  readonly contexts?: readonly string[] | null
  /** Of the plan that was shown: another state refuses with `changed-on-disk`. */
  readonly revisions?: readonly FileRevision[] | null
  /** Added to its plan; null: none. */
  readonly warnings?: BackWarnings | null
  /** The undo of the file of that write that is no kubeconfig. */
  readonly beside?: FileBeside | null
  /** The current name of what a title is about; of a context by default. */
  readonly called?: ((name: string) => string) | undefined
  /** Looks at the plan as computed under the lock; a fault refuses it (shared entries without permission). */
  readonly accept?: (plan: Plan) => Fault | null
}

type ReadOptions = Pick<WriteOptions, 'list' | 'history' | 'known' | 'knownBytes' | 'states'>

/** The part of an undo that needs no lock: the record, the states before and after it, and what happened to its entries since. */
interface Prepared {
  readonly record: HistoryRecord
  /** The titles of that undo, with the names of now. */
  readonly titles: readonly string[]
  /** Of a reapply, the undo that it takes back: then it is a redo. Null where another program overwrote the write. */
  readonly redoes: string | null
  readonly targets: readonly string[]
  compute(
    sources: readonly EditSource[],
    states: readonly FileState[],
  ): Promise<Result<Computed, Fault | Blocked>>
}

/**
 * Undoes, restores or reapplies a recorded write: itself a write that can be undone. `not-found` for an unknown one,
 * `conflict` where something is in its way: then nothing is written, and each obstacle is named.
 */
export async function undoWrite(
  options: WriteOptions,
  request: UndoRequest,
  signal?: AbortSignal,
): Promise<Result<ApplyOutcome>> {
  const prepared = await prepareUndo(options, request)
  if (!prepared.ok) return prepared
  const { record, titles, redoes, targets } = prepared.value
  const revisions = request.revisions ?? null
  const beside = request.beside ? asPlanned(request.beside, revisions) : null
  const outcome = await write(
    options,
    {
      targets,
      beside,
      titles,
      undoes: request.way === 'undo' ? record.id : redoes,
      restores: request.way === 'restore' ? record.id : null,
      revisions,
      accept: request.accept,
      compute: async (sources, states) => {
        const computed = await prepared.value.compute(sources, states)
        return computed.ok ? computed : fail(faultIn(record.id, computed.fault, beside))
      },
    },
    signal,
  )
  const left =
    outcome.ok && outcome.value.kind === 'nothing' ? nothingLeft(outcome.value.plan, record.id) : null
  return left ? fail(left) : outcome
}

/** What that undo, restore or reapply would do now, without lock or write. What prevents it is a problem of the plan. */
export async function planUndo(options: ReadOptions, request: UndoRequest): Promise<Result<UndoPlan>> {
  const prepared = await prepareUndo(options, request)
  if (!prepared.ok) return prepared
  const { record, targets, compute } = prepared.value
  const { sources, states } = await readSources(options.list, targets, options.known)
  const present = states.filter((state) => state !== null)
  const beside = request.beside ?? null
  const blocked = (why: Fault | Blocked) => {
    const blocks = 'inTheWay' in why ? wholeOnly(why, beside) : null
    const messages = blocks?.inTheWay.map(inTheWaySentence)
    const plan = blockedBy(faultIn(record.id, why, beside), revisionsOf(present), messages)
    return ok({ ...plan, free: blocks?.free ?? [] })
  }
  const computed = await compute(sources, present)
  if (!computed.ok) return 'inTheWay' in computed.fault ? blocked(computed.fault) : fail(computed.fault)
  const other = beside && (await besideOf(beside, computed.value))
  if (other?.ok === false) return blocked(other.fault)
  const whole = withBeside(computed.value.plan, other?.value ?? null)
  const left = whole.files.length === 0 ? nothingLeft(whole, record.id) : null
  return left ? blocked(left) : ok({ ...whole, free: [] })
}

/** For an undo without effect: a fault where all parts that are not as before the write are gone. Null: no part is gone. */
function nothingLeft({ problems }: Plan, id: string): Fault | null {
  const gone = problems.filter(({ code }) => code === 'no-such-entry').map(({ message }) => message)
  return gone.length === 0 ? null : faultOf(id, gone, [])
}

/** The plan of a change that a fault prevents, in one sentence or several. */
const blockedBy = (
  { message, next }: Fault,
  revisions: readonly FileRevision[],
  messages: readonly string[] = [message],
): Plan => ({
  ...emptyPlan,
  revisions,
  problems: messages.map((each) => ({ edit: null, code: 'conflict', blocks: true, message: each, next })),
  blocked: true,
})

/** A file of the write by the path by which it is reached now, before and after it. */
interface Side extends RecordedFile {
  readonly file: HistoryFile
}

/** The files as they are. */
interface FoundNow {
  readonly sources: readonly EditSource[]
  readonly states: readonly FileState[]
  /** Those of the write. */
  readonly byFile: ReadonlyMap<HistoryFile, FileState>
}

/** Of these contexts; null: of everything. */
type PutBack = (
  now: FoundNow,
  contexts: readonly string[] | null,
  warnings: BackWarnings | null,
) => Turns<Result<Planned, Fault | Blocked>>

/** What is restored for these contexts, null: for all, and whether something of the write is left then. */
async function computedBy(
  putBack: PutBack,
  now: FoundNow,
  contexts: readonly string[] | null,
  warnings: BackWarnings | null,
): Promise<Result<Computed, Fault | Blocked>> {
  const planned = await inTurns(putBack(now, contexts, warnings))
  if (!planned.ok) return planned
  const leavesMore = async (): Promise<boolean> => {
    const sources = now.sources.map((source) => {
      const file = planned.value.files.find(({ path }) => path === source.path)
      return file ? sourceOf({ ...source, text: file.after }) : source
    })
    const rest = await inTurns(putBack({ sources, states: [], byFile: new Map() }, null, null))
    return !rest.ok || rest.value.files.length > 0
  }
  return ok({ ...planned.value, partial: contexts !== null && (await leavesMore()) })
}

/** The file as it was when the plan was shown, or refused. */
export const asPlanned = <T extends ComputedBeside>(
  file: FileBeside<T>,
  revisions: readonly FileRevision[] | null,
): FileBeside<T> => ({
  ...file,
  async compute(after) {
    const computed = await file.compute(after)
    if (!computed.ok) return computed
    const { path, revision } = computed.value.state
    const changed = changedSince(revisions, [{ path, revision }])
    return changed ? fail(changed) : computed
  },
})

/** With a file of another kind a write is undone as a whole: no part of it is free. */
const wholeOnly = (blocked: Blocked, beside: FileBeside | null): Blocked =>
  beside === null ? blocked : { ...blocked, free: [] }

const mostNamed = 20

const faultIn = (id: string, why: Fault | Blocked, beside: FileBeside | null): Fault => {
  if (!('inTheWay' in why)) return why
  const { inTheWay, free } = wholeOnly(why, beside)
  return faultOf(id, inTheWay.map(inTheWaySentence), free)
}

function faultOf(id: string, sentences: readonly string[], free: readonly string[]): Fault {
  const said = sentences.slice(0, mostNamed)
  const more = sentences.length - said.length
  return fault(
    'conflict',
    [...said, ...(more > 0 ? [`And ${more} more.`] : []), 'Nothing was written.'].join(' '),
    free.length > 0
      ? `Nothing is in the way of ${free.length === 1 ? 'the context' : 'the contexts'} ${free.join(', ')}: ${offered('ekscope', 'undo', id, ...free)}.`
      : 'Change that back first, or restore the whole file.',
  )
}

/** Each title once, however often it is undone and redone. `now`: the current name of a context, or a section, of that name. */
function titlesOf(
  { way, id, contexts }: Pick<UndoRequest, 'way' | 'id' | 'contexts'>,
  { titles, undoes }: HistoryRecord,
  records: readonly HistoryRecord[],
  now: (name: string) => string,
): readonly string[] {
  if (way === 'restore') return [`Restore the state before: ${fewTitles(titles)}`]
  // To undo an undo is to redo, and so is to reapply what was undone.
  const again = undosIn(records).has(id) || redoneBy(records, { way, id }) !== null
  const word = again ? 'Redo' : way === 'reapply' ? 'Reapply' : 'Undo'
  const rest = way === 'undo' && undoneIn(records).get(id) === 'part'
  const plain = titles.map((title) => (undoes === null ? title : plainTitle(title)))
  return titlesOfPart(plain, contexts ?? (rest ? 'rest' : 'all')).map(
    (title) => `${word} of: ${withNamesNow(title, now)}`,
  )
}

/** The undo that a reapply of this write takes back; null where no undo is in effect, so that another program overwrote it. */
function redoneBy(
  records: readonly HistoryRecord[],
  { way, id }: Pick<UndoRequest, 'way' | 'id'>,
): string | null {
  if (way !== 'reapply' || !undoneIn(records).has(id) || undosIn(records).has(id)) return null
  return redoIn(records).get(id) ?? null
}

/** Everything that needs no lock. */
async function prepareUndo(
  { history, list, known, knownBytes, states = oldStatesOf(history) }: ReadOptions,
  { way, id, contexts = null, warnings = null, called }: UndoRequest,
): Promise<Result<Prepared>> {
  const records = await history.list()
  const index = records.findIndex((one) => one.id === id)
  const record = records[index]
  if (!record)
    return refuse(
      'not-found',
      `There is no write ${id} in the history.`,
      '`ekscope history` lists the writes.',
    )
  const written = record.files.filter(isKubeconfig)
  const redoes = redoneBy(records, { way, id })
  const placeOf = await placesNow(records)
  const paths = await pathsNow(list, written, placeOf)
  if (!paths.ok) return paths
  const later = records.slice(0, index).reverse()
  const followed = await pathsOfMoves(paths.value, later, placeOf)
  /** The path by which a file of that time is reached. */
  const now = (realPath: string): string => followed.get(placeOf(realPath)) ?? realPath
  const sides: Side[] = []
  const whole = (await history.get(id))?.files ?? []
  for (const file of written) {
    const path = now(file.realPath)
    const here = knownBytes?.(path)
    const left = here?.revision === file.after ? here.bytes : null
    const old = { ...file, id, path }
    const after = way === 'restore' ? null : await states.read(old, 'after', known?.(path) ?? null, left)
    if (after?.ok === false) return after
    const near = after?.value.document ?? known?.(path) ?? null
    const before = await states.read(old, 'before', near, left)
    if (!before.ok) return before
    sides.push({
      file,
      path,
      listed: list.includes(path),
      before: before.value,
      after: after?.value ?? before.value,
      entries: whole.find(({ realPath }) => realPath === file.realPath)?.entries,
    })
  }
  const kept = await behindLinks(sides)
  const wrote = sides.map(({ path }) => path)
  const targets = [...new Set([...paths.value.values(), ...(await existing([...followed.values()]))])]
  const undoing = way === 'undo'
  const entryNow = ({ realPath, ...entry }: ReachedInRecord) => ({ file: now(realPath), ...entry })
  const links = (record.entries ?? []).map((link) => linkNow(link, record.files, now))
  const follow = followLinks(
    later.map(({ entries = [], files }) => entries.map((link) => linkNow(link, files, now))),
  )
  const valuesBack = (): PutBack => {
    const change = recordedChange({
      files: sides,
      links,
      follow,
      back: undoing,
      current: record.current && {
        before: mapReached(record.current.before, entryNow),
        after: mapReached(record.current.after, entryNow),
      },
      along: record.along?.map(({ realPath, name }) => ({ file: now(realPath), name })),
      pointing: record.pointing && new Set(record.pointing.map(now)),
    })
    const left = leftByOwn(record, later, rootsOf(records), placeOf)
    return ({ sources, states, byFile }, only, doubts) => {
      const [intact, own] = [new Set<string>(), new Set<string>()]
      for (const [file, state] of byFile) {
        // It loses what the write added, as a file does that another program has written to, and is not removed.
        if ((undoing ? file.before : file.after) === null && kept.has(file)) continue
        if (state.revision === (undoing ? file.after : file.before)) intact.add(state.path)
        if (state.revision === left.get(file)) own.add(state.path)
      }
      return change({ sources, revisions: revisionsOf(states), intact, own, contexts: only, doubts })
    }
  }
  const restoring = way === 'restore'
  const putBack: PutBack = restoring
    ? (found, _, doubts) => restored(found, sides, kept, doubts)
    : valuesBack()
  return ok({
    record,
    titles: titlesOf({ way, id, contexts }, record, records, called ?? calledNow(links, wrote, follow)),
    redoes,
    targets: restoring ? wrote : targets,
    async compute(sources, states) {
      const byFile = statesNow(states, sides, placeOf)
      if (!byFile.ok) return byFile
      const found = { sources, states, byFile: byFile.value }
      return computedBy(putBack, found, restoring ? null : contexts, warnings)
    },
  })
}

type ReachedInRecord = NonNullable<HistoryCurrent['before']>['context']

/** The current name of a context of the write, by its name then; `paths` of the files that were written. */
function calledNow(links: readonly WrittenLink[], paths: readonly string[], follow: LinkFollower) {
  const key = ({ file, name }: { readonly file: string; readonly name: string }) => `${file}\0${name}`
  const made = new Map(
    links.flatMap(({ kind, before, after }) =>
      kind === 'context' && before !== null ? [[key(before), after] as const] : [],
    ),
  )
  return (name: string): string => {
    for (const file of paths) {
      const then = made.get(key({ file, name })) ?? { file, name }
      const is = follow.place('context', then).name
      if (is !== then.name) return is
    }
    return name
  }
}

const isKubeconfig = ({ of }: HistoryFile): boolean => of === undefined

/** What is in each file of a write where nothing but its own undos and redos came since. `later`: oldest first. */
function leftByOwn(
  { id, files }: HistoryRecord,
  later: readonly HistoryRecord[],
  roots: ReadonlyMap<string, string>,
  placeOf: (realPath: string) => string,
): ReadonlyMap<HistoryFile, string | null> {
  const rootOf = (one: string): string => roots.get(one) ?? one
  const left = new Map<HistoryFile, string | null>()
  for (const file of files) {
    const place = placeOf(file.realPath)
    let revision: string | null | undefined = file.after
    for (const write of later) {
      const next = write.files.find(({ realPath }) => placeOf(realPath) === place)
      if (!next) continue
      revision = rootOf(write.id) === rootOf(id) && next.before === revision ? next.after : undefined
      if (revision === undefined) break
    }
    if (revision !== undefined) left.set(file, revision)
  }
  return left
}

/** By which path each file of the write is reached now: the list's own, else the one that it was written by. */
async function pathsNow(
  list: readonly string[],
  files: readonly HistoryFile[],
  placeOf: (realPath: string) => string,
): Promise<Result<ReadonlyMap<string, string>>> {
  const paths = new Map<string, string>()
  for (const path of list) {
    const real = await realTarget(path)
    if (real.ok && !paths.has(real.value)) paths.set(real.value, path)
  }
  for (const file of files) {
    const place = placeOf(file.realPath)
    if (paths.has(place)) continue
    const real = await realTarget(file.path)
    // A link of that name points to a file that this write never saw: what was written there belongs to another file.
    if (real.ok && real.value !== place) return leadsElsewhere(file)
    paths.set(place, file.path)
  }
  return ok(paths)
}

/** The same with the files into which later moves took something. */
async function pathsOfMoves(
  paths: ReadonlyMap<string, string>,
  later: readonly HistoryRecord[],
  placeOf: (realPath: string) => string,
): Promise<ReadonlyMap<string, string>> {
  const all = new Map(paths)
  for (const { entries = [], files } of later)
    for (const { before, after } of entries) {
      const [was, is] = [before, after].map((place) => place && files[place.file])
      if (!was || !is || was === is) continue
      const [from, to] = [placeOf(was.realPath), placeOf(is.realPath)]
      if (!all.has(from) || all.has(to)) continue
      const real = await realTarget(is.path)
      all.set(to, real.ok && real.value === to ? is.path : to)
    }
  return all
}

/** Files whose path is a link by now: without its target the link would dangle, and nothing could be written there again. */
async function behindLinks(sides: readonly Side[]): Promise<ReadonlySet<HistoryFile>> {
  const isLink = async (path: string) => (await lstat(path).catch(() => null))?.isSymbolicLink() === true
  const links = new Set<HistoryFile>()
  for (const { file, path } of sides)
    if ((await isLink(file.realPath)) || (await isLink(path))) links.add(file)
  return links
}

/** Without files that are no longer there, as one that a move made and its undo removed: nothing is to be found in them. */
async function existing(paths: readonly string[]): Promise<readonly string[]> {
  const there = await Promise.all(paths.map(isThere))
  return paths.filter((_, i) => there[i])
}

function linkNow(
  { kind, before, after, awaitedBy, leftBy }: HistoryLink,
  files: readonly HistoryFile[],
  now: (realPath: string) => string,
): WrittenLink {
  const place = (one: HistoryLink['before']): WrittenLink['before'] => {
    const file = one && files[one.file]
    return file ? { file: now(file.realPath), name: one.name, twin: one.twin } : null
  }
  return { kind, before: place(before), after: place(after), awaitedBy, leftBy }
}

function leadsElsewhere({ path, realPath }: HistoryFile): Result<never> {
  return refuse(
    'conflict',
    `${path} now leads to another file than when this was written (${realPath}), so nothing is undone there.`,
    'Let the link lead there again, then try once more.',
  )
}

/**
 * The state now of each file of the write. A fault where its path points elsewhere, or where two paths are one file: which part
 * belongs to which is unknown then.
 */
function statesNow(
  states: readonly FileState[],
  sides: readonly Side[],
  placeOf: (realPath: string) => string,
): Result<ReadonlyMap<HistoryFile, FileState>> {
  const found = new Map<HistoryFile, FileState>()
  const seen = new Map<string, HistoryFile>()
  for (const { file, path } of sides) {
    const state = states.find((one) => one.path === path)
    if (!state) continue
    const place = state.place || state.realPath
    const other = seen.get(place)
    if (other !== undefined) return sameFile(file, other)
    seen.set(place, file)
    found.set(file, state)
  }
  const moved = [...found].find(([file, { realPath }]) => realPath !== placeOf(file.realPath))
  return moved ? leadsElsewhere(moved[0]) : ok(found)
}

function sameFile({ path }: HistoryFile, other: HistoryFile): Result<never> {
  return refuse(
    'conflict',
    `${path} is ${other.path} by another name now; when this was written they were two files. Nothing was written.`,
    `Take away the link that is one of them (${offered('ls', option('-li'), path, other.path)}), then try once more.`,
  )
}

/** Over what is no file, or cannot be read, nothing is written. */
const cannotBeRead = (path: string, sources: readonly EditSource[]): Result<never> =>
  refuse(
    'unreadable',
    sources.find((one) => one.path === path)?.fault ?? `${path} cannot be read; nothing was written.`,
    'Move away what is there, then restore it.',
  )

function* restored(
  { sources, states, byFile }: FoundNow,
  sides: readonly Side[],
  kept: ReadonlySet<HistoryFile>,
  warnings: BackWarnings | null,
): Turns<Result<Planned, Fault | Blocked>> {
  const files: PlannedFile[] = []
  for (const { file, path, before } of sides) {
    // The target of a link is emptied instead of removed.
    const wanted = before.text ?? (kept.has(file) ? '' : null)
    const state = byFile.get(file)
    if (!state) return cannotBeRead(path, sources)
    const now = state.bytes?.toString() ?? null
    if (now === wanted) continue
    if (unreadableWhy({ fault: null, ...before, path, listed: true }) !== null)
      return wouldBeUnreadable(state.path)
    files.push({
      path: state.path,
      before: now,
      after: wanted,
      changes: changesBetween(now ?? '', wanted ?? ''),
    })
  }
  yield
  const before = modelOf(sources)
  const after = modelOf(
    sources.map((source) => {
      const { path, listed } = source
      const file = files.find((one) => one.path === path)
      return file ? sourceOf({ path, listed, text: file.after, fault: null }) : source
    }),
  )
  return ok({
    plan: {
      revisions: revisionsOf(states),
      files: files.map((file) => shownChange(file.path, file.before, file.after, file.changes)),
      alsoChanges: [],
      problems: warnings?.(before, after) ?? [],
      blocked: false,
      currentContext: currentContextChange(before, after),
    },
    files,
    before,
    after,
  })
}
