/** An entry's own lines as they may be shown: dedented, secrets masked, certificates shortened, all else as written. */
import { mask } from '../../../shared/kubeconfig/entries'
import type { KubeconfigDocument } from './document'
import { maskedText } from './masked-text'
import type { DocumentEntry } from './outline'

/** The entry's lines; of a flow entry its own part of the line. */
export function entryText(document: KubeconfigDocument, { kind, index, range }: DocumentEntry): string {
  const { text } = document
  const before = Math.max(...['\n', '\r'].map((end) => text.lastIndexOf(end, range.start - 1)))
  const ownLine = /^[ \t\ufeff]*$/.test(text.slice(before + 1, range.start))
  const item = document.node(kind, index)
  const isComplete = item.kind === 'alias' || item.complete
  const rest = /^[^\r\n]*/.exec(text.slice(range.end, range.end + 4096))?.[0] ?? ''
  const hasComment = ownLine && isComplete && /^[ \t]*(?:#|$)/.test(rest)
  const shown = maskedText(document)(
    ownLine ? before + 1 : range.start,
    hasComment ? range.end + rest.length : range.end,
    true,
  )
  const lines = shown
    .replace(/\r\n?/g, '\n')
    .replace(/^\ufeff/, '')
    .trimEnd()
  // Torn inside the entry: text after the last part understood is not known to be harmless.
  return dedent(isComplete ? lines : `${lines} ${mask}`)
}

function dedent(text: string): string {
  const lines = text.split('\n')
  const first = /^ */.exec(lines[0] ?? '')?.[0].length ?? 0
  return lines.map((line) => line.slice(Math.min(first, /^ */.exec(line)?.[0].length ?? 0))).join('\n')
}
