/**
 * Edits of the demo fleet tried before they are written: who AWS and the cluster say it would be is who the real kubectl is once they are
 * written, and nothing of the try is left behind.
 */
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Edit } from '../../shared/edits/edit'
import type { Check } from '../../shared/identity/identity'
import type { WhoamiProgress } from '../../shared/ipc/contract'
import { type EntryId, entryId } from '../../shared/kubeconfig/entries'
import { ok } from '../../shared/result'
import type { AddedByWrite } from '../../shared/trust/added-by-write'
import { type Demo, startDemo } from '../demo/demo'
import { accessKey, arns, carol, users } from '../demo/fleet/demo-identities'
import { beforeAndAfter } from '../report/compare'
import { createServices, type Services } from '../services'
import { openDataFolder } from '../system/data-folder'
import { type AwsProgram, awsProgram } from '../testing/aws-judge'
import { bundled, removeFolder } from '../testing/bundle'
import { realProgram, runProgram } from '../testing/real-programs'
import { startPlain } from '../testing/servers'
import { watched } from '../testing/simulator'
import type { AskedOf } from '../trust/asking'
import type { Planning } from './planning'
import { planningInThread } from './planning-thread'

const full = process.env.EKSCOPE_FULL === '1'
const never = new AbortController().signal

let aws: AwsProgram
let demo: Demo
let services: Services
let state: string
let planning: Planning
const watch = watched()
beforeAll(async () => {
  aws = await awsProgram()
  // As in a window with a large fleet: main never has the whole files.
  const program = await bundled('electron/editing/planning-worker.ts')
  planning = planningInThread(program, 1)
})
afterAll(() => planning.close())
beforeEach(async () => {
  demo = await startDemo({
    environment: { PATH: `${aws.folder}:/usr/bin:/bin`, LANG: 'C.UTF-8' },
    ...watch.options,
  })
  state = await mkdtemp(join(tmpdir(), 'ekscope-try-'))
  services = createServices({
    variables: demo.variables,
    home: demo.home,
    platform: process.platform,
    cwd: demo.home,
    now: Date.now,
    folder: openDataFolder(join(state, 'data')),
    filesOf: 'app',
    planning,
    tryLimits: { execMs: 60_000, clusterMs: 4_000 },
  })
  await services.kubeconfig.load()
})
afterEach(async () => {
  services.close()
  await demo.close()
  await removeFolder(state)
})

const idOf = (name: string): EntryId => {
  const found = services.kubeconfig.store.snapshot().contexts.find((one) => one.name === name)
  if (!found) throw new Error(`the demo has no context ${name}`)
  return found.id
}
const fileOf = (name: string): string =>
  services.kubeconfig.store.snapshot().contexts.find((one) => one.name === name)?.origin.file ?? ''

interface Asked {
  readonly brought: AddedByWrite[]
  readonly commands: string[]
}

async function tryOut(
  edits: readonly Edit[],
  contexts: readonly EntryId[],
  { yes = true, signal = never }: { readonly yes?: boolean; readonly signal?: AbortSignal } = {},
  onProgress: (progress: WhoamiProgress) => void = () => undefined,
) {
  const checks = new Map<EntryId, Check>()
  const events: WhoamiProgress[] = []
  const asked: Asked = { brought: [], commands: [] }
  const answer = await services.trying.run(
    {
      run: 'try',
      edits,
      contexts,
      environment: 'app',
      consent: async (brought) => {
        asked.brought.push(brought)
        return ok(yes)
      },
      commands: async (ids, { trust }: AskedOf) => {
        const questions = await trust.ask(ids, 'app')
        const asking = questions.flatMap((one) => one.contexts)
        return {
          contexts: asking,
          async ask(answered) {
            for (const question of questions) {
              asked.commands.push(question.kind)
              if (yes) await trust.allow(question.context, 'app', question.fingerprint)
            }
            answered?.(asking)
            return ok({ refused: yes ? 0 : questions.length })
          },
        }
      },
      onProgress(progress) {
        events.push(progress)
        if (progress.kind === 'checked') checks.set(progress.check.context, progress.check)
        onProgress(progress)
      },
    },
    signal,
  )
  return { answer, checks, events, asked }
}

const apply = (edits: readonly Edit[]) =>
  services.editing.apply(
    {
      edits,
      titles: edits.map(({ kind }) => kind),
      revisions: null,
      sharedAllowed: true,
      consent: { kind: 'say', say: () => undefined },
    },
    never,
  )

/** The user that kubectl reports; null where it reports none. */
async function kubectlSays(context: string): Promise<string | null> {
  const { status, stdout } = await runProgram(
    realProgram('kubectl'),
    [
      '--request-timeout=20s',
      '--context',
      context,
      'auth',
      'whoami',
      '-o',
      'jsonpath={.status.userInfo.username}',
    ],
    demo.variables,
  )
  return status === 0 ? stdout : null
}

