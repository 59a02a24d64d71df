import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyCharacter } from '../../../shared/testing/characters'
import { hostileNames } from '../../testing/generated-kubeconfig'
import { isPlainSafe, type Quote, writeString } from './quote'

/** What kubectl reads for each of these texts, written as names and namespaces of one file in every style. */
function throughKubectl(
  texts: readonly string[],
  quote: Quote,
  flow: boolean,
): readonly (readonly [string, string])[] {
  const folder = mkdtempSync(join(tmpdir(), 'ekscope-quote-'))
  try {
    const lines = texts.map((text, i) => {
      const [name, namespace] = [
        writeString(`${text}·${i}`, quote, { flow }),
        writeString(text, quote, { flow }),
      ]
      return flow
        ? `- {name: ${name}, context: {namespace: ${namespace}, cluster: c, user: u}}`
        : `- name: ${name}\n  context:\n    namespace: ${namespace}\n    cluster: c\n    user: u`
    })
    const file = join(folder, 'config')
    writeFileSync(file, `apiVersion: v1\nkind: Config\ncontexts:\n${lines.join('\n')}\n`)
    const out = execFileSync('kubectl', ['config', 'view', '--raw', '-o', 'json', '--kubeconfig', file], {
      maxBuffer: 64_000_000,
    })
    const read: { contexts: { name: string; context: { namespace: string } }[] } = JSON.parse(out.toString())
    const index = (name: string): number => Number(name.slice(name.lastIndexOf('·') + 1))
    return [...read.contexts]
      .sort((a, b) => index(a.name) - index(b.name))
      .map(({ name, context }) => [name.slice(0, name.lastIndexOf('·')), context.namespace])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const styles = (['plain', 'single', 'double'] as const).flatMap((quote) =>
  [true, false].map((flow) => ({ quote, flow })),
)

describe('kubectl reads the very string that was written', () => {
  test.each(styles)('each of the hostile names, $quote, flow $flow', ({ quote, flow }) => {
    expect(hostileNames.length).toBeGreaterThanOrEqual(200)
    expect(throughKubectl(hostileNames, quote, flow)).toEqual(hostileNames.map((text) => [text, text]))
  })

  test.each(styles)('any text at all, $quote, flow $flow', ({ quote, flow }) => {
    const text = fc.oneof(
      fc.string({ minLength: 1, maxLength: 20, unit: anyCharacter }).filter(hasBytes),
      fc.stringMatching(/^[-+.0-9a-fox_:eEyYnN~ #'"]{1,8}$/),
      fc.string({ minLength: 1, maxLength: 6, unit: fc.constantFrom(...'-?:,[]{}#&*!|>\'"%@` ya1.~') }),
    )
    const texts = fc.sample(text, process.env.EKSCOPE_FULL === '1' ? 20_000 : 500)
    expect(throughKubectl(texts, quote, flow)).toEqual(texts.map((one) => [one, one]))
  })
})

/** Half a surrogate pair has none. */
const hasBytes = (text: string): boolean => Buffer.from(text).toString() === text

test('ordinary names stay unquoted, what any reader takes for something else does not', () => {
  for (const text of [
    'prod',
    'arn:aws:eks:us-west-2:123456789012:cluster/prod',
    'me@prod',
    '--region',
    'https://x.example:8443/y',
  ])
    expect(isPlainSafe(text, false)).toBe(true)
  for (const text of [
    'y',
    'on',
    'null',
    '012',
    '1e3',
    '1:20',
    '2024-01-01',
    '.5',
    '=',
    'a: b',
    'a #b',
    '',
    ' a',
    '-',
    'a:',
  ])
    expect(isPlainSafe(text, false)).toBe(false)
  expect(isPlainSafe('a:b', true)).toBe(false)
})
