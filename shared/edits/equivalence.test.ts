import { expect, test } from 'vitest'
import { sameMeaning } from './equivalence'

const exec = {
  apiVersion: 'client.authentication.k8s.io/v1beta1',
  command: 'aws',
  args: ['eks', 'get-token'],
}

test('what kubectl writes out when it rewrites a file is no change', () => {
  const written = { exec: { ...exec, env: null, interactiveMode: 'IfAvailable', provideClusterInfo: false } }
  expect(sameMeaning({ exec }, written)).toBe(true)
  expect(sameMeaning({ exec }, { exec: { ...exec, interactiveMode: 'Never' } })).toBe(false)
  expect(sameMeaning({ exec }, { exec: { ...exec, args: [] } })).toBe(false)
})

test('interactiveMode has no default in v1', () => {
  const v1 = { ...exec, apiVersion: 'client.authentication.k8s.io/v1' }
  expect(sameMeaning({ exec: v1 }, { exec: { ...v1, interactiveMode: 'IfAvailable' } })).toBe(false)
})

test('an entry that is gone is a change, an empty one is none', () => {
  expect(sameMeaning({}, { namespace: null })).toBe(true)
  expect(sameMeaning({}, undefined)).toBe(false)
})
