/**
 * For any list of files, files beside it and edits: no name leads kubectl elsewhere, over the list or in a file read for
 * itself, unless an edit is about it, or the plan says so.
 */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { at, type JsonMap, textOf } from '../json'
import { editsOn, listedFiles, merged, readingOf, scopesOf, unannounced } from '../testing/listed-files'
import { readAnew, takenBack, underList, written } from '../testing/recorded-writes'
import { applyEdits, inverse } from './apply-edits'
import type { AnyEdit } from './edit'
import { idsOf } from './kinds'
import type { EditModel, ModelEntry } from './model'

const runs = process.env.EKSCOPE_FULL === '1' ? 20_000 : 400
const paths = ['/home/me/a', '/home/me/b', '/home/me/c', '/home/me/beside', '/home/me/other'] as const
const [a, b, c, ...beside] = paths
const files = listedFiles([a, b, c], ...beside)
const ids = (edit: AnyEdit) => idsOf(edit).map(({ id }) => id)

function changes(model: EditModel, edits: readonly AnyEdit[]): readonly string[] {
  const plan = applyEdits(model, edits)
  return scopesOf(model).flatMap((alone) =>
    unannounced(readingOf(merged(model, alone)), readingOf(merged(plan.model, alone)), {
      model,
      edits,
      ids,
      plan,
      alone,
    }).map((what) => `${alone ?? 'list'}: ${what}`),
  )
}

test('an edit changes what names lead to only where it is about them, or where the plan says so', {
  timeout: 600_000,
}, () => {
  fc.assert(
    fc.property(
      files.chain((model) => editsOn(model).map((edits) => ({ model, edits }))),
      ({ model, edits }) => {
        expect(changes(model, edits)).toEqual([])
      },
    ),
    { numRuns: runs },
  )
})

test('nor does putting back what edits made, whatever came in between', { timeout: 600_000 }, () => {
  fc.assert(
    fc.property(
      files.chain((model) =>
        fc.tuple(editsOn(model), editsOn(model)).map(([edits, others]) => ({ model, edits, others })),
      ),
      ({ model, edits, others }) => {
        const done = applyEdits(model, edits).model
        expect(changes(applyEdits(done, others).model, [inverse(model, done)])).toEqual([])
      },
    ),
    { numRuns: runs },
  )
})

/** What a context is known by across renames. */
const known = ({ name, value }: { readonly name: string; readonly value: JsonMap }): string =>
  textOf(at(value, 'x-tag')) ?? name
/** Contexts whose cluster or user is not there. */
function dangling(model: EditModel, alone: string | null) {
  const { context, cluster, user } = merged(model, alone)
  const has = (list: typeof cluster, name: unknown) => list.some((one) => one.name === name)
  return context.filter(({ value }) => !has(cluster, value.cluster) || !has(user, value.user))
}
/** The same of contexts that a namesake hides, too: once renamed, a context is not hidden any more. */
function danglingAnyhow(model: EditModel, alone: string | null) {
  const { cluster, user } = merged(model, alone)
  const has = (list: typeof cluster, name: unknown) => list.some((one) => one.name === name)
  return model.files
    .filter(({ path, listed }) => (alone === null ? listed : path === alone))
    .flatMap(({ context }) => context)
    .filter(({ value }) => !has(cluster, value.cluster) || !has(user, value.user))
}
/** All of them, or the first alone that is not refused. */
function firstWritten(model: EditModel, edits: readonly AnyEdit[]) {
  for (const some of [edits, ...edits.map((edit) => [edit])]) {
    const done = written(model, some)
    if (done.record !== null) return done
  }
  return written(model, [])
}
const list = fc.shuffledSubarray([...paths], { minLength: 1 })

test('nor does an undo or a reapply, under whatever list of files; at once, it is in the way of nothing', {
  timeout: 600_000,
}, () => {
  const tally = { done: 0, blocked: 0 }
  fc.assert(
    fc.property(
      files.chain((model) =>
        fc.record({
          model: fc.constant(model),
          edits: editsOn(model),
          others: editsOn(model),
          linked: fc.boolean(),
          lists: fc.tuple(list, list),
          back: fc.boolean(),
        }),
      ),
      ({ model, edits, others, linked, lists: [second, third], back }) => {
        const { record, model: left } = firstWritten(model, edits)
        if (record === null) return
        const names = model.files.map(({ path }) => path)
        const listed = model.files.flatMap((file) => (file.listed ? [file.path] : []))
        const now = readAnew(underList(left, listed))
        const atOnce = takenBack(record, now)
        if (atOnce.kind === 'edit') {
          expect(changes(now, [atOnce.edit])).toEqual([])
          const then = applyEdits(now, [atOnce.edit]).model
          for (const alone of scopesOf(now)) {
            const was = merged(model, alone).current
            const first = now.files.find(
              ({ path, listed, currentContext }) =>
                currentContext !== null && (alone === null ? listed : path === alone),
            )
            // A name in a file that was not written may have dangled before, or not: where it goes away, it is emptied.
            const unwritten = first && !record.before.some(({ path }) => path === first.path)
            expect(unwritten ? [was, null] : [was]).toContain(merged(then, alone).current)
          }
        }
        // A context of a file that this write did not touch may have named the new entry before it was there.
        else expect(atOnce.inTheWay.map(({ why }) => why)).toContain('used')

        const since = firstWritten(
          underList(
            now,
            second.filter((path) => names.includes(path)),
          ),
          others,
        )
        const last = underList(
          since.model,
          third.filter((path) => names.includes(path)),
        )
        const later = linked && since.record ? [since.record] : []
        const result = takenBack(record, last, { back, later })
        if (result.kind === 'blocked') {
          tally.blocked++
          return
        }
        tally.done++
        expect(changes(last, [result.edit])).toEqual([])
        const after = applyEdits(last, [result.edit]).model
        // Under its own list it may have dangled, too.
        const before = scopesOf(model).flatMap((alone) => dangling(model, alone).map(known))
        for (const alone of scopesOf(last)) {
          const there = [last, ...[model, now].map((old) => underList(old, third))].flatMap((old) =>
            old.files.some(({ path }) => alone === null || path === alone)
              ? danglingAnyhow(old, alone).map(known)
              : [],
          )
          const isRead = ({ path }: { readonly path: string }) =>
            alone === null ? third.some((one) => one === path) : path === alone
          // What it named in a file that the write did not touch may be gone since.
          const inRecord = ({ value }: Pick<ModelEntry, 'value'>) => {
            const has = (kind: 'cluster' | 'user') =>
              record.before.some((file) => isRead(file) && file[kind].some((one) => one.name === value[kind]))
            return has('cluster') && has('user')
          }
          const lost = dangling(after, alone)
          expect(lost.filter((one) => inRecord(one) && ![...there, ...before].includes(known(one)))).toEqual(
            [],
          )
          // What led somewhere and dangles again is said.
          const dangled = dangling(last, alone).map(known)
          const led = merged(last, alone)
            .context.map(known)
            .filter((one) => !dangled.includes(one))
          const isSaid = (name: string) =>
            result.notes.some(({ message }) => message.startsWith(`The context “${name}” names the `))
          expect(lost.filter((one) => led.includes(known(one)) && !isSaid(one.name))).toEqual([])
        }
      },
    ),
    { numRuns: runs === 400 ? 150 : runs },
  )
  expect(Math.min(tally.done, tally.blocked)).toBeGreaterThan(3)
})
