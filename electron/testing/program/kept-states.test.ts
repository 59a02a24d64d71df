/**
 * The states that a window keeps of files that others wrote: it is killed while it keeps one, the disk is full, or several keep and
 * write at once. In each case no state is lost, none is there twice, and each has its bytes.
 */
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { constants, tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { full } from '../../../shared/testing/counts'
import { revisionOf } from '../../kubeconfig/disk/replace'
import { keepSeenFiles } from '../../kubeconfig/disk/seen-states'
import { openHistory } from '../../kubeconfig/disk/write-history'
import { builtProgram, bundled, faultLibrary, noFaults, removeFolder } from '../bundle'
import { runProgram } from '../real-programs'

const why = noFaults()
let folder = ''
let keeper = ''
let program = ''
let library = ''
const home = (): string => path.join(folder, 'home')
const file = (): string => path.join(home(), 'config')
const history = () => openHistory(path.join(home(), 'state', 'history'))
const see = () => keepSeenFiles(history(), [file()])
const variables = () => ({
  HOME: home(),
  PATH: '/usr/bin:/bin',
  SHELL: '/bin/sh',
  KUBECONFIG: file(),
  EKSCOPE_HOME: path.join(home(), 'state'),
  AWS_EC2_METADATA_DISABLED: 'true',
  UV_THREADPOOL_SIZE: '1',
})
const keep = (times: number, more: Readonly<Record<string, string>> = {}) =>
  runProgram(process.execPath, [keeper, 'states', `${times}`], { ...variables(), ...more }, { cwd: home() })

const text = `apiVersion: v1
kind: Config
clusters:
- {name: c, cluster: {server: "https://c.example"}}
contexts:
- {name: one, context: {cluster: c, user: u}}
- {name: two, context: {cluster: c, user: u}}
- {name: three, context: {cluster: c, user: u}}
users:
- {name: u, user: {token: t}}
`
const torn = `${text.slice(0, -20)}\n- [`

beforeAll(async () => {
  folder = mkdtempSync(path.join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'ekscope-kept-'))
  keeper = await bundled('electron/testing/window-keeps.ts')
  program = await builtProgram()
  if (why === null) library = await faultLibrary()
})
afterAll(() => removeFolder(folder))

/** A home in which the file was seen, and then another program wrote it. */
async function makeHome(now: string): Promise<void> {
  rmSync(home(), { recursive: true, force: true })
  mkdirSync(path.join(home(), 'state'), { recursive: true, mode: 0o700 })
  writeFileSync(file(), text, { mode: 0o600 })
  await see()
  writeFileSync(file(), now)
}

/** All records are one line of states, each with its bytes, up to what is there now. */
async function expectWhole(): Promise<void> {
  const records = await history().list()
  let next = revisionOf(readFileSync(file()))
  for (const { id, uncertain, files } of records) {
    const [one] = files
    expect([one?.after, uncertain]).toEqual([next, false])
    for (const side of ['before', 'after'] as const) {
      const bytes = await history().bytesOf(id, file(), side)
      expect(bytes.ok && bytes.value && revisionOf(bytes.value)).toBe(one?.[side])
    }
    next = one?.before ?? ''
  }
}

const titles = async () => (await history().list()).map((record) => record.titles[0]?.slice(0, 17))
const { ENOSPC } = constants.errno

