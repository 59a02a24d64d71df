/**
 * A YAML text as a tree in which every node, key and indicator knows its place: what entries are read from and what
 * the rewriter splices into. Grammar as in the Go library inside kubectl. Of a text that breaks off, everything up to
 * the break is in the tree.
 */
import { refusedCharacter } from './scalars'
import { type ScalarStyle, type Token, type TokenKind, Tokens, YamlError } from './tokens'

export interface YamlAlias {
  readonly kind: 'alias'
  readonly start: number
  readonly end: number
  readonly name: string
  readonly target: YamlTarget
}

interface NodePlace {
  /** With anchor and tag. */
  start: number
  /** Where the content itself begins: behind anchor and tag. */
  contentStart: number
  /** Behind the last character that belongs to it; comments and the line break are outside. */
  end: number
  readonly anchor: string | null
  /** Full (`tag:yaml.org,2002:str`) or local (`!x`, also `!` alone, which makes every scalar a string); null when none. */
  readonly tag: string | null
  /** False when the text broke off inside it. */
  complete: boolean
}

export interface YamlScalar extends NodePlace {
  readonly kind: 'scalar'
  readonly style: ScalarStyle
  readonly value: string
  /** What the parser of kubectl calls implicit: unquoted and untagged, or tagged `!`. It decides whether `<<` merges. */
  readonly implicit: boolean
}

/** What stands where nothing is written, or where it does not matter what is. */
export const emptyScalar = (start: number, end = start): YamlScalar => ({
  kind: 'scalar',
  start,
  contentStart: start,
  end,
  anchor: null,
  tag: null,
  complete: true,
  style: 'plain',
  value: '',
  implicit: true,
})

export interface YamlPair {
  /** Where the key (or its `?`) begins. */
  readonly start: number
  readonly key: YamlNode
  /** Offset of the colon; null when there is none. */
  readonly colon: number | null
  readonly value: YamlNode
}

export interface YamlMap extends NodePlace {
  readonly kind: 'map'
  readonly flow: boolean
  readonly pairs: YamlPair[]
}

export interface YamlItem {
  /** Where the item begins: at its `-` in block style. */
  readonly start: number
  readonly node: YamlNode
}

export interface YamlSequence extends NodePlace {
  readonly kind: 'sequence'
  readonly flow: boolean
  readonly items: YamlItem[]
}

export type YamlTarget = YamlScalar | YamlMap | YamlSequence
export type YamlNode = YamlTarget | YamlAlias

export interface YamlTree {
  /** Null when the document is empty, or broken before anything could be read. */
  readonly root: YamlNode | null
  readonly error: { readonly problem: string; readonly offset: number } | null
  /** Anchors or aliases occur: entries cannot be read apart from each other. */
  readonly anchors: boolean
  /**
   * Offset of the first alias with which the aliases, written out, would be too much to hold or nested too deeply; it
   * and those behind it stand for nothing in the tree. Null when there is none.
   */
  readonly excess: number | null
}

/** kubectl allows 10,000 levels; nothing real has more than twenty, and our own stack has to hold. */
const maxDepth = 512
/** Values of one text: a fleet of ten thousand contexts has half a million. */
const maxNodes = 1_000_000
/** Values that all aliases of a text stand for, each written out where it is used. */
const maxAliased = 1_000_000
const core = 'tag:yaml.org,2002:'

/** Reads the first document of `text[start, end)`; `start` must be the beginning of a line. Never throws. */
export function readTree(text: string, start = 0, end = text.length): YamlTree {
  const part = start === 0 && end === text.length ? text : text.slice(start, end)
  const refused = part.search(refusedCharacter)
  const stop = refused < 0 ? end : start + refused
  const reader = new TreeReader(new Tokens(text, start, stop, refused >= 0))
  try {
    reader.readDocument()
    return { root: reader.root, error: null, anchors: reader.anchors.size > 0, excess: reader.excess }
  } catch (error) {
    if (!(error instanceof YamlError)) throw error
    return {
      root: reader.root,
      error: { problem: error.problem, offset: error.offset },
      anchors: reader.anchors.size > 0,
      excess: reader.excess,
    }
  }
}

