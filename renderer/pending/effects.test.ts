import { expect, test } from 'vitest'
import { entryId } from '../../shared/kubeconfig/entries'
import { mainFile, makeFleet } from '../testing/fleet'
import { effectsOf } from './effects'

const { snapshot } = makeFleet(24)
const idOf = (name: string) => snapshot.contexts.find((one) => one.name === name)?.id ?? ''

test('an edit of a shared user says which user its context gets instead, once', () => {
  const context = idOf('prod-us-admin')
  const [first, second] = effectsOf(snapshot, [
    { kind: 'set-profile', context, profile: 'dev', pin: null, scope: 'split' },
    { kind: 'set-role', context, role: 'arn:aws:iam::111122223333:role/X', scope: 'split' },
  ])
  expect(first).toMatchObject({
    contexts: [context],
    splits: [{ kind: 'user', name: 'prod-us-admin', from: 'prod-us' }],
  })
  expect(first?.entries).toEqual([
    { kind: 'context', name: 'prod-us-admin' },
    { kind: 'user', name: 'prod-us-admin' },
  ])
  expect(second?.splits).toEqual([])
})

test('a clone is about the new context, a rename names both names, a deletion leaves no context', () => {
  const context = idOf('stage')
  const [clone, rename, gone] = effectsOf(snapshot, [
    { kind: 'clone-context', context, name: 'stage-2', pin: null, userName: null },
    { kind: 'rename-context', context, name: 'stage-eu', cascade: false },
    { kind: 'delete-contexts', contexts: [idOf('sandbox-7')], keepOrphans: true },
  ])
  expect(clone?.contexts).toEqual([context, entryId('context', mainFile, 'stage-2', 0)])
  expect(clone?.splits).toEqual([])
  expect(rename?.entries.map(({ name }) => name)).toEqual(['stage-eu', 'stage'])
  expect(gone?.contexts).toEqual([])
  expect(gone?.entries).toEqual([{ kind: 'context', name: 'sandbox-7' }])
})

test('a switch of what kubectl uses is about no identity: a clone’s stands at the clone', () => {
  const made = entryId('context', mainFile, 'stage-2', 0)
  const [clone, use] = effectsOf(snapshot, [
    { kind: 'clone-context', context: idOf('stage'), name: 'stage-2', pin: null, userName: null },
    { kind: 'use-context', context: made },
  ])
  expect(clone?.contexts).toContain(made)
  expect(use?.contexts).toEqual([])
})
