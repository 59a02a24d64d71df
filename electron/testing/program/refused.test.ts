/**
 * Writes that are refused, fail or are killed, over several files: nothing half, nothing later. What stands in the way
 * is found before anything is written, all of it at once; a write that fails is rolled back, and never completed.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Edit } from '../../../shared/edits/edit'
import { entryId } from '../../../shared/kubeconfig/entries'
import { full, someOf } from '../../../shared/testing/counts'
import { sectionsByName } from '../../aws/config-file/sections'
import { recoverWrites } from '../../kubeconfig/disk/recover'
import type { WriteStep } from '../../kubeconfig/disk/replace'
import { openHistory } from '../../kubeconfig/disk/write-history'
import { modelOf, sourceOf } from '../../kubeconfig/read/edit-model'
import { bundled, faultLibrary, noFaults } from '../bundle'
import { realProgram } from '../real-programs'
import { killIn, runJob, type WriterJob } from '../writer-job'
import { useTerminal } from './terminal'

const asRoot = process.getuid?.() === 0
const [nobody, group] = [65_534, 4_322]
let writer: string

/** Contexts with a cluster and a user of their own each. */
const of = (...names: readonly string[]): string =>
  [
    'apiVersion: v1\nkind: Config\nclusters:',
    ...names.map((name) => `- {name: ${name}-c, cluster: {server: "https://${name}.test"}}`),
    'contexts:',
    ...names.map((name) => `- {name: ${name}, context: {cluster: ${name}-c, user: ${name}-u}}`),
    `current-context: ${names[0]}\nusers:`,
    ...names.map((name) => `- {name: ${name}-u, user: {token: secret-${name}}}`),
    '',
  ].join('\n')
const config = of('x1', 'x2')

const terminal = useTerminal({ config, inProcess: true })
const { ekscope, run, text } = terminal
beforeAll(async () => {
  writer = await bundled('electron/testing/kubeconfig-writer.ts')
})

const other = (): string => join(terminal.home, '.kube/other')
const fresh = (): string => join(terminal.home, '.kube/new.yaml')
const move = (to: string, from = terminal.file): Edit => ({
  kind: 'move-contexts',
  contexts: [entryId('context', from, 'x2', 0)],
  file: to,
})
/** Where a write takes place: in the home, or in a folder below it. */
interface Place {
  readonly file: string
  readonly other: string
  readonly state: string
}
const home = (): Place => ({ file: terminal.file, other: other(), state: terminal.state })
const placeIn = (name: string): Place => {
  const file = terminal.write(`${name}/kube/config`, config)
  const folder = join(terminal.home, name)
  return { file, other: join(folder, 'kube/other'), state: join(folder, 'state') }
}
const toFresh = () => ['move', 'x2', '--to', fresh()] as const
const as = (...args: readonly string[]): readonly string[] => [
  'setpriv',
  `--reuid=${nobody}`,
  `--regid=${nobody}`,
  `--groups=${group}`,
  ...args,
]

const namesIn = (path: string): readonly string[] => {
  if (!existsSync(path)) return []
  const [file] = modelOf([sourceOf({ path, listed: true, text: text(path), fault: null })]).files
  return (file?.context ?? []).map(({ name }) => name)
}
const filesIn = (folder: string): readonly string[] =>
  existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort() : []

/** What a write that was not done has left: nothing. */
function expectNothingLeft({ file, state } = home()): void {
  expect(filesIn(join(state, 'journal'))).toEqual([])
  expect(filesIn(join(state, 'history')).filter((name) => name.endsWith('.json'))).toEqual([])
  expect(filesIn(dirname(file)).filter((name) => /tmp|lock/.test(name))).toEqual([])
}

const whole = (job: WriterJob, { file, other, state } = home()) => ({
  list: [file, other],
  dataFolder: state,
  ...job,
})
const write = (job: WriterJob) => runJob(whole(job))
/** Whether the file system of temporary files knows the attributes of chattr. */
function takesAttributes(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'ekscope-attributes-'))
  const file = join(folder, 'file')
  writeFileSync(file, '')
  const set = (how: string) => spawnSync('chattr', [how, file]).status === 0
  const does = set('+i') && set('-i')
  rmSync(folder, { recursive: true })
  return does
}

/** The same in a process that is killed at `dieAt`. */
const kill = (job: WriterJob, place = home()) => killIn(writer, whole(job, place))
const recover = async ({ state } = home()) =>
  await recoverWrites(join(state, 'journal'), openHistory(join(state, 'history')), sectionsByName)

