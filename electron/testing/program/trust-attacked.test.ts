/** trust.json and `ekscope trust` under attack: what could be another's allows nothing, and what cannot be kept is said. */

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { thisOwner } from '../../system/process-owner'
import { useTerminal } from './terminal'

const user = (name: string, home: string) =>
  `- {name: ${name}, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, interactiveMode: Never, command: sh, args: [-c, "touch ${home}/RAN-$0", ${name}]}}}`
const names = ['a', 'b', 'c', 'd', 'e', 'f'] as const
const config = (home: string) => `apiVersion: v1
kind: Config
clusters:
- {name: c, cluster: {server: "https://127.0.0.1:1"}}
contexts:
${names.map((name) => `- {name: ${name}, context: {cluster: c, user: ${name}}}`).join('\n')}
users:
${names.map((name) => user(name, home)).join('\n')}
`
const terminal = useTerminal({ config, inProcess: true })
const { ekscope } = terminal
const file = () => join(terminal.state, 'trust.json')
const ran = () => readdirSync(terminal.home).filter((name) => name.startsWith('RAN'))
const allow = (name: string) => ekscope(['whoami', `--allow-exec=${name}`, '--', name])

interface Kept {
  readonly version: unknown
  readonly content: { readonly key: string; readonly decisions: readonly Record<string, unknown>[] }
}
const kept = (): Kept => JSON.parse(readFileSync(file(), 'utf8'))
const lay = (value: unknown) => writeFileSync(file(), JSON.stringify(value), { mode: 0o600 })
const withDecision = (make: (one: Record<string, unknown>) => Record<string, unknown>): Kept => {
  const { version, content } = kept()
  return { version, content: { ...content, decisions: content.decisions.map(make) } }
}
const isRoot = process.getuid?.() === 0

/** Each lays something else where the decision about context a was. */
const hostile: readonly (readonly [name: string, lay: () => void])[] = [
  ['writable by others', () => chmodSync(file(), 0o666)],
  ['in a folder that others may write', () => chmodSync(terminal.state, 0o777)],
  ...(isRoot
    ? [
        ['of another owner', () => chownSync(file(), 65_534, 65_534)] as const,
        ['in a folder of another owner', () => chownSync(terminal.state, 65_534, 65_534)] as const,
      ]
    : []),
  [
    'a link into a folder that others may write',
    () => {
      const open = join(terminal.home, 'open')
      mkdirSync(open)
      chmodSync(open, 0o777)
      renameSync(file(), join(open, 'trust.json'))
      symlinkSync(join(open, 'trust.json'), file())
    },
  ],
  ['a link to itself', () => [rmSync(file()), symlinkSync('trust.json', file())]],
  ['of five gigabytes', () => truncateSync(file(), 5_000_000_000)],
  ['a pipe', () => [rmSync(file()), execFileSync('mkfifo', ['-m', '600', file()])]],
  ['a folder', () => [rmSync(file()), mkdirSync(file(), { mode: 0o700 })]],
  ['of a newer version', () => lay({ ...kept(), version: 99 })],
  ['of a version in words', () => lay({ ...kept(), version: '2' })],
  ['of no version', () => lay(kept().content)],
  ['nested without end', () => writeFileSync(file(), '['.repeat(100_000), { mode: 0o600 })],
  ['with a key of another length', () => lay({ ...kept(), content: { ...kept().content, key: 'ab' } })],
  ['with a decision of another kind', () => lay(withDecision((one) => ({ ...one, kind: 'file' })))],
  ['with a decision of no kind', () => lay(withDecision((one) => ({ ...one, kind: '*' })))],
  ['with a pattern for a fingerprint', () => lay(withDecision((one) => ({ ...one, fingerprint: '.*' })))],
  [
    'with another case of the fingerprint',
    () => lay(withDecision((one) => ({ ...one, fingerprint: String(one.fingerprint).toUpperCase() }))),
  ],
  [
    'with decisions that are no list',
    () => lay({ ...kept(), content: { ...kept().content, decisions: { 0: kept().content.decisions[0] } } }),
  ],
  ['with another key', () => lay({ ...kept(), content: { ...kept().content, key: 'ab'.repeat(32) } })],
]

