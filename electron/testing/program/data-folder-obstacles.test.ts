/** What stands where Ekscope's own files belong: nothing holds it up, nothing strange is removed, and what is said helps. */
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { useTerminal } from './terminal'

const config = `apiVersion: v1
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
- {name: u, user: {}}
`
const terminal = useTerminal({ config, inProcess: true })
const { ekscope, text } = terminal
beforeEach(() => {
  for (const name of ['history', 'journal'])
    mkdirSync(join(terminal.state, name), { recursive: true, mode: 0o700 })
})

const set = ['set-namespace', 'one', 'web', '--lock-wait', '0'] as const
const pipe = (path: string) => execFileSync('mkfifo', [path])
const gone = () => ({
  host: hostname(),
  bootId: text('/proc/sys/kernel/random/boot_id').trim(),
  namespace: execFileSync('readlink', ['/proc/self/ns/pid'], { encoding: 'utf8' }).trim(),
  pid: 4_194_303,
  startTime: '1',
})

describe('in the place of a lock', () => {
  test.each([
    ['a pipe', () => pipe(`${terminal.file}.lock`), 'rm'],
    ['a folder', () => mkdirSync(`${terminal.file}.lock`), 'rmdir'],
    ['a link to a file of the system', () => symlinkSync('/etc/passwd', `${terminal.file}.lock`), 'rm'],
    ['a link to nothing', () => symlinkSync('/nowhere/at/all', `${terminal.file}.lock`), 'rm'],
    ['a link to itself', () => symlinkSync('config.lock', `${terminal.file}.lock`), 'rm'],
  ])('%s: refused with what to run, and left there', async (_, place, remedy) => {
    place()
    const run = await ekscope(set)
    expect([run.status, run.stdout]).toEqual([3, ''])
    expect(run.stderr).toContain(`${remedy} ${terminal.file}.lock`)
    expect(text()).toBe(config)
    expect(readdirSync(dirname(terminal.file)).sort()).toEqual(['config', 'config.lock'])
  })

  test.each([
    ['by its name', (lock: string) => lock],
    [
      'through a link',
      (lock: string) => {
        const there = join(dirname(lock), 'there')
        symlinkSync(lock, there)
        return there
      },
    ],
  ])('nothing is moved into the lock %s: it would go with the lock', async (_, place) => {
    const to = place(`${terminal.file}.lock`)
    const run = await ekscope(['move', 'two', '--to', to, '--lock-wait', '0'])
    expect([run.status, text()]).toEqual([3, config])
    expect(existsSync(`${terminal.file}.lock`)).toBe(false)
    const listed = await ekscope(['use', 'two', '--lock-wait', '0'], {
      KUBECONFIG: `${terminal.file}.lock:${terminal.file}`,
    })
    expect([listed.status, text()]).toEqual([3, config])
    expect(listed.stderr).toContain(`is where the lock of ${terminal.file} goes`)
  })

  test('a pipe where the taking over of a dead one’s lock is claimed blocks no write', async () => {
    writeFileSync(`${terminal.file}.lock`, JSON.stringify({ program: 'ekscope', id: 'x', owner: gone() }))
    pipe(join(dirname(terminal.file), '.config.lock.ekscope-takeover'))
    expect((await ekscope(set)).status).toBe(3)
    expect(text()).toBe(config)
  })
})

