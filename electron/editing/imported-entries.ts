/** What an import brings, entry by entry, with where its commands lead and what of the user's own its contexts use. */
import { Draft } from '../../shared/edits/draft'
import type { ImportEdit } from '../../shared/edits/edit'
import type { RawExec } from '../../shared/exec/parse'
import { at, textOf } from '../../shared/json'
import { isBeside } from '../../shared/kubeconfig/entries'
import type { ImportedEntries, SignIn, Whose } from '../../shared/trust/introduced'
import { type KubeconfigDocument, readDocument } from '../kubeconfig/read/document'
import { modelOf, sourceOfRead } from '../kubeconfig/read/edit-model'
import type { RawUser } from '../kubeconfig/read/entries'
import { entriesOf, mergeDocuments } from '../kubeconfig/read/merge'
import type { ReadFile } from '../kubeconfig/read/snapshot'
import { destinationOf } from '../trust/destinations'
import { type Lookups, realPathOf } from '../trust/examine'
import { startedOf } from '../trust/sink-entries'

export interface ImportedEntriesInput {
  readonly edit: Pick<ImportEdit, 'from' | 'file' | 'clusters' | 'users' | 'contexts'>
  readonly text: string
  /** The files as they are now. */
  readonly files: readonly ReadFile[]
  /** Of the environment that the commands are looked up in. Nothing that an entry names is opened. */
  readonly lookups: Lookups
}

/** Every cluster and user that it brings or uses. Whole: what is shown to others is masked (`maskedEntries`). */
export async function importedEntries(input: ImportedEntriesInput): Promise<ImportedEntries> {
  const { edit, text, files, lookups } = input
  // What the clipboard names by a relative path is looked for beside the file that it is imported into.
  const beside =
    edit.from ?? edit.file ?? new Draft(modelOf(files.map(sourceOfRead))).defaultFile()?.path ?? '/'
  const brought = readDocument(beside, text)
  const own = mergeDocuments(
    files.flatMap(({ file, document }) => (isBeside(file) || document === null ? [] : [document])),
  )
  /** Entries of one kind: each that is brought, then those of the user's own that its contexts name. */
  const named = (kind: 'cluster' | 'user'): readonly Place[] => {
    const used = new Map<string, string[]>()
    for (const { name, value } of edit.contexts) {
      const wanted = textOf(at(value, kind)) ?? ''
      const known = used.get(wanted)
      if (known) known.push(name)
      else used.set(wanted, [name])
    }
    const names = new Set((kind === 'cluster' ? edit.clusters : edit.users).map(({ name }) => name))
    const imported = entriesOf(brought, kind).flatMap(({ name, index }): readonly Place[] => {
      if (!names.has(name)) return []
      const contexts = used.get(name) ?? []
      // Of several entries of one name the first counts.
      used.delete(name)
      return [{ document: brought, index, whose: 'imported', contexts }]
    })
    const others = [...used].flatMap(([name, contexts]): readonly Place[] => {
      const winner = own.winner(kind, name)
      if (winner === undefined) return []
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
  readonly whose: Whose
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
