import { expect, test } from 'vitest'
import type { Edit } from '../../shared/edits/edit'
import { entryId } from '../../shared/kubeconfig/entries'
import { makeFleet } from '../testing/fleet'
import { makerOf, titlesOf } from './titles'

const { snapshot } = makeFleet(6)
const [file] = snapshot.files
const [context] = snapshot.contexts

test('an edit of a context that another edit makes is described by its name and by what it holds then', () => {
  if (!file || !context) throw new Error('the fleet is empty')
  const made = (name: string): string => entryId('context', file.path, name, 0)
  const add: Edit = {
    kind: 'add-context',
    file: file.path,
    name: 'added',
    namespace: null,
    cluster: { kind: 'reuse', cluster: snapshot.clusters[0]?.id ?? '' },
    user: {
      name: null,
      region: 'eu-west-1',
      cluster: { name: 'prod' },
      role: null,
      profile: null,
      pin: 'none',
    },
    use: false,
  }
  const edits: readonly Edit[] = [
    add,
    { kind: 'set-namespace', context: made('added'), namespace: 'web' },
    { kind: 'clone-context', context: context.id, name: 'cloned', pin: null, userName: null },
    { kind: 'delete-contexts', contexts: [made('cloned')], keepOrphans: false },
  ]
  expect(titlesOf(snapshot, edits)).toEqual([
    'added: new context',
    'added: namespace (none) → web',
    `cloned: clone of ${context.name}`,
    'cloned: delete',
  ])
})

test('a pending switch to a new context is from what kubectl uses by the files, whatever that will be called', () => {
  if (!file || !context) throw new Error('the fleet is empty')
  const current = snapshot.contexts.find(({ name }) => name === snapshot.currentContext)
  const edits: readonly Edit[] = [
    { kind: 'rename-context', context: current?.id ?? '', name: 'renamed', cascade: false },
    { kind: 'clone-context', context: context.id, name: 'cloned', pin: null, userName: null },
    { kind: 'use-context', context: entryId('context', context.origin.file, 'cloned', 0) },
  ]
  expect(titlesOf(snapshot, edits).at(-1)).toBe(`current-context: set ${current?.name} → cloned`)
  expect([0, 1, 2].map((at) => makerOf(snapshot, edits, at))).toEqual([null, null, 1])
})
