import {
  existsSync,
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sectionsByName } from '../../aws/config-file/sections'
import { openJournal, recoverJournals } from './journal'
import { readForWriting, revisionOf } from './replace'

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
async function interrupted({
  way = 'rename',
  texts = ['a-new', 'b-new'],
  of,
  version = 2,
  name = '.json',
}: {
  readonly way?: 'rename' | 'in-place'
  readonly texts?: readonly [string, string]
  readonly of?: 'aws-config'
  readonly version?: number
  readonly name?: '.json' | '.rollback'
} = {}) {
  const files = []
  for (const [path, text] of [
    [a, texts[0]],
    [b, texts[1]],
  ] as const) {
    const state = await readForWriting(path)
    if (!state.ok) throw new Error(state.fault.message)
    const bytes = Buffer.from(text)
    files.push({ state: state.value, bytes, revision: revisionOf(bytes), of })
  }
  await openJournal(journal, 'w1', files, way === 'in-place' ? [a, b] : [])
  const [made = ''] = readdirSync(journal)
  const path = join(journal, made)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  const record = readFileSync(path, 'utf8')
    .replace(/"bootId":"[^"]*"/, '"bootId":"earlier"')
    .replace('"version":2', `"version":${version}`)
  rmSync(path)
  writeFileSync(path.replace('.json', name), record)
}
const texts = () => [a, b].map((path) => (existsSync(path) ? readFileSync(path, 'utf8') : null))
const contexts = (...names: readonly string[]) =>
  `contexts:\n${names.map((name) => `- {name: ${name}, context: {cluster: c, user: u}}\n`).join('')}`

test('a write that was killed between two files is rolled back, and that is said once', async () => {
  await interrupted()
  writeFileSync(a, 'a-new')
  const [one] = await recoverJournals(journal, sectionsByName)
  expect(one).toMatchObject({
    outcome: 'rolled-back',
    message: expect.stringContaining(`to ${a}, ${b} was interrupted and has been rolled back`),
  })
  expect(texts()).toEqual(['a-old', 'b-old'])
  expect(readdirSync(journal)).toEqual([])
  expect(await recoverJournals(journal, sectionsByName)).toEqual([])
})

test.each([
  ['before the first byte', ['a-old', 'b-old'], 'not-begun'],
  ['after the last file', ['a-new', 'b-new'], 'complete'],
] as const)('killed %s it is as it is', async (_, [first, second], outcome) => {
  await interrupted()
  writeFileSync(a, first)
  writeFileSync(b, second)
  expect(await recoverJournals(journal, sectionsByName)).toMatchObject([{ outcome }])
  expect([texts(), readdirSync(journal)]).toEqual([[first, second], []])
})

/** What another program made of the second file, of which the write takes one context away and brings one; and what becomes of both then. */
const theirs: readonly (readonly [string, string | null, string, readonly [string, string | null]])[] = [
  [
    'on top of the write: it is complete',
    contexts('one', 'come', 'new'),
    'complete',
    ['a-new', contexts('one', 'come', 'new')],
  ],
  [
    'not knowing of it: theirs stays',
    contexts('one', 'gone', 'new'),
    'rolled-back',
    ['a-old', contexts('one', 'gone', 'new')],
  ],
  [
    'a part of each: nothing goes back',
    contexts('gone', 'come'),
    'kept',
    ['a-new', contexts('gone', 'come')],
  ],
  ['something else: nothing goes back', 'theirs', 'kept', ['a-new', 'theirs']],
  ['no file: it stays so', null, 'rolled-back', ['a-old', null]],
]
test.each(theirs)('where another program wrote since, %s', async (_, text, outcome, end) => {
  writeFileSync(b, contexts('one', 'gone'))
  await interrupted({ texts: ['a-new', contexts('one', 'come')] })
  writeFileSync(a, 'a-new')
  if (text === null) rmSync(b)
  else writeFileSync(b, text)
  const [one] = await recoverJournals(journal, sectionsByName)
  expect(one?.outcome).toBe(outcome)
  expect([texts(), readdirSync(journal)]).toEqual([end, []])
  if (outcome === 'kept')
    expect(one?.message).toMatch(
      new RegExp(`stay as they are\\. Another program has changed: ${b}\\. As this write left it: ${a}\\.`),
    )
})

