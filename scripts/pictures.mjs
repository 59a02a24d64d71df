// npm run pictures: docs/pictures/ anew, from the demo fleet in the real window; `-- trust` takes that one alone. Times and the ports of the demo differ
// from run to run, so the pictures do too: take them when the look has changed.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { crc32, deflateSync, inflateSync } from 'node:zlib'
import { _electron } from 'playwright'
import { ensureBuild } from './lib/compile.mjs'
import { electronEnvironment, sandboxSwitches } from './lib/electron.mjs'
import { endApp, onDisplay, prepare } from './lib/launch.mjs'
import { inProject, main, root, Stop, say } from './lib/project.mjs'

/** Of the window's content, in pixels. */
const size = { width: 1440, height: 900 }
/** Bytes; a picture beyond it makes the page that shows it slow. */
const most = 320_000
const patience = { timeout: 300_000 }

/** @typedef {import('playwright').Page} Page */
/** @typedef {import('playwright').ElectronApplication} App */

/** The names that were given; none: all pictures. */
const wanted = process.argv.slice(2)
/** @param {string} name */
const isWanted = (name) => wanted.length === 0 || wanted.includes(name)
/** The first picture of the demo; the others need a fleet that is checked, which takes a while. */
const onlyTrust = wanted.length > 0 && wanted.every((name) => name === 'trust')

/**
 * Starts the window in an empty home, has the work done in it, and ends it.
 * @param {NodeJS.ProcessEnv} env
 * @param {readonly string[]} args for the app
 * @param {(page: Page, app: App) => Promise<void>} work
 */
