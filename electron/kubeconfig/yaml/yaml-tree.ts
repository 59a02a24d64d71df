/**
 * A YAML text as a tree in which every node, key and indicator has its offsets: what entries are read from and what
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
  /** Where the content itself begins: after anchor and tag. */
  contentStart: number
  /** After the last character that belongs to it; comments and the line break are outside. */
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

/** The node of a place where nothing is written, or where the text does not matter. */
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
  key: YamlNode
  /** Offset of the colon; null when there is none. */
  colon: number | null
  value: YamlNode
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

export type YamlTree = Readonly<ReturnType<typeof readTree>>

/** kubectl allows 10,000 levels; no real file has more than twenty, and this process's stack must suffice. */
const maxDepth = 512
/** Values of one text: a fleet of ten thousand contexts has half a million. */
const maxNodes = 1_000_000
/** Limit of the number of values that all aliases of a text expand to, each written out where it is used. */
const maxAliased = 1_000_000
const core = 'tag:yaml.org,2002:'

/**
 * Reads the first document of `text[start, end)`; `start` must be the beginning of a line. Never throws. `root`: null when the
 * document is empty, or broken before anything could be read. `anchors`: anchors or aliases occur, so entries cannot be read
 * apart from each other. `excess`: offset of the first alias with which the aliases, written out, would be too much to hold or
 * nested too deeply; it and those after it have no value in the tree. Null when there is none.
 */
export function readTree(text: string, start = 0, end = text.length) {
  const part = start === 0 && end === text.length ? text : text.slice(start, end)
  const refused = part.search(refusedCharacter)
  const stop = refused < 0 ? end : start + refused
  const reader = new TreeReader(new Tokens(text, start, stop, refused >= 0))
  let error: { readonly problem: string; readonly offset: number } | null = null
  try {
    reader.readDocument()
  } catch (thrown) {
    if (!(thrown instanceof YamlError)) throw thrown
    error = { problem: thrown.problem, offset: thrown.offset }
  }
  return { root: reader.root, error, anchors: reader.anchors.size > 0, excess: reader.excess }
}

/** The node that an alias refers to, or the node itself. */
export function resolveAlias(node: YamlNode): YamlTarget {
  return node.kind === 'alias' ? node.target : node
}

/** The nodes directly inside a node, in their order; none of a scalar or an alias. */
export function childrenOf(node: YamlNode): readonly YamlNode[] {
  if (node.kind === 'sequence') return node.items.map((item) => item.node)
  return node.kind === 'map' ? node.pairs.flatMap(({ key, value }) => [key, value]) : []
}

type Sink = (node: YamlNode) => void

const leaf: Size = { nodes: 1, height: 1 }

