import { mkdir, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import {
  answer,
  clipboard,
  expectAccessible,
  expectAccessibleInFull,
  filterBy,
  oneApp,
  questionWindow,
  rowOf,
} from './app'
import {
  apply,
  demoFiles,
  dismissAll,
  expectPending,
  lines,
  palette,
  press,
  review,
  rowMenu,
  typeOver,
  walkTo,
  write,
} from './editing-steps'
import { answerDialogs, dropFiles, expectOffered, importDialog } from './transfer-steps'

// Each test goes on from the files that the one before has written.
test.describe.configure({ mode: 'serial' })

const fleet = oneApp({ startWith: 'demo' })
const demo = demoFiles(fleet)

const exec = (profile: string) =>
  `{apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [--region, eu-west-1, --profile, ${profile}, eks, get-token, --cluster-name, partner]}`
/** A cluster of its own, an authority beside it, a name that is taken, a token. */
const partner = `apiVersion: v1
kind: Config
clusters:
- name: partner
  cluster: {server: "https://partner.example.com", certificate-authority: ca.crt}
contexts:
- {name: partner-admin, context: {cluster: partner, user: partner-admin, namespace: web}}
- {name: prod-ci, context: {cluster: partner, user: robot}}
users:
- name: partner-admin
  user: {exec: ${exec('hub')}}
- name: robot
  user: {token: canary-of-the-robot}
`
const second = partner.replaceAll('partner', 'second').replace('prod-ci', 'second-ci')
const third = partner.replaceAll('partner', 'third').replace(', certificate-authority: ca.crt', '')
const auditor = 'arn:aws:iam::111122223333:role/ReadOnly'
const isFocused = (element: Element) => element === document.activeElement
let folder = ''
const at = (name: string) => join(folder, name)

test.beforeAll(async () => {
  folder = join(fleet.surroundings.home, 'Downloads')
  await mkdir(folder, { recursive: true })
  await writeFile(at('partner.yaml'), partner)
  await writeFile(at('second.yaml'), second)
  await writeFile(at('ca.crt'), 'an authority')
  await writeFile(at('photo.png'), Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0xfe, 0x00]))
  await writeFile(at('passwd'), 'root:x:0:0:canary-of-root:/root:/bin/sh\n')
  await writeFile(at('torn.yaml'), 'apiVersion: v1\nclusters:\n- name: [\n')
  await writeFile(at('huge.yaml'), '')
  await truncate(at('huge.yaml'), 3 * 1024 ** 3)
})

test('files dropped onto the window are offered, each with what becomes of its contexts, and what is none says so', async () => {
  const { page } = fleet
  await dropFiles(fleet, [at('partner.yaml'), at('second.yaml')], async () => {
    await expect(page.getByText('Drop to import')).toBeVisible()
  })
  await expect(page.getByText('Drop to import')).toHaveCount(0)
  const dialog = await expectOffered(page, [
    /^partner-admin.*partner\.example\.com · runs aws$/,
    /^prod-ci.*becomes prod-ci-2.*partner\.example\.com · token$/,
    /^second-admin/,
    /^second-ci/,
  ])
  await expectAccessible(page)
  await expect(dialog).not.toContainText('canary')
  await page.keyboard.press('Escape')
  await expectPending(page, 0)

  const none = ['photo.png', 'passwd', 'torn.yaml', 'huge.yaml', '.'].map(at)
  await dropFiles(fleet, none)
  const said = importDialog(page).getByRole('alert')
  await expect(said).toHaveText([
    /photo\.png is not UTF-8 text/,
    /passwd has no clusters, users or contexts\. Check that it is a kubeconfig\./,
    /torn\.yaml, line 4, column 1\): Not readable as YAML/,
    /huge\.yaml is larger than 64 MiB/,
    /Downloads is a folder, not a file/,
  ])
  await expect(importDialog(page)).not.toContainText('canary')
  await expect(importDialog(page).getByRole('button', { name: 'Import', exact: true })).toBeDisabled()
  await page.keyboard.press('Escape')
})