/** A session name that aws makes up is another each time. */
const settled = (username: string | null): string | null =>
  username?.replace(/(botocore-session|EKSGetTokenAuth|aws-go-sdk)-?\d*$/, '$1') ?? null

async function hashOf(folder: string): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {}
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    // The AWS CLI's own cache of credentials: aws writes it whichever program starts it.
    if (!entry.isFile() || path.includes('/.aws/cli/')) continue
    found[path] = createHash('sha256')
      .update(await readFile(path))
      .digest('hex')
  }
  return found
}

test('AWS is asked as no role of an account that nothing names before that was allowed', async () => {
  const role = 'arn:aws:iam::666666666666:role/secret-of-the-page'
  const context = idOf('prod-admin')
  const edit: Edit = { kind: 'set-role', context, role, scope: 'split' }
  watch.forgetRequests()
  const refused = await tryOut([edit], [context], { yes: false })
  expect(refused).toMatchObject({
    answer: { ok: false, fault: { code: 'declined' } },
    asked: { brought: [{ parts: [{ kind: 'role', now: role }] }], commands: [] },
  })
  expect(watch.requests()).toEqual([])
  const allowed = await tryOut([edit], [context])
  expect(allowed.asked.brought).toHaveLength(1)
  expect(watch.requests().map(({ operation }) => operation)).toContain('AssumeRole')
})

const contexts = [
  'prod-admin',
  'prod-audit',
  'prod-ci',
  'stage',
  'stage-admin',
  'prod-unpinned',
  'sandbox-7',
  'platform-tools',
] as const
const profiles = [
  'alice',
  'pay',
  'pay-ro',
  'dev',
  'platform',
  'ci',
  'hub',
  'sandbox',
  'frank',
  'nobody-has-it',
] as const
const roles = [arns.payReadOnly, arns.payAdmin, arns.devDeveloper, arns.platformOps, arns.payAudit] as const

interface Wish {
  readonly context: (typeof contexts)[number]
  readonly kind: 'profile' | 'role' | 'both' | 'clone' | 'rename'
  readonly profile: (typeof profiles)[number]
  readonly role: string | null
}

const wishes: fc.Arbitrary<readonly Wish[]> = fc.uniqueArray(
  fc.record({
    context: fc.constantFrom(...contexts),
    kind: fc.constantFrom(
      'profile' as const,
      'role' as const,
      'both' as const,
      'clone' as const,
      'rename' as const,
    ),
    profile: fc.constantFrom(...profiles),
    role: fc.constantFrom(...roles, null),
  }),
  { selector: ({ context }) => context, minLength: 3, maxLength: 6 },
)

/** The edits of one wish, and the context that they are about afterwards. */
function madeOf({ context: name, kind, profile, role }: Wish): {
  readonly id: EntryId
  readonly name: string
  readonly edits: readonly Edit[]
} {
  const context = idOf(name)
  const setProfile: Edit = { kind: 'set-profile', context, profile, pin: 'arg', scope: 'split' }
  const setRole: Edit = { kind: 'set-role', context, role, scope: 'split' }
  const is = { id: context, name }
  switch (kind) {
    case 'profile':
      return { ...is, edits: [setProfile] }
    case 'role':
      return { ...is, edits: [setRole] }
    case 'both':
      return { ...is, edits: [setProfile, setRole] }
    case 'clone': {
      const clone = `${name}-clone`
      const edit: Edit = {
        kind: 'clone-context',
        context,
        name: clone,
        profile,
        role,
        pin: 'arg',
        userName: null,
      }
      return { id: entryId('context', fileOf(name), clone, 0), name: clone, edits: [edit] }
    }
    case 'rename': {
      const edit: Edit = { kind: 'rename-context', context, name: `${name}-now`, cascade: true }
      return { id: context, name: `${name}-now`, edits: [setRole, edit] }
    }
  }
}

