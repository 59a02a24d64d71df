/** `ekscope profile rename` with contexts that follow: one write of the AWS config file and the kubeconfigs, or none. */
import { existsSync, linkSync, readFileSync, statSync, unlinkSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { full } from '../../../shared/testing/counts'
import { createServices } from '../../services'
import { pause } from '../../system/pause'
import { faultLibrary, noFaults } from '../bundle'
import { realProgram } from '../real-programs'
import { useTerminal } from './terminal'

const why = noFaults()
const kubeconfig = (name: string) => `apiVersion: v1
kind: Config
clusters:
- {name: ${name}, cluster: {server: "https://c.example"}}
contexts:
- {name: ${name}, context: {cluster: ${name}, user: ${name}}} # kept
users:
- name: ${name}
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: aws
      args: [--profile, dev, eks, get-token, --cluster-name, c]
`
const terminal = useTerminal({
  inProcess: true,
  config: kubeconfig('one'),
  aws: '# mine\n[profile dev]\naws_secret_access_key = SECRET\nregion = eu-west-1\n\n[profile pay]\nsource_profile = dev\n',
  variables: () => ({ KUBECONFIG: `${terminal.file}:${second()}` }),
})
const { ekscope, done } = terminal
const second = () => path.join(terminal.home, '.kube/two')
const config = () => path.join(terminal.home, '.aws/config')
const all = () => [config(), terminal.file, second()]
const texts = () => all().map((file) => (existsSync(file) ? readFileSync(file, 'utf8') : ''))
const rename = ['profile', 'rename', 'dev', 'neu']
const renamed = (before: readonly string[]) => before.map((text) => text.replaceAll('dev', 'neu'))

interface Written {
  readonly id: string
  readonly titles: readonly string[]
  readonly files: readonly { readonly path: string }[]
}
const history = async (): Promise<readonly Written[]> =>
  JSON.parse((await done(['history', '--json'])).stdout).writes
const start = () => {
  terminal.write('.kube/two', kubeconfig('two'))
  return texts()
}

test('all files are shown, written, named and put back as one, and again', async () => {
  const before = start()
  const dry = await done([...rename, '--dry-run'])
  expect(all().filter((file) => dry.stdout.includes(`+++ ${file}\n`))).toEqual(all())
  expect(texts()).toEqual(before)
  const said = JSON.parse((await done([...rename, '--json'])).stdout)
  expect(said.files.map((file: { path: string }) => file.path).sort()).toEqual(all().sort())
  expect([said.warnings, said.after]).toEqual([[], undefined])
  expect(texts()).toEqual(renamed(before))
  const [write, ...more] = await history()
  expect([write?.id, write?.titles, more]).toEqual([
    said.id,
    [
      'profile dev: renamed to neu',
      'one: profile dev (--profile) → neu (--profile)',
      'two: profile dev (--profile) → neu (--profile)',
    ],
    [],
  ])
  expect(write?.files.map((file) => file.path).sort()).toEqual(all().sort())
  const shown = await done(['history', said.id])
  expect(all().filter((file) => shown.stdout.includes(`+++ ${file}\n`))).toEqual(all())
  expect(shown.stdout).not.toContain('SECRET')

  const back = await done(['undo', '--dry-run'])
  expect(back.stderr).not.toContain('warning')
  expect(all().filter((file) => back.stdout.includes(`+++ ${file}\n`))).toEqual(all())
  expect(back.stdout).not.toContain('SECRET')
  const part = await ekscope(['undo', said.id, 'one'])
  expect([part.status, part.stderr]).toEqual([3, expect.stringContaining('is undone whole or not at all')])
  await done(['undo'])
  expect(texts()).toEqual(before)
  await done(['redo'])
  expect(texts()).toEqual(renamed(before))
  await done(['restore', said.id])
  expect(texts()).toEqual(before)
  await done(['reapply', said.id])
  expect(texts()).toEqual(renamed(before))
  expect((await history()).map(({ files }) => files.length)).toEqual([3, 3, 3, 3, 3])
})

test('what others wrote since stays in every file, and what is in the way of one of them keeps all as they are', async () => {
  const before = start()
  await done(rename)
  const [write] = await history()
  await writeFile(config(), `${texts()[0]}[profile later]\nregion = x\n`)
  await writeFile(second(), `${texts()[2]}# later\n`)
  await done(['undo'])
  expect(texts()).toEqual([`${before[0]}[profile later]\nregion = x\n`, before[1], `${before[2]}# later\n`])
  await done(['redo'])
  for (const file of [config(), second()]) {
    const good = readFileSync(file, 'utf8')
    await writeFile(file, good.replace(/neu(?=[\],])/, 'third'))
    const now = texts()
    const { status, stderr } = await ekscope(['undo', write?.id ?? ''])
    expect([status, stderr.includes('Nothing was written'), texts()]).toEqual([3, true, now])
    expect(stderr).not.toContain(`ekscope undo ${write?.id} `)
    expect((await ekscope(['undo', write?.id ?? '', '--dry-run'])).status).toBe(3)
    await writeFile(file, good)
  }
})

