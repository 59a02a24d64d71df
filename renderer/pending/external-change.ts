/** What another program changed, in one sentence. */

import { few, fewOf } from '../text/counts'
import { editText } from '../text/edits'
import { shortPath } from '../text/path'
import type { ExternalChange } from './rebase'

/** What changed the files: Ekscope in another window or in a terminal, or an unknown program. */
type By = 'window' | 'terminal' | 'program'

/** How many edits are pending, and how many values both they and the files changed. */
export interface PendingCounts {
  readonly pending: number
  readonly conflicts: number
}

/** `~/.kube/config changed outside Ekscope: prod, stage; removed old.` */
export function externalChangeSentence(
  change: ExternalChange,
  home: string,
  by: By,
  { pending, conflicts }: PendingCounts,
): string {
  const { changed, added, removed, current, files } = change
  const part = (verb: string, names: readonly string[]) =>
    names.length === 0 ? [] : [[verb, few(names)].filter(Boolean).join(' ')]
  const { verbs } = editText.external
  const parts = [
    ...part('', changed),
    ...part(verbs.added, added),
    ...part(verbs.removed, removed),
    ...(current === null ? [] : [editText.external.current(current.after)]),
  ]
  const where = fewOf(files.map((file) => shortPath(file, home)))
  const ours =
    conflicts > 0 ? editText.external.conflict(conflicts) : pending > 0 ? editText.external.kept : ''
  return `${editText.external.title[by](where)}: ${parts.join('; ')}. ${ours}`.trimEnd()
}
