import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { someOf } from '../../../shared/testing/counts'
import { type Command, optionsOf } from '../../cli/command'
import { commandNamed, commandNames } from '../../cli/commands'
import { useTerminal } from './terminal'

const ofCluster = 'arn:aws:eks:eu-west-1:111122223333:cluster/'
const contexts = ['prod-admin', 'prod ro', `${ofCluster}web`, `${ofCluster}pay`, 'od$d;`x`', 'b\u202ead']

/** What a shell reads as more than a letter, somewhere in a name. */
const hostile = [
  ...['$(touch made)', '`touch made`', '"$(touch made)', "'$(touch made)", ';touch made;', '|touch made&'],
  ...['\\', '\\$(touch made)', '"', "'", '!', '!!', '!e', '$HOME', '$[1]', '*', '?', '[a]', '{a,b}'],
  ...[
    '#',
    ' #',
    '&',
    '(',
    ')',
    '<(touch made)',
    '>made',
    '=',
    ':',
    '@',
    '^',
    '%',
    ' ',
    '  ',
    '~',
    'é',
    ',',
    "''",
    '""',
  ],
]
/** A word so far, of which a name begins with these two letters, in each state of quotes. */
const quotes: readonly ((begin: string) => string)[] = [
  (begin) => begin,
  (begin) => `"${begin}`,
  (begin) => `'${begin}`,
  (begin) => `${begin.slice(0, 1)}"${begin.slice(1)}`,
  (begin) => `${begin.slice(0, 1)}'${begin.slice(1)}`,
  (begin) => `"${begin.slice(0, 1)}"${begin.slice(1)}`,
  (begin) => `""${begin}`,
  (begin) => `\\${begin}`,
  (begin) => `$'${begin}`,
  (begin) => `$"${begin}`,
  (begin) => `\`ekscope whoami ${begin}`,
]
/** The quick run takes all of them in one name; each name begins in its own way. */
const cases = someOf(
  [...hostile, hostile.join('')].flatMap((part) => quotes.map((word) => ({ part, word }))),
  ({ part }) => !hostile.includes(part),
).map(({ part, word }, at) => {
  const begin = `Z${at.toString(36).padStart(2, '0')}.`
  return { name: begin + part, typed: word(begin), open: word !== quotes[0] }
})
/** Names whose first sign means something, and what was typed of them. */
const signs = [
  { name: ':0', typed: ':0' },
  { name: ':4 x', typed: ':4' },
  { name: '~root', typed: '\\~r' },
  { name: '=ls', typed: '\\=' },
  { name: '#x', typed: '\\#' },
  { name: '!ekscope', typed: '\\!' },
  { name: 'admin@web', typed: 'admin@we' },
  { name: 'admin@w b:c', typed: 'admin@w\\ b:' },
].map((row) => ({ ...row, open: row.name === '=ls' }))
const terminal = useTerminal({
  config: JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    contexts: [...contexts, ...[...cases, ...signs].map(({ name }) => name)].map((name) => ({
      name,
      context: { cluster: 'c', user: 'u' },
    })),
  }),
  aws: '[profile pay]\nregion = eu-west-1\n[sso-session corp]\nsso_region = eu-west-1\n',
  inProcess: true,
})

