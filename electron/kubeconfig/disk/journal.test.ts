import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openJournal, recoverJournals } from './journal'
import { readForWriting } from './replace'

let folder = ''
let journal = ''
let a = ''
let b = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ekscope-journal-'))
  journal = join(folder, 'journal')
  a = join(folder, 'a')
  b = join(folder, 'b')
  writeFileSync(a, 'a-old')
  writeFileSync(b, 'b-old')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A journal as a process that was killed leaves it: the owner's boot id is of an earlier start of the machine. */
async function interrupted(
  way: 'rename' | 'in-place' = 'rename',
  texts: [string, string] = ['a-new', 'b-new'],
  of?: 'aws-config',
) {
  const files = []
  for (const [path, text] of [
    [a, texts[0]],
    [b, texts[1]],
  ] as const) {
    const state = await readForWriting(path)
    if (!state.ok) throw new Error(state.fault.message)
    files.push({ state: state.value, bytes: Buffer.from(text), way, of })
  }
  await openJournal(journal, 'w1', files)
  const [name = ''] = readdirSync(journal)
  const path = join(journal, name)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  writeFileSync(path, readFileSync(path, 'utf8').replace(/"bootId":"[^"]*"/, '"bootId":"earlier"'))
}
const texts = () => [readFileSync(a, 'utf8'), readFileSync(b, 'utf8')]

test('a crash between two files is completed', async () => {
  await interrupted()
  writeFileSync(a, 'a-new')
  const [one] = await recoverJournals(journal)
  expect(one).toMatchObject({
    outcome: 'completed',
    files: [a, b],
    message: expect.stringContaining('completed'),
  })
  expect(texts()).toEqual(['a-new', 'b-new'])
  expect(readdirSync(journal)).toEqual([])
  expect(await recoverJournals(journal)).toEqual([])
})

test('a crash before the first byte changes nothing', async () => {
  await interrupted()
  expect(await recoverJournals(journal)).toMatchObject([{ outcome: 'not-begun' }])
  expect(texts()).toEqual(['a-old', 'b-old'])
})

test('where another program has written since, what we had written is rolled back and theirs stays', async () => {
  await interrupted()
  writeFileSync(a, 'a-new')
  writeFileSync(b, 'theirs')
  expect(await recoverJournals(journal)).toMatchObject([{ outcome: 'rolled-back' }])
  expect(texts()).toEqual(['a-old', 'theirs'])
})

test.each([
  ['has it', '[profile new]\nregion = theirs\n', 'completed', ['[profile new]\nregion = theirs\n', 'b-new']],
  [
    'lacks it',
    '[profile old]\nregion = theirs\n',
    'rolled-back',
    ['[profile old]\nregion = theirs\n', 'b-old'],
  ],
] as const)(
  'where aws has written to a config file that %s since, the others follow what it names',
  async (_, theirs, outcome, end) => {
    writeFileSync(a, '[profile old]\n')
    await interrupted('rename', ['[profile new]\n', 'b-new'], 'aws-config')
    writeFileSync(a, theirs)
    if (outcome === 'rolled-back') writeFileSync(b, 'b-new')
    expect(await recoverJournals(journal)).toMatchObject([{ outcome }])
    expect(texts()).toEqual(end)
  },
)

test.each([
  ['grown, not overwritten', 'a-olds-and-more'],
  ['half overwritten', 'a-nlds-and-more'],
])('a file torn by a write in place is completed: %s', async (_, torn) => {
  await interrupted('in-place', ['a-news-and-more', 'b-new'])
  writeFileSync(a, torn)
  expect(await recoverJournals(journal)).toMatchObject([{ outcome: 'completed' }])
  expect(texts()).toEqual(['a-news-and-more', 'b-new'])
})

test('a living process’s journal is left alone', async () => {
  const state = await readForWriting(a)
  if (!state.ok) throw new Error(state.fault.message)
  const open = await openJournal(journal, 'w1', [
    { state: state.value, bytes: Buffer.from('x'), way: 'rename' },
  ])
  expect(await recoverJournals(journal)).toEqual([])
  await open.close()
  expect(readdirSync(journal)).toEqual([])
})
