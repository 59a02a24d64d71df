/** Main's side of editing for component tests: the same edits on the made-up files, in memory instead of on disk. */

import type { Comparison } from '../../shared/audit/compare'
import { applyEdits } from '../../shared/edits/apply-edits'
import { changesBetween, diffOf, unified } from '../../shared/edits/diff'
import { duplicatesIn } from '../../shared/edits/duplicates'
import type { Edit, EditProblem, ImportEdit } from '../../shared/edits/edit'
import { withEntries } from '../../shared/edits/import'
import type { EditModel, ModelFile } from '../../shared/edits/model'
import { renamedIds } from '../../shared/edits/model'
import type { Plan, PlannedChange } from '../../shared/edits/plan'
import { editSnapshot, modelOfSnapshot } from '../../shared/edits/snapshot'
import { redoIn } from '../../shared/edits/undone'
import type { ContextIdentity } from '../../shared/findings/context-identity'
import type { Check, EnvironmentName } from '../../shared/identity/identity'
import type { EventName, Input, Output, Payload, RequestName } from '../../shared/ipc/contract'
import type {
  ApplyAnswer,
  Choices,
  DiscoveryProgress,
  EkscopeWriter,
  FoundCluster,
  HistoryEntry,
  SettledWrite,
  UnreadWrite,
} from '../../shared/ipc/payloads'
import type { StoredEdits } from '../../shared/ipc/stored-edits'
import { at, type Json, textOf } from '../../shared/json'
import { changeBetween } from '../../shared/kubeconfig/change'
import {
  type EntryId,
  type EntryKind,
  entryKinds,
  mask,
  type Snapshot,
} from '../../shared/kubeconfig/entries'
import { fault } from '../../shared/result'
import type { ImportedEntries } from '../../shared/trust/added-by-write'
import { readAtOnce } from '../pending/overlay'
import { isDeleted } from '../pending/profile-edits'
import { home } from './fleet'

type EditingRequest = Extract<
  RequestName,
  | 'run.cancel'
  | `edits.${string}`
  | `history.${string}`
  | `import.${string}`
  | `export.${string}`
  | `aws.${string}`
>
type Answers = { readonly [N in EditingRequest]: (input: Input<N>) => Promise<Output<N>> | Output<N> }

/** What is compared with a file or with pending edits: nothing was checked, and one context would act as another. */
export const comparedAs = (
  environment: EnvironmentName,
  b: Omit<Comparison['b'], 'contexts'>,
): Comparison => ({
  a: { kind: 'environment', name: environment, contexts: 2 },
  b: { ...b, contexts: 2 },
  changes: {
    environments: null,
    ...{ since: '2026-12-01T00:00:00.000Z', unchecked: ['is'], came: [], went: [] },
    changed: [
      {
        ...{ context: 'prod-admin', what: 'identity' },
        ...{ was: 'Admin of 111122223333', wasBy: 'proven', wasAt: '2026-12-01T10:02:00.000Z' },
        wasWho: { key: 'aws 111122223333 role admin', name: 'Admin', account: '111122223333' },
        ...{ is: 'carol of 111122223333', isBy: 'predicted', isAt: null },
        isWho: { key: 'aws 111122223333 user carol', name: 'carol', account: '111122223333' },
      },
    ],
    findings: { came: [], went: [] },
  },
})

export interface FakeWorld {
  snapshot: () => Snapshot
  replace: (snapshot: Snapshot) => void
  identities: (environment: EnvironmentName) => readonly ContextIdentity[]
  emit: <N extends EventName>(name: N, payload: Payload<N>) => void
  now: () => number
  /** What main takes its time for. */
  pause: () => Promise<void>
  /** The runs that the page ended. */
  readonly cancelled: Set<string>
}

