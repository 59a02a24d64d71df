/** Text of any characters. */
import fc from 'fast-check'

/**
 * Any code point that is no surrogate, `a` first when a case is made smaller. fast-check's own `unit: 'binary'` means the
 * same, but takes seconds to be made.
 */
export const anyCharacter: fc.Arbitrary<string> = fc
  .integer({ min: 0, max: 0x10ffff - 0x800 })
  .map((n) => String.fromCodePoint(shifted((n + 0x61) % (0x110000 - 0x800))))

const shifted = (n: number): number => (n < 0xd800 ? n : n + 0x800)
