/** For any edits and any layout of the file: the state before our write lost all of it, the state after lost nothing. */
import '../../../shared/testing/seed'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { writeAndOutside, writtenOutside } from '../../testing/outside-writes'
import { sourceOf } from '../read/edit-model'
import { planEdits } from '../rewrite/plan-edits'
import { changesBetween, lostIn, partKey } from './older-copy'

const path = '/home/me/.kube/config'
const source = (text: string) => sourceOf({ path, listed: true, text, fault: null })

test('of an older copy every part of the write is named, of a later change on purpose none', () => {
  let written = 0
  fc.assert(
    fc.property(writeAndOutside(path), ({ text, edits, layout, pick, own }) => {
      const { plan, files } = planEdits({ sources: [source(text)], revisions: [], edits })
      const [file] = files
      if (plan.blocked || !file || file.after === null) return
      written += 1
      const [before, after] = [source(text), source(file.after)]
      const parts = changesBetween(before, after)
      const older = source(writtenOutside(path, text, { kind: 'nothing', pick, layout }))
      expect(lostIn(parts, older).map(partKey)).toEqual(parts.map(partKey))
      const later = source(writtenOutside(path, file.after, { kind: own, pick, layout }))
      // A switch back to the earlier context is told by the caller, since it is the only thing that is lost.
      const lost = lostIn(parts, later).filter(({ kind }) => kind !== 'current-context')
      expect(lost).toEqual([])
    }),
    { numRuns: process.env.EKSCOPE_FULL === '1' ? 4_000 : 60 },
  )
  expect(written).toBeGreaterThan(20)
}, 1_200_000)
