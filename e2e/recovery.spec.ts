import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import {
  cellOf,
  end,
  expectAccessible,
  expectRows,
  filterBy,
  furnish,
  launch,
  type Running,
  rowOf,
  showColumns,
  withApp,
} from './app'
import { patience, review, rowMenu, tabAndPress, write } from './editing-steps'
import { startFleet } from './fleet-process'
import type { Surroundings } from './surroundings'

/** A kubeconfig of so many contexts: large, so that writing it takes long enough to be killed in. */
function many(prefix: string, count: number): string {
  const names = Array.from({ length: count }, (_, at) => `${prefix}-${at}`)
  const list = (entry: (name: string) => string) => names.map(entry).join('')
  return `# ${prefix}: ours, with remarks
apiVersion: v1
kind: Config
clusters:
${list((name) => `- name: ${name}\n  cluster: {server: 'https://127.0.0.1:1'}\n`)}contexts:
${list((name) => `- name: ${name}   # why\n  context: {cluster: ${name}, user: ${name}}\n`)}users:
${list((name) => `- name: ${name}\n  user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [eks, get-token, --cluster-name, ${name}]}}\n`)}`
}

const kubectl = (kubeconfig: string, ...args: readonly string[]) =>
  execFileSync('kubectl', args, {
    env: { PATH: process.env.PATH ?? '', KUBECONFIG: kubeconfig },
    encoding: 'utf8',
  })
const contexts = (file: string) =>
  kubectl(file, 'config', 'get-contexts', '-o', 'name').split('\n').filter(Boolean)

/**
 * Waits, in a process of its own, for a write to begin; from there on the other process runs in steps of half a
 * millisecond, until its journal is there: then it is killed.
 */
const killer = `
const { readdirSync } = require('node:fs')
const [data, pid] = process.argv.slice(1)
const has = (folder, end) => { try { return readdirSync(data + '/' + folder).some((name) => name.endsWith(end)) } catch { return false } }
const send = (signal) => process.kill(Number(pid), signal)
process.stdout.write('ready')
const until = Date.now() + 20_000
while (!has('history', '.pending.json') && Date.now() < until);
while (!has('journal', '.json') && Date.now() < until) {
  send('SIGCONT')
  for (const began = performance.now(); performance.now() - began < 0.5; );
  send('SIGSTOP')
}
send('SIGKILL')
`

/**
 * Kills the app, as kill -9 does, as soon as the journal of a write of several files stands on disk; whether it still
 * stands there, so that the write had not ended.
 */
async function killInTheMiddle({ app, page, surroundings }: Running): Promise<boolean> {
  const journal = join(surroundings.data, 'journal')
  const child = spawn(process.execPath, ['-e', killer, surroundings.data, `${app.process().pid}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  const ended = once(app.process(), 'exit')
  await Promise.all([ended, page.keyboard.press('Control+Enter').catch(() => undefined)])
  return readdirSync(journal).length > 0
}

/** Moves contexts of the first file to the second until a move was killed in its middle; gives that context. */
async function killedMove(surroundings: Surroundings): Promise<string> {
  // The system may give the killer its turn too late; then the write is whole, and there is another one.
  for (let at = 7; at < 12; at += 1) {
    const running = await launch(surroundings, 'home')
    try {
      await expectRows(running.grid)
      await rowMenu(running.page, `a-${at}`, 'Move to another file…')
      const form = running.page.getByRole('dialog', { name: `Move a-${at}` })
      await form.getByRole('button', { name: 'Move', exact: true }).click()
      await review(running.page, 'keyboard')
      if (await killInTheMiddle(running)) return `a-${at}`
    } finally {
      // Killed already, unless something went wrong before.
      await running.app.close().catch(() => undefined)
    }
  }
  throw new Error('five writes were over before they could be killed')
}

