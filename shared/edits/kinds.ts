/**
 * What each kind of edit is, one row a kind: which entries it names, which earlier edit it replaces, how it is described and
 * how it is applied. The schema of each is in edit.ts; a kind without a row here does not compile.
 */

import type { ExecMeaning } from '../exec/parse'
import {
  type EditedExec,
  setApiVersion,
  setEksName,
  setOutputJson,
  setProfile,
  setRegion,
  setRole,
  setTokenBy,
} from '../exec/set-values'
import { withExpected } from '../identity/expected'
import { type JsonMap, withKey } from '../json'
import type { EntryId, EntryKind, NamedKind } from '../kubeconfig/entries'
import {
  type EditDescription,
  type Facts,
  factsOf,
  type KnownEntries,
  lineName,
  pinnedProfile,
  titledNames,
} from './describe'
import type { Draft, ReadScope } from './draft'
import type { AnyEdit, EditKind, EditOf } from './edit'
import { importEntries } from './import'
import type { ProfileEdit } from './profile-edit'
import { describeProfileEdit } from './profile-line'
import {
  checkEksName,
  checkPrincipal,
  checkProfile,
  checkProxy,
  checkRegion,
  checkRole,
  checkServer,
  doubtNamespace,
  doubtTlsServerName,
  type Warn,
} from './refusal'
import { rename, renameContext } from './rename'
import {
  addContext,
  cloneContext,
  deleteContexts,
  deleteEntries,
  editedExec,
  entryOf,
  type InScope,
  mergeDuplicates,
  moveContexts,
  pointCurrent,
  putBack,
  quoteMisread,
  refreshCluster,
  setClusterKey,
  setExec,
  setReference,
  setValue,
  splitUser,
} from './structure'

/** What is collected while edits are carried out. */
export interface Turn {
  readonly warn: Warn
  /** Contexts that the edits are about; what changes for others is reported. */
  readonly targets: Set<EntryId>
}

/** A file that an edit names: entries are put into it (then it may be one outside the list), or it is repaired. */
export interface NamedFile {
  readonly path: string
  readonly use: 'target' | 'mended'
}

/** Replaces an id by another. `kind` is null where an edit names entries of any kind. */
type EachId = (id: EntryId, kind: EntryKind | null) => EntryId

/** What kubectl reads together with that context or file; a null file: the list. */
type PointedPlace =
  | { readonly context: EntryId }
  | { readonly file: string | null }
  /** Only what it says in this very file, which an earlier one may hide. */
  | { readonly inFile: string }

interface Kind<E> {
  /** The edit with each id that it names put through `each`. */
  readonly ids: (edit: E, each: EachId) => E
  /** What it sets, as a key: a later edit of this kind with the same key replaces it. Absent: it is never replaced. */
  readonly slot?: ((edit: E) => string) | undefined
  /** The name of the context that it makes. */
  readonly makes?: (edit: E) => string
  readonly file?: (edit: E) => NamedFile | null
  /** Which of these it may write into a command's arguments: they are checked against the AWS files. */
  readonly sets?: readonly InCommand[]
  /** Where it says what current-context is afterwards; anywhere else the name must mean the same context after it. */
  readonly current?: (edit: E) => readonly PointedPlace[]
  /** It may be refused halfway, and is rolled back then. Any other checks everything before it changes anything. */
  readonly partly?: true
  readonly describe: (edit: E, facts: Facts) => EditDescription
  readonly apply: (draft: Draft, edit: E, turn: Turn) => void
}

/** What an edit may set of a command: these, or anything of its arguments. */
type InCommand = 'profile' | 'role' | 'command'

/** Names one entry under this key, and sets something of it. */
const ofOne = <K extends string>(key: K, kind: EntryKind) => ({
  ids: <E extends Readonly<Record<K, EntryId>>>(edit: E, each: EachId): E => ({
    ...edit,
    [key]: each(edit[key], kind),
  }),
  slot: (edit: Readonly<Record<K, EntryId>>): string => edit[key],
})
const ofContext = ofOne('context', 'context')

