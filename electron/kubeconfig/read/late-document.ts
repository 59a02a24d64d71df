/**
 * A document that is read when something of it is first asked for. Of a large file that another thread looks at for the page, main
 * needs nothing before an edit, a check or a change of the file: finding its entries here, too, held up the window.
 */
import type { EntryKind, FileProblem, SourcePosition } from '../../../shared/kubeconfig/entries'
import type { ShapeCode } from '../yaml/fields'
import type { YamlNode } from '../yaml/tree'
import type { ReadCluster, ReadContext, ReadUser } from './decode'
import { type KubeconfigDocument, readDocument } from './document'
import type { UserForm } from './entries'
import type { UsualLists } from './generated-entry'
import type { DocumentEntry } from './outline'

export class LateDocument implements KubeconfigDocument {
  readonly file: string
  readonly text: string
  private read: KubeconfigDocument | null = null
  private told: Pick<KubeconfigDocument, 'currentContext'> | null = null

  constructor(file: string, text: string) {
    this.file = file
    this.text = text
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
    this.read ??= readDocument(this.file, this.text)
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
  get foundBy(): 'scan' | 'parse' {
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
