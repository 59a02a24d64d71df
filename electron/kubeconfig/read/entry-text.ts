/** An entry's own lines as they may be shown: dedented, every secret redacted, all else as it stands in the file. */
import { type EntryKind, mask, plainExecVariables } from '../../../shared/kubeconfig/entries'
import { isSecretName, maskArguments, maskText, maskUrl } from '../../../shared/kubeconfig/secrets'
import { resolveAlias, type YamlMap, type YamlNode, type YamlScalar } from '../yaml/tree'
import type { KubeconfigDocument } from './document'
import type { DocumentEntry } from './outline'

interface Replacement {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** How the values below a map are to be treated. */
type Rule =
  | 'plain'
  | 'secret'
  | 'url'
  | 'data'
  | 'text'
  | 'unknown'
  | Rules
  | ((node: YamlNode, found: Replacements) => void)
interface Rules {
  readonly [key: string]: Rule
}

type Replacements = Replacement[]

const extension: Rule = 'unknown'
const cluster: Rules = {
  server: 'url',
  'tls-server-name': 'plain',
  'insecure-skip-tls-verify': 'plain',
  'certificate-authority': 'plain',
  'certificate-authority-data': 'data',
  'proxy-url': 'url',
  'disable-compression': 'plain',
  extensions: extension,
}
const user: Rules = {
  'client-certificate': 'plain',
  'client-certificate-data': 'data',
  'client-key': 'plain',
  'client-key-data': 'secret',
  token: 'secret',
  tokenFile: 'plain',
  as: 'plain',
  'as-uid': 'plain',
  'as-groups': 'plain',
  'as-user-extra': 'plain',
  username: 'plain',
  password: 'secret',
  'auth-provider': { name: 'plain', config: 'secret' },
  exec: {
    apiVersion: 'plain',
    command: 'text',
    args: redactArguments,
    env: redactVariables,
    interactiveMode: 'plain',
    provideClusterInfo: 'plain',
    installHint: 'text',
  },
  extensions: extension,
}
const context: Rules = { cluster: 'plain', user: 'plain', namespace: 'plain', extensions: extension }
const rules: Readonly<Record<EntryKind, Rules>> = {
  cluster: { name: 'plain', cluster },
  user: { name: 'plain', user },
  context: { name: 'plain', context },
}

/** The entry's lines; of a flow entry its own part of the line. Tokens in comments are masked too. */
export function entryText(document: KubeconfigDocument, entry: DocumentEntry): string {
  const { text } = document
  const item = document.node(entry.kind, entry.index)
  const found: Replacements = []
  if (item.kind !== 'alias') redact(item, rules[entry.kind], found)
  const lineStart =
    Math.max(text.lastIndexOf('\n', entry.range.start - 1), text.lastIndexOf('\r', entry.range.start - 1)) + 1
  const ownLine = /^[ \t\ufeff]*$/.test(text.slice(lineStart, entry.range.start))
  const start = ownLine ? lineStart : entry.range.start
  const complete = item.kind === 'alias' || item.complete
  const rest = /^[^\r\n]*/.exec(text.slice(entry.range.end, entry.range.end + 4096))?.[0] ?? ''
  let end = entry.range.end
  if (ownLine && complete && /^[ \t]*(?:#|$)/.test(rest)) end += rest.length
  // Torn inside the entry: what stands behind the last thing understood is not known to be harmless.
  const torn = complete ? '' : ` ${mask}`
  const shown = splice(text, start, end, found) + torn
  return maskText(
    dedent(
      shown
        .replace(/\r\n?/g, '\n')
        .replace(/^\ufeff/, '')
        .trimEnd(),
    ),
  )
}

function splice(text: string, start: number, end: number, found: Replacements): string {
  let shown = ''
  let at = start
  for (const replacement of [...found].sort((a, b) => a.start - b.start)) {
    if (replacement.start < at || replacement.end > end) continue
    shown += text.slice(at, replacement.start) + replacement.text
    at = replacement.end
  }
  return shown + text.slice(at, Math.max(at, end))
}

function dedent(text: string): string {
  const lines = text.split('\n')
  const first = /^ */.exec(lines[0] ?? '')?.[0].length ?? 0
  return lines.map((line) => line.slice(Math.min(first, /^ */.exec(line)?.[0].length ?? 0))).join('\n')
}

function redact(node: YamlNode, rule: Rule, found: Replacements): void {
  // What an alias stands for is shown where it stands.
  if (node.kind === 'alias') return
  if (typeof rule === 'function') rule(node, found)
  else if (typeof rule === 'string') redactAll(node, rule, found)
  else if (node.kind === 'map') redactPairs(node, rule, found)
  else redactAll(node, 'unknown', found)
}

function redactPairs(map: YamlMap, known: Rules, found: Replacements): void {
  for (const { key, value } of map.pairs) {
    const name = keyName(key)
    if (key.kind === 'scalar' && key.implicit && name === '<<') {
      redactMerge(value, known, found)
      continue
    }
    redact(
      value,
      Object.hasOwn(known, name) ? (known[name] ?? 'unknown') : isSecretName(name) ? 'secret' : 'unknown',
      found,
    )
  }
}

function redactMerge(value: YamlNode, known: Rules, found: Replacements): void {
  if (value.kind === 'map') redactPairs(value, known, found)
  else if (value.kind === 'sequence') for (const item of value.items) redactMerge(item.node, known, found)
}

function keyName(key: YamlNode): string {
  const target = resolveAlias(key)
  return target.kind === 'scalar' ? target.value : ''
}

function redactAll(
  node: YamlNode,
  rule: 'plain' | 'secret' | 'url' | 'data' | 'text' | 'unknown',
  found: Replacements,
): void {
  if (node.kind === 'alias') return
  if (node.kind === 'scalar') {
    redactScalar(node, rule, found)
    return
  }
  if (node.kind === 'sequence') {
    const words = node.items.map(({ node: item }) => (item.kind === 'scalar' ? item.value : ''))
    const shown = maskArguments(words)
    node.items.forEach(({ node: item }, index) => {
      const hidden = rule === 'unknown' && item.kind === 'scalar' && shown[index] !== words[index]
      redactAll(item, hidden ? 'secret' : rule, found)
    })
    return
  }
  for (const { key, value } of node.pairs) {
    const name = keyName(key)
    if (key.kind === 'scalar') redactScalar(key, 'text', found)
    redactAll(value, rule === 'unknown' && isSecretName(name) ? 'secret' : rule, found)
  }
}

function redactScalar(
  node: YamlScalar,
  rule: 'plain' | 'secret' | 'url' | 'data' | 'text' | 'unknown',
  found: Replacements,
): void {
  if (node.value === '') return
  switch (rule) {
    case 'secret':
      replace(node, mask, found)
      break
    case 'url':
      replaceChanged(node, maskUrl(node.value), found)
      break
    case 'data':
      if (node.value.length > 40)
        replace(node, `${node.value.slice(0, 16)}… (${node.value.length} characters)`, found)
      break
    case 'unknown':
      // An anchored value may be somebody's token by alias.
      if (node.anchor !== null) replace(node, mask, found)
      else replaceChanged(node, maskText(maskUserinfo(node.value)), found)
      break
    case 'text':
    case 'plain':
      replaceChanged(node, maskText(node.value), found)
      break
  }
}

function maskUserinfo(text: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? maskUrl(text) : text
}

function redactArguments(node: YamlNode, found: Replacements): void {
  if (node.kind !== 'sequence') {
    redactAll(node, 'secret', found)
    return
  }
  const words = node.items.map(({ node: item }) => {
    const target = resolveAlias(item)
    return target.kind === 'scalar' ? target.value : ''
  })
  maskArguments(words).forEach((shown, index) => {
    const item = node.items[index]?.node
    if (item === undefined || item.kind === 'alias') return
    if (item.kind === 'scalar') replaceChanged(item, shown, found)
    else redactAll(item, 'secret', found)
  })
}

function redactVariables(node: YamlNode, found: Replacements): void {
  if (node.kind !== 'sequence') {
    redactAll(node, 'secret', found)
    return
  }
  for (const { node: item } of node.items) {
    if (item.kind === 'alias') continue
    if (item.kind !== 'map') {
      redactAll(item, 'secret', found)
      continue
    }
    const name = item.pairs.find(({ key }) => keyName(key) === 'name')?.value
    const target = name === undefined ? undefined : resolveAlias(name)
    const plain = target?.kind === 'scalar' && plainExecVariables.has(target.value)
    redactPairs(item, { name: 'text', value: plain ? 'text' : 'secret' }, found)
  }
}

function replaceChanged(node: YamlScalar, shown: string, found: Replacements): void {
  if (shown !== node.value) replace(node, shown, found)
}

function replace(node: YamlScalar, shown: string, found: Replacements): void {
  const quote = node.style === 'double' ? '"' : node.style === 'single' ? "'" : ''
  // Line by line: a pattern with blanks on both sides of the break takes quadratic time on a long run of them.
  const flat = shown
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ')
  found.push({
    start: node.contentStart,
    end: node.end,
    text: `${quote}${flat}${quote}${node.style === 'literal' || node.style === 'folded' ? '\n' : ''}`,
  })
}
