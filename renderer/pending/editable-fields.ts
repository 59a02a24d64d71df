/**
 * The editable columns, one entry each: an editor's initial text, its offers, and the edits for a new value.
 * Paste, fill, replace and the cell editor all go through here.
 */

import { shownHost } from '../../shared/destination/host'
import type { Edit, Scope } from '../../shared/edits/edit'
import { notAws, throughWrappers } from '../../shared/exec/inside'
import type { ExecCommand } from '../../shared/exec/parse'
import { programOf } from '../../shared/exec/program-arguments'
import { parsePrincipal } from '../../shared/identity/arn'
import { principalName } from '../../shared/identity/named-identity'
import type { Choices } from '../../shared/ipc/payloads'
import {
  type ContextEntry,
  type EntryId,
  isBeside,
  type KubeconfigFile,
  type Snapshot,
} from '../../shared/kubeconfig/entries'
import { parseShown } from '../../shared/kubeconfig/secrets'
import { type ColumnId, columnOf, shortApiVersion } from '../rows/columns'
import type { Row } from '../rows/rows'
import { spacedAccount } from '../text/counts'
import { editText } from '../text/edits'
import { shortPath } from '../text/path'
import type { Offer } from './offers'
import { roleOffers } from './role-offers'

/** The profiles of the AWS files, each with its kind and its identity; accounts are shown by name. */
export function profileOffers(
  { profiles }: Choices,
  accountNames: ReadonlyMap<string, string>,
  made: readonly string[] = [],
): readonly Offer[] {
  return [
    ...made.map((value) => ({ value, hint: editText.pending.profile })),
    ...profiles.map(({ name, kind, says }) => ({
      value: name,
      hint: [kind, says === null ? '' : actsAs(says, accountNames)].filter(Boolean).join(' · '),
    })),
  ]
}

/** What fields need beyond the row. */
export interface FieldInputs {
  /** With the pending edits. */
  readonly snapshot: Snapshot
  /** Files that entries may be written to. */
  readonly files: readonly KubeconfigFile[]
  readonly choices: Choices | null
  readonly rows: readonly Row[]
  /** The home folder, which a path may write as `~`. */
  readonly home: string
  readonly accountNames: ReadonlyMap<string, string>
  readonly recentRoles: readonly string[]
  /** Profiles that no AWS file has yet. */
  readonly made: readonly string[]
}

/** Edits, or why the text is not a valid value. */
export type TypedEdits = { readonly edits: readonly Edit[] } | { readonly problem: string }

export interface Field {
  /** Which entry holds the value; `context` is never shared. */
  readonly through: 'context' | 'user' | 'cluster'
  /** An empty text removes the value. */
  readonly clearable?: true
  /** Any command can have it; other fields are arguments, which Ekscope must know. */
  readonly anyCommand?: true
  /** One value for many contexts makes no sense. */
  readonly single?: true
  /** The initial text of an editor, and the text for a spreadsheet. */
  readonly text: (row: Row) => string
  /** The initial text of an editor, where it differs; `home` is the home folder. */
  readonly starts?: (row: Row, home: string) => string
  /** Whether a row already has the value of this text, where texts other than `text` can mean it. */
  readonly has?: (row: Row, text: string) => boolean
  readonly edits: (row: Row, text: string, scope: Scope, inputs: FieldInputs) => TypedEdits
  readonly offers: (row: Row, inputs: FieldInputs) => readonly Offer[]
}

const problem = (sentence: string): TypedEdits => ({ problem: sentence })
const one = (edit: Edit): TypedEdits => ({ edits: [edit] })
/** Why a cell of this column cannot be emptied. */
export const whyNotEmpty = (column: string): string =>
  editText.locked.needed(columnOf(column)?.title ?? column)
const orNull = (text: string): string | null => (text === '' ? null : text)