/** What may come in the place of the last of these words, without its meanings. */
async function offered(...words: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await terminal.done(['__complete', '--quotes', '--', ...words])
  const [files = '', ...lines] = stdout.split('\n').slice(0, -1)
  return [...lines.map((line) => line.split('\t', 1).join()), files]
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

test('kubectl, and a script that does not say that it quotes, get the names alone that nothing needs to quote', async () => {
  const { stdout } = await terminal.done(['__complete', '--', 'whoami', ''])
  const drawn = cases.flatMap(({ name }) => (/^[\w.:@=-]+$/.test(name) ? [name] : []))
  const plain = ['prod-admin', `${ofCluster}web`, `${ofCluster}pay`, ...drawn, 'admin@web']
  expect(stdout.split('\n')).toEqual([...plain, ':4', ''])
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

/** A line that nothing was added to is taken away: the next would go on in its quote. */
const clearing = {
  bash: `k() { [[ $READLINE_LINE == *' ' ]] || READLINE_LINE=; }; bind -x '"\\C-xk": k'\n`,
  zsh: `k() { [[ $BUFFER == *' ' ]] || BUFFER= }; zle -N k; bindkey '^Xk' k\n`,
}

describe.skipIf(process.platform === 'win32')('completion as it is typed', () => {
  const asks = () => `'${process.execPath}' '${terminal.program}'`
  /** Types these lines in a shell in a terminal, where what `ekscope` is called with is printed. */
  function typedIn(shell: 'bash' | 'zsh', lines: readonly string[], print: string) {
    const [command, before] =
      shell === 'bash'
        ? ['bash --norc --noprofile -i', '']
        : ['zsh -f -i', 'autoload -Uz compinit; compinit -D\n']
    const calls = `case $1 in __complete|completion) ${asks()} "$@";; *) ${print};; esac`
    const setup = `ekscope() { ${calls}; }\n${before}eval "$(ekscope completion ${shell})"\n${clearing[shell]}`
    // `script` gives the shell a terminal; what is typed ahead waits there.
    return spawnSync('script', ['-qec', command, '/dev/null'], {
      cwd: terminal.home,
      env: { ...terminal.variables(), TERM: 'dumb', LC_ALL: 'C.UTF-8', HISTFILE: '' },
      input: `${setup}${lines.map((line) => `ekscope ${line}\n`).join('')} exit\n`,
      encoding: 'utf8',
      timeout: 60_000 + lines.length * 2_000,
    }).stdout
  }

  test.each(['bash', 'zsh'] as const)('in %s', (shell) => {
    const stdout = typedIn(
      shell,
      typed.map(([line]) => line),
      `printf '<%s>' "$@"; echo`,
    )
    expect(stdout.match(/^(?:<[^<>]*>)+(?=\r?$)/gm)).toEqual(typed.map(([, called]) => called))
  })

  // In the quick run zsh is typed into by the test before.
  test.each(someOf(['bash', 'zsh'] as const, (shell) => shell === 'bash'))(
    'in %s no name runs anything, in whatever quotes it is completed',
    (shell) => {
      const before = readdirSync(terminal.home)
      const rows = [...cases, ...signs]
      const lines = rows.map((row) => `whoami ${row.typed}\t\x18k`)
      typedIn(shell, lines, `printf '%s\\0' "$2" >> called`)
      const arrived = terminal.text(`${terminal.home}/called`).split('\0').slice(0, -1)
      expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining(arrived))
      expect(arrived).toEqual(expect.arrayContaining(rows.flatMap(({ name, open }) => (open ? [] : [name]))))
      expect(readdirSync(terminal.home)).toEqual([...before, 'called'].sort())
    },
  )

  test('in fish', () => {
    const lines = [
      'whoami prod-',
      `whoami ${ofCluster}p`,
      'lint --fail-on=w',
      'export x --out .kube/con',
      'use "pro',
    ]
    const asked = [...lines, 'use p"rod-', 'use od\\$']
      .map((line) => `complete -C 'ekscope ${line}'`)
      .join('; ')
    const script = `function ekscope; ${asks()} $argv; end; ekscope completion fish | source; ${asked}`
    const { stdout, stderr } = spawnSync('fish', ['--no-config', '-c', script], {
      cwd: terminal.home,
      env: terminal.variables(),
      encoding: 'utf8',
    })
    const found = ['prod-admin', `${ofCluster}pay`, '--fail-on=warning', '.kube/config']
    // Fish quotes what it puts in.
    found.push('prod ro', 'prod-admin', 'prod-admin', 'od$d;`x`')
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
