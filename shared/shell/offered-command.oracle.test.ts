/**
 * The judges are the shells: an offered line is read by each of them, and the program in it writes down which words it got. Read
 * is from a file, and by those shells that read more of what is typed (history) as if it were typed, too.
 */
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runProgram } from '../../electron/testing/real-programs'
import { judgeFolder, judges } from '../../scripts/lib/judges.mjs'
import { anyCharacter } from '../testing/characters'
import { full } from '../testing/counts'
import { evalOf, type OfferedCommand, offerOn, option, type Word } from './offered-command'

const debian = (name: string) => `/usr/bin/${name}`
/** `knowsEval`: whether it runs what stands in `eval "$(…)"`. */
const shells = [
  { name: 'dash', program: debian('dash'), args: [], knowsEval: true },
  { name: 'bash', program: debian('bash'), args: ['--norc'], typed: ['--norc', '-i'], knowsEval: true },
  { name: 'zsh', program: debian('zsh'), args: ['-f'], typed: ['-f', '-i'], knowsEval: true },
  { name: 'fish', program: debian('fish'), args: ['--no-config'], knowsEval: true },
  { name: 'tcsh', program: debian('tcsh'), args: ['-f'], typed: ['-f', '-i'], knowsEval: false },
  {
    name: 'nushell',
    program: path.join(judgeFolder('nushell'), judges.nushell.program),
    args: ['--no-config-file'],
    knowsEval: false,
  },
] as const

let folder: string
/** Where the shells stand: a line that writes a file writes it here. */
let place: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ekscope-offer-'))
  place = path.join(folder, 'place')
  await mkdir(place)
  await writeFile(path.join(folder, 'aws'), `#!/bin/sh\nprintf '%s\\0' "$#" "$@" >> "$HOME/got"\n`)
  await chmod(path.join(folder, 'aws'), 0o700)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** The words that the program got, run after run, and what else came of it. */
async function ran(
  { program, args }: { readonly program: string; readonly args: readonly string[] },
  lines: readonly string[],
  typed = false,
) {
  const script = path.join(folder, 'script')
  const got = path.join(folder, 'got')
  const text = `${lines.join('\n')}\n`
  await writeFile(script, text)
  await writeFile(got, '')
  const variables = { HOME: folder, PATH: `${folder}:/usr/bin:/bin`, LANG: 'C.UTF-8' }
  const run = await runProgram(program, typed ? args : [...args, script], variables, {
    cwd: place,
    input: typed ? text : '',
  })
  const fields = (await readFile(got, 'utf8')).split('\0').slice(0, -1)
  const words: string[][] = []
  while (fields.length > 0) words.push(fields.splice(0, 1 + Number(fields[0])).slice(1))
  return { words, files: await readdir(place), stderr: run.stderr, status: run.status }
}

/** What a hostile name would do, and what one shell or another makes more or less of. */
const pieces = [
  ...' ;|&<>(){}[]*?#~=@,+-:/._aZ09',
  ...['; touch PWN; #', '| touch PWN', '&& touch PWN', '> PWN', '(touch PWN)', '{a,b}', '...', '--', '-x'],
  ...['=ls', '~root', '~', 'é', 'e\u0301', '東京', '🚀', '--profile', 'a b', '<(touch PWN)', '@a', ' # '],
]
const some = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 6 })
/** Marks that stand in no offered line: were one let through, the shell that reads it would say so. */
const mark = fc.oneof(fc.constantFrom(...`'"\`\\!$%^\n‘“`), anyCharacter)
const name = fc
  .oneof(
    { weight: 7, arbitrary: some },
    { weight: 1, arbitrary: fc.tuple(some, mark).map(([before, last]) => [...before, last]) },
  )
  .map((parts) => parts.join(''))
const word: fc.Arbitrary<Word> = fc.oneof(
  name,
  name.map((value) => option('--option', value)),
)

/** The words as the program shall get them: in their order, those that begin with `-` behind `--`. */
function meant(words: readonly Word[]): readonly string[] {
  const flat = (word: Word): readonly string[] =>
    typeof word === 'string'
      ? [word]
      : word.value?.startsWith('-')
        ? [`${word.name}=${word.value}`]
        : [word.name, word.value ?? '']
  const first = words.findIndex((word) => typeof word === 'string' && word.startsWith('-'))
  if (first < 0) return words.flatMap(flat)
  const behind = words.slice(first)
  return [
    ...[...words.slice(0, first), ...behind.filter((word) => typeof word !== 'string')].flatMap(flat),
    '--',
    ...behind.filter((word) => typeof word === 'string'),
  ]
}

interface Case {
  readonly line: OfferedCommand
  readonly words: readonly string[]
}
const count = full ? 4_000 : 60
const cases: readonly Case[] = fc
  .sample(fc.array(word, { minLength: 1, maxLength: 5 }), count * 4)
  .flatMap((words) => {
    const { command } = offerOn('linux', 'aws', words)
    return command === null ? [] : [{ line: command, words: meant(words) }]
  })
  .slice(0, count)

test('there are enough cases', () => expect(cases).toHaveLength(count))

for (const shell of shells) {
  const here = existsSync(shell.program)
  test.skipIf(!here)(
    `${shell.name} reads an offered line as it is meant, and does nothing else`,
    async () => {
      const lines = cases.map(({ line }) => line)
      const ways = 'typed' in shell ? [false, true] : [false]
      for (const typed of ways) {
        const run = await ran(
          { ...shell, args: typed && 'typed' in shell ? shell.typed : shell.args },
          lines,
          typed,
        )
        // Those alone that were read otherwise: a whole list says nothing.
        expect(
          cases.filter(({ words }, at) => JSON.stringify(run.words[at]) !== JSON.stringify(words)),
        ).toEqual([])
        expect([run.words.length, run.files]).toEqual([cases.length, []])
        // Typed into, a shell prompts there.
        if (!typed) expect([run.stderr, run.status]).toEqual(['', 0])
      }
    },
  )

  test.skipIf(!here)(`${shell.name} does nothing else with eval "$(…)" around such a line`, async () => {
    const some = cases.slice(0, count / 4)
    const lines = some.map(({ words }) => evalOf(offerOn('linux', 'aws', words)).replace(/^`|`$/g, ''))
    const { words, files } = shell.knowsEval
      ? await ran(shell, lines)
      : {
          words: [],
          files: (await Promise.all(lines.map((line) => ran(shell, [line])))).flatMap((run) => [
            ...run.files,
            ...run.words,
          ]),
        }
    expect(files).toEqual([])
    if (shell.knowsEval) expect(words).toEqual(some.map((one) => meant(one.words)))
  })
}
