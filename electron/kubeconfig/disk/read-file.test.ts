/** A text that is made late is the one that the whole decoder makes, and what is told of it before is so; one that is read at once is that of the file. */
import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { maxBytes, readKubeconfig, textAsRead, textAtOnce, textOf } from './read-file'

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

const folder = mkdtempSync(join(tmpdir(), 'ekscope-read-'))
const at = (name: string) => join(folder, name)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('at once the text is that of the file, behind links and of any length', async () => {
  for (const text of ['', 'apiVersion: v1\n', `# é\n${'a: b\n'.repeat(400_000)}`]) {
    writeFileSync(at('file'), text)
    expect(textAtOnce(at('file'))?.text).toBe(text)
  }
  symlinkSync('file', at('link'))
  const read = await readKubeconfig(at('link'))
  expect(read.kind === 'read' && textAtOnce(at('link'))?.says(read.content)).toBe(true)
})

test('at once nothing is read, or waited for, that is no text of a regular file of a possible size', () => {
  mkdirSync(at('folder'))
  // It has no writer: to open it as usual would wait for one.
  if (process.platform !== 'win32') execFileSync('mkfifo', [at('pipe')])
  writeFileSync(at('bytes'), Buffer.from([0x61, 0xc3, 0x28]))
  writeFileSync(at('large'), '')
  truncateSync(at('large'), maxBytes + 1)
  for (const name of ['missing', 'folder', 'pipe', 'bytes', 'large'])
    expect([name, textAtOnce(at(name))]).toEqual([name, null])
})

test('a file that becomes another while it is read at once is none, and one that is another than what was read neither', async () => {
  writeFileSync(at('changing'), 'a: b\n'.repeat(300_000))
  let looks = 0
  const changes = () => {
    looks += 1
    if (looks === 1) appendFileSync(at('changing'), 'c: d\n')
    return looks === 1
  }
  expect(textAtOnce(at('changing'), changes)).toBeNull()
  expect(looks).toBe(2)
  const read = await readKubeconfig(at('changing'))
  if (read.kind !== 'read') throw new Error('it was read a moment ago')
  // Written just now, it could be another one of the same stamp.
  expect(textAsRead(at('changing'), read)).toBeNull()
  const later = { ...read, at: read.at + 10_000 }
  expect(textAsRead(at('changing'), later)?.says(read.content)).toBe(true)
  appendFileSync(at('changing'), 'e: f\n')
  expect(textAsRead(at('changing'), later)).toBeNull()
})