test('undo and redo of a rename ask about contexts that name the profile as it is called now', async () => {
  await done(rename)
  for (const [way, name] of [
    ['undo', 'neu'],
    ['redo', 'dev'],
  ] as const) {
    terminal.write('.kube/two', kubeconfig('later').replace('dev', name))
    const before = texts()
    const { status, stderr } = await ekscope([way])
    expect([status, stderr, texts()]).toEqual([
      3,
      expect.stringContaining(
        `Profile ${name} is named by context later, which would have no identity without that profile.`,
      ),
      before,
    ])
    const { alsoChanges } = JSON.parse((await done([way, '--dry-run', '--json'])).stdout)
    expect(alsoChanges).toEqual(['later'])
    expect((await done([way, '--apply-to-shared'])).stdout).toContain('also changed: later\n')
  }
})

test('a window undoes it too, for exactly the files that it has shown', async () => {
  const before = start()
  await done(rename)
  const [write] = await history()
  const window = createServices({ ...terminal.machine(), filesOf: 'login-shell' })
  await window.kubeconfig.load()
  const target = { id: write?.id ?? '', way: 'undo', contexts: null } as const
  const undo = async () => {
    const plan = await window.editing.planUndo(target)
    if (!plan.ok) throw new Error(plan.fault.message)
    expect(plan.value.files.map((file) => file.path).sort()).toEqual(all().sort())
    const { revisions } = plan.value
    return () => window.editing.undo({ ...target, revisions, sharedAllowed: false }, signal)
  }
  const { signal } = new AbortController()
  const stale = await undo()
  await writeFile(config(), `${texts()[0]}# later\n`)
  expect(await stale()).toMatchObject({ ok: false, fault: { code: 'changed-on-disk' } })
  expect(await (await undo())()).toMatchObject({ ok: true, value: { kind: 'written' } })
  expect(texts()).toEqual([`${before[0]}# later\n`, before[1], before[2]])
  await window.close()
})

test('an undo says which contexts it gives a profile that has another name by now, before and when it writes', async () => {
  start()
  const removed = JSON.parse((await done(['delete', 'one', 'two', '--json'])).stdout).id
  const gone = (contexts: string) =>
    `${contexts} back with profile “dev”, which is in neither the AWS config nor the credentials file`
  const quiet = await done(['undo', removed, '--dry-run'])
  expect(quiet.stderr).not.toContain('profile')
  await done(rename)
  const dry = (...args: readonly string[]) => done(['undo', removed, ...args, '--dry-run'])
  expect((await dry()).stderr).toContain(`warning: ${gone('Contexts “one” and “two” come')}`)
  expect((await dry('one')).stderr).toContain(`warning: ${gone('Context “one” comes')}`)
  expect((await done(['restore', removed, '--dry-run'])).stderr).toContain(
    gone('Contexts “one” and “two” come'),
  )
  const window = createServices({ ...terminal.machine(), filesOf: 'login-shell' })
  await window.kubeconfig.load()
  const target = { id: removed, way: 'undo', contexts: ['two'] } as const
  expect(await window.editing.planUndo(target)).toMatchObject({
    ok: true,
    value: {
      blocked: false,
      problems: [
        {
          code: 'unknown-profile',
          blocks: false,
          message: expect.stringContaining(gone('Context “two” comes')),
        },
      ],
    },
  })
  await window.close()
  const written = await done(['undo', removed, 'one', '--json'])
  expect(JSON.parse(written.stdout).warnings).toEqual([
    {
      message: expect.stringContaining(gone('Context “one” comes')),
      next: 'Name a profile that exists, or add this one to the AWS config file.',
    },
  ])
  // What came back already does not come back again.
  expect((await dry()).stderr).toContain(gone('Context “two” comes'))
})

