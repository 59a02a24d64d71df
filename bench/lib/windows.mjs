// An Electron window measured from outside: how long until something is drawn in it, what processor time and memory all of its
// processes take, and how often they wake up. Linux only: all of it is from /proc.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { _electron } from 'playwright'
import { endApp } from '../../scripts/lib/launch.mjs'
import { writeFleet, writeProfiles } from './fleets.mjs'

const flags = process.getuid?.() === 0 ? ['--no-sandbox'] : []

/** What is read of /proc; something else where the process has gone. */
function ofProcess(read, otherwise) {
  try {
    return read()
  } catch {
    return otherwise
  }
}
const textOf = (path) => ofProcess(() => readFileSync(`/proc/${path}`, 'latin1'), '')
const numberIn = (path, pattern) => Number(pattern.exec(textOf(path))?.[1] ?? 0)
/** The words after the program's name, which may hold blanks, of /proc/PID/stat. */
const statOf = (pid) => textOf(`${pid}/stat`).split(') ').at(-1).split(' ')
const sum = (list, of) => list.reduce((total, one) => total + of(one), 0)

/** A process and everything that it started and that lives. @param {number} root */
function treeOf(root) {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const parents = pids.map((name) => [Number(statOf(name)[1]), Number(name)])
  const found = [root]
  for (const pid of found)
    found.push(...parents.flatMap(([parent, child]) => (parent === pid ? [child] : [])))
  return found
}

/** Milliseconds of processor time, user and system, with that of processes that have ended. */
const processorTime = (root) =>
  sum(treeOf(root), (pid) => sum(statOf(pid).slice(11, 15), (ticks) => Number(ticks) * 10))

/** MB of memory, shared pages by their share (PSS). */
export const memory = (root) =>
  sum(treeOf(root), (pid) => numberIn(`${pid}/smaps_rollup`, /^Pss:\s+(\d+)/m) * 0.001_024)

/** The same once V8 has collected the garbage of main and page: when it does that by itself says nothing of what is held. */
export async function collected({ app, page, root }) {
  await (await page.context().newCDPSession(page)).send('HeapProfiler.collectGarbage')
  await app.evaluate(() => {
    process.mainModule.require('node:v8').setFlagsFromString('--expose-gc')
    process.mainModule.require('node:vm').runInNewContext('gc')()
  })
  return memory(root)
}

const switches = /^voluntary_ctxt_switches:\s+(\d+)/m
const tasksOf = (pid) => ofProcess(() => readdirSync(`/proc/${pid}/task`), [])
/** How often all threads have waited for something so far. */
const waits = (root) =>
  sum(treeOf(root), (pid) => sum(tasksOf(pid), (task) => numberIn(`${pid}/task/${task}/status`, switches)))

/** Waits until all processes together take less than 5 % of a core for a second and a half, 30 s at most. */
export async function quiet(root) {
  let still = 0
  for (let n = 0; n < 60 && still < 3; n += 1) {
    const before = processorTime(root)
    await sleep(500)
    still = processorTime(root) - before < 30 ? still + 1 : 0
  }
}

/** Wake-ups a second, over so many seconds, after as many: tens of them, as files are looked at every ten seconds. */
export async function wakeUps(root, seconds) {
  await sleep(seconds * 1_000)
  const before = waits(root)
  await sleep(seconds * 1_000)
  return (waits(root) - before) / seconds
}

const bareFiles = {
  'main.js':
    "const { app, BrowserWindow } = require('electron')\napp.whenReady().then(() => new BrowserWindow({ width: 1280, height: 800 }).loadFile(__dirname + '/page.html'))\n",
  'page.html': '<!doctype html><p id="there">A bare window</p><input>',
}

/** A bare window and Ekscope with this many contexts in a home. Each runs `work` once it is drawn, with what it took, and ends. */
export function windowsOf(home, count) {
  const bare = join(home, 'bare')
  for (const folder of [bare, join(home, '.kube')]) mkdirSync(folder, { recursive: true })
  for (const [name, text] of Object.entries(bareFiles)) writeFileSync(join(bare, name), text)
  writeProfiles(home)
  const file = join(home, '.kube', 'config')
  writeFleet(file, count)
  const opened = (app, drawn) => async (work) => {
    const state = mkdtempSync(join(home, 'state-'))
    const env = { ...process.env, HOME: home, EKSCOPE_HOME: state }
    delete env.KUBECONFIG
    const began = performance.now()
    const running = await _electron.launch({ args: [...flags, app], env, timeout: 120_000 })
    try {
      const root = running.process().pid
      const page = await running.firstWindow()
      page.setDefaultTimeout(120_000)
      await drawn(page).first().waitFor()
      const took = { ms: performance.now() - began, cpu: processorTime(root) }
      return await work({ app: running, page, root, took, file })
    } finally {
      await endApp(running)
    }
  }
  return {
    bare: opened(join(bare, 'main.js'), (page) => page.locator('#there')),
    ekscope: opened(join(import.meta.dirname, '..', '..'), (page) =>
      page.getByRole('grid', { name: 'Contexts' }).getByText('fleet-0', { exact: true }),
    ),
  }
}

/** Puts a file with another namespace of its first context in its place, this often; gives how long each took to be drawn, ms. */
export async function outsideChanges(page, file, times) {
  const text = readFileSync(file, 'utf8')
  const taken = []
  for (let n = 0; n < times; n += 1) {
    const value = `outside-${n}`
    writeFileSync(`${file}.new`, text.replace('team-0\n', `${value}\n`), { mode: 0o600 })
    const began = performance.now()
    renameSync(`${file}.new`, file)
    await page.locator('[data-item] [data-column="namespace"]').getByText(value, { exact: true }).waitFor()
    taken.push(performance.now() - began)
  }
  return taken
}
