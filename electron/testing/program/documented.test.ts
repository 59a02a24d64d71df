import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { someOf } from '../../../shared/testing/counts'
import { type Command, optionsOf } from '../../cli/command'
import { commandNamed, commandNames } from '../../cli/commands'
import { type Demo, startDemo } from '../../demo/demo'
import { type AwsProgram, awsIsHere, awsProgram } from '../aws-judge'
import { removeFolder } from '../bundle'
import { productSources, productTexts } from '../texts'
import { runHere } from './terminal'

/** One command of a document, and what stands below it. */
interface Example {
  readonly line: number
  readonly command: string
  /** Lines that its output must have, in this order; null where the document shows none. */
  readonly output: readonly string[] | null
}

/** What a reader does besides running ekscope: set-up that other tests do (scripts, e2e), and what this test does itself. */
const setUp = new Set([
  'npm run demo',
  'npm test',
  'npm run -s ekscope -- demo > demo.env',
  // Stands in `import -` of another machine: read from a file in program.test.ts.
  'ssh bastion cat .kube/config | ekscope import - --dry-run',
  'ekscope demo > demo.env &',
  'until [ -s demo.env ]; do sleep 1; done',
  '. ./demo.env',
  'ekscope list; kubectl config get-contexts; ekscope whoami',
  'kill %1',
  // In a shell: exec.test.ts.
  'eval "$(ekscope env prod-readonly)"',
  'eval "$(ekscope env --leave)"',
  // The whole fleet: demo-verdicts.test.ts.
  'npm run -s ekscope -- whoami',
])

/** Checks or asks about each context of the demo: half a minute, in the full run. In the quick one other tests do it for some. */
const wholeFleet = new Set(['ekscope report --check --out audit.html', 'ekscope clusters --online'])

function examplesOf(text: string): readonly Example[] {
  const examples: Example[] = []
  let fence: string | null = null
  let output: string[] | null = null
  for (const [index, line] of text.split('\n').entries()) {
    if (line.startsWith('```')) {
      fence = fence === null ? line.slice(3) : null
      output = null
    } else if (fence === 'console' && line.startsWith('$ ')) {
      output = []
      examples.push({ line: index + 1, command: line.slice(2), output })
    } else if (fence === 'console') output?.push(line)
    else if (fence === 'sh' && line.trim() !== '')
      examples.push({ line: index + 1, command: line, output: null })
  }
  return examples
}

/** The same run gives the same line whatever its home, ids and keys are, and however wide its columns. */
const comparable = (text: string, home: string) =>
  text
    .replaceAll(home, '/home/me')
    .replace(/\b\d{8}T\d{9}Z-[0-9a-f]{8}\b/g, 'ID')
    .replace(/\bAKIA[A-Z0-9]+/g, 'KEY')
    .replace(/\s+/g, ' ')
    .trim()

let folder = ''
let aws: AwsProgram
beforeAll(async () => {
  // A reader's aws is a new one: of an older one lint says what it lacks.
  aws = await awsProgram(awsIsHere('aws-2.36') ? 'aws-2.36' : 'distribution')
  folder = mkdtempSync(path.join(tmpdir(), 'ekscope-documented-'))
})
afterAll(async () => {
  await removeFolder(folder)
})

