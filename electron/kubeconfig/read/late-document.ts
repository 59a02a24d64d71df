/**
 * A document that is read when something of it is first asked for. Of a large file that another thread looks at for the page, main
 * needs nothing before an edit, a check or a change of the file: finding its entries here, too, held up the window. Nor need its
 * text be here all the time, 22 MB of ten thousand contexts, where another thread has it, too.
 */
import type { EntryKind, FileProblem, SourcePosition } from '../../../shared/kubeconfig/entries'
import type { ShapeCode } from '../yaml/fields'
import type { YamlNode } from '../yaml/tree'
import type { ReadCluster, ReadContext, ReadUser } from './decode'
import { type KubeconfigDocument, readDocument } from './document'
import type { UserForm } from './entries'
import type { UsualLists } from './generated-entry'
import type { DocumentEntry, FoundBy } from './outline'
import type { TextOfBytes } from './text-of-bytes'

/** The very text that was left; null: not (any more) to be had there. */
type TextAgain = () => TextOfBytes | null

/** Nobody has a text any more: the file is another one by now, and the thread that had it has ended. */
export class TextGone extends Error {
  constructor(file: string) {
    super(`${file} was changed, and what it was before is not known any more`)
  }
}

export class LateDocument implements KubeconfigDocument {
  readonly file: string
  /** Whether its last line is a whole one, which is asked of texts that are not here. */
  readonly endsInBreak: boolean
  private readonly onDisk: TextAgain
  private elsewhere: TextAgain | null = null
  /** What was read, or the text alone, once somebody has asked for it. */
  private held: TextOfBytes | string | null
  private read: KubeconfigDocument | null = null
  private told: Pick<KubeconfigDocument, 'currentContext'> | null = null

  /** `onDisk`: while the file is as it was read, its text need not be asked for elsewhere. */
  constructor(file: string, content: TextOfBytes, onDisk: TextAgain = () => null) {
    this.file = file
    this.endsInBreak = content.endsInBreak
    this.onDisk = onDisk
    this.held = content
  }

  /** Asked for again where it was left: some 20 ms for 22 MB. Throws `TextGone`. */
  get text(): string {
    const held = this.held ?? this.again()
    const text = typeof held === 'string' ? held : held.text
    this.held = text
    return text
  }

  private again(): TextOfBytes {
    const found = this.onDisk() ?? this.elsewhere?.() ?? null
    if (found === null) throw new TextGone(this.file)
    this.keep(found)
    return found
  }

  /** Whether this is what it was made of, or the same once more. */
  says(content: TextOfBytes): boolean {
    const { held } = this
    if (held === content) return true
    return held === null || typeof held === 'string' ? this.text === content.text : held.says(content)
  }

  /** Its text is not here at the moment. */
  get hasLeft(): boolean {
    return this.held === null
  }

  /** Does without its text until somebody asks; `elsewhere` has it, too. What was looked at has pieces of it, and stays. */
  leave(elsewhere: (bytes: number) => TextOfBytes | null): void {
    if (this.held === null || this.wasRead) return
    const bytes = typeof this.held === 'string' ? Buffer.byteLength(this.held) : this.held.size
    this.elsewhere = () => elsewhere(bytes)
    this.held = null
  }

  /** Whoever has its text will not have it any longer, or brings it. */
  keep(content: TextOfBytes | null = null): void {
    if (!this.hasLeft) return
    this.held = content ?? this.onDisk() ?? this.elsewhere?.() ?? null
    if (this.held !== null) this.elsewhere = null
  }

  /** Something was asked of it that needed its entries. */
  get wasRead(): boolean {
    return this.read !== null
  }

  /** What who reads the same text has found, so that it need not be read for that. */
  tell(told: Pick<KubeconfigDocument, 'currentContext'>): void {
    this.told = told
  }

  private get whole(): KubeconfigDocument {
    if (this.read === null) {
      const held = this.held ?? this.again()
      this.read = readDocument(this.file, this.text, 'scan', typeof held === 'string' ? null : held.bytes)
    }
    return this.read
  }

  get currentContext(): string | null {
    return (this.told ?? this.whole).currentContext
  }
  get clusters(): readonly DocumentEntry[] {
    return this.whole.clusters
  }
  get users(): readonly DocumentEntry[] {
    return this.whole.users
  }
  get contexts(): readonly DocumentEntry[] {
    return this.whole.contexts
  }
  get problems(): readonly FileProblem[] {
    return this.whole.problems
  }
  get readable(): boolean {
    return this.whole.readable
  }
  get foundBy(): FoundBy {
    return this.whole.foundBy
  }
  get entangled(): boolean {
    return this.whole.entangled
  }
  count(kind: EntryKind): number {
    return this.whole.count(kind)
  }
  name(kind: EntryKind, index: number): string {
    return this.whole.name(kind, index)
  }
  entry(kind: EntryKind, index: number): DocumentEntry {
    return this.whole.entry(kind, index)
  }
  first(kind: EntryKind, name: string): number | undefined {
    return this.whole.first(kind, name)
  }
  repeats(kind: EntryKind): boolean {
    return this.whole.repeats(kind)
  }
  refers(kind: 'cluster' | 'user', context: number): number {
    return this.whole.refers(kind, context)
  }
  find(kind: EntryKind, name: string): DocumentEntry | undefined {
    return this.whole.find(kind, name)
  }
  usual(): UsualLists | null {
    return this.whole.usual()
  }
  saysOnlyFields(kind: EntryKind, index: number): boolean {
    return this.whole.saysOnlyFields(kind, index)
  }
  context(index: number): ReadContext {
    return this.whole.context(index)
  }
  cluster(index: number): ReadCluster {
    return this.whole.cluster(index)
  }
  user(index: number): ReadUser {
    return this.whole.user(index)
  }
  form(index: number): UserForm | null {
    return this.whole.form(index)
  }
  word(index: number): string | null {
    return this.whole.word(index)
  }
  server(cluster: number): string | null {
    return this.whole.server(cluster)
  }
  node(kind: EntryKind, index: number): YamlNode {
    return this.whole.node(kind, index)
  }
  valueNode(kind: EntryKind, index: number): YamlNode {
    return this.whole.valueNode(kind, index)
  }
  root(): YamlNode | null {
    return this.whole.root()
  }
  top(): YamlNode | null {
    return this.whole.top()
  }
  position(offset: number): SourcePosition {
    return this.whole.position(offset)
  }
  offsetsOf(code: ShapeCode): readonly number[] {
    return this.whole.offsetsOf(code)
  }
}

/** Nobody has asked here for anything that stands in it. */
export const isUnread = (document: KubeconfigDocument | null): boolean =>
  document instanceof LateDocument && !document.wasRead

/** Whether it has just this text; of what is still as it was read its bytes tell. */
export const saysThis = (document: KubeconfigDocument, content: TextOfBytes): boolean =>
  document instanceof LateDocument ? document.says(content) : document.text === content.text
