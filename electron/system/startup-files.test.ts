import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { removeFolder } from '../testing/bundle'
import { readStartupText } from './assignments'
import { readLoginShell } from './shell-environment'
import { originsOf, type ShellStart } from './startup-files'

let home: string
beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'ekscope-startup-'))
})
afterEach(() => removeFolder(home))

const lay = async (name: string, text: string) => {
  await mkdir(path.dirname(path.join(home, name)), { recursive: true })
  await writeFile(path.join(home, name), text)
}
const sh: ShellStart = { shell: '/bin/sh', starts: [{ login: true, interactive: false }], session: 'none' }
const from = async (variables: Record<string, string>, start = sh) =>
  Object.fromEntries(await originsOf({ HOME: home, ...variables }, start))

describe('where a variable comes from', () => {
  test('is the lines that assign this very value, and only these', async () => {
    await lay(
      '.profile',
      `# export AWS_PROFILE=ops
PATH=/usr/bin:/bin
export AWS_PROFILE=dev
export AWS_REGION='eu-west-1' AWS_ROLE_ARN="arn:aws:iam::1:role/R"
if [ -n "$SSH" ]; then export AWS_PROFILE=ops; fi
AWS_PROFILE=ops aws sts get-caller-identity >/dev/null 2>&1
cat <<END >/dev/null
export AWS_PROFILE=ops
END
AWS_PROFILE="ops"; export AWS_PROFILE
`,
    )
    expect(
      await from({ AWS_PROFILE: 'ops', AWS_REGION: 'eu-west-1', AWS_ROLE_ARN: 'arn:aws:iam::1:role/R' }),
    ).toEqual({
      AWS_PROFILE: '~/.profile:5 and ~/.profile:10',
      AWS_REGION: '~/.profile:4',
      AWS_ROLE_ARN: '~/.profile:4',
    })
  })

  test('may be a line that works it out, where none says it', async () => {
    await lay(
      '.profile',
      'export AWS_PROFILE="$(cat ~/.current)"\nread -r AWS_ROLE_ARN < ~/.role\neval "AWS_REGION=$x"\n',
    )
    expect(
      await from({ AWS_PROFILE: 'ops', AWS_ROLE_ARN: 'r', AWS_REGION: 'x', AWS_ACCESS_KEY_ID: 'AKIA' }),
    ).toEqual({
      AWS_PROFILE: 'may come from ~/.profile:1',
      AWS_ROLE_ARN: 'may come from ~/.profile:2',
      AWS_REGION: 'may come from ~/.profile:3',
      AWS_ACCESS_KEY_ID: 'not found in its startup files',
    })
    await lay('.profile', 'export AWS_PROFILE=$x\nexport AWS_PROFILE=ops\n')
    expect(await from({ AWS_PROFILE: 'ops' })).toEqual({ AWS_PROFILE: '~/.profile:2' })
  })

  test('is followed into files that are read in turn, a circle once', async () => {
    await lay(
      '.profile',
      '[ -f ~/.aws-env ] && . "$HOME/.aws-env"\nfor f in ~/.d/*.sh; do [ -r "$f" ] && . "$f"; done\n. ~/.profile\n',
    )
    await lay('.aws-env', '\nexport AWS_PROFILE=ops')
    await lay('.d/a.sh', 'export AWS_REGION=r')
    await lay('.d/b.txt', 'export AWS_REGION=r')
    expect(await from({ AWS_PROFILE: 'ops', AWS_REGION: 'r' })).toEqual({
      AWS_PROFILE: '~/.aws-env:2',
      AWS_REGION: '~/.d/a.sh:1',
    })
  })

  test('knows bash’s first of three files, and ~/.bashrc of a terminal', async () => {
    await lay('.bash_login', 'export AWS_PROFILE=ops')
    await lay('.profile', 'export AWS_PROFILE=ops')
    await lay('.bashrc', 'export AWS_PROFILE=ops')
    const bash = (...starts: ShellStart['starts']) =>
      from({ AWS_PROFILE: 'ops' }, { shell: '/bin/bash', starts, session: 'none' })
    const [login, terminal] = [
      { login: true, interactive: false },
      { login: false, interactive: true },
    ]
    expect(await bash(login)).toEqual({ AWS_PROFILE: '~/.bash_login:1' })
    expect(await bash(login, terminal)).toEqual({ AWS_PROFILE: '~/.bash_login:1 and ~/.bashrc:1' })
    expect(await bash({ login: true, interactive: true })).toEqual({ AWS_PROFILE: '~/.bash_login:1' })
  })

  test('looks into the files of a desktop’s session', async () => {
    await lay('.config/environment.d/10-aws.conf', 'AWS_PROFILE=ops\n')
    await lay('.pam_environment', 'AWS_REGION DEFAULT=eu-west-1\n')
    const starts = [{ login: false, interactive: true }]
    expect(
      await from(
        { AWS_PROFILE: 'ops', AWS_REGION: 'eu-west-1' },
        { shell: '/bin/bash', starts, session: 'desktop' },
      ),
    ).toEqual({ AWS_PROFILE: '~/.config/environment.d/10-aws.conf:1', AWS_REGION: '~/.pam_environment:1' })
  })

  test('reads nushell and fish’s own variables as they are written', () => {
    const values = (text: string, dialect: 'nu' | 'fish-variables') =>
      readStartupText(text, dialect, '/h').assignments.map(({ line, name, value }) => [line, name, value])
    expect(
      values(
        '$env.AWS_PROFILE = "ops"\nload-env { AWS_REGION: eu, }\n$env.AWS_ROLE_ARN = (open r)\n# $env.X = 1',
        'nu',
      ),
    ).toEqual([
      [1, 'AWS_PROFILE', 'ops'],
      [2, 'AWS_REGION', 'eu'],
      [3, 'AWS_ROLE_ARN', null],
    ])
    expect(values('# fish\nSETUVAR --export AWS_PROFILE:a\\x20b\\x3ac\n', 'fish-variables')).toEqual([
      [2, 'AWS_PROFILE', 'a b:c'],
    ])
  })
})

