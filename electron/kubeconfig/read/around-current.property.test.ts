/** For any names, layouts and broken parts of files: the short reading says the same of the current context as the whole reading. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { full } from '../../../shared/testing/counts'
import { brokenText, kubeconfigFiles } from '../../testing/kubeconfig-arbitrary'
import { realProgram, runProgram } from '../../testing/real-programs'
import { laidOut, layouts, usualFleet } from '../../testing/usual-fleet'
import { usualKubeconfig } from '../../testing/usual-kubeconfig'
import { aroundCurrent } from './around-current'
import { readDocument } from './document'
import { generatedRows } from './generated-rows'
import { mergeDocuments } from './merge'

const mark = fc.constantFrom(
  '',
  ' ',
  '\n',
  '#',
  '"',
  ': ',
  '- ',
  '\t',
  '  x: y\n',
  '\r',
  '&a ',
  '*a',
  '|\n',
  '  # x\n',
  '---\n',
)
const usual = fc
  .tuple(
    fc.oneof(
      usualKubeconfig,
      fc.nat({ max: 9 }).map((count) => usualFleet(count).text),
    ),
    fc.constantFrom(...layouts),
    fc.nat({ max: 70 }),
    fc.option(fc.tuple(fc.nat(), mark), { freq: 2 }),
  )
  .map(([text, layout, at, change]) => {
    const names = [...text.matchAll(/^ {2}name: ((?:context|fleet)-.*)$/gm)].map(([, name]) => name)
    const named = text.replace(/current-context: .*/, `current-context: ${names[at % names.length]}`)
    const made = laidOut(named, layout)
    if (change === null) return made
    const place = change[0] % made.length
    return made.slice(0, place) + change[1] + made.slice(change[1] === '' ? place + 1 : place)
  })
const lists = fc.oneof(
  { arbitrary: fc.array(usual, { minLength: 1, maxLength: 3 }), weight: 4 },
  { arbitrary: kubeconfigFiles({ block: true }), weight: 1 },
  { arbitrary: fc.tuple(usual, brokenText), weight: 1 },
)

const listed = (texts: readonly string[], piece?: number) =>
  texts.map((text, at) => {
    const path = `/home/dev/${at}`
    const isAscii = Buffer.byteLength(text) === text.length
    const rows = isAscii
      ? generatedRows({ length: text.length, text: (from, to) => text.slice(from, to) }, null, piece)
      : null
    return rows === null ? { path, rows, text } : { path, rows }
  })

/** Of files that were read whole. */
function wholeOf(texts: readonly string[]) {
  const documents = texts.map((text, at) => readDocument(`/home/dev/${at}`, text, 'parse'))
  const merged = mergeDocuments(documents)
  const context = merged.currentContext && merged.place('context', merged.currentContext.name)
  if (context === null || documents.some(({ readable }) => !readable)) return null
  const said = context.document.context(context.index)
  const [cluster, user] = [said.cluster, said.user].map((name, at) =>
    name === null ? null : merged.place(at === 0 ? 'cluster' : 'user', name),
  )
  return {
    file: context.document.file,
    context: said,
    cluster: cluster ? cluster.document.cluster(cluster.index) : null,
    user: user ? user.document.user(user.index) : null,
  }
}

test('the current context, its cluster and its user are what the whole files say, or it is left to these', () => {
  let [found, left, hardly] = [0, 0, 0]
  fc.assert(
    fc.property(lists, fc.constantFrom(500, 2_000, 98_304), (texts, piece) => {
      const around = aroundCurrent(listed(texts, piece))
      const whole = wholeOf(texts)
      if (around === null) {
        if (whole !== null) left++
        return
      }
      const { texts: read, ...said } = around
      expect({ texts, said }).toEqual({ texts, said: whole })
      expect({ texts, said: wholeOf(read) }).toEqual({ texts, said: whole })
      found++
      if (read.join('').length < texts.join('').length) hardly++
    }),
    { numRuns: full ? 20_000 : 100 },
  )
  expect(found).toBeGreaterThan(15 + left * 4)
  expect(hardly).toBeGreaterThan(found / 4)
})

test('it is the current context of the real kubectl, which refuses no such file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ekscope-around-'))
  let found = 0
  for (const texts of fc.sample(lists, {
    numRuns: full ? 2_000 : 30,
    seed: fc.readConfigureGlobal()?.seed ?? 1,
  })) {
    const paths = texts.map((_, at) => join(folder, `${at}`))
    for (const [at, text] of texts.entries()) writeFileSync(paths[at] ?? '', text)
    const around = aroundCurrent(listed(texts))
    if (around === null) continue
    found++
    const env = { PATH: process.env.PATH ?? '', HOME: folder, KUBECONFIG: paths.join(':') }
    const run = await runProgram(realProgram('kubectl'), ['config', 'current-context'], env)
    expect({ texts, status: run.status, said: run.stdout }).toEqual({
      texts,
      status: 0,
      said: `${around.context.name}\n`,
    })
  }
  rmSync(folder, { recursive: true })
  expect(found).toBeGreaterThan(3)
})