describe.each(['README.md', 'docs/cli.md', 'docs/recipes.md'])('every example of %s', (document) => {
  const examples = examplesOf(readFileSync(path.join(import.meta.dirname, '../../..', document), 'utf8'))
  let demo: Demo
  beforeAll(async () => {
    demo = await startDemo({ environment: { PATH: `${aws.folder}:/usr/bin:/bin`, LANG: 'C.UTF-8' } })
  })
  afterAll(() => demo.close())

  // What is shown of findings is so with this aws.
  test.skipIf(!awsIsHere('aws-2.36'))(
    'is run as it is written, ends well and says what is shown',
    { timeout: 120_000 },
    async () => {
      let ran = 0
      for (const { line, command, output } of someOf(examples, (one) => !wholeFleet.has(one.command))) {
        if (setUp.has(command)) continue
        const words = command.replace(/^npm run -s ekscope --/, 'ekscope').split(/\s+/)
        expect([line, words[0]]).toEqual([line, 'ekscope'])
        const variables = { ...demo.variables, EKSCOPE_HOME: path.join(folder, path.basename(document)) }
        const { status, stdout, stderr } = await runHere(
          words.slice(1),
          variables,
          demo.home,
          async () => true,
        )
        const refused = output?.some((said) => said.startsWith('ekscope: ')) ?? false
        // Who tries README's commands sees a context that works.
        const mayBeBad = document === 'README.md' ? /^ekscope lint\b/ : /^ekscope (whoami|lint)\b/
        const badNews = mayBeBad.test(words.join(' ')) && status === 1
        expect(
          [line, command, badNews ? 0 : status, refused ? '' : stderr.match(/^ekscope: .*$/m)?.[0]],
          `${stdout}\n${stderr}`,
        ).toEqual([line, command, refused ? 3 : 0, refused ? '' : undefined])
        ran += 1
        const real = `${stderr}\n${stdout}`.split('\n').map((said) => comparable(said, demo.home))
        let from = 0
        for (const wanted of output ?? []) {
          const said = comparable(wanted, demo.home)
          if (said === '' || said === '…') continue
          // The question of a terminal, which is answered here.
          if (said.includes('[y/N]')) continue
          const at = real.indexOf(said, from)
          expect([line, command, at < 0 ? real : [], at < 0 ? said : '']).toEqual([line, command, [], ''])
          from = at + 1
        }
      }
      expect(ran).toBeGreaterThan(3)
    },
  )
})

/** What an example needs that is not here, each by the test that has it. */
const elsewhere = new Set([
  // In a shell, and back in one: exec.test.ts.
  'eval "$(ekscope env prod-readonly)"',
  'eval "$(ekscope env --leave)"',
  'ekscope use -',
  // A shell of its own: shell.test.ts.
  'ekscope shell prod-readonly',
  'ekscope shell --leave',
  // From standard input: program.test.ts.
  'ekscope import - --on-conflict skip --dry-run',
  // After a write that others have overwritten, or an undo: undo.test.ts, overwritten.test.ts.
  'ekscope redo',
  'ekscope reapply 20261125T141624624Z-b1fad750',
  'ekscope restore 20261125T141624624Z-b1fad750',
  // The user signs in with a browser there: held by login.test.ts.
  'ekscope login finance --use-device-code',
  // This is the demo.
  'ekscope demo',
  'ekscope demo --json',
])
const asksAws = /^ekscope (?:whoami|access|discover|refresh|add|login|logout)\b|--pro?ven?\b|--online/

test.skipIf(!awsIsHere('aws-2.36'))(
  'every example of a help is run as it is shown, but writes nothing, and ends well',
  { timeout: 240_000 },
  async () => {
    const demo = await startDemo({ environment: { PATH: `${aws.folder}:/usr/bin:/bin`, LANG: 'C.UTF-8' } })
    const run = (words: readonly string[]) =>
      runHere(
        words,
        { ...demo.variables, EKSCOPE_HOME: path.join(folder, 'examples') },
        demo.home,
        async () => true,
      )
    try {
      // What is imported, expected and compared with, and a write to be undone.
      await run(['export', 'prod-readonly', '--out', 'team.yaml'])
      await run(['expect', 'prod-admin', 'arn:aws:iam::111122223333:role/Admin'])
      expect(await run(['expect', '--write', 'expect.yaml'])).toMatchObject({ status: 0 })
      await run(['report', '--format', 'json', '--out', 'yesterday.json'])
      await run(['set-namespace', 'prod-ci', 'examples'])
      const commands = await Promise.all(commandNames.map(commandNamed))
      const all = commands.flatMap((command) =>
        command === null ? [] : command.examples.map((example) => ({ example, options: optionsOf(command) })),
      )
      const wrong: unknown[] = []
      // One of each command is of its kind.
      const quick = new Set(commands.flatMap((command) => command?.examples[0] ?? []))
      for (const { example, options } of someOf(
        all,
        ({ example }) => quick.has(example) && !asksAws.test(example),
      )) {
        if (elsewhere.has(example)) continue
        const all = example.replace('~', demo.home).match(/"[^"]*"|\S+/g) ?? []
        const [program, ...words] = all.map((word) => word.replaceAll('"', ''))
        const dry = 'dry-run' in options && !words.includes('--dry-run') ? ['--dry-run'] : []
        const { status, stderr } = await run([...words, ...dry])
        if (program !== 'ekscope' || (status !== 0 && !(status === 1 && words[0] === 'lint')))
          wrong.push([example, status, stderr])
      }
      expect(wrong).toEqual([])
      expect(commands.filter((command) => command?.examples.length === 0)).toEqual([])
    } finally {
      await demo.close()
    }
  },
)