describe('a try', () => {
  test('gives whom the written entry is to kubectl, and the verdict that a check of it gives', {
    timeout: 600_000,
  }, async () => {
    const samples = fc.sample(wishes, { numRuns: full ? 12 : 1, seed: fc.readConfigureGlobal().seed ?? 1 })
    for (const sample of samples) {
      const made = sample.map(madeOf)
      const edits = made.flatMap((one) => one.edits)
      const before = await hashOf(demo.home)
      const { answer, checks } = await tryOut(
        edits,
        made.map(({ id }) => id),
      )
      expect(answer).toMatchObject({ ok: true, value: { done: made.length, left: [], cancelled: false } })
      expect(await hashOf(demo.home)).toEqual(before)
      const tried = made.map(({ id, name }) => {
        const check = checks.get(id)
        return [
          name,
          check?.verdict,
          check?.problem?.code ?? null,
          check?.fingerprint,
          settled(check?.seen?.username ?? null),
        ]
      })
      const written = await apply(edits)
      expect(written).toMatchObject({ ok: true, value: { kind: 'written' } })
      await services.kubeconfig.load()
      const after = new Map<string, Check>()
      await services.checker.run(
        {
          contexts: made.map(({ name }) => idOf(name)),
          environment: 'app',
          onCheck: (check) => after.set(check.contextName, check),
        },
        never,
      )
      const judged: unknown[] = []
      for (const { name } of made) {
        const check = after.get(name)
        judged.push([
          name,
          check?.verdict,
          check?.problem?.code ?? null,
          check?.fingerprint,
          settled(await kubectlSays(name)),
        ])
      }
      expect(tried).toEqual(judged)
      const id = written.ok && written.value.kind === 'written' ? written.value.historyId : ''
      await services.editing.undo(
        { id, way: 'undo', contexts: null, revisions: null, sharedAllowed: true },
        never,
      )
      await services.kubeconfig.load()
    }
  })

  test('leaves nothing behind: no file of the home, no check, no secret in an event', {
    timeout: 120_000,
  }, async () => {
    const edits: Edit[] = [
      { kind: 'set-profile', context: idOf('prod-admin'), profile: 'pay-ro', pin: 'arg', scope: 'split' },
    ]
    const [home, data] = [await hashOf(demo.home), await hashOf(state)]
    const { checks, events, asked } = await tryOut(edits, [idOf('prod-admin')])
    expect(checks.get(idOf('prod-admin'))).toMatchObject({
      verdict: 'verified',
      proven: { canonicalArn: arns.payReadOnly },
    })
    expect(asked).toEqual({ brought: [], commands: [] })
    // Of before and after it is the after, and of another edit it is nothing.
    const told = async (profile: string) => {
      const other = edits.map((edit) => ({ ...edit, profile }))
      const made = await beforeAndAfter(services, other, 'app', never)
      return made.ok ? made.value.changes.changed : made
    }
    const change = { context: 'prod-admin', what: 'identity', wasBy: 'predicted' }
    expect(await told('pay-ro')).toMatchObject([{ ...change, isBy: 'seen', isAt: expect.any(String) }])
    expect(await told('dev')).toMatchObject([{ ...change, isBy: 'predicted', isAt: null }])
    expect(await hashOf(demo.home)).toEqual(home)
    expect(await hashOf(state)).toEqual(data)
    expect(await services.checker.kept()).toEqual([])
    const crossed = JSON.stringify(events)
    for (const { secret } of [...users.map(accessKey), accessKey(carol)])
      expect(crossed).not.toContain(secret)
    expect(crossed).not.toContain('k8s-aws-v1.')
  })

  test('asks before it sends a token to a server that the edit brings, and without a yes sends none', {
    timeout: 120_000,
  }, async () => {
    const thief = await startPlain((_, response) => response.end('{}'))
    const context = idOf('prod-admin')
    const edits: Edit[] = [
      { kind: 'set-server', context, server: `https://127.0.0.1:${thief.port}`, scope: 'split' },
    ]
    watch.forgetRequests()
    const { answer, asked, checks } = await tryOut(edits, [context], { yes: false })
    expect(answer).toMatchObject({ ok: false, fault: { code: 'declined' } })
    expect(asked.brought.map(({ parts }) => parts.map(({ kind }) => kind))).toEqual([['cluster']])
    expect(checks.size).toBe(0)
    expect(watch.requests()).toEqual([])
    expect(thief.connections().made).toBe(0)
    await thief.close()
  })

  test('runs no command that the user has not allowed, and asks about that of the entry as it would be', {
    timeout: 120_000,
  }, async () => {
    const id = entryId('context', fileOf('tools-corp-auth'), 'corp-2', 0)
    const clone: Edit = {
      ...{ kind: 'clone-context', context: idOf('tools-corp-auth'), name: 'corp-2' },
      ...{ pin: null, userName: null },
    }
    const batch = idOf('prod-admin')
    const pinned: Edit = { kind: 'set-profile', context: batch, profile: 'batch', pin: 'arg', scope: 'split' }
    const no = await tryOut([clone, pinned], [id, batch], { yes: false })
    expect(no.asked.commands.sort()).toEqual(['credential-process', 'exec'])
    expect(no.checks.get(id)?.problem?.code).toBe('command-not-allowed')
    expect(no.checks.get(batch)?.problem?.code).toBe('process-not-allowed')
    // No command of the terminal knows what is not written yet.
    for (const one of [id, batch])
      expect(no.checks.get(one)?.problem?.next).toBe('Try again to be asked again.')
    const yes = await tryOut([clone, pinned], [id, batch])
    expect(yes.checks.get(id)?.seen?.username).toBe('ops:alice')
    expect(yes.checks.get(batch)?.proven?.canonicalArn).toBe(arns.lakeBatch)
  })

  test.skipIf(!full)('stops at a cancel, with what was found out before', { timeout: 120_000 }, async () => {
    const stop = new AbortController()
    const ids = contexts.map(idOf)
    const edits = ids.map(
      (context): Edit => ({ kind: 'set-role', context, role: arns.payReadOnly, scope: 'split' }),
    )
    const { answer, checks } = await tryOut(edits, ids, { signal: stop.signal }, (progress) => {
      if (progress.kind === 'checked') stop.abort()
    })
    expect(answer).toMatchObject({ ok: true, value: { cancelled: true } })
    expect(checks.size).toBeGreaterThan(0)
    expect(checks.size).toBeLessThan(ids.length)
  })

  test.skipIf(!full)(
    'says who AWS proves where the cluster never answers',
    { timeout: 120_000 },
    async () => {
      const context = idOf('prod-admin')
      const edits: Edit[] = [{ kind: 'set-profile', context, profile: 'pay-ro', pin: 'arg', scope: 'split' }]
      watch.fault({ kind: 'delay', ms: 20_000, service: 'kubernetes' })
      const { checks } = await tryOut(edits, [context])
      expect(checks.get(context)).toMatchObject({
        verdict: 'unreachable',
        proven: { canonicalArn: arns.payReadOnly },
      })
    },
  )

  test('is of the files as they are now, and names contexts that are not there', async () => {
    const context = idOf('prod-admin')
    const gone = entryId('context', fileOf('prod-admin'), 'nobody', 0)
    const file = fileOf('prod-admin')
    // Another program, this moment: the window has not heard of it.
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replace('- pay          # hub', '- pay-ro       # hub'))
    expect(await readFile(file, 'utf8')).not.toBe(text)
    const { answer, checks } = await tryOut(
      [{ kind: 'set-namespace', context, namespace: 'a' }],
      [context, gone],
    )
    expect(answer).toMatchObject({ ok: true, value: { left: [gone], total: 1 } })
    expect(checks.get(context)?.proven?.canonicalArn).toBe(arns.payReadOnly)
  })

  test('refuses edits that cannot be written, with the reason', async () => {
    const context = idOf('prod-admin')
    const { answer } = await tryOut(
      [{ kind: 'rename-context', context, name: 'stage', cascade: false }],
      [context],
    )
    expect(answer).toMatchObject({ ok: false, fault: { code: 'conflict' } })
  })
})

