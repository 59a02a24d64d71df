import { expect, test } from 'vitest'
import type { ImportEdit } from '../../shared/edits/edit'
import type { JsonMap } from '../../shared/json'
import { connectionOf } from './imports'

const importOf = (cluster: JsonMap, user: JsonMap): ImportEdit => ({
  kind: 'import-entries',
  source: 's',
  from: null,
  file: '/f',
  clusters: [{ name: 'c', value: cluster }],
  users: [{ name: 'u', value: user }],
  contexts: [{ name: 'x', value: { cluster: 'c', user: 'u' } }],
  onConflict: 'rename',
})

test('an import shows where a token would go, and the whole command', () => {
  const edit = importOf(
    {
      server: 'https://a.test',
      'proxy-url': 'http://evil.test:1',
      'tls-server-name': 'evil.test',
      'insecure-skip-tls-verify': true,
    },
    {
      exec: {
        command: '/dl/aws',
        args: ['eks', 'get-token'],
        env: [{ name: 'AWS_CONFIG_FILE', value: '/dl/c' }],
      },
    },
  )
  expect(connectionOf(edit, 0)).toEqual({
    server:
      'a.test · through the proxy http://evil.test:1 · certificate checked for evil.test · certificate not checked',
    signsIn: 'runs AWS_CONFIG_FILE=/dl/c /dl/aws eks get-token',
  })
  expect(
    connectionOf(
      importOf({ server: 'https://a.test' }, { tokenFile: '/home/u/.vault-token', token: 'x' }),
      0,
    ),
  ).toEqual({
    server: 'a.test',
    signsIn: 'token from /home/u/.vault-token',
  })
})
