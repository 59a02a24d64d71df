/** Planning in a thread: the same answers as in the one that asks, cancelled and started anew. */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Edit } from '../../shared/edits/edit'
import type { Plan } from '../../shared/edits/plan'
import type { Check } from '../../shared/identity/identity'
import { unpack } from '../../shared/ipc/packed'
import { unpackReport } from '../../shared/ipc/report'
import { type EntryId, entryId } from '../../shared/kubeconfig/entries'
import { ok } from '../../shared/result'
import { full } from '../../shared/testing/counts'
import type { AddedByWrite } from '../../shared/trust/added-by-write'
import { createKubeconfigStore } from '../kubeconfig/disk/kubeconfig-store'
import type { UndoWay } from '../kubeconfig/disk/undo'
import { changeOfFiles } from '../kubeconfig/read/changed'
import { sourceOfRead } from '../kubeconfig/read/edit-model'
import { resolvedValue } from '../kubeconfig/read/kubeconfig-view'
import { planEdits } from '../kubeconfig/rewrite/plan-edits'
import { createServices, type Services } from '../services'
import { readAt } from '../state/changes'
import { openDataFolder } from '../system/data-folder'
import { environmentOf } from '../system/environment'
import { bundled } from '../testing/bundle'
import { nothingAllowed } from '../testing/read-identities'
import { usualFleet } from '../testing/usual-fleet'
import { openDecisions, trustFile } from '../trust/decisions'
import { judgeWrite } from '../trust/judge-write'
import { type FilesRead, type Planning, type PlanTask, planningHere } from './planning'
import { planningInThread } from './planning-thread'
import type { PreviewTask } from './preview'

const folder = mkdtempSync(path.join(tmpdir(), 'ekscope-planning-'))
const file = path.join(folder, 'config')
const environment = environmentOf('app', { HOME: folder })
const place = { home: folder, platform: process.platform }
const never = new AbortController().signal
let thread: Planning
/** Asked for everything, however few contexts there are. */
let large: Planning

beforeAll(async () => {
  const program = await bundled('electron/editing/planning-worker.ts')
  thread = planningInThread(program)
  large = planningInThread(program, 1)
}, 60_000)
afterAll(() => {
  thread.close()
  large.close()
  rmSync(folder, { recursive: true, force: true })
})

function write(names: readonly string[]): void {
  const entries = (of: (name: string) => string) => names.map(of).join('')
  writeFileSync(
    file,
    `apiVersion: v1\nkind: Config\ncurrent-context: ${names[0]}\nclusters:\n${entries((name) => `- name: ${name}\n  cluster: {server: "https://${name}.test"}\n`)}contexts:\n${entries((name) => `- name: ${name}\n  context: {cluster: ${name}, user: ${name}}\n`)}users:\n${entries((name) => `- name: ${name}\n  user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [--region, eu-west-1, eks, get-token, --cluster-name, ${name}]}}\n`)}`,
  )
}
const store = createKubeconfigStore({
  list: () => [{ path: file, source: 'default', own: true }],
  trustedFile: () => false,
  lateFrom: 0,
})
const read = (): FilesRead => readAt(store.inView())
const idOf = (name: string): EntryId => entryId('context', file, name, 0)
const previewTask = (edits: PreviewTask['edits']): PreviewTask => ({
  ...place,
  edits,
  environment,
  also: [],
  compare: null,
  words: new Map(),
  trust: nothingAllowed,
  asked: new Map(),
  now: 0,
})
const planTask = (edits: PlanTask['edits']): PlanTask => ({ ...place, list: [file], edits, environment })

