/**
 * How much V8 works on a function of the terminal program before it is known that it pays. A command lives for a tenth of a second:
 * what V8 made of its functions meanwhile, in other threads too, took a third of its processor time, and of a short one a tenth
 * more (docs/performance.md). Only for the V8 of which that is known.
 */

/** Flags of V8's that may change while it runs, as it has them, in a short command, and in one that has much to read. */
const flags = {
  usual: '--interrupt-budget=67584 --sparkplug --parallel-scavenge --minor-gc-task',
  // A function has to do sixteen times as much. None gets the quick machine code, which costs as much as ten runs of it; garbage of
  // a megabyte is collected by this thread alone, and not before it must be.
  short: '--interrupt-budget=1081344 --no-sparkplug --no-parallel-scavenge --no-minor-gc-task',
  long: '--interrupt-budget=1081344 --sparkplug --parallel-scavenge --minor-gc-task',
} as const

/** Bytes of files after which a command counts as long: fifteen contexts as aws writes them, or some fifty by hand. */
const muchToRead = 36_000
/** Milliseconds of processor time after which it does whatever it has read, and after how many of the clock that is looked at. */
const longAfter = 150
const lookedAtAfter = 100

type Pace = keyof typeof flags
let pace: Pace = 'usual'
let setFlags: ((flags: string) => void) | null = null
const readOf = new Map<string, number>()
let read = 0

/** From now on as a short command, until that is over. What may only say a version need not ask for it. */
export function beShort(): void {
  if (pace !== 'usual' || !process.versions.v8.startsWith('11.')) return
  setFlags = flagsOfV8()
  keep(read > muchToRead ? 'long' : 'short')
  const look = setInterval(() => {
    const { user, system } = process.cpuUsage()
    if (pace === 'short' && user + system < longAfter * 1_000) return
    clearInterval(look)
    keep('long')
  }, lookedAtAfter).unref()
}

/** So much was read of this file. The same again, as a write reads to compare, is no more to do. */
export function hasRead(file: string, bytes: number): void {
  const before = readOf.get(file) ?? 0
  if (bytes <= before) return
  readOf.set(file, bytes)
  read += bytes - before
  if (read > muchToRead && pace === 'short') keep('long')
}

/** Does this as V8 was started: kept code, Node's own too, is only taken under the flags under which it was made. */
export function asStarted<T>(work: () => T): T {
  if (pace === 'usual') return work()
  setFlags?.(flags.usual)
  try {
    return work()
  } finally {
    setFlags?.(flags[pace])
  }
}

function keep(next: Pace): void {
  if (pace === next) return
  pace = next
  setFlags?.(flags[pace])
}

/**
 * `setFlagsFromString` of `node:v8`. That module takes 1.7 ms to load and all of Node's streams with it, for the one function; this
 * Node has it by a way that is no longer the proper one, so where that is shut the module is loaded.
 */
function flagsOfV8(): (flags: string) => void {
  const direct = internalOfV8()
  if (direct !== null) return direct
  const v8: typeof import('node:v8') = require('node:v8')
  return v8.setFlagsFromString
}

function internalOfV8(): ((flags: string) => void) | null {
  const binding: unknown = Reflect.get(process, 'binding')
  if (typeof binding !== 'function') return null
  const { noDeprecation } = process
  process.noDeprecation = true
  try {
    const set: unknown = Reflect.get(Object(Reflect.apply(binding, process, ['v8'])), 'setFlagsFromString')
    return typeof set === 'function' ? (text) => void Reflect.apply(set, undefined, [text]) : null
  } catch {
    return null
  } finally {
    if (noDeprecation === undefined) delete process.noDeprecation
    else process.noDeprecation = noDeprecation
  }
}