export interface FakeEditingOptions {
  /** How applies end, one after the other, before they begin to work. */
  readonly applies?: readonly ApplyAnswer[]
  /** A lock that is waited for until it is removed or the wait cancelled. */
  readonly lock?: { readonly path: string; readonly ageMs: number } | null
  readonly clusters?: readonly FoundCluster[]
  /** What main kept, in this process or of a window before. */
  readonly kept?: Partial<StoredEdits>
  /** Runs right after a write is on disk, before its answer. */
  readonly meanwhile?: () => void
  readonly unread?: readonly UnreadWrite[]
  /** Which part of Ekscope made a change from outside. */
  readonly writer?: EkscopeWriter
  /** Contexts that a refresh refuses, by name. */
  readonly unknown?: readonly string[]
  /** What a try of these edits finds of a context; null: nothing comes of it. */
  readonly tried?: (context: EntryId, edits: readonly Edit[]) => Check | null
  /** Tries go on once this is done. */
  readonly trying?: Promise<void>
  /** What was settled at start. */
  readonly recovered?: readonly SettledWrite[]
}

export const fakeChoices: Choices = {
  profiles: [
    {
      name: 'pay',
      kind: 'role',
      region: 'eu-west-1',
      says: 'arn:aws:iam::111122223333:role/Admin',
    },
    { name: 'base', kind: 'keys', region: 'eu-west-1', says: null },
    { name: 'dev', kind: 'sso', region: 'eu-west-1', says: '444455556666 Developer' },
  ],
  roles: ['arn:aws:iam::111122223333:role/Admin', 'arn:aws:iam::444455556666:role/Developer'],
  regions: ['ap-southeast-2', 'eu-central-1', 'eu-west-1', 'us-east-1', 'us-west-2'],
}

export const fakeClusters: readonly FoundCluster[] = [
  cluster('checkout', 'ACTIVE', null),
  cluster('ledger', 'CREATING', 'The cluster is being created'),
]

function cluster(name: string, status: string, notReady: string | null): FoundCluster {
  return {
    arn: `arn:aws:eks:eu-west-1:111122223333:cluster/${name}`,
    name,
    region: 'eu-west-1',
    partition: 'aws',
    askedBy: { account: '111122223333', region: 'eu-west-1', endpoint: null },
    status,
    version: '1.32',
    endpoint: notReady === null ? `https://${name}.gr7.eu-west-1.eks.amazonaws.com` : null,
    certificateAuthorityData: notReady === null ? 'Q0E=' : null,
    serviceRole: 'arn:aws:iam::111122223333:role/eks-service',
    outpostClusterId: null,
    authenticationMode: 'API_AND_CONFIG_MAP',
    publicEndpoint: true,
    privateEndpoint: false,
    notReady,
    sameAuthority: [],
    contexts: [],
  }
}

interface Written {
  readonly entry: HistoryEntry
  readonly before: Snapshot
  readonly after: Snapshot
}