/** Names several entries under this key. */
const ofMany = <K extends string>(key: K, kind: EntryKind | null) => ({
  ids: <E extends Readonly<Record<K, readonly EntryId[]>>>(edit: E, each: EachId): E => ({
    ...edit,
    [key]: edit[key].map((id) => each(id, kind)),
  }),
})

const target = (path: string | null): NamedFile | null => (path === null ? null : { path, use: 'target' })

const change = (
  subject: string,
  what: string,
  was: string | null | undefined,
  now: string | null,
): EditDescription => ({ subject, what, was: was ?? null, now })
const act = (subject: string, what: string): EditDescription => change(subject, what, null, null)

/** Sets a key of a context, or of the cluster that it names. */
const ofKey = <E extends { readonly context: EntryId }>(
  kind: EntryKind,
  key: string,
  now: (edit: E) => string | null,
  apply: Kind<E>['apply'],
): Kind<E> => ({
  ...ofContext,
  describe: (edit, of) => change(of.name(edit.context), key, of.value(edit.context, kind, key), now(edit)),
  apply,
})
const ofCluster = <E extends InScope>(
  key: string,
  now: (edit: E) => string | null,
  check: (value: string | null, warn: Warn) => void,
): Kind<E> =>
  ofKey('cluster', key, now, (draft, edit, { warn }) => {
    check(now(edit), warn)
    setClusterKey(draft, edit, key, now(edit))
  })

const ofReference = <E extends { readonly context: EntryId }>(
  kind: NamedKind,
  now: (edit: E) => string,
): Kind<E> => ofKey('context', kind, now, (draft, edit) => setReference(draft, edit.context, kind, now(edit)))

/** Sets something of a context's command in AWS terms. */
const ofCommand = <E extends InScope, V extends string | null>(
  what: string,
  was: (command: ExecMeaning) => string | null,
  now: (edit: E) => V,
  set: (exec: JsonMap, value: V, edit: E) => EditedExec,
  check: (value: V) => void = () => undefined,
  sets: readonly InCommand[] = [],
): Kind<E> => ({
  ...ofContext,
  sets: ['command', ...sets],
  describe(edit, of) {
    const command = of.aws(edit.context)
    return change(of.name(edit.context), what, command && was(command), now(edit))
  },
  apply(draft, edit) {
    check(now(edit))
    setExec(draft, edit, (exec, user) => editedExec(user, exec, (one) => set(one, now(edit), edit)))
  },
})
const role = (of: { readonly role: string | null }) => of.role
const profile = (of: { readonly profile: string | null }) => of.profile
const region = <R extends string | null>(of: { readonly region: R }) => of.region
const output = (of: ExecMeaning) => of.output
const json = () => 'json'
const eksName = (of: ExecMeaning) => of.clusterName || of.clusterId

