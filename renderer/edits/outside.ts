/** What changed outside, in one sentence. */
import { shortPath } from '../grid/path'
import type { OutsideChange } from './rebasing'
import { words } from './words'

/** `~/.kube/config changed outside: 2 contexts changed, 1 removed.` */
export function outsideSentence(change: OutsideChange, home: string, pending: boolean): string {
  const { changed, added, removed, current, files } = change
  const parts = [
    changed.length > 0 ? words.outside.changed(changed.length) : '',
    added.length > 0 ? words.outside.added(added.length) : '',
    removed.length > 0 ? words.outside.removed(removed.length) : '',
  ].filter(Boolean)
  const first = parts[0]
  if (first !== undefined) {
    const count = changed.length || added.length || removed.length
    parts[0] = `${words.contexts(count)} ${first.slice(first.indexOf(' ') + 1)}`
  }
  if (current !== null) parts.push(words.outside.current(current.after))
  const where = words.few(files.map((file) => shortPath(file, home)))
  return `${words.outside.title(where)}: ${parts.join(', ')}.${pending ? ` ${words.outside.kept}` : ''}`
}
