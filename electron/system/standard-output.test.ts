/** Standard output as real processes have it: pipes that are slow, full or gone, files, devices. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundled, removeFolder } from '../testing/bundle'

let folder = ''
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'ekscope-output-'))
  const made = await bundled('electron/system/standard-output.ts')
  writeFileSync(
    path.join(folder, 'write.cjs'),
    `const { standardOutput } = require(${JSON.stringify(made)})
const out = standardOutput('stdout')
const wanted = process.argv[2]
if (wanted === 'unblocked') process.stdout._handle?.setBlocking?.(false)
const before = process.moduleLoadList.includes('NativeModule net')
const text = '\\u201c' + 'x'.repeat(Number(process.argv[3])) + '\\u201d'
void (async () => {
  const errors = [await out.write(text), await out.write('end')]
  const loaded = process.moduleLoadList.includes('NativeModule net')
  require('node:fs').writeFileSync(process.argv[4], JSON.stringify({ errors, before, loaded, isTerminal: out.isTerminal, columns: out.columns }))
  process.exit(0)
})()`,
  )
})
afterAll(() => removeFolder(folder))

/** Writes so many characters in quotes, and “end”; gives what a shell's `redirection` got and what the program saw. */
async function written(redirection: string, characters: number, wanted = 'plain') {
  const [told, got] = [path.join(folder, 'told'), path.join(folder, 'got')]
  writeFileSync(got, '')
  const words = [process.execPath, path.join(folder, 'write.cjs'), wanted, String(characters), told]
  const line = `${words.map((word) => `'${word}'`).join(' ')} ${redirection.replace('GOT', `'${got}'`)}`
  await new Promise((resolve) => spawn('/bin/sh', ['-c', line], { stdio: 'ignore' }).once('exit', resolve))
  return { text: readFileSync(got, 'utf8'), told: JSON.parse(readFileSync(told, 'utf8')) }
}

const whole = (characters: number) => `“${'x'.repeat(characters)}”end`
const direct = { errors: [null, null], before: false, loaded: false, isTerminal: false, columns: null }

test('into a file and a pipe without a stream of Node’s', async () => {
  expect(await written('> GOT', 10)).toEqual({ text: whole(10), told: direct })
  expect(await written('| cat > GOT', 10)).toEqual({ text: whole(10), told: direct })
})

test('into a pipe that is read slowly: everything', async () => {
  const { text, told } = await written('| (sleep 0.2; cat) > GOT', 300_000)
  expect([text === whole(300_000), told]).toEqual([true, direct])
})

test('into a pipe that is full and does not wait: everything', async () => {
  const { text, told } = await written('| (sleep 0.2; cat) > GOT', 300_000, 'unblocked')
  expect([text === whole(300_000), told.errors]).toEqual([true, [null, null]])
})

test('a reader that has gone and a disk that is full are said', async () => {
  const gone = await written('| true', 300_000)
  expect(gone.told.errors).toEqual(['EPIPE', 'EPIPE'])
  const full = await written('> /dev/full', 10)
  expect(full.told.errors).toEqual(['ENOSPC', expect.any(String)])
})

test.runIf(existsSync('/usr/bin/script'))('a terminal is one, with its columns', async () => {
  const told = path.join(folder, 'told')
  const line = `stty cols 77; '${process.execPath}' '${path.join(folder, 'write.cjs')}' plain 1 '${told}'`
  await new Promise((resolve) =>
    spawn('/usr/bin/script', ['-qec', line, '/dev/null'], { stdio: 'ignore' }).once('exit', resolve),
  )
  expect(JSON.parse(readFileSync(told, 'utf8'))).toMatchObject({
    isTerminal: true,
    columns: 77,
    errors: [null, null],
  })
})
