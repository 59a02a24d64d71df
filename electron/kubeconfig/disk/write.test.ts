import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  existsSync,
  fstatSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Edit } from '../../../shared/edits/edit'
import { entryId } from '../../../shared/kubeconfig/entries'
import { full } from '../../../shared/testing/counts'
import { bundled } from '../../testing/bundle'
import type { WriterJob } from '../../testing/writer-job'
import { applyToDisk, planOnDisk } from './apply-to-disk'
import type { StepHook } from './replace'
import { planUndo, undoWrite } from './undo'
import { type History, openHistory } from './write-history'

const run = promisify(execFile)
let writer = ''
let folder = ''
let data = ''
let file = ''
let history: History
const children: ChildProcess[] = []

const entry = (i: number): string => `- name: c${i}\n  context: {cluster: prod, user: me} # number ${i}\n`
const text = (contexts: number): string =>
  `# mine\napiVersion: v1\nkind: Config\ncurrent-context: c0\ncontexts:\n${Array.from({ length: contexts }, (_, i) => entry(i)).join('')}clusters:\n- name: prod\n  cluster: {server: "https://x"}\nusers:\n- name: me\n  user:\n    exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [--region, us-west-2, eks, get-token, --cluster-name, prod]}\n`

beforeAll(async () => {
  writer = await bundled('electron/testing/kubeconfig-writer.ts')
})
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ekscope-write-'))
  chmodSync(folder, 0o755)
  data = join(folder, 'data')
  file = join(folder, 'config')
  history = openHistory(join(data, 'history'))
  writeFileSync(file, text(3), { mode: 0o600 })
})
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

const context = (name: string, path = file): string => entryId('context', path, name, 0)
const namespace = (name: string, value: string): Edit => ({
  kind: 'set-namespace',
  context: context(name),
  namespace: value,
})
const clone = (from: string, name: string): Edit => ({
  kind: 'clone-context',
  context: context(from),
  name,
  pin: null,
  userName: null,
})
const base = () => ({ list: [file], by: 'terminal' as const, history, journal: join(data, 'journal') })
const apply = (edits: Edit[], more: object = {}) =>
  applyToDisk({ ...base(), edits, titles: edits.map(({ kind }) => kind), revisions: null, ...more })
const content = (path = file): string => readFileSync(path, 'utf8')
const kubectlContexts = (path = file): string[] =>
  execFileSync('kubectl', ['config', 'get-contexts', '-o', 'name', '--kubeconfig', path], {
    encoding: 'utf8',
  })
    .trim()
    .split('\n')
    .filter(Boolean)
    .sort()

const argument = (job: WriterJob): string => JSON.stringify({ list: [file], dataFolder: data, ...job })

/** Runs the writer in a process of its own; gives what it printed. */
async function write(
  job: WriterJob,
  prefix: readonly string[] = [],
): Promise<{
  ok?: boolean
  kind?: string
  fault?: { code: string; message: string; next: string }
}> {
  const [command = '', ...args] = [...prefix, process.execPath, writer, argument(job)]
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString()
  })
  await once(child, 'exit')
  if (out === '') throw new Error(err)
  return JSON.parse(out)
}

