/** `ekscope shell`: real shells on a real terminal, with startup files that would lead them elsewhere. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { someOf } from '../../../shared/testing/counts'
import { useTerminal, type Variables } from './terminal'

const config = `apiVersion: v1
clusters:
- {name: east, cluster: {server: "https://east.example.com"}}
contexts:
- {name: one, context: {cluster: east, user: u}}
- {name: 'odd%n$(touch gone)\`touch gone\`\\!', context: {cluster: east, user: u}}
- {name: ci, context: {cluster: east, user: u}}
current-context: ci
users:
- {name: u, user: {}}
`
const terminal = useTerminal({ config })
const { done } = terminal
const sessions = () => {
  const folder = path.join(terminal.state, 'sessions')
  return existsSync(folder) ? readdirSync(folder) : []
}

/** What a terminal shows as this is typed into it, each line once what stands before it is there. */
const typed = async (
  line: string,
  lines: readonly (string | readonly [shown: string, keys: string])[],
  more: Variables = {},
) => {
  const set = Object.entries(more).map(([name, value]) => `export ${name}='${value}'; `)
  const own = `stty cols 200; ekscope() { '${process.execPath}' '${terminal.program}' "$@"; }; ${set.join('')}${line}; echo "status $?"`
  const child = spawn('/usr/bin/script', ['-qec', own, '/dev/null'], {
    cwd: terminal.home,
    env: terminal.variables({ TERM: 'dumb', LC_ALL: 'C.UTF-8' }),
  })
  const steps = lines.map((one) => (typeof one === 'string' ? (['', `${one}\n`] as const) : one))
  let shown = ''
  let seen = 0
  const next = () => {
    for (let step = steps[0]; step !== undefined; step = steps[0]) {
      const at = shown.indexOf(step[0], seen)
      if (at < 0) return
      seen = at + step[0].length
      child.stdin.write(step[1])
      steps.shift()
    }
  }
  child.stdout.on('data', (part: Buffer) => {
    shown += part.toString()
    next()
  })
  next()
  await once(child, 'close')
  // Fish says to the terminal what it runs.
  return shown.replaceAll(/\r|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[[?>=\d;]*[a-zA-Z]/g, '')
}

/** The user's own files: each leads elsewhere, and has a prompt of its own. */
const files: Readonly<Record<string, readonly [file: string, text: string]>> = {
  bash: [
    '.bashrc',
    'export KUBECONFIG=/elsewhere EKSCOPE_CONTEXT=x; mine() { echo own files; }; PS1="me> "\n',
  ],
  zsh: [
    '.zshrc',
    'export KUBECONFIG=/elsewhere EKSCOPE_CONTEXT=x; mine() { echo own files; }; setopt prompt_subst; PROMPT="me> "\n',
  ],
  fish: [
    '.config/fish/config.fish',
    'set -gx KUBECONFIG /elsewhere; set -gx EKSCOPE_CONTEXT x; function mine; echo own files; end; function fish_prompt; printf "me> "; end\n',
  ],
  dash: ['.shrc', 'export KUBECONFIG=/elsewhere EKSCOPE_CONTEXT=x; mine() { echo own files; }; PS1="me> "\n'],
}
const installed = Object.keys(files).filter((name) => existsSync(`/usr/bin/${name}`))

describe.each(someOf(installed, (name) => name !== 'dash'))('%s', (name) => {
  const variables = (): Variables => ({
    SHELL: `/usr/bin/${name}`,
    ...(name === 'dash' ? { ENV: '$HOME/.shrc' } : {}),
  })

  test('has the context whatever its startup files export, and its prompt says so', async () => {
    const [file, text] = files[name] ?? ['', '']
    terminal.write(file, text)
    const shown = await typed(
      'ekscope shell one',
      [
        'mine',
        'echo uses=$(kubectl config current-context)',
        'echo "at $KUBECONFIG"',
        'echo "env=$ENV zdot=$ZDOTDIR"',
        'exit 7',
      ],
      variables(),
    )
    expect(shown).toContain('(one) me> ')
    expect(shown).toMatch(/own files\n/)
    expect(shown).toContain('uses=one\n')
    expect(shown).toMatch(new RegExp(`at ${terminal.state}/sessions/one-[0-9a-f]{8}/config$`, 'm'))
    expect(shown).toContain(name === 'dash' ? 'env=$HOME/.shrc zdot=\n' : 'env= zdot=\n')
    expect(shown).toMatch(/status 7\n$/)
    expect([sessions(), terminal.text()]).toEqual([[], config])
  })

  test('a name is text for its prompt, whatever it looks like', async () => {
    const odd = 'odd%n$(touch gone)`touch gone`\\!'
    const shown = await typed(`ekscope shell '${odd}'`, ['echo ok', 'exit'], variables())
    expect(shown).toContain(`(${odd}) `)
    expect(existsSync(path.join(terminal.home, 'gone'))).toBe(false)
  })

  test('kubectl asks for the name of production before it changes anything, and hands on all else', async () => {
    const [file, text] = files[name] ?? ['', '']
    // Whatever the startup files put first on PATH.
    terminal.write(
      file,
      `${text}${name === 'fish' ? 'set -gx PATH /usr/bin $PATH' : 'PATH=/usr/bin:$PATH'}\n`,
    )
    await done(['production', 'one'])
    await done(['settings', 'kubectlInShells', 'ask'])
    const changing = 'echo x | kubectl delete pod x --server https://127.0.0.1:1; echo ended'
    const shown = await typed(
      'ekscope shell one',
      [
        ['Type its name', 'one\n'],
        'echo uses=$(kubectl config current-context)',
        changing,
        ['Type its name', 'other\n'],
        ['ended', `${changing}\n`],
        ['Type its name', ' one\n'],
        ['ended', 'exit\n'],
      ],
      variables(),
    )
    expect(shown).toContain('It is not asked for by helm, k9s and other programs')
    expect(shown).toContain('uses=one\n')
    expect(shown.match(/that is not its name, so kubectl was not started/g)).toHaveLength(1)
    // It reads what was piped to it.
    expect(shown.match(/Please enter Username/g)).toHaveLength(1)
    expect(sessions()).toEqual([])
  })

  test('--leave ends it, from inside of it alone', async () => {
    const inner = `'${process.execPath}' '${terminal.program}'`
    const shown = await typed('ekscope shell one', [`${inner} shell --leave`, 'sleep 9'], variables())
    expect(shown).toMatch(/status 0\n$/)
    expect(sessions()).toEqual([])
  })
})

test('one inside of another is said, finds the contexts outside, and leads back', async () => {
  const inner = `'${process.execPath}' '${terminal.program}'`
  const lines = [
    `${inner} shell ci`,
    'echo uses=$(kubectl config current-context)',
    'exit',
    'echo uses=$(kubectl config current-context)',
    'exit',
  ]
  const shown = await typed('ekscope shell one', lines)
  expect(shown).toContain('It is inside of a shell with “one”')
  expect(shown.match(/uses=\w+$/gm)).toEqual(['uses=ci', 'uses=one'])
})

test('in a session that a shell took on by itself --leave names the way out', async () => {
  const line = 'eval "$(ekscope env one)"; ekscope shell --leave'
  expect(await typed(line, [])).toContain('To leave its context: `eval "$(ekscope env --leave)"`')
})

test('a killed shell takes its session along; what a killed Ekscope left goes with the next', async () => {
  expect(await typed('ekscope shell one', ['kill -KILL $$'])).toMatch(/status 137\n$/)
  expect(sessions()).toEqual([])
  await typed('ekscope shell one', ['kill -KILL $PPID; kill -KILL $$'])
  expect(sessions()).toHaveLength(1)
  await done(['exec', 'one', '--', 'true'])
  expect(sessions()).toEqual([])
})

test('Ctrl+C and Ctrl+Z are for what runs in the shell', async () => {
  const begun = ['(one) ', 'sh -c "echo begun; exec sleep 60"\n'] as const
  const keys = [
    begun,
    ['begun\r\n', '\x03'],
    ['(one) ', 'echo still\n'],
    begun,
    ['begun\r\n', '\x1a'],
    ['Stopped', 'exit 3\n'],
    ['There are stopped jobs', 'exit 3\n'],
  ] as const
  const shown = await typed('ekscope shell one', keys, { SHELL: '/bin/bash' })
  expect(shown).toMatch(/^still$/m)
  expect(shown).toMatch(/Stopped .*sleep 60/)
  expect(shown).toMatch(/status 3\n$/)
})

test('without a terminal it reads its commands, as that shell does', async () => {
  const { stdout, status } = await terminal.run(
    process.execPath,
    [terminal.program, 'shell', 'one'],
    {},
    { input: 'kubectl config current-context; exit 5\n' },
  )
  expect([stdout, status]).toEqual(['one\n', 5])
})