async function withWindow(env, args, work) {
  const folder = mkdtempSync(join(tmpdir(), 'ekscope-pictures-'))
  const home = join(folder, 'home')
  mkdirSync(home)
  const { PATH, LANG, DISPLAY, XAUTHORITY, WAYLAND_DISPLAY, ELECTRON_OVERRIDE_DIST_PATH } = env
  /** @type {Record<string, string>} */
  const own = {}
  // No variable of the person who takes the pictures may be seen in them. Nor the banner of a stand-in Electron.
  const passed = { PATH, LANG, DISPLAY, XAUTHORITY, WAYLAND_DISPLAY, ELECTRON_OVERRIDE_DIST_PATH }
  for (const [name, value] of Object.entries(passed)) if (value !== undefined) own[name] = value
  const app = await _electron.launch({
    args: [...sandboxSwitches(), '--force-device-scale-factor=1', root, ...args],
    cwd: root,
    env: {
      ...own,
      PATH: ['/usr/bin', PATH ?? ''].join(delimiter),
      SHELL: '/bin/sh',
      HOME: home,
      USERPROFILE: home,
      EKSCOPE_HOME: join(folder, 'data'),
    },
  })
  try {
    const page = await app.firstWindow()
    await app.evaluate(({ BrowserWindow }, { width, height }) => {
      for (const window of BrowserWindow.getAllWindows()) window.setContentSize(width, height)
    }, size)
    await work(page, app)
  } finally {
    await endApp(app)
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * @param {Page} page
 * @param {string} name
 * @param {'light' | 'dark'} colorScheme
 */
async function take(page, name, colorScheme = 'light') {
  if (!isWanted(name)) return
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
  // Nothing under the pointer, and every message gone that goes by itself.
  const { width, height } = page.viewportSize() ?? size
  await page.mouse.move(width / 2, height - 2)
  await page.waitForTimeout(300)
  const picture = squeezed(await page.screenshot({ scale: 'css', animations: 'disabled' }))
  const bytes = picture.length
  writeFileSync(inProject('docs', 'pictures', `${name}.png`), picture)
  if (bytes > most) throw new Stop(`docs/pictures/${name}.png has ${bytes} bytes, more than ${most}.`)
  say(`docs/pictures/${name}.png  ${Math.round(bytes / 1000)} kB`)
}

/**
 * The same PNG with its pixels packed as tightly as deflate can: Chromium packs them for speed.
 * @param {Buffer} png
 */
function squeezed(png) {
  const signature = png.subarray(0, 8)
  /** @type {Buffer[]} */
  const packed = []
  /** @type {Buffer | null} */
  let header = null
  // A chunk: length of its data (4 bytes), type (4), data, CRC of type and data (4).
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at)
    const type = png.toString('latin1', at + 4, at + 8)
    const data = png.subarray(at + 8, at + 8 + length)
    if (type === 'IHDR') header = data
    if (type === 'IDAT') packed.push(data)
    at += length + 12
  }
  if (header === null) return png
  const pixels = deflateSync(inflateSync(Buffer.concat(packed)), { level: 9, memLevel: 9 })
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/**
 * @param {string} type
 * @param {Buffer} data
 */
function chunk(type, data) {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const ends = Buffer.alloc(8)
  ends.writeUInt32BE(data.length, 0)
  ends.writeUInt32BE(crc32(named), 4)
  return Buffer.concat([ends.subarray(0, 4), named, ends.subarray(4)])
}

/**
 * Allows what main asks, each question in a window of its own, and takes a picture of the one about a command.
 * @param {App} app
 */
async function answerQuestions(app) {
  for (let left = 1; left > 0; left -= 1) {
    let question
    while (question === undefined) {
      question = app.windows().find((one) => one.url().startsWith('question:') && !one.isClosed())
      if (question === undefined) await new Promise((resolve) => setTimeout(resolve, 50))
    }
    const title = (await question.getByRole('heading', { level: 1 }).textContent()) ?? ''
    const [, at = 1, of = 1] = /\((\d+) of (\d+)\)$/.exec(title) ?? []
    left = Number(of) - Number(at) + 1
    const allow = question.getByRole('button', { name: /^(Allow|Run it anyway)$/ })
    // It rests at first, and when the pointer comes in, and looks so.
    await question.getByRole('heading', { level: 1 }).hover()
    await allow.and(question.locator(':enabled')).waitFor()
    if (title.startsWith('Run this command')) await take(question, 'trust')
    const gone = question.waitForEvent('close')
    // As above; the click waits until it can be made.
    await question.getByRole('heading', { level: 1 }).hover()
    await allow.click({ noWaitAfter: true })
    await gone
  }
}

/**
 * @param {Page} page
 * @param {App} app
 */
async function pictures(page, app) {
  const grid = page.getByRole('grid', { name: 'Contexts' })
  await grid.waitFor()
  await page.keyboard.press('Control+Enter')
  await answerQuestions(app)
  if (!onlyTrust) await checkedPictures(page)
}

/**
 * Goes on from questions that are answered.
 * @param {Page} page
 */
async function checkedPictures(page) {
  await page.getByText(/^Checked \d+ contexts: /).waitFor(patience)
  await page.getByText(/^Checked \d+ contexts: /).waitFor({ state: 'detached' })
  // The frame of a focused grid would look like something of its own.
  const focused = page.locator('*:focus')
  if ((await focused.count()) > 0) await focused.blur()
  await take(page, 'contexts-light')
  await take(page, 'contexts-dark', 'dark')

  await nameOf(page, 'prod-readonly').click()
  await page.getByRole('complementary', { name: 'Inspector' }).waitFor()
  await take(page, 'inspector')
  await take(page, 'inspector-dark', 'dark')
  await page.getByRole('button', { name: 'Close the inspector' }).click()

  await groupBy(page, 'Identity')
  await filter(page, '-verdict:verified -verdict:unsupported')
  await page.keyboard.press('Control+Home')
  await take(page, 'filter')
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').waitFor()
  await take(page, 'palette')
  await page.keyboard.press('Escape')
  await groupBy(page, 'Account')
  await filter(page, '')
  await viewPictures(page)
}

/**
 * The other views, from a fleet that is checked.
 * @param {Page} page
 */
async function viewPictures(page) {
  await view(page, 'Identities')
  await page.getByRole('treegrid').waitFor(patience)
  await take(page, 'identities')
  await view(page, 'Clusters')
  await page.getByRole('button', { name: /^Ask about \d+$/ }).click()
  await page.getByText(/AWS asked just now/).waitFor(patience)
  await page.getByRole('button', { name: /^Ask about \d+$/ }).waitFor(patience)
  await page.getByRole('button', { name: 'Dismiss' }).first().click()
  await page.getByRole('row').filter({ hasText: 'prod-eu' }).first().click()
  await page.getByRole('button', { name: 'Read who may enter' }).click()
  await page
    .getByRole('heading', { name: 'Who may enter was not read yet' })
    .waitFor({ state: 'detached', ...patience })
  await page.waitForTimeout(2_000)
  await take(page, 'clusters')
  await view(page, 'Map')
  await page.locator('svg [data-kind="cluster"]').first().waitFor(patience)
  await page.getByRole('button', { name: 'Wrong paths only' }).click()
  await take(page, 'map')
  await view(page, 'Findings')
  await page.getByRole('row').filter({ hasText: 'Exported keys win over AWS_PROFILE' }).first().click()
  await page.getByRole('complementary', { name: 'Finding' }).waitFor()
  await take(page, 'findings')
  await view(page, 'Discover')
  await page.getByRole('button', { name: 'Find clusters' }).first().click()
  await page.getByRole('button', { name: 'Search again' }).waitFor(patience)
  await take(page, 'discover')
  await view(page, 'Contexts')
}

/**
 * @param {Page} page
 * @param {string} name
 */
async function view(page, name) {
  await page.locator('nav').getByRole('button', { name }).first().click()
}

/**
 * @param {Page} page
 * @param {string} name
 */
async function groupBy(page, name) {
  await page.getByRole('button', { name: /^Group by: / }).click()
  await page.getByRole('menuitemradio', { name, exact: true }).click()
}

/**
 * The name of a context in the grid; of two of one name the one that kubectl takes.
 * @param {Page} page
 * @param {string} context
 */
function nameOf(page, context) {
  return page.locator('[aria-colindex="1"]').getByText(context, { exact: true }).first()
}

/**
 * @param {Page} page
 * @param {string} query
 */
async function filter(page, query) {
  await page.getByRole('combobox', { name: 'Filter contexts' }).fill(query)
  await page.keyboard.press('Enter')
}

/**
 * Opens the editor of a cell by the keyboard, with the inspector closed.
 * @param {Page} page
 * @param {string} context
 * @param {string} title of the column
 */
async function edit(page, context, title) {
  const header = page.getByRole('columnheader', { name: title, exact: true })
  const column = Number(await header.getAttribute('aria-colindex'))
  await nameOf(page, context).click()
  await page.getByRole('button', { name: 'Close the inspector' }).click()
  for (let at = 1; at < column; at += 1) await page.keyboard.press('ArrowRight')
  await page.keyboard.press('F2')
}

/**
 * Goes on from a fleet that is checked.
 * @param {Page} page
 */
async function editingPictures(page) {
  const dialog = page.getByRole('dialog')
  // All that is edited is drawn then: what is verified stands below.
  await filter(page, 'context:prod-')
  await edit(page, 'prod-ci', 'Namespace')
  await page.keyboard.type('checkout')
  await page.keyboard.press('Enter')
  await edit(page, 'prod-readonly', 'Profile')
  await page.getByRole('radio', { name: '--profile', exact: true }).check()
  await page.keyboard.press('Enter')
  await edit(page, 'prod-us-viewer', 'Role')
  await page.keyboard.type('read')
  await page.getByRole('option').first().waitFor()
  await page.keyboard.press('ArrowDown')
  await page.getByRole('button', { name: /^Use the profile/ }).waitFor()
  await take(page, 'edit')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+s')
  await dialog.getByText(/nothing else in it changes/).waitFor(patience)
  // Whose identity changes is worked out beside the lines.
  await page.waitForTimeout(1_000)
  await take(page, 'review')
  await dialog.getByRole('button', { name: /^Apply(?! and)/ }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'History' }).first().click()
  // What was written is said for a while; it would stand over the lines.
  await page.getByRole('button', { name: 'Dismiss' }).first().click()
  await page.getByRole('button', { name: 'Lines' }).first().click()
  await page.getByText('~/.kube/config').last().waitFor()
  await take(page, 'history')
  await page.getByRole('button', { name: 'Contexts' }).first().click()
  await page.getByRole('button', { name: 'Add', exact: true }).first().click()
  await dialog.getByRole('combobox', { name: 'Search as' }).fill('pay')
  await page.keyboard.press('Tab')
  await dialog.getByText(/assumed-role\/Admin/).waitFor(patience)
  await dialog.getByRole('button', { name: 'Find clusters' }).click()
  await dialog.getByRole('checkbox', { name: /^prod-eu / }).check()
  await dialog.getByRole('button', { name: 'Add 1 context' }).waitFor()
  await take(page, 'add')
}

await main(async () => {
  mkdirSync(inProject('docs', 'pictures'), { recursive: true })
  const electron = await prepare({ purposes: ['window', 'display', 'test'] })
  await ensureBuild(electron)
  await onDisplay({ own: true }, async (display) => {
    const env = { ...electronEnvironment(electron), ...display }
    // Playwright looks for Electron by its own environment.
    Object.assign(process.env, env)
    if (isWanted('first-page'))
      await withWindow(env, [], async (page) => {
        await page.getByRole('heading', { level: 1 }).waitFor()
        await take(page, 'first-page')
      })
    await withWindow(env, ['--demo'], async (page, app) => {
      await pictures(page, app)
      if (!onlyTrust) await editingPictures(page)
    })
  })
  return 0
})
