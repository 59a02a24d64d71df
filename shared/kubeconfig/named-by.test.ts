import fc from 'fast-check'
import { expect, test } from 'vitest'
import { emptyUser, originOfNew } from './entries'
import { entriesNamed, isCurrentIn } from './named-by'

const files = [
  { path: '/one', source: 'KUBECONFIG' },
  { path: '/two', source: 'KUBECONFIG' },
  { path: '/beside', source: 'folder' },
  { path: '/opened', source: 'opened' },
] as const
const name = fc.constantFrom('a', 'b', 'c')
const file = fc.constantFrom(...files.map(({ path }) => path))

test('what a context names is the first of the merged files, and beside them that of its own file', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ name, file, shadowed: fc.boolean() }), { maxLength: 10 }),
      fc.array(fc.record({ name, by: file }), { maxLength: 8 }),
      (all, asked) => {
        const entries = all.map((one) => ({
          ...emptyUser,
          name: one.name,
          origin: { ...originOfNew(one.file), shadowedBy: one.shadowed ? '/first' : null },
        }))
        const isBeside = (path: string) => path === '/beside' || path === '/opened'
        const named = entriesNamed(files, () => entries)
        for (const { name, by } of asked) {
          const expected = entries.find(
            ({ origin, ...one }) =>
              one.name === name &&
              origin.shadowedBy === null &&
              (isBeside(by) ? origin.file === by : !isBeside(origin.file)),
          )
          expect(named(name, { origin: originOfNew(by) })).toBe(expected ?? null)
        }
        expect(named(null, { origin: originOfNew('/one') })).toBe(null)
      },
    ),
  )
})

test('a context of a file beside the list is never the current one', () => {
  const unread = {
    realPath: null,
    own: false,
    trusted: false,
    revision: null,
    bytes: 0,
    mode: null,
    uid: null,
  }
  const counts = { currentContext: null, problems: [], contexts: 0, clusters: 0, users: 0 }
  const shown = files.map((one) => ({ ...unread, ...counts, ...one }))
  const current = files.filter(({ path }) =>
    isCurrentIn({ currentContext: 'a', files: shown }, { name: 'a', origin: originOfNew(path) }),
  )
  expect(current.map(({ path }) => path)).toEqual(['/one', '/two'])
})