test.skipIf(!full)(
  'what was put back by hand already is left alone by an undo, whichever of the files that was',
  async () => {
    const before = start()
    await done(rename)
    const after = texts()
    await Promise.all([1, 2].map((at) => writeFile(all()[at] ?? '', before[at] ?? '')))
    await done(['undo'])
    expect(texts()).toEqual(before)
    // Contexts one and two name the profile that would go.
    expect((await ekscope(['redo'])).stderr).toContain('Profile dev is named by context one, two')
    await done(['redo', '--apply-to-shared'])
    expect(texts()).toEqual([after[0], before[1], before[2]])
    await done(['profile', 'rename', 'neu', 'dev'])
    await done(rename)
    await writeFile(config(), before[0] ?? '')
    await done(['undo'])
    expect(texts()).toEqual(before)
    expect((await ekscope(['redo'])).status).toBe(0)
    expect(texts()).toEqual([before[0], after[1], after[2]])
  },
)

test.skipIf(!full)(
  'what others took away is in the way of nothing: the rest is undone, and it is named',
  async () => {
    const before = start()
    await done(rename)
    for (const args of [
      ['delete-context', 'two'],
      ['delete-user', 'two'],
    ])
      await terminal.run(realProgram('kubectl'), ['config', '--kubeconfig', second(), ...args])
    const theirs = texts()[2]
    const gone = `The user “two” is no longer in ${second()}. All else of that write is carried out.`
    expect((await ekscope(['undo', '--dry-run'])).stderr).toContain(gone)
    expect((await ekscope(['undo'])).stderr).toContain(gone)
    expect(texts()).toEqual([before[0], before[1], theirs])
    await done(['redo'])
    unlinkSync(second())
    expect(JSON.parse((await done(['undo', '--json'])).stdout)).toMatchObject({
      warnings: [{ message: `The file ${second()} is gone.` }],
    })
    expect([readFileSync(config(), 'utf8'), terminal.text(), existsSync(second())]).toEqual([
      ...before.slice(0, 2),
      false,
    ])
    // A profile that is gone may have another name by now.
    await done(['redo'])
    await writeFile(config(), readFileSync(config(), 'utf8').replace('[profile neu]', '[profile others]'))
    const now = readFileSync(config(), 'utf8')
    const refused = await ekscope(['undo'])
    expect([refused.status, refused.stderr]).toEqual([
      3,
      expect.stringContaining('The profile “neu” is no longer in'),
    ])
    expect([readFileSync(config(), 'utf8'), terminal.text()]).toEqual([
      now,
      kubeconfig('one').replace('dev', 'neu'),
    ])
  },
)

test.each([
  [
    'a protected kubeconfig',
    () => {
      terminal.write('.kube/two', kubeconfig('two'), 0o400)
    },
    '--force',
  ],
  ['a kubeconfig with another name', () => linkSync(second(), `${second()}.twin`), '--in-place'],
  [
    'a kubeconfig under a foreign lock',
    () => {
      terminal.write('.kube/two.lock', '')
    },
    null,
  ],
  [
    'an AWS config file with another name, and a protected kubeconfig',
    () => {
      linkSync(config(), `${config()}.twin`)
      terminal.write('.kube/two', kubeconfig('two'), 0o400)
    },
    '--in-place --force',
  ],
])('refused because of %s: no byte of any file, and nothing in the history', async (_, obstruct, option) => {
  const before = start()
  obstruct()
  const state = () => all().map((file) => statSync(file, { bigint: true }).mtimeNs)
  const was = state()
  const { status, stderr } = await ekscope([...rename, '--lock-wait', '0'])
  expect([status, stderr]).toEqual([3, expect.stringContaining(option ?? `${second()}.lock`)])
  expect([texts(), state(), await history()]).toEqual([before, was, []])
  if (option === null) unlinkSync(`${second()}.lock`)
  await done([...rename, ...(option?.split(' ') ?? [])])
  expect(texts()).toEqual(renamed(before))
})

