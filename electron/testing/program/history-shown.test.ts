/** `ekscope history` as it is read: lines that fit, local time with its zone. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { describeEdit } from '../../../shared/edits/kinds'
import { full } from '../../../shared/testing/counts'
import { cutToColumns, widthOf } from '../../cli/output'
import { useTerminal } from './terminal'

const names = Array.from({ length: 500 }, (_, i) => `context-${i}`)
const terminal = useTerminal({
  inProcess: true,
  config: `apiVersion: v1
kind: Config
clusters:
- {name: c, cluster: {server: "https://c.test"}}
contexts:
${names.map((name) => `- {name: ${name}, context: {cluster: c, user: u}}\n`).join('')}users:
- {name: u, user: {token: t}}
`,
})
const { done, ekscope } = terminal

/** Its standard output as a terminal of so many columns shows it. */
const inTerminal = async (columns: number, args: readonly string[]): Promise<readonly string[]> => {
  const words = [process.execPath, terminal.program, ...args].map((word) => `'${word}'`).join(' ')
  const { stdout } = await terminal.run('script', ['-qec', `stty cols ${columns}; ${words}`, '/dev/null'], {
    TERM: 'xterm',
  })
  return stdout.split(/\r?\n/).filter((line) => line !== '')
}

test.skipIf(!full)(
  'a bulk edit is a count, in the report as in the history, and each line fits the terminal',
  async () => {
    const { stdout } = await done(['move', ...names.slice(1), '--to', 'other'])
    expect(stdout.split('\n')[0]).toBe(`499 contexts: move to ${terminal.home}/other`)
    await done(['delete', 'context-0'])
    const shown = (await done(['history'])).stdout.split('\n')
    expect(shown[2]).toContain('499 contexts: move to')
    expect(Math.max(...shown.map(widthOf))).toBeLessThan(400)
    for (const [columns, count] of [
      [60, 5],
      [80, 5],
      [300, 3],
    ] as const) {
      const lines = await inTerminal(columns, ['history'])
      expect(lines).toHaveLength(count)
      expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(columns)
      expect(lines[count - 1]).toContain('499 contexts: move to')
    }
    // When, and what, and that it was an undo, at the width that a terminal has.
    await done(['undo'])
    const [, when = '', what] = await inTerminal(80, ['history'])
    expect(when).toMatch(/^\S+ {3}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d\d:\d\d {3}terminal {3}\+\d+ -\d+$/)
    expect(what).toMatch(/^ {2}Undo of: context-0: delete {3}undoes 2\w+-\w+ {3}/)
  },
)

test.skipIf(!full)(
  'a title that names everything, as earlier versions kept it, is cut by the columns that it takes',
  async () => {
    await done(['set-namespace', 'context-1', 'web'])
    const folder = path.join(terminal.state, 'history')
    const [name = ''] = readdirSync(folder).filter((one) => /^2.*\.json$/.test(one))
    const text = readFileSync(path.join(folder, name), 'utf8')
    writeFileSync(
      path.join(folder, name),
      text.replace(
        /"titles":\[.*?\]/,
        JSON.stringify({ titles: [`${'平成'.repeat(900)}: delete`] }).slice(1, -1),
      ),
    )
    writeFileSync(path.join(folder, 'index.jsonl'), '')
    const [, row = ''] = (await done(['history'])).stdout.split('\n')
    expect(row).toContain('平…')
    expect(widthOf(row)).toBeLessThan(300)
    for (const line of await inTerminal(90, ['history'])) expect(widthOf(line)).toBeLessThanOrEqual(90)
    const bulk = names.map((one) => `${one}: namespace ${'long-'.repeat(20)}`)
    writeFileSync(
      path.join(folder, name),
      text.replace(/"titles":\[.*?\]/, JSON.stringify({ titles: bulk }).slice(1, -1)),
    )
    const undone = await inTerminal(90, ['undo'])
    expect(undone[0]).toMatch(/^undone: context-0: namespace long-.*…$/)
    expect(undone.slice(11, 13)).toEqual([expect.stringMatching(/^undone: context-11: .*…$/), '488 more'])
    expect(undone).toHaveLength(15)
    expect(Math.max(...undone.map(widthOf))).toBeLessThanOrEqual(90)
  },
)

test('what was imported is a count, too', () => {
  const contexts = names.map((name) => ({ name, value: {} }))
  const edit = {
    kind: 'import-entries',
    source: 's',
    from: null,
    file: null,
    onConflict: 'rename',
    clusters: [],
    users: [],
    contexts,
  } as const
  const nothing = {
    get: () => null,
    behind: () => null,
    usersOf: () => [],
    called: (name: string) => name,
    list: { currentContext: () => null },
  }
  const described = describeEdit({ ...edit, clusters: [], users: [] }, nothing)
  expect([described.subject, described.what]).toEqual(['500 contexts', 'import'])
})

