/** For any list of files whose names collide: an undo puts current-context back where it led, or says what is in the way. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalText } from '../json'
import { entryId, entryKinds } from '../kubeconfig/entries'
import { editsOn, listedFiles, merged, readingOf } from '../testing/listed-files'
import { applyEdits } from './apply-edits'
import { namesBetween } from './entry-slots'
import { inTheWaySentence } from './in-the-way'
import { followLinks, linksBetween } from './links'
import { currentContextOf, type EditModel } from './model'
import { reachedCurrent } from './resolution'
import { transfer } from './transfer'

const runs = process.env.EKSCOPE_FULL === '1' ? 20_000 : 200
const files = listedFiles(['/home/me/a', '/home/me/b', '/home/me/c'], '/home/me/beside')

/** What kubectl uses without a `--context`, apart from its name. */
function goes(model: EditModel): { readonly tag: string | null; readonly to: string } | null {
  const { current, contexts } = readingOf(merged(model))
  const reached = contexts.get(current ?? '')
  // Of a user its kind of credentials: another token is the same user's.
  return reached ? { tag: reached.tag, to: JSON.stringify([reached.server, reached.user.slice(0, 8)]) } : null
}

const pathsOf = ({ files: all }: EditModel) => new Set(all.map(({ path }) => path))

/** The files that a write changed. */
const changed = (model: EditModel, other: EditModel): EditModel => ({
  files: model.files.filter((file, i) => JSON.stringify(file) !== JSON.stringify(other.files[i])),
})

const sidesOf = (from: EditModel, to: EditModel) => ({ from, to, names: namesBetween(from, to) })

/** What takes back that `model` became `done`. */
const wayBack = (model: EditModel, done: EditModel) => ({
  ...sidesOf(changed(done, model), changed(model, done)),
  links: linksBetween(model, done).map(({ kind, before, after }) => ({ kind, from: after, to: before })),
  left: 'from' as const,
  reached: reachedCurrent(model),
  led: reachedCurrent(done),
})

test('an undo puts current-context back where it led, or nowhere, or names what is in the way', {
  timeout: 600_000,
}, () => {
  const tally = { put: 0, blocked: 0 }
  fc.assert(
    fc.property(
      files.chain((model) =>
        fc.record({ edits: editsOn(model), others: editsOn(model), model: fc.constant(model) }),
      ),
      fc.boolean(),
      ({ model, edits, others }, ours) => {
        const context = model.files[0]?.context[0]
        const use = context ? [{ kind: 'use-context' as const, context: context.id }] : []
        const done = applyEdits(model, [...edits, ...use]).model
        const now = applyEdits(done, others).model
        const change = { ...wayBack(model, done), follow: followLinks(ours ? [linksBetween(done, now)] : []) }
        const intact = new Set<string>()
        const result = transfer({ ...change, now, only: null, intact })
        if (result.kind === 'blocked') {
          if (result.inTheWay.some(({ why }) => why === 'current-elsewhere')) tally.blocked++
          return
        }
        const then = applyEdits(now, [result.edit]).model
        const [was, is] = [goes(now), goes(then)]
        // The same context may be led back with its entries.
        if (is === null || is.tag === was?.tag) return
        // One without the keys that only people write is the same to kubectl, as if an older copy had brought it.
        if (is.tag === null && is.to === was?.to) return
        tally.put++
        // Names that another program exchanged are told by what they lead to.
        if (ours) expect(is).toEqual(goes(model))
        else expect(is.to).toBe(goes(model)?.to)
      },
    ),
    { numRuns: runs },
  )

  expect(Math.min(tally.put, tally.blocked)).toBeGreaterThan(runs / 50)
})

