// Editing in the built app, from the key as the browser process stamped it to the frame in which the cell stands
// painted: opening a cell by typing, a key in its editor, Enter, undo, and a paste of 1,000 cells. Beside it, in a bare
// Electron page: a key in an input, and the same text pasted into a plain HTML table of just as many cells (split, put
// into the cells, painted: what no program can do without). The bare table does not grow with the fleet, so the ratio
// shows what a fleet costs. A frame (16.7 ms) is the smallest step of each of these times.
// At ten thousand also: a key in the filter, a sort, other groups, select all, a change from outside until it is painted, and an
// paste and apply of that many renames, each with the longest task of the page and of main's first thread.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { _electron } from 'playwright'
import { endApp } from '../scripts/lib/launch.mjs'
import { engine } from './lib/engine.mjs'
import { writeFleet, writeProfiles } from './lib/fleet.mjs'
import { alone, compare, inFolder, late, machine, median, quick } from './lib/measure.mjs'
import { bareApp } from './lib/windows.mjs'

const root = join(import.meta.dirname, '..')
const flags = process.getuid?.() === 0 ? ['--no-sandbox'] : []
const times = quick ? 2 : 7
const columns = ['Namespace', 'Profile', 'Proxy', 'TLS name']

/** In the page: milliseconds from the next event of a kind to the paint of the first frame in which `done` holds. */
function listenIn([kind, expected]) {
  const holds = () => {
    if (expected.from !== undefined)
      return document.querySelector(expected.selector)?.getAttribute(expected.attribute) !== expected.from
    if (expected.input !== undefined) return document.activeElement?.value === expected.input
    const at = document.querySelector(expected.selector)
    return at?.textContent?.includes(expected.text) === !expected.gone
  }
  window.measured = new Promise((resolve) => {
    const hear = (event) => {
      const start = event.timeStamp
      const look = () => {
        if (!holds()) return requestAnimationFrame(look)
        // A message that is posted in a frame arrives when that frame is painted.
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = () => resolve(performance.now() - start)
        port2.postMessage(0)
      }
      requestAnimationFrame(look)
    }
    window.addEventListener(kind, hear, { capture: true, once: true })
  })
}

async function measure(page, kind, expected, act) {
  await page.evaluate(listenIn, [kind, expected])
  await act()
  return page.evaluate(
    (name) =>
      Promise.race([
        window.measured,
        new Promise((_, reject) => setTimeout(() => reject(new Error(`nothing came of a ${name}`)), 60_000)),
      ]),
    kind,
  )
}

const start = (args, env) => _electron.launch({ args: [...flags, ...args], env, timeout: 120_000 })

/** A bare page whose table takes a paste. */
async function startBare(home, env) {
  const app = await start([bareApp(home)], env)
  const page = await app.firstWindow()
  await page.evaluate(() => {
    window.addEventListener('paste', (event) => {
      event.preventDefault()
      const lines = event.clipboardData.getData('text/plain').split('\n')
      const rows = document.querySelectorAll('tr')
      lines.forEach((line, y) => {
        line.split('\t').forEach((value, x) => {
          if (rows[y]) rows[y].cells[x].textContent = value
        })
      })
    })
  })
  return { app, page }
}

/** Without the first, which finds everything cold. @param {readonly number[]} list */
const samples = (list) => (list.length > 1 ? list.slice(1) : list).map((ms) => ({ ms }))

const settled = (page) =>
  page.evaluate(() => new Promise((resolve) => requestIdleCallback(() => setTimeout(resolve, 150))))

async function bareTimes(home, env, rows) {
  const { app, page } = await startBare(home, env)
  try {
    await page.evaluate(
      ([count, width]) => {
        const cells = '<td>-</td>'.repeat(width)
        document.querySelector('table').innerHTML = `<tr>${cells}</tr>`.repeat(count)
      },
      [rows, columns.length],
    )
    const key = []
    const paste = []
    for (let n = 0; n <= times && !(n > 0 && late()); n += 1) {
      await page.locator('input').fill('')
      await settled(page)
      key.push(await measure(page, 'keydown', { input: 'q' }, () => page.keyboard.press('q')))
      await app.evaluate(({ clipboard }, text) => clipboard.writeText(text), tableOf(rows, n, false))
      await settled(page)
      const pasted = { selector: 'td', text: `pasted-${n}` }
      paste.push(
        await measure(page, 'paste', pasted, () =>
          app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0].webContents.paste()),
        ),
      )
    }
    return { key: samples(key), paste: samples(paste) }
  } finally {
    await endApp(app)
  }
}