const kinds: { readonly [K in EditKind]: Kind<EditOf<K>> } = {
  'set-namespace': ofKey(
    'context',
    'namespace',
    ({ namespace }) => namespace,
    (draft, { context, namespace }, { warn }) => {
      const entry = entryOf(draft, context)
      doubtNamespace(namespace, warn)
      setValue(draft, entry, withKey(entry.value, 'namespace', namespace ?? undefined))
    },
  ),
  'set-cluster': ofReference('cluster', ({ cluster }) => cluster),
  'set-user': ofReference('user', ({ user }) => user),
  'set-server': ofCluster('server', ({ server }) => server, checkServer),
  'set-proxy-url': ofCluster('proxy-url', ({ proxyUrl }) => proxyUrl, checkProxy),
  'set-tls-server-name': ofCluster('tls-server-name', (edit) => edit.tlsServerName, doubtTlsServerName),
  'set-region': ofCommand('region', region, region, setRegion, checkRegion),
  'set-eks-name': ofCommand('EKS cluster', eksName, ({ name }) => name, setEksName, checkEksName),
  'set-output-json': ofCommand('output', output, json, setOutputJson),
  'set-token-by': ofCommand(
    'token by',
    ({ program }) => program,
    ({ by }) => by,
    (exec, by) => setTokenBy(exec, by),
  ),
  'set-profile': {
    ...ofCommand<EditOf<'set-profile'>, string | null>(
      'profile',
      profile,
      profile,
      (exec, name, { pin }) => setProfile(exec, name, pin),
      checkProfile,
      ['profile'],
    ),
    describe({ context, profile, pin }, of) {
      const was = of.aws(context)
      const pinned = was?.profilePinnedBy ?? 'none'
      const [old, next] = [was && pinnedProfile(was.profile, pinned), pinnedProfile(profile, pin ?? pinned)]
      return change(of.name(context), 'profile', old, next)
    },
  },
  'set-role': ofCommand<EditOf<'set-role'>, string | null>('role', role, role, setRole, checkRole, ['role']),
  'set-expected': {
    ...ofContext,
    describe: ({ context, principal }, of) =>
      change(of.name(context), 'expected identity', of.expected(context), principal),
    apply(draft, { context, principal }) {
      const entry = entryOf(draft, context)
      const expected = principal === null ? null : checkPrincipal(principal)
      setValue(draft, entry, withExpected(entry.value, expected))
    },
  },
  'set-api-version': {
    ...ofContext,
    describe: ({ context, version }, of) => {
      const now = shortVersion(of.exec(context, 'apiVersion'))
      // Where the entry is v1 already, the edit writes the field that kubectl requires with v1.
      return now === version
        ? change(of.name(context), 'interactiveMode', of.exec(context, 'interactiveMode'), 'IfAvailable')
        : change(of.name(context), 'exec apiVersion', now, version)
    },
    apply: (draft, edit) =>
      setExec(draft, edit, (exec) => setApiVersion(exec, `${authentication}${edit.version}`)),
  },
  'rename-context': {
    ...ofContext,
    describe: ({ context, name, cascade }, of) =>
      change(
        of.name(context),
        ['name', cascade && of.renamed(context, name).join(' and ')].filter(Boolean).join(', with '),
        of.name(context),
        lineName(name),
      ),
    apply: (draft, { context, name, cascade }) =>
      renameContext(draft, entryOf(draft, context), name, cascade),
  },
  'rename-user': {
    ...ofOne('user', 'user'),
    describe: ({ user, name }, of) => change(of.name(user), 'user name', of.name(user), lineName(name)),
    apply: (draft, { user, name }) => rename(draft, entryOf(draft, user), name),
  },
  'rename-cluster': {
    ...ofOne('cluster', 'cluster'),
    describe: ({ cluster, name }, of) =>
      change(of.name(cluster), 'cluster name', of.name(cluster), lineName(name)),
    apply: (draft, { cluster, name }) => rename(draft, entryOf(draft, cluster), name),
  },
  'add-context': {
    ids: ({ cluster, ...edit }, each) => ({
      ...edit,
      cluster: cluster.kind === 'new' ? cluster : { ...cluster, cluster: each(cluster.cluster, 'cluster') },
    }),
    makes: ({ name }) => name,
    file: ({ file }) => target(file),
    sets: ['command', 'profile', 'role'],
    current: ({ use, file }) => (use ? [{ file }] : []),
    partly: true,
    describe: ({ name }) => act(lineName(name), 'new context'),
    apply: addContext,
  },
  'clone-context': {
    ...ofContext,
    slot: undefined,
    makes: ({ name }) => name,
    sets: ['command', 'profile', 'role'],
    describe({ context, name, profile, role }, of) {
      const other = [
        ...(profile === undefined ? [] : [`profile ${profile ?? 'none'}`]),
        ...(role === undefined ? [] : [`role ${role ?? 'none'}`]),
      ]
      return act(lineName(name), [`clone of ${of.name(context)}`, ...other].join(', '))
    },
    apply: cloneContext,
  },
  'split-user': {
    ...ofContext,
    slot: undefined,
    describe: ({ context }, of) => act(of.name(context), 'a user of its own'),
    apply: splitUser,
  },
  'merge-duplicates': {
    ids: (edit, each) => ({
      ...edit,
      keep: each(edit.keep, null),
      remove: edit.remove.map((id) => each(id, null)),
    }),
    partly: true,
    describe: ({ keep, remove }, of) => act(of.name(keep), `takes the place of ${of.names(remove)}`),
    apply: (draft, { keep, remove }) =>
      mergeDuplicates(draft, entryOf(draft, keep), entriesOf(draft, remove)),
  },
  'delete-contexts': {
    ...ofMany('contexts', 'context'),
    describe: ({ contexts, keepOrphans }, of) =>
      act(of.names(contexts), keepOrphans ? 'delete, but keep users and clusters' : 'delete'),
    apply: (draft, { contexts, keepOrphans }) =>
      deleteContexts(draft, entriesOf(draft, contexts), keepOrphans),
  },
  'delete-entries': {
    ...ofMany('entries', null),
    partly: true,
    describe: ({ entries }, of) => act(of.names(entries), 'delete'),
    apply: (draft, { entries }) => deleteEntries(draft, entriesOf(draft, entries)),
  },
  'move-contexts': {
    ...ofMany('contexts', 'context'),
    file: ({ file }) => target(file),
    partly: true,
    describe: ({ contexts, file }, of) => act(of.names(contexts), `move to ${file}`),
    apply: (draft, { contexts, file }, { targets }) =>
      moveContexts(draft, entriesOf(draft, contexts), file, targets),
  },
  'import-entries': {
    // The same import, with other choices of the user.
    slot: ({ source }) => source,
    ids: ({ chosen, ...edit }, each) => ({
      ...edit,
      ...(chosen && {
        chosen: chosen.map((one) =>
          one.how === 'replace' ? { ...one, context: each(one.context, 'context') } : one,
        ),
      }),
    }),
    file: ({ file }) => target(file),
    partly: true,
    describe: ({ contexts, source, chosen = [] }) => {
      const left = new Set(chosen.flatMap(({ how, name }) => (how === 'leave' ? [name] : [])))
      const names = contexts.flatMap(({ name }) => (left.has(name) ? [] : [name]))
      return act(titledNames(names) || source, 'import')
    },
    apply: (draft, edit, { warn }) => void importEntries(draft, edit, warn),
  },
  'use-context': {
    ids: (edit, each) => ({ ...edit, context: edit.context === null ? null : each(edit.context, 'context') }),
    slot: () => '',
    current: ({ context }) => [context === null ? { file: null } : { context }],
    describe: ({ context }, of) =>
      change('current-context', 'set', of.currentContext(), context === null ? null : of.name(context)),
    apply(draft, { context }) {
      const entry = context === null ? null : entryOf(draft, context)
      pointCurrent(draft, entry === null ? draft.list : draft.scopeOf(entry), entry?.name ?? null)
    },
  },
  'quote-misread': {
    ids: (edit) => edit,
    slot: ({ file }) => file,
    file: ({ file }) => ({ path: file, use: 'mended' }),
    describe: ({ file }) => act(file, 'quotes around text that kubectl misreads'),
    apply: (draft, { file }) => quoteMisread(draft, file),
  },
  'refresh-cluster': {
    ...ofOne('cluster', 'cluster'),
    ids: (edit, each) => ({
      ...edit,
      cluster: each(edit.cluster, 'cluster'),
      contexts: edit.contexts.map((id) => each(id, 'context')),
    }),
    describe: ({ cluster }, of) => act(of.name(cluster), 'endpoint and CA from AWS'),
    apply: refreshCluster,
  },
  'edit-profile': {
    ids: (edit) => edit,
    slot: ({ environment, edit }) => JSON.stringify([environment, ...profileSlot(edit)]),
    describe: ({ edit, was }) => describeProfileEdit(edit, was),
    // It changes no entry: what it makes of the AWS config file is worked out where that is read.
    apply: () => undefined,
  },
  'put-back': {
    ids: (edit, each) => ({
      ...edit,
      about: edit.about.map((id) => each(id, 'context')),
      remove: edit.remove.map((id) => each(id, null)),
      put: edit.put.map((one) => ({ ...one, entry: { ...one.entry, id: each(one.entry.id, null) } })),
    }),
    current: ({ current }) => current.map(({ file }) => ({ inFile: file })),
    describe: () => act('entries', 'put back as they were'),
    apply: putBack,
  },
}