describe('real shells', () => {
  const shells = [
    { shell: '/bin/sh', file: '.profile', set: (value: string) => `export AWS_PROFILE=${value}` },
    { shell: '/bin/bash', file: '.bashrc', set: (value: string) => `export AWS_PROFILE=${value}` },
    { shell: '/usr/bin/zsh', file: '.zshrc', set: (value: string) => `export AWS_PROFILE=${value}` },
    {
      shell: '/usr/bin/fish',
      file: '.config/fish/config.fish',
      set: (value: string) => `set -gx AWS_PROFILE ${value}`,
    },
    { shell: '/usr/bin/tcsh', file: '.cshrc', set: (value: string) => `setenv AWS_PROFILE ${value}` },
  ]
  for (const { shell, file, set } of shells) {
    test.skipIf(!existsSync(shell))(
      `${shell} gives what ~/${file} says in a line that is found`,
      async () => {
        await lay(file, `\n${set('dev')}\n${set("'o p'")}\n`)
        const { variables, origins } = await readLoginShell({
          variables: { HOME: home, SHELL: shell, PATH: '/usr/bin:/bin', SHLVL: '1', TERM: 'xterm' },
          platform: 'linux',
        })
        expect(variables.AWS_PROFILE).toBe('o p')
        expect(origins.get('AWS_PROFILE')).toBe(`~/${file}:3`)
      },
    )
  }

  test('a value that is read out of a script’s words is the one that sh gives them', () => {
    const piece = fc.oneof(
      fc.stringMatching(/^[a-zA-Z0-9._:/@%+,-]{1,6}$/),
      fc.stringMatching(/^[ a-z$`"\\~*;&|#()<>{}]{0,6}$/).map((inner) => `'${inner}'`),
      fc.stringMatching(/^[ a-z'~*;&|#()<>{}]{0,6}$/).map((inner) => `"${inner}"`),
      fc.constantFrom(
        '\\ ',
        '\\$',
        '\\"',
        "\\'",
        '"\\$x"',
        '"\\\\"',
        '"\\a"',
        '#',
        '~',
        '"$HOME"/x',
        ['$', '{HOME}'].join(''),
      ),
    )
    const line = fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join(''))
    const lines = fc.sample(line, {
      numRuns: process.env.EKSCOPE_FULL === '1' ? 3000 : 120,
      seed: fc.readConfigureGlobal()?.seed ?? 7,
    })
    const script = lines
      .map((written, index) => `A${index}=${written}\nprintf '%s\\0' "$A${index}"`)
      .join('\n')
    const { stdout, status } = spawnSync('/bin/sh', ['-c', script], {
      env: { HOME: '/home/me' },
      encoding: 'utf8',
    })
    expect(status).toBe(0)
    const real = stdout.split('\0')
    const read = readStartupText(script, 'posix', '/home/me').assignments.filter(({ name }) =>
      /^A\d/.test(name),
    )
    const told = read.filter(({ value }) => value !== null)
    expect(told.length).toBeGreaterThan(lines.length * 0.9)
    for (const { name, value } of told)
      expect([name, lines[Number(name.slice(1))], value]).toEqual([
        name,
        lines[Number(name.slice(1))],
        real[Number(name.slice(1))],
      ])
  })

  test('a text of every kind takes time in line with its length', () => {
    for (const piece of [
      '(',
      '"',
      "'",
      '`',
      '$(',
      '${',
      '<<A\n',
      'a b ',
      '\\',
      '$',
      'A=',
      ',',
      ' ',
      '~',
      ';',
      'AWS_A',
    ])
      for (const dialect of ['posix', 'fish', 'csh', 'nu', 'environment', 'fish-variables'] as const)
        readStartupText(piece.repeat(10_000), dialect, '/h')
  })
})
