/** A list of edits applied to the entries: values in, values out; the same for the disk and for the grid. */

import { sameJson } from '../json'
import { type EntryId, type ModelKind, modelKinds } from '../kubeconfig/entries'
import type { KnownEntries } from './describe'
import { Draft, type WaitingName } from './draft'
import type { AnyEdit, EditProblem, EditProblemCode, PutBack } from './edit'
import { carryOut, contextsOf, isAtomic, scopesPointed, setsCurrent } from './kinds'
import type { EditModel } from './model'
import { orRefusal, Refusal } from './refusal'
import { settleNames, withNames } from './rename'
import { effectsOf, keepCurrent, standingOf } from './resolution'

export interface Applied extends Readonly<Omit<ReturnType<typeof effectsOf>, 'otherContexts'>> {
  readonly model: EditModel
  readonly problems: readonly EditProblem[]
}

/** Gets the entries as they are before each edit of the list; where an edit is applied again, the last call counts. */
type Watch = (edit: number, entries: KnownEntries) => void

/** How often a list is applied again because of names that never became free; then each is judged in its place. */
const mostTurns = 8

/**
 * Applies edits one after the other. An edit that is refused changes nothing and gives a problem; the others are applied
 * nevertheless. A name that another entry still has may be free at the end of the list: until then its edit waits, and is
 * refused in its place if the name never becomes free.
 */
export function applyEdits(
  model: EditModel,
  edits: readonly AnyEdit[],
  watch: Watch = () => undefined,
): Applied {
  const vain = new Set<string>()
  for (let turns = 1; ; turns++) {
    const mayWait = (edit: number, kind: ModelKind) =>
      turns < mostTurns && edit < edits.length - 1 && !vain.has(`${edit} ${kind}`)
    const { stuck, ...applied } = applyInTurn(model, edits, mayWait, watch)
    if (stuck.length === 0) return applied
    for (const { edit, kind } of stuck) vain.add(`${edit} ${kind}`)
  }
}

function applyInTurn(
  model: EditModel,
  edits: readonly AnyEdit[],
  waits: (edit: number, kind: ModelKind) => boolean,
  watch: Watch,
): Applied & { readonly stuck: readonly WaitingName[] } {
  let draft = new Draft(model)
  let standing = standingOf(draft, false)
  const problems: EditProblem[] = []
  const targets = new Set<EntryId>()
  for (const [index, edit] of edits.entries()) {
    watch(index, draft)
    const back = edit.kind === 'put-back'
    const was = { draft, names: draft.nameChanges, standing: back ? standingOf(draft, back) : standing }
    for (const id of contextsOf(edit)) targets.add(id)
    const warn = (code: EditProblemCode, message: string, next: string): void => {
      problems.push({ edit: index, code, blocks: false, message: withNames(draft, message), next })
    }
    const before = isAtomic(edit) ? null : draft.done()
    draft.turn = { edit: index, waits: (kind) => waits(index, kind) }
    const why = orRefusal(() => carryOut(draft, edit, { warn, targets }))
    if (why instanceof Refusal) {
      const { code, message, next } = why
      problems.push({ edit: index, code, blocks: true, message: withNames(draft, message), next })
      if (before) draft = new Draft(before, draft.waiting)
    }
    settleNames(draft)
    // A changed value alone cannot make current-context mean another context.
    if (draft === was.draft && draft.nameChanges === was.names && !setsCurrent(edit)) continue
    keepCurrent(draft, was.standing, back, scopesPointed(draft, edit))
    standing = standingOf(draft, false)
  }
  const after = draft.done()
  const { otherContexts, ...effects } = effectsOf(model, after, targets)
  return {
    model: after,
    problems: [...problems, ...otherContexts],
    ...effects,
    stuck: [...draft.waiting.values()],
  }
}

/** The one edit that changes `after` back to `before`; `about`: the contexts whose change was requested. */
export function inverse(before: EditModel, after: EditModel, about: readonly EntryId[] = []): PutBack {
  const put: PutBack['put'][number][] = []
  const remove: EntryId[] = []
  const current: PutBack['current'][number][] = []
  for (const file of before.files) {
    const now = after.files.find((other) => other.path === file.path)
    if (now && now.currentContext !== file.currentContext)
      current.push({ file: file.path, currentContext: file.currentContext })
    for (const kind of modelKinds) {
      const [wanted, is] = [file, now].map((one) => new Set(one?.[kind]))
      const there = new Map(
        [...(is ?? [])].flatMap((entry) => (wanted?.has(entry) ? [] : [[entry.id, entry] as const])),
      )
      file[kind]?.forEach((entry, index) => {
        if (is?.has(entry)) return
        const other = there.get(entry.id)
        there.delete(entry.id)
        if (!other || other.name !== entry.name || !sameJson(other.value, entry.value))
          put.push({ file: file.path, index, entry })
      })
      remove.push(...there.keys())
    }
  }
  return { kind: 'put-back', about, remove, put, current }
}
