import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type CommandResult, runCommand } from './run-command'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ekscope-run-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const never = new AbortController().signal
const env = { PATH: '/usr/bin:/bin' }
const sh = (
  script: string,
  options: { timeoutMs?: number; maxBytes?: number; signal?: AbortSignal } = {},
) => {
  const { signal = never, ...limits } = options
  return runCommand({ path: '/bin/sh', args: ['-c', script], env, ...limits }, signal)
}
const output = (result: CommandResult) => (result.kind === 'exited' ? result.stdout : result)

/** Whether a process is there and no zombie. */
async function alive(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return status !== '' && !/^State:\s+Z/m.test(status)
}
async function written(path: string): Promise<string> {
  for (let tries = 0; tries < 500; tries++) {
    const text = existsSync(path) ? await readFile(path, 'utf8') : ''
    if (text.endsWith('\n')) return text.trim()
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error(`${path} was never written`)
}

test('a command gives its status and both outputs', async () => {
  const result = await sh('echo out; echo err >&2; exit 3')
  expect(result).toMatchObject({ kind: 'exited', code: 3, stdout: 'out\n', stderr: 'err\n' })
})

test('arguments are words, never a shell’s: nothing in them is expanded', async () => {
  const words = ['$HOME', '`id`', 'a b', '', '*', "'", '\n']
  const result = await runCommand({ path: '/usr/bin/printf', args: ['<%s>', ...words], env }, never)
  expect(output(result)).toBe(words.map((word) => `<${word}>`).join(''))
})

test('the environment is exactly the one given: nothing of this process leaks in', async () => {
  const result = await runCommand({ path: '/usr/bin/env', args: [], env: { ONLY: 'this' } }, never)
  expect(output(result)).toBe('ONLY=this\n')
})

test('standard input is empty and there is no terminal to ask on, so a command cannot prompt', async () => {
  expect(output(await sh('cat; echo end'))).toBe('end\n')
  expect(output(await sh('(exec </dev/tty) 2>/dev/null && echo terminal || echo none'))).toBe('none\n')
})

test('a command has a session of its own', async () => {
  const result = await sh('ps -o sid= -p $$; echo $$')
  const [session, pid] = String(output(result)).trim().split(/\s+/)
  expect(session).toBe(pid)
})

describe('what cannot be started is a value', () => {
  test('a program that is not there, or is none', async () => {
    const missing = await runCommand({ path: join(folder, 'nothing'), args: [], env }, never)
    expect(missing).toMatchObject({ kind: 'not-started', code: 'ENOENT' })
    await writeFile(join(folder, 'plain'), 'text')
    const plain = await runCommand({ path: join(folder, 'plain'), args: [], env }, never)
    expect(plain).toMatchObject({ kind: 'not-started', code: 'EACCES' })
  })

  test('a script whose interpreter is missing', async () => {
    await writeFile(join(folder, 'script'), '#!/nowhere/python3\n')
    await chmod(join(folder, 'script'), 0o755)
    const result = await runCommand({ path: join(folder, 'script'), args: [], env }, never)
    expect(result).toMatchObject({ kind: 'not-started', code: 'ENOENT' })
  })

  test('an argument with a NUL byte, or more of them than the system takes', async () => {
    const nul = await runCommand({ path: '/bin/true', args: ['a\0b'], env }, never)
    expect(nul.kind).toBe('not-started')
    const huge = await runCommand({ path: '/bin/true', args: ['x'.repeat(3_000_000)], env }, never)
    expect(huge).toMatchObject({ kind: 'not-started', code: 'E2BIG' })
  })
})

describe('limits', () => {
  test('a time limit ends the command and everything it started', async () => {
    const pids = join(folder, 'pids')
    const result = await sh(`sleep 600 & echo $$ $! > ${pids}; wait`, { timeoutMs: 300 })
    expect(result.kind).toBe('timeout')
    for (const pid of (await written(pids)).split(' ')) expect(await alive(Number(pid))).toBe(false)
  })

  test('one that ignores SIGTERM is killed', async () => {
    const pids = join(folder, 'pids')
    const result = await sh(`trap '' TERM; echo $$ > ${pids}; while :; do sleep 0.05; done`, {
      timeoutMs: 300,
    })
    expect(result.kind).toBe('timeout')
    expect(await alive(Number(await written(pids)))).toBe(false)
  })

  test('cancelling ends the group too, and cancelling before the start starts nothing', async () => {
    const pids = join(folder, 'pids')
    const cancel = new AbortController()
    const running = sh(`sleep 600 & echo $$ $! > ${pids}; wait`, { signal: cancel.signal })
    const started = (await written(pids)).split(' ')
    cancel.abort()
    expect((await running).kind).toBe('cancelled')
    for (const pid of started) expect(await alive(Number(pid))).toBe(false)

    const late = await sh(`echo > ${join(folder, 'ran')}`, { signal: cancel.signal })
    expect(late.kind).toBe('cancelled')
    expect(existsSync(join(folder, 'ran'))).toBe(false)
  })

  test('output without end is cut and its writer ended, on either stream', async () => {
    for (const stream of ['', '>&2']) {
      const result = await sh(`echo $$ > ${join(folder, 'pid')}; yes ${stream}`, { maxBytes: 10_000 })
      expect(result.kind).toBe('too-large')
      expect(result.kind === 'too-large' && result.stderr.length).toBeLessThanOrEqual(10_000)
      expect(await alive(Number(await written(join(folder, 'pid'))))).toBe(false)
    }
  })

  test('a program left in the background with the pipes open does not hold the answer back', async () => {
    const result = await sh('sleep 30 & echo done')
    expect(output(result)).toBe('done\n')
  })

  test('one killed by another process says by which signal', async () => {
    expect(await sh('kill -SEGV $$')).toMatchObject({ kind: 'killed', by: 'SIGSEGV' })
  })
})

test('fifty at once leave no process, no zombie and no open pipe behind', async () => {
  const before = process.getActiveResourcesInfo().length
  const results = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      sh(i % 2 ? 'echo hello' : 'sleep 600', { timeoutMs: i % 2 ? 20_000 : 200 }),
    ),
  )
  expect(results.filter(({ kind }) => kind === 'timeout')).toHaveLength(25)
  expect(results.filter((r) => output(r) === 'hello\n')).toHaveLength(25)
  const { stdout } = await import('node:child_process').then(({ spawnSync }) =>
    spawnSync('ps', ['-o', 'stat=,comm=', '--ppid', String(process.pid)], { encoding: 'utf8' }),
  )
  expect(stdout.split('\n').filter((line) => /^Z|sleep/.test(line))).toEqual([])
  expect(process.getActiveResourcesInfo().length).toBeLessThanOrEqual(before + 2)
})
