/** The terminal does not wait to see who overwrites what it wrote: the next command names that, once, and how to reapply it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { full } from '../../../shared/testing/counts'
import { realProgram } from '../real-programs'
import { useTerminal } from './terminal'

const config = `apiVersion: v1
kind: Config
clusters:
- {name: c, cluster: {server: "https://c.test"}}
contexts:
- {name: one, context: {cluster: c, user: u}}
- {name: two, context: {cluster: c, user: u}}
current-context: one
users:
- {name: u, user: {token: t}}
`
const terminal = useTerminal({ config, inProcess: true })
const { ekscope, done } = terminal
const written = async (...args: readonly string[]): Promise<string> =>
  JSON.parse((await done([...args, '--json'])).stdout).id
/** As a program does that had read before our write. */
const olderCopy = () => writeFileSync(terminal.file, config)

test.skipIf(!full)(
  'what an older copy undid is named by the next command, whichever that is, once',
  async () => {
    await done(['use', 'two'])
    const id = await written('set-namespace', 'one', 'web')
    olderCopy()
    for (const args of [
      ['list'],
      ['list', '--json'],
      ['history'],
      ['history', '--json'],
      ['set-namespace', 'two', 'db', '--dry-run'],
      ['set-namespace', 'two', 'db'],
      ['undo'],
    ]) {
      const { stdout, stderr } = await ekscope(args)
      const named = `the context “one” of ${terminal.file} back to what it was before the write ${id}`
      expect(stderr, args.join(' ')).toContain(named)
      expect(stderr, args.join(' ')).toContain(`ekscope reapply ${id}`)
      if (args.includes('--json')) JSON.parse(stdout)
      // As if it had been named to no process yet.
      rmSync(`${terminal.state}/history/said`, { recursive: true })
    }
    await ekscope(['list'])
    expect((await ekscope(['list'])).stderr).not.toContain('another program put')
  },
)

test('reapply writes it once more, and that is all there is to say', async () => {
  const id = await written('set-namespace', 'one', 'web')
  olderCopy()
  await done(['list'])
  await done(['reapply', id])
  expect(terminal.text()).toBe(
    config.replace('user: u}}\n- {name: two', 'user: u, namespace: web}}\n- {name: two'),
  )
  expect((await ekscope(['list'])).stderr).toBe('')
})

test('what an open window has named, no command names again', async () => {
  await written('set-namespace', 'one', 'web')
  const window = terminal.window()
  await window.kubeconfig.load()
  olderCopy()
  await window.kubeconfig.load()
  expect(await window.editing.overwritten()).toHaveLength(1)
  expect((await ekscope(['list'])).stderr).toBe('')
})

test('an open window names it, too, where what it does itself has shown it before its watch looked', async () => {
  const window = terminal.window()
  await window.kubeconfig.load()
  const named: string[] = []
  await window.watch({
    kubeconfig: () => undefined,
    identity: () => undefined,
    failed: (error) => {
      throw error
    },
    overwritten: ({ id }) => named.push(id),
  })
  const ids: string[] = []
  /** Whether the watch has announced the namespace that was written last: from then on it would see each change by itself. */
  const isAnnounced = () =>
    window.kubeconfig.store
      .announced()
      .view.snapshot.contexts.some(({ name, namespace }) => name === 'one' && namespace === 'web')
  for (const meanwhile of [
    // A decision is reloaded for.
    () => window.reload('trust'),
    // Another view has loaded, and then there is something new to tell.
    async () => {
      await window.kubeconfig.load()
      writeFileSync(terminal.file, `${config}# theirs\n`)
      await window.reload('trust')
    },
    // The same, and what is new is a write of its own over theirs.
    async () => {
      const { contexts } = await window.kubeconfig.load()
      const context = contexts.find(({ name }) => name === 'two')?.id ?? ''
      const made = await window.editing.apply(
        {
          edits: [{ kind: 'set-namespace', context, namespace: 'db' }],
          titles: [],
          revisions: null,
          sharedAllowed: true,
        },
        new AbortController().signal,
      )
      if (!made.ok || made.value.kind !== 'written') throw new Error('not written')
      await window.reload('a write of ours', made.value.files)
    },
  ]) {
    ids.push(await written('set-namespace', 'one', 'web'))
    await expect.poll(isAnnounced, { timeout: 20_000 }).toBe(true)
    olderCopy()
    await meanwhile()
    await expect.poll(() => named, { timeout: 20_000 }).toEqual(ids)
  }
})

/** As if the write had been so many minutes before. */
const earlier = (id: string, minutes: number) => {
  const record = `${terminal.state}/history/${id}.json`
  const at = `"at":${Date.now() - minutes * 60_000}`
  writeFileSync(record, readFileSync(record, 'utf8').replace(/"at":\d+/, at))
  // It says what the record said, which nobody else writes anew.
  rmSync(`${terminal.state}/history/index.jsonl`)
}

test.skipIf(!full)(
  'what other programs add, and what we undid ourselves, is nothing to name; nor is a change of long after',
  async () => {
    await done(['set-namespace', 'one', 'web'])
    await done(['undo'])
    writeFileSync(terminal.file, `${terminal.text()}# theirs\n`)
    expect((await ekscope(['list'])).stderr).toBe('')
    earlier(await written('set-namespace', 'two', 'db'), 11)
    olderCopy()
    expect((await ekscope(['list'])).stderr).toBe('')
    const id = await written('set-namespace', 'two', 'db')
    earlier(id, 9)
    olderCopy()
    expect((await ekscope(['list'])).stderr).toContain(`ekscope reapply ${id}`)
  },
)

test('a context that kubectl uses after `ekscope use` was switched on purpose', async () => {
  await done(['use', 'two'])
  await terminal.run(realProgram('kubectl'), ['config', 'use-context', 'one'])
  expect((await terminal.kubectl()).current).toBe('one')
  expect((await ekscope(['list'])).stderr).toBe('')
})

test.skipIf(!full)(
  'written by one name and read by another it is the same file, also where it was moved behind a link',
  async () => {
    const [link, moved] = [`${terminal.home}/link`, `${terminal.home}/moved`]
    symlinkSync(terminal.file, link)
    const id = await written('set-namespace', 'one', 'web', '--kubeconfig', link)
    olderCopy()
    expect((await ekscope(['list'])).stderr).toContain(`ekscope reapply ${id}`)
    const again = await written('reapply', id)
    renameSync(terminal.file, moved)
    symlinkSync(moved, terminal.file)
    const last = await written('use', 'two')
    expect((await done(['undo'])).stdout).toContain('two')
    // The writes of before the move are found, too.
    expect((await done(['undo', again])).stdout).toContain('undone')
    expect(terminal.text(moved)).toBe(config)
    expect(last).not.toBe(again)
  },
)

test.skipIf(!full)('a process that holds the older file of two megabytes is not waited for', async () => {
  const authority = Buffer.alloc(20_000, 'certificate').toString('base64')
  const entry = (i: number) =>
    `- {name: big-${i}, cluster: {server: "https://x.test", certificate-authority-data: ${authority}}}\n`
  const clusters = Array.from({ length: 80 }, (_, i) => entry(i)).join('')
  terminal.write('.kube/config', config.replace('clusters:\n', `clusters:\n${clusters}`))
  const reader = spawn('/bin/sh', ['-c', `exec 7< '${terminal.file}'; echo ready; exec sleep 60`])
  await once(reader.stdout, 'data')
  try {
    await done(['use', 'two'])
    expect(reader.exitCode).toBeNull()
  } finally {
    reader.kill('SIGKILL')
  }
})