test('a window that is killed in the middle of a write settles it at the next start, and says so', {
  tag: '@full',
}, async () => {
  test.setTimeout(120_000)
  const count = 300
  const surroundings = await furnish({
    files: {
      '.kube/a': many('a', count),
      '.kube/b': many('b', count),
      '.profile': 'export KUBECONFIG="$HOME/.kube/a:$HOME/.kube/b"\n',
    },
  })
  const [a, b] = [join(surroundings.home, '.kube/a'), join(surroundings.home, '.kube/b')]
  try {
    const context = await killedMove(surroundings)
    const { page, grid, app } = await launch(surroundings, 'home')
    try {
      await expectRows(grid)
      const told = page.getByText(/^The write of .* was interrupted/)
      await expect(told).toBeVisible(patience)
      const messages = page.getByRole('region', { name: 'Messages' })
      await expect(messages.getByRole('alert')).toHaveCount(1)
      await expectAccessible(page)
      // All of it or nothing, and the notice says which.
      const moved = /was complete/.test((await told.textContent()) ?? '')
      expect([contexts(a).includes(context), contexts(b).includes(context)]).toEqual([!moved, moved])
      expect(contexts(a).length + contexts(b).length).toBe(2 * count)
      // Neither lock nor temporary file is left, so kubectl may write.
      expect(readdirSync(join(surroundings.home, '.kube')).sort()).toEqual(['a', 'b'])
      kubectl(a, 'config', 'use-context', 'a-1')
      await filterBy(page, `context:"${context}"`)
      await showColumns(page, 'File')
      const file = await cellOf(rowOf(grid, context), 'File')
      await expect(file).toContainText(moved ? '~/.kube/b' : '~/.kube/a')
      await messages.getByRole('button', { name: 'History' }).focus()
      await page.keyboard.press('Enter')
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('History')
      const writes = page
        .getByRole('main')
        .getByRole('listitem')
        .filter({
          // Not a-70 for a-7: kubectl adds defaults to every user that it writes.
          hasText: new RegExp(`${context}(?!\\d)`),
          // The write itself, not the lines of its titles.
          has: page.getByRole('button', { name: 'Restore' }),
        })
      await expect(writes).toHaveCount(moved ? 1 : 0)
    } finally {
      // The move that was not made is pending again.
      await end({ app })
    }
  } finally {
    await surroundings.remove()
  }
})

test('with no kubeconfig yet, contexts are added from the first page, into a file of the user’s own', {
  tag: '@full',
}, async () => {
  const fleetHome = await furnish({})
  const fleet = await startFleet(fleetHome)
  try {
    // The made-up company's AWS profiles, and nothing else of it.
    const aws = (name: string) => readFileSync(join(fleet.home, '.aws', name), 'utf8')
    const files = { '.aws/config': aws('config'), '.aws/credentials': aws('credentials') }
    await withApp({ startWith: 'home', files }, async ({ page, grid, surroundings, complaints }) => {
      const offer = page.getByRole('main').getByRole('button', { name: 'Add contexts from EKS…' })
      await expect(offer).toBeVisible(patience)
      await tabAndPress(page, offer)
      const form = page.getByRole('dialog', { name: 'Add contexts from EKS' })
      await expect(form.getByRole('status').first()).toContainText('user/people/alice', patience)
      await form.getByRole('button', { name: 'Find clusters' }).click()
      const tools = form.getByRole('checkbox', { name: /^tools / })
      await tools.check(patience)
      await form.getByRole('textbox', { name: 'Name', exact: true }).fill('{cluster}')
      await form.getByRole('button', { name: 'Add 1 context' }).click()
      await expect(rowOf(grid, 'tools')).toContainText('new')
      await write(page, 'mouse')
      const file = join(surroundings.home, '.kube/config')
      expect(statSync(file).mode & 0o777).toBe(0o600)
      expect(contexts(file)).toEqual(['tools'])
      expect(complaints).toEqual([])
    })
  } finally {
    await fleet.stop()
    await fleetHome.remove()
  }
})
