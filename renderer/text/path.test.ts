import { expect, test } from 'vitest'
import { shortPath, shortPaths } from './path'

test('what lies in the home folder is written with a tilde, alone and within a sentence', () => {
  expect(shortPath('/home/ana/.kube/config', '/home/ana')).toBe('~/.kube/config')
  expect(shortPath('/home/anabel/.kube/config', '/home/ana')).toBe('/home/anabel/.kube/config')
  expect(shortPaths('keys in /home/ana/.aws/credentials:7', '/home/ana')).toBe('keys in ~/.aws/credentials:7')
  expect(shortPaths('keys in /home/anabel/x', '/home/ana')).toBe('keys in /home/anabel/x')
})