test('every command that a text of the product names is one, and takes the options that are written with it', async () => {
  // A name that is put in is not known here; what follows -- is a command of its own. “changed by ekscope in a terminal” is none.
  const named = productTexts().flatMap(([place, text]) =>
    [...text.matchAll(/(?<!\bby )\bekscope ([a-z]+(?:-[a-z]+)*)([^`“”\n]*)/g)].map(
      ({ 1: name = '', 2: rest = '' }) =>
        [place, name, [...rest.replace(/ -- .*/, '').matchAll(/ --([a-z][a-z-]*)/g)]] as const,
    ),
  )
  // Those with a name in them are made of words: offer('ekscope', 'undo', id, option('--force')).
  const offered = productSources().flatMap(([file, source]) =>
    [...source.matchAll(/\boffer(?:ed)?\(\s*'ekscope',\s*'([a-z-]+)'((?:[^()]|\([^()]*\))*)\)/g)].map(
      ({ 1: name = '', 2: rest = '' }) =>
        [file, name, [...rest.matchAll(/option\('--([a-z][a-z-]*)'/g)]] as const,
    ),
  )
  expect([named.length > 40, offered.length > 15]).toEqual([true, true])
  const always = ['kubeconfig', 'environment', 'json', 'output', 'pager', 'help', 'version']
  const wrong: unknown[] = []
  for (const [place, name, given] of [...named, ...offered]) {
    if (name === 'help' || name === 'version') continue
    const options = taken(await commandNamed(name))
    const unknown = given.flatMap(([, option = '']) =>
      options.includes(option) || always.includes(option) ? [] : [`--${option}`],
    )
    if ((await commandNamed(name)) === null || unknown.length > 0) wrong.push([place, name, ...unknown])
  }
  expect(wrong).toEqual([])
})

const taken = (command: Command | null) => (command === null ? [] : Object.keys(optionsOf(command)))

/** A command with something put in: between backticks, or a program with a word of its own and then a hole before the sentence goes on. */
const written = new RegExp(
  [
    /\\`[^`]*\$\{[^`]*\\`/,
    /\bekscope (?!in a)[a-z]+(?:-[a-z]+)* (?:[^“”.,;:`]* )?\$\{/,
    /\baws (?:eks|sts|sso|configure|login|iam)\b[^“”.,;`]* -[^“”.,;`]*\$\{/,
    /\bkubectl (?:-|auth|create|config|get|delete)[^“”.,;`]*\$\{/,
    /\b(?:rm|rmdir|mkdir|ls|chmod|chown|chattr|lsattr|eval|export|unset|setenv) (?:-\S+ )?\S*\$\{/,
  ]
    .map(({ source }) => source)
    .join('|'),
)

test('a command into which something is put is made by offer alone: no text is written around a name', () => {
  const examples = [
    'Run \\`aws sts x --profile §{name}\\`.',
    'undo: ekscope undo §{id}',
    'Run aws sso login --profile §{shellWord(profile)}.',
    'remove it: rm §{path}',
    'kubectl --context=§{name} auth whoami',
  ].map((text) => text.replace('§', '$'))
  for (const text of examples) expect(text).toMatch(written)
  // The one writing, and the scripts of `ekscope env` and `shell`, which a shell reads and nobody copies.
  const own = /^(?:shared\/shell\/|electron\/system\/shell-(?:script|start)\.ts)/
  expect(productTexts().filter(([place, text]) => !own.test(place) && written.test(text))).toEqual([])
})