describe('refused before the first byte', () => {
  /** Makes it so that the file cannot be replaced; gives how it is undone. */
  const obstacles: readonly (readonly [string, RegExp, readonly string[], () => () => void])[] = [
    [
      'a hard link',
      /hard link.*--in-place/,
      ['--in-place'],
      () => {
        linkSync(terminal.file, join(terminal.home, 'twin'))
        return () => unlinkSync(join(terminal.home, 'twin'))
      },
    ],
    [
      'a file that is mounted by itself',
      /mounted by itself.*--in-place/,
      ['--in-place'],
      () => {
        execFileSync('mount', ['--bind', terminal.file, terminal.file])
        return () => execFileSync('umount', [terminal.file])
      },
    ],
    [
      'a protected file',
      /protected against writing.*--force/,
      ['--force'],
      () => {
        chmodSync(terminal.file, 0o400)
        return () => undefined
      },
    ],
    [
      'a protected file with another name',
      /protected against writing.*hard link.*--force --in-place/,
      ['--force', '--in-place'],
      () => {
        linkSync(terminal.file, join(terminal.home, 'twin'))
        chmodSync(terminal.file, 0o400)
        return () => unlinkSync(join(terminal.home, 'twin'))
      },
    ],
  ]
  test.runIf(asRoot).each(obstacles)(
    'a move into a new file, from %s: nothing is done, now or later, and the option does all of it at once',
    async (_, why, options, obstruct) => {
      const undo = obstruct()
      try {
        const mode = statSync(terminal.file).mode
        const refused = await ekscope(toFresh())
        expect([refused.status, refused.stdout, refused.stderr]).toEqual([3, '', expect.stringMatching(why)])
        expect([text(), existsSync(fresh())]).toEqual([config, false])
        expectNothingLeft()
        const next = await ekscope(['set-namespace', 'x1', 'web', '--kubeconfig', other()])
        expect(next.stderr).not.toContain('interrupted')
        expect(text()).toBe(config)
        await terminal.done([...toFresh(), ...options])
        expect([namesIn(terminal.file), namesIn(fresh())]).toEqual([['x1'], ['x2']])
        expect(text(fresh())).toContain('secret-x2')
        expect(text()).not.toContain('secret-x2')
        expect(statSync(terminal.file).mode).toBe(mode)
      } finally {
        undo()
      }
    },
  )

  test('obstacles of several files are named at once, and permitted at once', async () => {
    writeFileSync(other(), of('y1'))
    linkSync(terminal.file, join(terminal.home, 'twin'))
    linkSync(other(), join(terminal.home, 'second'))
    chmodSync(other(), 0o444)
    const edits = [move(other())]
    expect(await write({ edits })).toMatchObject({
      kind: 'obstructed',
      obstacles: expect.arrayContaining([
        { path: terminal.file, reason: 'hard-link' },
        { path: other(), reason: 'hard-link' },
        { path: other(), reason: 'write-protected' },
      ]),
    })
    expectNothingLeft()
    const both = [terminal.file, other()]
    expect(await write({ edits, inPlace: both })).toMatchObject({
      obstacles: [{ path: other(), reason: 'write-protected' }],
    })
    expectNothingLeft()
    expect(await write({ edits, inPlace: both, force: [other()] })).toMatchObject({ kind: 'written' })
    expect([namesIn(join(terminal.home, 'twin')), namesIn(join(terminal.home, 'second'))]).toEqual([
      ['x1'],
      ['y1', 'x2'],
    ])
  })

  const ordinary: readonly (readonly [string, RegExp, () => void, string | null])[] = [
    [
      'of another user, writable by our group',
      /belongs to another user.*--in-place/,
      () => {
        chownSync(terminal.file, 0, group)
        chmodSync(terminal.file, 0o660)
      },
      '--in-place',
    ],
    [
      'in a folder that takes no new file',
      /folder takes no new file.*--in-place/,
      () => chownSync(dirname(terminal.file), 0, 0),
      '--in-place',
    ],
    ['that is protected', /protected.*--force/, () => chmodSync(terminal.file, 0o400), '--force'],
    [
      'of another user, readable alone',
      /no permission to write/,
      () => {
        chownSync(terminal.file, 0, 0)
        chmodSync(terminal.file, 0o644)
      },
      null,
    ],
  ]
  test.runIf(asRoot).each(ordinary)('for an ordinary user, a file %s', async (_, why, prepare, option) => {
    const target = join(terminal.home, 'mine/new.yaml')
    for (const path of [terminal.home, dirname(terminal.file), terminal.file]) chownSync(path, nobody, nobody)
    prepare()
    const before = statSync(terminal.file)
    const go = (...more: readonly string[]) => {
      const args = [process.execPath, terminal.program, 'move', 'x2', '--to', target, ...more]
      const [command = '', ...rest] = as(...args)
      return run(command, rest)
    }
    const refused = await go()
    expect([refused.status, refused.stderr]).toEqual([3, expect.stringMatching(why)])
    expect([text(), existsSync(dirname(target))]).toEqual([config, false])
    expectNothingLeft()
    // Who refuses all else refuses as kubectl does.
    const kubectl = as(realProgram('kubectl'), 'config', 'use-context', 'x2')
    if (option !== '--in-place')
      expect((await run(kubectl[0] ?? '', kubectl.slice(1), { KUBECONFIG: terminal.file })).status).not.toBe(
        0,
      )
    if (option === null) return
    expect(await go(option)).toMatchObject({ status: 0 })
    expect([namesIn(terminal.file), namesIn(target)]).toEqual([['x1'], ['x2']])
    const { uid, gid, mode } = statSync(terminal.file)
    expect([uid, gid, mode]).toEqual([before.uid, before.gid, before.mode])
  })

  const targets: readonly (readonly [string, RegExp, () => string])[] = [
    [
      'below a file',
      /There is a file where .*config\/new\.yaml would need a folder \(ENOTDIR\); nothing was written/,
      () => join(terminal.file, 'new.yaml'),
    ],
    // /proc says ENOENT of what it does not take.
    [
      'in a folder of the system that takes no file',
      /The folder \/proc\/sys\/kernel takes no new file or folder \(ENOENT\).*nothing was written/,
      () => '/proc/sys/kernel/new.yaml',
    ],
    [
      'in a new folder below one of the system',
      /The folder \/proc\/sys takes no new file or folder \(ENOENT\).*nothing was written/,
      () => '/proc/sys/none/such/new.yaml',
    ],
    [
      'in another folder of the system',
      /no permission to write \/sys\/kernel\/new\.yaml \((EPERM|EACCES)\)|read-only file system/,
      () => '/sys/kernel/new.yaml',
    ],
  ]
  test.each(targets)(
    'a target that cannot be created, %s: the source is as it was',
    async (_, why, target) => {
      const refused = await ekscope(['move', 'x2', '--to', target()])
      expect([refused.status, refused.stdout, text()]).toEqual([3, '', config])
      expect(refused.stderr).toMatch(why)
      expectNothingLeft()
    },
  )

  test.runIf(asRoot)('a target on a read-only file system, by that reason', async () => {
    const script = 'mount -t tmpfs -o ro tmpfs "$1" && exec "$2" "$3" move x2 --to "$1/made/new.yaml"'
    const there = join(terminal.home, 'read-only')
    mkdirSync(there)
    const command = ['sh', '-c', script, 'sh', there, process.execPath, terminal.program]
    const refused = await run('unshare', ['-m', ...command])
    expect([refused.status, text()]).toEqual([3, config])
    expect(refused.stderr).toContain(`${there}/made/new.yaml is on a read-only file system`)
    expectNothingLeft()
  })

  test.runIf(asRoot)('a full disk under Ekscope’s own folder: nothing is left there', async () => {
    const small = join(terminal.home, 'own')
    mkdirSync(small)
    const script = `mount -t tmpfs -o size=64k tmpfs "$1"; mkdir -m 700 "$1/ek"; export EKSCOPE_HOME="$1/ek"
dd if=/dev/zero of="$1/fill" bs=4k 2>/dev/null
"$2" "$3" use x2 2>"$4/said"; echo $? >> "$4/said"; ls -A "$1/ek" >"$4/left"`
    const program = [process.execPath, terminal.program, terminal.home]
    await run('unshare', ['-m', 'sh', '-c', script, 'sh', small, ...program])
    expect(text(join(terminal.home, 'said'))).toMatch(/ENOSPC.*\n3\n$/)
    expect(text(join(terminal.home, 'left'))).not.toContain('lock')
  })

  test.runIf(asRoot && takesAttributes())(
    'a file that an attribute keeps as it is: where to look',
    async () => {
      execFileSync('chattr', ['+i', terminal.file])
      try {
        const refused = await ekscope(['set-namespace', 'x1', 'web'])
        expect([refused.status, refused.stderr]).toEqual([3, expect.stringMatching(/\(EPERM\).*lsattr -a/)])
      } finally {
        execFileSync('chattr', ['-i', terminal.file])
      }
    },
  )

  test.runIf(asRoot)('a full disk under the source, then the retry that the message asks for', async () => {
    const small = join(terminal.home, 'small')
    mkdirSync(small)
    const script = `mount -t tmpfs -o size=64k tmpfs "$1"; cp "$2" "$1/config"; export KUBECONFIG="$1/config"
dd if=/dev/zero of="$1/fill" bs=4k 2>/dev/null
"$3" "$4" move x2 --to "$5" 2>"$6/first" && exit 9
cp "$1/config" "$6/between"; ls "$5" 2>/dev/null && exit 10
rm "$1/fill"
"$3" "$4" move x2 --to "$5" >"$6/second" 2>&1 || exit 11
ls -A "$1" >"$6/left"; cp "$1/config" "$6/after"`
    const { status, stderr } = await run('unshare', [
      '-m',
      ...['sh', '-c', script, 'sh', small, terminal.file],
      ...[process.execPath, terminal.program, fresh(), terminal.home],
    ])
    expect([status, stderr]).toEqual([0, ''])
    expect(text(join(terminal.home, 'first'))).toMatch(/no space left/)
    expect(text(join(terminal.home, 'between'))).toBe(config)
    expect(text(join(terminal.home, 'second'))).not.toContain('interrupted')
    expect(text(join(terminal.home, 'left'))).toBe('config\n')
    expect([namesIn(join(terminal.home, 'after')), namesIn(fresh())]).toEqual([['x1'], ['x2']])
  })
})

