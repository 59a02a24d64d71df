import { expect, test } from 'vitest'
import { isUnchanged, sameMeaning } from './equivalence'

const exec = {
  apiVersion: 'client.authentication.k8s.io/v1beta1',
  command: 'aws',
  args: ['eks', 'get-token'],
}

test('what kubectl writes out when it rewrites a file is no change', () => {
  const written = { exec: { ...exec, env: null, interactiveMode: 'IfAvailable', provideClusterInfo: false } }
  expect(sameMeaning('user', { exec }, written)).toBe(true)
  expect(sameMeaning('user', { exec }, { exec: { ...exec, interactiveMode: 'Never' } })).toBe(false)
  expect(sameMeaning('user', { exec }, { exec: { ...exec, args: [] } })).toBe(false)
})

test('interactiveMode has no default in v1', () => {
  const v1 = { ...exec, apiVersion: 'client.authentication.k8s.io/v1' }
  expect(sameMeaning('user', { exec: v1 }, { exec: { ...v1, interactiveMode: 'IfAvailable' } })).toBe(false)
})

test('an entry that is gone is a change, an empty one is none', () => {
  expect(sameMeaning('context', {}, { namespace: null })).toBe(true)
  expect(sameMeaning('context', {}, undefined)).toBe(false)
})

test('a secret that is masked is the same as itself only', () => {
  const masked = { 'auth-provider': '•••', 'client-key-data': '•••' }
  expect(sameMeaning('user', masked, { ...masked, token: '' })).toBe(true)
  expect(sameMeaning('user', masked, { 'client-key-data': '•••' })).toBe(false)
})

test('a relative path is where it leads', () => {
  const [one, other] = [
    { 'certificate-authority': 'pki/ca.crt' },
    { 'certificate-authority': '/home/me/.kube/pki/ca.crt' },
  ]
  expect(sameMeaning('cluster', one, other, '/home/me/.kube/config')).toBe(true)
  expect(sameMeaning('cluster', one, other)).toBe(false)
})

test('keys that kubectl does not know count, unless it dropped them all', () => {
  const was = { exec: { ...exec, 'x-note': 'mine' }, 'x-team': 'platform' }
  const file = '/home/me/.kube/config'
  expect(sameMeaning('user', was, { exec })).toBe(false)
  expect(isUnchanged('user', was, { exec }, file)).toBe(true)
  expect(isUnchanged('user', { exec }, was, file)).toBe(false)
  expect(isUnchanged('user', was, { ...was, 'x-team': 'other' }, file)).toBe(false)
  expect(isUnchanged('user', was, { exec: { ...exec, command: 'other' } }, file)).toBe(false)
})
