/** A terminal write that is interrupted: whole or not at all, nothing left beside the file, and an exit status that says which. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { useTerminal } from './terminal'

const contexts = Array.from({ length: 500 }, (_, i) => `- context: {cluster: c, user: u}\n  name: c${i}\n`)
const config = `contexts:\n${contexts.join('')}users:\n- {name: u, user: {}}\n`
const wanted = config.replace('user: u}', 'user: u, namespace: web}')
const terminal = useTerminal({ config })

/** Starts a write, sends the signal once `when` is so, and says how it ended. */
async function interrupted(signal: NodeJS.Signals, when: () => boolean) {
  const { child, ended } = terminal.start(['set-namespace', 'c0', 'web'])
  while (child.exitCode === null && !when()) await sleep(1)
  child.kill(signal)
  const { status, signal: killedBy, stdout, stderr } = await ended
  return { status: killedBy ?? String(status), said: stdout + stderr }
}

const beside = () => readdirSync(dirname(terminal.file))
const locked = () => existsSync(`${terminal.file}.lock`)
const begun = () => beside().some((name) => name.includes('.config.ekscope-'))

test.each([
  ['SIGINT', 'under its lock', locked],
  ['SIGTERM', 'under its lock', locked],
  ['SIGHUP', 'under its lock', locked],
  ['SIGINT', 'while it writes', begun],
  ['SIGHUP', 'while it writes', begun],
] as const)('%s %s', async (signal, _, when) => {
  const { status, said } = await interrupted(signal, when)
  expect([status, terminal.text() === (status === '0' ? wanted : config)]).toEqual([
    expect.stringMatching(/^(0|130)$/),
    true,
  ])
  expect(said).toMatch(status === '0' ? /to undo this: ekscope undo/ : /nothing was written|before anything/)
  expect(beside()).toEqual(['config'])
})

test('while it waits for another’s lock: it ends at once, and the lock stays', async () => {
  writeFileSync(`${terminal.file}.lock`, '')
  // While it waits it prints nothing where standard error is no terminal; but before that it makes its own folder.
  const begins = () => existsSync(terminal.state)
  const { status, said } = await interrupted('SIGTERM', begins)
  expect([status, said]).toEqual(['130', expect.stringContaining('nothing was written')])
  expect(beside().sort()).toEqual(['config', 'config.lock'])
})
