/**
 * Names that entries take from each other. Whether a name is free is judged at the end of a list of edits: of two
 * contexts that swap their names the first waits, under a name that no file can hold, until the second has another.
 */

import { quoted } from '../visible'
import type { Draft, DraftFile } from './draft'
import type { ModelEntry } from './model'
import { keysNaming, withName } from './references'
import { checkName, nameTaken } from './refusal'
import { entryOf } from './structure'

/** Gives an entry a name; references that ended at it follow, and current-context where it named this one. */
export function rename(draft: Draft, entry: ModelEntry, name: string): void {
  if (draft.called(entry.name) === name) return
  checkName(name)
  const free = draft.nameToTake(draft.scopeOf(entry), entry.kind, name)
  if (free === null) throw nameTaken(entry.kind, name)
  assign(draft, entry, free)
}

/** The same without a question whether the name is free. */
export function assign(draft: Draft, entry: ModelEntry, name: string): void {
  const follows = currentIn(draft, entry)
  const users = draft.usersOf(entry)
  draft.replace(entry, { name })
  for (const one of users) {
    // It may name itself.
    const user = draft.get(one.id) ?? one
    draft.replace(user, { value: withName(user.value, keysNaming(one, entry), name) })
  }
  for (const file of follows) file.currentContext = name
}

/** The files whose current-context names this very context. */
function currentIn(draft: Draft, entry: ModelEntry): readonly DraftFile[] {
  if (entry.kind !== 'context' || !draft.counts(entry)) return []
  return draft
    .scopeOf(entry)
    .files.filter((file) => file.currentContext === entry.name && file.unreadable === null)
}

/** The user and cluster that a context's new name is given to, too: no other context uses them. */
export const renamedWith = (
  entries: Pick<Draft, 'behind' | 'called' | 'usersOf'>,
  context: ModelEntry,
  name: string,
): readonly ModelEntry[] =>
  (['user', 'cluster'] as const).flatMap((kind) => {
    const entry = entries.behind(context, kind)
    const alone = entry !== null && entry.kind !== 'context' && entries.usersOf(entry).length === 1
    return alone && entries.called(entry.name) !== name ? [entry] : []
  })

/** `cascade`: its user and cluster get the name, or one like it, where no other context uses them. */
export function renameContext(draft: Draft, context: ModelEntry, name: string, cascade: boolean): void {
  const along = cascade ? renamedWith(draft, context, name) : []
  rename(draft, context, name)
  for (const { id, kind } of along) {
    const entry = entryOf(draft, id)
    const scope = draft.scopeOf(entry)
    assign(draft, entry, draft.nameToTake(scope, kind, name) ?? scope.freeName(kind, name))
  }
}

/** Entries that wait for a name get it once it is free. */
export function settleNames(draft: Draft): void {
  for (let settled = true; settled && draft.waiting.size > 0; ) {
    settled = false
    for (const [meanwhile, { kind, name }] of draft.waiting) {
      // A copy of it for another file waits there.
      const holders = draft.scopes.flatMap((scope) => {
        const entry = scope.winner(kind, meanwhile)
        return entry === null ? [] : [{ scope, entry }]
      })
      if (holders.some(({ scope }) => scope.taken(kind, name))) continue
      draft.waiting.delete(meanwhile)
      for (const { entry } of holders) assign(draft, entry, name)
      settled = true
    }
  }
}

/** A sentence with the final names of entries in the place of those that they have while they wait. */
export function withNames(draft: Draft, sentence: string): string {
  let text = sentence
  for (const [meanwhile, { name }] of draft.waiting)
    text = text.replaceAll(quoted(meanwhile), () => quoted(name))
  return text
}
