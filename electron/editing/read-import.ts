/** A kubeconfig read for an import. */

import { applyEdits } from '../../shared/edits/apply-edits'
import { namesOrCount } from '../../shared/edits/describe'
import { Draft } from '../../shared/edits/draft'
import type { AnyEdit, ImportEdit } from '../../shared/edits/edit'
import { importedContexts, judgedImport, type LeftOut, withoutTaken } from '../../shared/edits/import'
import type { EditModel } from '../../shared/edits/model'
import { modelOfSnapshot } from '../../shared/edits/snapshot'
import type { RawExec } from '../../shared/exec/parse'
import { grouped } from '../../shared/grouped'
import { expectedIn, withExpected } from '../../shared/identity/expected'
import type { ImportOffer } from '../../shared/ipc/payloads'
import { at, isMap, textOf } from '../../shared/json'
import { type EntryKind, isBeside } from '../../shared/kubeconfig/entries'
import { pathKeys, resolveAgainst } from '../../shared/kubeconfig/relative-paths'
import { type Fault, fail, fault, ok, type Result, refuse } from '../../shared/result'
import {
  type EntryOwner,
  type ImportedEntries,
  maskedEntries,
  type SignIn,
} from '../../shared/trust/added-by-write'
import { quoted } from '../../shared/visible'
import { type KubeconfigDocument, readDocument } from '../kubeconfig/read/document'
import { entryValueOf, modelOf, sourceOfRead } from '../kubeconfig/read/edit-model'
import { fileOf, unread } from '../kubeconfig/read/file-facts'
import { viewOf } from '../kubeconfig/read/kubeconfig-view'
import { entriesOf, mergeDocuments } from '../kubeconfig/read/merge'
import type { ReadFile } from '../kubeconfig/read/project-snapshot'
import type { RawUser } from '../kubeconfig/read/raw-entries'
import type { Variables } from '../system/environment'
import { destinationOf } from '../trust/destinations'
import { type Lookups, lookupsOf, realPathOf } from '../trust/examine'
import { startedOf } from '../trust/sink-entries'

export interface ImportRequest {
  readonly text: string
  /** Where the text was read from, absolute; null for the clipboard or standard input. */
  readonly from: string | null
  /** Names what was read, for the edit. */
  readonly source: string
  /** The file to import into; null: where kubectl would put new entries. */
  readonly file: string | null
  readonly onConflict: ImportEdit['onConflict']
  /** The files as they are now, with the one to import into: for the names that are taken. */
  readonly model: EditModel
}

export interface ReadImport {
  /** With the whole entries, secrets too: stays in main. Without what is skipped because its name is taken. */
  readonly edit: ImportEdit
  readonly leftOut: readonly LeftOut[]
  readonly contexts: readonly string[]
  /** Contexts whose name is taken here by something else, with the name that they would get. */
  readonly collisions: readonly { readonly name: string; readonly renamed: string }[]
  /** What is odd but no reason to refuse: one sentence each. */
  readonly problems: readonly string[]
}

/** The source of what was read from there. */
export const standardInput = 'standard input'

/** Larger texts are no kubeconfig. Characters. */
const longest = 64 * 1024 * 1024

/** A kubeconfig's text as the edit that imports it. `unreadable`, with line and column, where kubectl would refuse it. */
export function readImport(request: ImportRequest): Result<ReadImport> {
  const { text, from, source, file, onConflict } = request
  const what = from ?? (source === standardInput ? 'Standard input' : 'The clipboard')
  if (text.length > longest)
    return refuse('unreadable', `${what} is larger than 64 MiB.`, 'Check that it is a kubeconfig.')
  // A file that is no kubeconfig at all is not quoted: the answer shows nothing of its content.
  if (!kubeconfigKey.test(text)) return fail(noKubeconfig(what))
  const document = readDocument(from ?? '/', text)
  const refused = refusalOf(document, what)
  if (refused) return fail(refused)
  const entries = (kind: EntryKind) =>
    entriesOf(document, kind).map(({ name, index }) => ({ name, value: entryValueOf(document, kind, index) }))
  const contexts = entries('context')
  const expecting = contexts.filter(({ value }) => expectedIn(value) !== null).map(({ name }) => name)
  const whole: ImportEdit = {
    kind: 'import-entries',
    source,
    from,
    file,
    onConflict,
    clusters: entries('cluster'),
    users: entries('user'),
    // A file that another person may have written must not say which identity to expect.
    contexts: contexts.map(({ name, value }) => ({ name, value: withExpected(value, null) })),
  }
  if (whole.clusters.length + whole.users.length + whole.contexts.length === 0)
    return fail(noKubeconfig(what))
  const { edit, leftOut } = withoutTaken(request.model, whole)
  return ok({
    edit,
    leftOut,
    contexts: edit.contexts.map(({ name }) => name),
    collisions: collisionsOf(edit, request.model),
    problems: [...(expecting.length > 0 ? [leftOutExpected(expecting)] : []), ...oddities(whole)],
  })
}

