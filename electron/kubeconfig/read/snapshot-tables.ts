/**
 * The lists of a snapshot as columns, of files of which every entry was read in one step (generated-entry.ts): what the page gets
 * of ten thousand contexts is put together of offsets, and of their entries none is made. `projectSnapshot` is the judge of it
 * (snapshot-tables.test.ts), and what makes the snapshot of every other file.
 */

import { type Cells, Table } from '../../../shared/ipc/packed'
import {
  type EntryKind,
  type EntryOrigin,
  type ExecConfig,
  emptyCluster,
  emptyContext,
  emptyUser,
  entryId,
  entryIdAround,
} from '../../../shared/kubeconfig/entries'
import { shownText } from '../../../shared/kubeconfig/masking'
import { clusterKeys, contextKeys } from '../../../shared/kubeconfig/schema'
import { isPlainWord, maskArguments } from '../../../shared/kubeconfig/secrets'
import type { KubeconfigDocument } from './document'
import type { UserForm } from './entries'
import { UsualClusters, UsualContexts, type UsualLists } from './generated-entry'
import type { Merged } from './merge'
import { projectExec } from './snapshot'

/** The lists of a snapshot. */
export interface SnapshotTables {
  readonly contexts: Table
  readonly clusters: Table
  readonly users: Table
}

/** More forms than these, or fewer users of each, are better told one by one. */
const [mostForms, leastOfForm] = [200, 4]

interface UsualDocument {
  readonly document: KubeconfigDocument
  readonly usual: UsualLists
}

/** Null where some entry is in no usual form, or a list has a name twice. */
export function tablesOf(merged: Merged): SnapshotTables | null {
  const documents: UsualDocument[] = []
  for (const document of merged.documents) {
    const usual = document.usual()
    if (usual === null) return null
    documents.push({ document, usual })
  }
  const users = userTable(merged, documents)
  return (
    users && { contexts: contextTable(merged, documents), clusters: clusterTable(merged, documents), users }
  )
}

function contextTable(merged: Merged, documents: readonly UsualDocument[]): Table {
  const text = (place: number) =>
    values(documents, 'context', ({ usual }, index) => usual.context.offsets.value(index, place))
  const namespaces = text(UsualContexts.namespace).map((one) => shown(contextKeys.namespace.shown, one))
  const entries = entriesOf(merged, documents, 'context', emptyContext)
  return new Table(entries.count, {
    ...entries.columns,
    cluster: ofValues(text(UsualContexts.cluster)),
    user: ofValues(text(UsualContexts.user)),
    namespace: ofValues(namespaces),
  })
}

function clusterTable(merged: Merged, documents: readonly UsualDocument[]): Table {
  const text = (place: number) =>
    values(documents, 'cluster', ({ usual }, index) => usual.cluster.offsets.value(index, place))
  const bytes = values(documents, 'cluster', ({ usual }, index) => usual.cluster.dataBytes(index))
  const servers = text(UsualClusters.server).map((one) => shown(clusterKeys.server.shown, one))
  const names = text(UsualClusters.tlsServerName).map((one) =>
    shown(clusterKeys['tls-server-name'].shown, one),
  )
  const entries = entriesOf(merged, documents, 'cluster', emptyCluster)
  return new Table(entries.count, {
    ...entries.columns,
    server: ofValues(servers),
    tlsServerName: ofValues(names),
    certificateAuthority: new Table(entries.count, { kind: same('data'), bytes: ofValues(bytes) }),
  })
}

function userTable(merged: Merged, documents: readonly UsualDocument[]): Table | null {
  const forms = new Forms()
  for (const { document } of documents)
    for (let index = 0; index < document.count('user'); index++)
      if (!forms.add(document.form(index), document.word(index))) return null
  const exec = forms.table()
  if (exec === null) return null
  const entries = entriesOf(merged, documents, 'user', emptyUser)
  return new Table(entries.count, { ...entries.columns, exec })
}

/** What users of all forms run, which is told by the forms and each user's own word. */
class Forms {
  private readonly places = new Map<UserForm, number>()
  private readonly shown: ExecConfig[] = []
  private readonly which: number[] = []
  private readonly words: (string | null)[] = []
  private readonly varies = new Set<number | null>()
  /** Forms of which a plain word was shown with the rest, as then every plain one is. */
  private readonly showsPlain = new Set<UserForm>()

