import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JsonMap } from '../json'
import { type EntryKind, entryId } from '../kubeconfig/entries'
import { applyEdits } from './apply-edits'
import type { AnyEdit } from './edit'
import type { EditModel, ModelEntry } from './model'

const path = '/home/me/.kube/config'
const id = (kind: EntryKind, name: string): string => entryId(kind, path, name, 0)
const entry = (kind: EntryKind, name: string, value: JsonMap): ModelEntry => ({
  id: id(kind, name),
  kind,
  name,
  value,
  from: null,
})

/** Each context with a user and a cluster of its own, all of one name; the value tells whose it was at first. */
function fleet(names: readonly string[]): EditModel {
  return {
    files: [
      {
        path,
        exists: true,
        listed: true,
        unreadable: null,
        currentContext: names[0] ?? null,
        cluster: names.map((name) => entry('cluster', name, { server: `https://${name}` })),
        user: names.map((name) => entry('user', name, { token: name })),
        context: names.map((name) => entry('context', name, { cluster: name, user: name, namespace: name })),
      },
    ],
  }
}

const renamed = (from: string, name: string, cascade = false): AnyEdit => ({
  kind: 'rename-context',
  context: id('context', from),
  name,
  cascade,
})

/** Per context, by its namespace, which says who it was: its name, and whose user and cluster it ends at. */
function meaning({ files }: EditModel): Record<string, unknown> {
  const [file] = files
  const said = (kind: 'user' | 'cluster', name: unknown) =>
    file?.[kind].filter((one) => one.name === name).map(({ value }) => value.token ?? value.server)
  return Object.fromEntries(
    (file?.context ?? []).map(({ name, value }) => [
      value.namespace,
      { name, user: said('user', value.user), cluster: said('cluster', value.cluster) },
    ]),
  )
}
const called = (model: EditModel): unknown =>
  Object.fromEntries(Object.entries(meaning(model)).map(([who, says]) => [who, Object(says).name]))
const messages = (edits: readonly AnyEdit[], names = ['a', 'b', 'c']) =>
  applyEdits(fleet(names), edits).problems.map(({ edit, code, message }) => [edit, code, message])

