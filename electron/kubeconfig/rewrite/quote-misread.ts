/**
 * Text that kubectl takes for a number or a truth value, put in quotes: the one change that is made to a file which it
 * refuses. Nothing else of the file is touched, and it is only made where kubectl reads the file afterwards.
 */
import type { AnyEdit } from '../../../shared/edits/edit'
import { entryKinds } from '../../../shared/kubeconfig/entries'
import { type KubeconfigDocument, readDocument } from '../read/document'
import { type EditSource, unreadableWhy } from '../read/edit-model'
import { entriesOf } from '../read/merge'
import { writeString } from '../yaml/quote'
import { childrenOf, resolveAlias, type YamlNode, type YamlScalar } from '../yaml/yaml-tree'
import { type Splice, SplicedText } from './splice'

/** The sources as the edits find them: a file that one edit mends is mended before the other edits change it. */
export function mendedSources(
  sources: readonly EditSource[],
  edits: readonly AnyEdit[],
): readonly EditSource[] {
  const paths = new Set(edits.flatMap((edit) => (edit.kind === 'quote-misread' ? [edit.file] : [])))
  return paths.size === 0 ? sources : sources.map((one) => (paths.has(one.path) ? mended(one) : one))
}

/** Why nothing is known of what a file says; null where it says something, be it with quotes that are missing. */
export const illegibleWhy = (source: EditSource): string | null => unreadableWhy(mended(source))

/** The same object where quotes do not make the source readable, or where it is readable already. */
function mended(source: EditSource): EditSource {
  const { text, fault, document, path } = source
  if (text === null || fault !== null || document.readable) return source
  const spliced = new SplicedText(text)
  let now = document
  // The value of an alias may be mended by quotes at its anchor; one that is not gets them in its own place.
  for (const which of ['scalar', 'alias'] as const) {
    const splices = quotes(now, which)
    if (splices.length === 0) continue
    if (!spliced.apply(splices)) return source
    now = readDocument(path, spliced.toString())
  }
  if (!now.readable || !isSame(document, now)) return source
  return {
    ...source,
    text: now.text,
    document: now,
    mended: { text, document, changes: spliced.changes() },
  }
}

function quotes(document: KubeconfigDocument, which: 'scalar' | 'alias'): readonly Splice[] {
  const places = new Set(document.offsetsOf('misread-string'))
  const splices: Splice[] = []
  const look = (node: YamlNode): void => {
    const target = resolveAlias(node)
    if (node.kind === which && places.has(node.start) && target.kind === 'scalar')
      splices.push({ start: node.start, end: node.end, text: quoted(target, node) })
    for (const child of childrenOf(node)) look(child)
  }
  const root = document.root()
  if (root) look(root)
  return splices
}

/** A tag goes, since it says what the text is not; an anchor stays in its place. */
function quoted({ value, anchor }: YamlScalar, at: YamlNode): string {
  const text = writeString(value, 'double', { flow: true })
  return at.kind === 'scalar' && anchor !== null ? `&${anchor} ${text}` : text
}

/** Whether all that was legible before is read the same now. */
function isSame(before: KubeconfigDocument, after: KubeconfigDocument): boolean {
  return (
    before.currentContext === after.currentContext &&
    entryKinds.every((kind) => {
      const [was, is] = [entriesOf(before, kind), entriesOf(after, kind)]
      return was.length === is.length && was.every(({ name }, i) => name === is[i]?.name)
    })
  )
}