test('every cluster and user of an import is shown whole, however many contexts stand before them', {
  tag: '@full',
}, async () => {
  const { page } = fleet
  const token = at('.vault-token')
  const many = Array.from(
    { length: 200 },
    (_, n) => `- {name: team-${n}, context: {cluster: good, user: u}}\n`,
  )
  await writeFile(
    at('many.yaml'),
    `apiVersion: v1
kind: Config
clusters:
- {name: good, cluster: {server: "https://ABC.gr7.us-east-1.eks.amazonaws.com"}}
- {name: zz, cluster: {server: "https://attacker.example", proxy-url: "http://u:canary@10.0.0.9:3128", tls-server-name: evil.example, insecure-skip-tls-verify: true}}
contexts:
${many.join('')}- {name: team-200, context: {cluster: zz, user: prod-admin}}
users:
- {name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: ./aws, args: [eks, get-token, --cluster-name, "a  b"], env: [{name: BASH_ENV, value: canary}]}}}
- {name: vault, user: {tokenFile: ${token}}}
`,
  )
  await dropFiles(fleet, [at('many.yaml')])
  const dialog = importDialog(page)
  const clusters = dialog.getByRole('list', { name: 'Tokens would go to 2 clusters' }).getByRole('listitem')
  const lines = (text: string) => text.replace(/\s+/g, ' ')
  await expect(clusters).toHaveCount(2)
  expect((await clusters.allInnerTexts()).map(lines)).toEqual([
    expect.stringMatching(
      /server https:\/\/ABC.* certificate by the authorities .* for 200 contexts: team-0, /,
    ),
    expect.stringMatching(
      /^cluster zz server https:\/\/attacker\.example certificate NOT CHECKED .* server name evil\.example proxy http:\/\/\S+@10\.0\.0\.9:3128 leads to 10\.0\.0\.9:3128 for team-200$/,
    ),
  ])
  const users = dialog.getByRole('list', { name: '3 users to sign in with' }).getByRole('listitem')
  expect((await users.allInnerTexts()).map(lines)).toEqual([
    expect.stringMatching(
      /command \S+\/Downloads\/aws eks get-token --cluster-name a␣␣b leads to no program .* variable BASH_ENV=•+/,
    ),
    `user vault token file ${token} for no context of the import`,
    expect.stringMatching(
      /^user prod-admin \(your own, not in the import\) command aws .* leads to \/\S+\/aws/,
    ),
  ])
  await expect(dialog).not.toContainText('canary')
  const contexts = dialog.getByRole('list', { name: '201 contexts' })
  await contexts.evaluate((list) => list.scrollTo(0, list.scrollHeight))
  await expect(contexts.getByRole('listitem').last()).toHaveText(
    /^team-200attacker\.example · through a proxy · certificate not checked · your own user prod-admin \(runs aws\)$/,
  )
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await expect.poll(() => page.evaluate(() => document.documentElement.dataset.theme)).toBe(colorScheme)
    await expectAccessible(page, colorScheme === 'light' ? 'all' : 'colours')
    await page.screenshot({ path: test.info().outputPath(`import-${colorScheme}.png`) })
  }
  await page.emulateMedia({ colorScheme: null })
  await page.keyboard.press('Escape')
  await expectPending(page, 0)
})

test('what is dropped is pending like any other edit: shown at once, changed in its cells, and written as changed', async () => {
  const { page, grid } = fleet
  await dropFiles(fleet, [at('partner.yaml')])
  await importDialog(page).getByRole('button', { name: 'Import 2' }).click()
  await filterBy(page, 'context:"partner-admin"')
  await expect(rowOf(grid, 'partner-admin')).toContainText('new')
  await walkTo(page, 'partner-admin', 'Namespace')
  await typeOver(page, 'payments', 2)
  await walkTo(page, 'partner-admin', 'Role')
  await typeOver(page, auditor, 3)
  await walkTo(page, 'prod-ci-2', 'Context')
  await typeOver(page, 'robot: yes', 4)
  // A page that was made anew knows all of it still.
  await page.reload()
  await expectPending(page, 4)
  const dialog = await review(page, 'mouse')
  await expect(dialog).toContainText('server: https://partner.example.com')
  await expect(dialog).not.toContainText('canary')
  await page.keyboard.press('Escape')
  await write(page, 'mouse', fleet)
  const { context, args } = demo.read()
  expect(context('partner-admin')).toEqual({
    cluster: 'partner',
    user: 'partner-admin',
    namespace: 'payments',
  })
  expect(args('partner-admin')).toContain(auditor)
  expect(context('robot: yes')).toEqual({ cluster: 'partner', user: 'robot' })
  expect(await readFile(demo.main, 'utf8')).toContain('canary-of-the-robot')
  // The authority beside the dropped file is found from where the entry is now.
  const flat = demo.kubectl('config', 'view', '--raw', '--flatten', '--minify', '--context', 'partner-admin')
  expect(flat).toContain(Buffer.from('an authority').toString('base64'))
})