test.each([
  ['has it', '[profile new]\nregion = theirs\n', 'complete'],
  ['lacks it', '[profile old]\nregion = theirs\n', 'rolled-back'],
  ['has a part of each', '[profile old]\n[profile new]\n', 'kept'],
] as const)(
  'where aws has written to a config file that %s since, the others follow',
  async (_, now, outcome) => {
    writeFileSync(a, '[profile old]\n')
    await interrupted({ texts: ['[profile new]\n', 'b-new'], of: 'aws-config' })
    writeFileSync(a, now)
    writeFileSync(b, 'b-new')
    expect(await recoverJournals(journal, sectionsByName)).toMatchObject([{ outcome }])
    expect(texts()).toEqual([now, outcome === 'rolled-back' ? 'b-old' : 'b-new'])
  },
)

describe.each([
  ['grown, not overwritten', 'a-olds-and-more'],
  ['half overwritten', 'a-nlds-and-more'],
])('a file torn by a write in place, %s', (_, torn) => {
  test.each([
    ['b-old', 'rolled-back', ['a-old', 'b-old']],
    ['b-new', 'rolled-back', ['a-old', 'b-old']],
    // A torn file is of no use to anybody.
    ['theirs', 'kept', ['a-old', 'theirs']],
  ] as const)('is put back, where the other one is %s', async (other, outcome, end) => {
    await interrupted({ way: 'in-place', texts: ['a-news-and-more', 'b-new'] })
    writeFileSync(a, torn)
    writeFileSync(b, other)
    expect(await recoverJournals(journal, sectionsByName)).toMatchObject([{ outcome }])
    expect(texts()).toEqual(end)
  })
})

describe('a journal of an earlier version is settled as it was meant', () => {
  test.each([
    ['.json', ['a-new', 'b-old'], 'completed', ['a-new', 'b-new']],
    ['.json', ['a-new', 'b-new'], 'complete', ['a-new', 'b-new']],
    ['.json', ['a-old', 'b-old'], 'not-begun', ['a-old', 'b-old']],
    ['.rollback', ['a-new', 'b-old'], 'rolled-back', ['a-old', 'b-old']],
    // It was refused: what it had written goes back, all of it too.
    ['.rollback', ['a-new', 'b-new'], 'rolled-back', ['a-old', 'b-old']],
    ['.rollback', ['a-old', 'b-old'], 'not-begun', ['a-old', 'b-old']],
    ['.json', ['a-new', 'theirs'], 'kept', ['a-new', 'theirs']],
  ] as const)('%s of %j: %s', async (name, [first, second], outcome, end) => {
    await interrupted({ version: 1, name })
    writeFileSync(a, first)
    writeFileSync(b, second)
    expect(await recoverJournals(journal, sectionsByName)).toMatchObject([{ outcome }])
    expect([texts(), readdirSync(journal)]).toEqual([end, []])
  })
})

test('what cannot be put back now is left whole, named, and put back by a later start', async () => {
  await interrupted()
  writeFileSync(a, 'a-new')
  linkSync(a, join(folder, 'twin'))
  const [one] = await recoverJournals(journal, sectionsByName)
  expect(one).toMatchObject({
    outcome: 'left',
    message: expect.stringMatching(/cannot be put back now: .*hard link/),
  })
  expect(one?.message).toContain(a)
  expect(texts()).toEqual(['a-new', 'b-old'])
  rmSync(join(folder, 'twin'))
  expect(await recoverJournals(journal, sectionsByName)).toMatchObject([{ outcome: 'rolled-back' }])
  expect([texts(), readdirSync(journal)]).toEqual([['a-old', 'b-old'], []])
})

test('a living process’s journal is left alone', async () => {
  const state = await readForWriting(a)
  if (!state.ok) throw new Error(state.fault.message)
  const open = await openJournal(journal, 'w1', [
    { state: state.value, bytes: Buffer.from('x'), revision: revisionOf(Buffer.from('x')) },
  ])
  expect(await recoverJournals(journal, sectionsByName)).toEqual([])
  await open.close()
  expect(readdirSync(journal)).toEqual([])
})