/** The node behind an alias, or the node itself. */
export function resolveAlias(node: YamlNode): YamlTarget {
  return node.kind === 'alias' ? node.target : node
}

type Sink = (node: YamlNode) => void

const leaf: Size = { nodes: 1, height: 1 }

/** How much a node is with every alias in it written out. */
interface Size {
  readonly nodes: number
  readonly height: number
}

class TreeReader {
  root: YamlNode | null = null
  readonly anchors = new Map<string, YamlTarget>()
  excess: number | null = null
  private readonly sizes = new Map<YamlTarget, Size>()
  private aliased = 0
  private nodes = 0
  private readonly handles = new Map([
    ['!', '!'],
    ['!!', core],
  ])
  private depth = 0
  /** End of the token taken last. */
  private last = 0
  private readonly tokens: Tokens

  constructor(tokens: Tokens) {
    this.tokens = tokens
  }

  readDocument(): void {
    // Document ends without a document before them are passed over.
    while (this.next('document-end')) this.take()
    if (this.next('stream-end')) return
    const explicit = this.readDirectives()
    const kind = this.tokens.peek().kind
    const empty = explicit && (kind === 'document-start' || kind === 'document-end' || kind === 'stream-end')
    if (!empty && !(explicit && kind.endsWith('directive'))) {
      this.readNode(true, false, (node) => {
        this.root = node
      })
    }
    // The Go parser looks one token ahead to end the document, and stumbles over what it cannot read there.
    this.tokens.peek()
  }

  /** True when `---` was there. */
  private readDirectives(): boolean {
    let directives = false
    let version = false
    for (;;) {
      const token = this.tokens.peek()
      if (token.kind === 'version-directive') {
        if (version) this.fail('found duplicate %YAML directive', token)
        version = true
      } else if (token.kind === 'tag-directive') this.handles.set(token.handle, token.value)
      else break
      directives = true
      this.take()
    }
    if (this.next('document-start')) {
      this.take()
      return true
    }
    if (directives) this.fail('did not find expected <document start>', this.tokens.peek())
    return false
  }

  private take(): Token {
    const token = this.tokens.take()
    this.last = token.end
    return token
  }

  private next(...kinds: TokenKind[]): boolean {
    return kinds.includes(this.tokens.peek().kind)
  }

  private fail(problem: string, token: Token): never {
    throw new YamlError(problem, token.start)
  }

  private readNode(block: boolean, indentless: boolean, sink: Sink): void {
    let token = this.tokens.peek()
    if (token.kind === 'alias') {
      this.take()
      // Named in no message: an unquoted password that begins with an asterisk is read as an alias.
      const target = this.anchors.get(token.value)
      if (target === undefined) this.fail('unknown anchor referenced', token)
      if (!target.complete) this.fail('an anchor’s value contains itself', token)
      if (!this.bearable(target)) {
        this.excess ??= token.start
        sink(emptyScalar(token.start))
        return
      }
      sink({ kind: 'alias', start: token.start, end: token.end, name: token.value, target })
      return
    }
    const start = token.start
    let anchor: string | null = null
    let tag: string | null = null
    let end = token.start
    for (;;) {
      if (token.kind === 'anchor' && anchor === null) anchor = token.value
      else if (token.kind === 'tag' && tag === null) tag = this.resolveTag(token)
      else break
      end = this.take().end
      token = this.tokens.peek()
    }
    const bang = tag === '!'
    const place = {
      start,
      contentStart: token.start,
      end: token.end,
      anchor,
      tag,
      complete: false,
    }
    const keep = <T extends YamlTarget>(node: T): T => {
      if (++this.nodes > maxNodes) this.fail(`more than ${maxNodes} values in one file`, token)
      if (anchor !== null) this.anchors.set(anchor, node)
      sink(node)
      return node
    }
    if (token.kind === 'scalar') {
      this.take()
      const style = token.style ?? 'plain'
      const implicit = bang || (tag === null && style === 'plain')
      keep({ kind: 'scalar', ...place, complete: true, style, value: token.value, implicit })
      return
    }
    const kind = token.kind
    if (indentless && kind === 'block-entry') {
      this.readBlockItems(keep({ kind: 'sequence', ...place, flow: false, items: [] }), true)
      return
    }
    if (kind === 'flow-sequence') {
      this.take()
      this.readFlowItems(keep({ kind: 'sequence', ...place, flow: true, items: [] }))
      return
    }
    if (kind === 'flow-mapping') {
      this.take()
      this.readFlowPairs(keep({ kind: 'map', ...place, flow: true, pairs: [] }))
      return
    }
    if (block && kind === 'block-sequence') {
      this.take()
      this.readBlockItems(keep({ kind: 'sequence', ...place, flow: false, items: [] }), false)
      return
    }
    if (block && kind === 'block-mapping') {
      this.take()
      this.readBlockPairs(keep({ kind: 'map', ...place, flow: false, pairs: [] }))
      return
    }
    if (anchor === null && tag === null) this.fail('did not find expected node content', token)
    keep({
      kind: 'scalar',
      ...place,
      contentStart: end,
      end,
      complete: true,
      style: 'plain',
      value: '',
      implicit: tag === null || bang,
    })
  }

