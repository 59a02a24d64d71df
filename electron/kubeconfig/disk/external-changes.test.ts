/** What other programs wrote between our writes, though a file goes by another name than then. */
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { entryId } from '../../../shared/kubeconfig/entries'
import { removeFolder } from '../../testing/bundle'
import { applyToDisk } from './apply-to-disk'
import { externalChanges } from './external-changes'
import { isOurs } from './history-record'
import { undoWrite } from './undo'
import { openHistory } from './write-history'

const folder = mkdtempSync(path.join(tmpdir(), 'ekscope-external-'))
afterAll(() => removeFolder(folder))
const text = `apiVersion: v1
kind: Config
contexts:
- {name: one, context: {cluster: c, user: u}}
- {name: two, context: {cluster: c, user: u}}
`

let count = 0
function writer() {
  count += 1
  const at = path.join(folder, String(count))
  mkdirSync(path.join(at, 'sub'), { recursive: true })
  const [file, real] = [path.join(at, 'config'), path.join(at, 'sub', 'real')]
  writeFileSync(file, text, { mode: 0o600 })
  const history = openHistory(path.join(at, 'history'))
  const options = { list: [file], by: 'terminal' as const, history, journal: path.join(at, 'journal') }
  const idOf = (outcome: Awaited<ReturnType<typeof applyToDisk>>) => {
    if (!outcome.ok || outcome.value.kind !== 'written') throw new Error(JSON.stringify(outcome))
    return outcome.value.historyId
  }
  const outside = async () => {
    const { records, unsure } = await history.part()
    return await externalChanges(history, { records: records.filter(isOurs), unsure })
  }
  return {
    file,
    real,
    history,
    outside,
    moveBehindLink() {
      renameSync(file, real)
      symlinkSync(real, file)
    },
    namespace: async (context: string, namespace: string) =>
      idOf(
        await applyToDisk({
          ...options,
          edits: [{ kind: 'set-namespace', context: entryId('context', file, context, 0), namespace }],
          titles: ['ours'],
          revisions: null,
        }),
      ),
    undo: async (id: string) => idOf(await undoWrite(options, { way: 'undo', id })),
    named: async () =>
      (await outside()).map(({ after, changed }) => [after, changed.map(({ name }) => name)]),
  }
}

test('our own undo behind a link to which the file was moved is no external change', async () => {
  const { moveBehindLink, namespace, undo, named } = writer()
  const id = await namespace('one', 'web')
  moveBehindLink()
  await undo(id)
  expect(await named()).toEqual([])
})

test('what another program wrote behind it is named, and only that', async () => {
  const { real, moveBehindLink, namespace, named } = writer()
  const first = await namespace('one', 'web')
  moveBehindLink()
  writeFileSync(real, readFileSync(real, 'utf8').replace('web', 'theirs'))
  await namespace('two', 'web')
  expect(await named()).toEqual([[first, ['one']]])
})

test('a file that was removed since is named as one of which nothing is known', async () => {
  const { file, outside, namespace } = writer()
  const after = await namespace('one', 'web')
  rmSync(file)
  expect(await outside()).toEqual([{ after, path: file, removed: [], changed: [], added: [], unknown: true }])
})
