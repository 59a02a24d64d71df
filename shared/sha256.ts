/** SHA-256 (FIPS 180-4), for a side that has no other: it names a text that is not shown. */

const primes: number[] = []
for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n)
const fraction = (root: number): number => ((root - Math.floor(root)) * 2 ** 32) | 0
const constants = primes.map((prime) => fraction(Math.cbrt(prime)))
const initial = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)))

const rotated = (word: number, by: number): number => (word >>> by) | (word << (32 - by))

/** Of the text as UTF-8, in hex. */
export function sha256(text: string): string {
  const bytes = utf8(text)
  const length = bytes.length
  bytes.push(0x80)
  while (bytes.length % 64 !== 56) bytes.push(0)
  for (let shift = 56; shift >= 0; shift -= 8) bytes.push(Math.floor((length * 8) / 2 ** shift) % 256)
  let state: readonly number[] = initial
  for (let block = 0; block < bytes.length; block += 64) state = mixed(state, bytes.slice(block, block + 64))
  return state.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
}

function mixed(state: readonly number[], block: readonly number[]): readonly number[] {
  const w: number[] = []
  const at = (index: number): number => w[index] ?? 0
  for (let i = 0; i < 64; i++) {
    const [a, b] = [at(i - 15), at(i - 2)]
    w.push(
      i < 16
        ? block.slice(4 * i, 4 * i + 4).reduce((word, byte) => (word << 8) | byte, 0)
        : (at(i - 16) +
            (rotated(a, 7) ^ rotated(a, 18) ^ (a >>> 3)) +
            at(i - 7) +
            (rotated(b, 17) ^ rotated(b, 19) ^ (b >>> 10))) |
            0,
    )
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state
  for (let i = 0; i < 64; i++) {
    const sum = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
    const first = (h + sum + ((e & f) ^ (~e & g)) + (constants[i] ?? 0) + at(i)) | 0
    const second = ((rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0
    ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0]
  }
  return [a, b, c, d, e, f, g, h].map((word, index) => (word + (state[index] ?? 0)) | 0)
}

/** The UTF-8 bytes of a text; a lone surrogate as the replacement character (U+FFFD). */
export const utf8 = (text: string): number[] =>
  Array.from(text).flatMap((character) => {
    const read = character.codePointAt(0) ?? 0
    const point = read >= 0xd800 && read <= 0xdfff ? 0xfffd : read
    if (point < 0x80) return [point]
    const tail = (shift: number) => 0x80 | ((point >> shift) & 0x3f)
    if (point < 0x800) return [0xc0 | (point >> 6), tail(0)]
    if (point < 0x10000) return [0xe0 | (point >> 12), tail(6), tail(0)]
    return [0xf0 | (point >> 18), tail(12), tail(6), tail(0)]
  })
