/** What other programs changed, told of entries that stayed the very objects: comparing the meaning of all is the judge. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sameMeaning } from '../../shared/edits/equivalence'
import { modelOfSnapshot } from '../../shared/edits/snapshot'
import {
  type ClusterEntry,
  type ContextEntry,
  entryId,
  type Snapshot,
  type UserEntry,
} from '../../shared/kubeconfig/entries'
import { assertNever } from '../../shared/result'
import { legacyFile, mainFile, makeFleet } from '../testing/fleet'
import { externalChange } from './rebase'

/** In the order of files, as they are read. */
function inOrder(of: Snapshot): Snapshot {
  const byFile = <T extends ContextEntry | ClusterEntry | UserEntry>(all: readonly T[]) =>
    of.files.flatMap(({ path }) => all.filter(({ origin }) => origin.file === path))
  return {
    ...of,
    contexts: byFile(of.contexts),
    clusters: byFile(of.clusters),
    users: byFile(of.users),
  }
}
const snapshot = inOrder(makeFleet(20).snapshot)

/** Every context of every file with what it leads to, by its id. */
function meantBy(of: Snapshot) {
  const { files } = modelOfSnapshot(of)
  const first = (kind: 'cluster' | 'user', name: string | null) =>
    files.flatMap((file) => file[kind]).find((entry) => entry.name === name)?.value
  return new Map(
    of.contexts.map((entry) => [
      entry.id,
      {
        name: entry.name,
        context: files.flatMap(({ context }) => context).find(({ id }) => id === entry.id)?.value,
        cluster: first('cluster', entry.cluster ?? ''),
        user: first('user', entry.user ?? ''),
      },
    ]),
  )
}

function judged(before: Snapshot, after: Snapshot) {
  const [was, is] = [meantBy(before), meantBy(after)]
  const changed = [...is].filter(([id, now]) => {
    const old = was.get(id)
    const same = (kind: 'context' | 'cluster' | 'user') => sameMeaning(kind, old?.[kind], now[kind])
    return old !== undefined && !(same('context') && same('cluster') && same('user'))
  })
  const added = [...is].filter(([id]) => !was.has(id))
  const removed = [...was].filter(([id]) => !is.has(id))
  const names = (list: typeof changed) => list.map(([, { name }]) => name)
  return { changed: names(changed), added: names(added), removed: names(removed) }
}

const place = fc.nat(1_000)
const list = fc.constantFrom('contexts', 'clusters', 'users')
/** As a reading leaves it, in which what was not touched is the very object. */
const step = fc.record({
  kind: fc.constantFrom(
    'moved',
    'gone',
    'swapped',
    'namespace',
    'server',
    'command',
    'elsewhere',
    'renamed',
    'shadowed',
    'current',
  ),
  list,
  place,
  other: place,
})
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

function after(was: Snapshot, { kind, list, place, other }: Step): Snapshot {
  const at = <T>(all: readonly T[], place: number, make: (entry: T) => readonly T[]): readonly T[] =>
    all.flatMap((entry, index) => (index === place % all.length ? make(entry) : [entry]))
  const inContexts = (place: number, make: (entry: ContextEntry) => readonly ContextEntry[]) => ({
    ...was,
    contexts: at(was.contexts, place, make),
  })
  const inList = (
    of: 'contexts' | 'clusters' | 'users',
    make: <T extends object>(entry: T) => readonly T[],
  ): Snapshot => ({
    ...was,
    ...(of === 'contexts' ? { contexts: at(was.contexts, place, make) } : {}),
    ...(of === 'clusters' ? { clusters: at(was.clusters, place, make) } : {}),
    ...(of === 'users' ? { users: at(was.users, place, make) } : {}),
  })
  switch (kind) {
    case 'moved':
      return inList(list, (entry) => [{ ...entry }])
    case 'gone':
      return inList(list, () => [])
    case 'swapped':
      return inOrder({ ...was, contexts: [...was.contexts].reverse() })
    case 'namespace':
      return inContexts(place, (entry) => [{ ...entry, namespace: `${entry.namespace}-x` }])
    case 'server':
      return {
        ...was,
        clusters: at(was.clusters, place, (one) => [{ ...one, server: 'https://other.test' }]),
      }
    case 'command':
      return {
        ...was,
        users: at(was.users, place, (one) => [
          { ...one, exec: one.exec && { ...one.exec, command: 'another' } },
        ]),
      }
    case 'elsewhere':
      return inContexts(place, (entry) => [
        { ...entry, cluster: was.clusters[other % was.clusters.length]?.name ?? null },
      ])
    case 'renamed':
      return inContexts(place, (entry) => {
        const name = `${entry.name} renamed`
        return [{ ...entry, name, id: entryId('context', entry.origin.file, name, 0) }]
      })
    case 'shadowed':
      return {
        ...was,
        users: [
          ...was.users,
          ...was.users
            .slice(place % was.users.length)
            .slice(0, 1)
            .map((one) => ({
              ...one,
              id: `${one.id}-again`,
              exec: null,
              origin: { ...one.origin, file: legacyFile },
            })),
        ],
      }
    case 'current':
      return { ...was, currentContext: 'another', currentContextFile: mainFile }
    default:
      return assertNever(kind)
  }
}

test('it says what comparing the meaning of all contexts says', () => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 3 }), (steps) => {
      const now = steps.reduce(after, snapshot)
      const found = externalChange(snapshot, now)
      const { changed, added, removed } = found
      expect({ changed, added, removed }).toEqual(judged(snapshot, now))
      expect(found.current !== null).toBe(now.currentContext !== snapshot.currentContext)
      for (const [name, { length }] of Object.entries({ changed, added, removed }))
        if (length > 0) seen.add(name)
    }),
    { numRuns: 60 },
  )
  expect([...seen].sort()).toEqual(['added', 'changed', 'removed'])
})

test('the file that was written is named, not that of a context which changed along', () => {
  const cluster = snapshot.clusters.find(({ origin }) => origin.file === mainFile)
  const [one] = snapshot.contexts.filter(({ origin }) => origin.file === legacyFile)
  const before = {
    ...snapshot,
    contexts: snapshot.contexts.map((entry) =>
      entry === one ? { ...entry, cluster: cluster?.name ?? null } : entry,
    ),
  }
  const now = {
    ...before,
    files: before.files.map((file) => (file.path === mainFile ? { ...file, revision: 'another' } : file)),
    clusters: before.clusters.map((entry) =>
      entry === cluster ? { ...entry, server: 'https://x.test' } : entry,
    ),
  }
  const { changed, files } = externalChange(before, now)
  expect(changed).toContain(one?.name)
  expect(files).toEqual([mainFile])
})
