/** Generated files and edits all the way to the disk and back: what the plan shows is written, and undo gives the same bytes. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { diffOf, unified } from '../../../shared/edits/diff'
import type { AnyEdit } from '../../../shared/edits/edit'
import { removeFolder } from '../../testing/bundle'
import { editsFor, type GeneratedFile, kubeconfigFile } from '../../testing/generated-kubeconfig'
import { sourceOf } from '../read/edit-model'
import { planEdits } from '../rewrite/plan-edits'
import { applyToDisk, planOnDisk } from './apply-to-disk'
import { undoWrite } from './undo'
import { openHistory } from './write-history'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ekscope-disk-'))
})
afterAll(() => removeFolder(folder), 60_000)

interface Case {
  readonly files: readonly { readonly path: string; readonly file: GeneratedFile }[]
  readonly edits: readonly AnyEdit[]
}

const generated = (): fc.Arbitrary<Case> =>
  fc.tuple(kubeconfigFile(), fc.option(kubeconfigFile('two-'))).chain(([one, two]) => {
    const files = [{ path: join(folder, 'config'), file: one }]
    if (two) files.push({ path: join(folder, 'other'), file: two })
    return editsFor(files).map((edits) => ({ files, edits }))
  })

test('what the plan shows is what is written, patch makes the same of it, and undo and restore give the same bytes', async () => {
  const history = openHistory(join(folder, 'history'))
  const base = { by: 'terminal' as const, history, journal: join(folder, 'journal') }
  let written = 0
  for (const { files, edits } of fc.sample(generated(), process.env.EKSCOPE_FULL === '1' ? 300 : 12)) {
    const list = files.map(({ path }) => path)
    for (const { path, file } of files) writeFileSync(path, file.text, { mode: 0o600 })
    const bytes = () => list.map((path) => readFileSync(path))
    const old = bytes()
    const planned = planEdits({
      sources: files.map(({ path, file }) => sourceOf({ path, listed: true, text: file.text, fault: null })),
      revisions: [],
      edits,
    })
    const plan = await planOnDisk(list, edits)
    expect(plan.files).toEqual(planned.plan.files)
    const options = { ...base, list }
    const outcome = await applyToDisk({ ...options, edits, titles: [], revisions: plan.revisions })
    if (plan.blocked) {
      expect(outcome.ok).toBe(false)
      expect(bytes()).toEqual(old)
      continue
    }
    if (!outcome.ok) throw new Error(outcome.fault.message)
    if (outcome.value.kind !== 'written') {
      expect(plan.files).toEqual([])
      expect(bytes()).toEqual(old)
      continue
    }
    written++
    for (const [i, { path, file }] of files.entries()) {
      const now = readFileSync(path, 'utf8')
      const one = planned.files.find((other) => other.path === path)
      expect(now).toBe(one?.after ?? file.text)
      const change = plan.files.find((other) => other.path === path)
      if (!one || !change) continue
      // The diff as it is shown, but for masked secrets, is the one that patch is given here.
      const whole = unified(path, diffOf(file.text, one.changes))
      expect(change.unified.split('\n').length).toBe(whole.split('\n').length)
      const [before, diff, after] = ['before', 'diff', 'after'].map((name) => join(folder, `${i}-${name}`))
      if (!before || !diff || !after) throw new Error('three names')
      writeFileSync(before, file.text)
      writeFileSync(diff, whole)
      const patched = spawnSync('patch', ['--fuzz=0', '-s', '-o', after, before, diff])
      expect([patched.status, patched.stdout.toString(), whole]).toEqual([0, '', whole])
      expect(readFileSync(after, 'utf8')).toBe(now)
    }
    const after = bytes()
    const undone = await undoWrite(options, { way: 'undo', id: outcome.value.historyId })
    expect(undone).toMatchObject({ ok: true, value: { kind: 'written' } })
    expect(bytes()).toEqual(old)
    if (!undone.ok || undone.value.kind !== 'written') continue
    expect(await undoWrite(options, { way: 'restore', id: undone.value.historyId })).toMatchObject({
      ok: true,
    })
    expect(bytes()).toEqual(after)
  }
  expect(written).toBeGreaterThan(5)
}, 1_200_000)
