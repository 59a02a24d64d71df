import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { brokenText, kubeconfigFiles, kubeconfigText } from '../../testing/kubeconfig-arbitrary'
import { askKubectl, askKubectlEach, ownReading } from '../../testing/kubectl'
import { kubectlJudges } from '../../testing/kubectl-judges'
import { readDocument } from './document'

const full = process.env.EKSCOPE_FULL === '1'
const seed = Number(process.env.EKSCOPE_SEED ?? 20_241)
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ekscope-oracle-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Every text must be refused where kubectl refuses it, and say the same where kubectl reads it. */
async function compareWithKubectl(
  texts: readonly string[],
  program: string,
): Promise<{ read: number; refused: number }> {
  const answers = await askKubectlEach(folder, texts, (path, text) => writeFile(path, text), program)
  const differences: unknown[] = []
  let read = 0
  texts.forEach((text, index) => {
    const answer = answers[index]
    const document = readDocument(join(folder, `config-${index}`), text)
    if (answer?.ok) read++
    if (document.readable !== answer?.ok) {
      differences.push({ text, kubectl: answer?.ok ? 'reads' : answer?.message, ours: document.problems })
    } else if (answer?.ok) {
      const ours = ownReading([document])
      if (JSON.stringify(ours) !== JSON.stringify(answer.reading)) {
        differences.push({ text, kubectl: answer.reading, ours })
      }
    }
  })
  expect(differences.slice(0, 3)).toEqual([])
  return { read, refused: texts.length - read }
}

/** JSON of so many bytes, and what follows it up to a character that kubectl refuses where its reader has come to it. */
const followedText = fc
  .record({
    block: fc.constantFrom(512, 1_024, 1_536, 2_048, 102_400),
    before: fc.oneof(fc.integer({ min: -14, max: 3 }), fc.integer({ min: -30, max: 80 })),
    letter: fc.constantFrom('x', 'é', '€', '😀'),
    tail: fc.constantFrom(
      '',
      'a',
      ']',
      '}',
      ',',
      '\n',
      '\n---\n',
      '\n...\n',
      'a\n# ',
      '\n- ',
      '\n"q"\n',
      '&a ',
      '\n|\n ',
    ),
    fill: fc.constantFrom('x', ' ', '\n', 'é'),
    upTo: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -20, max: 600 })),
    refused: fc.constantFrom('\0', '\u0001', '\u007f', '\ufffe', ''),
  })
  .map(({ block, before, letter, tail, fill, upTo, refused }) => {
    const sized = (start: string, letter: string, end: string, bytes: number) =>
      start +
      letter.repeat(Math.max(0, bytes - Buffer.byteLength(start + end)) / Buffer.byteLength(letter)) +
      end
    const json = sized('{"contexts":[{"name":"one"}],"pad":"', letter, '"}', block + before)
    return `${sized(json + tail, fill, '', block + upTo)}${refused}b`
  })

describe.each(kubectlJudges)('$name', ({ name, program, here, some }) => {
  const options = { timeout: full ? 6 * 3_600_000 : 600_000, skip: !here }

  test('hostile files are read as it reads them, and refused where it refuses', options, async () => {
    const texts = some(fc.sample(kubeconfigText(), { numRuns: full ? 3_000 : 20, seed }), 3)
    const { read, refused } = await compareWithKubectl(texts, program)
    console.log(`${name} agrees on ${texts.length} files (seed ${seed}): ${read} read, ${refused} refused`)
    expect(read).toBeGreaterThan(0)
    expect(refused).toBeGreaterThan(0)
  })

  test(
    'broken files are refused where it refuses them, and read alike where it still reads',
    options,
    async () => {
      const texts = some(fc.sample(brokenText, { numRuns: full ? 3_000 : 16, seed }), 4)
      const { read, refused } = await compareWithKubectl(texts, program)
      console.log(
        `${name} agrees on ${texts.length} broken files (seed ${seed}): ${read} read, ${refused} refused`,
      )
      expect(refused).toBeGreaterThan(0)
    },
  )

  test('what follows the end of a document is refused where it reads as far', options, async () => {
    const texts = some(fc.sample(followedText, { numRuns: full ? 3_000 : 18, seed }), 3)
    const { read, refused } = await compareWithKubectl(texts, program)
    expect(read).toBeGreaterThan(0)
    expect(refused).toBeGreaterThan(0)
  })

  test('several files are merged as it merges them', options, async () => {
    const lists = fc.sample(kubeconfigFiles({ traps: false, duplicates: false, wrong: false }), {
      numRuns: full ? 500 : 10,
      seed,
    })
    for (const [round, texts] of some(lists, 3).entries()) {
      const paths = texts.map((_, index) => join(folder, `merge-${round}-${index}`))
      await Promise.all(texts.map((text, index) => writeFile(paths[index] ?? '', text)))
      const answer = await askKubectl(folder, paths, program)
      const documents = texts.map((text, index) => readDocument(paths[index] ?? '', text))
      const readable = documents.every((document) => document.readable)
      expect({ texts, readable }).toEqual({ texts, readable: answer.ok })
      if (answer.ok) expect(ownReading(documents)).toEqual(answer.reading)
    }
  })
})
