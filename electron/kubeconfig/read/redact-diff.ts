/** Where secrets stand in a file's text, so that a diff can be shown without them. */
import { type EntryKind, entryKinds, mask, plainExecVariables } from '../../../shared/kubeconfig/entries'
import { isSecretName, maskText } from '../../../shared/kubeconfig/secrets'
import { type Field, Shape } from '../yaml/fields'
import { resolveAlias, type YamlNode } from '../yaml/tree'
import type { KubeconfigDocument } from './document'
import { entriesOf } from './merge'

interface Range {
  readonly start: number
  readonly end: number
}

/** Ranges of secrets in one entry; `text` is the document's. */
function secretsOf(document: KubeconfigDocument, kind: EntryKind, index: number): readonly Range[] {
  const shape = new Shape()
  const found: Range[] = []
  const { text } = document
  const hide = (node: YamlNode | undefined): void => {
    if (!node) return
    const target = resolveAlias(node)
    found.push({ start: target.contentStart, end: target.end })
  }
  const fields = (node: YamlNode | undefined): ReadonlyMap<string, Field> => {
    const target = node ? resolveAlias(node) : null
    return target?.kind === 'map' ? shape.fields(target) : new Map<string, Field>()
  }
  const items = (node: YamlNode | undefined): readonly YamlNode[] => {
    const target = node ? resolveAlias(node) : null
    return target?.kind === 'sequence' ? target.items.map((item) => item.node) : []
  }
  const scalar = (node: YamlNode | undefined): string => {
    const target = node ? resolveAlias(node) : null
    return target?.kind === 'scalar' ? target.value : ''
  }
  const value = fields(fields(document.node(kind, index)).get(kind)?.value)
  if (kind === 'cluster')
    for (const key of ['server', 'proxy-url']) {
      const node = value.get(key)?.value
      const target = node ? resolveAlias(node) : null
      const part = target ? /\/\/[^/\s"']*@/.exec(text.slice(target.contentStart, target.end)) : null
      if (target && part) {
        const start = target.contentStart + part.index + 2
        found.push({ start, end: start + part[0].length - 3 })
      } else if (target?.kind === 'scalar' && /\/\/[^/?#]*@/.test(target.value)) hide(node)
    }
  if (kind === 'user') {
    for (const key of ['token', 'password', 'client-key-data']) hide(value.get(key)?.value)
    for (const field of fields(fields(value.get('auth-provider')?.value).get('config')?.value).values())
      hide(field.value)
    const exec = fields(value.get('exec')?.value)
    for (const item of items(exec.get('env')?.value)) {
      const variable = fields(item)
      if (!plainExecVariables.has(scalar(variable.get('name')?.value))) hide(variable.get('value')?.value)
    }
    const args = items(exec.get('args')?.value)
    args.forEach((arg, i) => {
      const flag = /^(--?[A-Za-z][\w.-]*)(=)?/.exec(scalar(arg))
      if (flag && isSecretName(flag[1] ?? '')) hide(flag[2] === undefined ? args[i + 1] : arg)
    })
  }
  return found
}

/** Masks the secrets of lines of a document; only entries that the lines touch are looked into. */
export function redactor(document: KubeconfigDocument): (start: number, line: string) => string {
  const known = new Map<string, readonly Range[]>()
  const secretsAt = (kind: EntryKind, index: number) => {
    const id = `${kind} ${index}`
    const found = known.get(id) ?? disjoint(secretsOf(document, kind, index))
    known.set(id, found)
    return found
  }
  const kinds = entryKinds.filter((kind) => kind !== 'context')
  const places = kinds.map((kind) => ({
    kind,
    entries: entriesOf(document, kind).map(({ range, index }) => ({ ...range, index })),
  }))
  let everywhere: readonly Range[] | null = null
  const rangesIn = (start: number, end: number): readonly Range[] => {
    if (document.foundBy === 'scan')
      return places.flatMap(({ kind, entries }) =>
        touching(entries, start, end).flatMap(({ index }) => touching(secretsAt(kind, index), start, end)),
      )
    // By an alias, what stands in one entry or in none may be the secret of another.
    everywhere ??= disjoint(
      places.flatMap(({ kind, entries }) => entries.flatMap(({ index }) => secretsAt(kind, index))),
    )
    return touching(everywhere, start, end)
  }
  return (start, line) => {
    const end = start + line.length
    const ranges = [...rangesIn(start, end)].sort((a, b) => b.start - a.start)
    let shown = line
    let last = Number.POSITIVE_INFINITY
    for (const range of ranges) {
      if (range.start >= last || range.start >= end || range.end <= start) continue
      last = range.start
      const from = Math.max(0, range.start - start)
      const to = Math.min(line.length, range.end - start)
      const indent = from === 0 ? (/^\s*/.exec(line)?.[0] ?? '') : ''
      shown = shown.slice(0, from) + indent + mask + shown.slice(to)
    }
    return maskText(shown)
  }
}

/** Sorted, those that overlap made one. */
function disjoint(ranges: readonly Range[]): readonly Range[] {
  const merged: Range[] = []
  for (const range of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1)
    if (last === undefined || range.start > last.end) merged.push(range)
    else if (range.end > last.end) merged[merged.length - 1] = { start: last.start, end: range.end }
  }
  return merged
}

/** Those of a sorted list without overlaps that touch a stretch of text. */
function touching<T extends Range>(ranges: readonly T[], start: number, end: number): readonly T[] {
  let low = 0
  let high = ranges.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ranges[middle]?.end ?? 0) < start) low = middle + 1
    else high = middle
  }
  const found: T[] = []
  for (let at = low; at < ranges.length; at++) {
    const range = ranges[at]
    if (range === undefined || range.start > end) break
    found.push(range)
  }
  return found
}