/** Values of other rows, the most frequent first. */
function used(rows: readonly Row[], value: (row: Row) => string | null | undefined): readonly Offer[] {
  const counts = new Map<string, number>()
  for (const row of rows) {
    const said = value(row)
    if (said) counts.set(said, (counts.get(said) ?? 0) + 1)
  }
  return [...counts]
    .sort(([a, x], [b, y]) => y - x || a.localeCompare(b))
    .map(([said, count]) => ({ value: said, hint: editText.contexts(count) }))
}

/** `pay --profile`, `pay env`, `pay`: the profile and how it is pinned, as the column shows it. */
export function readProfile(text: string): { readonly profile: string; readonly pin: 'arg' | 'env' | null } {
  const found = /^(.*?)\s+(--profile|env|AWS_PROFILE)$/.exec(text.trim())
  if (found) return { profile: found[1] ?? '', pin: found[2] === '--profile' ? 'arg' : 'env' }
  return { profile: text.trim(), pin: null }
}

/** A role by its name and account, by which a user finds it; text that is not an ARN is unchanged. */
function actsAs(arn: string, accountNames: ReadonlyMap<string, string>): string {
  const account = parsePrincipal(arn)?.account
  return account === undefined
    ? arn
    : `${principalName(arn)} in ${accountNames.get(account) ?? spacedAccount(account)}`
}

const pinSuffix = { arg: ' --profile', env: ' env', wrapper: '', none: '' } as const

const noOffers = (): readonly Offer[] => []
type Read = (row: Row) => string | null | undefined

/** A field with a trimmed value, which offers the values of other rows. */
const value = (
  column: ColumnId,
  through: Field['through'],
  read: Read,
  edit: (context: EntryId, value: string, scope: Scope) => Edit,
): Field => ({
  through,
  text: (row) => read(row) ?? '',
  edits: ({ id }, text, scope) =>
    text.trim() === '' ? problem(whyNotEmpty(column)) : one(edit(id, text.trim(), scope)),
  offers: (_, { rows }) => used(rows, read),
})

/** A field whose value may be removed. */
const optional = (
  through: Field['through'],
  read: Read,
  edit: (context: EntryId, value: string | null, scope: Scope) => Edit,
): Field => ({
  through,
  clearable: true,
  text: (row) => read(row) ?? '',
  edits: ({ id }, text, scope) => one(edit(id, orNull(text.trim()), scope)),
  offers: (_, { rows }) => used(rows, read),
})

