// Editing in the built app, from the key as the browser process stamped it to the frame in which the cell stands
// painted: opening a cell by typing, a key in its editor, Enter, undo, and a paste of 1,000 cells. Beside it, in a bare
// Electron page: a key in an input, and the same text pasted into a plain HTML table of just as many cells (split, put
// into the cells, painted: what no program can do without). The bare table does not grow with the fleet, so the ratio
// shows what a fleet costs. A frame (16.7 ms) is the smallest step of each of these times.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { _electron } from 'playwright'
import { endApp } from '../scripts/lib/launch.mjs'
import { writeFleet, writeProfiles } from './lib/fleet.mjs'
import { inFolder, machine, median, report } from './lib/measure.mjs'

const root = join(import.meta.dirname, '..')
const flags = process.getuid?.() === 0 ? ['--no-sandbox'] : []
const times = 7
const columns = ['Namespace', 'Profile', 'Proxy', 'TLS name']

/** In the page: milliseconds from the next event of a kind to the paint of the first frame in which `done` holds. */
function listenIn([kind, expected]) {
  const holds = () => {
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
  return page.evaluate(() => window.measured)
}

const start = (args, env) => _electron.launch({ args: [...flags, ...args], env, timeout: 120_000 })

/** A page of one input and a table, without any framework. */
async function startBare(home, env) {
  const folder = join(home, 'bare')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{"name":"bare","main":"main.js"}')
  writeFileSync(
    join(folder, 'main.js'),
    "const { app, BrowserWindow } = require('electron')\napp.whenReady().then(() => new BrowserWindow({ width: 1280, height: 800 }).loadFile('page.html'))\n",
  )
  writeFileSync(join(folder, 'page.html'), '<!doctype html><input autofocus><table></table>')
  const app = await start([folder], env)
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
    for (let n = 0; n <= times; n += 1) {
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
    return { key: median(key.slice(1)), paste: median(paste.slice(1)) }
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
    const named = (item) => `[data-item=${JSON.stringify(item)}] [data-column="namespace"]`
    const first = grid.locator('[data-item]:has([data-column="namespace"])').first()
    const item = await first.getAttribute('data-item')
    const cell = page.locator(named(item))
    const toCell = async () => {
      await page.locator('[data-column="namespace"]').first().waitFor()
      await cell.click()
      await settled(page)
    }
    for (let n = 0; n <= times; n += 1) {
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
    for (let n = 0; n <= times; n += 1) {
      await toCell()
      await app.evaluate(({ clipboard }, text) => clipboard.writeText(text), tableOf(rows, n, true))
      await settled(page)
      const pasted = { selector: named(item), text: `pasted-${n}-0` }
      found.paste.push(
        await measure(page, 'paste', pasted, () =>
          app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0].webContents.paste()),
        ),
      )
      // What main works out about them is no part of the paste, but of the next one if it is not waited for.
      await settled(page)
      await page.waitForTimeout(300)
    }
    return Object.fromEntries(Object.entries(found).map(([name, list]) => [name, median(list.slice(1))]))
  } finally {
    await endApp(app)
  }
}

console.log(`editing, ${machine()}`)
await inFolder(async (home) => {
  mkdirSync(join(home, '.aws'))
  mkdirSync(join(home, '.kube'))
  writeProfiles(join(home, '.aws'))
  const env = { ...process.env, HOME: home }
  delete env.KUBECONFIG
  for (const count of [50, 1_000, 10_000]) {
    writeFleet(join(home, '.kube', 'config'), count)
    const rows = Math.min(count, 250)
    const bare = await bareTimes(home, env, rows)
    const ours = await ekscopeTimes(home, env, count, rows)
    const at = `${count.toLocaleString('en')} contexts`
    const key = { other: bare.key, otherIs: 'a key in a bare input' }
    report({ what: `${at}: key that opens a cell, painted in it`, ours: ours.open, ...key, goal: '≤ 2' })
    report({ what: `${at}: key in an open cell, painted`, ours: ours.key, ...key, goal: '≤ 1.5' })
    report({
      what: `${at}: Enter, the cell painted with its new value`,
      ours: ours.enter,
      ...key,
      goal: '≤ 3',
    })
    report({ what: `${at}: undo, the cell painted with its old value`, ours: ours.undo, ...key, goal: '≤ 3' })
    report({
      what: `${at}: paste of ${(rows * columns.length).toLocaleString('en')} cells, painted`,
      ours: ours.paste,
      other: bare.paste,
      otherIs: 'into a bare table',
      goal: '≤ 10',
    })
  }
})
