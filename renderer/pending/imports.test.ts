import { expect, test } from 'vitest'
import type { ImportedEntries } from '../../shared/trust/added-by-write'
import { connectionsOf } from './imports'

const cluster = {
  name: 'c',
  server: 'https://a.test',
  authority: [],
  tlsServerName: null,
  proxyUrl: null,
  insecure: false,
  contexts: ['x'],
  whose: 'imported',
} as const
const user = {
  name: 'u',
  contexts: ['x'],
  certificate: null,
  key: null,
  token: false,
  tokenFile: null,
  username: null,
  password: false,
  command: null,
  authProvider: null,
  actsAs: null,
  impersonation: null,
  whose: 'imported',
} as const
const line = (entries: ImportedEntries) => connectionsOf(entries)('x').line
const telling = (entries: ImportedEntries) => connectionsOf(entries)('x').telling

test('a context of an import says where it leads, the program as it is written, and what is the user’s own', () => {
  const command = {
    command: '/dl/aws',
    resolved: null,
    realPath: null,
    args: [],
    env: [],
    toldOfCluster: false,
    installHint: null,
    interactiveMode: null,
  }
  expect(
    line({
      clusters: [{ ...cluster, proxyUrl: 'http://evil.test:1', insecure: true }],
      users: [{ ...user, command }],
    }),
  ).toBe('a.test · through a proxy · certificate not checked · runs /dl/aws')
  expect(
    line({ clusters: [cluster], users: [{ ...user, token: true, tokenFile: '/home/u/.vault-token' }] }),
  ).toBe('a.test · token from /home/u/.vault-token')
  expect(
    line({
      clusters: [{ ...cluster, whose: 'own', name: 'prod' }],
      users: [{ ...user, whose: 'own', name: 'prod', token: true }],
    }),
  ).toBe('your own cluster prod (a.test) · your own user prod (token)')
  const root = { as: 'root', uid: null, groups: [], extra: {} }
  const acting = { ...user, token: true, impersonation: root }
  expect(line({ clusters: [{ ...cluster, server: '' }], users: [acting] })).toBe(
    'no server (http://localhost:8080) · token · acts as root',
  )
  expect(line({ clusters: [], users: [] })).toBe('')
  const plain = { clusters: [cluster], users: [{ ...user, command }] }
  expect([
    telling(plain),
    telling({ ...plain, clusters: [{ ...cluster, tlsServerName: 'b.test' }] }),
    telling({ ...plain, users: [{ ...user, tokenFile: '/t' }] }),
    telling({ ...plain, users: [acting] }),
    telling({ ...plain, clusters: [{ ...cluster, server: '' }] }),
  ]).toEqual([false, true, true, true, true])
})