  /** Whether one more alias to that node can be written out; counts it. */
  private bearable(target: YamlTarget): boolean {
    if (this.excess !== null) return false
    const { nodes, height } = this.sizeOf(target)
    this.aliased += nodes
    return this.aliased <= maxAliased && this.depth + height <= maxDepth
  }

  /** Every container is measured once: what an alias inside it stands for was measured before it was let in. */
  private sizeOf(node: YamlNode): Size {
    const target = resolveAlias(node)
    if (target.kind === 'scalar') return leaf
    const known = this.sizes.get(target)
    if (known !== undefined) return known
    let nodes = 1
    let height = 0
    const add = (inner: YamlNode) => {
      const size = this.sizeOf(inner)
      nodes += size.nodes
      if (size.height > height) height = size.height
    }
    if (target.kind === 'sequence') for (const item of target.items) add(item.node)
    else
      for (const { key, value } of target.pairs) {
        add(key)
        add(value)
      }
    const size = { nodes, height: height + 1 }
    this.sizes.set(target, size)
    return size
  }

  private resolveTag(token: Token): string {
    if (token.handle === '') return token.value
    const prefix = this.handles.get(token.handle)
    if (prefix === undefined) this.fail('found undefined tag handle', token)
    return prefix + token.value
  }

  private enter(token: Token): void {
    if (++this.depth > maxDepth) this.fail(`exceeded max depth of ${maxDepth}`, token)
  }

  private close(node: YamlMap | YamlSequence): void {
    this.depth--
    node.end = this.last
    node.complete = true
  }

  private readBlockItems(sequence: YamlSequence, indentless: boolean): void {
    this.enter(this.tokens.peek())
    for (;;) {
      const token = this.tokens.peek()
      if (token.kind !== 'block-entry') break
      this.take()
      const sink: Sink = (node) => sequence.items.push({ start: token.start, node })
      const bare = indentless
        ? this.next('block-entry', 'key', 'value', 'block-end')
        : this.next('block-entry', 'block-end')
      if (bare) sink(emptyScalar(token.end))
      else this.readNode(true, false, sink)
      sequence.end = this.last
    }
    const token = this.tokens.peek()
    if (!indentless) {
      if (token.kind !== 'block-end') this.fail("did not find expected '-' indicator", token)
      this.tokens.take()
    }
    this.close(sequence)
  }

