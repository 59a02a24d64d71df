/**
 * current-context put back by a transfer: it names what it named and refers to the same entries as before, or it is left empty,
 * or what is in the way is reported.
 */
import { type EntryKind, namedKinds } from '../kubeconfig/entries'
import { quoted } from '../visible'
import type { DraftFile, ReadScope } from './draft'
import { noted } from './edit'
import { type Slot, standingOn } from './entry-slots'
import type { Place } from './links'
import { type EditModel, fileOf, type ModelEntry, type ModelFile } from './model'
import { type ReachedCurrent, reachedCurrent } from './resolution'
import type { TransferState } from './transfer-state'

const note = (message: string, next = 'Choose another context if one is to be the current one.') =>
  noted('current-context', message, next)

const currentIn = (model: EditModel, path: string): string | null =>
  fileOf(model, path)?.currentContext ?? null

/** Points current-context. */
export function pointCurrent(state: TransferState): void {
  const { chosen, input } = state
  keepUnwritten(state)
  for (const file of input.from.files) (chosen.whole ? pointFile : pointPart)(state, file)
  if (!chosen.whole) for (const file of input.from.files) notePart(state, file)
  emptyDangling(state)
}

function point({ pointed }: TransferState, here: DraftFile, name: string | null): void {
  here.currentContext = name
  pointed.push({ file: here.path, currentContext: name })
}

/** The name that a file of the write is to have, if it still has the one that the write left there. */
function pointFile(state: TransferState, { path, currentContext: was }: ModelFile): void {
  const { draft, blocks, slots, input } = state
  const { to, now } = input
  const wanted = currentIn(to, path)
  const [a, b] = [slots.named('from', 'context', was, path), slots.named('to', 'context', wanted, path)]
  // What is gone refers to nothing, before and after.
  if (state.isGone(b)) return
  // The same name may be another context's, and another name the same context's.
  const same = was === wanted
  if (a === b && (a !== null || same)) return
  const is = currentIn(now, path)
  const called = (slot: Slot | null, name: string | null) =>
    name === null ? null : slot ? (slot.now?.name ?? name) : state.nameNow(null, 'context', name, path)
  // A name that referred to nothing and was emptied since referred to nothing before and after.
  const together = state.before.file(path) && state.before.scopeAt(path)
  const nowhere = a === null && !together?.winner('context', called(null, was))
  const unmoved = is === called(a, was) || (is !== null && is === a?.stray?.name) || (is === null && nowhere)
  const here = draft.file(path)
  // By the name that it has in the end: a rename takes along only what referred to that context.
  const then = b === null || wanted === null ? called(b, wanted) : (state.entryOf(b)?.name ?? wanted)
  if ((here?.currentContext ?? null) === then && !(same && unmoved)) return
  if (!unmoved || !here) {
    // What a file says that is gone, or cannot be read, is no second thing in the way.
    if (!state.isLost(path)) state.block(null, { why: 'current-context', file: path, now: is })
    return
  }
  const name = wanted === null ? null : state.nameNow(b, 'context', wanted, path)
  const scope = draft.scopeAt(path)
  // It named what was not there before the write either.
  const dangled = b === null && (scope.alone !== null || input.reached?.context.name !== wanted)
  if (name === null || dangled || scope.taken('context', name)) point(state, here, name)
  // Else what is in the way of the context says it all.
  else if (!blocks.some(({ slot }) => slot !== null && slot === b))
    state.block(null, { why: 'current-dangling', name })
}

/**
 * A part of a write leaves current-context unchanged, but for one that names a context that this part takes away: what the write
 * had set goes back with that context, where it is still set and what it was before is there.
 */
