/** What kubectl's current context, and every other name, lead to, before and after commands of the built program. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as fc from 'fast-check'
import * as v from 'valibot'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { applyEdits } from '../../../shared/edits/apply-edits'
import type { AnyEdit } from '../../../shared/edits/edit'
import { idsOf } from '../../../shared/edits/kinds'
import type { EditModel } from '../../../shared/edits/model'
import { isMap, type Json } from '../../../shared/json'
import {
  editsOn,
  listedFiles,
  type Merged,
  type Reading,
  readingOf,
  unannounced,
} from '../../../shared/testing/listed-files'
import { modelOf, sourceOf } from '../../kubeconfig/read/edit-model'
import { planEdits } from '../../kubeconfig/rewrite/plan-edits'
import { realProgram, runProgram } from '../real-programs'
import { useTerminal } from './terminal'

const of = (letter: string, current = '') => `apiVersion: v1
kind: Config
clusters:
- {name: c-${letter}, cluster: {server: "https://${letter}.example.com"}}
contexts:
- {name: prod, context: {cluster: c-${letter}, user: u-${letter}}}
${current}users:
- {name: u-${letter}, user: {token: t${letter}}}
`

describe('two files that both have a context of the current name', () => {
  const terminal = useTerminal({ inProcess: true })
  let KUBECONFIG = ''
  beforeEach(() => {
    KUBECONFIG = [terminal.write('a', of('a', 'current-context: prod\n')), terminal.write('b', of('b'))].join(
      ':',
    )
  })
  const inHome = (name: string) => path.join(terminal.home, name)
  /** The server that kubectl goes to; null where it refuses for want of a context. */
  async function server(): Promise<string | null> {
    const args = ['config', 'view', '--minify', '-o', 'jsonpath={.clusters[0].cluster.server}']
    const run = await terminal.run(realProgram('kubectl'), args, { KUBECONFIG })
    return run.status === 0 ? run.stdout : null
  }
  const done = (...args: readonly string[]) => terminal.done(args, { KUBECONFIG })
  const answer = v.object({
    alsoChanges: v.array(v.string()),
    currentContext: v.nullable(
      v.object({
        before: v.nullable(v.string()),
        after: v.nullable(v.string()),
        resolvesTo: v.object({
          before: v.nullable(v.looseObject({ file: v.string(), server: v.nullable(v.string()) })),
          after: v.nullable(v.looseObject({ file: v.string(), server: v.nullable(v.string()) })),
        }),
      }),
    ),
    warnings: v.array(v.object({ message: v.string() })),
  })
  const lit = () => `“prod” of ${inHome('b')} will be what kubectl takes for that name.`

  test.each([
    ['delete', ['delete', 'prod'], null],
    ['move out of the list', ['move', 'prod', '--to', 'c'], null],
    ['rename', ['rename', 'prod', 'prod-a'], 'prod-a'],
  ])('%s: kubectl goes nowhere else, and that is said', async (_, command, after) => {
    expect(await server()).toBe('https://a.example.com')
    const dry = v.parse(answer, JSON.parse((await done(...command, '--dry-run', '--json')).stdout))
    const { stdout } = await done(...command, '--json')
    const said = v.parse(answer, JSON.parse(stdout))
    const is = { file: inHome('a'), cluster: 'c-a', server: 'https://a.example.com', user: 'u-a' }
    expect(said.currentContext).toEqual({
      before: 'prod',
      after,
      resolvesTo: { before: is, after: after === null ? null : is },
    })
    expect(said.warnings.map(({ message }) => message)).toContain(lit())
    expect([dry.currentContext, dry.warnings]).toEqual([said.currentContext, said.warnings])
    expect(await server()).toBe(after === null ? null : 'https://a.example.com')
    await done('undo')
    expect(await server()).toBe('https://a.example.com')
  })

  test('in words, too, and nothing that is not so', async () => {
    const { stdout, stderr } = await done('move', 'prod', '--to', 'c')
    expect(stdout).toContain('current-context was prod and is empty now\n')
    expect(stderr).toContain(lit())
    expect(stderr).not.toContain('still names')
  })

  describe('a current-context that does not count, because a file before it sets one', () => {
    const stage = '- {name: stage, context: {cluster: c-b, user: u-b}}\n'
    const inB = of('b', 'current-context: stage\n').replace('contexts:\n', `contexts:\n${stage}`)
    const alone = (args: readonly string[]) =>
      terminal.run(realProgram('kubectl'), args, { KUBECONFIG: inHome('b') })
    beforeEach(() => terminal.write('b', inB))

    test.each([
      ['deleted', ['delete', 'stage']],
      ['moved out of the list', ['move', 'stage', '--to', 'c']],
    ])('%s: it stays, as kubectl leaves it, leads nowhere by itself, and comes back', async (_, command) => {
      // What kubectl's own command leaves of it.
      await alone(['config', 'delete-context', 'stage'])
      expect((await alone(['config', 'current-context'])).stdout).toBe('stage\n')
      terminal.write('b', inB)
      const said = v.parse(answer, JSON.parse((await done(...command, '--json')).stdout))
      expect(said.currentContext).toBeNull()
      expect(terminal.text(inHome('b'))).toBe(inB.replace(stage, ''))
      expect(await server()).toBe('https://a.example.com')
      const asked = await alone(['get', 'nodes'])
      expect([asked.status, asked.stderr]).toEqual([1, expect.stringContaining('context was not found')])
      await done('undo')
      expect(terminal.text(inHome('b'))).toBe(inB)
    })

    test('where another file has a context of that name, that one is named', async () => {
      KUBECONFIG += `:${terminal.write('d', of('d').replace('prod', 'stage'))}`
      const { stderr } = await done('delete', 'stage')
      expect(stderr).toContain(`“stage” of ${inHome('d')} will be what kubectl takes for that name.`)
      expect(await server()).toBe('https://a.example.com')
    })
  })

  describe('undo of use, where the context is in another file', () => {
    const [first, other] = ['a', 'b']
    beforeEach(async () => {
      terminal.write(first, 'apiVersion: v1\nkind: Config\ncurrent-context: prod\n')
      const more = [
        '- {name: c-x, cluster: {server: "https://x.example.com"}}\ncontexts:\n',
        '- {name: dev, context: {cluster: c-b, user: u-b}}\n',
      ]
      terminal.write(other, of('b').replace('contexts:\n', more.join('')))
      await done('use', 'dev')
    })
    const kubectl = (...args: readonly string[]) =>
      terminal.run(realProgram('kubectl'), ['config', ...args, '--kubeconfig', inHome(other)])
    const add = (name: string, key: string, entry: string) =>
      terminal.write(name, `${terminal.text(inHome(name))}${key}:\n${entry}`)

    test.each<[string, () => unknown, string]>([
      [
        'a file before it has a context of that name now',
        () => add(first, 'contexts', '- {name: prod, context: {cluster: c-b, user: u-b}}\n'),
        'the file of “prod” is A now',
      ],
      [
        'it names another cluster now',
        () => kubectl('set-context', 'prod', '--cluster=c-x'),
        'the cluster of “prod” is “c-x” now',
      ],
      [
        'a file before it has a cluster of that name now',
        () => add(first, 'clusters', '- {name: c-b, cluster: {server: "https://evil.example.com"}}\n'),
        'the cluster of “prod” is “c-b” of A now',
      ],
      [
        'a file before it has a user of that name now',
        () => add(first, 'users', '- {name: u-b, user: {token: tb}}\n'),
        'the user of “prod” is “u-b” of A now',
      ],
      [
        'its cluster has another server now',
        () => kubectl('set-cluster', 'c-b', '--server=https://new.example.com'),
        'the server of “prod” is https://new.example.com now',
      ],
    ])('%s: named, and nothing is written', async (_, meanwhile, why) => {
      await meanwhile()
      const text = terminal.text(inHome(first))
      const { status, stderr } = await terminal.ekscope(['undo'], { KUBECONFIG })
      expect(stderr).toContain(why.replace(/\bA\b/, inHome(first)))
      expect(status).toBe(3)
      expect(terminal.text(inHome(first))).toBe(text)
      // Asked for by its name it is what it says.
      await done('use', 'prod')
    })

    test('followed through renames, back and forth', async () => {
      const newest = async () => {
        const { stdout } = await done('history', '--json')
        const { writes } = v.parse(
          v.object({ writes: v.array(v.looseObject({ id: v.string() })) }),
          JSON.parse(stdout),
        )
        return writes[0]?.id ?? ''
      }
      const use = await newest()
      await done('rename', 'prod', 'prod-b', '--cascade')
      await done('undo', use)
      expect(terminal.text(inHome(first))).toContain('current-context: prod-b')
      const undo = await newest()
      await done('rename', 'dev', 'dev-b')
      await done('undo', undo)
      expect(terminal.text(inHome(first))).toContain('current-context: dev-b')
    })
  })

  test('that it is emptied is said of a context, too, whose name is current-context', async () => {
    for (const file of ['a', 'b']) terminal.write(file, of(file, '').replaceAll('prod', 'current-context'))
    terminal.write('a', `current-context: current-context\n${terminal.text(inHome('a'))}`)
    const { stdout } = await done('delete', 'current-context')
    expect(stdout).toContain('current-context was current-context and is empty now\n')
  })

  test('a new context does not become current because current-context dangled at its name', async () => {
    await done('delete', 'prod')
    terminal.write('a', terminal.text(inHome('a')).replace('current-context: ""', 'current-context: later'))
    expect(terminal.text(inHome('a'))).toContain('later')
    const { stdout } = await done('clone', 'prod', 'later')
    expect(stdout).toContain('current-context was later and is empty now\n')
    expect(await server()).toBe(null)
  })
})

