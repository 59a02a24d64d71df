import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { shellWord } from './shell-word'

test('a word is quoted only where a shell would read it as something else', () => {
  expect(shellWord('/a/b.lock')).toBe('/a/b.lock')
  expect(shellWord("/it's here")).toBe("'/it'\\''s here'")
})

test('a shell reads the word as it was', () => {
  const words = ['', ' ', "it's", '$HOME', '`id`', 'a\nb', '"', '~', '*', '-n', '\\', 'é']
  const line = words.map(shellWord).join(' ')
  const read = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' })
  expect(read.split('\0').slice(0, -1)).toEqual(words)
})