export const fields: Readonly<Partial<Record<ColumnId, Field>>> = {
  context: {
    through: 'context',
    single: true,
    text: (row) => row.name,
    edits: (row, text) =>
      text === ''
        ? problem(whyNotEmpty('context'))
        : one({ kind: 'rename-context', context: row.id, name: text, cascade: false }),
    offers: noOffers,
  },
  namespace: optional(
    'context',
    (row) => row.entry.namespace,
    (context, namespace) => ({ kind: 'set-namespace', context, namespace }),
  ),
  cluster: {
    ...value(
      'cluster',
      'user',
      // The cluster that the token is for, which an edit changes.
      (row) => row.tokenFor ?? row.clusterName,
      (context, name, scope) => ({ kind: 'set-eks-name', context, name, scope }),
    ),
    offers: ({ account }, { rows }) =>
      used(
        rows.filter((other) => other.account === account),
        (other) => other.clusterName,
      ),
  },
  region: {
    ...value(
      'region',
      'user',
      (row) => row.region,
      (context, region, scope) => ({ kind: 'set-region', context, region, scope }),
    ),
    offers: (_, { rows, choices }) => {
      const here = used(rows, (row) => row.region)
      const known = new Set(here.map((one) => one.value))
      return [...here, ...named((choices?.regions ?? []).filter((region) => !known.has(region)))]
    },
  },
  profile: {
    through: 'user',
    clearable: true,
    text: (row) => (row.profile === null ? '' : `${row.profile}${pinSuffix[row.pin]}`),
    // How it is pinned is a separate choice in the editor.
    starts: (row) => row.profile ?? '',
    // A text that does not name the pin leaves it unchanged.
    has: (row, text) => {
      const { profile, pin } = readProfile(text)
      return profile === row.profile && (pin === null || pin === row.pin)
    },
    edits: (row, text, scope) => {
      const { profile, pin } = readProfile(text === 'unpinned' ? '' : text)
      return one({ kind: 'set-profile', context: row.id, profile: orNull(profile), pin, scope })
    },
    offers: (_, { choices, rows, accountNames, made }) =>
      choices === null ? used(rows, (row) => row.profile) : profileOffers(choices, accountNames, made),
  },
  role: {
    ...optional(
      'user',
      (row) => row.role,
      (context, role, scope) => ({ kind: 'set-role', context, role, scope }),
    ),
    offers: (row, inputs) => roleOffers({ ...inputs, account: row.account, partition: row.partition }),
  },
  user: {
    through: 'context',
    text: (row) => row.entry.user ?? '',
    edits: (row, text, scope, { snapshot }) => {
      if (text === '') return problem(whyNotEmpty('user'))
      if (snapshot.users.some(({ name }) => name === text))
        return one({ kind: 'set-user', context: row.id, user: text })
      const { user } = row
      if (user === null) return one({ kind: 'set-user', context: row.id, user: text })
      return row.sharedWith.length > 0 && scope === 'split'
        ? one({ kind: 'split-user', context: row.id, name: text })
        : one({ kind: 'rename-user', user: user.id, name: text })
    },
    offers: (_, { snapshot }) => named(snapshot.users.map(({ name }) => name)),
  },
  entry: {
    through: 'context',
    text: (row) => row.entry.cluster ?? '',
    edits: (row, text, _, { snapshot }) => {
      if (text === '') return problem(whyNotEmpty('entry'))
      if (row.cluster === null || snapshot.clusters.some(({ name }) => name === text))
        return one({ kind: 'set-cluster', context: row.id, cluster: text })
      return one({ kind: 'rename-cluster', cluster: row.cluster.id, name: text })
    },
    offers: (_, { snapshot }) =>
      snapshot.clusters.map(({ name, server }) => ({ value: name, hint: hostOf(server ?? '') })),
  },
  server: {
    ...value(
      'server',
      'cluster',
      (row) => row.cluster?.server,
      (context, server, scope) => ({ kind: 'set-server', context, server, scope }),
    ),
    offers: noOffers,
  },
  proxyUrl: optional(
    'cluster',
    (row) => row.cluster?.proxyUrl,
    (context, proxyUrl, scope) => ({ kind: 'set-proxy-url', context, proxyUrl, scope }),
  ),
  tlsServerName: optional(
    'cluster',
    (row) => row.cluster?.tlsServerName,
    (context, tlsServerName, scope) => ({ kind: 'set-tls-server-name', context, tlsServerName, scope }),
  ),
  apiVersion: {
    through: 'user',
    anyCommand: true,
    text: (row) => shortApiVersion(row.user?.exec?.apiVersion ?? ''),
    edits: (row, text, scope) => {
      const version = shortApiVersion(text.trim())
      return version === 'v1' || version === 'v1beta1'
        ? one({ kind: 'set-api-version', context: row.id, version, scope })
        : problem(editText.locked.apiVersion)
    },
    offers: () => named(['v1beta1', 'v1']),
  },
  file: {
    through: 'context',
    text: (row) => row.entry.origin.file,
    starts: (row, home) => shortPath(row.entry.origin.file, home),
    edits: (row, text, _, { home }) => {
      if (text === '') return problem(whyNotEmpty('file'))
      const file = text.startsWith('~') ? home + text.slice(1) : text
      if (file === row.entry.origin.file) return { edits: [] }
      return one({ kind: 'move-contexts', contexts: [row.id], file })
    },
    offers: (_, { files, home }) =>
      files.map(({ path, contexts }) => ({
        value: shortPath(path, home),
        hint: editText.contexts(contexts),
      })),
  },
}

