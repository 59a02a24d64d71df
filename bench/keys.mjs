// Keys in the built app with 10,000 contexts, and acts on the map of 500, from the event as the browser process stamped it to the
// paint of the frame that shows what it does. Beside them a key in the input of a bare Electron page: what no program can do without.
// A frame (16.7 ms) is the smallest step of each of these times.
import { alone, begin, late, median, quick } from './lib/measure.mjs'
import { inFolder } from './lib/programs.mjs'
import { outsideChanges, quiet, windowsOf } from './lib/windows.mjs'

const times = quick ? 2 : 9
const rows = 250
const columns = ['Namespace', 'Profile', 'Proxy', 'TLS name']
const outside = 'a change outside'
const row = '[data-item]:has([data-column="namespace"])'

/** In the page: milliseconds from the next event of a kind to the paint of the first frame in which what is wanted is there. */
function listenIn([kind, { input, selector, text, gone = false, attribute, moves }]) {
  const element = () => document.querySelector(selector)
  const seen = () => (moves ? element()?.getBoundingClientRect().top : element()?.getAttribute(attribute))
  const from = attribute || moves ? seen() : null
  const holds = () => {
    if (input !== undefined) return document.activeElement?.value === input
    return attribute || moves ? seen() !== from : element()?.textContent?.includes(text) === !gone
  }
  window.measured = new Promise((resolve, reject) => {
    const hear = ({ timeStamp }) => {
      setTimeout(() => reject(new Error(`nothing came of a ${kind}`)), 60_000)
      const look = () => {
        if (!holds()) return requestAnimationFrame(look)
        // A message that is posted in a frame arrives when that frame is painted.
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = () => resolve(performance.now() - timeStamp)
        port2.postMessage(0)
      }
      requestAnimationFrame(look)
    }
    window.addEventListener(kind, hear, { capture: true, once: true })
  })
}

const settled = (page) =>
  page.evaluate(() => new Promise((resolve) => requestIdleCallback(() => setTimeout(resolve, 150))))

/** Measures acts of a page: `act` by its name, `taken` all of them, without the first of each, which finds everything cold. */
function recorder(page) {
  const found = new Map()
  return {
    async act(name, kind, wanted, go) {
      await settled(page)
      await page.evaluate(listenIn, [kind, wanted])
      await go()
      found.set(name, [...(found.get(name) ?? []), await page.evaluate(() => window.measured)])
      await settled(page)
    },
    taken: () =>
      Object.fromEntries([...found].map(([name, list]) => [name, list.length > 1 ? list.slice(1) : list])),
  }
}

/** Does this as often as it is measured, and once before. @param {(n: number) => Promise<void>} work */
async function repeated(work) {
  for (let n = 0; n <= times && !(n > 0 && late()); n += 1) await work(n)
}

/** A table as a spreadsheet copies it, with a line of titles. */
function tableOf(n) {
  const line = (y) => [
    `pasted-${n}-${y}`,
    `profile-${y % 40} --profile`,
    `http://p-${n}-${y}.test:3128`,
    `t-${n}-${y}`,
  ]
  const lines = [columns, ...Array.from({ length: rows }, (_, y) => line(y))]
  return lines.map((cells) => cells.join('\t')).join('\n')
}

async function bareKeys({ page }) {
  const { act, taken } = recorder(page)
  await repeated(async () => {
    await page.locator('input').fill('')
    await act('key', 'keydown', { input: 'q' }, () => page.keyboard.press('q'))
  })
  return taken().key
}

async function ourKeys({ app, page, root, file }) {
  const { act, taken } = recorder(page)
  const key = (name, pressed, wanted) => act(name, 'keydown', wanted, () => page.keyboard.press(pressed))
  const changes = (await outsideChanges(page, file, times + 1)).slice(1)
  const firstItem = { selector: '[data-item]', attribute: 'data-item' }
  const header = '[role="columnheader"][data-column="context"]'
  const group = async (name) => {
    await page
      .getByRole('button', { name: /^Group/ })
      .first()
      .click()
    const choice = page.getByRole('menuitemradio', { name, exact: true })
    await choice.waitFor()
    await act('group', 'click', firstItem, () => choice.click())
  }
  await repeated(async () => {
    await page.keyboard.press('Control+f')
    // All of them fit that much of it; the key leaves a ninth.
    await page.keyboard.type('fleet-')
    await key('a key in the filter', '1', { selector: '[role="grid"]', attribute: 'aria-rowcount' })
    for (let letter = 0; letter < 7; letter += 1) await page.keyboard.press('Backspace')
    // What it suggests would lie over the titles of the columns.
    await page.keyboard.press('Escape')
    await settled(page)
    await act('sort', 'click', { selector: header, attribute: 'aria-sort' }, () =>
      page.locator(header).click(),
    )
    await group('None')
    await page.locator(`${row} [data-column="namespace"]`).first().click()
    await key('select all', 'Control+a', { selector: row, attribute: 'aria-selected' })
    await page.keyboard.press('Escape')
    await group('Account')
  })
  // What is edited weighs on all that comes after it.
  const item = await page.locator(row).first().getAttribute('data-item')
  const cell = `[data-item=${JSON.stringify(item)}] [data-column="namespace"]`
  await repeated(async (n) => {
    await page.locator(cell).click()
    await key('the key that opens a cell', 'w', { input: 'w' })
    await key('a key in an open cell', 'e', { input: 'we' })
    await page.keyboard.type(`b-${n}`)
    await key('Enter', 'Enter', { selector: cell, text: `web-${n}` })
    await key('undo', 'Control+z', { selector: cell, text: `web-${n}`, gone: true })
  })
  await repeated(async (n) => {
    await page.locator(cell).click()
    await app.evaluate(({ clipboard }, text) => clipboard.writeText(text), tableOf(n))
    const pasted = { selector: cell, text: `pasted-${n}` }
    await act(`paste of ${rows * columns.length} cells`, 'paste', pasted, () =>
      app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0].webContents.paste()),
    )
    // What main works out about them is no part of the next paste.
    await quiet(root)
  })
  return { ...taken(), [outside]: changes }
}

async function ourMap({ page }) {
  const { act, taken } = recorder(page)
  const view = (name) => page.getByRole('button', { name }).first()
  const account = page.locator('main svg [data-kind="account"] text').first()
  const [there, selector] = [{ selector: 'main [data-kind="band"]', text: '' }, 'main svg:has([data-kind])']
  await repeated(async () => {
    await act('drawn', 'click', there, () => view(/^Map$/).click())
    await act('an account unfolded', 'click', { selector, attribute: 'height' }, () => account.click())
    await act('and folded', 'click', { selector, attribute: 'height' }, () => view('Fold all').click())
    await act('a pan', 'wheel', { selector, moves: true }, () => page.mouse.wheel(0, 300))
    await view(/^Contexts/).click()
  })
  return taken()
}

begin('keys')
await inFolder(async (home) => {
  const { bare, ekscope } = windowsOf(home, 10_000)
  const key = await bare(bareKeys)
  alone({ what: 'a key in a bare page, painted', values: key })
  for (const [name, list] of Object.entries(await ekscope(ourKeys))) {
    const values = list.map((ms) => ms - median(key))
    // A change outside is left alone for a tenth of a second before it is read, and then the file is.
    alone({ what: `${name}, painted: more than that`, values, goal: name === outside ? null : 100 })
  }
  for (const [name, values] of Object.entries(await windowsOf(`${home}/500`, 500).ekscope(ourMap)))
    alone({ what: `the map of 500 contexts, ${name}, painted`, values, goal: name === 'drawn' ? 100 : 50 })
})