const profileSlot = (edit: ProfileEdit): readonly string[] =>
  edit.kind === 'add-sso-session'
    ? [edit.kind, edit.session]
    : edit.kind === 'clone-profile'
      ? [edit.kind, edit.name]
      : [edit.kind, edit.profile, edit.kind === 'set-profile-key' ? edit.key : '']

const authentication = 'client.authentication.k8s.io/'
const shortVersion = (apiVersion: string | null): string | null =>
  apiVersion?.startsWith(authentication) === true ? apiVersion.slice(authentication.length) : apiVersion

const entriesOf = (draft: Draft, ids: readonly EntryId[]) => ids.map((id) => entryOf(draft, id))

const kindOf = <K extends EditKind>(edit: EditOf<K>): Kind<EditOf<K>> => kinds[edit.kind]

/** The edit with other ids in the place of those that it names. */
export function withIds<K extends EditKind>(edit: EditOf<K>, now: (id: EntryId) => EntryId): EditOf<K> {
  return kindOf(edit).ids(edit, now)
}

/** Every entry that an edit names; `kind` is null where it may name entries of any kind. */
export function idsOf(edit: AnyEdit): readonly { readonly id: EntryId; readonly kind: EntryKind | null }[] {
  const ids: { readonly id: EntryId; readonly kind: EntryKind | null }[] = []
  kindOf(edit).ids(edit, (id, kind) => {
    ids.push({ id, kind })
    return id
  })
  return ids
}

