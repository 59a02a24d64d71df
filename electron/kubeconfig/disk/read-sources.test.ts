/** What edits are applied to, of files that are there, are not, and go by two names. */
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { removeFolder } from '../../testing/bundle'
import { readSources } from './read-sources'

const folder = mkdtempSync(path.join(tmpdir(), 'ekscope-sources-'))
afterAll(() => removeFolder(folder))

test('a file that goes by two names is changed through the first; of files that are not there each can be made', async () => {
  const at = (name: string) => path.join(folder, name)
  writeFileSync(at('file'), 'kind: Config\n')
  symlinkSync(at('file'), at('link'))
  symlinkSync('/dev/null', at('nothing'))
  mkdirSync(at('folder'))
  const list = ['file', 'link', 'one', 'two', 'nothing', 'folder'].map(at)
  const { sources } = await readSources(list)
  expect(sources.map(({ text, fault }) => [text, fault])).toEqual([
    ['kind: Config\n', null],
    ['', `it is ${at('file')} by another name`],
    [null, null],
    [null, null],
    [null, null],
    ['', `${at('folder')} is a folder; Ekscope writes regular files only.`],
  ])
})