/** Answers to everything that edits. */
export function fakeEditing(world: FakeWorld, options: FakeEditingOptions = {}): Answers {
  const applies = [...(options.applies ?? [])]
  const history: Written[] = []
  const imports = new Map<string, ImportEdit>()
  const { cancelled } = world
  let lock = options.lock ?? null
  let kept: StoredEdits = { steps: null, fromBefore: false, lost: [], ...options.kept }
  const recovered = [...(options.recovered ?? [])]
  let free: ((removed: boolean) => void) | null = null

  function plan(edits: readonly Edit[]): Plan {
    const before = modelOfSnapshot(world.snapshot())
    const { model, problems, alsoChanges, currentContext } = applyEdits(before, edits.map(whole))
    const all = [...problems, ...doubleAssumes(before, edits), ...leftWithoutHub(edits)]
    return {
      revisions: before.files.map(({ path }) => ({ path, revision: `${world.snapshot().revision}` })),
      files: [...profilesChanged(edits), ...changesOf(before, model)],
      alsoChanges,
      problems: all,
      blocked: all.some(({ blocks }) => blocks),
      currentContext,
    }
  }

  const whole = (edit: Edit): Edit =>
    edit.kind === 'import-entries' ? withEntries(edit, imports.get(edit.source) ?? edit) : edit

  function write(after: Snapshot, titles: readonly string[], of: Partial<HistoryEntry>): ApplyAnswer {
    const before = world.snapshot()
    const changes = changesOf(modelOfSnapshot(before), modelOfSnapshot(after))
    if (changes.length === 0) return { kind: 'nothing' }
    const entry: HistoryEntry = {
      id: `w${history.length + 1}`,
      at: world.now(),
      by: 'window',
      titles,
      undoes: null,
      partial: false,
      restores: null,
      uncertain: false,
      files: changes.map(({ path, diff }) => ({
        path,
        othersBefore: false,
        unreadable: null,
        added: diff.added,
        removed: diff.removed,
      })),
      ...of,
    }
    const written = (path: string) => `${entry.id} ${path}`
    const paths = new Set(changes.map(({ path }) => path))
    history.push({ entry, before, after })
    const now = {
      ...after,
      files: after.files.map((file) =>
        paths.has(file.path) ? { ...file, revision: written(file.path) } : file,
      ),
    }
    world.replace(now)
    world.emit('kubeconfig.changed', changeBetween(before, now))
    options.meanwhile?.()
    const files = changes.map(({ path }) => ({ path, way: 'rename' as const, revision: written(path) }))
    return { kind: 'written', id: entry.id, files, overwritten: [] }
  }

  function after(edits: readonly Edit[]): Snapshot {
    const before = world.snapshot()
    const all = edits.map(whole)
    const { snapshot, model } = editSnapshot(before, all)
    const ids = renamedIds(modelOfSnapshot(before), model)
    const renew = <E extends { readonly id: EntryId }>(entries: readonly E[]): readonly E[] =>
      entries.map((entry) => ({ ...entry, id: ids.get(entry.id) ?? entry.id }))
    return {
      ...snapshot,
      revision: before.revision + 1,
      contexts: renew(snapshot.contexts),
      clusters: renew(snapshot.clusters),
      users: renew(snapshot.users),
    }
  }

  function identitiesWith(edits: readonly Edit[], name: EnvironmentName): readonly ContextIdentity[] {
    const before = world.snapshot()
    const { snapshot } = editSnapshot(before, edits.map(whole))
    const users = new Map(snapshot.users.map((user) => [user.name, user]))
    const known = new Map(world.identities(name).map((identity) => [identity.context, identity]))
    return snapshot.contexts.flatMap((context) => {
      const sharedWith = snapshot.contexts.flatMap(({ name: other, user }) =>
        user === context.user && other !== context.name ? [other] : [],
      )
      const user = users.get(context.user ?? '') ?? null
      const cluster = snapshot.clusters.find(({ name }) => name === context.cluster) ?? null
      const was = before.contexts.find(({ id }) => id === context.id)
      const [any] = known.values()
      const identity = known.get(context.id) ?? (was === undefined ? (any ?? null) : null)
      const read = readAtOnce(identity, { context, cluster, user }, sharedWith, was)
      if (read === null) return []
      // What decides who it is makes the fingerprint: of an entry that is another it is another.
      const same = was !== undefined && before.users.find(({ name }) => name === was.user) === user
      const fingerprint = same ? read.fingerprint : `${JSON.stringify(user?.exec ?? null)} ${context.cluster}`
      return [{ ...read, context: context.id, fingerprint }]
    })
  }

  return {
    'edits.preview': async ({ edits, environment, compare }) => {
      if (edits.some(({ kind }) => kind === 'edit-profile')) await world.pause()
      const before = world.snapshot()
      const { problems, alsoChanges } = editSnapshot(before, edits.map(whole))
      return {
        revision: before.revision,
        renamed: [],
        identities: identitiesWith(edits, environment),
        compared: compare === null ? [] : identitiesWith(edits, compare),
        problems: [...problems, ...doubleAssumes(modelOfSnapshot(before), edits), ...leftWithoutHub(edits)],
        alsoChanges,
        files: plan(edits).files.map(({ path }) => path),
      }
    },
    'edits.compare': ({ environment: name }) => comparedAs(name, { kind: 'pending', name }),
    'edits.keep': ({ json }) => {
      kept = { steps: JSON.parse(json), fromBefore: false, lost: [] }
      return null
    },
    'edits.kept': () => kept,
    'edits.duplicates': ({ edits }) =>
      duplicatesIn(applyEdits(modelOfSnapshot(world.snapshot()), edits.map(whole)).model),
    'edits.plan': ({ edits }) => plan(edits),
    'edits.apply': async ({ run, edits, titles }) => {
      const next = applies.shift()
      if (next) return next
      if (lock) {
        world.emit('edits.waiting', { run, wait: { ...lock, waitedMs: 2_000 } })
        const removed = await new Promise<boolean>((done) => {
          free = done
        })
        if (!removed) return { kind: 'nothing' }
      }
      const written = write(after(edits), titles, {})
      const files = profilesChanged(edits).map(({ path }) => ({
        path,
        way: 'rename' as const,
        revision: 'w',
      }))
      return written.kind === 'nothing' && files.length > 0
        ? { kind: 'written', id: 'profiles', files, overwritten: [] }
        : written
    },
    'edits.try': async ({ run, edits, contexts, environment }) => {
      const { snapshot } = editSnapshot(world.snapshot(), edits.map(whole))
      const there = contexts.filter((id) => snapshot.contexts.some((context) => context.id === id))
      const left = contexts.filter((id) => !there.includes(id))
      world.emit('edits.trying', { kind: 'started', run, environment, contexts: there })
      let done = 0
      for (const id of there) {
        if (cancelled.has(run)) break
        const check = options.tried?.(id, edits.map(whole)) ?? null
        await options.trying
        if (check === null || cancelled.has(run)) continue
        done++
        const total = there.length
        const fingerprint =
          identitiesWith(edits, environment).find(({ context }) => context === id)?.fingerprint ?? ''
        world.emit('edits.trying', {
          kind: 'checked',
          run,
          check: { ...check, context: id, fingerprint, environment },
          done,
          total,
        })
      }
      return { run, done, total: there.length, cancelled: cancelled.has(run), left }
    },
    'run.cancel': ({ run }) => {
      cancelled.add(run)
      free?.(false)
      return null
    },
    'edits.recover': () => recovered.splice(0),
    'edits.unlock': () => {
      lock = null
      free?.(true)
      return null
    },
    'history.list': () => history.map(({ entry }) => entry).reverse(),
    'history.unread': () => options.unread ?? [],
    'history.writer': () => options.writer ?? null,
    'history.show': ({ id }) => {
      const found = history.find(({ entry }) => entry.id === id)
      return {
        files: found ? changesOf(modelOfSnapshot(found.before), modelOfSnapshot(found.after)) : [],
        revisions: [],
      }
    },
    'history.plan': ({ id, way }) => {
      const found = history.find(({ entry }) => entry.id === id)
      const then = way === 'reapply' ? found?.after : found?.before
      const files = then ? changesOf(modelOfSnapshot(world.snapshot()), modelOfSnapshot(then)) : []
      return {
        revisions: [],
        files,
        alsoChanges: [],
        problems: [],
        blocked: false,
        currentContext: null,
        free: [],
        write: found?.entry ?? { at: world.now(), by: 'window', titles: [] },
      }
    },
    'history.undo': ({ id, way }) => {
      const found = history.find(({ entry }) => entry.id === id)
      if (!found) return { kind: 'nothing' }
      const state = way === 'reapply' ? found.after : found.before
      const undoes = redoIn(history.map(({ entry }) => entry).reverse()).get(id) ?? null
      const marks = { undo: { undoes: id }, restore: { restores: id }, reapply: { undoes } }
      return write({ ...state, revision: world.snapshot().revision + 1 }, [`${way} ${id}`], marks[way])
    },
    'history.purge': () => history.splice(0).length,
    'import.again': ({ sources }) => sources.flatMap((source) => imports.get(source) ?? []),
    'import.read': ({ from }) => {
      const source = `i${imports.size + 1}`
      const edit: ImportEdit = {
        kind: 'import-entries',
        source,
        from: from === 'clipboard' ? null : '/home/ana/Downloads/guest.yaml',
        file: null,
        onConflict: 'rename',
        clusters: [{ name: 'guest', here: null, value: { server: 'https://guest.example.com' } }],
        users: [{ name: 'guest', here: null, value: { token: mask } }],
        contexts: [
          { name: 'guest', here: null, value: { cluster: 'guest', user: 'guest' } },
          { name: 'prod-admin', here: null, value: { cluster: 'guest', user: 'guest' } },
        ],
      }
      imports.set(source, edit)
      const refused = {
        code: 'unreadable' as const,
        message: '/home/ana/x.png is no text.',
        next: 'Drop another.',
      }
      const offer = { from: edit.from, problems: [], entries: fakeEntries, edit }
      return { offers: [offer], refused: from === 'drop' ? [refused] : [] }
    },
    'export.picture': ({ kind }) => ({ path: `/home/ana/ekscope-map.${kind}` }),
    'export.make': ({ to }) => ({ path: to === 'file' ? '/home/ana/export.kubeconfig' : null, notes: [] }),
    'aws.choices': () => fakeChoices,
    'aws.caller': ({ identity }) => ({
      arn: `arn:aws:sts::111122223333:assumed-role/${identity.profile ?? 'Env'}/ana`,
      canonicalArn: `arn:aws:iam::111122223333:role/${identity.profile ?? 'Env'}`,
      account: '111122223333',
      region: identity.profile === null ? null : 'eu-west-1',
    }),
    'aws.discover': ({ run, regions }) => {
      for (const region of regions) {
        const found = (options.clusters ?? fakeClusters).filter((one) => one.region === region)
        const events: DiscoveryProgress[] = found.map((one) => ({ kind: 'cluster', run, cluster: one }))
        // Between processes an event may come after the answer to the request that caused it.
        setTimeout(() => {
          for (const event of [...events, { kind: 'region' as const, run, region, clusters: found.length }])
            world.emit('aws.discovered', event)
        }, 20)
      }
      return null
    },
    'aws.refresh': ({ contexts }) => {
      const snapshot = world.snapshot()
      const refused = new Set(
        snapshot.contexts.flatMap(({ id, name }) => (options.unknown?.includes(name) ? [id] : [])),
      )
      const [first, ...same] = contexts.filter((id) => !refused.has(id))
      const entry = snapshot.contexts.find(({ id }) => id === first)
      const named = snapshot.clusters.find(({ name }) => name === entry?.cluster)
      return {
        edits: named
          ? [
              {
                kind: 'refresh-cluster',
                cluster: named.id,
                contexts: [...contexts],
                server: 'https://new.gr7.eu-west-1.eks.amazonaws.com',
                certificateAuthorityData: 'Q0E=',
              },
            ]
          : [],
        same,
        problems: contexts
          .filter((id) => refused.has(id))
          .map((context) => ({
            context,
            fault: fault('not-found', 'There is no such cluster.', 'Look.'),
            why: 'failed' as const,
          })),
      }
    },
  }
}

