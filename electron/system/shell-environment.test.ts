import { spawnSync } from 'node:child_process'
import { chmod, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { removeFolder } from '../testing/bundle'
import { readLoginShell } from './shell-environment'

let home: string
beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'ekscope-shell-'))
})
afterEach(() => removeFolder(home))

const startup = (text: string, name = '.profile') => writeFile(path.join(home, name), text)

/** As the demo asks: a real /bin/sh that starts with nothing but HOME. */
const askSh = (timeLimitMs = 5_000, signal?: AbortSignal) =>
  readLoginShell({
    variables: { PATH: '/app/bin', STAND_IN: 'yes' },
    platform: 'linux',
    start: { shell: '/bin/sh', variables: { HOME: home, PATH: '/usr/bin:/bin' } },
    timeLimitMs,
    ...(signal ? { signal } : {}),
  })

describe('the login shell', () => {
  test('gives what its startup file exports, and nothing of the app', async () => {
    await startup('export AWS_PROFILE=other\nexport MULTI="one\ntwo"\nNOT_EXPORTED=1\n')
    const { variables, problem } = await askSh()
    expect(problem).toBeNull()
    expect(variables).toMatchObject({ AWS_PROFILE: 'other', MULTI: 'one\ntwo', HOME: home })
    expect(Object.keys(variables)).not.toContain('STAND_IN')
    expect(Object.keys(variables)).not.toContain('NOT_EXPORTED')
    expect(Object.keys(variables)).not.toContain('_')
    expect(Object.keys(variables)).not.toContain('EKSCOPE_READS_ENVIRONMENT')
  })

  test('may print before and after, also what looks like variables', async () => {
    await startup('echo "Welcome! PATH=/evil"\nprintf "no newline"\nexport A=1\ntrap "echo bye; env" EXIT\n')
    const { variables, problem } = await askSh()
    expect(problem).toBeNull()
    expect(variables.A).toBe('1')
    expect(variables.PATH).not.toBe('/evil')
  })

  test('gets end of file where a startup file reads an answer', async () => {
    await startup('read answer\nexport ANSWER="[$answer]"\n')
    expect((await askSh()).variables.ANSWER).toBe('[]')
  })

  test('that waits is ended with all it started, and reported', async () => {
    await startup(`sleep 300 & echo $! > ${home}/pid\nsleep 300\n`)
    const { variables, problem } = await askSh(300)
    expect(problem).toBe(
      "The login shell /bin/sh did not answer within 0.3 s; the app's own environment stands in for it.",
    )
    expect(variables).toEqual({ PATH: '/app/bin', STAND_IN: 'yes' })
    const pid = Number(await readFile(path.join(home, 'pid'), 'utf8'))
    await expect.poll(() => isRunning(pid)).toBe(false)
  })

  test('that leaves something running in the background still answers at once', async () => {
    await startup(`sleep 20 & echo $! > ${home}/pid\nexport A=1\n`)
    const { variables, problem } = await askSh()
    expect(problem).toBeNull()
    expect(variables.A).toBe('1')
    process.kill(Number(await readFile(path.join(home, 'pid'), 'utf8')))
  })

  test('that fails is reported with its status', async () => {
    await startup('exit 3\n')
    expect((await askSh()).problem).toMatch(/ended \(status 3\) before it could be asked; the app's own/)
  })

  test('that prints without end is ended', async () => {
    await startup('yes "noise noise noise noise"\n')
    expect((await askSh()).problem).toMatch(/printed more than 4 MB/)
  })

  test('that cannot be started is reported', async () => {
    const answer = await readLoginShell({
      variables: { SHELL: path.join(home, 'none'), A: '1' },
      platform: 'linux',
    })
    expect(answer.problem).toMatch(/could not be started/)
    expect(answer.variables.A).toBe('1')
  })

  test('is not waited for when the app quits', async () => {
    await startup('sleep 300\n')
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 50)
    expect((await askSh(60_000, controller.signal)).problem).toMatch(/was not waited for/)
  })

  test('cannot reach a terminal: it is a session of its own', async () => {
    await startup(
      'if (: < /dev/tty) 2>/dev/null; then export TTY_THERE=1; fi\nexport SID=$(ps -o sid= -p $$)\nexport ME=$$\n',
    )
    const { variables } = await askSh()
    expect(variables.TTY_THERE).toBeUndefined()
    expect(variables.SID?.trim()).toBe(variables.ME)
  })
})

describe("the user's own shell", () => {
  test('bash is asked as a new terminal would start it, so that ~/.bashrc counts', async () => {
    await startup('export FROM_PROFILE=1\n. ~/.bashrc\n', '.bash_profile')
    await startup('case $- in *i*) ;; *) return ;; esac\nexport FROM_BASHRC=1\n', '.bashrc')
    const { variables, problem } = await readLoginShell({
      variables: { HOME: home, SHELL: '/bin/bash', PATH: '/usr/bin:/bin' },
      platform: 'linux',
    })
    expect(problem).toBeNull()
    expect(variables).toMatchObject({ FROM_PROFILE: '1', FROM_BASHRC: '1' })
  })

  test('one that will not be interactive is asked as a plain login shell', async () => {
    await startup('case $- in *i*) exit 1 ;; esac\nexport PLAIN=1\n', '.bash_profile')
    const { variables, problem } = await readLoginShell({
      variables: { HOME: home, SHELL: '/bin/bash', PATH: '/usr/bin:/bin' },
      platform: 'linux',
    })
    expect(problem).toBeNull()
    expect(variables.PLAIN).toBe('1')
  })

  test('does not inherit keys that were exported in the terminal which started Ekscope', async () => {
    const variables = { HOME: home, SHELL: '/bin/bash', PATH: '/usr/bin:/bin', AWS_ACCESS_KEY_ID: 'AKIA1' }
    const desktop = await readLoginShell({ variables, platform: 'linux' })
    expect(desktop.variables.AWS_ACCESS_KEY_ID).toBe('AKIA1')
    const terminal = await readLoginShell({
      variables: { ...variables, SHLVL: '1', TERM: 'xterm' },
      platform: 'linux',
    })
    expect(terminal.variables.AWS_ACCESS_KEY_ID).toBeUndefined()
  })

  test('csh, whose -l stands alone, is asked by its name', async () => {
    // No csh here: a program of that name shows what it was given.
    const shell = path.join(home, 'tcsh')
    await writeFile(shell, '#!/bin/bash\n[ "$1" = -c ] || exit 1\nexport GIVEN="$#"\neval "$2"\n')
    await chmod(shell, 0o755)
    const { variables, problem } = await readLoginShell({
      variables: { HOME: home, SHELL: shell, PATH: '/usr/bin:/bin' },
      platform: 'linux',
    })
    expect(problem).toBeNull()
    expect(variables.GIVEN).toBe('2')
  })

  test('on Windows a new terminal gets what the app got', async () => {
    expect(await readLoginShell({ variables: { A: '1' }, platform: 'win32' })).toEqual({
      variables: { A: '1' },
      problem: null,
    })
  })
})

/** Where orphans are not collected a killed process stays as a zombie, which does not run. */
function isRunning(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
  return stdout.trim() !== '' && !stdout.startsWith('Z')
}
