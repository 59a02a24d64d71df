/**
 * Reads a simple entry without a tree, in the keys that kubectl and aws write: straight from its lines (line-scanner.ts), which
 * hold `key:`, `key: plain` and `- plain`. Gives null for everything it is not sure of; the full parser then reads the entry.
 */

import type { RawExec, RawVariable } from '../../../shared/exec/parse'
import type { EntryKind } from '../../../shared/kubeconfig/entries'
import { filled, type Put } from '../../../shared/kubeconfig/fields'
import {
  clusterKeys,
  contextKeys,
  execKeys,
  type Keys,
  keyOf,
  userKeys,
  type ValueKey,
} from '../../../shared/kubeconfig/schema'
import { assertNever } from '../../../shared/result'
import { isKeyLetter, isPlainString } from '../yaml/scalars'
import {
  emptyCluster,
  emptyContext,
  emptyExec,
  emptyUser,
  type ReadCluster,
  type ReadContext,
  type ReadUser,
} from './decode'
import type { ScannedEntry } from './line-scanner'
import { hasSeparator, resolveAgainst } from './paths'

/** Thrown by the reader only: this entry is for the full parser. */
const unsure = Symbol('unsure')

const nameKey = { type: 'text', shown: 'name', field: 'name' } as const

const giveUp = (_key: string): void => {
  throw unsure
}

/** One simple entry of `contexts`. */
export const quickContext = (text: string, entry: ScannedEntry, file: string): ReadContext | null =>
  attempt(() => new Lines(text, entry, file).entry('context', contextKeys, { ...emptyContext }))

/** One simple entry of `clusters`. */
export const quickCluster = (text: string, entry: ScannedEntry, file: string): ReadCluster | null =>
  attempt(() => new Lines(text, entry, file).entry('cluster', clusterKeys, { ...emptyCluster }))

/** One simple entry of `users`. */
export const quickUser = (text: string, entry: ScannedEntry, file: string): ReadUser | null =>
  attempt(() => {
    const reader = new Lines(text, entry, file)
    let exec: RawExec | null = null
    const user = reader.entry('user', userKeys, { ...emptyUser }, (key) => {
      if (key !== 'exec') throw unsure
      exec = reader.exec()
    })
    return { ...user, exec }
  })

/** What the reader gives; null where it is not sure. */
function attempt<T>(read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    if (error === unsure) return null
    throw error
  }
}

/** The lines of one entry, read from first to last. */
class Lines {
  private readonly file: string
  private readonly text: string
  private readonly limit: number
  /** Of the present line: column of its content, where that begins and ends; ended when `from` is -1. */
  private column = 0
  private from = 0
  private to = 0
  private next = 0
  /** The value behind the key read last, on its line; `begin === stop` when there is none. */
  private begin = 0
  private stop = 0

  /** Where the keys of the entry itself stand. */
  private readonly outmost: number

  constructor(text: string, entry: ScannedEntry, file: string) {
    this.file = file
    this.text = text
    this.outmost = entry.column
    this.limit = entry.to
    this.next = entry.from
    this.advance()
    // The first line, without its dash.
    this.column = entry.column
    this.from = entry.start + 2
  }
  /** The whole entry: its name and what stands under its other key; nothing may be left behind it. */
  entry<E extends { readonly name: string }>(kind: EntryKind, keys: Keys, fresh: E, rest = giveUp): E {
    filled(fresh, (put) => {
      this.map(this.outmost, (key) => {
        if (key === 'name') put(nameKey, this.value())
        else if (key === kind) this.fields(keys, fresh, rest)
        else throw unsure
      })
    })
    if (!this.isAtEnd()) throw unsure
    return fresh
  }

  /** The map below a key, read into a record that was just made; `rest` reads the keys that have no field of their own. */
  fields<E extends object>(keys: Keys, fresh: E, rest = giveUp): E {
    return filled(fresh, (put) => {
      this.mapBelow((name) => {
        const key = keyOf(keys, name)
        if (key === undefined || !('field' in key)) rest(name)
        else this.field(key, put)
      })
    })
  }

  /** What a user runs. */
  exec(): RawExec {
    const env: RawVariable[] = []
    return this.fields(execKeys, { ...emptyExec, env }, (key) => {
      if (key !== 'env') throw unsure
      this.items((column) => env.push(this.variable(column)))
    })
  }

  private variable(column: number): RawVariable {
    let name = ''
    let value = ''
    this.map(column, (key) => {
      if (key === 'name') name = this.value()
      else if (key === 'value') value = this.value()
      else throw unsure
    })
    return { name, value }
  }