describe('in the place of a journal', () => {
  test('pipes, folders and files of gigabytes are passed over', async () => {
    pipe(join(terminal.state, 'journal/a.json'))
    mkdirSync(join(terminal.state, 'journal/b.json'))
    writeFileSync(join(terminal.state, 'journal/c.json'), '')
    truncateSync(join(terminal.state, 'journal/c.json'), 5_000_000_000)
    const run = await ekscope(set)
    expect([run.status, run.stderr]).toEqual([0, ''])
  })

  test('what cannot be understood is set aside and named once', async () => {
    const path = join(terminal.state, 'journal/a.json')
    writeFileSync(path, '{"version": 1, "id"')
    const run = await ekscope(set)
    expect([run.status, run.stderr]).toEqual([0, expect.stringContaining(`${path}.broken`)])
    expect((await ekscope(['set-namespace', 'one', 'next'])).stderr).toBe('')
    expect(text(`${path}.broken`)).toBe('{"version": 1, "id"')
  })

  test('kept bytes that are broken stop neither this start nor the next one', async () => {
    const other = join(terminal.home, 'other')
    writeFileSync(other, 'after')
    const [before, after] = ['before', 'after'].map((word) =>
      execFileSync('sha256sum', { input: word, encoding: 'utf8' }).slice(0, 64),
    )
    const kept = (path: string) => ({
      path,
      realPath: path,
      way: 'rename',
      before:
        path === other
          ? before
          : execFileSync('sha256sum', [terminal.file], { encoding: 'utf8' }).slice(0, 64),
      after,
      beforeBytes: 'AAAA',
      afterBytes: 'AAAA',
    })
    const path = join(terminal.state, 'journal/a.json')
    const record = { version: 1, id: 'a', at: 1, owner: gone(), files: [kept(other), kept(terminal.file)] }
    writeFileSync(path, JSON.stringify(record))
    const run = await ekscope(set)
    expect([run.status, run.stderr]).toEqual([0, expect.stringContaining(`${path}.broken`)])
    expect(text(other)).toBe('after')
    expect((await ekscope(['set-namespace', 'one', 'next'])).stderr).toBe('')
  })

  test('one of a newer Ekscope is left to that one, and named', async () => {
    const path = join(terminal.state, 'journal/a.json')
    const record = JSON.stringify({ version: 3, id: 'a', at: 1_764_000_000_000, owner: gone(), more: [] })
    writeFileSync(path, record)
    const run = await ekscope(set)
    expect([run.status, run.stderr]).toEqual([0, expect.stringContaining('a newer Ekscope')])
    expect(text(path)).toBe(record)
  })

  test('two that start at once settle it together: each ends with its edit, and one has completed it', async () => {
    const other = join(terminal.home, 'other')
    writeFileSync(other, 'kind: Config\n')
    const zipped = (text_: string) =>
      execFileSync('sh', ['-c', 'gzip -c | base64 -w0'], { input: text_, encoding: 'utf8' })
    const hash = (text_: string) => execFileSync('sha256sum', { input: text_, encoding: 'utf8' }).slice(0, 64)
    const kept = (path: string, before: string, after: string) => ({
      path,
      realPath: path,
      way: 'rename',
      before: hash(before),
      after: hash(after),
      beforeBytes: zipped(before),
      afterBytes: zipped(after),
    })
    writeFileSync(other, '# after\n')
    writeFileSync(
      join(terminal.state, 'journal/a.json'),
      JSON.stringify({
        version: 1,
        id: 'a',
        at: 1,
        owner: gone(),
        files: [kept(other, '', '# after\n'), kept(terminal.file, config, `# completed\n${config}`)],
      }),
    )
    // With options: a process of its own for each.
    const runs = await Promise.all([
      ekscope(['set-namespace', 'one', 'web'], {}, {}),
      ekscope(['set-namespace', 'two', 'web'], {}, {}),
    ])
    expect(runs.map(({ status }) => status)).toEqual([0, 0])
    expect(runs.map(({ stderr }) => stderr).join('')).toContain('has been completed')
    expect(text()).toBe(`# completed\n${config}`.replaceAll('user: u}\n', 'user: u, namespace: web}\n'))
    expect(readdirSync(join(terminal.state, 'journal'))).toEqual([])
  })
})

