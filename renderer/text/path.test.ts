import { expect, test } from 'vitest'
import { linesOf, shortPath, shortPaths } from './path'

test('what lies in the home folder is written with a tilde, alone and within a sentence', () => {
  expect(shortPath('/home/ana/.kube/config', '/home/ana')).toBe('~/.kube/config')
  expect(shortPath('/home/anabel/.kube/config', '/home/ana')).toBe('/home/anabel/.kube/config')
  expect(shortPaths('keys in /home/ana/.aws/credentials:7', '/home/ana')).toBe('keys in ~/.aws/credentials:7')
  expect(shortPaths('keys in /home/anabel/x', '/home/ana')).toBe('keys in /home/anabel/x')
  const removes = "/home/ana/x stands: `rm '/home/ana/a b'`"
  expect(shortPaths(removes, '/home/ana')).toBe("~/x stands: `rm '/home/ana/a b'`")
})

test('a command and what it wrote are lines of their own', () => {
  expect(linesOf('/usr/bin/aws eks get-token\nError one\r\n\n  Error two\n')).toEqual([
    '/usr/bin/aws eks get-token',
    'Error one',
    '  Error two',
  ])
  expect(linesOf('')).toEqual([])
})
