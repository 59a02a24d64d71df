/** The user's choices for the contexts of an import, and their results. Values only: the dialog shows them. */
import { applyEdits } from '../../shared/edits/apply-edits'
import type { ChosenImport, ImportEdit } from '../../shared/edits/edit'
import { type ImportedContext, importedContexts } from '../../shared/edits/import'
import { type EditModel, isSameModel } from '../../shared/edits/model'
import { modelOfSnapshot } from '../../shared/edits/snapshot'
import type { Snapshot } from '../../shared/kubeconfig/entries'

/** The default for names that are taken, where the user chose nothing else. */
export type OnTaken = 'rename' | 'skip' | 'replace'

/** The choice for one context. `number`: it is imported, with a number where its name is taken. */
export type Wish =
  | { readonly how: 'leave' | 'number' | 'replace' }
  | { readonly how: 'rename'; readonly to: string }

/** By the source of the import and the name of the context. */
export type Wishes = ReadonlyMap<string, Wish>
export const wishKey = (source: string, context: string): string => JSON.stringify([source, context])

export type WishedContext = ReturnType<typeof wished>['contexts'][number]

/** Imports with the user's choices, one after the other: contexts of one exist for the next. */
export function wishedImports(
  snapshot: Snapshot,
  read: readonly ImportEdit[],
  wishes: Wishes,
  { onTaken, file }: { readonly onTaken: OnTaken; readonly file: string | null },
) {
  let model = modelOfSnapshot(snapshot)
  return read.map((one) => {
    const plain: ImportEdit = { ...one, file, onConflict: onTaken === 'skip' ? 'skip' : 'rename' }
    const made = wished(model, plain, (name) => wishes.get(wishKey(one.source, name)) ?? null, onTaken)
    const before = model
    model = applyEdits(model, [made.edit]).model
    // Useful if it changes anything.
    return { ...made, useful: !isSameModel(model, before) }
  })
}

function wished(model: EditModel, edit: ImportEdit, wishOf: (name: string) => Wish | null, onTaken: OnTaken) {
  const unread = (name: string): ImportedContext => ({ name, now: null, here: false, taken: null })
  const names = edit.contexts.map(({ name }) => name)
  const numbered = importedContexts(model, { ...edit, onConflict: 'rename' }) ?? names.map(unread)
  let chosen: ChosenImport[] = []
  const refused = new Map<string, string>()
  const hows = new Map<string, Wish['how']>()
  for (const { name, here, taken, now } of numbered) {
    if (here) continue
    const wish = wishOf(name)
    const byRule =
      onTaken === 'rename' || taken === null ? 'number' : onTaken === 'skip' ? 'leave' : 'replace'
    const how = wish?.how ?? byRule
    hows.set(name, how)
    if (how === 'leave') {
      // Contexts that the default skips are left to it: it also decides what is skipped with them.
      if (wish !== null) chosen.push({ how, name })
    } else if (how === 'replace') {
      if (taken !== null) chosen.push({ how, name, context: taken })
    } else if (wish?.how === 'rename') {
      const next: ChosenImport[] = [...chosen, { how: 'rename', name, to: wish.to }]
      if (wish.to !== '' && importedContexts(model, { ...edit, chosen: next }) !== null) chosen = next
      else refused.set(name, wish.to)
    } else if (wish !== null && edit.onConflict === 'skip' && now !== null)
      // The user chose to import it although the default would skip it.
      chosen.push({ how: 'rename', name, to: now })
  }
  const asked: ImportEdit = chosen.length === 0 ? edit : { ...edit, chosen }
  const outcome = importedContexts(model, asked) ?? names.map(unread)
  return {
    edit: asked,
    contexts: outcome.map((one) => {
      const { name, now, here } = one
      // Its result, by its own choice or by the default.
      const how: Wish['how'] = now === null && !here ? 'leave' : (hows.get(name) ?? 'number')
      // The user's name for it, where that is not possible.
      return { ...one, how, refused: refused.get(name) ?? null }
    }),
  }
}
