/** How a write changes the names and files of contexts, for what is remembered by these. */
import { type ChangedContext, copiedContexts } from '../../shared/edits/changed-contexts'
import type { NameGiven } from '../../shared/identity/production'
import { type EntryId, entryId } from '../../shared/kubeconfig/entries'
import type { PermittedWrite } from '../kubeconfig/disk/write'

/** A context's id and name after the write. */
interface IdNow {
  readonly id: EntryId
  readonly name: string
}

export interface RenamedByWrite {
  readonly contexts: readonly ChangedContext[]
  /** The write restores what another one removed. */
  readonly back: boolean
  readonly names: readonly NameGiven[]
  /** By the former ids, where these are others. */
  readonly ids: ReadonlyMap<EntryId, IdNow>
}

/** What a write changes in contexts that stay, also when it renames them or moves them to another file. */
export function followedIn(
  { contexts, before, after }: Pick<PermittedWrite, 'contexts' | 'before' | 'after'>,
  back: boolean,
): RenamedByWrite {
  const named = new Set(after.files.flatMap(({ context }) => context.map(({ name }) => name)))
  const both = contexts.flatMap(({ before: was, after: is }) =>
    was === null || is === null ? [] : [{ was, is }],
  )
  const idOf = ({ file, context }: { readonly file: string; readonly context: string }) =>
    entryId('context', file, context, 0)
  return {
    contexts,
    back,
    names: [
      ...both.flatMap(({ was, is }) =>
        was.context === is.context
          ? []
          : [{ was: was.context, is: is.context, stays: named.has(was.context) }],
      ),
      ...copiedContexts(before, after),
    ],
    ids: new Map(
      both.flatMap(({ was, is }) =>
        idOf(was) === idOf(is) ? [] : [[idOf(was), { id: idOf(is), name: is.context }] as const],
      ),
    ),
  }
}
