/** Judged by the entries that changed alone, or by both texts read whole: a write brings the same. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { revisionOf } from '../kubeconfig/disk/replace'
import { sourceOf } from '../kubeconfig/read/edit-model'
import { changedSince } from '../kubeconfig/read/patched'
import { type PlannedFile, planEdits } from '../kubeconfig/rewrite/plan-edits'
import { editsFor, kubeconfigFile } from '../testing/generated-kubeconfig'
import { usualFile } from '../testing/usual-fleet'
import { judgeWrite, writeFingerprint } from './judge-write'
import type { ValuesShown } from './values-shown'

const full = process.env.EKSCOPE_FULL === '1'
const paths = ['/home/me/.kube/config', '/home/me/other']

const anyFile = (prefix = '') => fc.oneof(kubeconfigFile(prefix), usualFile(prefix))
const generated = fc.tuple(anyFile(), fc.option(anyFile('two-'))).chain(([one, two]) => {
  const files = [{ path: paths[0] ?? '', file: one }]
  if (two) files.push({ path: paths[1] ?? '', file: two })
  return editsFor(files).map((edits) => ({ files, edits }))
})

test('for any generated files and any edits', () => {
  let patched = 0
  let brought = 0
  let nothing = 0
  fc.assert(
    fc.property(generated, fc.nat(15), ({ files, edits }, mask) => {
      const sources = files.map(({ path, file }) =>
        sourceOf({ path, listed: true, text: file.text, fault: null }),
      )
      const seen: ValuesShown = {
        fromAws: () => (mask & 1 ? [{ account: '1', region: 'eu-west-1', endpoint: null }] : []),
        // Of some, as if they asked where it was said.
        asksWhere: ({ name }) => (mask & 8 && name.length % 2 === 0 ? [null] : []),
        wasAdded: () => (mask & 2) > 0,
        had: () => (mask & 4) > 0,
      }
      // One by one: several together seldom leave all lines but a few alone.
      for (const edit of edits) {
        const planned = planEdits({ sources, revisions: [], edits: [edit] }).files
        const isPatched = ({ path, document }: PlannedFile) =>
          document && changedSince(sources.find((one) => one.path === path)?.document, document)
        if (planned.some(isPatched)) patched++
        const whole = planned.map(({ document: _, ...file }) => file)
        const [quick, judge] = [planned, whole].map((all) => judgeWrite({ sources, files: all }, seen))
        expect(quick).toEqual(judge)
        if (judge?.added) brought++
        else nothing++
        // Of files whose hashes are known it is told apart without their texts.
        const known = sources.map((source) => ({
          ...source,
          text: '',
          revision: revisionOf(Buffer.from(source.text ?? '')),
        }))
        expect(writeFingerprint({ sources: known, files: whole })).toBe(
          writeFingerprint({ sources, files: whole }),
        )
      }
    }),
    { numRuns: full ? 5_000 : 40 },
  )
  expect(patched).toBeGreaterThan(10)
  expect(brought).toBeGreaterThan(3)
  expect(nothing).toBeGreaterThan(10)
}, 600_000)
