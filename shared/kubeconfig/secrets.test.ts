import { expect, test } from 'vitest'
import { readDocument } from '../../electron/kubeconfig/read/document'
import { entryText } from '../../electron/kubeconfig/read/entry-text'
import { mask } from './entries'
import { maskArguments, maskText, maskUrl, maskVariable } from './secrets'

const secretKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
const webToken = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl'

test('what follows a flag that takes a secret is masked, in both spellings', () => {
  expect(
    maskArguments(['get-token', '--token', 's3cret', '--password=hunter2', '--region', 'eu-west-1']),
  ).toEqual(['get-token', '--token', mask, `--password=${mask}`, '--region', 'eu-west-1'])
  expect(maskArguments(['--oidc-client-secret=abc', '--token-file', '/run/token', '--token-only'])).toEqual([
    `--oidc-client-secret=${mask}`,
    '--token-file',
    '/run/token',
    '--token-only',
  ])
})

test('arguments of get-token stay as they are', () => {
  const args = [
    '--region',
    'us-west-2',
    'eks',
    'get-token',
    '--cluster-name',
    'prod',
    '--output',
    'json',
    '--role-arn',
    'arn:aws:iam::123456789012:role/Admin',
  ]
  expect(maskArguments(args)).toEqual(args)
})

test.each([
  secretKey,
  webToken,
  'k8s-aws-v1.aHR0cHM6Ly9zdHM',
  'TOKEN=abc123 aws',
  'Authorization: Bearer abcdefgh12345',
  'http://u:hunter2@proxy:3128',
])('a secret is masked wherever it stands: %s', (text) => {
  const shown = maskText(text)
  expect(shown).toContain(mask)
  expect(shown).not.toMatch(/wJalr|eyJ|aHR0c|abc123|abcdefgh|hunter2/)
})

test('an address loses its user and password and nothing else', () => {
  expect(maskUrl('https://me:pw@proxy.example:3128/x')).toBe(`https://${mask}@proxy.example:3128/x`)
  expect(maskUrl('https://ABCDEF0123456789.gr7.eu-west-1.eks.amazonaws.com')).toBe(
    'https://ABCDEF0123456789.gr7.eu-west-1.eks.amazonaws.com',
  )
})

test('a variable is shown only when its name is known to hold no secret', () => {
  expect(maskVariable('AWS_PROFILE', 'pay')).toEqual({ value: 'pay', masked: false })
  expect(maskVariable('AWS_SECRET_ACCESS_KEY', secretKey)).toEqual({ value: mask, masked: true })
})

test('an entry is shown in its own lines with every secret redacted and its comments kept', () => {
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
      x-note: kept
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
    'x-note: kept',
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

// Each of these took minutes while a pattern looked for its beginning from every place to the end.
test.each(['a-', 'a.', '-eyJaaaaaaaa', 'Bearer ', '://', 'a="'])(
  'half a megabyte of %j is looked through once',
  (word) => {
    const text = `x@= ${word.repeat(250_000)}`
    expect(maskText(text).length).toBeGreaterThan(0)
    expect(maskUrl(text).length).toBeGreaterThan(0)
  },
)

test('an address with a long run of blanks is shown, its password masked', () => {
  const server = `https://admin:hunter2@host${' '.repeat(300_000)}x`
  const document = readDocument('/k/config', `clusters:\n- name: c\n  cluster:\n    server: "${server}"\n`)
  const [entry] = document.clusters
  const shown = entry ? entryText(document, entry) : ''
  expect(shown).toContain(`https://${mask}@host`)
  expect(shown).not.toContain('hunter2')
})