function pointPart(state: TransferState, { path, currentContext }: ModelFile): void {
  const { draft, chosen, slots, input } = state
  const wanted = currentIn(input.to, path)
  const gone = slots.named('from', 'context', currentContext, path)
  const here = draft.file(path)
  if (wanted === null || gone === null || !here || !chosen.slots.has(gone)) return
  const scope = draft.scopeAt(path)
  const is = currentIn(input.now, path)
  const counts = scope.files.find((file) => file.currentContext !== null) === here
  const isMade = is !== null && is === gone.now?.name && is === here.currentContext
  if (!counts || !isMade || scope.taken('context', is)) return
  const slot = slots.named('to', 'context', wanted, path)
  // What has its name since it is gone is another context.
  if (slot && !state.entryOf(slot)) return
  const name = state.nameNow(slot, 'context', wanted, path)
  if (scope.taken('context', name)) point(state, here, name)
}

/** Where a part of a write gives back the context that was current, and leaves it at that. */
function notePart(state: TransferState, { path, currentContext }: ModelFile): void {
  const { draft, chosen, slots, input } = state
  const wanted = currentIn(input.to, path)
  if (wanted === null || wanted === currentContext) return
  const slot = slots.named('to', 'context', wanted, path)
  const scope = draft.file(path) && draft.scopeAt(path)
  if (!slot || !chosen.contexts.includes(slot) || scope?.currentContext() !== null) return
  state.notes.push(
    note(
      `current-context ${inFile(scope)}was ${quoted(wanted)} and stays empty: only part of that write is carried out.`,
      'Choose that context again if it is to be the current one.',
    ),
  )
}

/** One that names what is not there is left empty, and that is noted; but not where it referred to nothing before. */
function emptyDangling(state: TransferState): void {
  const { draft, before, chosen, input, notes, pointed, removedCurrent } = state
  for (const scope of draft.scopes) {
    const first = scope.files.find(({ currentContext }) => currentContext !== null)
    const name = first?.currentContext ?? null
    if (!first || name === null || scope.taken('context', name)) continue
    const put = pointed.some(({ file }) => file === first.path)
    const changed = put || name !== before.scopeAt(first.path).currentContext()
    // What dangled before the write comes back, or comes to light, only where every file of the write is as that left it.
    const isIntact =
      chosen.whole && scope.files.every(({ path }) => !fileOf(input.from, path) || input.intact.has(path))
    // In a file of the write it did, unless another file had that context; in any other file the record must say it.
    const ledNowhere =
      scope.alone !== null ||
      (fileOf(input.from, first.path) ? input.reached?.context.name !== name : input.reached === null)
    if (changed && ledNowhere && isIntact) continue
    // What it names is gone; a later file's must not become current by itself.
    if (changed || name === removedCurrent.get(scope)) scope.emptyCurrent()
    if (changed)
      notes.push(
        note(
          `current-context ${inFile(scope)}named ${quoted(name)}, which is not there, so current-context is left empty.`,
        ),
      )
  }
}

/**
 * A write may change what a current-context refers to without writing that current-context: it names the same again. No
 * rename takes it along, unless it was chosen since.
 */
function keepUnwritten(state: TransferState): void {
  const { draft, chosen, slots, input } = state
  const { from, now, follow, led, reached } = input
  const counts = draft.list.files.find(({ path }) => currentIn(now, path) !== null)
  for (const file of draft.list.files)
    if (file !== counts && !fileOf(from, file.path) && input.pointing?.has(file.path) !== false)
      file.currentContext = currentIn(now, file.path)
  if (!chosen.whole || !led || reached === undefined) return
  const slot = slots.at('from', 'context', led.context)
  const other = reached?.context
  const isSame = other && (slot ? slot === slots.at('to', 'context', other) : isAt(led.context, other))
  if (isSame) return
  const is = slot ? standingOn('from', slot) : null
  const place = slot
    ? { file: (is && fileHolding(now, is)) ?? '', name: is?.name ?? '' }
    : follow.place('context', led.context)
  if (!isAt(reachedCurrent(now)?.context, place) || !counts || fileOf(from, counts.path)) return
  point(state, counts, currentIn(now, counts.path))
}

const isAt = (one: Place | undefined, { file, name }: Place): boolean =>
  one?.file === file && one.name === name

