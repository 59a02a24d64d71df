import { expect, test } from 'vitest'
import { mask } from '../../../shared/kubeconfig/entries'
import { readDocument } from './document'
import { entryText } from './entry-text'

test('an entry is shown in its own lines: secrets and what is not known masked, comments kept', () => {
  const text = `users:
  # above
  - name: me   # why
    user:
      token: "s3cret-a"
      password: 's3cret-b'
      client-key-data: czNjcmV0LWM=
      auth-provider: {name: oidc, config: {id-token: s3cret-d, refresh: s3cret-e}}
      exec:
        command: aws
        args: [--token, s3cret-f, --password=s3cret-g]
        env:
        - {name: AWS_PROFILE, value: pay}
        - name: AWS_SECRET_ACCESS_KEY
          value: |
            s3cret-h
      x-api-key: s3cret-i
      x-note: s3cret-k
      x-anchored: &t s3cret-j
`
  const document = readDocument('/c', text)
  const user = document.users[0]
  if (user === undefined) throw new Error('no user')
  const shown = entryText(document, user)
  expect(shown).not.toMatch(/s3cret|czNjcmV0/)
  for (const kept of [
    '- name: me   # why',
    'value: pay',
    'x-note: ',
    'command: aws',
    'name: oidc',
    '--token',
  ])
    expect(shown).toContain(kept)
  expect(shown.split('\n')[1]).toBe('  user:')
})

test('of an entry that is torn nothing is shown that was not understood', () => {
  const document = readDocument('/c', 'users:\n- name: a\n  user:\n    token: "s3cret')
  const user = document.users[0]
  expect(user && entryText(document, user)).not.toContain('s3cret')
})

test('an address with a long run of blanks, which kubectl refuses, is masked whole', () => {
  const server = `https://admin:hunter2@host${' '.repeat(300_000)}x`
  const document = readDocument('/k/config', `clusters:\n- name: c\n  cluster:\n    server: "${server}"\n`)
  const [entry] = document.clusters
  const shown = entry ? entryText(document, entry) : ''
  expect(shown).toContain(`server: "${mask}"`)
  expect(shown).not.toContain('hunter2')
})
