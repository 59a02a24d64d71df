/** What a transfer looks at. (What it does: read-scope.test.ts, dangling.test.ts, and the generated cases.) */
import { expect, test } from 'vitest'
import { entryId } from '../kubeconfig/entries'
import { applyEdits } from './apply-edits'
import { namesBetween } from './entry-slots'
import { followLinks, linksBetween } from './links'
import type { EditModel, ModelEntry, ModelFile } from './model'
import { transfer } from './transfer'

const [a, b] = ['/h/a', '/h/b']
const file = (path: string, context: readonly ModelEntry[]): ModelFile => ({
  path,
  exists: true,
  listed: true,
  unreadable: null,
  currentContext: null,
  cluster: [],
  user: [],
  context,
})
const contexts = (count: number) =>
  Array.from(
    { length: count },
    (_, i): ModelEntry => ({
      id: entryId('context', a, `x${i}`, 0),
      kind: 'context',
      name: `x${i}`,
      value: { cluster: 'c', user: 'u' },
      from: null,
    }),
  )

/** How often an entry of the old state is looked at by the undo of a move of so many contexts. */
function looks(count: number): number {
  const all = contexts(count)
  const before: EditModel = { files: [file(a, all), file(b, [])] }
  const moved = applyEdits(before, [
    { kind: 'move-contexts', contexts: all.map(({ id }) => id), file: b },
  ]).model
  let reads = 0
  const counted = new Proxy(all, {
    get(target, key) {
      if (typeof key === 'string' && /^\d+$/.test(key)) reads += 1
      return Reflect.get(target, key)
    },
  })
  const to = { files: [file(a, counted), file(b, [])] }
  const change = {
    from: moved,
    to,
    names: namesBetween(moved, to),
    links: linksBetween(before, moved).map((link) => ({
      kind: link.kind,
      from: link.after,
      to: link.before,
    })),
    left: 'from' as const,
    follow: followLinks([]),
  }
  const done = transfer({
    ...change,
    now: moved,
    only: null,
    intact: new Set([a, b]),
  })
  expect(done.kind === 'edit' && done.edit.put.map(({ entry }) => entry.name)).toEqual(
    all.map(({ name }) => name),
  )
  return reads
}

test('the undo of a move finds the place of each entry without looking at all of them', () => {
  expect(looks(400) / looks(100)).toBeLessThan(5)
})