describe('generated lists of files, with kubectl as the judge', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'ekscope-names-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const kubectl = (args: readonly string[], list: readonly string[]) =>
    runProgram(realProgram('kubectl'), ['config', 'view', '--raw', '-o', 'json', ...args], {
      HOME: folder,
      PATH: '/usr/bin:/bin',
      KUBECONFIG: list.join(':'),
    })

  function mergedBy(printed: string): Merged {
    const top: Json = JSON.parse(printed)
    const config = isMap(top) ? top : {}
    const list = (key: string, kind: string) => {
      const items = config[key]
      return (Array.isArray(items) ? items : []).flatMap((item: Json) => {
        const value = isMap(item) ? item[kind] : null
        return isMap(item) && typeof item.name === 'string' && isMap(value)
          ? [{ name: item.name, value }]
          : []
      })
    }
    const current = config['current-context']
    return {
      current: typeof current === 'string' && current !== '' ? current : null,
      cluster: list('clusters', 'cluster'),
      user: list('users', 'user'),
      context: list('contexts', 'context'),
    }
  }

  const textOf = (file: EditModel['files'][number]) =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: file.cluster.map(({ name, value }) => ({ name, cluster: value })),
      // kubectl prints no key that it does not know: the tag goes where it prints text as it is.
      contexts: file.context.map(({ name, value }) => ({
        name,
        context: { cluster: value.cluster, user: value.user, namespace: value['x-tag'] },
      })),
      users: file.user.map(({ name, value }) => ({ name, user: value })),
      'current-context': file.currentContext ?? '',
    })

  async function judged(place: string, texts: readonly (readonly [EditModel['files'][number], string])[]) {
    const list = texts.flatMap(([file, text], i) => {
      const at = path.join(folder, `${place}-${i}`)
      writeFileSync(at, text, { mode: 0o600 })
      return file.listed ? [at] : []
    })
    const [all, one] = await Promise.all([kubectl([], list), kubectl(['--minify'], list)])
    expect(all.status).toBe(0)
    const { context, ...rest } = mergedBy(all.stdout)
    const tagged = context.map(({ name, value }) => ({
      name,
      value: { ...value, 'x-tag': value.namespace ?? null },
    }))
    const reading: Reading = readingOf({ ...rest, context: tagged })
    // What --minify leaves is what the current context leads to; it refuses where something of that is missing.
    const current = reading.contexts.get(reading.current ?? '')
    const whole = current !== undefined && current.server !== null && current.user !== 'null'
    if (one.status !== 0) expect(whole).toBe(false)
    else
      expect(mergedBy(one.stdout).cluster.map(({ value }) => value.server ?? null)).toEqual(
        current?.server ? [current.server] : [],
      )
    return reading
  }

  test('no name leads elsewhere unless an edit is about it, or the plan says so', {
    timeout: 3_000_000,
  }, async () => {
    const ids = (edit: AnyEdit) => idsOf(edit).map(({ id }) => id)
    const files = listedFiles(['/home/me/a', '/home/me/b', '/home/me/c'], '/home/me/beside')
    const cases = fc.sample(
      files.chain((model) => editsOn(model).map((edits) => ({ model, edits }))),
      process.env.EKSCOPE_FULL === '1' ? 2_000 : 8,
    )
    for (const [n, { model, edits }] of cases.entries()) {
      const sources = model.files.map((file) =>
        sourceOf({ path: file.path, listed: file.listed, text: textOf(file), fault: null }),
      )
      const { plan, files: written } = planEdits({ sources, revisions: [], edits })
      const texts = sources.map((source) => source.text ?? '')
      const then = sources.map(
        (source, i) => written.find((file) => file.path === source.path)?.after ?? texts[i] ?? '',
      )
      const withFile = (list: readonly string[]) =>
        model.files.map((file, i) => [file, list[i] ?? ''] as const)
      const [before, after] = await Promise.all([
        judged(`${n}-before`, withFile(texts)),
        judged(`${n}-after`, withFile(then)),
      ])
      expect(unannounced(before, after, { model, edits, ids, plan })).toEqual([])
      expect(plan.alsoChanges).toEqual(applyEdits(modelOf(sources), edits).alsoChanges)
    }
  })
})