// None of them may reach a terminal.
const raw = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\u200b]/

test('nothing else that lies where a decision was allows what it allowed', async () => {
  await allow('a')
  expect(ran()).toEqual(['RAN-a'])
  rmSync(join(terminal.home, 'RAN-a'))
  const bytes = readFileSync(file())
  const { kubeconfig, trust } = terminal.window()
  const { contexts } = await kubeconfig.load()
  const a = contexts.filter(({ name }) => name === 'a').map(({ id }) => id)
  const asked = async () => (await trust.pending(a, 'app')).length
  expect(await asked()).toBe(0)
  for (const [what, lay] of hostile) {
    lay()
    expect([what, await asked()]).toEqual([what, 1])
    if (isRoot) chownSync(terminal.state, 0, 0)
    chmodSync(terminal.state, 0o700)
    rmSync(file(), { recursive: true, force: true })
    writeFileSync(file(), bytes, { mode: 0o600 })
    // The decision itself does, so what did not was what lay there.
    expect([what, await asked()]).toEqual([what, 0])
  }
  chmodSync(file(), 0o666)
  const run = await ekscope(['whoami', 'a'])
  expect([run.status, ran()]).toEqual([1, []])
  expect(run.stdout).toContain('you have not allowed it yet')
})

test('what a decision is called does nothing to a terminal, and forgetting what is only like it forgets nothing', async () => {
  await allow('a')
  await allow('b')
  const hostileName = '\x1b[2J\x1b]0;owned\x07\u202egpj.exe\u200b\r\n\x9b31m'
  lay(withDecision((one) => ({ ...one, what: hostileName })))
  const [{ fingerprint } = { fingerprint: '' }] = kept().content.decisions
  const print = String(fingerprint)
  for (const [status, ...args] of [
    [0, 'list'],
    [0, 'list', '--json'],
    [0, 'show', print],
    [0, 'show', print, '--json'],
    ...[
      print.slice(0, 63),
      print.slice(0, 8),
      `${print}0`,
      ` ${print}`,
      `${print}\n`,
      print.toUpperCase(),
      '*',
      '.*',
      '__proto__',
      kept().content.key,
      hostileName,
    ].flatMap((like) => [[3, 'show', like] as const, [3, 'forget', like] as const]),
    [2, 'forget'],
    [2, 'forget', print, print],
    [2, 'forgets', print],
  ] as const) {
    const run = await ekscope(['trust', ...args])
    expect([args, run.status]).toEqual([args, status])
    expect([args, raw.test(run.stdout + run.stderr)]).toEqual([args, false])
    expect(kept().content.decisions).toHaveLength(2)
  }
  const forgotten = await ekscope(['trust', 'forget', print])
  expect([forgotten.status, raw.test(forgotten.stdout)]).toEqual([0, false])
  expect(kept().content.decisions.map((one) => one.fingerprint)).not.toContain(print)
  expect(kept().content.decisions).toHaveLength(1)
})

test('decisions that are lost are said to be lost, and how, once', async () => {
  for (const [what, lose, said] of [
    [
      'torn',
      () => writeFileSync(file(), '{"version": 2, "cont', { mode: 0o600 }),
      'was set aside as trust.json.broken-',
    ],
    ['newer', () => lay({ version: 99, content: {} }), 'written by a newer Ekscope and stays as it is'],
  ] as const) {
    await allow('a')
    lose()
    const { stderr } = await ekscope(['trust', 'list'])
    expect([what, stderr]).toEqual([what, expect.stringContaining(said)])
    expect(stderr).toContain('Nothing that you had allowed counts, so you are asked again.')
    expect(stderr.split('you are asked again').length).toBe(2)
    const again = await ekscope(['trust', 'list'])
    expect([what, again.stderr.includes(said)]).toEqual([what, what === 'newer'])
  }
})