test.skipIf(why !== null)(
  `killed at a call, or with a full disk from there on: the next look has it once${why ?? ''}`,
  async () => {
    const world = () => makeHome(torn)
    await world()
    const [log, snapshots] = [path.join(folder, 'calls'), path.join(folder, 'snapshots')]
    mkdirSync(snapshots)
    const faults = { FAULT_ROOT: home(), LD_PRELOAD: library }
    const done = await keep(1, { ...faults, FAULT_LOG: log, FAULT_SNAPSHOTS: snapshots })
    expect(done.status).toBe(0)
    const calls = readFileSync(log, 'utf8').trimEnd().split('\n')
    const settling = calls.map((call) => /rename .*pending\.json/.test(call)).lastIndexOf(true) + 1
    expect(settling).toBeGreaterThan(0)
    // Its record is begun, and it is there but not yet noted as the last.
    const chosen = full ? calls.map((_, at) => at + 1) : [settling, settling + 1]
    for (const call of chosen)
      for (const kind of ['killed', 'full'] as const) {
        if (kind === 'killed') {
          rmSync(home(), { recursive: true, force: true })
          renameSync(path.join(snapshots, `${call}`), home())
        } else {
          await world()
          const more = { FAULT_AT: `${call}`, FAULT_ERRNO: `${ENOSPC}`, FAULT_TIMES: '1000000' }
          expect((await keep(1, { ...faults, ...more })).stderr).not.toContain('inside Ekscope')
        }
        expect((await see()).failed).toBe(0)
        expect([calls[call - 1], kind, await titles()]).toEqual([
          calls[call - 1],
          kind,
          ['cannot be read: l', 'the file as Eksco'],
        ])
        // What is there next, before any start has settled the rest, is kept too.
        writeFileSync(file(), text)
        expect((await see()).kept).toBe(1)
        expect(await titles()).toEqual(['can be read again', 'cannot be read: l', 'the file as Eksco'])
        await expectWhole()
        expect(await history().running()).toEqual([])
      }
  },
)

test('two windows keep while terminals and kubectl write: one line of states, with every write of ours in it', async () => {
  await makeHome(text)
  const rounds = full ? 12 : 3
  const done = (...args: readonly string[]) =>
    runProgram(process.execPath, [program, ...args], variables(), { cwd: home() })
  const ours = async () => {
    let written = 0
    for (let round = 0; round < rounds; round++) {
      const { status } = await done('set-namespace', ['one', 'two'][round % 2] ?? 'one', `n${round}`)
      if (status === 0) written += 1
    }
    return written
  }
  const theirs = async () => {
    for (let round = 0; round < 2 * rounds; round++) {
      const args = ['--kubeconfig', file(), 'config', 'set-context', 'three', `--namespace=t${round}`]
      await runProgram('kubectl', args, variables(), { cwd: home() })
    }
  }
  const [written, , ...windows] = await Promise.all([ours(), theirs(), keep(40 * rounds), keep(40 * rounds)])
  expect(windows.map(({ stderr }) => stderr)).toEqual(['', ''])
  await see()
  const records = await history().list()
  expect(written).toBeGreaterThan(0)
  expect(records.filter(({ by }) => by === 'terminal')).toHaveLength(written)
  const [, ...seen] = records.filter(({ by }) => by === 'others').reverse()
  expect(seen.filter(({ files: [one] }) => one?.before === one?.after)).toEqual([])
  await expectWhole()
})

test('a write of ours between the look at a file and its record is no other program’s, and not undone by the line', async () => {
  rmSync(home(), { recursive: true, force: true })
  mkdirSync(path.join(home(), 'state'), { recursive: true, mode: 0o700 })
  writeFileSync(file(), text, { mode: 0o600 })
  let looks = 0
  // Asked right after each reading of the file; the second is the one that is to be kept.
  const known = () => {
    looks += 1
    const args = [program, 'set-namespace', 'one', 'ours']
    if (looks === 2) execFileSync(process.execPath, args, { env: variables(), stdio: 'pipe' })
    return null
  }
  await keepSeenFiles(history(), [file()], known)
  expect(looks).toBe(2)
  await see()
  expect((await history().list()).map(({ by }) => by)).toEqual(['terminal'])
  await expectWhole()
})

test.skipIf(process.getuid?.() !== 0)(
  'without the right to read a file its state is a row, too, that says so',
  async () => {
    await makeHome(text)
    const nobody = 65_534
    const own = (user: number) => execFileSync('chown', ['-R', `${user}`, home()])
    chmodSync(folder, 0o755)
    for (const mode of [0, 0o600]) {
      chmodSync(file(), mode)
      own(nobody)
      const as = [`--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', process.execPath]
      const { status, stderr } = await runProgram('setpriv', [...as, keeper, 'states', '2'], variables())
      expect([status, stderr]).toEqual([0, ''])
      own(0)
    }
    expect((await history().list()).map((record) => record.titles)).toEqual([
      ['can be read again, as it was before'],
      [expect.stringMatching(/^cannot be read: You have no permission to read /)],
      ['the file as Ekscope found it'],
    ])
  },
)
