import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
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
    const { variables, problem, answered } = await askSh(300)
    expect(problem).toBe('The login shell /bin/sh did not answer within 0.3 s.')
    expect(answered).toBe(false)
    // None of the app's stands in for it.
    expect(variables).toEqual({ HOME: home })
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
    expect((await askSh()).problem).toMatch(/ended \(status 3\) before it could be asked\.$/)
  })

  test('that prints without end is ended', async () => {
    await startup('yes "noise noise noise noise"\n')
    // A busy machine needs its time for so much; by its time it is not judged.
    expect((await askSh(50_000)).problem).toMatch(/printed more than 4 MB/)
  })

  test('that cannot be started is reported', async () => {
    const answer = await readLoginShell({
      variables: { SHELL: path.join(home, 'none'), A: '1' },
      platform: 'linux',
    })
    expect(answer.problem).toMatch(/could not be started/)
    expect(answer.variables).toEqual({})
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
  const answerOf = (shell: string, more: Record<string, string> = {}, platform: NodeJS.Platform = 'linux') =>
    readLoginShell({ variables: { HOME: home, SHELL: shell, PATH: '/usr/bin:/bin', ...more }, platform })
  const inTerminal = { SHLVL: '1', TERM: 'xterm' }

  test('bash is asked as a new terminal would start it, so that ~/.bashrc counts', async () => {
    await startup('export FROM_PROFILE=1\n', '.bash_profile')
    await startup('case $- in *i*) ;; *) return ;; esac\nexport AWS_PROFILE=ci\n', '.bashrc')
    // A desktop has begun the session already; below a terminal, whose variables are taken away, it is begun anew.
    const desktop = await answerOf('/bin/bash')
    expect(desktop).toMatchObject({ problem: null, answered: true, variables: { AWS_PROFILE: 'ci' } })
    expect(desktop.variables).not.toHaveProperty('FROM_PROFILE')
    const below = await answerOf('/bin/bash', { ...inTerminal, AWS_PROFILE: 'by-hand' })
    expect(below.variables).toMatchObject({ FROM_PROFILE: '1', AWS_PROFILE: 'ci' })
    const mac = await answerOf('/bin/bash', {}, 'darwin')
    expect(mac.variables).toMatchObject({ FROM_PROFILE: '1' })
    expect(mac.variables).not.toHaveProperty('AWS_PROFILE')
  })

  test('one that will not be interactive is asked as a plain login shell, which is said', async () => {
    await startup('export PLAIN=1\n', '.bash_profile')
    await startup('exit 1\n', '.bashrc')
    const { variables, problem, answered } = await answerOf('/bin/bash')
    expect(problem).toMatch(
      /ended \(status 1\).* as a terminal starts it; only what its login files set is known/,
    )
    expect([variables.PLAIN, answered]).toEqual(['1', true])
  })

  const files = [
    ['bash', '.bashrc', 'export A=1'],
    ['zsh', '.zshrc', 'export A=1'],
    ['fish', '.config/fish/config.fish', 'set -gx A 1'],
    ['tcsh', '.tcshrc', 'setenv A 1'],
    ['nu', '.config/nushell/config.nu', '$env.A = "1"'],
  ] as const
  const pathOf = (shell: string) =>
    (process.env.PATH ?? '')
      .split(':')
      .map((place) => path.join(place, shell))
      .find((file) => existsSync(file))
  for (const [shell, file, text] of files) {
    const program = pathOf(shell)
    test.skipIf(program === undefined)(`the real ${shell} gives what its startup file exports`, async () => {
      await mkdir(path.join(home, path.dirname(file)), { recursive: true })
      await startup(`${text}\n`, file)
      for (const more of [{}, inTerminal]) {
        const answer = await readLoginShell({
          variables: { HOME: home, SHELL: program ?? '', PATH: '/usr/bin:/bin', ...more },
          platform: 'linux',
          timeLimitMs: 30_000,
        })
        expect(answer).toMatchObject({ problem: null, answered: true, variables: { A: '1', HOME: home } })
      }
      const waits = await readLoginShell({
        variables: { HOME: home, SHELL: await waiting(program ?? '', file), PATH: '/usr/bin:/bin', A: 'app' },
        platform: 'linux',
        timeLimitMs: 500,
      })
      expect(waits).toMatchObject({ answered: false, problem: expect.stringContaining('did not answer') })
      expect(waits.variables).toEqual({ HOME: home })
    })
  }
  const loginFiles = [
    ['bash', '.bash_profile', `export A=1 L='a "b" $c'; cd /; set -u`],
    ['zsh', '.zprofile', `export A=1 L='a "b" $c'; cd /; set -u`],
    [
      'fish',
      '.config/fish/config.fish',
      `status is-login; and set -gx A 1; and set -gx L 'a "b" $c'; and cd /`,
    ],
  ] as const
  for (const [shell, file, text] of loginFiles) {
    const program = pathOf(shell)
    test.skipIf(program === undefined)(
      `a terminal's ${shell} begins at home with what the session's login gave`,
      async () => {
        const at = path.join(home, "it's a home; $(id)")
        await mkdir(path.join(at, path.dirname(file)), { recursive: true })
        await writeFile(path.join(at, file), `${text}\n`)
        const interactive = { bash: '.bashrc', zsh: '.zshrc', fish: '.config/fish/conf.d/a.fish' }[shell]
        await mkdir(path.join(at, path.dirname(interactive)), { recursive: true })
        await writeFile(
          path.join(at, interactive),
          shell === 'fish'
            ? 'status is-interactive; and set -gx SEEN "$L|$PWD"\n'
            : 'export SEEN="$L|$PWD"\n',
        )
        const { variables, problem } = await readLoginShell({
          variables: { HOME: at, SHELL: program ?? '', PATH: '/usr/bin:/bin', ...inTerminal },
          platform: 'linux',
          timeLimitMs: 30_000,
        })
        expect(problem).toBeNull()
        expect(variables).toMatchObject({ A: '1', L: 'a "b" $c', SEEN: `a "b" $c|${at}` })
        if (shell === 'bash') expect(variables.SHLVL).toBe('1')
      },
    )
  }
  /** The same shell, whose startup file now waits. */
  async function waiting(program: string, file: string): Promise<string> {
    await startup(program.endsWith('nu') ? '^/usr/bin/sleep 300\n' : '/usr/bin/sleep 300\n', file)
    return program
  }

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
      answered: true,
      origins: new Map(),
    })
  })
})

/** Where orphans are not collected a killed process stays as a zombie, which does not run. */
function isRunning(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
  return stdout.trim() !== '' && !stdout.startsWith('Z')
}