test('a context that is called like two is shown as one', async () => {
  const text = config(terminal.home).replace(
    '{name: a, context: {cluster: c, user: a}}',
    '{name: "b, a", context: {cluster: c, user: b}}',
  )
  writeFileSync(terminal.file, text)
  const { stderr } = await ekscope(['whoami', 'b', 'b, a'])
  expect(stderr).toMatch(/^ {2}for +(“b,␣a”, b|b, “b,␣a”)$/m)
  const print = /^ {2}fingerprint +([0-9a-f]{64})$/m.exec(stderr)?.[1] ?? ''
  expect((await ekscope(['trust', 'show', print])).stdout).toMatch(/^ {2}for +.*“b,␣a”/m)
  const questions = JSON.parse((await ekscope(['whoami', 'b', '--json'])).stdout).questions
  expect(questions[0].contexts).toEqual(['b'])
})

const unwritable: readonly (readonly [name: string, lay: () => void, why: string])[] = [
  [
    'written by a newer Ekscope',
    () => {
      mkdirSync(terminal.state, { recursive: true, mode: 0o700 })
      lay({ version: 99, content: {} })
    },
    'newer Ekscope',
  ],
  [
    'writable by others',
    () => {
      mkdirSync(terminal.state, { recursive: true, mode: 0o700 })
      lay({ version: 2, content: { key: '', decisions: [] } })
      chmodSync(file(), 0o666)
    },
    'can be written by other users',
  ],
]

test('where an answer cannot be kept that is said, with what to do, and nothing runs or is sent', async () => {
  const foreign = terminal.write('foreign.yaml', config(terminal.home).replaceAll('RAN', 'RAN-foreign'))
  for (const [what, lay, why] of unwritable) {
    lay()
    for (const args of [
      ['--allow-exec=a', '--', 'a'],
      ['--kubeconfig', foreign, '--trust-file', 'a'],
    ]) {
      const run = await ekscope(['whoami', ...args])
      expect([what, run.status, run.stderr]).toEqual([what, 3, expect.stringContaining(why)])
      expect([what, run.stderr]).toEqual([
        what,
        expect.stringMatching(/(Use that Ekscope|close it to other users)/),
      ])
      expect(ran()).toEqual([])
    }
  }
})

test('an import whose servers cannot be kept as brought is not written, and that is said with what to do', async () => {
  const brings = terminal.write(
    'brings.yaml',
    config(terminal.home).replaceAll('name: c', 'name: new').replace('127.0.0.1:1', 'new.example'),
  )
  for (const [what, lay, why] of unwritable) {
    rmSync(terminal.state, { recursive: true, force: true })
    writeFileSync(terminal.file, config(terminal.home))
    lay()
    const run = await ekscope(['import', brings])
    expect([what, run.status, run.stdout, terminal.text()]).toEqual([what, 3, '', config(terminal.home)])
    expect(run.stderr).toContain(why)
    expect(run.stderr).toContain('could not keep where its servers came from')
  }
})

test('real processes that decide at once lose no word and make none up', async () => {
  const runs = await Promise.all(
    names.map((name) => ekscope(['whoami', `--allow-exec=${name}`, '--', name], {}, { timeout: 60_000 })),
  )
  expect(runs.map(({ status, stderr }) => [status, /not allowed/i.test(stderr)])).toEqual(
    names.map(() => [1, false]),
  )
  expect(ran().sort()).toEqual(names.map((name) => `RAN-${name}`))
  const { decisions } = JSON.parse((await ekscope(['trust', 'list', '--json'])).stdout)
  expect(decisions.map(({ what }: { what: string }) => /\) (.) \(/.exec(what)?.[1]).sort()).toEqual([
    ...names,
  ])
  // All under one key: another process takes each for what it is.
  for (const name of names) rmSync(join(terminal.home, `RAN-${name}`))
  const again = await ekscope(['whoami'])
  expect(again.stderr).not.toContain('Not allowed yet')
  expect(ran().sort()).toEqual(names.map((name) => `RAN-${name}`))

  // Forgetting and deciding at once, too.
  const prints: readonly string[] = decisions.map(({ fingerprint }: { fingerprint: string }) => fingerprint)
  const last = names.at(-1)
  const printOf = (name: string | undefined) =>
    decisions.find(({ what }: { what: string }) => what.includes(`) ${name} (`))?.fingerprint
  await ekscope(['trust', 'forget', printOf(last)])
  await Promise.all([
    ...prints
      .filter((print) => print !== printOf(last) && print !== printOf('a'))
      .map((print) => ekscope(['trust', 'forget', print], {}, { timeout: 60_000 })),
    ekscope(['whoami', `--allow-exec=${last}`, '--', String(last)], {}, { timeout: 60_000 }),
  ])
  expect(
    kept()
      .content.decisions.map(({ fingerprint }) => fingerprint)
      .sort(),
  ).toEqual([printOf('a'), printOf(last)].sort())
})