/** Kills the program before its nth rename: the lock's note, the record with three copies, the journal, the three files, the history. */
const killed = async (at: number, args: readonly string[] = rename) =>
  terminal.run(process.execPath, [terminal.program, ...args], {
    UV_THREADPOOL_SIZE: '1',
    LD_PRELOAD: await faultLibrary(),
    FAULT_ROOT: terminal.home,
    FAULT_CALL: 'rename',
    FAULT_AT: `${at}`,
  })

test('what another program writes while a lock is waited for follows, too: who follows is found once all locks are there', async () => {
  const before = start()
  terminal.write('.kube/two', before[2]?.replace('--profile, dev', '--profile, other') ?? '')
  const lock = `${terminal.file}.lock`
  await writeFile(lock, '')
  const run = terminal.start(rename)
  // It waits: beside the locks that it can have.
  while (!existsSync(`${second()}.lock`) && !existsSync(path.join(terminal.state, 'journal'))) await pause(5)
  await writeFile(second(), before[2] ?? '')
  unlinkSync(lock)
  const { status, stdout, stderr } = await run.ended
  expect([status, stderr]).toEqual([0, expect.not.stringContaining('changed by another program')])
  expect(stdout).toContain('two: profile dev (--profile) → neu (--profile)')
  expect(texts()).toEqual(renamed(before))
  expect((await history())[0]?.titles).toHaveLength(3)
})

test.skipIf(!full)('renames at once are all made, and none is refused', async () => {
  const many = Array.from({ length: 4 }, (_, at) => `p${at}`)
  terminal.write('.aws/config', many.map((name) => `[profile ${name}]\nregion = x\n`).join(''))
  const runs = await Promise.all(many.map((name) => ekscope(['profile', 'rename', name, `${name}-neu`])))
  expect(runs.map(({ status }) => status)).toEqual(many.map(() => 0))
  expect(texts().slice(0, 1)).toEqual([many.map((name) => `[profile ${name}-neu]\nregion = x\n`).join('')])
})

test.skipIf(why !== null)(
  `killed before it was recorded, and aws has written another section since: the write was made${why ?? ''}`,
  async () => {
    const [before = ''] = start()
    const changed = before.replace('eu-west-1', 'us-east-1')
    await killed(5, ['profile', 'set', 'dev', 'region', 'us-east-1'])
    expect(texts()[0]).toBe(changed)
    expect(await history()).toEqual([])
    await terminal.run(realProgram('aws'), 'configure set region eu-south-1 --profile later'.split(' '))
    const { stderr } = await done(['set-namespace', 'one', 'web'])
    const [, write] = await history()
    expect(stderr).toContain(
      `A write that was interrupted is on disk. The write is in the history as ${write?.id}`,
    )
    await done(['undo', write?.id ?? '', '--apply-to-shared'])
    expect(texts()[0]).toBe(`${before}[profile later]\nregion = eu-south-1\n`)
  },
)

test.skipIf(why !== null)(
  `killed between two files, and others have written since on top of it: all stays, each is named, and it can be undone${why ?? ''}`,
  async () => {
    const before = start()
    await killed(9)
    const half = [renamed(before)[0], renamed(before)[1], before[2]]
    expect(texts()).toEqual(half)
    terminal.write('.aws/config', `${half[0]}[profile later]\nregion = x\n`)
    for (const args of [['list'], ['history']])
      expect((await done(args)).stderr).not.toContain('another program')
    const { stderr } = await done(['set-namespace', 'one', 'web'])
    expect(stderr).toContain(
      `so its files stay as they are. Another program has changed: ${config()}. As this write left it: ${terminal.file}. As before it: ${second()}. The write is in the history as `,
    )
    expect(texts()).toEqual([
      `${half[0]}[profile later]\nregion = x\n`,
      half[1]?.replace('user: one}', 'user: one, namespace: web}'),
      half[2],
    ])
    const write = (await history()).find(({ titles }) => titles[0] === 'profile dev: renamed to neu')
    expect((await done(['history'])).stderr).toBe(
      `ekscope: after ${write?.id} another program wrote ${config()}: changed its text only.\n`,
    )
    await done(['undo', write?.id ?? ''])
    expect(texts()).toEqual([
      `${before[0]}[profile later]\nregion = x\n`,
      before[1]?.replace('user: one}', 'user: one, namespace: web}'),
      before[2],
    ])
    expect((await done(['set-namespace', 'one', 'db'])).stderr).toBe('')
  },
)