describe('without hard links', () => {
  const why = noFaults()
  test.skipIf(why !== null)(
    `a new file can be made, and never replaces one that is there${why ?? ''}`,
    async () => {
      const faults = {
        LD_PRELOAD: await faultLibrary(),
        FAULT_ROOT: terminal.home,
        FAULT_CALL: 'link',
        FAULT_ERRNO: `${constants.errno.EPERM}`,
        FAULT_AT: '1',
        FAULT_TIMES: '1000000',
      }
      // With options: a process of its own, which loads the library.
      const loaded = async (...args: readonly string[]) =>
        expect(await ekscope(args, faults, {})).toMatchObject({ status: 0 })
      await loaded(...toFresh())
      expect([namesIn(terminal.file), namesIn(fresh())]).toEqual([['x1'], ['x2']])
      expect(statSync(fresh()).mode & 0o777).toBe(0o600)
      const imported = join(terminal.home, 'a/b/imported')
      await loaded('import', fresh(), '--kubeconfig', imported)
      expect(namesIn(imported)).toEqual(['x2'])
      await loaded('use', 'x2', '--kubeconfig', imported)
      expect(filesIn(join(terminal.home, 'a/b'))).toEqual(['imported'])
      expect(filesIn(dirname(terminal.file))).toEqual(['config', 'new.yaml'])
      expect(filesIn(join(terminal.state, 'journal'))).toEqual([])
    },
  )
})

