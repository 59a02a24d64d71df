/** Whether a write whose process was killed had come to disk, though another program has written the file since. */
import { sourceOf } from '../read/edit-model'
import type { NamedEntry } from '../read/named-entries'
import { FileParts, lostIn, partsBetween } from './older-copy'

/** What a write is to a file that other programs have written since: `unknown` where nothing of both its states is left. */
export type Standing = 'made' | 'not-made' | 'unknown'

/** By the entries that the write changed: whoever wrote since has kept them as the write left them, or as it found them. */
export function standingOf(
  path: string,
  { before, after, now }: Readonly<Record<'before' | 'after' | 'now', Buffer | null>>,
  named?: readonly NamedEntry[],
): Standing {
  const partsOf = (bytes: Buffer | null) =>
    new FileParts(sourceOf({ path, listed: true, text: bytes?.toString() ?? null, fault: null }))
  const [was, became, is] = [partsOf(before), partsOf(after), partsOf(now)]
  if (!is.legible) return 'unknown'
  const parts = partsBetween(was, became, named)
  if (lostIn(parts, was, became, is).length > 0) return 'not-made'
  return lostIn(parts, became, was, is).length > 0 ? 'made' : 'unknown'
}
