/** A terminal write that is interrupted: whole or not at all, nothing left beside the file, and an exit status that says which. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundleForNode, removeFolder } from '../bundle'

let folder: string
let program: string
let file: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ekscope-signals-'))
  program = await bundleForNode('electron/cli.ts', folder, 'cli')
  mkdirSync(join(folder, '.kube'))
  file = join(folder, '.kube/config')
}, 120_000)
afterAll(() => removeFolder(folder))

const contexts = Array.from({ length: 500 }, (_, i) => `- context: {cluster: c, user: u}\n  name: c${i}\n`)
const config = `contexts:\n${contexts.join('')}users:\n- {name: u, user: {}}\n`
const wanted = config.replace('user: u}', 'user: u, namespace: web}')

/** Starts a write, sends the signal once `when` is so, and tells how it ended. */
async function interrupted(signal: NodeJS.Signals, when: () => boolean) {
  const child = spawn(process.execPath, [program, 'set-namespace', 'c0', 'web'], {
    env: { HOME: folder, PATH: '/usr/bin:/bin', EKSCOPE_HOME: join(folder, 'state') },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => {
      said += part.toString()
    })
  const ended = new Promise<string>((resolve) => child.on('close', (code, by) => resolve(by ?? String(code))))
  while (child.exitCode === null && !when()) await sleep(1)
  child.kill(signal)
  return { status: await ended, said }
}

const beside = () => readdirSync(join(folder, '.kube'))
const locked = () => existsSync(`${file}.lock`)
const begun = () => beside().some((name) => name.includes('.config.ekscope-'))

test.each([
  ['SIGINT', 'under its lock', locked],
  ['SIGTERM', 'under its lock', locked],
  ['SIGHUP', 'under its lock', locked],
  ['SIGINT', 'while it writes', begun],
  ['SIGHUP', 'while it writes', begun],
] as const)('%s %s', async (signal, _, when) => {
  writeFileSync(file, config)
  const { status, said } = await interrupted(signal, when)
  expect([status, readFileSync(file, 'utf8') === (status === '0' ? wanted : config)]).toEqual([
    expect.stringMatching(/^(0|130)$/),
    true,
  ])
  expect(said).toMatch(status === '0' ? /to undo it: ekscope undo/ : /nothing was written|before anything/)
  expect(beside()).toEqual(['config'])
})

test('while it waits for another’s lock: it ends at once, and the lock stays', async () => {
  writeFileSync(file, config)
  writeFileSync(`${file}.lock`, '')
  // It says nothing while it waits where nobody looks on; but its own folder it makes before.
  rmSync(join(folder, 'state'), { recursive: true, force: true })
  const begins = () => existsSync(join(folder, 'state'))
  const { status, said } = await interrupted('SIGTERM', begins)
  expect([status, said]).toEqual(['130', expect.stringContaining('nothing was written')])
  expect(beside().sort()).toEqual(['config', 'config.lock'])
})
