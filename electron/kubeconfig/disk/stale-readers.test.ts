/** Real processes: kubectl stopped between reading and locking, shells that hold a copy, and no such process. */
import { type ChildProcess, spawn } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { entryId } from '../../../shared/kubeconfig/entries'
import { realProgram } from '../../testing/real-programs'
import { type ApplyOptions, applyToDisk } from './apply-to-disk'
import { followOverwritten } from './overwritten-writes'
import { earlierReaders, type OldFile, untilReadersEnd } from './stale-readers'
import { type History, openHistory } from './write-history'

const folder = mkdtempSync(path.join(tmpdir(), 'ekscope-readers-'))
const started: ChildProcess[] = []
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Few and large: kubectl has little to read, and the file is one that is looked at again. */
const authority = Buffer.alloc(10_000, 'certificate').toString('base64')
const contexts = 150
let count = 0

function kubeconfig(): string {
  count += 1
  const file = path.join(folder, `config-${count}`)
  const lists = (line: (i: number) => string) => Array.from({ length: contexts }, (_, i) => line(i)).join('')
  writeFileSync(
    file,
    `apiVersion: v1\nkind: Config\nclusters:\n${lists((i) => `- name: c${i}\n  cluster: {server: "https://c${i}.test", certificate-authority-data: ${authority}}\n`)}contexts:\n${lists((i) => `- name: c${i}\n  context: {cluster: c${i}, user: u}\n`)}users:\n- name: u\n  user: {token: t}\n`,
    { mode: 0o600 },
  )
  return file
}

function asItIs(file: string): OldFile {
  const { size, uid, mode } = statSync(file)
  return { realPath: file, bytes: size, uid, mode }
}

function start(command: string, args: readonly string[], env: Record<string, string> = {}): ChildProcess {
  const child = spawn(command, [...args], { env: { PATH: '/usr/bin:/bin', ...env }, stdio: 'ignore' })
  started.push(child)
  return child
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(2)
}

const hasRead = (pid: number): number =>
  Number(/^rchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1] ?? 0)

const pids = (file: OldFile) => earlierReaders([file])?.map(({ pid }) => pid)

/** kubectl, stopped when it has read the file and before it takes the lock. */
async function stoppedKubectl(file: string) {
  const kubectl = start(
    realProgram('kubectl'),
    ['config', 'set-context', 'theirs', '--cluster=c1', '--kubeconfig', file],
    { HOME: folder },
  )
  const ended = new Promise<number | null>((resolve) => kubectl.once('close', resolve))
  const pid = kubectl.pid ?? 0
  await until(() => hasRead(pid) >= statSync(file).size)
  kubectl.kill('SIGSTOP')
  return { kubectl, ended }
}

const ours = (file: string, history: History): ApplyOptions => ({
  list: [file],
  by: 'terminal',
  history,
  journal: path.join(folder, `state-${count}`, 'journal'),
  edits: [{ kind: 'set-namespace', context: entryId('context', file, 'c1', 0), namespace: 'ours' }],
  titles: ['ours'],
  revisions: null,
})

/** Skipped where the tests themselves cannot see the whole machine: then the full time is waited (below). */
const seesAll =
  earlierReaders([{ realPath: path.join(folder, 'none'), bytes: 1e15, uid: 0, mode: 0o600 }]) !== null