const leftOutExpected = (contexts: readonly string[]): string =>
  `The import says whom to expect of ${namesOrCount(contexts.map(quoted))}. That is left out: whom you expect is for you to say.`

/** One of its keys at the beginning of a line, or anywhere in JSON. */
const kubeconfigKey =
  /^\ufeff?[ \t]*["']?(?:clusters|contexts|users)["']?[ \t]*:|[{,]\s*["']?(?:clusters|contexts|users)["']?\s*:/m

const noKubeconfig = (what: string): Fault =>
  fault('unreadable', `${what} has no clusters, users or contexts.`, 'Check that it is a kubeconfig.')

/**
 * The edit for a window: each entry judged against the existing ones by its whole value (`whole`, stays in main), and the same
 * with values masked as in a snapshot (`shown`), so that the page can apply it and edit what it adds.
 */
export function windowImport(
  { edit, text }: { readonly edit: ImportEdit; readonly text: string },
  model: EditModel,
): { readonly whole: ImportEdit; readonly shown: ImportEdit } {
  const whole = judgedImport(edit, model)
  // A relative path in the clipboard will be resolved from the folder of the file that it is imported into.
  const path = edit.from ?? new Draft(model).defaultFile()?.path ?? '/'
  const document = readDocument(path, text)
  const file = fileOf({ ...unread, path, source: 'opened', own: false, trusted: false }, document)
  const [masked] = modelOfSnapshot(viewOf(0, [{ file, document }]).snapshot).files
  const shownAs = (kind: EntryKind, list: ImportEdit['contexts']) =>
    list.map((one, index) => ({ ...one, value: withExpected(masked?.[kind][index]?.value ?? {}, null) }))
  return {
    whole,
    shown: {
      ...whole,
      clusters: shownAs('cluster', whole.clusters),
      users: shownAs('user', whole.users),
      contexts: shownAs('context', whole.contexts),
    },
  }
}

function refusalOf(document: KubeconfigDocument, what: string): Fault | null {
  const first = document.problems.find(({ severity }) => severity === 'error')
  if (!first) return null
  const place = first.at === null ? '' : `, line ${first.at.line}, column ${first.at.column}`
  return fault('unreadable', `kubectl could not read this (${what}${place}): ${first.message}`, first.next)
}

function collisionsOf(edit: ImportEdit, model: EditModel): ReadImport['collisions'] {
  const all = importedContexts(model, { ...edit, onConflict: 'rename' }) ?? []
  return all.flatMap(({ name, now, here }) =>
    here || now === null || now === name ? [] : [{ name, renamed: now }],
  )
}

function oddities({ from, clusters, users, contexts }: ImportEdit): readonly string[] {
  const kinds = [
    ['cluster', clusters],
    ['user', users],
  ] as const
  const named = contexts.flatMap(({ name, value }) =>
    kinds.flatMap(([kind, list]) => {
      const wanted = textOf(at(value, kind))
      return wanted === null || list.some((entry) => entry.name === wanted)
        ? []
        : [`Context ${quoted(name)} names the ${kind} ${quoted(wanted)}, which is not in the import.`]
    }),
  )
  if (from !== null) return named
  const relative = (name: string, what: string, path: string | null): readonly string[] =>
    path === null || resolveAgainst('/', path) === path
      ? []
      : [
          `${quoted(name)} names the ${what} ${quoted(path)} by a relative path: that path will count from the folder of the file that the entry is imported into.`,
        ]
  const commands = users.flatMap(({ name, value }) => {
    const exec = at(value, 'exec')
    const command = isMap(exec) ? textOf(at(exec, 'command')) : null
    // As client-go: a bare name is searched on PATH; anything with a separator is a path.
    return relative(name, 'command', command !== null && /[/\\]/.test(command) ? command : null)
  })
  const files = kinds.flatMap(([kind, list]) =>
    list.flatMap(({ name, value }) =>
      pathKeys(kind).flatMap((key) => relative(name, 'file', textOf(at(value, key)))),
    ),
  )
  return [...named, ...commands, ...files]
}

interface ImportText {
  readonly text: string
  /** Path, or null for the clipboard. */
  readonly from: string | null
  /** Identifies the edit. */
  readonly source: string
}

export interface ImportsTask {
  /** Those that could be read. */
  readonly texts: readonly Result<ImportText>[]
  /** What is pending already. */
  readonly before: readonly AnyEdit[]
  /** Of the environment that commands are looked up in. */
  readonly variables: Variables
}

export interface OfferedImport {
  readonly source: string
  readonly offer: ImportOffer
  /** With secrets: it stays in main. */
  readonly whole: ImportEdit
}

/** Each of these texts, over those before it. */
export async function offeredImports(
  { texts, before, variables }: ImportsTask,
  files: readonly ReadFile[],
): Promise<readonly Result<OfferedImport>[]> {
  const lookups = lookupsOf(variables)
  const now = modelOf(files.map(sourceOfRead))
  let { model } = applyEdits(now, before)
  const offerOf = async ({ text, from, source }: ImportText): Promise<Result<OfferedImport>> => {
    const read = readImport({ text, from, source, file: null, onConflict: 'rename', model: now })
    if (!read.ok) return read
    const { edit, problems } = read.value
    const { whole, shown } = windowImport({ edit, text }, model)
    const entries = maskedEntries(await importedEntries({ edit, text, files, lookups }))
    model = applyEdits(model, [whole]).model
    return ok({ source, whole, offer: { from: edit.from, problems, entries, edit: shown } })
  }
  const offered: Result<OfferedImport>[] = []
  for (const text of texts) offered.push(text.ok ? await offerOf(text.value) : text)
  return offered
}

export interface ImportedEntriesInput {
  readonly edit: Pick<ImportEdit, 'from' | 'file' | 'clusters' | 'users' | 'contexts'>
  readonly text: string
  /** The files as they are now. */
  readonly files: readonly ReadFile[]
  /** Of the environment that the commands are looked up in. Nothing that an entry names is opened. */
  readonly lookups: Lookups
}

/** Every cluster and user that the import adds or uses. Whole: what the page is shown is masked (`maskedEntries`). */
export async function importedEntries(input: ImportedEntriesInput): Promise<ImportedEntries> {
  const { edit, text, files, lookups } = input
  // A relative path in the clipboard is resolved from the folder of the file that it is imported into.
  const beside =
    edit.from ?? edit.file ?? new Draft(modelOf(files.map(sourceOfRead))).defaultFile()?.path ?? '/'
  const importedDocument = readDocument(beside, text)
  const own = mergeDocuments(
    files.flatMap(({ file, document }) => (isBeside(file) || document === null ? [] : [document])),
  )
  /** Entries of one kind: each imported one, then those of the user's own that the imported contexts name. */
  const named = (kind: 'cluster' | 'user'): readonly Place[] => {
    const used = new Map(grouped(edit.contexts, ({ value }) => textOf(at(value, kind)) ?? ''))
    const names = new Set((kind === 'cluster' ? edit.clusters : edit.users).map(({ name }) => name))
    const imported = entriesOf(importedDocument, kind).flatMap(({ name, index }): readonly Place[] => {
      if (!names.has(name)) return []
      const contexts = (used.get(name) ?? []).map((context) => context.name)
      // Of several entries of one name the first counts.
      used.delete(name)
      return [{ document: importedDocument, index, whose: 'imported', contexts }]
    })
    const others = [...used].flatMap(([name, users]): readonly Place[] => {
      const winner = own.winner(kind, name)
      if (winner === undefined) return []
      const contexts = users.map((context) => context.name)
      return [{ document: winner.document, index: winner.entry.index, whose: 'own', contexts }]
    })
    return [...imported, ...others]
  }
  const users = named('user').map(async ({ document, index, whose, contexts }) => ({
    ...(await signInOf(document.user(index), contexts, lookups)),
    whose,
  }))
  return {
    clusters: named('cluster').map(({ document, index, whose, contexts }) => ({
      ...destinationOf(document.cluster(index), contexts),
      whose,
    })),
    users: await Promise.all(users),
  }
}

interface Place {
  readonly document: KubeconfigDocument
  readonly index: number
  readonly whose: EntryOwner
  readonly contexts: readonly string[]
}

async function signInOf(raw: RawUser, contexts: readonly string[], lookups: Lookups): Promise<SignIn> {
  const { name, exec, authProvider, impersonation } = raw
  const inEntry = (data: string | null, file: string | null) => (data ? '' : file || null)
  const commandOf = async (command: RawExec) => {
    const lookup = await lookups(command.command ?? '')
    const resolved = lookup.kind === 'found' ? lookup.path : null
    return { ...startedOf(command), resolved, realPath: await realPathOf(lookup) }
  }
  return {
    name,
    contexts,
    certificate: inEntry(raw.clientCertificateData, raw.clientCertificate),
    key: inEntry(raw.clientKeyData, raw.clientKey),
    token: Boolean(raw.token),
    tokenFile: raw.tokenFile || null,
    username: raw.username || null,
    password: Boolean(raw.password),
    command: exec && (await commandOf(exec)),
    authProvider,
    impersonation,
    actsAs: impersonation && [impersonation.as ?? '', ...impersonation.groups].filter(Boolean).join(', '),
  }
}