/** A role on top of a profile that assumes one, as main warns of it. */
function doubleAssumes(before: EditModel, edits: readonly Edit[]): readonly EditProblem[] {
  return edits.flatMap((edit, index) => {
    if ((edit.kind !== 'set-role' && edit.kind !== 'clone-context') || edit.role == null) return []
    const context = before.files.flatMap((file) => file.context).find(({ id }) => id === edit.context)
    const user = before.files
      .flatMap((file) => file.user)
      .find(({ name }) => name === (context ? textOf(at(context.value, 'user')) : null))
    if (!JSON.stringify(user?.value ?? null).includes('"pay"')) return []
    return [
      {
        edit: index,
        code: 'double-assume' as const,
        blocks: false,
        message: 'The profile pay assumes a role itself; this role would be assumed on top of it.',
        next: 'Pin its source, base, instead.',
        instead: 'base',
      },
    ]
  })
}

/** As in the made-up tree: pay takes its credentials from hub. */
const leftWithoutHub = (edits: readonly Edit[]): readonly EditProblem[] =>
  edits.some((one) => one.kind === 'edit-profile' && isDeleted([one.edit], 'hub'))
    ? [
        {
          edit: null,
          code: 'still-used',
          blocks: false,
          message: 'Profile hub is named by profile pay, which would have no identity without that profile.',
          next: 'Let it name another profile first.',
        },
      ]
    : []