describe.runIf(isRoot)('what another user put into the data folder', () => {
  const state = (name: string) => join(terminal.state, name)
  const goBack = [['undo'], ['redo'], ['reapply'], ['restore']] as const

  test('of a history nothing is shown, and nothing goes back to it: what to do is said', async () => {
    await terminal.done(['set-namespace', 'a', 'x'])
    const [name = ''] = readdirSync(state('history')).filter((one) => /-\w{8}\.json$/.test(one))
    const id = name.slice(0, -'.json'.length)
    const written = terminal.text()
    const own = `${state('history')} belongs to another user, so ${state('history')} does not count. Move it away`
    const refused = async (said: string) => {
      for (const args of [['history'], ['history', id], ...goBack.map(([verb]) => [verb, id]), ['undo']]) {
        const run = await ekscope([...args])
        expect([args, run.status, run.stdout]).toEqual([args, 3, ''])
        expect(run.stderr).toContain(said)
      }
      expect(terminal.text()).toBe(written)
    }
    chownSync(state('history'), 65_534, 65_534)
    await refused(own)
    // The folder around it is the user's own, and is closed by a write: what lies in it is judged all the same.
    chmodSync(terminal.state, 0o777)
    expect((await ekscope(['history'])).stderr).toContain(`chmod 700 ${terminal.state}`)
    expect((await ekscope(['undo', '--dry-run'])).stderr).toContain(`chmod 700 ${terminal.state}`)
    expect((await ekscope(['undo'])).stderr).toContain(own)
    expect(terminal.text()).toBe(written)
    chownSync(state('history'), 0, 0)
    expect((await ekscope(['undo'])).status).toBe(0)
    expect(terminal.text()).not.toBe(written)
  })

  test.each([
    ['its folder is another user’s', false, () => chownSync(state('journal'), 65_534, 65_534)],
    ['it is another user’s', false, () => chownSync(join(state('journal'), 'x.json'), 65_534, 65_534)],
    ['it is the user’s own', true, () => undefined],
  ])('a journal where %s: rolls back %s', async (_, rollsBack, plant) => {
    const evil = `${terminal.text()}# evil\n`
    const side = (text: string) => ({
      revision: createHash('sha256').update(text).digest('hex'),
      bytes: gzipSync(text).toString('base64'),
    })
    const [before, after] = [side(evil), side(terminal.text())]
    const path = terminal.file
    const journaled = { before: before.revision, after: after.revision }
    const bytes = { beforeBytes: before.bytes, afterBytes: after.bytes }
    const files = [
      { path, realPath: path, way: 'rename', ...journaled, ...bytes },
      // The other was not written yet.
      {
        path: `${path}2`,
        realPath: `${path}2`,
        way: 'rename',
        before: null,
        after: after.revision,
        beforeBytes: null,
        afterBytes: after.bytes,
      },
    ]
    const owner = { ...thisOwner(), pid: 4_194_303, startTime: '1' }
    mkdirSync(state('journal'), { recursive: true, mode: 0o700 })
    for (const folder of [terminal.state, state('journal')]) chmodSync(folder, 0o700)
    writeFileSync(
      join(state('journal'), 'x.json'),
      JSON.stringify({ version: 2, id: 'x', at: 1, owner, files }),
      { mode: 0o600 },
    )
    plant()
    await ekscope(['set-namespace', 'a', 'x'])
    expect(terminal.text().includes('# evil')).toBe(rollsBack)
  })
})