describe('in the place of the history', () => {
  test('pipes among its records, copies and marks hold nothing up, and the way back stays whole', async () => {
    const revision = execFileSync('sha256sum', [terminal.file], { encoding: 'utf8' }).slice(0, 64)
    const mark = execFileSync('sha256sum', { input: terminal.file, encoding: 'utf8' }).slice(0, 32)
    for (const folder of ['copies', 'latest']) mkdirSync(join(terminal.state, 'history', folder))
    for (const name of [
      'a.pending.json',
      '20250101T000000000Z-01234567.json',
      `copies/${revision}.gz`,
      `latest/${mark}.json`,
    ])
      pipe(join(terminal.state, 'history', name))
    expect((await ekscope(set)).status).toBe(0)
    expect((await ekscope(['history'])).stdout).toContain('one: namespace')
    const { writes } = JSON.parse((await ekscope(['history', '--json'])).stdout)
    expect((await ekscope(['restore', String(writes[0].id)])).status).toBe(0)
    expect(text()).toBe(config)
  })

  test('a whole copy that was cut short is made anew where that state is written over again', async () => {
    const revision = execFileSync('sha256sum', [terminal.file], { encoding: 'utf8' }).slice(0, 64)
    mkdirSync(join(terminal.state, 'history/copies'))
    writeFileSync(join(terminal.state, 'history/copies', `${revision}.gz`), 'cut')
    const { id } = JSON.parse((await ekscope([...set, '--json'])).stdout)
    expect((await ekscope(['restore', String(id)])).status).toBe(0)
    expect(text()).toBe(config)
  })

  test.each([
    ['a file', () => writeFileSync(join(terminal.state, 'odd'), '')],
    ['a link to itself', () => symlinkSync('odd', join(terminal.state, 'odd'))],
    ['a pipe', () => pipe(join(terminal.state, 'odd'))],
  ])('%s: nothing is written, and the refusal names the folder', async (_, place) => {
    place()
    const run = await ekscope(set, { EKSCOPE_HOME: join(terminal.state, 'odd') })
    expect([run.status, run.stderr]).toEqual([3, expect.stringContaining('EKSCOPE_HOME')])
    expect(text()).toBe(config)
  })

  test('emptying it takes what is ours alone, and says so when it cannot', async () => {
    const mine = join(terminal.state, 'history/notes.txt')
    writeFileSync(mine, 'mine')
    await ekscope(set)
    writeFileSync(join(terminal.state, 'history/history.lock'), '')
    expect((await ekscope(['history', '--purge'])).status).toBe(3)
    execFileSync('rm', [join(terminal.state, 'history/history.lock')])
    expect((await ekscope(['history', '--purge'])).stdout).toContain('1 write forgotten')
    expect(text(mine)).toBe('mine')
    expect(readdirSync(join(terminal.state, 'history'))).toEqual(['notes.txt'])
  })

  test('a folder that holds other things is neither closed to other users nor used', async () => {
    const folder = join(terminal.home, 'things')
    mkdirSync(folder, { mode: 0o755 })
    writeFileSync(join(folder, 'notes.txt'), 'mine')
    symlinkSync(folder, join(terminal.home, 'link'))
    const run = await ekscope(set, { EKSCOPE_HOME: join(terminal.home, 'link') })
    expect([run.status, run.stderr]).toEqual([3, expect.stringContaining('open to other users')])
    expect(statSync(folder).mode & 0o777).toBe(0o755)
    expect(readdirSync(folder)).toEqual(['notes.txt'])
  })
})

test('a link that leads elsewhere since: a write to the one file is not undone in the other', async () => {
  const [first, second] = [join(terminal.home, 'first'), join(terminal.home, 'second')]
  writeFileSync(first, config)
  execFileSync('ln', ['-sf', first, terminal.file])
  const { id } = JSON.parse((await ekscope([...set, '--json'])).stdout)
  const others = text(first).replace('name: two', 'name: another')
  writeFileSync(second, others)
  execFileSync('ln', ['-sf', second, terminal.file])
  for (const args of [
    ['undo', String(id)],
    ['restore', String(id)],
  ]) {
    const run = await ekscope(args)
    expect([run.status, run.stderr]).toEqual([3, expect.stringContaining('leads to another file')])
  }
  expect(text(second)).toBe(others)
  execFileSync('ln', ['-sf', first, terminal.file])
  expect((await ekscope(['undo', String(id)])).status).toBe(0)
  expect(text(first)).toBe(config)
})

