import { expect, test } from 'vitest'
import { standInCommand } from './stand-in-command'

test('the stand-in runs in the program that the demo runs in', () => {
  expect(standInCommand('/clone/out/demo/aws.cjs', '/cache/electron')).toEqual([
    '/cache/electron',
    '/clone/out/demo/aws.cjs',
  ])
})

test('a packaged app, which cannot be a Node, takes the copy beside its archive and a node of the PATH', () => {
  expect(
    standInCommand(
      '/usr/lib/ekscope/resources/app.asar/out/demo/aws.cjs',
      '/usr/lib/ekscope/ekscope-desktop',
    ),
  ).toEqual(['node', '/usr/lib/ekscope/resources/app.asar.unpacked/out/demo/aws.cjs'])
})

test('the single executable is the stand-in too, by its first word', () => {
  expect(standInCommand(null, '/usr/lib/ekscope-cli/ekscope')).toEqual([
    '/usr/lib/ekscope-cli/ekscope',
    '__aws',
  ])
})
