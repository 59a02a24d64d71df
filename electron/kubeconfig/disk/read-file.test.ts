/** A text that is made late is the one that the whole decoder makes, and what is told of it before is so. */
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

test('it is what the decoder makes of the bytes, and nobody makes it to know how it ends, how long it is or whether it is another', () => {
  fc.assert(
    fc.property(bytes, bytes, (one, other) => {
      const [made, beside] = [textOf(one), textOf(other)]
      const text = judge(one)
      expect(made === null).toBe(text === null)
      if (made === null || text === null) return
      expect([made.endsInBreak, made.size]).toEqual([text.endsWith('\n'), Buffer.byteLength(text)])
      if (beside?.encoding === made.encoding) expect(made.says(beside)).toBe(judge(other) === text)
      // UTF-16 cannot be judged without being read.
      expect(made.isMade).toBe(made.encoding !== 'utf-8')
      expect(made.text).toBe(text)
      if (beside !== null) expect(made.says(beside)).toBe(judge(other) === text)
    }),
    { numRuns: 400 },
  )
})
