/** Muted findings: shown, counted apart, and no reason to fail, as long as they are about the same. */
import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { ok } from '../../../shared/result'
import { createFindingHandlers } from '../../ipc/finding-handlers'
import { useTerminal } from './terminal'

const terminal = useTerminal({
  inProcess: true,
  config: `apiVersion: v1
kind: Config
clusters:
- {name: c, cluster: {server: "https://c.example"}}
- {name: d, cluster: {server: "https://d.example"}}
contexts:
- {name: one, context: {cluster: c, user: gone}}
- {name: two, context: {cluster: d, user: gone}}
users: []
`,
})
const { ekscope, done } = terminal

interface Found {
  readonly id: string
  readonly contexts: readonly string[]
  readonly muted: { readonly reason: string; readonly by: string } | null
}
async function linted() {
  const { status, stdout } = await ekscope(['lint', '--json'])
  const { findings }: { readonly findings: readonly Found[] } = JSON.parse(stdout)
  const about = findings.filter(({ id }) => id === 'dangling-user')
  return { status, about: about.map(({ contexts, muted }) => [contexts.join(' '), muted?.reason ?? null]) }
}

test('a finding that is muted in each of its contexts is no reason to fail; unmuted, it is one again', async () => {
  const before = await linted()
  expect(before.status).toBe(1)
  expect(before.about.every(([, muted]) => muted === null)).toBe(true)
  await done(['mute', 'dangling-user', 'one', '--reason', 'made by hand, ticket 7'])
  const half = await linted()
  expect(half.status).toBe(1)
  await done(['mute', 'dangling-user', 'two', '--reason', 'as well'])
  const all = await linted()
  expect([all.status, all.about.every(([, muted]) => muted !== null)]).toEqual([0, true])
  const { stdout } = await ekscope(['lint'])
  expect(stdout).toContain('muted: made by hand, ticket 7')
  expect(stdout).toMatch(/0 errors.*, \d+ muted in 2 contexts/)
  const list = await done(['mute', '--json'])
  expect(JSON.parse(list.stdout).muted).toMatchObject([
    { id: 'dangling-user', context: 'one', reason: 'made by hand, ticket 7' },
    { id: 'dangling-user', context: 'two', reason: 'as well' },
  ])
  const report = await done(['report', '--format', 'md'])
  expect(report.stdout).toMatch(/error, muted.*Muted: /)
  await done(['unmute', 'dangling-user', 'two'])
  expect((await linted()).status).toBe(1)
})

test('it is about the cluster that the context had: another one is another matter', async () => {
  await done(['mute', 'dangling-user', 'one', 'two', '--reason', 'known'])
  expect((await linted()).status).toBe(0)
  terminal.write('.kube/config', terminal.text().replace('cluster: d, user', 'cluster: c, user'))
  expect((await linted()).status).toBe(1)
})

test('everywhere at once; kept 0600 without more than that; what is no finding, or has no reason, is refused', async () => {
  await done(['mute', 'dangling-user', '--reason', 'later'])
  expect((await linted()).about.map(([, muted]) => muted)).toEqual(expect.arrayContaining(['later']))
  const file = path.join(terminal.state, 'muted.json')
  expect([statSync(file).mode & 0o777, readFileSync(file, 'utf8')]).toEqual([
    0o600,
    expect.stringContaining('later'),
  ])
  expect((await ekscope(['mute', 'no-such-id', '--reason', 'x'])).status).toBe(2)
  expect((await ekscope(['mute', 'unpinned'])).status).toBe(2)
  expect((await ekscope(['unmute', 'unpinned'])).stdout).toBe('unpinned is not muted.\n')
  expect((await ekscope(['mute', 'unpinned', 'three', '--reason', 'x'])).status).toBe(3)
  expect((await ekscope(['mute', 'unpinned', '--reason', 'x'.repeat(1_001)])).stderr).toContain(
    '1,001 characters',
  )
})

test('where else it is muted is said with the command that ends it, also where the context is gone', async () => {
  await done(['mute', 'dangling-user', 'two', '--reason', 'known'])
  expect((await done(['unmute', 'dangling-user'])).stdout).toBe(
    'dangling-user is not muted everywhere, but there it is:\n  dangling-user in two: ekscope unmute dangling-user two\n',
  )
  terminal.write('.kube/config', terminal.text().replace('name: two', 'name: three'))
  expect((await done(['unmute', 'dangling-user', 'two'])).stdout).toBe(
    'no longer muted: dangling-user in two\n',
  )
  await done(['mute', 'dangling-user', '--reason', 'later'])
  expect((await done(['unmute', 'dangling-user', 'one'])).stdout).toContain('ekscope unmute dangling-user\n')
})

test('a file of them that is broken is told and set aside, by whichever command meets it first', async () => {
  for (const args of [['mute'], ['lint'], ['mute', 'unpinned', '--reason', 'x']]) {
    const file = terminal.write('state/muted.json', '{"version": 1, "content": [')
    const { stderr } = await ekscope(args)
    expect(stderr).toMatch(/was set aside as (\S+)\. No finding counts as muted\. To have back what it held/)
    const [, aside = ''] = /set aside as (\S+)\. /.exec(stderr) ?? []
    expect(terminal.text(path.join(path.dirname(file), aside))).toBe('{"version": 1, "content": [')
  }
})

test('what another version muted stays in the file', async () => {
  const other = '{"id":"of-another-version","context":null,"reason":"r","at":1}'
  terminal.write('state/muted.json', `{"version":1,"content":[${other}]}\n`)
  await done(['mute', 'unpinned', '--reason', 'x'])
  expect(terminal.text(path.join(terminal.state, 'muted.json'))).toContain(other)
})

test('the window mutes nothing where a context changed while it was asked', async () => {
  const services = terminal.window()
  const { kubeconfig, mutes } = services
  const [one] = (await kubeconfig.load()).contexts
  const moved = terminal.text().replace('cluster: c, user', 'cluster: d, user')
  const muting = createFindingHandlers(services, {
    once: async () => {
      terminal.write('.kube/config', moved)
      return ok(true)
    },
  })
  const { signal } = new AbortController()
  const call = { page: 1, signal, dropped: () => [], emit: () => undefined }
  const asked = { id: 'dangling-user', contexts: [one?.id ?? ''], reason: 'known' } as const
  expect(await muting['findings.mute'](asked, call)).toMatchObject({ ok: false, fault: { code: 'conflict' } })
  expect(await mutes.load()).toEqual([])
  expect(await muting['findings.mute'](asked, call)).toMatchObject({ ok: true })
})