/** As its user does with the lock of a killed program. */
function kubectl(...args: readonly string[]): void {
  rmSync(`${terminal.file}.lock`, { force: true })
  execFileSync(realProgram('kubectl'), ['config', ...args, '--kubeconfig', terminal.file])
}

describe('failed in the middle', () => {
  /** A file that is new, one that is there, and one that can only be written in place. */
  const ways = ['new', 'there', 'in place'] as const
  type Way = (typeof ways)[number]
  const prepare = (way: Way, { file, other } = home()): WriterJob => {
    rmSync(other, { force: true })
    writeFileSync(file, config)
    const edits = [move(other, file)]
    if (way === 'new') return { edits }
    writeFileSync(other, of('y1'))
    if (way === 'there') return { edits }
    for (const path of [file, other]) {
      rmSync(`${path}-twin`, { force: true })
      linkSync(path, `${path}-twin`)
    }
    return { edits, inPlace: [file, other] }
  }
  const untouched = (way: Way) => [config, way === 'new' ? null : of('y1')]
  const now = ({ file, other } = home()) => [text(file), existsSync(other) ? text(other) : null]
  // In the quick run the way that writes nothing beside, and is longest under way.
  test.each(someOf(ways, (way) => way === 'in place'))(
    'killed while it is rolled back (%s): the next start goes on with that, and never completes it',
    async (way) => {
      const deaths: readonly (readonly [WriteStep, number])[] =
        way === 'in place'
          ? [
              ['in-place-half', 3],
              ['in-place-half', 4],
              ['in-place-written', 2],
              ['in-place-written', 3],
            ]
          : [
              ['before-rename', 3],
              ['renamed', 2],
              ['folder-synced', 2],
            ]
      const step = way === 'in place' ? 'in-place-half' : 'before-rename'
      for (const [dieAt, dieTime] of deaths) {
        const place = placeIn(`${dieAt}-${dieTime}`)
        const failAt = { step, code: 'ENOSPC', time: 2 } as const
        await kill({ ...prepare(way, place), failAt, dieAt, dieTime }, place)
        const { writes, kept } = await recover(place)
        expect([dieAt, dieTime, ...now(place)]).toEqual([dieAt, dieTime, ...untouched(way)])
        expect(writes.map(({ outcome }) => outcome)).toEqual([
          expect.stringMatching(/^(?:rolled-back|not-begun)$/),
        ])
        expect(kept).toEqual([])
        expectNothingLeft(place)
      }
    },
    60_000,
  )

  test.each<readonly [WriteStep, string, RegExp]>([
    ['before-rename', 'is not called made', /^$/],
    ['renamed', 'is in the history', /interrupted is on disk/],
  ])('killed at %s, then kubectl writes: the write %s, and nobody is blamed', async (dieAt, _, said) => {
    const edits: Edit[] = [
      { kind: 'set-namespace', context: entryId('context', terminal.file, 'x1', 0), namespace: 'web' },
    ]
    await kill({ edits, dieAt })
    // The lock of a dead process keeps kubectl out until an Ekscope takes it over.
    rmSync(`${terminal.file}.lock`)
    kubectl('use-context', 'x2')
    const next = await ekscope(['set-namespace', 'x2', 'db'])
    expect([next.status, next.stderr]).toEqual([0, expect.stringMatching(said)])
    const { contexts } = await terminal.kubectl()
    expect(contexts.get('x1')?.namespace).toBe(dieAt === 'renamed' ? 'web' : undefined)
    const shown = await ekscope(['history'])
    // What kubectl wrote between two writes of ours is a row of its own.
    const rows = [...shown.stdout.matchAll(/^\d{4}.* (terminal|others) /gm)].map(([, by]) => by)
    expect(rows).toEqual(dieAt === 'renamed' ? ['terminal', 'others', 'terminal'] : ['terminal'])
    expect(shown.stdout).not.toContain('interrupted')
  })

  test('killed after the rename: nobody is blamed, before the next command that writes and after it', async () => {
    await terminal.done(['set-namespace', 'x1', 'web'])
    await terminal.done(['set-namespace', 'x1', 'db'])
    const context = entryId('context', terminal.file, 'x1', 0)
    await kill({ edits: [{ kind: 'set-namespace', context, namespace: 'web' }], dieAt: 'renamed' })
    for (const args of [['list'], ['history'], ['set-namespace', 'x2', 'n'], ['history'], ['list']]) {
      const { status, stdout, stderr } = await ekscope(args)
      expect([status, stdout + stderr]).toEqual([0, expect.not.stringMatching(/another program|external/)])
    }
    expect((await ekscope(['history'])).stdout.match(/^\d{4}/gm)).toHaveLength(4)
  })

  test('killed after the new file, then kubectl writes the old one: the new one is taken away again, and nobody is blamed', async () => {
    await kill({ edits: [move(fresh())], dieAt: 'renamed' })
    expect([namesIn(terminal.file), namesIn(fresh())]).toEqual([['x1', 'x2'], ['x2']])
    kubectl('use-context', 'x2')
    const next = await ekscope(['set-namespace', 'x1', 'web'])
    expect([next.status, next.stderr]).toEqual([
      0,
      expect.stringContaining('was interrupted and has been rolled back'),
    ])
    expect(existsSync(fresh())).toBe(false)
    expect([...(await terminal.kubectl()).contexts.keys()]).toEqual(['x1', 'x2'])
    const shown = await ekscope(['history'])
    expect(shown.stdout).not.toMatch(/interrupted|another program/)
    expect(shown.stdout.match(/^\d{4}-/gm) ?? [1]).toHaveLength(1)
  })

  test.skipIf(!full)(
    'killed after both files, then kubectl writes the old one: what was moved is in the new one alone',
    async () => {
      writeFileSync(other(), of('y1'))
      await kill({ edits: [move(other())], dieAt: 'renamed', dieTime: 2 })
      kubectl('set-context', 'x1', '--namespace=n')
      const { writes, kept } = await recover()
      expect(writes.map(({ outcome }) => outcome)).toEqual(['complete'])
      expect(kept).toHaveLength(1)
      expect([...(await terminal.kubectl(terminal.file)).contexts.keys()]).toEqual(['x1'])
      expect([...(await terminal.kubectl(other())).contexts.keys()].sort()).toEqual(['x2', 'y1'])
    },
  )

  test('killed between two files, and the second can no longer be replaced: the next start takes the first back', async () => {
    writeFileSync(other(), of('y1'))
    await kill({ edits: [move(other())], dieAt: 'renamed' })
    linkSync(terminal.file, join(terminal.home, 'twin'))
    const { writes } = await recover()
    expect(writes).toMatchObject([{ outcome: 'rolled-back' }])
    expect(now()).toEqual([config, of('y1')])
    expectNothingLeft()
    expect((await recover()).writes).toEqual([])
  })

  test.skipIf(!full)(
    'killed in place between two files with other names: settled at once by the next start',
    async () => {
      const job = prepare('in place')
      await kill({ ...job, dieAt: 'in-place-written' })
      const next = await ekscope(['set-namespace', 'x1', 'web', '--in-place'], {
        KUBECONFIG: `${terminal.file}:${other()}`,
      })
      expect([next.status, next.stderr]).toEqual([0, expect.stringContaining('has been rolled back')])
      expect([namesIn(terminal.file), namesIn(other())]).toEqual([['x1', 'x2'], ['y1']])
      expect(readFileSync(`${other()}-twin`, 'utf8')).toBe(text(other()))
      expect(filesIn(join(terminal.state, 'journal'))).toEqual([])
    },
  )
})

