/**
 * Reads an entry in one step where it stands letter for letter in the form that `aws eks update-kubeconfig` and
 * `kubectl config` write: most entries of most files, and all of a fleet's. Everything else is for the line scanner.
 *
 * Of ten thousand such entries a command looks at few, and the window at what it shows: so nothing is made of one but a
 * row of offsets, and its values are cut out of the text when they are asked for. Users are told by their form: the
 * commands of a fleet differ in a name and in one argument, so each form is read once and then only compared.
 */
import { programOf } from '../../../shared/exec/arguments'
import type { RawExec, RawVariable } from '../../../shared/exec/parse'
import { isPlainString } from '../yaml/scalars'
import {
  emptyCluster,
  emptyContext,
  emptyExec,
  emptyUser,
  type ReadCluster,
  type ReadContext,
  type ReadUser,
} from './decode'
import type { UserForm } from './entries'
import { isLetter, type Offsets, sign } from './offsets'

/** Bit 0: a digit of base64. Bit 1: one that occurs in no number, decimal or hexadecimal. */
const base64Digit = new Uint8Array(256)
for (const digit of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')
  base64Digit[digit.charCodeAt(0)] = /[g-np-wyzG-NP-WYZ]/.test(digit) ? 3 : 1

/** The same of two characters at once. */
let pairs: Uint8Array | null = null
function digitPairs(): Uint8Array {
  if (pairs !== null) return pairs
  pairs = new Uint8Array(65_536)
  // There are few sorts, and so few rows.
  const rows = new Map<number, Uint8Array>()
  for (const [high, one] of base64Digit.entries()) {
    const row = rows.get(one) ?? base64Digit.map((other) => (one & other & 1) | ((one | other) & 2))
    rows.set(one, row)
    pairs.set(row, high << 8)
  }
  return pairs
}

/** What all digits have in common, and, two bits further up, what some of them are. */
const areDigits = (sorts: number): boolean => (sorts & 1) === 1 && (sorts & 8) === 8

/**
 * The sorts of the signs there, four at a time where `fours` shows the same codes so. No branch in its loops: what random text decides,
 * a processor guesses wrong, and most of a fleet's file is this. Nor do they share anything with what calls them, so that V8 need
 * make fast code of them alone, and soon.
 */
function sortsOf(codes: Uint8Array, fours: Int32Array | null, from: number, to: number): number {
  let all = 3
  let any = 0
  let at = from
  if (fours !== null) {
    const digits = digitPairs()
    for (; (at & 3) !== 0 && at < to; at++) {
      const sort = base64Digit[codes[at] ?? 0] ?? 0
      all &= sort
      any |= sort
    }
    let group = at >> 2
    for (const stop = to >> 2; group < stop; group++) {
      const four = fours[group] ?? 0
      const low = digits[four & 0xffff] ?? 0
      const high = digits[four >>> 16] ?? 0
      all &= low & high
      any |= low | high
    }
    if (at < to) at = group << 2
  }
  for (; at < to; at++) {
    const sort = base64Digit[codes[at] ?? 0] ?? 0
    all &= sort
    any |= sort
  }
  return all | (any << 2)
}

/**
 * A text character by character, those beyond ASCII as one that occurs nowhere in a usual entry: looking at a byte takes
 * half as long as at a character of a text. `bytes`: what the text was made of, if that is at hand.
 */
export function codesOf(text: string, bytes: Uint8Array | null): Uint8Array {
  if (bytes !== null && bytes.length === text.length) return bytes
  const encoded = new TextEncoder().encode(text)
  if (encoded.length === text.length) return encoded
  const codes = new Uint8Array(text.length)
  for (let at = 0; at < codes.length; at++) {
    const code = text.charCodeAt(at)
    codes[at] = code < 0x80 ? code : 0xff
  }
  return codes
}

/** The entries of one list that were read in one step, by their index in the list. */
export abstract class UsualEntries<T> {
  readonly offsets: Offsets
  private isLaidOut = false

  constructor(offsets: Offsets) {
    this.offsets = offsets
  }

  /** Nothing more is looked for. */
  close(): void {
    this.offsets.close()
  }

  /**
   * Reads the entry whose line begins at this offset, with its dash that far in, and keeps it under this index; false where it is in
   * no usual form.
   */
  take(index: number, at: number, above: number, indent: number): boolean {
    if (!this.isLaidOut || indent !== this.offsets.indent) {
      this.isLaidOut = true
      this.offsets.indent = indent
      this.layOut()
    }
    const end = this.look(at)
    if (end < 0 || !this.offsets.keep(index, at, end, above)) return false
    this.kept(index)
    return true
  }

  /** Makes the words between its values as they stand in such a list. */
  protected abstract layOut(): void
  /** Finds values and lines of the entry at this offset; gives the offset behind it, -1 for another form. */
  protected abstract look(at: number): number
  protected kept(_index: number): void {}
  /** The entry as the full parser would read it. */
  abstract read(index: number): T

  has(index: number): boolean {
    return this.offsets.has(index)
  }

  name(index: number): string {
    return this.offsets.value(index, 0) ?? ''
  }
}

/** The lists of a file of which every entry was read in one step. */
export interface UsualLists {
  readonly cluster: UsualClusters
  readonly user: UsualUsers
  readonly context: UsualContexts
}

/** Contexts; their values are name, cluster, user, namespace. */
export class UsualContexts extends UsualEntries<ReadContext> {
  static readonly cluster = 1
  static readonly user = 2
  static readonly namespace = 3

  private head = ''
  private namespaceKey = ''
  private userKey = ''
  private nameKey = ''

  protected layOut(): void {
    const { offsets } = this
    this.head = offsets.laid('- context:\n    cluster: ')
    this.namespaceKey = offsets.laid('    namespace: ')
    this.userKey = offsets.laid('    user: ')
    this.nameKey = offsets.laid('  name: ')
  }

  protected look(at: number): number {
    let next = this.offsets.lineWith(at, this.head, 1)
    if (next < 0) return -1
    const namespaced = this.offsets.lineWith(next, this.namespaceKey, 3)
    if (namespaced < 0) this.offsets.put(3, -1, -1)
    next = this.offsets.lineWith(namespaced < 0 ? next : namespaced, this.userKey, 2)
    if (next < 0) return -1
    this.offsets.lines = namespaced < 0 ? 4 : 5
    return this.offsets.nameLine(next, this.nameKey)
  }

  read(index: number): ReadContext {
    return {
      ...emptyContext,
      name: this.name(index),
      cluster: this.offsets.value(index, 1),
      user: this.offsets.value(index, 2),
      namespace: this.offsets.value(index, 3),
    }
  }
}

/** Clusters; their values are name, server, certificate-authority-data, tls-server-name. */
export class UsualClusters extends UsualEntries<ReadCluster> {
  static readonly server = 1
  static readonly data = 2
  static readonly tlsServerName = 3

  /** Four codes in one number. Of a small text a table of pairs is not worth making. */
  private fours: Int32Array | null

  private head = ''
  private serverKey = ''
  private tlsNameKey = ''
  private nameKey = ''

  constructor(offsets: Offsets) {
    super(offsets)
    const { buffer, byteOffset, length } = offsets.codes
    this.fours =
      length < 500_000 || byteOffset % 4 !== 0 ? null : new Int32Array(buffer, byteOffset, length >> 2)
  }

  override close(): void {
    super.close()
    this.fours = null
  }

  protected layOut(): void {
    const { offsets } = this
    this.head = offsets.laid('- cluster:\n    certificate-authority-data: ')
    this.serverKey = offsets.laid('    server: ')
    this.tlsNameKey = offsets.laid('    tls-server-name: ')
    this.nameKey = offsets.laid('  name: ')
  }

  protected look(at: number): number {
    const { offsets, head } = this
    const { text, lineEnd } = offsets
    if (!text.startsWith(head, at)) return -1
    const begin = at + head.length
    const end = offsets.endOfLine(begin)
    if (end < 0 || !this.isData(begin, end)) return -1
    offsets.put(2, begin, end)
    const next = offsets.lineWith(end + lineEnd.length, this.serverKey, 1)
    if (next < 0) return -1
    const named = offsets.lineWith(next, this.tlsNameKey, 3)
    if (named < 0) offsets.put(3, -1, -1)
    offsets.lines = named < 0 ? 4 : 5
    return offsets.nameLine(named < 0 ? next : named, this.nameKey)
  }

  read(index: number): ReadCluster {
    return {
      ...emptyCluster,
      name: this.name(index),
      server: this.offsets.value(index, 1),
      certificateAuthorityData: this.offsets.value(index, 2),
      tlsServerName: this.offsets.value(index, 3),
    }
  }

  /** How many bytes its certificate-authority-data stands for. */
  dataBytes(index: number): number {
    const { text } = this.offsets
    const end = this.offsets.endOf(index, UsualClusters.data)
    const length = end - this.offsets.beginOf(index, UsualClusters.data)
    // Whole groups, of which the last may be filled up.
    const filled = text.charCodeAt(end - 1) !== 0x3d ? 0 : text.charCodeAt(end - 2) !== 0x3d ? 1 : 2
    return (length >> 2) * 3 - filled
  }

  /** Base64 in whole groups that no rule of YAML takes for a number or a word. */
  protected isData(begin: number, end: number): boolean {
    const { fours } = this
    const { codes } = this.offsets
    const length = end - begin
    if (length < 8 || length % 4 !== 0) return false
    let last = end
    while (last > end - 2 && codes[last - 1] === 0x3d) last--
    return areDigits(sortsOf(codes, fours, begin, last))
  }
}

const value = '([A-Za-z0-9_./@:+=~$-]+)'
const userBody = `  user:\n    exec:\n      apiVersion: ${value}\n      args:\n((?:      - ${value.slice(1, -1)}\n)+)      command: ([A-Za-z0-9._-]+)\n(?:      env:\n((?:      - name: ${value.slice(1, -1)}\n        value: ${value.slice(1, -1)}\n)+)|(      env: null\n))?(?:      interactiveMode: ${value}\n)?(?:      provideClusterInfo: (true|false)\n)?`
/** The same in the lines of such a list. */
const bodyIn = ({ indent, lineEnd }: Offsets): RegExp => {
  const pad = ' '.repeat(indent)
  return new RegExp(userBody.replaceAll(/ {2,}/g, `${pad}$&`).replaceAll('\n', lineEnd), 'y')
}
/** What names the cluster in the arguments of those programs whose entries are told by their form. */
const clusterFlags: ReadonlySet<string> = new Set(['--cluster-name', '--cluster-id', '-i'])
const oneWord = /^[A-Za-z0-9][A-Za-z0-9_-]*$/

/** A form with the very text in which it stands around the word in which its users differ. */
class ReadForm implements UserForm {
  readonly exec: RawExec
  readonly varies: number | null
  readonly head: string
  /** Null where nothing differs: then the head is all. */
  readonly tail: string | null
  readonly lines: number
  /** What came behind it the last time: in a sorted or generated file it comes again. */
  next: ReadForm | null = null
  /** A place in its head and one in its tail at which it differs from another form, with the character there: one look tells most apart. */
  headAt = 0
  headCode: number
  tailAt = 0
  tailCode: number

  constructor(exec: RawExec, varies: number | null, head: string, tail: string | null, lines: number) {
    this.exec = exec
    this.varies = varies
    this.head = head
    this.tail = tail
    this.lines = lines
    this.headCode = head.charCodeAt(0)
    this.tailCode = tail === null ? 0 : tail.charCodeAt(0)
  }

  /** Takes the first places at which it is another than this one, where it has none yet. */
  differFrom({ head, tail }: ReadForm): void {
    if (this.headAt === 0) {
      this.headAt = firstDifference(this.head, head)
      this.headCode = this.head.charCodeAt(this.headAt)
    }
    if (this.tailAt > 0 || this.tail === null || tail === null) return
    this.tailAt = firstDifference(this.tail, tail)
    this.tailCode = this.tail.charCodeAt(this.tailAt)
  }
}

/** The first place at which two texts differ; 0 where one begins with the other. */
function firstDifference(one: string, other: string): number {
  const most = Math.min(one.length, other.length)
  for (let at = 0; at < most; at++) if (one.charCodeAt(at) !== other.charCodeAt(at)) return at
  return 0
}

/** What stands behind the name of a user. */
interface ReadBody {
  readonly body: number
  readonly end: number
  readonly exec: RawExec
  /** Where the argument at this place begins, -1 where that is not known. */
  readonly wordAt: (place: number) => number
  readonly lines: number
}

/** Of each sort; more are read one by one. */
const mostTried = 16

/** Users; their values are name and the word in which they differ from others of their form. */
export class UsualUsers extends UsualEntries<ReadUser> {
  private readonly forms: ReadForm[] = []
  private readonly known = new Map<string, ReadForm>()
  /** Those that differ in what stands behind the word alone, for the first of all: comparing is quicker than reading. */
  private readonly tried: ReadForm[][] = []
  private last: ReadForm | null = null
  private now: ReadForm | null = null
  private nameKey = ''
  private body = /$^/y
  /** How far the first argument stands behind the apiVersion's value and all of the body before that. */
  private beforeArgs = 0
  private beforeArg = 0

  protected layOut(): void {
    const { offsets } = this
    this.nameKey = offsets.laid('- name: ')
    this.body = bodyIn(offsets)
    const head = offsets.laid('  user:\n    exec:\n      apiVersion: \n      args:\n')
    // Behind its last line break stands nothing yet.
    this.beforeArgs = head.length - offsets.indent
    this.beforeArg = offsets.laid('      - ').length
  }

  protected look(at: number): number {
    const body = this.offsets.nameLine(at, this.nameKey)
    return body < 0 ? -1 : this.behindBody(body)
  }

  /** Behind what stands behind the name. */
  protected behindBody(body: number): number {
    const { last } = this
    let end = last?.next ? this.inForm(last.next, body) : -1
    if (end < 0 && last !== null) end = this.inForm(last, body)
    if (end < 0) end = this.inTried(body)
    return end < 0 ? this.inAnyForm(body) : end
  }

  protected override kept(index: number): void {
    const { now, last } = this
    if (now === null) return
    this.forms[index] = now
    if (last !== null) last.next = now
    this.last = now
  }

  /** The same in the forms that were read first, in whatever order they come. Those that begin alike end in other ways. */
  private inTried(body: number): number {
    const { text, codes } = this.offsets
    for (const alike of this.tried) {
      const [first] = alike
      if (first === undefined || codes[body + first.headAt] !== first.headCode) continue
      if (!text.startsWith(first.head, body)) continue
      const from = body + first.head.length
      const to = this.behindWord(from)
      for (const form of alike) {
        const end = this.withTail(form, from, to)
        if (end >= 0) return end
      }
    }
    return -1
  }

  private try(form: ReadForm): void {
    const { tried } = this
    const alike = tried.find(([first]) => first?.head === form.head)
    const other = alike?.[0] ?? tried[0]?.[0]
    if (other !== undefined) {
      form.differFrom(other)
      other.differFrom(form)
    }
    if (alike === undefined && tried.length < mostTried) tried.push([form])
    else if (alike !== undefined && alike.length < mostTried) alike.push(form)
  }

  /** Behind a body in this form; -1 where it is in another. */
  private inForm(form: ReadForm, body: number): number {
    const { text, codes } = this.offsets
    if (codes[body + form.headAt] !== form.headCode || !text.startsWith(form.head, body)) return -1
    const from = body + form.head.length
    return this.withTail(form, from, form.tail === null ? from : this.behindWord(from))
  }

  private behindWord(from: number): number {
    const { codes } = this.offsets
    let end = from
    while (((sign[codes[end] ?? 0] ?? 0) & 4) === 4) end++
    return end
  }

  /** Behind a body that begins as this form does, whose own word would stand there; -1 where it ends as another. */
  private withTail(form: ReadForm, from: number, to: number): number {
    const { offsets } = this
    const { text, codes } = offsets
    const { tail } = form
    if (tail !== null) {
      if (codes[to + form.tailAt] !== form.tailCode || !text.startsWith(tail, to)) return -1
      const certain = to - from > 5 && isLetter(text.charCodeAt(from))
      if (!certain && !isVariedWord(text.slice(from, to))) return -1
      offsets.put(1, from, to)
    } else offsets.put(1, -1, -1)
    this.now = form
    offsets.lines = form.lines
    return tail === null ? from : to + tail.length
  }

  /** Reads a body as none before it was written; gives the offset behind it, -1 where it is none for sure. */
  protected inAnyForm(body: number): number {
    const { text, lineEnd } = this.offsets
    this.body.lastIndex = body
    const found = this.body.exec(text)
    if (found === null) return -1
    const end = this.body.lastIndex
    const [, apiVersion = '', argLines = '', command = '', envLines = '', noEnv, mode, info] = found
    const args = wordsOf(argLines)
    const pairs = wordsOf(envLines)
    if (![apiVersion, command, ...(mode === undefined ? [] : [mode]), ...args, ...pairs].every(isPlain))
      return -1
    const env: RawVariable[] = []
    for (let one = 0; one < pairs.length; one += 2)
      env.push({ name: pairs[one] ?? '', value: pairs[one + 1] ?? '' })
    const wordAt = (varies: number) => {
      // apiVersion and args begin in the first four lines.
      let from = body + this.beforeArgs + apiVersion.length
      for (const arg of args.slice(0, varies)) from += this.beforeArg + arg.length + lineEnd.length
      return from + this.beforeArg
    }
    const optional = [noEnv, mode, info].filter((part) => part !== undefined).length
    const exec: RawExec = {
      ...emptyExec,
      apiVersion,
      command,
      args,
      env,
      interactiveMode: mode ?? null,
      provideClusterInfo: info === 'true',
    }
    const lines = 6 + args.length + (env.length > 0 ? 1 + 2 * env.length : 0) + optional
    return this.inNewForm({ body, end, exec, wordAt, lines })
  }

  /** The same of a body that was read: from now on others are compared with it. */
  protected inNewForm({ body, end, exec, wordAt, lines }: ReadBody): number {
    const { text } = this.offsets
    const varies = variedIn(exec.command ?? '', exec.args)
    let [head, tail]: [string, string | null] = [text.slice(body, end), null]
    if (varies !== null) {
      const from = wordAt(varies)
      if (from < 0) return -1
      const to = from + (exec.args[varies] ?? '').length
      ;[head, tail] = [text.slice(body, from), text.slice(to, end)]
    }
    const key = `${head}\0${tail ?? ''}`
    const form = this.known.get(key) ?? new ReadForm(exec, varies, head, tail, lines)
    if (!this.known.has(key)) this.try(form)
    this.known.set(key, form)
    return this.inForm(form, body)
  }

  /** The form of a user. */
  form(index: number): UserForm | null {
    return this.forms[index] ?? null
  }

  /** Its own word, where users of its form differ. */
  word(index: number): string | null {
    return this.has(index) ? this.offsets.value(index, 1) : null
  }

  read(index: number): ReadUser {
    const form = this.forms[index]
    const word = this.offsets.value(index, 1)
    const name = this.name(index)
    if (form === undefined) return { ...emptyUser, name }
    const { exec, varies } = form
    if (varies === null || word === null) return { ...emptyUser, name, exec }
    const args = [...exec.args]
    args[varies] = word
    return { ...emptyUser, name, exec: { ...exec, args } }
  }
}

/** The last word of each line: behind the dash of an item, or behind its key. */
const wordsOf = (lines: string): readonly string[] =>
  lines.split(/\r?\n/).flatMap((line) => (line === '' ? [] : line.slice(line.lastIndexOf(' ') + 1)))

/** Where the arguments of aws or the authenticator name the cluster: a value of one plain word, once. */
function variedIn(command: string, args: readonly string[]): number | null {
  if (programOf(command) === 'other') return null
  const flag = args.findIndex((arg) => clusterFlags.has(arg))
  if (flag < 0 || args.slice(flag + 1).some((arg) => clusterFlags.has(arg))) return null
  return isVariedWord(args[flag + 1] ?? '') ? flag + 1 : null
}

const isVariedWord = (word: string): boolean => oneWord.test(word) && isPlain(word)

function isPlain(text: string): boolean {
  return text.charCodeAt(text.length - 1) !== 0x3a && isPlainString(text)
}
