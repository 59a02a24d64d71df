/** Texts of files: what the decoder makes of their bytes, and what is refused. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { textOf } from './read-file'

/** Bytes as files have them: letters of every width, lines, marks, and what is no text. */
const bytes = fc
  .array(
    fc
      .constantFrom('a', ': ', '\n', '\r\n', 'é', '日', '🚀', '\u0000', '\ufeff', 'Ċ')
      .map((one) => Buffer.from(one)),
    { maxLength: 8 },
  )
  .chain((some) =>
    fc.constantFrom(
      Buffer.concat(some),
      Buffer.concat([...some, Buffer.from([0xc3])]),
      Buffer.from(`\ufeff${Buffer.concat(some).toString()}`, 'utf16le'),
      Buffer.from(`\ufeff${Buffer.concat(some).toString()}`, 'utf16le').swap16(),
      Buffer.concat([Buffer.from([0xff, 0xfe]), ...some]),
    ),
  )

function judge(of: Buffer): string | null {
  const mark = of.subarray(0, 2).toString('hex')
  const encoding = mark === 'fffe' ? 'utf-16le' : mark === 'feff' ? 'utf-16be' : 'utf-8'
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: encoding === 'utf-8' }).decode(of)
  } catch {
    return null
  }
}

test('the text is what the decoder makes of the bytes', () => {
  fc.assert(
    fc.property(bytes, (one) => {
      const made = textOf(one)
      const text = judge(one)
      expect(made === null).toBe(text === null)
      if (made === null || text === null) return
      expect(made.text).toBe(text)
    }),
    { numRuns: 400 },
  )
})
