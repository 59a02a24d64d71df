import { expect, test } from 'vitest'
import { readDocument } from './document'
import { redactor } from './redact-diff'

/** Every line of a text as a diff would show it. */
function shownLines(text: string): string {
  const show = redactor(readDocument('/k/config', text))
  let start = 0
  return text
    .split('\n')
    .map((line) => {
      const shown = show(start, line)
      start += line.length + 1
      return shown
    })
    .join('\n')
}

test('a secret of several lines that stands outside the entry which uses it is masked in each of them', () => {
  const shown = shownLines(
    'x-shared: &key |\n  hunter2first\n  hunter2second\nusers:\n- name: a\n  user:\n    token: *key\n    password: plain-hunter2\n',
  )
  expect(shown).not.toContain('hunter2')
  expect(shown).toContain('- name: a')
})

test('a file of ten thousand users is masked line by line in time linear to it', () => {
  const users = (anchor: string) =>
    `users:\n${Array.from({ length: 10_000 }, (_, at) => `- name: u${at}\n  user:\n    token: ${at === 0 ? anchor : ''}s3cret${at}\n`).join('')}`
  for (const text of [users(''), users('&first ')]) expect(shownLines(text)).not.toContain('s3cret')
})
