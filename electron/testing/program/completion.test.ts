import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { type Command, optionsOf } from '../../cli/command'
import { commandNamed, commandNames } from '../../cli/commands'
import { useTerminal } from './terminal'

const ofCluster = 'arn:aws:eks:eu-west-1:111122223333:cluster/'
const contexts = ['prod-admin', 'prod ro', `${ofCluster}web`, `${ofCluster}pay`, 'od$d;`x`', 'b\u202ead']
const terminal = useTerminal({
  config: JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    contexts: contexts.map((name) => ({ name, context: { cluster: 'c', user: 'u' } })),
  }),
  aws: '[profile pay]\nregion = eu-west-1\n[sso-session corp]\nsso_region = eu-west-1\n',
  inProcess: true,
})

/** What may come in the place of the last of these words, without its meanings. */
async function offered(...words: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await terminal.done(['__complete', '--', ...words])
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t', 1).join())
}

test.each<[line: string, offers: readonly string[]]>([
  ['who', ['whoami', ':4']],
  ['whoami prod', ['prod-admin', 'prod ro', ':4']],
  ['whoami prod-admin prod', ['prod ro', ':4']],
  ['set-profile prod-admin ', ['pay', ':4']],
  ['set-profile prod-admin --pin ', ['arg', 'env', ':4']],
  ['login --sso-session ', ['corp', ':4']],
  ['login ', ['pay', 'corp', ':4']],
  ['add --cluster ', [':4']],
  ['add --cl', ['--cluster', '--cluster-alias', ':4']],
  ['lint --fail-on w', ['warning', ':4']],
  ['lint --fail-on=w', ['--fail-on=warning', ':4']],
  ['move prod-admin --to ', [':0']],
  ['move prod-admin --to=', [':0']],
  ['fix shared-u', ['shared-user', ':4']],
  ['fix shared-user prod-', ['prod-admin', ':4']],
  ['profile re', ['rename', ':4']],
  ['profile delete ', ['pay', ':4']],
  ['trust s', ['show', ':4']],
  ['trust show ', [':4']],
  ['exec prod-admin -- ', [':0']],
  ['--environment l', ['login-shell', ':4']],
  ['--kubeconfig ', [':0']],
  ['use --kubeconfig nowhere ', [':4']],
  ['whoami -- --', [':4']],
  ['nothing ', [':4']],
])('after “%s” fits %j', async (line, offers) => {
  expect(await offered(...line.split(' '))).toEqual(offers)
})

test('names that a terminal would not show as they are, are left out', async () => {
  expect(await offered('whoami', 'b')).toEqual([':4'])
})

test('every command is offered with its summary, and each of its options', async () => {
  const { stdout } = await terminal.done(['__complete', '--', ''])
  const commands: readonly (Command | null)[] = await Promise.all(commandNames.map(commandNamed))
  const lines = commands.map((command, at) => `${commandNames[at]}\t${command?.summary}`)
  expect(stdout.trimEnd().split('\n')).toEqual([...lines, ':4'])
  for (const [at, command] of commands.entries()) {
    if (command === null) continue
    const own = Object.keys(optionsOf(command)).filter((name) => !(name in (command.unlisted ?? {})))
    const found = await offered(commandNames[at] ?? '', '--')
    expect([commandNames[at], found]).toEqual([
      commandNames[at],
      expect.arrayContaining([...own.map((name) => `--${name}`), '--kubeconfig', '--json', ':4']),
    ])
  }
})

/** Typed with a Tab at the end of each, in a shell in which the program prints what it was called with. */
const typed: readonly [line: string, called: string][] = [
  ['whoami prod-\t', '<whoami><prod-admin>'],
  [`whoami ${ofCluster}p\t`, `<whoami><${ofCluster}pay>`],
  ['whoami prod\\ \t', '<whoami><prod ro>'],
  ['whoami "prod \t', '<whoami><prod ro>'],
  ['use od\t', '<use><od$d;`x`>'],
  ['set-prof\tprod-a\tpa\t', '<set-profile><prod-admin><pay>'],
  ['export prod-admin --out .kube/con\t', '<export><prod-admin><--out><.kube/config>'],
]

describe.skipIf(process.platform === 'win32')('completion as it is typed', () => {
  const asks = () => `'${process.execPath}' '${terminal.program}'`

  test.each([
    ['bash', 'bash --norc --noprofile -i', ''],
    ['zsh', 'zsh -f -i', 'autoload -Uz compinit; compinit -D\n'],
  ])('in %s', (shell, command, before) => {
    const calls = `case $1 in __complete|completion) ${asks()} "$@";; *) printf '<%s>' "$@"; echo;; esac`
    const lines = typed.map(([line]) => `ekscope ${line}\n`).join('')
    const input = `ekscope() { ${calls}; }\n${before}eval "$(ekscope completion ${shell})"\n${lines} exit\n`
    // `script` gives the shell a terminal; what is typed ahead waits there.
    const { stdout } = spawnSync('script', ['-qec', command, '/dev/null'], {
      cwd: terminal.home,
      env: { ...terminal.variables(), TERM: 'dumb' },
      input,
      encoding: 'utf8',
      timeout: 60_000,
    })
    expect(stdout.match(/^(?:<[^<>]*>)+(?=\r?$)/gm)).toEqual(typed.map(([, called]) => called))
  })

  test('in fish', () => {
    const lines = ['whoami prod-', `whoami ${ofCluster}p`, 'lint --fail-on=w', 'export x --out .kube/con']
    const asked = lines.map((line) => `complete -C "ekscope ${line}"`).join('; ')
    const script = `function ekscope; ${asks()} $argv; end; ekscope completion fish | source; ${asked}`
    const { stdout, stderr } = spawnSync('fish', ['--no-config', '-c', script], {
      cwd: terminal.home,
      env: terminal.variables(),
      encoding: 'utf8',
    })
    const found = ['prod-admin', `${ofCluster}pay`, '--fail-on=warning', '.kube/config']
    expect([stdout.trimEnd().split('\n'), stderr]).toEqual([found, ''])
  })
})

test('the manual page names every command and option, and groff finds nothing wrong with it', async () => {
  const { stdout } = await terminal.done(['__man'])
  expect(stdout).toMatch(/^[\n -~]*$/)
  for (const name of commandNames) {
    expect(stdout).toContain(`.SS ${name.replaceAll('-', '\\-')}\n`)
    const command = await commandNamed(name)
    for (const option of command === null ? [] : Object.keys(optionsOf(command)))
      expect(stdout).toContain(`\\fB\\-\\-${option.replaceAll('-', '\\-')}`)
  }
  const read = spawnSync('groff', ['-man', '-ww', '-Tutf8'], { input: stdout, encoding: 'utf8' })
  if (read.error === undefined) expect([read.status, read.stderr]).toEqual([0, ''])
})