describe('an apply', () => {
  test('writes exactly what its plan showed, and says how to undo it', async () => {
    const edits = [namespace('c1', 'web'), clone('c2', 'copy')]
    const plan = await planOnDisk([file], edits)
    const before = content()
    const result = await apply(edits, { revisions: plan.revisions })
    if (!result.ok || result.value.kind !== 'written') throw new Error(JSON.stringify(result))
    expect(result.value.plan).toEqual(plan)
    expect(content()).toBe(
      before
        .replace(
          '{cluster: prod, user: me} # number 1',
          '{cluster: prod, user: me, namespace: web} # number 1',
        )
        .replace('clusters:', '- name: copy\n  context: {cluster: prod, user: copy}\nclusters:') +
        before.slice(before.indexOf('- name: me')).replace('- name: me', '- name: copy'),
    )
    expect(kubectlContexts()).toEqual(['c0', 'c1', 'c2', 'copy'])
    expect((await history.list()).map(({ id, titles }) => [id, titles])).toEqual([
      [result.value.historyId, ['set-namespace', 'clone-context']],
    ])
    expect(readdirSync(folder).sort()).toEqual(['config', 'data'])
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  test('that changes nothing writes nothing', async () => {
    expect(await apply([namespace('c1', 'web')])).toMatchObject({ ok: true, value: { kind: 'written' } })
    const inode = statSync(file).ino
    expect(await apply([namespace('c1', 'web')])).toMatchObject({ ok: true, value: { kind: 'nothing' } })
    expect(statSync(file).ino).toBe(inode)
  })

  test('on a file that changed since the plan is refused; without a plan it is computed on what is there', async () => {
    const { revisions } = await planOnDisk([file], [])
    execFileSync('kubectl', ['config', 'set-context', 'c0', '--namespace', 'theirs', '--kubeconfig', file], {
      stdio: 'pipe',
    })
    expect(await apply([namespace('c1', 'web')], { revisions })).toMatchObject({
      ok: false,
      fault: { code: 'changed-on-disk' },
    })
    expect(await apply([namespace('c1', 'web')])).toMatchObject({ ok: true })
    expect(content()).toMatch(/namespace: theirs[\s\S]*namespace: web/)
  })

  test('on files of which one could not be read for the plan, or can no more, is refused: its contexts were not shown', async () => {
    const [other, list] = [join(folder, 'other'), [file, join(folder, 'other')]]
    const theirs = 'contexts:\n- {name: theirs, context: {cluster: prod, user: me}}\n'
    const role = {
      kind: 'set-role',
      context: context('c0'),
      role: 'arn:aws:iam::111122223333:role/R',
    } as const
    const planned = async () => {
      const { revisions, alsoChanges } = await planOnDisk(list, [{ ...role, scope: 'shared' }])
      return { revisions, others: alsoChanges.map(({ name }) => name) }
    }
    const refused = { ok: false, fault: { code: 'changed-on-disk', message: expect.stringContaining(other) } }
    mkdirSync(other)
    const without = await planned()
    rmSync(other, { recursive: true })
    writeFileSync(other, theirs)
    const whole = await planned()
    expect([without.others, whole.others]).toEqual([
      ['c1', 'c2'],
      ['c1', 'c2', 'theirs'],
    ])
    const before = content()
    const shared = [{ ...role, scope: 'shared' as const }]
    expect(await apply(shared, { list, revisions: without.revisions })).toMatchObject(refused)
    rmSync(other)
    mkdirSync(other)
    expect(await apply(shared, { list, revisions: whole.revisions })).toMatchObject(refused)
    expect(content()).toBe(before)
    expect(await apply(shared, { list, revisions: without.revisions })).toMatchObject({ ok: true })
  })

  test('is refused when the plan made under the lock is not accepted', async () => {
    const before = content()
    const result = await apply(
      [
        {
          kind: 'set-role',
          context: context('c0'),
          role: 'arn:aws:iam::123456789012:role/A',
          scope: 'shared',
        },
      ],
      {
        accept: (plan: { alsoChanges: readonly { name: string }[] }) => ({
          code: 'shared-entry',
          message: plan.alsoChanges.map(({ name }) => name).join(' '),
          next: '',
        }),
      },
    )
    expect(result).toMatchObject({ ok: false, fault: { code: 'shared-entry', message: 'c1 c2' } })
    expect(content()).toBe(before)
    expect(existsSync(`${file}.lock`)).toBe(false)
  })

  test('is reported although our own folder went away after the file was written', async () => {
    const hook: StepHook = (step) => {
      if (step === 'folder-synced') rmSync(data, { recursive: true })
    }
    expect(await apply([namespace('c1', 'web')], { hook })).toMatchObject({
      ok: true,
      value: { kind: 'written', overwritten: [] },
    })
    expect(content()).toContain('namespace: web')
    expect(readdirSync(folder)).toEqual(['config'])
  })

  test('waits for kubectl’s lock and says which when it stays', async () => {
    writeFileSync(`${file}.lock`, '')
    expect(await apply([namespace('c1', 'web')], { lockWaitMs: 20 })).toMatchObject({
      ok: false,
      fault: { code: 'locked', next: expect.stringContaining(`rm ${file}.lock`) },
    })
    expect(content()).toBe(text(3))
  })
})

describe('undo and restore', () => {
  test('undo gives back the same bytes, and can itself be undone', async () => {
    const first = await apply([
      namespace('c1', 'web'),
      { kind: 'delete-contexts', contexts: [context('c0')], keepOrphans: false },
    ])
    if (!first.ok || first.value.kind !== 'written') throw new Error(JSON.stringify(first))
    const written = content()
    expect(await undoWrite(base(), { way: 'undo', id: first.value.historyId })).toMatchObject({
      ok: true,
      value: { kind: 'written' },
    })
    expect(content()).toBe(text(3))
    const [last] = await history.list()
    expect(last?.undoes).toBe(first.value.historyId)
    await undoWrite(base(), { way: 'undo', id: last?.id ?? '' })
    expect(content()).toBe(written)
  })

  test('undo keeps what others wrote since, where it still fits', async () => {
    const first = await apply([namespace('c1', 'web')])
    if (!first.ok || first.value.kind !== 'written') throw new Error(JSON.stringify(first))
    writeFileSync(
      file,
      content().replace('# mine', '# ours\n# and more').replace('- name: c0\n', '- name: c9\n'),
    )
    const plan = await planUndo(base(), { way: 'undo', id: first.value.historyId })
    expect(plan.ok && plan.value.files[0]?.diff).toMatchObject({ added: 1, removed: 1 })
    await undoWrite(base(), { way: 'undo', id: first.value.historyId })
    expect(content()).toBe(
      text(3).replace('# mine', '# ours\n# and more').replace('- name: c0\n', '- name: c9\n'),
    )
  })

  test('undo is refused where others changed the same place; restore puts the whole file back whatever came since', async () => {
    const first = await apply([namespace('c1', 'web')])
    if (!first.ok || first.value.kind !== 'written') throw new Error(JSON.stringify(first))
    writeFileSync(file, content().replace('namespace: web', 'namespace: theirs'))
    expect(await undoWrite(base(), { way: 'undo', id: first.value.historyId })).toMatchObject({
      ok: false,
      fault: { code: 'conflict' },
    })
    expect(await undoWrite(base(), { way: 'restore', id: first.value.historyId })).toMatchObject({ ok: true })
    expect(content()).toBe(text(3))
    const [restored] = await history.list()
    await undoWrite(base(), { way: 'undo', id: restored?.id ?? '' })
    expect(content()).toContain('namespace: theirs')
  })
})

describe('where nothing can be written the old file is whole and the error says what to do', () => {
  // Mounting needs root, or a user namespace.
  const asRoot = process.getuid?.() === 0
  const inMounts = (script: string): string[] => [
    ...(asRoot ? ['unshare', '-m'] : ['unshare', '-Urm']),
    'sh',
    '-ec',
    `${script}\nexec "$@"`,
    'sh',
  ]

  test('a full disk', async () => {
    const mount = join(folder, 'mount')
    mkdirSync(mount)
    const big = text(600)
    writeFileSync(join(folder, 'big'), big)
    // Room for the file, its lock and half a copy.
    const blocks = Math.ceil(big.length / 4_096)
    const script = `mount -t tmpfs -o size=${(blocks + 4) * 4}k tmpfs ${mount}; cp ${folder}/big ${mount}/config; trap 'cp ${mount}/config ${folder}/after; ls -a ${mount} > ${folder}/left' EXIT`
    // Through a link: what is full is where it leads.
    const target = join(folder, 'link')
    symlinkSync(join(mount, 'config'), target)
    const command = inMounts(script.replace('exec "$@"', ''))
    const [program = '', ...args] = [
      ...command.slice(0, -2),
      `${script}\n"$@"`,
      'sh',
      process.execPath,
      writer,
      argument({
        list: [target],
        edits: [{ kind: 'set-namespace', context: context('c5', target), namespace: 'web' }],
      }),
    ]
    const { stdout } = await run(program, args)
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      fault: { code: 'disk-full', next: `Free some space on the file system of ${mount} and apply again.` },
    })
    expect(content(join(folder, 'after'))).toBe(big)
    expect(content(join(folder, 'left')).trim().split('\n').sort()).toEqual(['.', '..', 'config'])
  })

  test('the second of two files: of the first, too, it is said what became of it', async () => {
    const second = join(folder, 'second')
    writeFileSync(second, text(3).replaceAll(/\bc(\d)/g, 'd$1'))
    const before = [content(), content(second)]
    const edits = [
      namespace('c1', 'longer-than-the-other'),
      { ...namespace('', 'w'), context: context('d1', second) },
    ]
    const full = (at: string, until: string): StepHook => {
      return (step, path) => {
        if (step === until && path === at) throw Object.assign(new Error(), { code: 'ENOSPC' })
      }
    }
    const fails = (hook: StepHook) => apply(edits, { list: [file, second], hook })
    expect(await fails(full(second, 'before-rename'))).toMatchObject({
      ok: false,
      fault: {
        message: `There is no space left to write ${second} (ENOSPC); the file is as it was. What was written to ${file} before that was put back.`,
      },
    })
    expect([content(), content(second)]).toEqual(before)
    expect(await fails(full(second, 'temp-half'))).toMatchObject({
      ok: false,
      fault: {
        message: `There is no space left to write ${second} (ENOSPC); the file is as it was. Nothing was written to the other files either.`,
      },
    })
    expect([content(), content(second)]).toEqual(before)
    expect(await history.list()).toEqual([])
  })

  test('the second of two files: before the first is put back, what the second holds ready makes room', async () => {
    const other = join(folder, 'other', 'config')
    mkdirSync(dirname(other))
    writeFileSync(other, text(2).replaceAll('c0', 'd0').replaceAll('c1', 'd1'), { mode: 0o600 })
    const ready: (readonly string[])[] = []
    let renames = 0
    const outcome = await applyToDisk({
      ...base(),
      list: [file, other],
      edits: [
        namespace('c0', 'web'),
        { kind: 'set-namespace', context: context('d0', other), namespace: 'web' },
      ],
      titles: ['', ''],
      revisions: null,
      hook: (step, path) => {
        if (step === 'before-rename' && ++renames === 2)
          throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })
        // Of the first, which is to be put back, something is written again.
        if (step === 'temp-created' && renames === 2 && path === file) ready.push(readdirSync(dirname(other)))
      },
    })
    expect(outcome).toMatchObject({ ok: false, fault: { code: 'disk-full' } })
    expect(ready.map((names) => names.filter((name) => !name.endsWith('.lock')))).toEqual([['config']])
    expect([content(), content(other)].some((now) => now.includes('web'))).toBe(false)
  })

  test('Ekscope’s own folder: which, because it may be anywhere', async () => {
    mkdirSync(data, { recursive: true })
    writeFileSync(join(data, 'history'), 'in the way')
    expect(await apply([namespace('c1', 'web')])).toMatchObject({
      ok: false,
      fault: {
        code: 'not-writable',
        message: `${join(data, 'history')}, where Ekscope keeps the way back of each write, could not be written (EEXIST); nothing was written.`,
        next: expect.stringContaining('EKSCOPE_HOME'),
      },
    })
    expect(content()).toBe(text(3))
  })

  test('a read-only file system', async () => {
    const mount = join(folder, 'mount')
    mkdirSync(mount)
    const target = join(mount, 'config')
    const script = `mount -t tmpfs tmpfs ${mount}; cp ${file} ${target}; mount -o remount,ro ${mount}`
    const result = await write(
      {
        list: [target],
        edits: [{ kind: 'set-namespace', context: context('c1', target), namespace: 'web' }],
      },
      inMounts(script),
    )
    expect(result).toMatchObject({
      ok: false,
      fault: { code: 'not-writable', message: expect.stringContaining('read-only') },
    })
  })

  test('a file of a folder that is mounted at two places does not make us wait for ourselves', async () => {
    const [mount, place] = [join(folder, 'mount'), join(folder, 'place')]
    for (const made of [mount, place]) mkdirSync(made)
    const here = join(place, 'config')
    writeFileSync(here, text(3))
    const list = [here, join(mount, 'config')]
    const edits: Edit[] = [{ kind: 'set-namespace', context: context('c1', here), namespace: 'web' }]
    expect(await write({ list, edits, waitMs: 0 }, inMounts(`mount --bind ${place} ${mount}`))).toMatchObject(
      { ok: true, kind: 'written' },
    )
    expect(content(here)).toContain('namespace: web')
  })

  test('a file that is mounted by itself: reported, and written in place when asked', async () => {
    const source = join(folder, 'source')
    writeFileSync(source, text(3))
    const script = `mount --bind ${source} ${file}`
    expect(await write({ edits: [namespace('c1', 'web')] }, inMounts(script))).toMatchObject({
      ok: true,
      kind: 'obstructed',
    })
    expect(content(source)).toBe(text(3))
    expect(await write({ edits: [namespace('c1', 'web')], inPlace: [file] }, inMounts(script))).toMatchObject(
      { ok: true, kind: 'written' },
    )
    expect(content(source)).toContain('namespace: web')
  })

  test('no permission, as an ordinary user: for the file, and for its folder alone', async () => {
    expect(
      asRoot,
      'run as root, or: sudo npx vitest run --project electron electron/kubeconfig/disk/write.test.ts',
    ).toBe(true)
    const nobody = 65534
    const home = join(folder, 'nobody')
    mkdirSync(home)
    chownSync(home, nobody, nobody)
    chmodSync(file, 0o644)
    const as = ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups']
    const dataFolder = join(home, 'data')
    expect(await write({ edits: [namespace('c1', 'web')], dataFolder }, as)).toMatchObject({
      ok: false,
      fault: { code: 'not-writable', next: expect.stringContaining('ls -la') },
    })
    expect(content()).toBe(text(3))
    chownSync(file, nobody, nobody)
    expect(await write({ edits: [namespace('c1', 'web')], dataFolder }, as)).toMatchObject({
      ok: true,
      kind: 'obstructed',
    })
    expect(await write({ edits: [namespace('c1', 'web')], dataFolder, inPlace: [file] }, as)).toMatchObject({
      ok: true,
      kind: 'written',
    })
    expect(content()).toContain('namespace: web')
  })
})