/** What edits make of the AWS config file, of which nothing is shown. */
function profilesChanged(edits: readonly Edit[]): readonly PlannedChange[] {
  const path = `${home}/.aws/config`
  const diff = diffOf('', [], () => '')
  return edits.some(({ kind }) => kind === 'edit-profile')
    ? [{ path, created: false, removed: false, diff, unified: '', entries: [] }]
    : []
}

function changesOf(before: EditModel, after: EditModel): readonly PlannedChange[] {
  return after.files.flatMap((file, index) => {
    const old = before.files[index]
    const [was, is] = [old ? textOfFile(old) : '', textOfFile(file)]
    if (was === is) return []
    const diff = diffOf(was, changesBetween(was, is), (_side, _start, line) => line)
    const entries = (['before', 'after'] as const).flatMap((side) =>
      placesIn(side === 'before' ? was : is).map((place) => ({ ...place, side })),
    )
    return [
      { path: file.path, created: false, removed: false, diff, unified: unified(file.path, diff), entries },
    ]
  })
}

/** Where entries stand in the text of a file. */
function placesIn(text: string): readonly { kind: EntryKind; name: string; from: number; to: number }[] {
  const found: { kind: EntryKind; name: string; from: number; to: number }[] = []
  let kind: EntryKind = 'cluster'
  text.split('\n').forEach((line, at) => {
    kind = entryKinds.find((one) => line === `${one}s:`) ?? kind
    const [, name] = /^- name: (.*)$/.exec(line) ?? []
    const last = found.at(-1)
    if (name !== undefined) found.push({ kind, name, from: at + 1, to: at + 1 })
    else if (last && line.startsWith(' ')) last.to = at + 1
  })
  return found
}