  /** False where its form is not known, or there are too many. */
  add(form: UserForm | null, word: string | null): boolean {
    if (form === null) return false
    const { exec, varies } = form
    const place = this.places.get(form) ?? this.shown.length
    if (place === this.shown.length) {
      if (place === mostForms) return false
      this.places.set(form, place)
      this.shown.push(projectExec(exec))
      this.varies.add(varies)
    }
    if (varies === null || word === null) {
      this.words.push(null)
    } else if (this.showsPlain.has(form) && isPlainWord(word)) {
      this.words.push(word)
    } else {
      const args = [...exec.args]
      args[varies] = word
      const masked = maskArguments(args)
      const of = this.shown[place]?.args
      // What is masked may depend on more than the word itself.
      if (masked.some((arg, at) => at !== varies && arg !== of?.[at])) return false
      this.words.push(masked[varies] ?? null)
      if (isPlainWord(word) && masked[varies] === word) this.showsPlain.add(form)
    }
    this.which.push(place)
    return true
  }

  /** Null where they are of more than one shape, or hardly two are of one form. */
  table(): Table | null {
    const { shown, which, words } = this
    const [first] = shown
    if (first === undefined || shown.length * leastOfForm > which.length || this.varies.size !== 1)
      return null
    if (shown.some(({ args }) => args.length !== first.args.length)) return null
    const [varies] = this.varies
    const few = (of: (exec: ExecConfig) => unknown): Cells => ({ kind: 'few', of: shown.map(of), which })
    const places = first.args.map((_, at) => (at === varies ? ofValues(words) : few(({ args }) => args[at])))
    const columns = Object.keys(first).map((key) => [key, few((exec) => Reflect.get(exec, key))])
    return new Table(which.length, { ...Object.fromEntries(columns), args: { kind: 'places', places } })
  }
}

/** What entries of every kind have; of their own fields those that a usual entry has not. */
function entriesOf(
  merged: Merged,
  documents: readonly UsualDocument[],
  kind: EntryKind,
  empty: object,
): Table {
  const names = values(documents, kind, ({ usual }, index) => usual[kind].name(index))
  const lines = values(documents, kind, ({ usual }, index) => usual[kind].offsets.line(index))
  const [only] = documents
  const alone = documents.length === 1 && only !== undefined
  const files = () => values(documents, kind, ({ document }) => document.file)
  const shadows = () =>
    values(documents, kind, ({ document, usual }, index) =>
      merged.shadowedBy(kind, usual[kind].name(index), document),
    )
  const origin: Readonly<Record<keyof EntryOrigin, Cells>> = {
    file: alone ? same(only.document.file) : ofValues(files()),
    line: ofValues(lines),
    shadowedBy: alone ? same(null) : ofValues(shadows()),
    duplicate: same(false),
  }
  return new Table(names.length, {
    ...sameOf(empty),
    id: alone
      ? // A usual name has no sign that JSON would write another way.
        { kind: 'around', ...entryIdAround(kind, only.document.file), between: names }
      : ofValues(
          values(documents, kind, ({ document, usual }, index) =>
            entryId(kind, document.file, usual[kind].name(index), 0),
          ),
        ),
    name: ofValues(names),
    origin: new Table(names.length, origin),
  })
}

function values<T>(
  documents: readonly UsualDocument[],
  kind: EntryKind,
  one: (document: UsualDocument, index: number) => T,
): T[] {
  const all: T[] = []
  for (const document of documents) {
    const count = document.document.count(kind)
    for (let index = 0; index < count; index++) all.push(one(document, index))
  }
  return all
}

const same = (value: unknown): Cells => ({ kind: 'same', value })
const ofValues = (all: readonly unknown[]): Cells => ({ kind: 'values', values: all })
const sameOf = <T extends object>(value: T): Readonly<Record<string, Cells>> =>
  Object.fromEntries(Object.entries(value).map(([key, one]) => [key, same(one)]))
const shown = (how: Parameters<typeof shownText>[0], text: string | null): string | null =>
  text === null ? null : shownText(how, text)
