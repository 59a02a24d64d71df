import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { standInCommand } from './stand-in-command'

test('the stand-in runs in the program that the demo runs in', async () => {
  expect(await standInCommand('/clone/out/demo/aws.cjs', '/cache/electron', '')).toEqual([
    '/cache/electron',
    '/clone/out/demo/aws.cjs',
  ])
})

test('the single executable is the stand-in too, by its first word', async () => {
  expect(await standInCommand(null, '/usr/lib/ekscope-cli/ekscope', '')).toEqual([
    '/usr/lib/ekscope-cli/ekscope',
    '__aws',
  ])
})

test('a packaged app, which cannot be a Node, takes a single executable near it, else the copy beside its archive with a Node that is new enough', async () => {
  const at = mkdtempSync(join(tmpdir(), 'ekscope-stand-in-'))
  onTestFinished(() => rmSync(at, { recursive: true }))
  const app = join(at, 'lib/ekscope')
  const [old, good] = [join(at, 'old'), join(at, 'good')]
  for (const folder of [app, old, good, join(at, 'lib/ekscope-cli')]) mkdirSync(folder, { recursive: true })
  const program = (file: string, text = '') => {
    writeFileSync(file, text)
    chmodSync(file, 0o755)
  }
  program(join(app, 'ekscope-desktop'))
  program(join(old, 'node'), '#!/bin/sh\necho v18.19.1\n')
  const command = (...path: readonly string[]) =>
    standInCommand(
      join(app, 'resources/app.asar/out/demo/aws.cjs'),
      join(app, 'ekscope-desktop'),
      path.join(':'),
    )
  expect([await command(), await command(old)]).toEqual([null, null])

  symlinkSync(process.execPath, join(good, 'nodejs'))
  expect(await command(old, good)).toEqual([
    join(good, 'nodejs'),
    join(app, 'resources/app.asar.unpacked/out/demo/aws.cjs'),
  ])

  const [apart, beside] = [join(dirname(app), 'ekscope-cli/ekscope'), join(app, 'ekscope')]
  program(apart)
  expect(await command(good)).toEqual([apart, '__aws'])
  program(beside)
  expect(await command(good)).toEqual([beside, '__aws'])
})
