import { execFileSync } from 'node:child_process'
import { chmod, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ElectronApplication, expect, test } from '@playwright/test'
import {
  end,
  expectAccessibleInBoth,
  expectRows,
  furnish,
  type Laid,
  launch,
  type Running,
  rowOf,
  withApp,
} from './app'
import { write } from './editing-steps'
import { dropFiles, expectOffered, importDialog } from './transfer-steps'

const sound = (name: string) => `apiVersion: v1
kind: Config
current-context: ${name}
clusters:
- name: ${name}
  cluster: {server: 'https://127.0.0.1:1'}
contexts:
- name: ${name}
  context: {cluster: ${name}, user: ${name}}
users:
- name: ${name}
  user:
    exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [eks, get-token, --cluster-name, ${name}]}
`

/** Answers the system's file dialog, which no test can see, with this file. */
async function answerDialog(app: ElectronApplication, file: string): Promise<void> {
  await app.evaluate(({ dialog }, path) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [path] })
  }, file)
}

test('with nothing there, the first page says what was looked for and where', async () => {
  // The window looks where a terminal would.
  const files = { '.profile': 'export PATH=/nowhere\n' }
  await withApp({ startWith: 'home', files }, async ({ app, page, complaints }) => {
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('No contexts found yet')
    const areShown = () =>
      app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((one) => one.isVisible()))
    await expect.poll(areShown).toEqual([true])
    const looked = page.getByRole('main').getByRole('listitem')
    for (const [what, where] of [
      ['kubeconfig', '~/.kube/config'],
      ['AWS config', '~/.aws/config'],
      ['AWS credentials', '~/.aws/credentials'],
      ['aws CLI', 'PATH'],
      ['kubectl', 'PATH'],
    ] as const) {
      const line = looked.filter({ hasText: new RegExp(`^${what}`) })
      await expect(line).toContainText(where)
      await expect(line).toContainText('not there')
    }
    // Never an empty grid.
    await expect(page.getByRole('grid')).toHaveCount(0)
    await expect(page.getByRole('button', { name: /^Verify/ })).toHaveCount(0)
    await expectAccessibleInBoth(page)
    expect(complaints).toEqual([])
  })
})

test('what is pasted or dropped onto the first page becomes the first kubeconfig', {
  tag: '@full',
}, async () => {
  await withApp({ startWith: 'home' }, async (running) => {
    const { page, grid, surroundings } = running
    const file = join(surroundings.home, 'from-a-colleague.yaml')
    await writeFile(file, sound('given'))
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('No contexts found yet')
    await running.app.evaluate(({ clipboard }, text) => clipboard.writeText(text), sound('pasted'))
    await page.keyboard.press('Control+v')
    await expectOffered(page, [/^pasted/])
    await page.keyboard.press('Escape')
    // What is dropped while a dialog is open is nothing to it.
    await expect(importDialog(page)).toHaveCount(0)
    await dropFiles(running, [file])
    await importDialog(page).getByRole('button', { name: 'Import 1' }).click()
    await expect(rowOf(grid, 'given')).toContainText('new')
    await write(page, 'keyboard', running)
    await expect(rowOf(grid, 'given')).toBeVisible()
    const made = join(surroundings.home, '.kube', 'config')
    expect((await stat(made)).mode & 0o777).toBe(0o600)
    const names = execFileSync('kubectl', [`--kubeconfig=${made}`, 'config', 'get-contexts', '-o', 'name'])
    expect(names.toString()).toBe('given\n')
    expect(running.complaints).toEqual([])
  })
})