const named = (names: readonly string[]): readonly Offer[] =>
  [...new Set(names)].map((value) => ({ value, hint: '' }))

function hostOf(server: string): string {
  const parsed = parseShown(server)
  return parsed.ok ? shownHost(parsed.value.host) : ''
}

/** The field of a column by any name; undefined for a column that is computed, not written. */
export const fieldOf = (column: string): Field | undefined => byColumn.get(column)
const byColumn = new Map(Object.entries(fields))

/** Whether a row already has the value of a text. */
export const hasAlready = (field: Field, row: Row, text: string): boolean =>
  field.text(row) === text || (field.has?.(row, text) ?? false)

/** The opened files that are not in kubectl's list, by their paths. */
export const openedFiles = ({ files }: Snapshot): ReadonlySet<string> =>
  new Set(files.filter(isBeside).map(({ path }) => path))

/** Whether the entry is in an opened file outside kubectl's list: nothing is written there. */
export const isOpened = (snapshot: Snapshot, { origin }: Pick<ContextEntry, 'origin'>): boolean =>
  openedFiles(snapshot).has(origin.file)

/** Why a row's cell cannot be edited, one sentence; null when it can. */
export function lockedWhy(column: string, row: Row, snapshot: Snapshot): string | null {
  const field = fieldOf(column)
  if (field === undefined) return editText.locked.notEditable
  if (row.pending?.kind === 'removed') return editText.locked.removed
  const file = snapshot.files.find(({ path }) => path === row.entry.origin.file)
  if (file?.problems.some(({ severity, code }) => severity === 'error' && code !== 'missing'))
    return editText.locked.file
  const places = [
    row.entry,
    ...(field.through === 'cluster' ? [row.cluster] : field.through === 'user' ? [row.user] : []),
  ]
  if (places.some((entry) => entry !== null && isOpened(snapshot, entry))) return editText.locked.opened
  if (field.through === 'cluster' && row.cluster === null) return editText.locked.noCluster
  if (field.through !== 'user') return null
  if (row.user === null) return editText.locked.noUser
  if (row.user.exec === null) return editText.locked.noCommand
  if (field.anyCommand) return null
  return unreadable(row.user.exec)
}

/** Why the command cannot be edited, whether it is the entry's own or inside a wrapper. */
function unreadable(exec: ExecCommand): string | null {
  if (programOf(exec.command) !== 'other') return null
  const found = throughWrappers(exec)
  if (found.ok) return null
  return found.fault === notAws ? editText.locked.otherCommand : editText.locked.unsureCommand(found.fault)
}

/** Says that a name that no entry has renames the current entry, and which contexts change with it; null for other edits. */
export function renameNote(edits: readonly Edit[], row: Row, rows: readonly Row[]): string | null {
  const [edit, ...more] = edits
  if (more.length > 0) return null
  if (edit?.kind === 'rename-cluster')
    return editText.cell.renames('cluster entry', row.entry.cluster ?? '', othersOf('server', row, rows))
  return edit?.kind === 'rename-user'
    ? editText.cell.renames('user', row.entry.user ?? '', row.sharedWith)
    : null
}

/** Other contexts that the same entry serves, by name. */
export function othersOf(column: string, row: Row, rows: readonly Row[]): readonly string[] {
  const field = fieldOf(column)
  if (column === 'user' || field?.through === 'user') return row.sharedWith
  if (field?.through !== 'cluster' || row.entry.cluster === null) return []
  return rows.flatMap((other) =>
    other.id !== row.id && other.entry.cluster === row.entry.cluster && other.pending?.kind !== 'removed'
      ? [other.name]
      : [],
  )
}
