import { expect, test } from 'vitest'
import { standInCommand } from './stand-in-command'

test('the stand-in runs in the program that the demo runs in', () => {
  expect(standInCommand('/clone/out/demo/aws.cjs', '/cache/electron')).toEqual([
    '/cache/electron',
    '/clone/out/demo/aws.cjs',
  ])
})

test('a packaged app, which cannot be a Node, takes the copy beside its archive and a node of the PATH', () => {
  expect(standInCommand('/opt/Ekscope/resources/app.asar/out/demo/aws.cjs', '/opt/Ekscope/ekscope')).toEqual([
    'node',
    '/opt/Ekscope/resources/app.asar.unpacked/out/demo/aws.cjs',
  ])
})