test('from the first page a file is opened, and its servers get no token before it is trusted', async () => {
  await withApp({ startWith: 'home' }, async ({ page, app, grid, surroundings }) => {
    const file = join(surroundings.home, 'from-a-colleague.yaml')
    await writeFile(file, sound('given'))
    await answerDialog(app, file)
    await page
      .getByRole('button', { name: /Open a kubeconfig/ })
      .first()
      .click()
    await expectRows(grid)
    await expect(rowOf(grid, 'given')).toBeVisible()
    const line = page
      .getByRole('navigation')
      .getByRole('listitem')
      .filter({ hasText: '~/from-a-colleague.yaml' })
    await expect(line).toBeVisible()
    // Deleted by another program it stays in the list, where it can be closed.
    await rm(file)
    await expect(line).toContainText('not there')
    await page.getByRole('button', { name: /^Stop showing/ }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('No contexts found yet')
  })
})

test('from the first page the demo fleet opens in the same window', { tag: '@full' }, async () => {
  await withApp({ startWith: 'home' }, async ({ page, grid }) => {
    await page.getByRole('button', { name: 'Open the demo fleet' }).click()
    await expectRows(grid)
    await expect(page.getByText('Demo fleet: a made-up company on this machine.')).toBeVisible()
    await expect(rowOf(grid, 'prod-ci')).toBeVisible()
  })
})

test('a window that is closed before its page is there ends the app, and says nothing', async () => {
  const surroundings = await furnish({})
  try {
    const { app } = await launch(surroundings, 'home')
    const ended = new Promise((resolve) => app.process().once('exit', resolve))
    await app.close()
    expect(await ended).toBe(0)
  } finally {
    await surroundings.remove()
  }
})

/** What is wrong with a file beside a sound one: what the window says of it. */
const troubles: readonly {
  readonly name: string
  readonly bad: Laid
  /** As a person reads it. */
  readonly says: RegExp
  readonly place: string | null
  /** In the full run alone: electron/kubeconfig/ holds it by unit tests, and all are shown alike. */
  readonly tag?: '@full'
}[] = [
  {
    name: 'torn in the middle of a write',
    bad: 'apiVersion: v1\nkind: Config\ncontexts:\n- name: half\n  context: {cluster: c, user: u\n',
    says: /half|brace|bracket|flow|YAML|ends/i,
    place: 'line',
    tag: '@full',
  },
  {
    name: 'with a tab where YAML wants spaces',
    bad: 'apiVersion: v1\nclusters:\n\t- name: x\n',
    says: /tab|YAML|indent/i,
    place: 'line 3, column 1',
    tag: '@full',
  },
  {
    name: 'with a name twice',
    bad: `${sound('twin')}- name: twin\n  user: {token: other}\n`,
    says: /twin/,
    place: 'line 14, column 1',
    tag: '@full',
  },
  { name: 'that is a folder', bad: 'folder', says: /folder|directory/i, place: null, tag: '@full' },
  {
    name: 'that is a pipe, which would never end',
    bad: 'pipe',
    says: /not a regular file/,
    place: null,
    tag: '@full',
  },
]

for (const { name, bad, says, place, tag } of troubles) {
  test(`a kubeconfig ${name} is named in place, beside what can be read`, { tag: tag ?? [] }, async () => {
    await withTwo(bad, async ({ page, grid }) => {
      await expectRows(grid)
      await expect(rowOf(grid, 'good')).toBeVisible()
      const problems = page.getByRole('region', { name: /problems? in your files/ })
      const line = problems.getByRole('listitem').filter({ hasText: '~/.kube/bad' })
      await expect(line.first()).toContainText(says)
      if (place !== null) await expect(line.first()).toContainText(place)
      const file = page.getByRole('navigation').getByRole('listitem').filter({ hasText: '~/.kube/bad' })
      await expect(file).toContainText(/problem/)
      await expectAccessibleInBoth(page)
    })
  })
}

/** Starts on a sound file and a bad one. */
async function withTwo(bad: Laid, work: (running: Running) => Promise<void>): Promise<void> {
  await withApp(
    {
      startWith: 'home',
      files: {
        '.kube/good': sound('good'),
        '.kube/bad': bad,
        // The window takes the login shell's list.
        '.profile': 'export KUBECONFIG="$HOME/.kube/good:$HOME/.kube/bad"\n',
      },
    },
    work,
  )
}

test('a login shell that takes long keeps no grid waiting: its files, and who acts, follow when it answers', {
  tag: '@full',
}, async () => {
  const surroundings = await furnish({
    files: {
      '.kube/config': sound('of-the-app'),
      'of-the-shell': sound('of-the-shell'),
      '.profile': 'export KUBECONFIG="$HOME/of-the-shell"\n',
      'slow-shell': '#!/bin/sh\nwhile [ ! -e "$HOME/go" ]; do sleep 0.05; done\nexec /bin/sh "$@"\n',
    },
  })
  const shell = join(surroundings.home, 'slow-shell')
  await chmod(shell, 0o755)
  const slow = { ...surroundings, env: { ...surroundings.env, SHELL: shell } }
  const { page, grid, app } = await launch(slow, 'home')
  try {
    await expect(rowOf(grid, 'of-the-app')).toBeVisible()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(
      'Reading what the login shell makes of the contexts…',
    )
    const used = page.getByRole('button', { name: /^kubectl uses/ })
    await expect(used).toHaveCount(0)
    await writeFile(join(surroundings.home, 'go'), '')
    await expect(rowOf(grid, 'of-the-shell')).toBeVisible()
    await expect(used).toContainText('of-the-shell')
    await expect(rowOf(grid, 'of-the-app')).toHaveCount(0)
    await expect(page.getByRole('heading', { level: 1 })).not.toHaveText(
      'Reading what the login shell makes of the contexts…',
    )
  } finally {
    await end({ app })
    await surroundings.remove()
  }
})