  private readBlockPairs(map: YamlMap): void {
    this.enter(this.tokens.peek())
    for (;;) {
      const token = this.tokens.peek()
      if (token.kind === 'block-end') break
      if (token.kind !== 'key') this.fail('did not find expected key', token)
      this.take()
      const pair = openPair(map, token.start, emptyScalar(token.end))
      if (!this.next('key', 'value', 'block-end')) this.readNode(true, true, pair.key)
      const value = this.tokens.peek()
      if (value.kind === 'value') {
        this.take()
        pair.colon(value.start, emptyScalar(value.end))
        if (!this.next('key', 'value', 'block-end')) this.readNode(true, true, pair.value)
      } else pair.value(emptyScalar(this.last))
      map.end = this.last
    }
    this.tokens.take()
    this.close(map)
  }

  private readFlowItems(sequence: YamlSequence): void {
    this.enter(this.tokens.peek())
    for (let first = true; !this.next('flow-sequence-end'); first = false) {
      if (!first) {
        const token = this.tokens.peek()
        if (token.kind !== 'flow-entry') this.fail("did not find expected ',' or ']'", token)
        this.take()
      }
      const token = this.tokens.peek()
      const sink: Sink = (node) => sequence.items.push({ start: token.start, node })
      if (token.kind === 'key') this.readSinglePair(token, sink)
      else if (token.kind !== 'flow-sequence-end') this.readNode(false, false, sink)
      else break
      sequence.end = this.last
    }
    this.take()
    this.close(sequence)
  }

  /** `[a: b]`: a mapping of one pair. */
  private readSinglePair(token: Token, sink: Sink): void {
    this.enter(token)
    this.take()
    const map: YamlMap = {
      kind: 'map',
      start: token.start,
      contentStart: token.start,
      end: token.end,
      anchor: null,
      tag: null,
      complete: false,
      flow: true,
      pairs: [],
    }
    sink(map)
    const pair = openPair(map, token.start, emptyScalar(token.end))
    if (!this.next('value', 'flow-entry', 'flow-sequence-end')) this.readNode(false, false, pair.key)
    // libyaml swallows the token after an empty key here; so does kubectl.
    else this.take()
    const value = this.tokens.peek()
    if (value.kind === 'value') {
      this.take()
      pair.colon(value.start, emptyScalar(value.end))
      if (!this.next('flow-entry', 'flow-sequence-end')) this.readNode(false, false, pair.value)
    } else pair.value(emptyScalar(this.last))
    this.close(map)
  }

  private readFlowPairs(map: YamlMap): void {
    this.enter(this.tokens.peek())
    for (let first = true; !this.next('flow-mapping-end'); first = false) {
      if (!first) {
        const token = this.tokens.peek()
        if (token.kind !== 'flow-entry') this.fail("did not find expected ',' or '}'", token)
        this.take()
      }
      const token = this.tokens.peek()
      if (token.kind === 'flow-mapping-end') break
      const pair = openPair(map, token.start, emptyScalar(token.start))
      if (token.kind === 'key') {
        this.take()
        if (!this.next('value', 'flow-entry', 'flow-mapping-end')) this.readNode(false, false, pair.key)
        const value = this.tokens.peek()
        if (value.kind === 'value') {
          this.take()
          pair.colon(value.start, emptyScalar(value.end))
          if (!this.next('flow-entry', 'flow-mapping-end')) this.readNode(false, false, pair.value)
        } else pair.value(emptyScalar(this.last))
      } else {
        this.readNode(false, false, pair.key)
        pair.value(emptyScalar(this.last))
      }
      map.end = this.last
    }
    this.take()
    this.close(map)
  }
}

/** A pair that is in its map from the beginning, so that a break in the middle leaves what was read. */
function openPair(map: YamlMap, start: number, empty: YamlScalar) {
  const index = map.pairs.length
  let pair: YamlPair = { start, key: empty, colon: null, value: empty }
  const put = (next: YamlPair) => {
    pair = next
    map.pairs[index] = next
  }
  put(pair)
  return {
    key: (node: YamlNode) => put({ ...pair, key: node }),
    colon: (at: number, value: YamlScalar) => put({ ...pair, colon: at, value }),
    value: (node: YamlNode) => put({ ...pair, value: node }),
  }
}