test.skipIf(!full)('when it was is local time, with the zone', async () => {
  await done(['set-namespace', 'context-1', 'web'])
  const [{ at }] = JSON.parse((await done(['history', '--json'])).stdout).writes
  // A time zone is the process's: each has one of its own.
  const when = async (TZ: string) => (await ekscope(['history'], { TZ }, {})).stdout.split('\n')[1] ?? ''
  const utc = (shift: number) => new Date(at + shift * 60_000).toISOString().replace('T', ' ').slice(0, 19)
  expect(await when('UTC')).toContain(`${utc(0)} +00:00`)
  expect(await when('Asia/Kathmandu')).toContain(`${utc(345)} +05:45`)
  expect(await when('America/St_Johns')).toContain(`${utc(-210)} -03:30`)
})

test('cut leaves at most the columns that there are', () => {
  expect([
    cutToColumns('abc', 3),
    cutToColumns('abcd', 3),
    cutToColumns('平成元年', 5),
    cutToColumns('e\u0301e\u0301e', 2),
    cutToColumns('ab', 0),
  ]).toEqual(['abc', 'ab…', '平成…', 'e\u0301…', ''])
})

test('a page is read and shown, all of it when asked, and in JSON', async () => {
  const folder = path.join(terminal.state, 'history')
  await done(['set-namespace', 'context-1', 'web'])
  const [name = ''] = readdirSync(folder).filter((one) => /^2.*\.json$/.test(one))
  const record = JSON.parse(readFileSync(path.join(folder, name), 'utf8'))
  const [{ before, ...file }] = record.files
  for (let i = 10; i < 70; i++) {
    const id = name
      .slice(0, -'.json'.length)
      .replace(/^\d{4}/, '1999')
      .replace(/..$/, `${i}`)
    const older = { ...record, id, files: [{ ...file, before, after: before }] }
    writeFileSync(path.join(folder, `${id}.json`), JSON.stringify(older))
  }
  const index = path.join(folder, 'index.jsonl')
  rmSync(index)
  const { stdout, stderr } = await done(['history'])
  expect(stdout.split('\n')).toHaveLength(52)
  expect(stdout.split('\n')[1]).toContain('context-1: namespace')
  expect(stderr).toBe('ekscope: 11 older writes are not shown. To show all: ekscope history --all\n')
  // A page and some more were read, not all: each that is read is a line of it, behind a line end.
  expect(readFileSync(index, 'utf8').split('\n')).toHaveLength(1 + 60)
  const all = await done(['history', '--all'])
  expect([all.stdout.split('\n').length, all.stderr]).toEqual([63, ''])
  expect(JSON.parse((await done(['history', '--json'])).stdout).writes).toHaveLength(61)
})

test('a damaged record, and one of a newer Ekscope, are named as that, and what they wrote is laid to nobody', async () => {
  for (const namespace of ['a', 'b', 'c', 'd']) await done(['set-namespace', 'context-0', namespace])
  const folder = path.join(terminal.state, 'history')
  const records = readdirSync(folder)
    .filter((one) => /^2.*\.json$/.test(one))
    .sort()
  const [, newer = '', damaged = '', last = ''] = records
  const of = (name: string) => name.replace('.json', '')
  const change = (name: string, how: (text: string) => string) =>
    writeFileSync(path.join(folder, name), how(readFileSync(path.join(folder, name), 'utf8')))
  change(newer, (text) => text.replace('"version":1', '"version":2,"new":true'))
  change(damaged, (text) => text.slice(0, 300))
  for (const all of [[], ['--all']]) {
    const { stdout, stderr } = await done(['history', ...all])
    const lines = stdout.split('\n').slice(1, -1)
    expect(stderr).toBe('')
    expect(lines.map((line) => line.split(' ', 1)[0])).toEqual(records.map(of).reverse())
    expect(lines[1]).toContain('(its record is damaged)')
    expect(lines[2]).toContain('(written by a newer Ekscope, which can show and undo it)')
    expect(stdout).not.toContain('external change')
  }
  const { writes, outside, unread } = JSON.parse((await done(['history', '--json'])).stdout)
  expect([writes.length, outside]).toEqual([2, []])
  expect(unread).toMatchObject([
    { id: of(damaged), why: 'damaged' },
    { id: of(newer), why: 'newer' },
  ])
  const run = await ekscope(['undo', of(damaged)])
  expect([run.status, run.stderr]).toEqual([3, expect.stringContaining('is damaged')])
  // What another program did is still told, where no write of ours can have done it.
  await done(['set-namespace', 'context-0', 'e'])
  expect((await done(['undo'])).stdout).toContain('undone: context-0: namespace d → e')
  writeFileSync(terminal.file, terminal.text().replace('namespace: d', 'namespace: other'))
  const told = await done(['history'])
  expect(told.stderr).toContain('another program wrote')
  expect(told.stderr).not.toContain(of(last))
})
