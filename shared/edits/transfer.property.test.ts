/** For any list of files whose names collide: an undo puts current-context back where it led, or says what is in the way. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { at, canonicalText, textOf } from '../json'
import { type EntryKind, entryKinds } from '../kubeconfig/entries'
import { editsOn, listedFiles, merged, readingOf } from '../testing/listed-files'
import { applyEdits } from './apply'
import { entryPairs } from './entry-slots'
import { followLinks, linksBetween } from './links'
import { currentContextOf, type EditModel } from './model'
import { reachedCurrent } from './resolution'
import { transfer } from './transfer'

const runs = process.env.EKSCOPE_FULL === '1' ? 20_000 : 400
const files = listedFiles(['/home/me/a', '/home/me/b', '/home/me/c'], '/home/me/beside')

/** What kubectl goes to by itself, whatever it is called. */
function goes(model: EditModel): { readonly tag: string | null; readonly to: string } | null {
  const { current, contexts } = readingOf(merged(model))
  const reached = contexts.get(current ?? '')
  // Of a user its kind of credentials: another token is the same user's.
  return reached
    ? { tag: reached.tag, to: JSON.stringify([reached.tag, reached.server, reached.user.slice(0, 8)]) }
    : null
}

const pathsOf = ({ files: all }: EditModel) => new Set(all.map(({ path }) => path))

/** The files that a write changed. */
const changed = (model: EditModel, other: EditModel): EditModel => ({
  files: model.files.filter((file, i) => JSON.stringify(file) !== JSON.stringify(other.files[i])),
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
        const change = {
          from: changed(done, model),
          to: changed(model, done),
          links: linksBetween(model, done).map(({ kind, before, after }) => ({
            kind,
            from: after,
            to: before,
          })),
          left: 'from' as const,
          follow: followLinks(ours ? [linksBetween(done, now)] : []),
          reached: reachedCurrent(model),
        }
        const intact = new Set<string>()
        const result = transfer({ ...change, pairs: entryPairs(change), now, only: null, intact })
        if (result.kind === 'blocked') {
          if (result.inTheWay.some(({ why }) => why === 'current-elsewhere')) tally.blocked++
          return
        }
        const then = applyEdits(now, [result.edit]).model
        const [was, is] = [goes(now), goes(then)]
        // The same context may be led back with its entries.
        if (is === null || is.tag === was?.tag || result.edit.current.length === 0) return
        tally.put++
        expect(is).toEqual(goes(model))
      },
    ),
    { numRuns: runs },
  )

  expect(Math.min(tally.put, tally.blocked)).toBeGreaterThan(runs / 50)
})

/** All that the files say, with entries in the order of their names. A current-context that leads nowhere may be emptied. */
const says = (model: EditModel) => [
  goes(model) && currentContextOf(model.files.filter(({ listed }) => listed)),
  ...model.files.map((file) => [
    file.path,
    entryKinds.map((kind) => file[kind].map(({ name, value }) => canonicalText([name, value])).sort()),
  ]),
]

/** A context names what kubectl does not find. */
const dangles = ({ files: all }: EditModel): boolean =>
  all.some((file) => {
    const found = (kind: EntryKind, name: string | null) =>
      name === null ||
      all
        .filter((other) => other === file || (other.listed && file.listed))
        .some((other) => other[kind].some((entry) => entry.name === name))
    return file.context.some(({ value }) =>
      (['cluster', 'user'] as const).some((kind) => !found(kind, textOf(at(value, kind)))),
    )
  })

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
        // Undone, a reference that dangled follows the entry that a rename had brought to its name.
        if (dangles(model) || dangles(done) || model.files.some(({ listed }) => !listed)) return
        const links = linksBetween(model, done).map(({ kind, before, after }) => ({
          kind,
          from: after,
          to: before,
        }))
        const undo = {
          from: changed(done, model),
          to: changed(model, done),
          links,
          left: 'from' as const,
          follow: followLinks([]),
          reached: reachedCurrent(model),
        }
        const undone = transfer({
          ...undo,
          pairs: entryPairs(undo),
          now: done,
          only: null,
          intact: pathsOf(undo.from),
        })
        if (undone.kind === 'blocked') {
          // Not to where names dangled.
          for (const { why } of undone.inTheWay) expect(['current-dangling', 'used']).toContain(why)
          return
        }
        const back = applyEdits(done, [undone.edit]).model
        expect(says(back)).toEqual(says(model))
        const redo = {
          from: undo.to,
          to: undo.from,
          links: links.map(({ kind, from, to }) => ({ kind, from: to, to: from })),
          left: 'to' as const,
          follow: followLinks([linksBetween(done, back)]),
          reached: reachedCurrent(done),
        }
        const redone = transfer({
          ...redo,
          pairs: entryPairs(redo),
          now: back,
          only: null,
          intact: pathsOf(redo.from),
        })
        if (redone.kind === 'blocked') {
          expect(redone.inTheWay.map(({ why }) => why)).toEqual(['current-dangling'])
          return
        }
        expect(says(applyEdits(back, [redone.edit]).model)).toEqual(says(done))
      },
    ),
    { numRuns: runs },
  )
})