test('a kubeconfig that is pasted into the grid is imported, and what collides can stay out', {
  tag: '@full',
}, async () => {
  const { page, app } = fleet
  await app.evaluate(({ clipboard }, text) => clipboard.writeText(text), third)
  await walkTo(page, 'prod-ci', 'Context')
  await page.keyboard.press('Control+v')
  await expectOffered(page, [/^third-admin/, /^prod-ci.*becomes prod-ci-2/])
  const skip = importDialog(page).getByRole('radio', { name: /^Leave the new one out/ })
  await press(page, 'Tab', () =>
    importDialog(page)
      .getByRole('radio', { name: /number$/ })
      .evaluate(isFocused),
  )
  await page.keyboard.press('ArrowDown')
  await expect(skip).toBeChecked()
  await expectOffered(page, [/^third-admin/, /^prod-ci.*left out/])
  await page.keyboard.press('Enter')
  await expectPending(page, 1)
  await write(page, 'keyboard', fleet)
  const { entries, context } = demo.read()
  expect(entries.contexts).toContain('third-admin')
  expect(context('prod-ci')?.user).toBe('prod-ci')
  // What only the context needs that stayed out stayed out with it: that token would be nobody's.
  expect(await readFile(demo.main, 'utf8').then((text) => text.split('canary-of-the-robot').length)).toBe(2)
  // What is here now says so.
  await walkTo(page, 'prod-ci', 'Context')
  await page.keyboard.press('Control+v')
  await expectOffered(page, [/^third-admin.*is here already, word for word/, /^prod-ci.*becomes prod-ci-2/])
  await page.keyboard.press('Escape')
})

test('single contexts are brought, one of them in the place of the context that has its name', {
  tag: '@full',
}, async () => {
  const { page } = fleet
  const before = demo.read()
  await walkTo(page, 'prod-ci', 'Context')
  await page.keyboard.press('Control+v')
  const dialog = await expectOffered(page, [/^third-admin.*is here already/, /^prod-ci.*becomes prod-ci-2/])
  const wish = dialog.getByRole('combobox', { name: 'What becomes of prod-ci' })
  await press(page, 'Tab', () => wish.evaluate(isFocused))
  await page.keyboard.type('Skip')
  await expect(dialog.getByRole('checkbox', { name: 'Bring prod-ci' })).not.toBeChecked()
  await expect(dialog.getByRole('button', { name: 'Import', exact: true })).toBeDisabled()
  await page.keyboard.press('ArrowUp')
  await expect(dialog).toContainText('replaces the one in ~/.kube/config')
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Import 1', exact: true }).press('Enter')
  await expectPending(page, 1)
  await write(page, 'keyboard', fleet)
  const { entries, context } = demo.read()
  expect(entries.contexts).toEqual(before.entries.contexts)
  // The user that was brought is here already; the one before was of this context alone, and is gone with it.
  expect(context('prod-ci')).toEqual({ cluster: 'third', user: 'robot' })
  expect(before.entries.users.filter((user) => !entries.users.includes(user))).toEqual(['prod-ci'])
  expect(context('prod-admin')).toEqual(before.context('prod-admin'))
})

test('a file from the dialog goes into the file that is chosen', { tag: '@full' }, async () => {
  const { page } = fleet
  await answerDialogs(fleet, { open: at('second.yaml') })
  await palette(page, 'Import a kubeconfig…')
  await importDialog(page).getByRole('button', { name: 'Choose a file…' }).press('Enter')
  await expectOffered(page, [/^second-admin/, /^second-ci/])
  await importDialog(page).getByRole('radio', { name: '~/.kube/legacy' }).check()
  await importDialog(page).getByRole('button', { name: 'Import 2' }).click()
  await write(page, 'keyboard', fleet)
  expect(await readFile(demo.legacy, 'utf8')).toContain('https://second.example.com')
  expect(demo.read().context('second-ci')?.cluster).toBe('second')
})