test('a login shell that cannot be read is refused, and no other environment stands in for it', async () => {
  const shell = terminal.write('bin/sh', '#!/bin/sh\nexit 3\n', 0o755)
  for (const command of ['whoami', 'list']) {
    const run = await terminal.ekscope([command, '--environment', 'login-shell', '--json'], { SHELL: shell })
    expect(run.status).toBe(3)
    expect(JSON.parse(run.stdout)).toMatchObject({
      error: { code: 'unreadable', message: expect.stringMatching(/ended \(status 3\)/) },
    })
  }
})

test('no kubeconfig is made in, moved into or written over a file of AWS or of Ekscope, and nothing is left there', async () => {
  const credentials = join(terminal.home, '.aws/credentials')
  const aws = terminal.write('.aws/config', '[default]\nregion = x\n')
  await ekscope(['use', 'x1'])
  const trust = terminal.write('state/trust.json', '{"version":2,"content":{"key":"","decisions":[]}}')
  const brought = terminal.write('brought', of('z1'))
  const soft = join(terminal.home, 'soft')
  symlinkSync(aws, soft)
  const tree = () => readdirSync(terminal.home, { recursive: true, encoding: 'utf8' }).sort()
  const before = [tree(), text(aws), text(trust), text(terminal.file)]
  for (const to of [aws, soft, credentials, trust, join(terminal.state, 'settings.json')])
    for (const args of [
      ['export', 'x2', '--out', to, '--force'],
      ['export', 'x2', '--out', to, '--force', '--dry-run'],
      ['move', 'x2', '--to', to],
      ['move', 'x2', '--to', to, '--dry-run'],
      ['import', brought, '--to', to],
      ['import', brought, '--kubeconfig', to],
    ]) {
      const run = await ekscope(args)
      expect([args, run.status, run.stdout]).toEqual([args, 3, ''])
      // A file that is no kubeconfig is refused for that, where it is one of the list.
      if (args[2] !== '--kubeconfig' || !existsSync(to))
        expect([args, run.stderr]).toEqual([args, expect.stringMatching(/belongs to (?:aws|Ekscope itself)/)])
    }
  expect([tree(), text(aws), text(trust), text(terminal.file)]).toEqual(before)
})
