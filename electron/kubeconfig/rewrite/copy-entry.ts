/** An entry's own text as the pattern for its clone, split-off or moved copy: comments, quotes and order are copied too. */
import type { EntryKind } from '../../../shared/kubeconfig/entries'
import type { KubeconfigDocument } from '../read/document'
import type { DocumentEntry } from '../read/outline'
import { childrenOf, resolveAlias, type YamlNode, type YamlScalar } from '../yaml/yaml-tree'
import { standingAlone } from './expand-aliases'
import { type Splice, splice } from './splice'
import { nextLine, opensLine } from './splice-node'
import { columnOf } from './style'

export interface CopySource {
  readonly document: KubeconfigDocument
  readonly entry: DocumentEntry
}

/** A part of a text after the splices in that part. */
function spliceRange(text: string, splices: readonly Splice[], start: number, end: number): string {
  return splice(
    text.slice(start, end),
    splices.map((one) => ({ ...one, start: one.start - start, end: one.end - start })),
  )
}

/** Anchors must not be defined twice, and aliases mean nothing elsewhere. */
function standsAlone(node: YamlNode): boolean {
  return node.kind !== 'alias' && node.anchor === null && childrenOf(node).every(standsAlone)
}

function scalarsIn(node: YamlNode): readonly YamlScalar[] {
  const target = resolveAlias(node)
  return target.kind === 'scalar' ? [target] : childrenOf(target).flatMap(scalarsIn)
}

/** Text without its comments: a comment about the original does not apply to its clone. */
function withoutComments(text: string, offset: number, node: YamlNode): string {
  const scalars = [...scalarsIn(node)].sort((a, b) => a.start - b.start)
  let result = ''
  let position = 0
  let next = 0
  // Outside of scalars, a `#` always begins a comment: also directly after a bracket, a comma or a quote.
  const comment = /(^|[\r\n])[ \t]*#[^\r\n]*(?=[\r\n]|$)|(?<![ \t])[ \t]*#[^\r\n]*/g
  for (;;) {
    comment.lastIndex = position
    const found = comment.exec(text)
    if (!found) break
    const hash = offset + found.index + found[0].indexOf('#')
    while (next < scalars.length && (scalars[next]?.end ?? 0) <= hash) next++
    const inside = scalars[next]
    if (inside && inside.start <= hash) {
      const end = Math.max(inside.end - offset, found.index + 1)
      result += text.slice(position, end)
      position = end
      continue
    }
    // A whole comment line is removed with its line break; the match begins with the line break before it.
    result += text.slice(position, found.index)
    position = found.index + found[0].length
  }
  return result + text.slice(position)
}

/**
 * The lines of a donor's entry for a block list whose dashes are at `column`; null where its text cannot be used elsewhere
 * (flow lists; anchors, unless the entry moves: then the values they name are written out). `comments`: whether they come
 * along, because the entry moves.
 */
export function copyEntry(
  { document, entry }: CopySource,
  kind: EntryKind,
  column: number,
  newline: string,
  comments: boolean,
): string | null {
  const { text } = document
  const { start, end } = entry.range
  const node = document.node(kind, entry.index)
  if (text.charAt(start) !== '-' || !opensLine(text, start)) return null
  const alone = standsAlone(node)
  if (!alone && !comments) return null
  const stop = comments ? nextLine(text, end) : end
  const lines = alone
    ? text.slice(start, stop)
    : spliceRange(text, standingAlone(document, node), start, stop)
  const own = lines.replace(/(?<![\r\n])[\r\n]+$/, '')
  const copied = comments ? own : withoutComments(own, start, node)
  const shift = column - columnOf(text, start)
  return copied
    .split(/\r\n|\n|\r/)
    .map((line, i) => (i === 0 || line === '' ? line : shifted(line, shift)))
    .join(newline)
}

function shifted(line: string, by: number): string {
  if (by >= 0) return ' '.repeat(by) + line
  const blank = /^ */.exec(line)?.[0].length ?? 0
  return line.slice(Math.min(blank, -by))
}
