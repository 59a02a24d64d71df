/**
 * What can go wrong around a write, with the real program: files that are never written, a holder of the lock that
 * hangs, folders and links that change underneath, owners and modes, and what the next start says after a kill.
 */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Edit } from '../../../shared/edits/edit'
import { entryId } from '../../../shared/kubeconfig/entries'
import { someOf } from '../../../shared/testing/counts'
import { readForWriting, type StepHook, type WriteStep } from '../../kubeconfig/disk/replace'
import { bundled } from '../bundle'
import { realProgram } from '../real-programs'
import { replaceFile } from '../replace-file'
import { runJob, type WriterJob } from '../writer-job'
import { useTerminal } from './terminal'

const asRoot = process.getuid?.() === 0
const nobody = 65534
let writer: string
const children: ChildProcess[] = []

const config = `# written by hand
apiVersion: v1
kind: Config
current-context: one
clusters:
- {name: c, cluster: {server: "https://c.test"}}
contexts:
- name: one # the first
  context: {cluster: c, user: u}
- name: two
  context: {cluster: c, user: u}
users:
- {name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [eks, get-token, --cluster-name, c]}}}
`
const wanted = config.replace(
  'context: {cluster: c, user: u}\n- name: two',
  'context: {cluster: c, user: u, namespace: web}\n- name: two',
)

const terminal = useTerminal({ config, inProcess: true })
const { ekscope, run, text } = terminal
beforeAll(async () => {
  writer = await bundled('electron/testing/kubeconfig-writer.ts')
})
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

const set = ['set-namespace', 'one', 'web'] as const
const beside = (folder = join(terminal.home, '.kube')): readonly string[] => readdirSync(folder).sort()

const setNamespace: Edit = { kind: 'set-namespace', context: '', namespace: 'web' }
const edit = (path = terminal.file): Edit => ({
  ...setNamespace,
  context: entryId('context', path, 'one', 0),
})

const whole = (job: WriterJob) => ({ list: [terminal.file], dataFolder: terminal.state, ...job })
const jobOf = (job: WriterJob): string => JSON.stringify(whole(job))

/** Starts the write path in a process of its own. */
function start(job: WriterJob, prefix: readonly string[] = []) {
  const [command = '', ...args] = [...prefix, process.execPath, writer, jobOf(job)]
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  let out = ''
  child.stdout.on('data', (part: Buffer) => {
    out += part.toString()
  })
  const ended = once(child, 'close').then(() => out)
  return { child, answer: async (): Promise<unknown> => JSON.parse(await ended), ended }
}

/** Until the process is stopped, as /proc shows. */
async function stopped({ pid }: ChildProcess): Promise<void> {
  await expect
    .poll(() => /^State:\s+T/m.test(readFileSync(`/proc/${pid}/status`, 'utf8')), { timeout: 20_000 })
    .toBe(true)
}

