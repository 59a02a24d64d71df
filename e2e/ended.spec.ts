import { spawn } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { evaluateIn } from './devtools'
import { inGroup } from './processes'
import { project } from './surroundings'

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('a port has a number')
  return address.port
}

test('one Ctrl+C ends the demo and its window, folders and all, also with a change that is not written', async () => {
  test.setTimeout(120_000)
  const temporary = await mkdtemp(join(tmpdir(), 'ekscope-ended-'))
  const port = await freePort()
  // What `npm run demo` runs, the leader of a process group as a shell makes it.
  const child = spawn(
    process.execPath,
    [join(project, 'scripts', 'start.mjs'), '--demo', `--remote-debugging-port=${port}`],
    { cwd: project, env: { ...process.env, TMPDIR: temporary }, detached: true, stdio: 'ignore' },
  )
  const group = child.pid
  if (group === undefined) throw new Error('it was not started')
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  try {
    await expect
      .poll(
        () =>
          fetch(`http://127.0.0.1:${port}/json/version`).then(
            ({ ok }) => ok,
            () => false,
          ),
        {
          timeout: 60_000,
        },
      )
      .toBe(true)
    await expect
      .poll(
        () =>
          evaluateIn(port, "document.querySelector('[role=grid]').id").then(
            () => true,
            () => false,
          ),
        {
          timeout: 60_000,
        },
      )
      .toBe(true)
    // As the page says with each edit that waits.
    const edit = { kind: 'set-namespace', context: 'a', namespace: 'b' }
    const steps = { edits: [{ id: 1, edit }], lists: [[0, 0, 0]], at: 0, before: [], decided: [] }
    const kept = JSON.stringify({ json: JSON.stringify(steps) })
    await evaluateIn(port, `bridge.request('edits.keep', ${kept})`)
    // The terminal tells all of the group, and each launcher hands it on, early or late: the window hears of it more than once.
    const pressing = setInterval(() => inGroup(group).length > 0 && process.kill(-group, 'SIGINT'), 20)
    await ended.finally(() => clearInterval(pressing))
    await expect.poll(() => inGroup(group), { timeout: 20_000 }).toEqual([])
    const left = async () => (await readdir(temporary)).filter((name) => name.startsWith('ekscope-'))
    await expect.poll(left, { timeout: 20_000 }).toEqual([])
  } finally {
    if (inGroup(group).length > 0) process.kill(-group, 'SIGKILL')
    await rm(temporary, { recursive: true, force: true })
  }
})