describe('a write', () => {
  test.skipIf(!full)(
    'of names, namespaces and files keeps what checks have found out, and so does its undo',
    {
      timeout: 120_000,
    },
    async () => {
      const names = ['prod-ci', 'prod-audit', 'stage', 'sandbox-7']
      await services.checker.run({ contexts: names.map(idOf), environment: 'app' }, never)
      const counts = async () => {
        await services.kubeconfig.load()
        const { contexts: identities } = await services.identities.of('app')
        const now = new Map(identities.map(({ context, fingerprint }) => [context, fingerprint]))
        const named = new Map(services.kubeconfig.store.snapshot().contexts.map(({ id, name }) => [id, name]))
        return (await services.checker.kept())
          .filter(({ context, fingerprint }) => now.get(context) === fingerprint)
          .map(({ context, verdict, contextName }) => [named.get(context), contextName, verdict].join(' '))
          .sort()
      }
      const before = await counts()
      expect(before).toHaveLength(4)
      const legacy = fileOf('tools-corp-auth')
      const written = await apply([
        { kind: 'rename-context', context: idOf('prod-ci'), name: 'prod-audit', cascade: true },
        { kind: 'rename-context', context: idOf('prod-audit'), name: 'prod-ci', cascade: false },
        { kind: 'set-namespace', context: idOf('stage'), namespace: 'elsewhere' },
        { kind: 'move-contexts', contexts: [idOf('sandbox-7')], file: legacy },
      ])
      expect(written).toMatchObject({ ok: true, value: { kind: 'written' } })
      const crossed = before.map((one) =>
        one.replace(/prod-ci prod-ci|prod-audit prod-audit/, (both) =>
          both.startsWith('prod-ci') ? 'prod-audit prod-audit' : 'prod-ci prod-ci',
        ),
      )
      expect(await counts()).toEqual(crossed.sort())
      const id = written.ok && written.value.kind === 'written' ? written.value.historyId : ''
      const back = await services.editing.undo(
        { id, way: 'undo', contexts: null, revisions: null, sharedAllowed: true },
        never,
      )
      expect(back).toMatchObject({ ok: true })
      expect(await counts()).toEqual(before)
    },
  )
})
