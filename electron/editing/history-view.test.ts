/** Whose writes a file went through between two readings, as the history has them. */
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { entryId } from '../../shared/kubeconfig/entries'
import { applyToDisk } from '../kubeconfig/disk/apply-to-disk'
import { openHistory } from '../kubeconfig/disk/write-history'
import { removeFolder } from '../testing/bundle'
import { historyView } from './history-view'

const folder = mkdtempSync(path.join(tmpdir(), 'ekscope-writer-'))
afterAll(() => removeFolder(folder))

test('a change is of the Ekscope whose writes lead from what was read before to what is there now, and of nobody else’s', async () => {
  const file = path.join(folder, 'config')
  writeFileSync(file, 'contexts:\n- {name: one, context: {cluster: c, user: u}}\n', { mode: 0o600 })
  const history = openHistory(path.join(folder, 'history'))
  const { writerOf } = historyView(history)
  const revision = () => createHash('sha256').update(readFileSync(file)).digest('hex')
  const write = async (by: 'window' | 'terminal', namespace: string) => {
    const context = entryId('context', file, 'one', 0)
    const outcome = await applyToDisk({
      list: [file],
      by,
      history,
      journal: path.join(folder, 'journal'),
      edits: [{ kind: 'set-namespace', context, namespace }],
      titles: [namespace],
      revisions: null,
    })
    if (!outcome.ok || outcome.value.kind !== 'written') throw new Error(JSON.stringify(outcome))
    return { id: outcome.value.historyId, revision: revision() }
  }
  const at = [revision()]
  const first = await write('terminal', 'a')
  const second = await write('terminal', 'b')
  const third = await write('window', 'c')
  const step = (before: string | undefined, after: string) =>
    writerOf([{ path: file, before: before ?? '', after }])
  expect(await step(second.revision, third.revision)).toEqual({
    by: 'window',
    write: { id: third.id, undoes: null },
  })
  // Of what was seen before the last write, who asks is too late to be told.
  expect(await step(at[0], first.revision)).toBeNull()
  expect(await step(first.revision, third.revision)).toBeNull()
  const fourth = await write('window', 'd')
  expect(await step(second.revision, fourth.revision)).toEqual({ by: 'window', write: null })
  // Another program wrote before ours, or after it.
  writeFileSync(file, readFileSync(file, 'utf8').replace('name: one', 'name:  one'))
  const theirs = revision()
  expect(await step(fourth.revision, theirs)).toBeNull()
  const fifth = await write('terminal', 'e')
  expect(await step(fourth.revision, fifth.revision)).toBeNull()
  expect(await step(theirs, fifth.revision)).toEqual({
    by: 'terminal',
    write: { id: fifth.id, undoes: null },
  })
})