function fileHolding({ files }: EditModel, entry: ModelEntry): string | undefined {
  return files.find((file) => file[entry.kind]?.includes(entry))?.path
}

const inFile = ({ alone }: ReadScope): string => (alone === null ? '' : `of ${alone} `)

/** Where current-context is put back, it must refer to what it referred to before. Anywhere else the planner's rule holds. */
export function checkCurrent(state: TransferState): void {
  const { draft, blocks, chosen, input, pointed } = state
  const { to, now } = input
  // What is in its way already is named.
  if (blocks.some(({ what }) => what.why === 'current-context' || what.why === 'current-dangling')) return
  const after = draft.done()
  const put = new Set(
    after.files.flatMap(({ path, currentContext }) =>
      currentContext === fileOf(now, path)?.currentContext && !pointed.some(({ file }) => file === path)
        ? []
        : [path],
    ),
  )
  for (const scope of draft.scopes) {
    if (!scope.countsIn(put)) continue
    const { alone } = scope
    const [was, is] = [reachedCurrent(now, alone), reachedCurrent(after, alone)]
    // The current context already refers to what the entries refer to, which are put back themselves.
    if (is === null || (was && sameContext(was.context, is.context))) continue
    // A file outside the list says itself what it refers to. A record of an earlier version does not say what it referred to;
    // then it must be what the write itself saw: the files in the order of the list, as it found or left them.
    const asItWas = () => ({ files: now.files.map((file) => fileOf(to, file.path) ?? file) })
    const recorded = alone === null ? input.reached : reachedCurrent(to, alone)
    const other =
      recorded === undefined
        ? elsewhere(state, reachedCurrent(asItWas()), is, false)
        : elsewhere(state, recorded, is, true)
    if (!other) continue
    const { name } = is.context
    // What a part would put back is not worth refusing it.
    if (!chosen.whole && pointed.some(({ file }) => draft.scopeAt(file) === scope)) {
      scope.emptyCurrent()
      state.notes.push(
        note(
          `current-context was ${quoted(name)} before that write, which does not lead to what it led to then, so current-context is left empty.`,
        ),
      )
    } else state.block(null, { why: 'current-elsewhere', name, ...other })
  }

  function sameContext(a: Place, b: Place): boolean {
    const [one, other] = [a, b].map(({ file, name }, i) =>
      fileOf(i === 0 ? now : after, file)?.context.find((context) => context.name === name),
    )
    if (!one || !other) return false
    const slot = state.slotOf(other)
    return one.id === other.id || slot?.now === one || slot?.stray === one
  }
}

/** What of that is elsewhere now: the first part that is, as `current-elsewhere` names it; null for nothing. */
function elsewhere(state: TransferState, wanted: ReachedCurrent | null, is: ReachedCurrent, known: boolean) {
  if (wanted === null) return known ? { field: 'file', now: is.context.file } : null
  for (const kind of ['context', ...namedKinds] as const) {
    const [old, next] = [wanted[kind], is[kind]]
    if (old === null && (next === null || !known)) continue
    const place = old && (known || fileOf(state.input.to, old.file) ? placeNow(state, kind, old) : old)
    if (!place || !isAt(next ?? undefined, place)) {
      if (kind === 'context') return { field: 'file', now: next?.file ?? null }
      const file = next !== null && next.name === place?.name ? ` of ${next.file}` : ''
      return { field: kind, now: next && `${quoted(next.name)}${file}` }
    }
    const field = Object.keys(next?.known ?? {}).find((key) => next?.known[key] !== old?.known[key])
    if (field !== undefined) return { field, now: next?.known[field] ?? null }
  }
  return null
}

/** Where what was reached is now, by the names of now. */
function placeNow(state: TransferState, kind: EntryKind, { file, name }: Place): Place {
  const slot = state.slots.at('to', kind, { file, name })
  const entry = slot && state.entryOf(slot)
  if (!entry) return state.input.follow.place(kind, { file, name })
  return { file: state.draft.fileOf(entry.id)?.path ?? file, name: entry.name }
}
