// An Electron window measured from outside: how long until something stands in it, what processor time and memory all of its
// processes take, and how long the longest task of its page was.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { _electron } from 'playwright'
import { endApp } from '../../scripts/lib/launch.mjs'

const flags = process.getuid?.() === 0 ? ['--no-sandbox'] : []

/** The words after the program's name, which may hold blanks, of /proc/PID/stat; null where the process has gone. */
function statOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return null
  }
}

/** A process with everything that it started and that lives. */
export function treeOf(root) {
  const children = new Map()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = statOf(name)
    if (stat === null) continue
    const parent = Number(stat[1])
    children.set(parent, [...(children.get(parent) ?? []), Number(name)])
  }
  const found = [root]
  for (const pid of found) found.push(...(children.get(pid) ?? []))
  return found
}

/** Milliseconds of processor time, user and system, of a process tree, with that of processes that have ended in it. Linux only. */
export function processorTime(root) {
  let ticks = 0
  for (const pid of treeOf(root)) {
    const stat = statOf(pid)
    if (stat !== null) ticks += [11, 12, 13, 14].reduce((sum, at) => sum + Number(stat[at]), 0)
  }
  return ticks * 10
}

/** MB of memory of a process tree, shared pages by their share (PSS). Linux only. */
export function memory(root) {
  let kilobytes = 0
  for (const pid of treeOf(root)) {
    try {
      kilobytes += Number(
        /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))?.[1] ?? 0,
      )
    } catch {
      // It ended meanwhile.
    }
  }
  return (kilobytes * 1_024) / 1e6
}

/** A page with one line of text and an input, without any framework. @param {string} home */
export function bareApp(home) {
  const folder = join(home, 'bare')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{"name":"bare","main":"main.js"}')
  writeFileSync(
    join(folder, 'main.js'),
    "const { app, BrowserWindow } = require('electron')\napp.whenReady().then(() => new BrowserWindow({ width: 1280, height: 800 }).loadFile('page.html'))\n",
  )
  writeFileSync(
    join(folder, 'page.html'),
    '<!doctype html><p id="there">A bare window</p><input autofocus><table></table>',
  )
  return folder
}

/** In the page: keeps the length of each task above 50 ms, from its beginning on. */
const watchTasks = () => {
  window.longTasks = []
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) window.longTasks.push({ startTime, duration })
  }).observe({ type: 'longtask', buffered: true })
}

/**
 * Starts an Electron, waits until its page is ready and then until it is quiet, and measures both.
 * @param {{args: readonly string[], env: NodeJS.ProcessEnv, ready: (page: import('playwright').Page) => Promise<void>}} how
 */
export async function startedWindow({ args, env, ready, settle = async () => undefined }) {
  const began = performance.now()
  const app = await _electron.launch({ args: [...flags, ...args], env, timeout: 120_000 })
  try {
    const { pid } = app.process()
    const page = await app.firstWindow()
    await ready(page)
    const ms = performance.now() - began
    const cpu = processorTime(pid)
    await settle(page)
    let before = 0
    // Quiet: less than 5 % of one core for half a second.
    for (let n = 0; n < 60; n += 1) {
      before = processorTime(pid)
      await new Promise((resolve) => setTimeout(resolve, 500))
      if (processorTime(pid) - before < 30) break
    }
    await page.evaluate(watchTasks)
    const tasks = await page.evaluate(
      () => new Promise((resolve) => setTimeout(() => resolve(window.longTasks), 50)),
    )
    return {
      ms,
      cpu,
      settledCpu: before,
      memory: memory(pid),
      longest: Math.max(0, ...tasks.map(({ duration }) => duration)),
      tasks,
    }
  } finally {
    await endApp(app)
  }
}
