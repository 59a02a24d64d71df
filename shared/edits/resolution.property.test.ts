/** For any list of files and any edits: no name leads kubectl elsewhere unless an edit is about it, or the plan says so. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { editsOn, listedFiles, merged, readingOf, unannounced } from '../testing/listed-files'
import { applyEdits, inverse } from './apply'
import type { AnyEdit } from './edit'
import { idsOf } from './kinds'
import type { EditModel } from './model'

const runs = process.env.EKSCOPE_FULL === '1' ? 20_000 : 400
const files = listedFiles(['/home/me/a', '/home/me/b', '/home/me/c'], '/home/me/beside')
const ids = (edit: AnyEdit) => idsOf(edit).map(({ id }) => id)

function changes(model: EditModel, edits: readonly AnyEdit[]): readonly string[] {
  const plan = applyEdits(model, edits)
  return unannounced(readingOf(merged(model)), readingOf(merged(plan.model)), { model, edits, ids, plan })
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