describe.runIf(seesAll)('on a machine that shows its processes', () => {
  test('a process that has read less than the file is not waited for', async () => {
    const file = asItIs(kubeconfig())
    const sleeper = start('/bin/sleep', ['60'])
    await until(() => sleeper.pid !== undefined)
    expect(pids(file)).not.toContain(sleeper.pid)
  })

  test('one that holds the file open, read or not, is', async () => {
    const file = kubeconfig()
    const reader = start('/bin/sh', ['-c', `exec 7<'${file}'; echo > '${file}.open'; sleep 60`])
    await until(() => existsSync(`${file}.open`))
    const before = asItIs(file)
    rmSync(file)
    expect(pids(before)).toContain(reader.pid)
  })

  /** A process of this name and these arguments that has read the whole file, holds it no more, and does nothing else. */
  async function readerNamed(file: string, name: string, args: readonly string[] = []): Promise<number> {
    const { size } = statSync(file)
    const reading = `const fs = require('node:fs'); fs.readFileSync(${JSON.stringify(file)}); fs.writeFileSync(${JSON.stringify(`${file}.${name}`)}, ''); setTimeout(() => {}, 60_000)`
    const child = spawn(process.execPath, ['-e', reading, ...args], { argv0: name, stdio: 'ignore' })
    started.push(child)
    await until(() => existsSync(`${file}.${name}`))
    expect(hasRead(child.pid ?? 0)).toBeGreaterThanOrEqual(size)
    return child.pid ?? 0
  }

  test('an unknown one that has read as much is, whatever it is called', async () => {
    const file = kubeconfig()
    const pid = await readerNamed(file, 'some-program')
    expect(earlierReaders([asItIs(file)])?.find((one) => one.pid === pid)).toMatchObject({ certain: false })
  })

  test('one that gets a token, a shell and another Ekscope are not, as long as they do not have it open', async () => {
    const file = kubeconfig()
    const old = asItIs(file)
    expect(pids(old)).not.toContain(
      await readerNamed(file, 'aws', ['eks', 'get-token', '--cluster-name', 'c']),
    )
    expect(pids(old)).not.toContain(await readerNamed(file, '-zsh'))
    const ekscope = await readerNamed(file, 'node')
    expect(pids(old)).toContain(ekscope)
    const executable = readlinkSync(`/proc/${ekscope}/exe`)
    const asProgram = (script: string) => ({ program: { executable, script } })
    const found = (script: string) =>
      earlierReaders([old], asProgram(script))?.some(({ pid }) => pid === ekscope)
    expect(found('-e')).toBe(false)
    expect(found('another')).toBe(true)
    const shell = start('/bin/bash', ['-c', `exec 7<'${file}'; echo > '${file}.open'; read -r -t 60 <> <(:)`])
    await until(() => existsSync(`${file}.open`))
    expect(earlierReaders([old])?.find(({ pid }) => pid === shell.pid)).toMatchObject({ certain: true })
  })

  test('we ourselves and those who wait for us are not', () => {
    const file = { ...asItIs(kubeconfig()), bytes: 0 }
    expect(pids(file)).not.toContain(process.pid)
    expect(pids(file)).not.toContain(process.ppid)
  })

  test('a reader that ends is waited for, and no longer', async () => {
    const file = kubeconfig()
    const reader = start('/bin/sh', ['-c', `exec 7<'${file}'; exec sleep 60`])
    // Longer than anything else that runs meanwhile has read.
    const old = { ...asItIs(file), bytes: Number.MAX_SAFE_INTEGER }
    await until(() => pids(old)?.includes(reader.pid ?? 0) === true)
    const waiting = untilReadersEnd([old], 50_000, { mostMs: 50_000 })
    reader.kill('SIGKILL')
    expect(await waiting).toBe('ended')
    expect(await untilReadersEnd([old], 50_000)).toBe('none')
  })

  test('one that keeps the file open is waited for 300 ms, and no longer', async () => {
    const file = kubeconfig()
    const old = { ...asItIs(file), bytes: Number.MAX_SAFE_INTEGER }
    const reader = start('/bin/sh', ['-c', `exec 7<'${file}'; exec sleep 60`])
    await until(() => pids(old)?.includes(reader.pid ?? 0) === true)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'hrtime'] })
    try {
      let how = ''
      void untilReadersEnd([old], 60).then((ended) => {
        how = ended
      })
      await vi.advanceTimersByTimeAsync(285)
      expect(how).toBe('')
      await vi.advanceTimersByTimeAsync(15)
      expect(how).toBe('waited')
    } finally {
      vi.useRealTimers()
    }
    expect(reader.exitCode).toBeNull()
  })

  test('kubectl that read before our rename fails aloud while the lock is held on, or what it overwrote is named', async () => {
    const file = kubeconfig()
    const history = openHistory(path.join(folder, `state-${count}`, 'history'))
    const { kubectl, ended } = await stoppedKubectl(file)
    const outcome = await applyToDisk({
      ...ours(file, history),
      hook: (step) => {
        if (step === 'history-committed') kubectl.kill('SIGCONT')
      },
    })
    const status = await ended
    if (!outcome.ok || outcome.value.kind !== 'written') throw new Error('not written')
    const named = [
      ...outcome.value.overwritten,
      ...(await followOverwritten({ history, list: () => [file], now: Date.now }).find()).flatMap(
        ({ items }) => items,
      ),
    ]
    if (status === 0) expect(named.map(({ name }) => name)).toEqual(['c1'])
    else expect(readFileSync(file, 'utf8')).toContain('namespace: ours')
  }, 120_000)

  test('kubectl that read before our rename and writes after it is not waited for; what it overwrote is named when looked at next', async () => {
    const file = kubeconfig()
    const history = openHistory(path.join(folder, `state-${count}`, 'history'))
    const { kubectl, ended } = await stoppedKubectl(file)
    const outcome = await applyToDisk(ours(file, history))
    // It holds the whole of what was there before, and our answer does not depend on when it goes on.
    expect(outcome).toMatchObject({ ok: true, value: { kind: 'written', overwritten: [] } })
    kubectl.kill('SIGCONT')
    await ended
    const look = () => followOverwritten({ history, list: () => [file], now: Date.now }).find()
    expect((await look()).flatMap(({ items }) => items.map(({ name }) => name))).toEqual(['c1'])
    expect(await look()).toEqual([])
  }, 120_000)
})