test('what was dropped acts as it did then, whatever another program makes of its user meanwhile', {
  tag: '@full',
}, async () => {
  const { page } = fleet
  const why = second.replace('{name: second-admin,', '{name: why,').replace(/^- \{name: second-ci,.*\n/m, '')
  await writeFile(at('why.yaml'), why)
  await dropFiles(fleet, [at('why.yaml')])
  await importDialog(page).getByRole('button', { name: 'Import 1' }).click()
  await expectPending(page, 1)
  demo.kubectl(
    ...['config', 'set-credentials', 'second-admin', '--exec-command=aws'],
    ...['--exec-api-version=client.authentication.k8s.io/v1beta1'],
    ...['--region', 'eu-west-1', '--profile', 'boss', 'eks', 'get-token', '--cluster-name', 'second'].map(
      (arg) => `--exec-arg=${arg}`,
    ),
  )
  const dialog = await review(page, 'mouse')
  await expect(dialog).toContainText(
    'The user “second-admin” is no longer the same as the imported one, so the import does not use it',
  )
  // A key for the lines of before comes to nothing.
  await expect(lines(dialog, 'added').filter({ hasText: 'name: second-admin-2' })).toBeVisible()
  await apply(page, dialog, 'keyboard')
  const { context, args } = demo.read()
  expect(context('why')?.user).toBe('second-admin-2')
  expect([args('second-admin-2')[3], args('second-admin')[3]]).toEqual(['hub', 'boss'])
})

test('an export stands on its own: kubectl reads it alone and is who the context is', async () => {
  const { page } = fleet
  const out = at('out.kubeconfig')
  await answerDialogs(fleet, { save: out })
  await rowMenu(page, 'platform-tools', 'Export…')
  await expectAccessibleInFull(page)
  // Without secrets the arguments of a program that Ekscope does not know stay out.
  await page.getByRole('dialog').getByRole('checkbox').press('Space')
  await page.getByRole('dialog').getByRole('button', { name: 'Save…' }).click()
  await expect(page.getByText(/^Exported to .*out\.kubeconfig$/)).toBeVisible()
  await expect(
    page.getByText('Whoever uses the export needs the profile “platform” in their own AWS config.'),
  ).toBeVisible()
  await page.getByRole('dialog').getByRole('button', { name: 'Close', exact: true }).last().press('Enter')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  expect((await stat(out)).mode & 0o777).toBe(0o600)
  const alone = (...args: readonly string[]) => demo.kubectl(`--kubeconfig=${out}`, ...args)
  expect(alone('config', 'get-contexts', '-o', 'name')).toBe('platform-tools\n')
  expect(alone('auth', 'whoami')).toContain('platform')
  // One of the files in use is never the place.
  await answerDialogs(fleet, { save: demo.legacy })
  const before = await readFile(demo.legacy)
  await palette(page, 'Export…', 'Export')
  await page.getByRole('dialog').getByRole('button', { name: 'Save…' }).press('Enter')
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText(
    'is one of the files in use, and an export would replace it. To put contexts into it, move or import them (“Move to another file…”, “Import a kubeconfig…”).',
  )
  expect((await readFile(demo.legacy)).equals(before)).toBe(true)
  await page.keyboard.press('Escape')
  await dismissAll(page)
})

test('secrets go along only when asked for, and onto the clipboard only after a question of the system', async () => {
  const { page, app } = fleet
  const form = page.getByRole('dialog', { name: 'Export “robot: yes”' })
  await walkTo(page, 'robot: yes', 'Context')
  await palette(page, 'Export…', 'Export')
  await form.getByRole('button', { name: 'Copy' }).press('Enter')
  await expect(form).toContainText('Left out of user “robot”: its token.')
  expect(await clipboard(app)).toContain('https://partner.example.com')
  await expect(form).toContainText('in which there is no certificate')
  expect(await clipboard(app)).not.toContain('certificate-authority-data')
  expect(await clipboard(app)).not.toContain('canary')
  await form.getByRole('button', { name: 'Close', exact: true }).last().press('Enter')
  for (const [message, secret] of [
    [1, false],
    [0, true],
  ] as const) {
    await answerDialogs(fleet, { message })
    await palette(page, 'Export…', 'Export')
    await form.getByRole('checkbox').press('Space')
    await form.getByRole('button', { name: 'Copy' }).press('Enter')
    // What holds no certificate stays out with secrets, too, and that is said.
    if (secret) await expect(form).toContainText('Copied 1 context as a kubeconfig')
    await page.keyboard.press('Escape')
    await expect(form).toHaveCount(0)
    expect((await clipboard(app)).includes('canary-of-the-robot')).toBe(secret)
  }
  // Nothing went wrong in the page behind all this.
  expect(fleet.complaints).toEqual([])
})

test('a kubeconfig that macOS asks to open is one of the list, beside the user’s own', async () => {
  await writeFile(at('dropped.yaml'), partner.replaceAll('partner', 'dropped'))
  await fleet.app.evaluate(
    ({ app }, file) => app.emit('open-file', { preventDefault: () => undefined }, file),
    at('dropped.yaml'),
  )
  await filterBy(fleet.page, 'dropped-admin')
  await expect(rowOf(fleet.grid, 'dropped-admin')).toBeVisible()
})

test('a folder of kubeconfigs: each file is read alone, a new one is shown, and closing the folder hides them all', async () => {
  const { page, grid } = fleet
  const folder = at('clusters')
  await mkdir(folder)
  for (const name of ['one', 'two'])
    await writeFile(join(folder, `${name}.yaml`), partner.replaceAll('partner-ops', name))
  await answerDialogs(fleet, { open: folder })
  await palette(page, 'Open a folder', 'Open a folder of kubeconfigs…')
  const line = page.getByRole('button', { name: /clusters \d+$/ })
  await expect(line).toBeVisible()
  await writeFile(join(folder, 'three.yaml'), partner.replaceAll('partner', 'third'))
  await filterBy(page, 'third-admin')
  await expect(rowOf(grid, 'third-admin')).toBeVisible()
  await line.click()
  await expect(page.getByText(/^Contexts of .*clusters$/)).toBeVisible()
  await page.getByRole('button', { name: /^Stop showing .*clusters$/ }).click()
  await expect(line).toHaveCount(0)
  // Shown were the contexts of that folder alone: none is left of them.
  await expect(rowOf(grid, 'prod-wrong-cluster')).toBeVisible()
  await filterBy(page, 'third-admin')
  await expect(rowOf(grid, 'third-admin')).toHaveCount(0)
})

test('a pattern of kubeconfigs, from the settings: main asks about what it names, and closing it hides them all', {
  tag: '@full',
}, async () => {
  const { page, grid } = fleet
  const folder = at('teams')
  for (const name of ['one', 'two']) {
    await mkdir(join(folder, name), { recursive: true })
    await writeFile(join(folder, name, 'config'), partner.replaceAll('partner', `team-${name}`))
  }
  await page.getByTitle('Settings').click()
  const field = page.getByRole('textbox', { name: 'Pattern of kubeconfigs' })
  await field.fill('teams/*/config')
  await field.press('Enter')
  await expect(page.getByText('teams/*/config is not an absolute path.')).toBeVisible()
  await field.fill(at('teams/*/config'))
  await field.press('Enter')
  const asked = await questionWindow(fleet, 'Show these kubeconfigs?')
  await expect(asked.getByRole('region')).toContainText('team')
  await expectAccessible(asked, 'colours')
  await asked.screenshot({ path: test.info().outputPath('question.png') })
  await answer(asked, 'Show them')
  await expect(rowOf(grid, 'team-two-admin')).toBeVisible()
  await mkdir(join(folder, 'three'))
  await writeFile(join(folder, 'three', 'config'), partner.replaceAll('partner', 'team-three'))
  await filterBy(page, 'team-three-admin')
  await expect(rowOf(grid, 'team-three-admin')).toBeVisible()
  await page.getByTitle('Settings').click()
  await page.screenshot({ path: test.info().outputPath('settings.png') })
  await page
    .getByRole('main')
    .getByRole('button', { name: /^Stop showing .*config$/ })
    .click()
  await page
    .getByTitle(/^Contexts/)
    .first()
    .click()
  await filterBy(page, 'team-three-admin')
  await expect(rowOf(grid, 'team-three-admin')).toHaveCount(0)
})
