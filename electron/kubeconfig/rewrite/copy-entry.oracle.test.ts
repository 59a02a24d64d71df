/** What nobody asked to change survives a copy: hostile names, whole numbers beyond 2^53, floats and keys that kubectl does not know. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Edit } from '../../../shared/edits/edit'
import { entryId } from '../../../shared/kubeconfig/entries'
import { readImport } from '../../editing/read-import'
import { hostileNames } from '../../testing/generated-kubeconfig'
import { applyToDisk } from '../disk/apply-to-disk'
import { openHistory } from '../disk/write-history'

let folder = ''
let file = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ekscope-copies-'))
  file = join(folder, 'config')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function apply(edits: readonly Edit[], list = [file]): Promise<void> {
  const result = await applyToDisk({
    list,
    by: 'terminal',
    history: openHistory(join(folder, 'history')),
    journal: join(folder, 'journal'),
    edits,
    titles: [],
    revisions: null,
  })
  if (!result.ok) throw new Error(result.fault.message)
}

const kubectl = (path = file): string =>
  execFileSync('kubectl', ['config', 'view', '--raw', '-o', 'json', '--kubeconfig', path], {
    encoding: 'utf8',
  })
const named = v.array(v.looseObject({ name: v.string() }))
const view = v.object({
  'current-context': v.string(),
  clusters: named,
  users: named,
  contexts: v.array(
    v.object({
      name: v.string(),
      context: v.object({ cluster: v.string(), user: v.string(), namespace: v.optional(v.string()) }),
    }),
  ),
})

describe('every hostile name is read back by kubectl as that very string', () => {
  const names = [...new Set(hostileNames)]
  const id = (kind: 'context' | 'user' | 'cluster', i: number): string =>
    entryId(kind, file, `${kind}-${i}`, 0)
  const place = (): void => {
    const each = (entry: (i: number) => string): string => names.map((_, i) => entry(i)).join('')
    writeFileSync(
      file,
      `apiVersion: v1\nkind: Config\ncurrent-context: context-7\nclusters:\n${each((i) => `- name: cluster-${i} # c\n  cluster: {server: "https://x"}\n`)}contexts:\n${each((i) => `- context:\n    cluster: cluster-${i}\n    user: user-${i}\n  name: context-${i}\n`)}users:\n${each((i) => `- {name: user-${i}, user: {token: t}}\n`)}`,
    )
  }
  const read = () => v.parse(view, JSON.parse(kubectl()))
  const sorted = (list: readonly string[]) => [...list].sort()

  test('there are at least 200', () => expect(names.length).toBeGreaterThanOrEqual(200))

  test('rename, alone: current-context and references follow, user and cluster keep their names', async () => {
    place()
    await apply(
      names.map((name, i) => ({ kind: 'rename-context', context: id('context', i), name, cascade: false })),
    )
    const { contexts, users, ...rest } = read()
    expect(contexts.map(({ name, context }) => [name, context.cluster, context.user]).sort()).toEqual(
      names.map((name, i) => [name, `cluster-${i}`, `user-${i}`]).sort(),
    )
    expect(rest['current-context']).toBe(names[7])
    expect(sorted(users.map(({ name }) => name))).toEqual(sorted(names.map((_, i) => `user-${i}`)))
  })

  test('rename with its user and cluster', async () => {
    place()
    await apply(
      names.map((name, i) => ({ kind: 'rename-context', context: id('context', i), name, cascade: true })),
    )
    const { contexts, users, clusters } = read()
    expect(contexts.map(({ name, context }) => [name, context.cluster, context.user]).sort()).toEqual(
      names.map((name) => [name, name, name]).sort(),
    )
    for (const list of [users, clusters]) expect(sorted(list.map(({ name }) => name))).toEqual(sorted(names))
  })

  test('users and clusters renamed by themselves, and the namespace', async () => {
    place()
    await apply(
      names.flatMap((name, i): Edit[] => [
        { kind: 'rename-user', user: id('user', i), name },
        { kind: 'rename-cluster', cluster: id('cluster', i), name },
        { kind: 'set-namespace', context: id('context', i), namespace: name },
      ]),
    )
    const { contexts, users, clusters } = read()
    expect(contexts.map(({ name, context }) => [name, context]).sort()).toEqual(
      names.map((name, i) => [`context-${i}`, { cluster: name, user: name, namespace: name }]).sort(),
    )
    for (const list of [users, clusters]) expect(sorted(list.map(({ name }) => name))).toEqual(sorted(names))
  })

  test('clones and their own users', async () => {
    place()
    await apply(
      names.map((name, i) => ({
        kind: 'clone-context',
        context: id('context', i),
        name,
        pin: null,
        userName: null,
      })),
    )
    const { contexts } = read()
    expect(
      contexts
        .filter(({ context }) => !context.user.startsWith('user-'))
        .map(({ name, context }) => [name, context.user])
        .sort(),
    ).toEqual(names.map((name) => [name, name]).sort())
  })
})

describe('numbers and unknown keys of a copied entry', () => {
  const odd =
    'extensions: [{name: ours, extension: {big: 12345678901234567890, small: -9223372036854775808, odd: 9007199254740993, ratio: 0.1, tiny: 1.5e-9, zero: -0.0, flag: on, hex: 0x1F, none: null}}], x-unknown: {keep: 9007199254740995}'
  const wanted =
    '"big":12345678901234567890,"flag":true,"hex":31,"none":null,"odd":9007199254740993,"ratio":0.1,"small":-9223372036854775808,"tiny":1.5e-9,"zero":-0'
  const styles: Record<string, string> = {
    'in flow style': `contexts:\n- {name: a, context: {cluster: c, user: u, ${odd}}}\n`,
    'in block style': `contexts:\n- name: a\n  context:\n    cluster: c\n    user: u\n    extensions:\n    - name: ours\n      extension: {big: 12345678901234567890, small: -9223372036854775808, odd: 9007199254740993, ratio: 0.1, tiny: 1.5e-9, zero: -0.0, flag: on, hex: 0x1F, none: null}\n    x-unknown: {keep: 9007199254740995}\n`,
    'behind an anchor': `contexts:\n- name: a\n  context: &mine {cluster: c, user: u, ${odd}}\n- name: b\n  context: *mine\n`,
  }
  const rest =
    'clusters:\n- {name: c, cluster: {server: "https://x"}}\nusers:\n- {name: u, user: {token: t}}\n'
  /** kubectl prints numbers as they are; JSON.parse would round them. */
  const extensionsIn = (path: string): readonly string[] =>
    kubectl(path)
      .replaceAll(/\s+/g, '')
      .split('"extension":{')
      .slice(1)
      .map((part) => part.slice(0, part.indexOf('}')))

  test.each(Object.entries(styles))('%s: clone', async (_, contexts) => {
    writeFileSync(file, contexts + rest)
    const before = extensionsIn(file).length
    expect(extensionsIn(file)[0]).toBe(wanted)
    await apply([
      {
        kind: 'clone-context',
        context: entryId('context', file, 'a', 0),
        name: 'copy',
        pin: null,
        userName: null,
      },
    ])
    expect(extensionsIn(file)).toEqual(Array(before + 1).fill(wanted))
    expect(readFileSync(file, 'utf8').match(/keep: 9007199254740995\b/g)?.length).toBeGreaterThanOrEqual(2)
  })

  test.each(Object.entries(styles))('%s: move', async (_, contexts) => {
    writeFileSync(file, contexts + rest)
    const other = join(folder, 'other')
    const context = entryId('context', file, 'a', 0)
    await apply([{ kind: 'move-contexts', contexts: [context], file: other }], [file, other])
    expect(extensionsIn(other)).toEqual([wanted])
    expect(readFileSync(other, 'utf8')).toMatch(/keep: 9007199254740995\b/)
  })

  test.each(Object.entries(styles))('%s: import', async (_, contexts) => {
    mkdirSync(join(folder, 'from'))
    const from = join(folder, 'from/config')
    const read = readImport({
      text: contexts + rest,
      from,
      source: 'test',
      file: null,
      onConflict: 'fail',
      model: { files: [] },
    })
    if (!read.ok) throw new Error(read.fault.message)
    await apply([read.value.edit])
    expect(extensionsIn(file)[0]).toBe(wanted)
    expect(readFileSync(file, 'utf8')).toMatch(/keep: 9007199254740995\b/)
  })
})