describe('before a power cut: what a step stands on is synced when it comes', () => {
  interface Synced {
    readonly inode: number
    readonly size: number
  }
  const seen: Synced[] = []
  /** Which step came too early, and what for. */
  const missing: string[] = []
  beforeEach(async () => {
    seen.length = 0
    missing.length = 0
    const handle = await open(file)
    const handles: FileHandle = Object.getPrototypeOf(handle)
    await handle.close()
    const { sync } = handles
    vi.spyOn(handles, 'sync').mockImplementation(async function (this: FileHandle) {
      await sync.call(this)
      const { ino, size } = fstatSync(this.fd)
      seen.push({ inode: ino, size })
    })
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })
  const of = (path: string) => seen.filter(({ inode }) => inode === statSync(path).ino)
  /** A file with all that is in it now; a folder. */
  const isSynced = (path: string) => {
    const now = statSync(path)
    return of(path).some(({ size }) => now.isDirectory() || size === now.size)
  }
  /** History and journal, with each folder above them. Notes of locks are for killed processes, the index is a cache. */
  const ours = () => {
    const files = readdirSync(data, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.gz') || (name.endsWith('.json') && !name.startsWith('.')))
      .map((name) => join(data, name))
    const above = (path: string): readonly string[] =>
      path === folder ? [path] : [path, ...above(dirname(path))]
    return [...new Set(files.flatMap(above))]
  }
  const hook: StepHook = (step, path) => {
    const needed =
      step === 'before-rename' || step === 'in-place-grown'
        ? ours()
        : step === 'folder-synced'
          ? [dirname(path)]
          : []
    const own = (step === 'renamed' && existsSync(path)) || /^in-place-(grown|written)$/.test(step)
    for (const one of own ? [...needed, path] : needed)
      if (!isSynced(one)) missing.push(`${step}: ${one.slice(folder.length)}`)
    // From here on its folder must be synced once more.
    if (step === 'renamed') {
      const stale = new Set(of(dirname(path)))
      seen.splice(0, seen.length, ...seen.filter((one) => !stale.has(one)))
    }
  }
  const done = async (edits: Edit[], more: object = {}) => {
    const result = await apply(edits, { hook, ...more })
    if (!result.ok || result.value.kind !== 'written') throw new Error(JSON.stringify(result))
    expect(missing).toEqual([])
    return result.value.historyId
  }

  test('by a rename: the history and the new file, then the folder', async () => {
    await done([namespace('c1', 'web')])
    expect(ours().length).toBeGreaterThan(4)
  })

  test('in place: history and journal; the part beyond the old end before the rest', async () => {
    linkSync(file, join(folder, 'other'))
    await done([namespace('c1', 'a-long-namespace')], { inPlace: [file] })
    const { size } = statSync(file)
    expect(of(file)).toEqual([size, size].map((one) => ({ inode: statSync(file).ino, size: one })))
  })

  test('into a new file in new folders, each synced into the one above, and away again', async () => {
    const target = join(folder, 'new', 'deep', 'config')
    const id = await done([{ kind: 'move-contexts', contexts: [context('c1')], file: target }])
    expect([join(folder, 'new'), folder].map(isSynced)).toEqual([true, true])
    expect(await undoWrite({ ...base(), hook }, { way: 'undo', id })).toMatchObject({ ok: true })
    expect([existsSync(target), missing]).toEqual([false, []])
  })
})

describe('races', () => {
  // races.test.ts does the same with the program itself, with more of them in the quick run.
  const many = full ? 50 : 6
  test(`${many} writers at once: every clone is there`, async () => {
    const names = Array.from({ length: many }, (_, i) => `copy-${i}`)
    const results = await Promise.all(names.map((name) => write({ edits: [clone('c1', name)] })))
    expect(results.every(({ ok }) => ok)).toBe(true)
    expect(kubectlContexts()).toEqual(['c0', 'c1', 'c2', ...names].sort())
    expect((await history.list()).length).toBe(many)
    expect(readdirSync(folder).sort()).toEqual(['config', 'data'])
  }, 120_000)

  // testing/program/races.test.ts has it in every run, with whole processes.
  test.skipIf(!full)(
    'beside kubectl config set-context (queued among itself): readable, no original missing, all that Ekscope reported is there',
    async () => {
      writeFileSync(file, text(10))
      const queue = join(folder, 'queue')
      const ours = Array.from({ length: many }, (_, i) => `copy-${i}`)
      const results = await Promise.all([
        ...ours.map(async (name) => ({ name, result: await write({ edits: [clone('c1', name)] }) })),
        ...Array.from({ length: many }, async (_, i) => {
          await run('flock', [
            queue,
            'kubectl',
            'config',
            'set-context',
            `theirs-${i}`,
            '--cluster',
            'prod',
            '--kubeconfig',
            file,
          ]).catch(() => undefined)
          return null
        }),
      ])
      const names = kubectlContexts()
      for (let i = 0; i < 10; i++) expect(names).toContain(`c${i}`)
      const reported = results.flatMap((one) => (one?.result.ok ? [one.name] : []))
      expect(reported.length).toBe(many)
      expect(reported.filter((name) => !names.includes(name))).toEqual([])
    },
    120_000,
  )
})