describe('never written', () => {
  const cases: readonly (readonly [string, () => void, RegExp])[] = [
    [
      'a file in UTF-16',
      () =>
        writeFileSync(
          terminal.file,
          Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(config, 'utf16le')]),
        ),
      /UTF-8/,
    ],
    [
      'bytes that are no text',
      () => writeFileSync(terminal.file, Buffer.from([0x61, 0x3a, 0x20, 0xff, 0xfe, 0x0a])),
      /UTF-8/,
    ],
    ['a file over 64 MiB', () => truncateSync(terminal.file, 64 * 1024 * 1024 + 1), /64 MiB/],
    [
      'a pipe',
      () => {
        unlinkSync(terminal.file)
        execFileSync('mkfifo', [terminal.file])
      },
      /not a regular file/,
    ],
    [
      'a folder',
      () => {
        unlinkSync(terminal.file)
        mkdirSync(terminal.file)
      },
      /folder/,
    ],
    [
      'a symbolic link in a circle',
      () => {
        unlinkSync(terminal.file)
        symlinkSync(terminal.file, terminal.file)
      },
      /ELOOP|circle|could not be/,
    ],
    [
      'a name that is there twice',
      () => writeFileSync(terminal.file, config.replace('name: two', 'name: one')),
      /twice/,
    ],
    [
      'an unquoted name that is a truth value',
      () => writeFileSync(terminal.file, config.replace('name: two', 'name: on')),
      /quotes/,
    ],
    ['half a file', () => writeFileSync(terminal.file, `${config.slice(0, 120)}\n  - [`), /line|YAML|not/],
  ]
  test.each(cases)(
    '%s',
    async (_, prepare, why) => {
      prepare()
      // Long enough ago not to be taken for a write that is still going on.
      const then = Date.now() / 1_000 - 60
      lutimesSync(terminal.file, then, then)
      const before = lstatSync(terminal.file)
      const source = join(terminal.home, 'source')
      writeFileSync(source, config.replaceAll('one', 'other'))
      for (const args of [set, ['use', 'two'], ['import', source]]) {
        const run = await ekscope(args)
        expect([run.status, run.stdout]).toEqual([3, ''])
        expect(run.stderr).toMatch(why)
        expect(run.stderr).toContain(terminal.file)
      }
      const after = lstatSync(terminal.file)
      expect([after.ino, after.size, after.mtimeMs]).toEqual([before.ino, before.size, before.mtimeMs])
      expect(beside()).toEqual(['config'])
      // The engine itself refuses too, for a caller that did not check before.
      expect(await runJob(whole({ edits: [edit()], waitMs: 1_000 }))).toMatchObject({ ok: false })
      expect(lstatSync(terminal.file).ino).toBe(before.ino)
    },
    60_000,
  )

  test('a file in UTF-16 beside the one that is edited: its names count, and what would have to change in it refuses the edit', async () => {
    const wide = join(terminal.home, '.kube/wide')
    const theirs = config.replaceAll('name: one', 'name: three').replaceAll('name: two', 'name: four')
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(theirs, 'utf16le')])
    writeFileSync(wide, bytes)
    const KUBECONFIG = `${terminal.file}:${wide}`
    expect((await ekscope(set, { KUBECONFIG })).status).toBe(0)
    const taken = await ekscope(['rename', 'two', 'three'], { KUBECONFIG })
    expect([taken.status, taken.stderr]).toEqual([3, expect.stringContaining('“three” already')])
    const user: Edit = { kind: 'rename-user', user: entryId('user', terminal.file, 'u', 0), name: 'v' }
    const refused = await runJob(whole({ list: [terminal.file, wide], edits: [user] }))
    expect(refused).toMatchObject({ ok: false, fault: { message: expect.stringContaining('UTF-16') } })
    expect(text()).toBe(wanted)
    expect(readFileSync(wide).equals(bytes)).toBe(true)
  })

  test.runIf(asRoot)('a file that may not be read, anywhere in the list', async () => {
    const other = join(terminal.home, '.kube/other')
    writeFileSync(other, config.replaceAll('name: one', 'name: three'), { mode: 0o000 })
    for (const path of [terminal.home, join(terminal.home, '.kube'), terminal.file])
      chownSync(path, nobody, nobody)
    const as = [`--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups']
    const refused = await run('setpriv', [...as, process.execPath, terminal.program, ...set], {
      KUBECONFIG: `${terminal.file}:${other}`,
    })
    expect([refused.status, refused.stdout]).toEqual([3, ''])
    expect(refused.stderr).toContain(other)
    expect(text()).toBe(config)
  })
})

describe('a holder of the lock that hangs', () => {
  test('others see who holds it, kubectl is refused, and when it goes on both writes are there', async () => {
    const { child, answer } = start({ edits: [edit()], stopAt: 'temp-synced' })
    await stopped(child)
    const refused = await ekscope(['use', 'two', '--lock-wait', '1'])
    expect(refused.status).toBe(3)
    expect(refused.stderr).toMatch(/held by another Ekscope for \d+ s/)
    const kubectl = await run(realProgram('kubectl'), ['config', 'use-context', 'two'])
    expect(kubectl.status).not.toBe(0)
    const waiting = ekscope(['use', 'two'])
    child.kill('SIGCONT')
    expect(await answer()).toMatchObject({ ok: true, kind: 'written' })
    expect((await waiting).status).toBe(0)
    expect(text()).toBe(wanted.replace('current-context: one', 'current-context: two'))
    expect(beside()).toEqual(['config'])
  }, 60_000)

  test.each<WriteStep>(['locked', 'read', 'history-written', 'temp-half'])(
    'its lock removed by hand while it hangs at %s: what was written meanwhile is kept, and it says so',
    async (stopAt) => {
      const { child, answer } = start({ edits: [edit()], stopAt })
      await stopped(child)
      unlinkSync(`${terminal.file}.lock`)
      expect((await ekscope(['use', 'two'])).status).toBe(0)
      const theirs = text()
      child.kill('SIGCONT')
      const late = await answer()
      // Stopped before it had read, it computes on what is there; else it refuses.
      expect(late).toMatchObject({
        ok: false,
        fault: { code: expect.stringMatching(/^(locked|changed-on-disk)$/) },
      })
      expect(text()).toBe(theirs)
      expect(theirs).toContain('current-context: two')
      expect(beside()).toEqual(['config'])
    },
    60_000,
  )
})

describe('what changes between reading and renaming', () => {
  const write = async (at: WriteStep, happens: () => void) => {
    const read = await readForWriting(terminal.file)
    if (!read.ok) throw new Error(read.fault.message)
    const hook: StepHook = (step) => {
      if (step === at) happens()
    }
    return await replaceFile(read.value, Buffer.from('new'), { hook })
  }

  test('the folder vanishes: nothing is made in its place, and the refusal says what to do', async () => {
    const result = await write('temp-synced', () => rmSync(join(terminal.home, '.kube'), { recursive: true }))
    expect(result).toMatchObject({
      ok: false,
      fault: {
        code: 'not-found',
        message: expect.stringContaining('does not exist'),
        next: expect.stringContaining('mkdir -p'),
      },
    })
    expect(existsSync(join(terminal.home, '.kube'))).toBe(false)
  })

  test('the file vanishes: it stays gone', async () => {
    const result = await write('temp-synced', () => unlinkSync(terminal.file))
    expect(result).toMatchObject({ ok: false, fault: { code: 'changed-on-disk' } })
    expect(beside()).toEqual([])
  })

  test('the folder is moved away and another put there: the other one’s file is untouched', async () => {
    const result = await write('temp-written', () => {
      renameSync(join(terminal.home, '.kube'), join(terminal.home, 'moved'))
      mkdirSync(join(terminal.home, '.kube'))
      writeFileSync(terminal.file, 'theirs')
    })
    expect(result.ok).toBe(false)
    expect([text(), text(join(terminal.home, 'moved/config'))]).toEqual(['theirs', config])
  })

  test('a symbolic link is pointed elsewhere: neither file is written', async () => {
    const [a, b] = [join(terminal.home, 'a'), join(terminal.home, 'b')]
    for (const path of [a, b]) writeFileSync(path, config)
    unlinkSync(terminal.file)
    symlinkSync(a, terminal.file)
    const result = await write('temp-synced', () => {
      unlinkSync(terminal.file)
      symlinkSync(b, terminal.file)
    })
    expect(result).toMatchObject({ ok: false, fault: { code: 'changed-on-disk' } })
    expect([text(a), text(b)]).toEqual([config, config])
    expect(readdirSync(terminal.home).filter((name) => name.includes('.tmp'))).toEqual([])
  })

  // In the quick run one of each answer.
  test.each(
    someOf(['ENOSPC', 'EDQUOT', 'EIO', 'ESTALE', 'EFBIG'], (code) => /^E(NOSPC|IO|FBIG)$/.test(code)),
  )('%s in the middle of the temporary file: the old file is whole and nothing is left', async (code) => {
    const result = await write('temp-half', () => {
      throw Object.assign(new Error(code), { code })
    })
    const said =
      code === 'EIO' || code === 'ESTALE'
        ? { ok: true, value: { kind: 'obstructed' } }
        : {
            ok: false,
            fault: {
              code: code === 'EFBIG' ? 'not-writable' : 'disk-full',
              message: expect.stringContaining(code),
            },
          }
    expect(result).toMatchObject(said)
    expect([text(), beside()]).toEqual([config, ['config']])
  })

  test('a limit on the size of files (ulimit -f): the old file is whole, the next start is clean', async () => {
    // Larger than the limit, which a quota would be like.
    const big = config + '# remark\n'.repeat(4_000)
    writeFileSync(terminal.file, big)
    const limited = await run('/bin/sh', [
      '-c',
      'ulimit -f 16; exec "$@"',
      'sh',
      process.execPath,
      writer,
      jobOf({ edits: [edit()] }),
    ])
    expect(limited.stdout === '' || !JSON.parse(limited.stdout).ok).toBe(true)
    expect(text()).toBe(big)
    const next = await ekscope(set)
    expect([next.status, next.stderr]).toEqual([0, ''])
    expect(beside()).toEqual(['config'])
  })
})

describe('owner, group and mode', () => {
  test.each(['000', '077'])('umask %s: mode is kept, new files are 0600', async (umask) => {
    chmodSync(terminal.file, 0o644)
    const fresh = join(terminal.home, 'fresh/config')
    const source = join(terminal.home, 'source')
    writeFileSync(source, config)
    const sh = (...args: readonly string[]) =>
      run('/bin/sh', ['-c', `umask ${umask}; exec "$@"`, 'sh', process.execPath, terminal.program, ...args])
    expect((await sh(...set)).status).toBe(0)
    expect(statSync(terminal.file).mode & 0o7777).toBe(0o644)
    expect((await sh('import', source, '--kubeconfig', fresh)).status).toBe(0)
    expect((await sh('set-namespace', 'one', 'db', '--kubeconfig', fresh)).status).toBe(0)
    expect(statSync(fresh).mode & 0o7777).toBe(0o600)
    expect(statSync(join(terminal.home, 'fresh')).mode & 0o7777).toBe(0o700)
    const own = readdirSync(terminal.state, { recursive: true, encoding: 'utf8' })
    expect(own.length).toBeGreaterThan(3)
    for (const name of own) {
      const facts = statSync(join(terminal.state, name))
      expect([name, facts.mode & 0o777]).toEqual([name, facts.isDirectory() ? 0o700 : 0o600])
    }
  })

  test.runIf(asRoot)(
    'another user’s file stays theirs when root writes it, also in a folder that gives its group',
    async () => {
      const folder = join(terminal.home, '.kube')
      chownSync(folder, 4_321, 4_322)
      chmodSync(folder, 0o2775)
      chownSync(terminal.file, 4_323, 4_324)
      chmodSync(terminal.file, 0o640)
      expect((await ekscope(set)).status).toBe(0)
      const { uid, gid, mode } = statSync(terminal.file)
      expect([uid, gid, mode & 0o7777]).toEqual([4_323, 4_324, 0o640])
      expect(text()).toBe(wanted)
    },
  )

  test.runIf(asRoot)(
    'an ordinary user in a folder that gives its group: the file keeps its own group',
    async () => {
      const folder = join(terminal.home, '.kube')
      chownSync(terminal.home, nobody, nobody)
      chownSync(folder, nobody, 4_322)
      chmodSync(folder, 0o2775)
      chownSync(terminal.file, nobody, nobody)
      const as = ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--groups=4322']
      expect(await start({ edits: [edit()] }, as).answer()).toMatchObject({ ok: true, kind: 'written' })
      const { uid, gid, mode } = statSync(terminal.file)
      expect([uid, gid, mode & 0o7777]).toEqual([nobody, nobody, 0o600])
    },
  )
})

describe('killed in the middle: the next start mends it and says so', () => {
  const move = (other: string): Edit => ({
    kind: 'move-contexts',
    contexts: [entryId('context', terminal.file, 'two', 0)],
    file: other,
  })

  test('between two files: ekscope rolls the move back, says so on standard error, and does its own work', async () => {
    const other = join(terminal.home, '.kube/other')
    writeFileSync(other, 'contexts: []\n', { mode: 0o600 })
    const list = [terminal.file, other]
    await start({ list, edits: [move(other)], dieAt: 'renamed' }).ended
    expect([text().includes('name: two'), text(other).includes('name: two')]).toEqual([true, true])
    // Neither reading nor looking at a write changes anything.
    for (const args of [['list'], [...set, '--dry-run']])
      expect((await ekscope(args, { KUBECONFIG: list.join(':') })).stderr).not.toContain('interrupted')
    expect(text()).toBe(config)
    const run = await ekscope(set, { KUBECONFIG: list.join(':') })
    expect(run.status).toBe(0)
    expect(run.stderr).toMatch(
      /^ekscope: The write of .* was interrupted and has been rolled back\. It was: move[a-z-]*\.\n$/,
    )
    expect([text(), text(other)]).toEqual([wanted, 'contexts: []\n'])
    expect((await ekscope(set, { KUBECONFIG: list.join(':') })).stderr).toBe('')
    const { writes } = JSON.parse((await ekscope(['history', '--json'])).stdout)
    expect(writes.map(({ titles }: { titles: string[] }) => titles[0])).toEqual([
      expect.stringContaining('one: namespace'),
    ])
    expect(beside()).toEqual(['config', 'other'])
  }, 60_000)

  test('between two files of which another program has written one since: rolled back, theirs stays', async () => {
    const other = join(terminal.home, '.kube/other')
    writeFileSync(other, 'contexts: []\n', { mode: 0o600 })
    const list = [terminal.file, other]
    await start({ list, edits: [move(other)], dieAt: 'renamed' }).ended
    writeFileSync(terminal.file, `# theirs\n${config}`)
    const run = await ekscope(set, { KUBECONFIG: list.join(':') })
    expect([run.status, run.stderr]).toEqual([
      0,
      expect.stringContaining('was interrupted and has been rolled back'),
    ])
    expect(text(other)).toBe('contexts: []\n')
    expect(text()).toBe(`# theirs\n${wanted}`)
  }, 60_000)

  test('a window says it too, once', async () => {
    const other = join(terminal.home, '.kube/other')
    writeFileSync(other, 'contexts: []\n', { mode: 0o600 })
    await start({ list: [terminal.file, other], edits: [move(other)], dieAt: 'renamed' }).ended
    const services = terminal.window({ KUBECONFIG: `${terminal.file}:${other}` })
    const { signal } = new AbortController()
    expect(await services.editing.recover(signal)).toEqual([
      {
        message: expect.stringContaining('has been rolled back'),
        write: null,
      },
    ])
    expect(await services.editing.recover(signal)).toEqual([])
    expect([text(), text(other)]).toEqual([config, 'contexts: []\n'])
  })

  test('in place into a file that is mounted by itself', async () => {
    const source = join(terminal.home, 'source')
    writeFileSync(source, config, { mode: 0o600 })
    const clone: Edit = {
      kind: 'clone-context',
      context: entryId('context', terminal.file, 'one', 0),
      name: 'a-rather-long-name',
      pin: null,
      userName: null,
    }
    const script = `mount --bind "$1" "$2"
"$3" "$4" set-namespace one web >"$8/refused" 2>&1 && exit 9
"$3" "$5" "$6" >/dev/null 2>&1 && exit 10
cp "$2" "$8/torn"
"$3" "$4" set-namespace one web --in-place >"$8/out" 2>"$8/err"`
    const { status, stderr } = await run('unshare', [
      ...(asRoot ? ['-m'] : ['-Urm']),
      'sh',
      '-c',
      script,
      'sh',
      source,
      terminal.file,
      process.execPath,
      terminal.program,
      writer,
      jobOf({ edits: [clone], inPlace: [terminal.file], dieAt: 'in-place-half' }),
      '',
      terminal.home,
    ])
    expect([status, stderr]).toEqual([0, ''])
    expect(text(join(terminal.home, 'refused'))).toMatch(/mounted by itself.*--in-place/)
    expect(text(join(terminal.home, 'torn'))).not.toBe(config)
    expect(text(join(terminal.home, 'err'))).toContain('has been rolled back')
    expect(text(source)).toBe(wanted)
    // What lies under the mount was never touched.
    expect(text()).toBe(config)
  }, 60_000)
})