test('a thread previews and plans what the asking thread would, also after the file has changed', async () => {
  for (const names of [
    ['one', 'two'],
    ['zero', 'one', 'two'],
  ]) {
    write(names)
    await store.load()
    const edits: PreviewTask['edits'] = [
      { kind: 'set-profile', context: idOf('one'), profile: 'nobody', pin: 'arg', scope: 'split' },
      { kind: 'rename-context', context: idOf('two'), name: 'renamed', cascade: true },
      { kind: 'rename-context', context: idOf('gone'), name: 'x', cascade: false },
    ]
    const task = previewTask(edits)
    const here = await planningHere.preview(task, read(), never)
    expect(unpack(here).problems.map(({ code }) => code)).toEqual(['no-such-entry', 'unknown-profile'])
    // The second time the thread has the file already.
    for (const _ of [1, 2]) expect(await thread.preview(task, read(), never)).toBe(here)
    const checked = [idOf('two'), idOf('gone')]
    const seenNames = { '111122223333': 'seen' }
    const known = { trust: nothingAllowed, words: new Map(), asked: new Map(), seenNames }
    const report = { ...place, environment, checked, ...known, now: 0 }
    const prints = await planningHere.fingerprints(report, read(), never)
    expect(await thread.fingerprints(report, read(), never)).toBe(prints)
    // Those of the report, and no others.
    const reported = unpackReport(await planningHere.report(report, read(), never))
    expect(reported?.accountNames).toEqual(seenNames)
    expect(
      reported?.contexts.flatMap(({ context, fingerprint }) =>
        fingerprint === '' ? [] : [{ context, fingerprint }],
      ),
    ).toEqual(unpack(prints))
    expect(unpack(prints).map(({ context }) => context)).toEqual([idOf('two')])
    expect(await thread.report(report, read(), never)).toBe(await planningHere.report(report, read(), never))
    const choices = await planningHere.choices({ ...place, environment }, read(), never)
    expect(await large.choices({ ...place, environment }, read(), never)).toEqual(choices)
    const found = [{ arn: 'arn:aws:eks:eu-west-1:111122223333:cluster/x', endpoint: 'https://one.test' }]
    const counts = { ...report, clusters: found }
    expect(await large.counts(counts, read(), never)).toEqual(
      await planningHere.counts(counts, read(), never),
    )
    // The one that was found is where `one` leads.
    expect((await thread.counts(counts, read(), never)).clusters).toBe(names.length)
    expect(await thread.snapshot(null, read(), never)).toBe(await planningHere.snapshot(null, read(), never))
    expect(unpack(await thread.snapshot(null, read(), never))).toEqual(store.snapshot())
    const plan = await planningHere.plan(planTask(edits), read(), never)
    expect(unpack(plan).files).toHaveLength(1)
    expect(await thread.plan(planTask(edits), read(), never)).toBe(plan)
  }
})

test('what became different is found there as here, and few contexts are compared here', async () => {
  const large = planningInThread(await bundled('electron/editing/planning-worker.ts'), 1)
  write(['one', 'two', 'three'])
  await store.load()
  let before = { ...store.inView(), ...read() }
  for (const names of [['one', 'four', 'three'], ['three'], ['three', 'one']]) {
    write(names)
    await store.refresh()
    const now = { ...store.inView(), ...read() }
    const here = changeOfFiles(before, now)
    expect(unpack((await large.change(before, now, never)) ?? '')).toEqual(here)
    expect(planningInThread('unused').change(before, now, never)).toBeNull()
    before = now
  }
  large.close()
})

test('a change that another program made is compared there, and here where the thread does not answer', async () => {
  const large = planningInThread(await bundled('electron/editing/planning-worker.ts'), 1)
  const dead = planningInThread(path.join(folder, 'missing.cjs'), 1)
  for (const planning of [large, dead]) {
    let asked = 0
    write(['one', 'two'])
    const watched = createKubeconfigStore({
      list: () => [{ path: file, source: 'default', own: true }],
      trustedFile: () => false,
      compare(before, now) {
        asked++
        return planning.change(readAt(before), readAt(now), never)?.then(unpack) ?? null
      },
    })
    await watched.load()
    write(['one', 'three'])
    const change = await watched.refresh()
    expect(change?.changed.contexts.map(({ name }) => name)).toEqual(['three'])
    expect(change?.removed).toContain(idOf('two'))
    expect(asked).toBe(1)
    expect(await watched.refresh()).toBeNull()
    planning.close()
  }
})

test('questions that wait with one signal are no leak that Node warns of', async () => {
  write(['one'])
  await store.load()
  const warnings: string[] = []
  const warned = ({ message }: Error) => warnings.push(message)
  process.on('warning', warned)
  const { signal } = new AbortController()
  await Promise.all(Array.from({ length: 12 }, () => large.entryText(idOf('one'), read(), signal)))
  process.off('warning', warned)
  expect(warnings).toEqual([])
})