  private field(key: ValueKey, put: Put): void {
    switch (key.type) {
      case 'text':
        put(key, this.value())
        break
      case 'data':
        put(key, this.data())
        break
      case 'flag':
        put(key, this.bool())
        break
      case 'texts': {
        const texts: string[] = []
        this.items(() => texts.push(this.value()))
        put(key, texts)
        break
      }
      case 'file': {
        const written = this.value()
        put(key, resolveAgainst(this.file, written), written)
        break
      }
      case 'program': {
        const written = this.value()
        put(key, hasSeparator(this.file, written) ? resolveAgainst(this.file, written) : written)
        break
      }
      default:
        assertNever(key)
    }
  }

  map(column: number, read: (key: string) => void): void {
    const keys: string[] = []
    while (this.from >= 0 && this.column === column) {
      const key = this.key()
      if (keys.includes(key)) throw unsure
      keys.push(key)
      read(key)
    }
    if (this.from >= 0 && this.column > column) throw unsure
  }

  mapBelow(read: (key: string) => void): void {
    const above = this.column
    if (this.begin < this.stop) throw unsure
    this.advance()
    if (this.from < 0 || this.column <= above || this.dash()) throw unsure
    this.map(this.column, read)
  }

  items(read: (column: number) => void): void {
    const above = this.column
    if (this.begin < this.stop) {
      if (this.text.slice(this.begin, this.stop) !== 'null') throw unsure
      this.advance()
      return
    }
    this.advance()
    const column = this.column
    if (this.from < 0 || column < above || !this.dash()) throw unsure
    while (this.from >= 0 && this.column === column && this.dash()) {
      this.column += 2
      this.from += 2
      if (this.from >= this.to || this.text.charCodeAt(this.from) === 0x20) throw unsure
      this.begin = this.from
      this.stop = this.to
      read(this.column)
    }
    if (this.from >= 0 && this.column > above) throw unsure
  }

  /** Plain text on the line of its key or item, or alone on the next. */
  value(): string {
    this.place(true)
    const { text, begin, stop } = this
    for (let at = begin; at < stop; at++) {
      const code = text.charCodeAt(at)
      if (code < 0x20 || code > 0x7e || code === 0x23) throw unsure
      if (code === 0x3a && (at + 1 === stop || text.charCodeAt(at + 1) === 0x20)) throw unsure
    }
    const value = text.slice(begin, stop)
    if (!isPlainString(value)) throw unsure
    this.finish()
    return value
  }

  data(): string {
    this.place(true)
    const { text, begin, stop } = this
    let at = begin
    while (at < stop && isBase64Digit[text.charCodeAt(at)] === 1) at++
    const padding = stop - at
    if ((stop - begin) % 4 !== 0 || stop === begin || padding > 2) throw unsure
    for (; at < stop; at++) if (text.charCodeAt(at) !== 0x3d) throw unsure
    const value = text.slice(begin, stop)
    if (!isPlainString(value)) throw unsure
    this.finish()
    return value
  }

  bool(): boolean {
    this.place(false)
    const value = this.text.slice(this.begin, this.stop)
    if (value !== 'true' && value !== 'false') throw unsure
    this.finish()
    return value === 'true'
  }

  private isAtEnd(): boolean {
    return this.from < 0
  }

  /** Goes to a value that stands alone on the line below its key, as aws writes long ones. */
  private place(below: boolean): void {
    if (this.begin < this.stop) return
    const above = this.column
    this.advance()
    if (!below || this.from < 0 || this.column <= above || this.dash()) throw unsure
    this.begin = this.from
    this.stop = this.to
  }

  /** Moves on; a line further right would go on with the same plain text. */
  private finish(): void {
    const column = this.column
    this.advance()
    if (this.from >= 0 && this.column > column) throw unsure
  }

  private key(): string {
    const { text, to } = this
    let at = this.from
    while (at < to && isKeyLetter(text.charCodeAt(at))) at++
    if (at === this.from || text.charCodeAt(at) !== 0x3a) throw unsure
    if (at + 1 < to && text.charCodeAt(at + 1) !== 0x20) throw unsure
    const key = text.slice(this.from, at)
    at++
    while (at < to && text.charCodeAt(at) === 0x20) at++
    this.begin = at
    this.stop = to
    return key
  }

  private dash(): boolean {
    return this.text.charCodeAt(this.from) === 0x2d && this.text.charCodeAt(this.from + 1) === 0x20
  }

  private advance(): void {
    const { text, limit } = this
    for (;;) {
      if (this.next >= limit) {
        this.from = -1
        return
      }
      const start = this.next
      let end = text.indexOf('\n', start)
      if (end < 0 || end > limit) end = limit
      this.next = end + 1
      // The scanner has seen that each CR belongs to an LF.
      if (end > start && text.charCodeAt(end - 1) === 0x0d) end--
      let from = start
      while (from < end && text.charCodeAt(from) === 0x20) from++
      if (from === end) continue
      while (text.charCodeAt(end - 1) === 0x20) end--
      this.column = from - start
      this.from = from
      this.to = end
      return
    }
  }
}

const isBase64Digit = new Uint8Array(65_536)
for (const digit of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/') {
  isBase64Digit[digit.charCodeAt(0)] = 1
}