describe('the full time is waited', () => {
  const file: OldFile = { realPath: path.join(folder, 'none'), bytes: 1, uid: 0, mode: 0o600 }

  /** What /proc would show, in a folder. */
  function procWith(change: { namespace?: string; mounts?: string; stat?: string; io?: string }): string {
    count += 1
    const proc = path.join(folder, `proc-${count}`)
    mkdirSync(path.join(proc, 'self/ns'), { recursive: true })
    symlinkSync(change.namespace ?? 'pid:[4026531836]', path.join(proc, 'self/ns/pid'))
    writeFileSync(
      path.join(proc, 'self/mountinfo'),
      change.mounts ?? '22 27 0:21 / /proc rw - proc proc rw\n',
    )
    writeFileSync(path.join(proc, 'uptime'), '1000.00 1.00\n')
    mkdirSync(path.join(proc, '77/fd'), { recursive: true })
    writeFileSync(path.join(proc, '77/maps'), '')
    writeFileSync(path.join(proc, '77/stat'), change.stat ?? statOf('S', 0, 99_000))
    if (change.io !== undefined) writeFileSync(path.join(proc, '77/io'), change.io)
    return proc
  }
  const statOf = (state: string, flags: number, ticks: number): string =>
    `77 (a (b) c) ${state} 1 0 0 0 -1 ${flags} ${'0 '.repeat(12)}${ticks} 0 0\n`
  const look = (proc: string, type = 0xef53) => earlierReaders([file], { proc, self: 1, typeOf: () => type })

  test('in a container, whose files may be mounted from outside', () => {
    expect(look(procWith({ io: 'rchar: 1\n', namespace: 'pid:[4026532001]' }))).toBeNull()
  })
  test('where processes of others are hidden', () => {
    const mounts = '22 27 0:21 / /proc rw - proc proc rw,hidepid=invisible\n'
    expect(look(procWith({ io: 'rchar: 1\n', mounts }))).toBeNull()
    expect(look(procWith({ io: 'rchar: 1\n', mounts: mounts.replace('invisible', '0') }))).toHaveLength(1)
  })
  test('on a file system that other machines may write to', () => {
    expect(look(procWith({ io: 'rchar: 1\n' }), 0x6969)).toBeNull()
  })
  test('where there is no such folder at all', async () => {
    const nowhere = { proc: path.join(folder, 'nowhere') }
    expect(earlierReaders([file], nowhere)).toBeNull()
    expect(await untilReadersEnd([file], 1, nowhere)).toBe('unknown')
  })
  test('for a process that shows nothing of what it reads only where it may write', () => {
    expect(look(procWith({}))).toEqual([])
    expect(look(procWith({ io: '' }))).toHaveLength(1)
  })
  test('for no thread of the kernel, no zombie, and nothing older than two minutes, unless it has a large file open', () => {
    const io = 'rchar: 1\n'
    expect(look(procWith({ io }))).toHaveLength(1)
    expect(look(procWith({ io, stat: statOf('Z', 0, 99_000) }))).toEqual([])
    expect(look(procWith({ io, stat: statOf('S', 0x00200000, 99_000) }))).toEqual([])
    const old = statOf('S', 0, 87_000)
    expect(look(procWith({ io, stat: old }))).toEqual([])
    const opened = procWith({ io, stat: old })
    symlinkSync(`${file.realPath} (deleted)`, path.join(opened, '77/fd/3'))
    expect(look(opened)).toEqual([])
    const large = { ...file, bytes: 5_000_000 }
    const found = earlierReaders([large], { proc: opened, self: 1, typeOf: () => 0xef53 })
    expect(found).toMatchObject([{ pid: 77, certain: true }])
  })
  test('for none that the kernel itself names as a thread of its own, which is not asked then', () => {
    const leader = (proc: string, flags: number, children: string) => {
      mkdirSync(path.join(proc, '2/task/2'), { recursive: true })
      writeFileSync(path.join(proc, '2/stat'), `2 (kthreadd) S 0 0 0 0 -1 ${flags} ${'0 '.repeat(12)}5 0 0\n`)
      writeFileSync(path.join(proc, '2/task/2/children'), children)
      return proc
    }
    const io = 'rchar: 1\n'
    const unasked = procWith({ io, stat: 'what nobody can read' })
    expect(look(unasked)).toBeNull()
    expect(look(leader(unasked, 0x00200000, '3 77 78 '))).toEqual([])
    expect(look(leader(procWith({ io }), 0x00200000, ''))).toHaveLength(1)
    // A process with that number in another namespace has no threads here.
    expect(look(leader(procWith({ io }), 0, '3 77 78 '))).toHaveLength(1)
  })
})