/** Tab-separated, as a spreadsheet copies it; with a line of titles for the grid. */
function tableOf(rows, n, titled) {
  const lines = Array.from({ length: rows }, (_, y) =>
    [
      `pasted-${n}-${y}`,
      `profile-${(y + n) % 40} --profile`,
      `http://proxy-${n}-${y}.test:3128`,
      `tls-${n}-${y}.test`,
    ].join('\t'),
  )
  return [...(titled ? [columns.join('\t')] : []), ...lines].join('\n')
}

async function ekscopeTimes(home, env, count, rows) {
  const app = await start([root], { ...env, EKSCOPE_HOME: join(home, `state-${count}`) })
  try {
    const page = await app.firstWindow()
    const grid = page.getByRole('grid', { name: 'Contexts' })
    await grid.getByText('fleet-0', { exact: true }).first().waitFor({ timeout: 120_000 })
    await settled(page)
    const found = { open: [], key: [], enter: [], undo: [], paste: [] }
    const pasteTasks = []
    const named = (item) => `[data-item=${JSON.stringify(item)}] [data-column="namespace"]`
    const first = grid.locator('[data-item]:has([data-column="namespace"])').first()
    const item = await first.getAttribute('data-item')
    const cell = page.locator(named(item))
    const toCell = async () => {
      await page.locator('[data-column="namespace"]').first().waitFor()
      await cell.click()
      await settled(page)
    }
    for (let n = 0; n <= times && !(n > 0 && late()); n += 1) {
      await toCell()
      found.open.push(await measure(page, 'keydown', { input: 'w' }, () => page.keyboard.press('w')))
      await settled(page)
      found.key.push(await measure(page, 'keydown', { input: 'we' }, () => page.keyboard.press('e')))
      await page.keyboard.type(`b-${n}`)
      await settled(page)
      const web = { selector: named(item), text: `web-${n}` }
      found.enter.push(await measure(page, 'keydown', web, () => page.keyboard.press('Enter')))
      await settled(page)
      found.undo.push(
        await measure(page, 'keydown', { ...web, gone: true }, () => page.keyboard.press('Control+z')),
      )
      await settled(page)
    }
    const tasks = await watchTasks(app, page)
    for (let n = 0; n <= times && !(n > 0 && late()); n += 1) {
      await toCell()
      await app.evaluate(({ clipboard }, text) => clipboard.writeText(text), tableOf(rows, n, true))
      await settled(page)
      await tasks()
      const pasted = { selector: named(item), text: `pasted-${n}-0` }
      found.paste.push(
        await measure(page, 'paste', pasted, () =>
          app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0].webContents.paste()),
        ),
      )
      // What main works out about them is no part of the paste, but of the next one if it is not waited for.
      await settled(page)
      await page.waitForTimeout(300)
      pasteTasks.push(await tasks())
    }
    const taken = Object.fromEntries(Object.entries(found).map(([name, list]) => [name, samples(list)]))
    return { ...taken, pasteTasks }
  } finally {
    await endApp(app)
  }
}

/** Keeps the longest task of the page and of main's first thread from now on; gives both, in ms, and begins anew. */
async function watchTasks(app, page) {
  await page.evaluate(() => {
    window.longest = 0
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration)
    }).observe({ type: 'longtask' })
  })
  await app.evaluate(() => {
    let last = performance.now()
    globalThis.longest = 0
    setInterval(() => {
      const now = performance.now()
      globalThis.longest = Math.max(globalThis.longest, now - last - 5)
      last = now
    }, 5)
  })
  const taken = () => {
    const { longest } = globalThis
    globalThis.longest = 0
    return longest
  }
  return async () => ({ page: await page.evaluate(taken), main: await app.evaluate(taken) })
}

