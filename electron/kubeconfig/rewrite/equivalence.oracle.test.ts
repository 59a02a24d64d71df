/** What means the same, with kubectl as the judge: it reads both values and prints what it decoded. */
import '../../../shared/testing/seed'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { meaning, sameMeaning } from '../../../shared/edits/equivalence'
import { at, canonicalText, isList, isMap, type Json, type JsonMap, withKey } from '../../../shared/json'
import { type EntryKind, entryKinds } from '../../../shared/kubeconfig/entries'
import { entryPair, type ValuePair } from '../../../shared/testing/entry-pairs'
import { removeFolder } from '../../testing/bundle'
import { realProgram } from '../../testing/real-programs'

const [runs, together] = process.env.EKSCOPE_FULL === '1' ? [2_000, 100] : [200, 200]
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ekscope-equivalence-'))
})
afterAll(() => removeFolder(folder))

interface Named {
  readonly kind: EntryKind
  readonly name: string
  readonly value: JsonMap
}

/** What kubectl decodes of each entry, as text. */
function decodedByKubectl(entries: readonly Named[]): ReadonlyMap<string, string> {
  const lists = entryKinds.map((kind): [string, readonly JsonMap[]] => [
    `${kind}s`,
    entries.filter((one) => one.kind === kind).map(({ name, value }) => ({ name, [kind]: value })),
  ])
  const place = join(folder, 'config')
  const text = { apiVersion: 'v1', kind: 'Config', ...Object.fromEntries(lists) }
  writeFileSync(place, JSON.stringify(text), { mode: 0o600 })
  const { stdout, stderr } = spawnSync(
    realProgram('kubectl'),
    ['config', 'view', '--raw', '-o', 'json', '--kubeconfig', place],
    { encoding: 'utf8', maxBuffer: 1e8 },
  )
  expect(stderr).toBe('')
  const printed: Json = JSON.parse(stdout)
  return new Map(
    entryKinds.flatMap((kind) => {
      const list = isMap(printed) ? at(printed, `${kind}s`) : null
      return (isList(list) ? list : []).flatMap((item): [string, string][] => {
        const value = isMap(item) ? at(item, kind) : null
        return isMap(item) && isMap(value) ? [[String(item.name), canonicalText(emptyLists(value))]] : []
      })
    }),
  )
}

/** A list or map without elements and none at all are alike to Go; it prints them as they came. */
function emptyLists(value: JsonMap): JsonMap {
  const none = (list: Json | undefined): Json => list ?? []
  const within = (map: JsonMap, key: string, change: (inner: JsonMap) => JsonMap): JsonMap => {
    const inner = at(map, key)
    return isMap(inner) ? withKey(map, key, change(inner)) : map
  }
  const listsOf = (map: JsonMap, keys: readonly string[]): JsonMap =>
    keys.reduce((one, key) => withKey(one, key, none(at(one, key))), map)
  const exec = within(value, 'exec', (one) => listsOf(one, ['args', 'env']))
  const extra = within(exec, 'as-user-extra', (one) => listsOf(one, Object.keys(one)))
  return within(extra, 'auth-provider', (one) => withKey(one, 'config', at(one, 'config') ?? {}))
}

test('two values mean the same exactly when kubectl decodes the same of them', () => {
  const pairs = fc.sample(entryPair, runs)
  const tally = { same: 0, other: 0 }
  for (let at = 0; at < pairs.length; at += together) {
    const some = pairs.slice(at, at + together)
    const named = ({ kind, one, other }: ValuePair, i: number): readonly Named[] => [
      { kind, name: `one ${i}`, value: one },
      { kind, name: `other ${i}`, value: other },
      { kind, name: `meant ${i}`, value: meaning(kind, one) },
    ]
    const read = decodedByKubectl(some.flatMap(named))
    for (const [i, { kind, one, other }] of some.entries()) {
      const [a, b, meant] = ['one', 'other', 'meant'].map((side) => read.get(`${side} ${i}`))
      expect(a).toBeDefined()
      tally[a === b ? 'same' : 'other']++
      expect([kind, one, other, sameMeaning(kind, one, other)]).toEqual([kind, one, other, a === b])
      expect([kind, one, meant]).toEqual([kind, one, a])
    }
  }
  expect(Math.min(tally.same, tally.other)).toBeGreaterThan(runs / 10)
})