test('what is cancelled is not answered, and what was asked behind it is', async () => {
  write(Array.from({ length: 600 }, (_, i) => `c${i}`))
  await store.load()
  const edits = Array.from({ length: 600 }, (_, i) => ({
    kind: 'rename-context' as const,
    context: idOf(`c${i}`),
    name: `n${i}`,
    cascade: true,
  }))
  const [running, waiting] = [new AbortController(), new AbortController()]
  const first = thread.preview(previewTask(edits), read(), running.signal)
  const second = thread.preview(previewTask(edits), read(), waiting.signal)
  const third = thread.preview(previewTask(edits.slice(0, 1)), read(), never)
  waiting.abort(new Error('waiting no more'))
  running.abort(new Error('not wanted'))
  await expect(first).rejects.toThrow('not wanted')
  await expect(second).rejects.toThrow('waiting no more')
  expect(unpack(await third).renamed).toHaveLength(3)
})

test('what cannot be sent to the thread says so, and what is asked next is answered of the files as they are', async () => {
  write(['one', 'two'])
  await store.load()
  const edit = { kind: 'rename-context', context: idOf('one'), name: 'n', cascade: false } as const
  const unsent = previewTask([Object.assign({}, edit, { odd: () => 0 })])
  await expect(thread.preview(unsent, read(), never)).rejects.toThrow(/could not be cloned/)
  expect(unpack(await thread.preview(previewTask([edit]), read(), never)).problems).toEqual([])
})

test('a thread that cannot start says so, and each question tries again', async () => {
  const missing = planningInThread(path.join(folder, 'missing.cjs'))
  for (const _ of [1, 2])
    await expect(missing.plan(planTask([]), read(), never)).rejects.toThrow(/Cannot find module/)
  missing.close()
})

test('an answer that cannot be read here fails, and the next question goes to another thread', async () => {
  const program = path.join(folder, 'unreadable.cjs')
  writeFileSync(
    program,
    `const { parentPort } = require('node:worker_threads')
    parentPort.on('message', () => {
      let plan = {}
      for (let depth = 0; depth < 4000; depth += 1) plan = { plan }
      parentPort.postMessage({ name: 'plan', answer: plan })
    })`,
  )
  const deep = planningInThread(program)
  for (const _ of [1, 2]) await expect(deep.plan(planTask([]), read(), never)).rejects.toThrow()
  deep.close()
})

/** Services in which no command can be run, over these files. */
const checking = (planning: Planning, of: string): Services =>
  createServices({
    variables: { HOME: folder, KUBECONFIG: of, PATH: path.dirname(process.execPath) },
    home: folder,
    platform: process.platform,
    cwd: folder,
    now: () => 0,
    folder: openDataFolder(path.join(folder, 'checks')),
    filesOf: 'app',
    planning,
    runCommand: async () => ({ kind: 'not-started', code: 'ENOENT', ms: 0 }),
  })