/** What a fleet as a whole is asked for, in milliseconds to the paint, with the longest tasks. */
async function fleetActs(home, env, count) {
  const file = join(home, '.kube', 'config')
  const app = await start([root], { ...env, EKSCOPE_HOME: join(home, `acts-${count}`) })
  try {
    const page = await app.firstWindow()
    page.setDefaultTimeout(120_000)
    const grid = page.getByRole('grid', { name: 'Contexts' })
    await grid.getByText('fleet-0', { exact: true }).first().waitFor()
    await settled(page)
    const tasks = await watchTasks(app, page)
    const found = {}
    const act = async (name, kind, { selector, attribute }, go) => {
      const from = await page.locator(selector).first().getAttribute(attribute)
      await settled(page)
      await tasks()
      const ms = await measure(page, kind, { selector, attribute, from }, go)
      await settled(page)
      found[name] = [...(found[name] ?? []), { ms, ...(await tasks()) }]
    }
    const rows = { selector: '[role="grid"]', attribute: 'aria-rowcount' }
    const firstItem = { selector: '[data-item]', attribute: 'data-item' }
    const header = { selector: '[role="columnheader"][data-column="context"]', attribute: 'aria-sort' }
    const group = async (name) => {
      await page
        .getByRole('button', { name: /^Group/ })
        .first()
        .click()
      const choice = page.getByRole('menuitemradio', { name, exact: true })
      await choice.waitFor()
      await act('group', 'click', firstItem, () => choice.click())
    }
    for (let n = 0; n <= times && !(n > 0 && late()); n += 1) {
      await page.keyboard.press('Control+f')
      // All of them fit that much of it; the key leaves a ninth.
      await page.keyboard.type('fleet-')
      await settled(page)
      await act('filter key', 'keydown', rows, () => page.keyboard.press('1'))
      for (let letter = 0; letter < 7; letter += 1) await page.keyboard.press('Backspace')
      // What it suggests would lie over the titles of the columns.
      await page.keyboard.press('Escape')
      await settled(page)
      await act('sort', 'click', header, () => page.locator(header.selector).click())
      await group('None')
      const cell = page.locator('[data-item] [data-column="namespace"]').first()
      await cell.click()
      const row = { selector: '[data-item]:has([data-column="namespace"])', attribute: 'aria-selected' }
      await act('select all', 'keydown', row, () => page.keyboard.press('Control+a'))
      await page.keyboard.press('Escape')
      await group('Account')
    }
    // The first context of the file is to be seen when it changes.
    while ((await page.locator(header.selector).getAttribute('aria-sort')) !== 'none') {
      await page.locator(header.selector).click()
      await settled(page)
    }
    const text = readFileSync(file, 'utf8')
    const outside = []
    for (let n = 0; n <= times && !(n > 0 && late()); n += 1) {
      writeFileSync(`${file}.new`, text.replace('namespace: team-0\n', `namespace: outside-${n}\n`), {
        mode: 0o600,
      })
      await tasks()
      const seen = page.evaluate(
        (wanted) =>
          new Promise((resolve) => {
            const look = () => {
              const cells = document.querySelectorAll('[data-item] [data-column="namespace"]')
              if (![...cells].some((cell) => cell.textContent.includes(wanted)))
                return requestAnimationFrame(look)
              const { port1, port2 } = new MessageChannel()
              port1.onmessage = () => resolve(Date.now())
              port2.postMessage(0)
            }
            look()
          }),
        `outside-${n}`,
      )
      const began = Date.now()
      renameSync(`${file}.new`, file)
      outside.push({ ms: (await seen) - began, ...(await tasks()) })
      await page.waitForTimeout(500)
    }
    // Ten thousand edits with all that is worked out of them take longer than a quick look may.
    return { ...found, outside, ...(quick ? {} : await applied(app, page, count, tasks)) }
  } finally {
    await endApp(app)
  }
}

