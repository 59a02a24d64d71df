import { expect, test } from 'vitest'
import { mask } from '../../../shared/kubeconfig/entries'
import { readDocument } from './document'
import { maskedText } from './masked-text'

/** Every line of a text as a diff would show it. */
function shownLines(text: string): string {
  const show = maskedText(readDocument('/k/config', text))
  let start = 0
  return text
    .split('\n')
    .map((line) => {
      const shown = show(start, start + line.length)
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

test('what is public in one place and by an alias a secret in another is masked', () => {
  const shown = shownLines(
    'contexts:\n- name: a\n  context:\n    namespace: &key hunter2\nusers:\n- name: a\n  user:\n    token: *key\n    username: *key\n',
  )
  expect(shown).not.toContain('hunter2')
})

test('where a value is not where its entry is, nothing of the entry is shown', () => {
  const text = 'users:\n- {name: a, user: {tokenFile: hunter2}}\n- {name: b, user: {tokenFile: /run/b}}\n'
  const document = readDocument('/k/config', text)
  const misled = maskedText({ ...document, node: () => document.node('user', 1) })
  expect(misled(0, text.length).split('\n')[1]).toBe(mask)
})

test('neither a key that kubectl does not know nor an extension is shown', () => {
  const shown = shownLines(`x-team: hunter2
clusters:
- name: c
  cluster:
    server: https://u:hunter2@example.test
    extensions:
    - name: vendor
      extension: {api-token: hunter2, note: hunter2}
    - name: client.authentication.k8s.io/exec
      extension: {audience: me, token: hunter2}
users:
- name: u
  user:
    refresh-token: hunter2
    hunter2hunter2hunter2: 1
- {name: v, user: {hunter2, password: {hunter2: hunter2}}}
`)
  expect(shown).not.toContain('hunter2')
  for (const kept of [
    '- name: c',
    `server: https://${mask}@example.test`,
    'name: vendor',
    'audience: me',
    'refresh-token:',
  ])
    expect(shown).toContain(kept)
})

test('what stands behind the first document, or is torn, is not shown', () => {
  for (const rest of [
    '---\ntoken: hunter2\n',
    '...\nhunter2\n',
    'users:\n- name: a\n  user:\n    token: "hunter2\n',
  ])
    expect(shownLines(`current-context: a\n${rest}`)).not.toContain('hunter2')
})

test('a file of ten thousand users is masked line by line in time linear to it', () => {
  const users = (anchor: string) =>
    `users:\n${Array.from({ length: 10_000 }, (_, at) => `- name: u${at}\n  user:\n    token: ${at === 0 ? anchor : ''}s3cret${at}\n`).join('')}`
  for (const text of [users(''), users('&first ')]) expect(shownLines(text)).not.toContain('s3cret')
})