describe('a check of files that the thread looks at', () => {
  const small = 1
  /** Secrets, names that come twice or are in no file, and a user in another file. */
  const odd = () => {
    const [one, two] = [path.join(folder, 'odd-one'), path.join(folder, 'odd-two')]
    writeFileSync(path.join(folder, 'ca.crt'), 'not a certificate')
    writeFileSync(path.join(folder, 'sign'), '#!/bin/false', { mode: 0o755 })
    writeFileSync(
      one,
      `${usualFleet(9).text}${[
        '- name: certificate',
        '  user: {client-certificate-data: Y2VydA==, client-key-data: a2V5}',
        '- name: twice',
        '  user: {token: first, as: somebody, as-groups: [a, b]}',
        '- name: twice',
        '  user: {token: second}',
      ].join('\n')}\n`.replace(
        'contexts:\n',
        [
          'contexts:',
          '- {name: odd, context: {cluster: elsewhere, user: certificate}}',
          '- {name: twice, context: {cluster: nowhere, user: twice}}',
          '- {name: twice, context: {cluster: elsewhere, user: given}}',
          '',
        ].join('\n'),
      ),
    )
    writeFileSync(
      two,
      [
        'clusters:',
        '- name: elsewhere',
        '  cluster: {server: "https://u:p@elsewhere.test", certificate-authority: ca.crt, insecure-skip-tls-verify: true,',
        '    extensions: [{name: client.authentication.k8s.io/exec, extension: {deep: [1, null, {a: b}]}}]}',
        'users:',
        '- name: given',
        '  user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: ./sign, args: [--secret-token, abc],',
        '    env: [{name: TOKEN, value: hidden}], provideClusterInfo: true, interactiveMode: Never}}',
        'contexts:',
        '- {name: odd, context: {cluster: elsewhere, user: given}}',
        '- {name: own, context: {cluster: elsewhere, user: given, namespace: n}}',
      ].join('\n'),
    )
    return [one, two].join(path.delimiter)
  }

  test('stands on what main would have found', async () => {
    const own = planningInThread(await bundled('electron/editing/planning-worker.ts'), small)
    const [there, here] = [checking(own, odd()), checking(planningHere, odd())]
    const inEnvironment = await there.environments.of('app')
    await here.kubeconfig.load()
    await there.kubeconfig.load()
    const of = readAt(here.kubeconfig.store.inView())
    const ids = here.kubeconfig.store.snapshot().contexts.map(({ id }) => id)
    expect(ids).toHaveLength(14)
    const contexts = [...ids, idOf('gone'), ...ids]
    const [found, expected] = [
      await there.identities.subjects(contexts, inEnvironment),
      await here.identities.subjects(contexts, inEnvironment),
    ]
    const values = (subjects: typeof found) =>
      subjects.map(({ byVersion, resolved, ...rest }) =>
        structuredClone({ ...rest, asks: byVersion !== null, resolved: resolvedValue(resolved) }),
      )
    expect(values(found)).toEqual(values(expected))
    expect(found.map(({ resolved }) => resolved.id)).toEqual(ids)
    expect(found.flatMap(({ resolved }) => resolved.user?.raw.token ?? [])).toEqual(['first'])
    // The page is told the identity of an entry, and what its check depends on.
    const task = {
      ...place,
      environment: inEnvironment,
      trust: nothingAllowed,
      words: new Map(),
      asked: new Map(),
      now: 0,
    }
    const known = await own.contexts({ ...task, contexts: ids }, of, never)
    const report = await planningHere.report({ ...task, checked: ids, seenNames: {} }, of, never)
    expect(known.map(({ resolved, identity }) => ({ context: resolved.id, ...identity }))).toEqual(
      unpackReport(report)?.contexts.map(({ context, auth, meant, intended, predicted, fingerprint }) => ({
        context,
        auth,
        meant,
        intended,
        predicted,
        fingerprint,
      })),
    )
    const { clusters, users } = here.kubeconfig.store.snapshot()
    for (const id of [...ids, clusters[0]?.id ?? '', users[0]?.id ?? '', idOf('gone')])
      expect(await there.shown.entryText(id)).toEqual(here.kubeconfig.store.inView().view.text(id))
    const questions = await here.trust.ask(ids, 'app')
    expect(questions).not.toEqual([])
    expect(await there.trust.ask(ids, 'app')).toEqual(questions)
    const checked: string[] = []
    const run = {
      contexts: ids,
      environment: 'app' as const,
      onCheck: (check: Check) => checked.push(check.context),
    }
    expect((await there.checker.run(run, never)).summary).toMatchObject({ done: ids.length })
    expect([...checked].sort()).toEqual([...ids].sort())
    await there.close()
    own.close()
  })

  test.skipIf(!full)(
    'what is exported, and what a refresh asks AWS about, is what main would find',
    async () => {
      const own = planningInThread(await bundled('electron/editing/planning-worker.ts'), small)
      const [there, here] = [checking(own, odd()), checking(planningHere, odd())]
      const { contexts } = await here.kubeconfig.load()
      await there.kubeconfig.load()
      const ids = [...contexts.map(({ id }) => id), idOf('gone')]
      // One of them has a namespace that kubectl misreads, so that no text would mean the same.
      const plain = contexts.flatMap(({ id, name }) => (name === 'own' ? [] : [id]))
      for (const secrets of [true, false]) {
        const expected = await here.editing.ask('exported', { contexts: [...plain, idOf('gone')], secrets })
        expect(expected).toMatchObject({ ok: true, value: { first: contexts[0]?.name, count: 13 } })
        for (const of of [plain, ids])
          expect(await there.editing.ask('exported', { contexts: of, secrets })).toEqual(
            of === plain ? expected : await here.editing.ask('exported', { contexts: of, secrets }),
          )
      }
      expect(await there.editing.ask('exported', { contexts: [idOf('gone')], secrets: true })).toBeNull()
      const one = contexts.find(({ name }) => name === 'own')?.id ?? ''
      for (const asked of [[one], [idOf('gone')], ids]) {
        const [found, expected] = [await there.editing.sharing(asked), await here.editing.sharing(asked)]
        expect(found.map((context) => resolvedValue(context))).toEqual(expected.map(resolvedValue))
      }
      // Each of those that mean a cluster by its entry.
      expect((await there.editing.sharing([one])).map(({ name }) => name)).toEqual(
        here.kubeconfig.store
          .inView()
          .view.resolved()
          .flatMap(({ entry, cluster }) => (cluster?.raw.name === 'elsewhere' ? [entry.name] : [])),
      )
      await there.close()
      own.close()
    },
  )

  test.skipIf(!full)('is no larger, nor deeper, for all the other users of its file', async () => {
    const { text, contexts } = usualFleet(4_000)
    let role = 0
    const each = text.replaceAll(/( +)command: aws\n/g, (command, pad) => {
      role += 1
      return `${pad}- --role-arn\n${pad}- arn:aws:iam::111122223333:role/r-${role}\n${command}`
    })
    writeFileSync(file, each)
    await store.load()
    const task = { ...place, environment, trust: nothingAllowed, words: new Map(), asked: new Map(), now: 0 }
    const ids = contexts.slice(0, 2).map(idOf)
    const known = await large.contexts({ ...task, contexts: ids }, read(), never)
    expect(known.map(({ resolved }) => resolved.rawUser?.exec?.args.at(-1))).toEqual([
      'arn:aws:iam::111122223333:role/r-1',
      'arn:aws:iam::111122223333:role/r-2',
    ])
    expect(JSON.stringify(known).length).toBeLessThan(20_000)
  })

  test('is of the files that it was asked of, whatever is written meanwhile', async () => {
    const large = planningInThread(await bundled('electron/editing/planning-worker.ts'), small)
    const fleet = usualFleet(600)
    writeFileSync(file, fleet.text)
    let asked = 0
    const meanwhile: Planning = {
      ...large,
      async contexts(...of) {
        if (asked++ === 0) {
          const found = await large.contexts(...of)
          write(['another'])
          await services.shown.snapshot()
          return found
        }
        return large.contexts(...of)
      },
    }
    const services = checking(meanwhile, file)
    await services.shown.snapshot()
    const ids = fleet.contexts.map(idOf)
    const environmentHere = await services.environments.of('app')
    const subjects = () => services.identities.subjects(ids, environmentHere)
    expect((await subjects()).map(({ resolved }) => resolved.name)).toEqual(fleet.contexts)
    expect(asked).toBe(2)
    expect(await subjects()).toEqual([])
    await services.close()
    large.close()
  })
})

