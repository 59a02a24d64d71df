/** A file that kubectl refuses for want of quotes: afterwards it reads what stood there, and every other byte is the old one. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Edit } from '../../../shared/edits/edit'
import { entryId } from '../../../shared/kubeconfig/entries'
import { kubeconfigText } from '../../testing/kubeconfig-arbitrary'
import { askKubectl, askKubectlEach, ownReading } from '../../testing/kubectl'
import { applyToDisk, planOnDisk } from '../disk/apply-to-disk'
import { openHistory } from '../disk/write-history'
import { readDocument } from '../read/document'
import { sourceOf } from '../read/edit-model'
import { planEdits } from './plan-edits'

let folder = ''
let file = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ekscope-mend-'))
  file = join(folder, 'config')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const apply = (edits: readonly Edit[], list = [file]) =>
  applyToDisk({
    list,
    by: 'terminal',
    history: openHistory(join(folder, 'history')),
    journal: join(folder, 'journal'),
    edits,
    titles: [],
    revisions: null,
  })
const mend = (path = file): Edit => ({ kind: 'quote-misread', file: path })

const awsWrote = `apiVersion: v1
clusters:
- cluster: {server: "https://x"} # as it was
  name: on
contexts:
- context:
    cluster: on
    namespace: 1e3
    user: 0x1f
  name: No
current-context: No
kind: Config
users:
- name: 0x1f
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      args: [--region, us-west-2, eks, get-token, --cluster-name, 012, --profile, y]
      command: aws
      env:
      - name: AWS_PROFILE
        value: 123456789012
    password: 1234
`

describe('a file that kubectl refuses because text lacks quotes', () => {
  test('gets quotes there and nowhere else, and kubectl reads what stood there', async () => {
    writeFileSync(file, awsWrote, { mode: 0o640 })
    expect(await askKubectl(folder, [file])).toMatchObject({ ok: false })
    const plan = await planOnDisk([file], [mend()])
    expect(plan.problems).toEqual([])
    expect(plan.files[0]?.unified).toContain('+- name: "0x1f"')
    expect(plan.files[0]?.unified.match(/password.*/g)).toEqual(['password: ••••••', 'password: "••••••"'])
    const result = await apply([mend()])
    expect(result).toMatchObject({ ok: true, value: { kind: 'written' } })
    const now = readFileSync(file, 'utf8')
    expect(now.replaceAll(/"(on|No|1e3|0x1f|012|y|123456789012|1234)"/g, '$1')).toBe(awsWrote)
    expect(now.match(/"(on|No|1e3|0x1f|012|y|123456789012|1234)"/g)).toHaveLength(11)
    expect(await askKubectl(folder, [file])).toMatchObject({
      ok: true,
      reading: {
        currentContext: 'No',
        contexts: [{ name: 'No', cluster: 'on', user: '0x1f', namespace: '1e3' }],
      },
    })
  })

  test('other edits of the list find it mended, and come with it in one write', async () => {
    writeFileSync(file, awsWrote)
    const result = await apply([
      mend(),
      { kind: 'rename-context', context: entryId('context', file, 'No', 0), name: 'prod', cascade: true },
    ])
    expect(result).toMatchObject({ ok: true, value: { kind: 'written' } })
    expect(await askKubectl(folder, [file])).toMatchObject({
      ok: true,
      reading: { currentContext: 'prod', contexts: [{ name: 'prod', cluster: 'prod', user: 'prod' }] },
    })
  })

  test('without the mending edit it is not written, and with another fault neither', async () => {
    for (const [text, edits] of [
      [awsWrote, [{ kind: 'use-context', context: entryId('context', file, 'No', 0) }]],
      [awsWrote.replace('kind: Config', 'kind: Other'), [mend()]],
      [`${awsWrote}clusters: {}\n`, [mend()]],
      [awsWrote.replace('users:', 'users:\n- name: "0x1f"'), [mend()]],
      ['contexts: [', [mend()]],
      // Quotes at the anchor would make a truth value text.
      [
        'clusters:\n- name: &x on\n  cluster: {server: "https://x", insecure-skip-tls-verify: *x}\n',
        [mend()],
      ],
    ] satisfies [string, Edit[]][]) {
      writeFileSync(file, text)
      const plan = await planOnDisk([file], edits)
      expect(plan.problems).toMatchObject([{ code: 'file-unreadable', blocks: true }])
      expect(await apply(edits)).toMatchObject({ ok: false })
      expect(readFileSync(file, 'utf8')).toBe(text)
    }
    expect(existsSync(join(folder, 'history'))).toBe(false)
  })

  test('a file that kubectl reads stays as it is', async () => {
    writeFileSync(file, awsWrote)
    await apply([mend()])
    const once = readFileSync(file, 'utf8')
    expect(await apply([mend()])).toMatchObject({ ok: true, value: { kind: 'nothing' } })
    expect(readFileSync(file, 'utf8')).toBe(once)
  })

  test('a file outside the list is none that it mends', async () => {
    mkdirSync(join(folder, 'elsewhere'))
    const other = join(folder, 'elsewhere', 'config')
    writeFileSync(other, awsWrote)
    writeFileSync(file, 'kind: Config\n')
    expect(await apply([mend(other)])).toMatchObject({ ok: false })
    expect(readFileSync(other, 'utf8')).toBe(awsWrote)
  })

  test.each([
    ['tags go with what they say', '!!int 12', '"12"'],
    ['an anchor stays', '&me 12', '&me "12"'],
    ['an anchor stays without its tag', '!!bool &me on', '&me "on"'],
    ['a number in an octal form keeps its digits', '0o17', '"0o17"'],
  ])('%s', async (_, written, quoted) => {
    const text = (name: string): string => `users:\r\n- name: ${name} # who\r\n  user: {}`
    writeFileSync(file, text(written))
    expect(await apply([mend()])).toMatchObject({ ok: true, value: { kind: 'written' } })
    expect(readFileSync(file, 'utf8')).toBe(text(quoted))
    expect(await askKubectl(folder, [file])).toMatchObject({ ok: true })
  })

  test('text behind an alias is mended where its anchor is, or in its own place where that is another thing', async () => {
    const both = 'users:\n- name: &x on\n  user: {}\ncontexts:\n- name: c\n  context: {user: *x}\n'
    writeFileSync(file, both)
    await apply([mend()])
    expect(readFileSync(file, 'utf8')).toBe(both.replace('&x on', '&x "on"'))
    const apart = 'x-flag: &x on\nusers:\n- name: *x\n  user: {}\n'
    writeFileSync(file, apart)
    await apply([mend()])
    expect(readFileSync(file, 'utf8')).toBe(apart.replace('*x', '"on"'))
  })

  test('of generated files, each whose only fault is that is mended, and means to kubectl what stood there', async () => {
    const full = process.env.EKSCOPE_FULL === '1'
    const texts = fc.sample(kubeconfigText({ wrong: false, duplicates: false }), full ? 4_000 : 120)
    const mended: { text: string; after: string }[] = []
    for (const text of texts) {
      const document = readDocument(file, text)
      if (document.readable || document.problems.some(({ code }) => code !== 'misread-string')) continue
      const source = sourceOf({ path: file, listed: true, text, fault: null })
      const { files } = planEdits({ sources: [source], revisions: [], edits: [mend()] })
      const [change] = files
      // An anchor that is text here and a truth value there cannot be both.
      if (!change && /[&*]/.test(text)) continue
      expect(change?.before, text).toBe(text)
      const after = change?.after ?? ''
      mended.push({ text, after })
      for (const { start, end, text: put } of change?.changes ?? [])
        if (text.charAt(start) !== '*')
          expect([put.replaceAll('"', ''), text]).toEqual([bare(text.slice(start, end)), text])
    }
    expect(mended.length).toBeGreaterThan(full ? 80 : 3)
    const write = (path: string, text: string | Uint8Array) => writeFile(path, text)
    const [before, after] = [
      await askKubectlEach(
        folder,
        mended.map(({ text }) => text),
        write,
      ),
      await askKubectlEach(
        folder,
        mended.map((one) => one.after),
        write,
      ),
    ]
    for (const [i, { text }] of mended.entries()) {
      expect(before[i]?.ok, text).toBe(false)
      expect(after[i], text).toEqual({ ok: true, reading: ownReading([readDocument(file, text)]) })
    }
    console.log(`mended ${mended.length} of ${texts.length} generated files`)
  }, 600_000)
})

/** A value without its tag; an alias is what it stands for. */
const bare = (text: string): string => text.replace(/!(?:!\w+|<[^>]*>|\S*) ?/, '')