test('a part that takes away what the write made current puts current-context back where it led, or leaves it empty', {
  timeout: 600_000,
}, () => {
  const tally = { put: 0, empty: 0 }
  fc.assert(
    fc.property(
      files.chain((model) =>
        fc.record({ edits: editsOn(model), others: editsOn(model), model: fc.constant(model) }),
      ),
      fc.boolean(),
      ({ model, edits, others }, ours) => {
        const first = model.files[0]
        const context = first?.context[0]
        if (!first || !context) return
        const made = { kind: 'context' as const, file: first.path, name: 'fresh' }
        const fresh = entryId(made.kind, made.file, made.name, 0)
        const write = applyEdits(model, [
          ...edits,
          { kind: 'clone-context', context: context.id, name: made.name, userName: null, pin: null },
          { kind: 'use-context', context: fresh },
        ])
        if (write.problems.some(({ blocks }) => blocks)) return
        const done = write.model
        const now = applyEdits(done, others).model
        const change = { ...wayBack(model, done), follow: followLinks(ours ? [linksBetween(done, now)] : []) }
        const only = new Set([made.name])
        const result = transfer({
          ...change,
          now,
          only,
          intact: new Set<string>(),
        })
        if (result.kind === 'blocked') {
          expect(result.inTheWay.map(({ why }) => why)).not.toContain('current-context')
          return
        }
        const then = applyEdits(now, [result.edit]).model
        if (current(now) !== made.name) {
          if (current(then) !== null) expect(current(then)).toBe(current(now))
          return
        }
        const is = goes(then)
        if (current(then) === null) tally.empty++
        else if (current(then) !== made.name && is !== null) {
          tally.put++
          if (ours) expect(is).toEqual(goes(model))
          else expect(is.to).toBe(goes(model)?.to)
        }
      },
    ),
    { numRuns: runs },
  )
  expect(Math.min(tally.put, tally.empty)).toBeGreaterThan(runs / 50)
})

/** All that the files say, with entries in the order of their names. */
const says = (model: EditModel) =>
  model.files.map((file) => [
    file.path,
    entryKinds.map((kind) => file[kind].map(({ name, value }) => canonicalText([name, value])).sort()),
  ])
const current = ({ files: all }: EditModel) => currentContextOf(all.filter(({ listed }) => listed))

/** What is current again after `then`. One that led nowhere may be emptied, or leads on to what came to its name. */
function currentAgain(model: EditModel, then: EditModel, before: EditModel): void {
  if (goes(model) || !goes(then)) expect(goes(model) && current(then)).toBe(goes(model) && current(model))
  else expect(goes(then)).toEqual(goes(before))
}

test('a write undone at once and redone is what it was, also where a name became current that was not there before', {
  timeout: 600_000,
}, () => {
  fc.assert(
    fc.property(
      files.chain((model) => fc.record({ edits: editsOn(model), model: fc.constant(model) })),
      fc.boolean(),
      ({ model, edits }, uses) => {
        const context = model.files[0]?.context[0]
        const use = uses && context ? [{ kind: 'use-context' as const, context: context.id }] : []
        const done = applyEdits(model, [...edits, ...use]).model
        const recorded = linksBetween(model, done)
        const links = recorded.map(({ kind, before, after, awaitedBy }) => ({
          kind,
          from: after,
          to: before,
          awaitedBy,
        }))
        const undo = {
          ...sidesOf(changed(done, model), changed(model, done)),
          links,
          left: 'from' as const,
          follow: followLinks([]),
          reached: reachedCurrent(model),
          led: reachedCurrent(done),
        }
        const undone = transfer({
          ...undo,
          now: done,
          only: null,
          intact: pathsOf(undo.from),
        })
        if (undone.kind === 'blocked') throw new Error(undone.inTheWay.map(inTheWaySentence).join(' '))
        const back = applyEdits(done, [undone.edit]).model
        expect(says(back)).toEqual(says(model))
        currentAgain(model, back, done)
        const redo = {
          ...sidesOf(undo.to, undo.from),
          links: recorded.map(({ kind, before, after, leftBy }) => ({
            kind,
            from: before,
            to: after,
            awaitedBy: leftBy,
          })),
          left: 'to' as const,
          follow: followLinks([linksBetween(done, back)]),
          reached: reachedCurrent(done),
          led: reachedCurrent(model),
        }
        const redone = transfer({
          ...redo,
          now: back,
          only: null,
          intact: pathsOf(redo.from),
        })
        if (redone.kind === 'blocked') throw new Error(redone.inTheWay.map(inTheWaySentence).join(' '))
        const forth = applyEdits(back, [redone.edit]).model
        expect(says(forth)).toEqual(says(done))
        // What was emptied in a file that this write does not touch stays empty.
        if (goes(model)) currentAgain(done, forth, back)
      },
    ),
    { numRuns: runs },
  )
})
