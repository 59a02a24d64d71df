/** Whether a write whose process was killed had come to disk, though another program has written the file since. */
import { type EditSource, modelOf, sourceOf } from '../read/edit-model'
import { FileParts, lostIn, partsBetween } from './older-copy'

/** What a write is to a file that other programs have written since: `unknown` where nothing of both its states is left. */
export type Standing = 'made' | 'not-made' | 'unknown'

/** The entries of a file and its current-context, to be compared with those of another state of it. */
export function partsOf(source: EditSource | undefined): FileParts | null {
  const [file] = source ? modelOf([source]).files : []
  return file ? new FileParts(file) : null
}

/** By the entries that the write changed: whoever wrote since has kept them as the write left them, or as it found them. */
export function standingOf(
  path: string,
  { before, after, now }: Readonly<Record<'before' | 'after' | 'now', Buffer | null>>,
): Standing {
  const [was, became, is] = [before, after, now].map((bytes) =>
    partsOf(sourceOf({ path, listed: true, text: bytes?.toString() ?? null, fault: null })),
  )
  if (!was || !became || !is?.legible) return 'unknown'
  const parts = partsBetween(was, became)
  if (lostIn(parts, was, became, is).length > 0) return 'not-made'
  return lostIn(parts, became, was, is).length > 0 ? 'made' : 'unknown'
}
