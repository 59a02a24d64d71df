/** Texts that are imported, read over the files as they are: what they offer, and the edits that would bring it. Values in, values out. */
import { applyEdits } from '../../shared/edits/apply'
import type { AnyEdit, ImportEdit } from '../../shared/edits/edit'
import type { ImportOffer } from '../../shared/ipc/payloads'
import { ok, type Result } from '../../shared/result'
import { maskedEntries } from '../../shared/trust/introduced'
import { modelOf, sourceOfRead } from '../kubeconfig/read/edit-model'
import type { ReadFile } from '../kubeconfig/read/snapshot'
import type { Variables } from '../system/environment'
import { lookupsOf } from '../trust/examine'
import { readImport, windowImport } from './import'
import { importedEntries } from './imported-entries'

interface ImportText {
  readonly text: string
  /** Path, or null for the clipboard. */
  readonly from: string | null
  /** What the edit is to be known by. */
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
  const offered: Result<OfferedImport>[] = []
  for (const found of texts) {
    if (!found.ok) {
      offered.push(found)
      continue
    }
    const { text, from, source } = found.value
    const made = readImport({ text, from, source, file: null, onConflict: 'rename', model: now })
    if (!made.ok) {
      offered.push(made)
      continue
    }
    const { edit, problems } = made.value
    const { whole, shown } = windowImport({ edit, text }, model)
    const entries = maskedEntries(await importedEntries({ edit, text, files, lookups }))
    model = applyEdits(model, [whole]).model
    offered.push(ok({ source, whole, offer: { from: edit.from, problems, entries, edit: shown } }))
  }
  return offered
}