describe('a try that is planned in a thread', () => {
  const server = 'https://SOMEWHERE.gr7.eu-west-1.eks.amazonaws.com'
  const askedBy = { account: '111122223333', region: 'eu-west-1', endpoint: null }
  const context = (n: number) => idOf(`fleet-name-${n}`)
  const ids = [0, 1, 2, 3, 99].map(context)
  const plain: readonly Edit[] = [
    { kind: 'set-profile', context: context(1), profile: 'nobody', pin: 'arg', scope: 'split' },
    { kind: 'rename-context', context: context(1), name: 'renamed', cascade: true },
    { kind: 'delete-contexts', contexts: [context(2)], keepOrphans: false },
  ]
  const bringing: readonly Edit[] = [
    ...plain,
    { kind: 'set-server', context: context(0), server, scope: 'split' },
  ]
  const blocked: readonly Edit[] = [
    { kind: 'rename-context', context: context(0), name: 'fleet-name-3', cascade: false },
  ]
  const tryOut = async (
    services: Services,
    edits: readonly Edit[],
    consent: (brought: AddedByWrite) => boolean | Promise<boolean> = () => false,
  ) => {
    const asked: AddedByWrite[] = []
    const checks: unknown[] = []
    const checked = new Map<EntryId, unknown>()
    const answer = await services.trying.run(
      {
        run: 'try',
        edits,
        contexts: ids,
        environment: 'app',
        async consent(brought) {
          asked.push(brought)
          return ok(await consent(brought))
        },
        async commands(contexts, { trust, nameOf }) {
          const questions = await trust.ask(contexts, 'app')
          checks.push(contexts.map(nameOf), questions)
          return { contexts: [], ask: async () => ok({ refused: questions.length }) }
        },
        onProgress(progress) {
          if (progress.kind === 'started') checks.push(progress)
          if (progress.kind !== 'checked') return
          const { at: _, ms: __, ...check } = progress.check
          checked.set(check.context, check)
        },
      },
      never,
    )
    // Whichever was done first.
    const done = [...checked].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, check]) => check)
    return { answer, asked, checks: [...checks, ...done] }
  }

  test('plans, asks and finds what it would here', async () => {
    writeFileSync(file, usualFleet(6).text)
    const own = planningInThread(await bundled('electron/editing/planning-worker.ts'), 1)
    const [there, here] = [checking(own, file), checking(planningHere, file)]
    const both = async (...how: [readonly Edit[], ((brought: AddedByWrite) => boolean)?]) => {
      const found = await tryOut(there, ...how)
      expect(found).toEqual(await tryOut(here, ...how))
      return found
    }
    const known = await both(plain)
    expect(known).toMatchObject({ answer: { ok: true, value: { done: 3, left: [context(2), context(99)] } } })
    expect(known.asked).toEqual([])
    expect(known.checks[0]).toEqual(['fleet-name-0', 'renamed', 'fleet-name-3'])
    expect(await both(blocked)).toMatchObject({
      answer: { ok: false, fault: { code: 'conflict' } },
      asked: [],
    })
    const refused = await both(bringing)
    expect(refused).toMatchObject({ answer: { ok: false, fault: { code: 'declined' } }, checks: [] })
    expect(refused.asked).toMatchObject([{ parts: [{ kind: 'cluster', now: { destination: { server } } }] }])
    expect(await both(bringing, () => true)).toMatchObject({ answer: { ok: true }, asked: refused.asked })
    // Exactly that was allowed.
    expect(await both(bringing)).toMatchObject({ answer: { ok: true }, asked: [] })
    expect((await both([...bringing, { kind: 'use-context', context: context(3) }])).asked).toHaveLength(1)
    // What AWS has said itself is not asked about.
    for (const { editing } of [there, here])
      editing.awsReads.note(
        { arn: '', endpoint: server, certificateAuthorityData: null, askedBy },
        { file, name: 'fleet-name-3' },
        true,
      )
    const read: Edit = { kind: 'set-server', context: context(3), server, scope: 'shared' }
    expect(await both([read])).toMatchObject({ answer: { ok: true }, asked: [] })
    await there.close()
    own.close()
  })

  test.skipIf(!full)('judges by what was brought before as here', async () => {
    write(['one', 'two'])
    await store.load()
    const edits: readonly Edit[] = [{ kind: 'set-cluster', context: idOf('one'), cluster: 'two' }]
    const sources = read().files.map(sourceOfRead)
    const { files } = planEdits({ sources, revisions: [], edits })
    const all: string[] = []
    const wasAdded = (key: string) => all.push(key) > 0
    judgeWrite({ sources, files }, { fromAws: () => [], asksWhere: () => [], wasAdded, had: () => false })
    const [there, here] = [checking(large, file), checking(planningHere, file)]
    const decisions = openDecisions(openDataFolder(path.join(folder, 'checks')).file(trustFile))
    const asks: number[] = []
    for (const keys of [[], all]) {
      await decisions.keepAdded(keys)
      const found = await tryOut(there, edits)
      expect(found).toEqual(await tryOut(here, edits))
      asks.push(found.asked.length)
    }
    expect(asks).toEqual([1, 0])
    await there.close()
  })

  test('is of the files that were asked about, whatever is written while the user is asked', async () => {
    writeFileSync(file, usualFleet(6).text)
    const own = planningInThread(await bundled('electron/editing/planning-worker.ts'), 1)
    const [there, here] = [checking(own, file), checking(planningHere, file)]
    await there.shown.snapshot()
    const expected = await tryOut(here, bringing, () => true)
    const meanwhile = async () => {
      for (const names of [['another'], ['third'], ['fourth']]) {
        write(names)
        await there.shown.snapshot()
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      return true
    }
    expect(await tryOut(there, bringing, meanwhile)).toEqual(expected)
    // The next is of what is there now.
    expect(await tryOut(there, plain)).toMatchObject({ answer: { ok: false } })
    await there.close()
    own.close()
  })
})

