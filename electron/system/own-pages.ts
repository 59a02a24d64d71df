/**
 * Room for the bytes of a large file, which another thread can look at, and which goes back to the system once nobody has it any more.
 * What V8 puts buffers into with its sandbox (Electron) keeps a freed one's memory while its neighbours are in use: it is only
 * discarded where two free pieces become one. Of a file that two threads read, the 22 MB of 10,000 contexts stayed for as long as the
 * window. Memory of WebAssembly has pages of its own, and they need not be filled with zeros first.
 */

/** What this file uses of it; @types/node has none, and V8 without a compiler (--jitless) neither. */
declare const WebAssembly:
  | {
      readonly Memory: new (pages: {
        readonly initial: number
        readonly maximum: number
        readonly shared: true
      }) => { readonly buffer: SharedArrayBuffer }
    }
  | undefined

/** Bytes of one of its pages. */
const page = 65_536

/** Below it, a piece of V8's own room is no loss. */
const least = 1_000_000

/** `size` bytes of zeros, shared with whatever thread gets them. */
export function ownPages(size: number): Buffer {
  if (size < least || typeof WebAssembly === 'undefined') return Buffer.from(new SharedArrayBuffer(size))
  const count = Math.ceil(size / page)
  try {
    return Buffer.from(
      new WebAssembly.Memory({ initial: count, maximum: count, shared: true }).buffer,
      0,
      size,
    )
  } catch {
    // It takes gigabytes of addresses around it, which a process may not be allowed.
    return Buffer.from(new SharedArrayBuffer(size))
  }
}
