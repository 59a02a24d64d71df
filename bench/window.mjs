// From start to a drawn grid in the built app, beside a bare Electron window that shows one line of text.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { _electron } from 'playwright'
import { writeFleet, writeProfiles } from './lib/fleet.mjs'
import { alternately, inFolder, machine, report } from './lib/measure.mjs'

const root = join(import.meta.dirname, '..')
const flags = process.getuid?.() === 0 ? ['--no-sandbox'] : []

async function start(args, env, ready) {
  const began = performance.now()
  const app = await _electron.launch({ args: [...flags, ...args], env, timeout: 60_000 })
  try {
    const page = await app.firstWindow()
    await ready(page)
    return performance.now() - began
  } finally {
    await app.close()
  }
}

console.log(`window, ${machine()}`)
await inFolder(async (home) => {
  mkdirSync(join(home, '.aws'))
  mkdirSync(join(home, '.kube'))
  writeProfiles(join(home, '.aws'))
  const bare = join(home, 'bare')
  mkdirSync(bare)
  writeFileSync(join(bare, 'package.json'), '{"name":"bare","main":"main.js"}')
  writeFileSync(
    join(bare, 'main.js'),
    "const { app, BrowserWindow } = require('electron')\napp.whenReady().then(() => new BrowserWindow({ width: 1280, height: 800 }).loadFile('page.html'))\n",
  )
  writeFileSync(join(bare, 'page.html'), '<!doctype html><p id="there">A bare window</p>')
  const base = { ...process.env, HOME: home }
  delete base.KUBECONFIG
  for (const count of [50, 10_000]) {
    writeFleet(join(home, '.kube', 'config'), count)
    const ms = await alternately(3, {
      ekscope: () =>
        start([root], { ...base, EKSCOPE_HOME: join(home, `state-${count}-${performance.now()}`) }, (page) =>
          page
            .getByRole('grid', { name: 'Contexts' })
            .getByText('fleet-0', { exact: true })
            .first()
            .waitFor(),
        ),
      bare: () => start([bare], base, (page) => page.locator('#there').waitFor()),
    })
    report({
      what: `window with ${count.toLocaleString('en')} contexts drawn`,
      ours: ms.ekscope,
      other: ms.bare,
      otherIs: 'a bare Electron window',
      goal: '≤ 1.3',
    })
  }
})