describe('what is looked for in the history by a thread', () => {
  const count = 40
  const names = Array.from({ length: count }, (_, n) => `c${n}`)
  const renames = (of: (name: string) => string, cascade = false): Edit[] =>
    names.map((name) => ({ kind: 'rename-context', context: idOf(name), name: of(name), cascade }))
  let state = 0
  /** A window of its own, with a data folder of its own. */
  const open = (
    planning: Planning,
    own = path.join(folder, `state-${state++}`),
    list = file,
  ): Services & { readonly folder: string } => {
    return {
      folder: own,
      ...createServices({
        variables: { HOME: folder, KUBECONFIG: list, PATH: process.env.PATH ?? '' },
        home: folder,
        platform: process.platform,
        cwd: folder,
        now: Date.now,
        folder: openDataFolder(own),
        filesOf: 'app',
        planning,
      }),
    }
  }
  const applied = async (planning: Planning, edits: readonly Edit[], signal = never) => {
    const services = open(planning)
    await services.kubeconfig.load()
    const outcome = await services.editing.apply(
      {
        edits,
        titles: edits.map(({ kind }) => kind),
        revisions: null,
        sharedAllowed: false,
        consent: { kind: 'say', say: (one) => brought.push(one) },
      },
      signal,
    )
    return { services, outcome }
  }
  /** With every question of a write, which is answered by yes. */
  async function opened(planning: Planning) {
    const asked: AddedByWrite[] = []
    const services = open(planning)
    await services.shown.snapshot()
    const ask = async (one: AddedByWrite) => {
      asked.push(one)
      return ok(true)
    }
    return { services, asked, consent: { kind: 'ask' as const, ask } }
  }
  const brought: unknown[] = []
  const small = 1
  const program = () => bundled('electron/editing/planning-worker.ts')

  test('what an older copy has undone is found there as here, named once, and also where the thread ends meanwhile', async () => {
    const own = planningInThread(await program(), small)
    let asked = 0
    const there: Planning = {
      ...own,
      overwritten(...about) {
        asked += 1
        return own.overwritten(...about)
      },
    }
    const ending: Planning = {
      ...own,
      overwritten: () => Promise.reject(new Error('the planning thread ended with 1')),
    }
    const lost = async (planning: Planning) => {
      write(names)
      const older = readFileSync(file)
      const { services, outcome } = await applied(planning, renames((name) => `${name}-new`).slice(0, 3))
      expect(outcome).toMatchObject({ ok: true, value: { kind: 'written' } })
      writeFileSync(file, older)
      const found = await services.editing.overwritten()
      expect(await services.editing.overwritten()).toEqual([])
      await services.close()
      return found.map(({ items }) => items)
    }
    const here = await lost(planningHere)
    expect(here.flat().map(({ name }) => name)).toContain('c0-new')
    expect(await lost(there)).toEqual(here)
    expect(asked).toBe(2)
    expect(await lost(ending)).toEqual(here)
    own.close()
  })

  test('the file that an entry moves to is written first, whatever else becomes shorter in it', async () => {
    const [second, long] = [path.join(folder, 'second'), (letter: string) => letter.repeat(1_000)]
    const edits: Edit[] = [
      { kind: 'move-contexts', contexts: [idOf('fleet-name-1')], file: second },
      {
        kind: 'rename-context',
        context: entryId('context', second, long('日'), 0),
        name: long('本'),
        cascade: false,
      },
    ]
    writeFileSync(file, usualFleet(2).text)
    writeFileSync(
      second,
      `contexts:\n- {name: ${long('日')}, context: {cluster: fleet-name-0, user: fleet-name-0}}\n`,
    )
    const services = open(planningHere, undefined, `${file}:${second}`)
    await services.kubeconfig.load()
    const how = { revisions: null, sharedAllowed: true, titles: ['moved', 'renamed'] }
    expect(await services.editing.apply({ edits, ...how }, never)).toMatchObject({
      ok: true,
      value: { files: [{ path: second }, { path: file }] },
    })
    await services.close()
  })

  test.skipIf(!full)(
    'what an undo would do is so there as here, whatever way, whole or in part',
    async () => {
      const own = planningInThread(await program(), small)
      const context = (n: number) => idOf(`fleet-name-${n}`)
      const [scope, other] = ['shared' as const, path.join(folder, 'other-file')]
      const edits: Edit[] = [
        { kind: 'rename-context', context: context(1), name: 'é', cascade: true },
        { kind: 'delete-contexts', contexts: [context(2)], keepOrphans: false },
        { kind: 'set-server', context: context(5), server: 'https://elsewhere.test', scope },
        { kind: 'move-contexts', contexts: [context(6)], file: other },
      ]
      /** Without the diffs: a plan makes them when they are asked for, and this test does not ask. */
      const shownOf = ({ revisions, alsoChanges, problems, currentContext }: Plan) => ({
        revisions,
        alsoChanges,
        problems,
        currentContext,
      })
      const came = async (planning: Planning) => {
        writeFileSync(file, usualFleet(12).text)
        rmSync(other, { force: true })
        const seen: unknown[] = []
        const { services, asked, consent } = await opened(planning)
        const how = { revisions: null, sharedAllowed: true, consent }
        const told = async (outcome: Awaited<ReturnType<Services['editing']['apply']>>) => {
          const id = outcome.ok && outcome.value.kind === 'written' ? outcome.value.historyId : ''
          const {
            id: _,
            at: __,
            owner: ___,
            undoes,
            restores,
            ...kept
          } = (await services.editing.history.get(id)) ?? {
            id: '',
            at: 0,
            owner: null,
            undoes: null,
            restores: null,
          }
          const plan = outcome.ok && outcome.value.kind === 'written' ? shownOf(outcome.value.plan) : outcome
          const on = [file, other].map((one) => (existsSync(one) ? readFileSync(one, 'utf8') : null))
          seen.push({
            kept,
            undoes: undoes !== null,
            restores: restores !== null,
            plan,
            on,
            asked: [...asked],
          })
          await services.shown.snapshot()
          return id
        }
        const first = await told(
          await services.editing.apply({ edits, titles: edits.map(({ kind }) => kind), ...how }, never),
        )
        const back = async (id: string, way: UndoWay, contexts: readonly string[] | null = null) => {
          const plan = await services.editing.planUndo({ id, way, contexts })
          seen.push(plan.ok ? { ...plan.value, write: null } : plan)
          return told(await services.editing.undo({ id, way, contexts, ...how }, never))
        }
        await back(first, 'undo', ['é'])
        const undone = await back(first, 'undo')
        const redone = await back(undone, 'undo')
        // Another program is in the way of one of them.
        writeFileSync(file, readFileSync(file, 'utf8').replace('elsewhere.test', 'another.test'))
        await services.shown.snapshot()
        await back(redone, 'undo')
        await back(redone, 'reapply')
        await back(first, 'restore')
        await back('nothing', 'undo')
        // A file in UTF-16: it cannot be shown as a text, so the bytes are read.
        writeFileSync(file, Buffer.from(`\ufeff${readFileSync(file, 'utf8')}`, 'utf16le'))
        await services.shown.snapshot()
        await back(first, 'restore')
        await services.close()
        const named = JSON.stringify(seen)
          .replaceAll(/\d{8}T\d{9}Z-[0-9a-f]{8}/g, 'an id')
          // Of records, which have ids in them.
          .replaceAll(/("id":"an id","sum":")[0-9a-f]{64}/g, '$1')
        const said: unknown = JSON.parse(named)
        return said
      }
      expect(await came(own)).toEqual(await came(planningHere))
      own.close()
    },
    60_000,
  )
})
