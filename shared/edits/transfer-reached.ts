/** Whether current-context leads where it led, once a transfer has put it back. */
import { behind, type EntryKind } from '../kubeconfig/entries'
import { quoted } from '../visible'
import type { EditProblem, PutBack } from './edit'
import type { Place } from './entry-slots'
import { type EditModel, fileOf } from './model'
import { countsIn, emptyCurrent } from './read-scope'
import { type ReachedCurrent, reachedCurrent } from './resolution'
import type { TransferInput, TransferState } from './transfer-state'

/** Where current-context is put back it must lead to what it led to. Anywhere else the planner's rule holds. */
export function checkCurrent(state: TransferState, pointed: PutBack['current']): void {
  const { draft, blocks, chosen, input } = state
  const { to, now } = input
  // What is in its way already is named.
  if (blocks.some(({ what }) => what.why === 'current-context' || what.why === 'current-dangling')) return
  const after = draft.done()
  const put = new Set([
    ...pointed.map(({ file }) => file),
    ...after.files.flatMap(({ path, currentContext }) =>
      currentContext === fileOf(now, path)?.currentContext ? [] : [path],
    ),
  ])
  for (const scope of draft.scopes) {
    if (!countsIn(scope, put)) continue
    const { alone } = scope
    const [was, is] = [reachedCurrent(now, alone), reachedCurrent(after, alone)]
    // The context that is current already leads to what the entries lead to, which are put back themselves.
    if (is === null || (was && sameEntry(was.context, is.context))) continue
    // What a file beside the list leads to, it says itself.
    const recorded = alone === null ? input.reached : reachedCurrent(to, alone)
    const other =
      recorded === undefined
        ? elsewhere(state, reachedCurrent(asItWas(input)), is, false)
        : elsewhere(state, recorded, is, true)
    if (!other) continue
    // What a part would put back is not worth refusing it.
    const part = chosen.whole ? undefined : pointed.find(({ file }) => draft.scopeAt(file) === scope)
    if (part) {
      emptyCurrent(scope)
      state.notes.push(leadsElsewhere(is.context.name))
    } else state.block(null, { why: 'current-elsewhere', name: is.context.name, ...other })
  }

  function sameEntry(a: Place, b: Place): boolean {
    const [one, other] = [a, b].map(({ file, name }, i) =>
      fileOf(i === 0 ? now : after, file)?.context.find((context) => context.name === name),
    )
    if (!one || !other) return false
    const slot = state.slotOf(other)
    return one.id === other.id || slot?.now === one || slot?.stray === one
  }
}

const leadsElsewhere = (name: string): EditProblem => ({
  edit: null,
  code: 'current-context',
  blocks: false,
  message: `current-context was ${quoted(name)} before that write, which does not lead to what it led to then, so current-context is left empty.`,
  next: 'Choose another context if one is to be the current one.',
})

/** The files in the order of the list, as the write found or left them; those that it did not touch as they are. */
function asItWas({ now, to }: TransferInput): EditModel {
  return { files: now.files.map((file) => fileOf(to, file.path) ?? file) }
}

/** Where what was reached is now, by the names of now. */
function placeOf(state: TransferState, kind: EntryKind, { file, name }: Place): Place {
  const { draft, slots } = state
  const { follow } = state.input
  const slot = slots.at('to', kind, { file, name })
  const entry = slot && state.entryOf(slot)
  return entry
    ? { file: draft.fileOf(entry.id)?.path ?? file, name: entry.name }
    : follow.place(kind, { file, name })
}

function elsewhere(
  state: TransferState,
  wanted: ReachedCurrent | null,
  is: ReachedCurrent,
  known: boolean,
): { readonly field: string; readonly now: string | null } | null {
  // A record of an earlier version does not say what it led to; then what the write itself saw must be it.
  if (wanted === null) return known ? { field: 'file', now: is.context.file } : null
  for (const kind of ['context', ...behind] as const) {
    const [old, next] = [wanted[kind], is[kind]]
    if (old === null && (next === null || !known)) continue
    const place = old && (known || fileOf(state.input.to, old.file) ? placeOf(state, kind, old) : old)
    if (!place || next?.file !== place.file || next.name !== place.name) {
      if (kind === 'context') return { field: 'file', now: next?.file ?? null }
      const same = next !== null && next.name === place?.name
      return {
        field: kind,
        now: next && `${quoted(next.name)}${same ? ` of ${next.file}` : ''}`,
      }
    }
    const field = Object.keys(next.known).find((key) => next.known[key] !== old?.known[key])
    if (field !== undefined) return { field, now: next.known[field] ?? null }
  }
  return null
}