/** The contexts that an edit is about. */
export function contextsOf(edit: AnyEdit): readonly EntryId[] {
  return idsOf(edit).flatMap(({ id, kind }) => (kind === 'context' ? [id] : []))
}

/** What an edit sets, as a key: a later edit with the same key replaces it. Null: it is never replaced. */
export function slotOf(edit: AnyEdit): string | null {
  const slot = kindOf(edit).slot?.(edit)
  return slot === undefined ? null : `${edit.kind} ${slot}`
}

/** The name of the context that an edit makes, null for none. What an import makes depends on what is there. */
export const madeBy = (edit: AnyEdit): string | null => kindOf(edit).makes?.(edit) ?? null

export const fileOf = (edit: AnyEdit): NamedFile | null => kindOf(edit).file?.(edit) ?? null

/** Which of these an edit may write into a command's arguments. */
export const setsOf = (edit: AnyEdit): readonly InCommand[] => kindOf(edit).sets ?? []

/** An edit that says what current-context is afterwards. */
const pointedBy = (edit: AnyEdit): readonly PointedPlace[] => kindOf(edit).current?.(edit) ?? []
export const setsCurrent = (edit: AnyEdit): boolean => pointedBy(edit).length > 0

/** Where it says that: looked up once the edit is carried out. */
export function scopesPointed(draft: Draft, edit: AnyEdit): ReadonlySet<ReadScope> {
  const places = pointedBy(edit)
  const written = new Set(places.flatMap((place) => ('inFile' in place ? [place.inFile] : [])))
  const whole = places.flatMap((place) => {
    if ('inFile' in place) return []
    const path = 'context' in place ? (draft.fileOf(place.context)?.path ?? null) : place.file
    return path === null ? draft.list : draft.file(path) === null ? [] : draft.scopeAt(path)
  })
  return new Set([...whole, ...draft.scopes.filter((scope) => scope.countsIn(written))])
}

/** It checks everything before it changes anything. */
export const isAtomic = (edit: AnyEdit): boolean => kindOf(edit).partly !== true

/** An edit's description, with the values of the entries that it is made on. */
export function describeEdit(edit: AnyEdit, entries: KnownEntries): EditDescription {
  return kindOf(edit).describe(edit, factsOf(entries))
}

/** Carries an edit out on a draft, or throws a Refusal. */
export function carryOut(draft: Draft, edit: AnyEdit, turn: Turn): void {
  kindOf(edit).apply(draft, edit, turn)
}
