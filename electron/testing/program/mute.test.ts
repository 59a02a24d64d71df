/** Muted findings: shown, counted apart, and no reason to fail, as long as they are about the same. */
import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
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
  expect((await ekscope(['unmute', 'unpinned'])).stdout).toBe('That is not muted.\n')
  expect((await ekscope(['mute', 'unpinned', 'three', '--reason', 'x'])).status).toBe(3)
})