describe('names that entries take from each other', () => {
  test('two contexts swap their names, and current-context goes along', () => {
    const { model, problems } = applyEdits(fleet(['a', 'b']), [renamed('a', 'b'), renamed('b', 'a')])
    expect(problems).toEqual([])
    expect(called(model)).toEqual({ a: 'b', b: 'a' })
    expect(model.files[0]?.currentContext).toBe('b')
  })

  test('one of the two alone is refused', () => {
    expect(messages([renamed('a', 'b')])).toEqual([[0, 'name-taken', 'There is a context “b” already.']])
  })

  test('a circle that is not closed is refused from the name on that stays taken', () => {
    const { model, problems } = applyEdits(fleet(['a', 'b', 'c']), [renamed('a', 'b'), renamed('b', 'c')])
    expect(problems.map(({ edit, code }) => [edit, code])).toEqual([
      [0, 'name-taken'],
      [1, 'name-taken'],
    ])
    expect(called(model)).toEqual({ a: 'a', b: 'b', c: 'c' })
  })

  test('two that want the one name which a third leaves: the first gets it', () => {
    const edits = [renamed('a', 'c'), renamed('b', 'c'), renamed('c', 'd')]
    expect(messages(edits)).toEqual([[1, 'name-taken', 'There is a context “c” already.']])
    expect(called(applyEdits(fleet(['a', 'b', 'c']), edits).model)).toEqual({ a: 'c', b: 'b', c: 'd' })
  })

  test('a name is free as well once its holder is deleted', () => {
    const edits: readonly AnyEdit[] = [
      renamed('a', 'b'),
      { kind: 'delete-contexts', contexts: [id('context', 'b')], keepOrphans: true },
    ]
    expect(messages(edits)).toEqual([])
    expect(called(applyEdits(fleet(['a', 'b']), edits).model)).toEqual({ a: 'b' })
  })

  test('with user and cluster: each of the two keeps its own, under the new names', () => {
    const { model, problems } = applyEdits(fleet(['a', 'b']), [
      renamed('a', 'b', true),
      renamed('b', 'a', true),
    ])
    expect(problems).toEqual([])
    expect(meaning(model)).toEqual({
      a: { name: 'b', user: ['a'], cluster: ['https://a'] },
      b: { name: 'a', user: ['b'], cluster: ['https://b'] },
    })
    expect(model.files[0]?.user.map(({ name }) => name)).toEqual(['b', 'a'])
  })

  test('a user whose name stays taken gets one like it, as a single rename gives it', () => {
    const edits = [renamed('a', 'x', true), renamed('b', 'a', true)]
    const shared = fleet(['a', 'b', 'c'])
    const [file] = shared.files
    if (!file) throw new Error('no file')
    const both = {
      files: [{ ...file, context: [...file.context, entry('context', 'also', { cluster: 'a', user: 'a' })] }],
    }
    const { model, problems } = applyEdits(both, edits)
    expect(problems).toEqual([])
    expect(model.files[0]?.user.map(({ name }) => name)).toEqual(['a', 'a-2', 'c'])
  })

  test('an entry that is made for a context in between is named after what the context will be called', () => {
    const two = fleet(['a', 'b'])
    const [file] = two.files
    if (!file) throw new Error('no file')
    const sharing = {
      files: [
        {
          ...file,
          context: file.context.map((one) => ({ ...one, value: { ...one.value, user: 'a' } })),
          user: file.user.slice(0, 1),
        },
      ],
    }
    const { model } = applyEdits(sharing, [
      renamed('a', 'b'),
      { kind: 'split-user', context: id('context', 'a'), name: null },
      renamed('b', 'a'),
    ])
    expect(model.files[0]?.user.map(({ name }) => name)).toEqual(['a', 'b'])
  })

  test('a refusal in between calls nobody by a name that only stands in', () => {
    const [problem] = messages([
      renamed('a', 'b'),
      { kind: 'set-role', context: id('context', 'a'), role: null, scope: 'shared' },
      { kind: 'rename-user', user: id('user', 'a'), name: 'b' },
      { kind: 'set-role', context: id('context', 'a'), role: null, scope: 'shared' },
      renamed('b', 'a'),
      { kind: 'rename-user', user: id('user', 'b'), name: 'a' },
    ]).slice(1)
    expect(problem).toEqual([3, 'not-aws', 'The user “b” runs no command for its credentials.'])
  })

  test('any exchange of names in any order: everybody ends with the name that was asked, and with its own entries', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    fc.assert(
      fc.property(
        fc.shuffledSubarray(names, { minLength: names.length }),
        fc.shuffledSubarray(names, { minLength: names.length }),
        fc.constantFrom('context', 'cascade', 'user', 'cluster'),
        (order, to, kind) => {
          const edits = order.map((from): AnyEdit => {
            const name = to[names.indexOf(from)] ?? ''
            if (kind === 'user') return { kind: 'rename-user', user: id('user', from), name }
            if (kind === 'cluster') return { kind: 'rename-cluster', cluster: id('cluster', from), name }
            return renamed(from, name, kind === 'cascade')
          })
          const { model, problems } = applyEdits(fleet(names), edits)
          expect(problems).toEqual([])
          const of = (from: string): string => to[names.indexOf(from)] ?? ''
          expect(model.files[0]?.user.map(({ name }) => name)).toEqual(
            kind === 'user' || kind === 'cascade' ? names.map(of) : names,
          )
          for (const from of names)
            expect(meaning(model)[from]).toEqual({
              name: kind === 'user' || kind === 'cluster' ? from : of(from),
              user: [from],
              cluster: [`https://${from}`],
            })
        },
      ),
    )
  })

  test('a long row in which each waits for the next and the last name stays taken comes to an end', () => {
    const names = Array.from({ length: 1_000 }, (_, i) => `n${i}`)
    const row = names.slice(0, -1).map((name, i) => renamed(name, names[i + 1] ?? ''))
    for (const edits of [row, [...row].reverse()])
      expect(applyEdits(fleet(names), edits).problems).toHaveLength(999)
  })
})