/** Every context gets another name by one paste, and all of them are written. */
async function applied(app, page, count, tasks) {
  await page.locator('[data-item] [data-column="context"]').first().click()
  await settled(page)
  const names = Array.from({ length: count }, (_, n) => `renamed-${n}`)
  await app.evaluate(({ clipboard }, text) => clipboard.writeText(text), names.join('\n'))
  await settled(page)
  await tasks()
  const pasteBegan = performance.now()
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0].webContents.paste())
  await page.locator('[data-item]', { hasText: 'renamed-0' }).first().waitFor()
  const pasted = performance.now() - pasteBegan
  await page.waitForTimeout(2_000)
  const pasting = [{ ms: pasted, ...(await tasks()) }]
  await page.keyboard.press('Control+s')
  const apply = page
    .getByRole('dialog')
    .getByRole('button', { name: /^Apply/ })
    .first()
  await apply.waitFor()
  while (!(await apply.isEnabled())) await page.waitForTimeout(50)
  await settled(page)
  await tasks()
  const began = performance.now()
  await page.keyboard.press('Control+Enter')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  const ms = performance.now() - began
  await page.waitForTimeout(1_000)
  return { names: pasting, apply: [{ ms, ...(await tasks()) }] }
}

/** Milliseconds that a load of this file takes in this process, for as many runs as there are changes. */
async function loads(home, file) {
  const folder = join(home, 'engine')
  mkdirSync(folder, { recursive: true })
  const { createKubeconfigStore } = await engine(folder)
  const taken = []
  for (let n = 0; n <= times && !(n > 0 && late()); n += 1) {
    const began = performance.now()
    await createKubeconfigStore({
      list: () => [{ path: file, source: 'default', own: true }],
      trustedFile: () => false,
    }).load()
    taken.push(performance.now() - began)
  }
  return samples(taken)
}

/** How long the files are left alone before they are read (electron/kubeconfig/disk/watch.ts), ms. */
const quiet = 100

console.log(`editing, ${machine()}`)
await inFolder(async (home) => {
  mkdirSync(join(home, '.aws'))
  mkdirSync(join(home, '.kube'))
  writeProfiles(join(home, '.aws'))
  const env = { ...process.env, HOME: home }
  delete env.KUBECONFIG
  for (const count of quick ? [10_000] : [50, 1_000, 10_000]) {
    const file = join(home, '.kube', 'config')
    writeFleet(file, count)
    const rows = Math.min(count, 250)
    const bare = await bareTimes(home, env, rows)
    const ours = await ekscopeTimes(home, env, count, rows)
    const at = `${count.toLocaleString('en')} contexts`
    const key = { other: bare.key, otherIs: 'a key in a bare input' }
    compare({ what: `${at}: key that opens a cell, painted in it`, ours: ours.open, ...key, goal: 2 })
    compare({ what: `${at}: key in an open cell, painted`, ours: ours.key, ...key, goal: 1.5 })
    const paste = { other: bare.paste, otherIs: 'into a bare table' }
    const more = (what, mine, { other, otherIs }) =>
      alone({
        what: `${at}: ${what}, ms more than ${otherIs}`,
        values: mine.map(({ ms }) => ms - median(other.map((one) => one.ms))),
        goal: count < 10_000 ? null : 100,
      })
    more('Enter, the cell painted with its new value', ours.enter, key)
    more('undo, the cell painted with its old value', ours.undo, key)
    more(`paste of ${(rows * columns.length).toLocaleString('en')} cells, painted`, ours.paste, paste)
    if (count < 10_000) continue
    const { pasteTasks } = ours
    const acts = {
      ...(await fleetActs(home, env, count)),
      [`paste of ${rows * columns.length} cells`]: pasteTasks,
    }
    // The first of each finds everything cold.
    const warm = (list) => (list.length > 1 ? list.slice(1) : list)
    for (const name of ['filter key', 'sort', 'group', 'select all']) more(name, warm(acts[name]), key)
    for (const [name, list] of Object.entries(acts))
      for (const [part, where] of [
        ['page', 'the page'],
        ['main', 'main’s first thread'],
      ])
        alone({
          what: `${at}: ${name}, longest task of ${where}`,
          values: warm(list).map((one) => one[part]),
          goal: 150,
        })
    compare({
      what: `${at}: change of one entry outside, beyond the quiet time to the painted cell`,
      ours: samples(acts.outside.map(({ ms }) => ms - quiet)),
      other: await loads(home, file),
      otherIs: 'a load of the file',
      goal: 2,
    })
    for (const [name, what] of [
      ['names', 'as many names pasted into the column'],
      ['apply', 'apply of as many renames'],
    ])
      if (acts[name] !== undefined) alone({ what: `${at}: ${what}`, values: acts[name].map(({ ms }) => ms) })
  }
})