describe('clocks that are off', () => {
  const later = (name: string) => join(terminal.state, 'history', name)

  test('a clock that was put back between two writes does not change their order', async () => {
    await ekscope(set)
    const [name = ''] = readdirSync(join(terminal.state, 'history')).filter((one) => one.endsWith('.json'))
    // As if the first had been written in another decade.
    const future = name.replace(/^\d{4}/, '2099')
    const record = text(later(name)).replaceAll(name.slice(0, -5), future.slice(0, -5))
    execFileSync('rm', [later(name)])
    writeFileSync(later(future), record)
    expect((await ekscope(['set-namespace', 'one', 'next'])).status).toBe(0)
    const { writes } = JSON.parse((await ekscope(['history', '--json'])).stdout)
    expect(writes.map(({ titles }: { titles: string[] }) => titles[0])).toEqual([
      'one: namespace web → next',
      'one: namespace (none) → web',
    ])
    expect((await ekscope(['undo'])).stdout).toContain('web → next')
    expect(text()).toContain('namespace: web}')
  })

  test('a lock of the future is as old as can be said: not negative, and not taken', async () => {
    writeFileSync(`${terminal.file}.lock`, '')
    execFileSync('touch', ['-d', '2099-01-01', `${terminal.file}.lock`])
    const run = await ekscope(set)
    expect([run.status, run.stderr]).toEqual([3, expect.stringContaining('for 0 s')])
  })
})

describe('one file by two names in the list', () => {
  test.each([
    ['a symbolic link', (path: string) => symlinkSync(terminal.file, path), []],
    ['a hard link', (path: string) => linkSync(terminal.file, path), ['--in-place']],
  ])('%s: its entries are there once, and everything can be done with them', async (_, link, how) => {
    const other = join(terminal.home, 'alias')
    link(other)
    const list = { KUBECONFIG: `:${terminal.file}::${other}:${join(terminal.home, 'nowhere/config')}:` }
    const { contexts } = JSON.parse((await ekscope(['list', '--json'], list)).stdout)
    expect(contexts.map(({ context }: { context: string }) => context)).toEqual(['one', 'two'])
    for (const args of [
      ['rename', 'one', 'uno'],
      ['clone', 'uno', 'more'],
      ['use', 'two'],
      ['delete', 'two'],
    ]) {
      const run = await ekscope([...args, ...how], list)
      expect([args, run.status, run.stderr]).toEqual([args, 0, ''])
    }
    expect(text(other)).toBe(text())
    expect([
      ...(await terminal.kubectl(...list.KUBECONFIG.split(':').filter(Boolean))).contexts.keys(),
    ]).toEqual(['more', 'uno'])
    expect(text()).toContain('current-context: ""')
    expect(existsSync(join(terminal.home, 'nowhere'))).toBe(false)
  })
})

test('decisions that others could have written allow nothing, and how to close the file is said', async () => {
  const ran = join(terminal.home, 'RAN')
  const exec = `exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: sh, args: [-c, "touch ${ran}"]}`
  writeFileSync(terminal.file, config.replace('user: {}', `user: {${exec}}`))
  await ekscope(['whoami', '--allow-exec=one', '--', 'one'])
  await ekscope(['whoami', 'one'])
  expect(existsSync(ran)).toBe(true)
  rmSync(ran)
  const trust = join(terminal.state, 'trust.json')
  chmodSync(trust, 0o666)
  const run = await ekscope(['whoami', 'one'])
  expect(existsSync(ran)).toBe(false)
  expect(run.stderr).toContain(`${trust} can be written by other users, so ${trust} does not count.`)
  expect(run.stderr).toContain(`chmod 600 ${trust}`)
})

test.each(['history', 'journal'])(
  'a %s that others could write: what reads says in one line by what writes refuses, and its answer stays the same',
  async (name) => {
    const quiet = await ekscope(['list', '--json'])
    expect([quiet.status, quiet.stderr]).toEqual([0, ''])
    const place = join(terminal.state, name)
    chmodSync(place, 0o777)
    const refused = await ekscope(set)
    expect([refused.status, text()]).toEqual([3, config])
    const listed = await ekscope(['list', '--json'])
    expect([listed.status, listed.stdout]).toEqual([0, quiet.stdout])
    expect(listed.stderr).toBe(refused.stderr)
    expect(listed.stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(listed.stderr).toContain(`chmod 700 ${place}`)
  },
)