/** A file as text, near enough to a kubeconfig for a diff. */
function textOfFile(file: ModelFile): string {
  const lines = ['apiVersion: v1', 'kind: Config', `current-context: ${file.currentContext ?? '""'}`]
  for (const kind of ['cluster', 'user', 'context'] as const) {
    lines.push(`${kind}s:`)
    for (const { name, value } of file[kind]) {
      lines.push(`- name: ${name}`, `  ${kind}:`)
      for (const [key, inner] of Object.entries(value)) lines.push(...lined(key, inner, '    '))
    }
  }
  return `${lines.join('\n')}\n`
}

function lined(key: string, value: Json, indent: string): readonly string[] {
  if (Array.isArray(value))
    return [`${indent}${key}:`, ...value.map((one) => `${indent}- ${JSON.stringify(one)}`)]
  if (typeof value === 'object' && value !== null)
    return [
      `${indent}${key}:`,
      ...Object.entries(value).flatMap(([name, inner]) => lined(name, inner, `${indent}  `)),
    ]
  return [`${indent}${key}: ${String(value)}`]
}

const fakeEntries: ImportedEntries = {
  clusters: [
    {
      name: 'guest',
      server: 'https://guest.example.com',
      authority: ['by the authorities that the system trusts'],
      tlsServerName: null,
      proxyUrl: 'http://proxy.example.com',
      insecure: false,
      contexts: ['guest', 'prod-admin'],
      whose: 'imported',
    },
  ],
  users: [
    {
      name: 'guest',
      contexts: ['guest', 'prod-admin'],
      certificate: null,
      key: null,
      token: true,
      tokenFile: null,
      username: null,
      password: false,
      command: null,
      authProvider: null,
      actsAs: null,
      impersonation: null,
      whose: 'imported',
    },
  ],
}