/** The size of a node with every alias in it written out. */
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
    // Document ends without a document before them are skipped.
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
    this.tokens.endDocument()
  }

  /** True when the text had `---`. */
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
    const place = { start, contentStart: token.start, end: token.end, anchor, tag, complete: false }
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
    const { kind } = token
    const flow = kind.startsWith('flow')
    const sequence = () => keep<YamlSequence>({ kind: 'sequence', ...place, flow, items: [] })
    const map = () => keep<YamlMap>({ kind: 'map', ...place, flow, pairs: [] })
    if (indentless && kind === 'block-entry') this.readBlockItems(sequence(), true)
    else if (kind === 'flow-sequence') this.readFlowItems(sequence())
    else if (kind === 'flow-mapping') this.readFlowPairs(map())
    else if (block && kind === 'block-sequence') this.readBlockItems(sequence(), false)
    else if (block && kind === 'block-mapping') this.readBlockPairs(map())
    else if (anchor === null && tag === null) this.fail('did not find expected node content', token)
    else {
      const implicit = tag === null || bang
      keep({ ...emptyScalar(end), start, anchor, tag, implicit })
    }
  }

  /** Whether one more alias to that node can be written out; counts it. */
  private bearable(target: YamlTarget): boolean {
    if (this.excess !== null) return false
    const { nodes, height } = this.sizeOf(target)
    this.aliased += nodes
    return this.aliased <= maxAliased && this.depth + height <= maxDepth
  }

  /** Every container is measured once: the target of an alias inside it was measured before the alias was accepted. */
  private sizeOf(node: YamlNode): Size {
    const target = resolveAlias(node)
    if (target.kind === 'scalar') return leaf
    const known = this.sizes.get(target)
    if (known !== undefined) return known
    let nodes = 1
    let height = 0
    for (const child of childrenOf(target)) {
      const size = this.sizeOf(child)
      nodes += size.nodes
      height = Math.max(height, size.height)
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

  /** The collection whose first token is next; a block of items without indentation has no token of its own. */
  private open(bare = false): void {
    if (!bare) this.take()
    this.enter(this.tokens.peek())
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
    this.open(indentless)
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
    this.open()
    for (;;) {
      const token = this.tokens.peek()
      if (token.kind === 'block-end') break
      if (token.kind !== 'key') this.fail('did not find expected key', token)
      this.readPair(map, token, ['key', 'value', 'block-end'])
      map.end = this.last
    }
    this.tokens.take()
    this.close(map)
  }

  /** The pair after a key token; `ends`: tokens before which no node is. It is in its map at once: a break keeps what is read. */
  private readPair(map: YamlMap, token: Token, ends: readonly TokenKind[], single = false): void {
    this.take()
    const block = !map.flow
    const pair = openPair(map, token.start, token.end)
    if (!this.next('value', ...ends)) this.readNode(block, block, into(pair, 'key'))
    // libyaml swallows the token after an empty key here; so does kubectl.
    else if (single) this.take()
    const value = this.tokens.peek()
    if (value.kind !== 'value') {
      pair.value = emptyScalar(this.last)
      return
    }
    this.take()
    pair.colon = value.start
    pair.value = emptyScalar(value.end)
    if (!this.next(...ends)) this.readNode(block, block, into(pair, 'value'))
  }

  /** Reads the parts between the brackets of a flow collection, each by `read`. */
  private readFlow(node: YamlMap | YamlSequence, end: TokenKind, read: (token: Token) => void): void {
    this.open()
    for (let first = true; !this.next(end); first = false) {
      if (!first) {
        const token = this.tokens.peek()
        const bracket = node.kind === 'map' ? '}' : ']'
        if (token.kind !== 'flow-entry') this.fail(`did not find expected ',' or '${bracket}'`, token)
        this.take()
      }
      const token = this.tokens.peek()
      if (token.kind === end) break
      read(token)
      node.end = this.last
    }
    this.take()
    this.close(node)
  }

  private readFlowItems(sequence: YamlSequence): void {
    this.readFlow(sequence, 'flow-sequence-end', (token) => {
      const sink: Sink = (node) => sequence.items.push({ start: token.start, node })
      if (token.kind === 'key') this.readSinglePair(token, sink)
      else this.readNode(false, false, sink)
    })
  }

  /** `[a: b]`: a mapping of one pair. */
  private readSinglePair(token: Token, sink: Sink): void {
    this.enter(token)
    const { start, end } = token
    const place = { start, contentStart: start, end, anchor: null, tag: null, complete: false }
    const map: YamlMap = { kind: 'map', ...place, flow: true, pairs: [] }
    sink(map)
    this.readPair(map, token, ['flow-entry', 'flow-sequence-end'], true)
    this.close(map)
  }

  private readFlowPairs(map: YamlMap): void {
    this.readFlow(map, 'flow-mapping-end', (token) => {
      if (token.kind === 'key') return this.readPair(map, token, ['flow-entry', 'flow-mapping-end'])
      const pair = openPair(map, token.start, token.start)
      this.readNode(false, false, into(pair, 'key'))
      pair.value = emptyScalar(this.last)
    })
  }
}

function openPair(map: YamlMap, start: number, end: number): YamlPair {
  const empty = emptyScalar(end)
  const pair: YamlPair = { start, key: empty, colon: null, value: empty }
  map.pairs.push(pair)
  return pair
}

const into =
  (pair: YamlPair, part: 'key' | 'value'): Sink =>
  (node) => {
    pair[part] = node
  }
