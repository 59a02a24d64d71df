/** A secret planted wherever a kubeconfig can hold one, written in every way that YAML has, and looked for in every output. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { changesBetween } from '../../../shared/edits/diff'
import type { AnyEdit } from '../../../shared/edits/edit'
import { type EntryKind, entryId, entryKinds } from '../../../shared/kubeconfig/entries'
import { exportKubeconfig } from '../../editing/export'
import { readImport, windowImport } from '../../editing/read-import'
import { redact } from '../../system/redact-output'
import { readFileOf } from '../../testing/read-file'
import { planEdits, shownChange } from '../rewrite/plan-edits'
import { readDocument } from './document'
import { modelOf, sourceOf } from './edit-model'
import { entryText } from './entry-text'
import { viewOf } from './kubeconfig-view'
import { entriesOf } from './merge'
import type { ReadFile } from './project-snapshot'
import { secretsOfFiles } from './secret-values'

/** In every secret, so that also a piece of one is found. */
const canary = 'c4n4ry'

interface Written {
  /** Behind `key: ` or `- `. */
  readonly yaml: string
  /** What kubectl reads. */
  readonly value: string
  /** Put before everything else in the file. */
  readonly top?: string
}

/** Ways to write `before` + secret + `after`, `indent` being that of the key. */
type Style = (lines: readonly string[], indent: number) => Written

const spaces = (count: number) => ' '.repeat(count)
const one = (lines: readonly string[]) => lines.join('')
const styles: Readonly<Record<string, Style>> = {
  plain: (lines) => ({ yaml: one(lines), value: one(lines) }),
  single: (lines) => ({ yaml: `'${one(lines)}'`, value: one(lines) }),
  double: (lines) => ({ yaml: `"${one(lines)}"`, value: one(lines) }),
  escaped: (lines) => ({
    yaml: `"\\x${one(lines).charCodeAt(0).toString(16)}${one(lines).slice(1)}"`,
    value: one(lines),
  }),
  commented: (lines) => ({ yaml: `"${one(lines)}" # why`, value: one(lines) }),
  below: (lines, indent) => ({ yaml: `\n${spaces(indent + 2)}${one(lines)}`, value: one(lines) }),
  'plain on lines': (lines, indent) => ({
    yaml: lines.join(`\n${spaces(indent + 2)}`),
    value: lines.join(' '),
  }),
  'double on lines': (lines, indent) => ({
    yaml: `"${lines.join(`\n${spaces(indent + 2)}`)}"`,
    value: lines.join(' '),
  }),
  literal: (lines, indent) => ({
    yaml: `|- # why\n${lines.map((line) => spaces(indent + 2) + line).join('\n')}`,
    value: lines.join('\n'),
  }),
  folded: (lines, indent) => ({
    yaml: `>-\n${lines.map((line) => spaces(indent + 2) + line).join('\n')}`,
    value: lines.join(' '),
  }),
  tagged: (lines) => ({ yaml: `!!str ${one(lines)}`, value: one(lines) }),
  anchored: (lines) => ({ yaml: `&a ${one(lines)}`, value: one(lines) }),
  alias: (lines) => ({ yaml: '*shared', value: one(lines), top: `x-shared: &shared ${one(lines)}\n` }),
  'alias of a block': (lines) => ({
    yaml: '*shared',
    value: lines.join('\n'),
    top: `x-shared: &shared |-\n${lines.map((line) => `  ${line}`).join('\n')}\n`,
  }),
}

interface Place {
  readonly kind: EntryKind | 'file'
  /** Lines under `cluster:`, `user:` or `context:`, or at the top of the file; `@` stands for the secret's scalar. */
  readonly lines: readonly string[]
  readonly before?: string
  readonly after?: string
  /** In a comment the secret is written as it is, whatever the style. */
  readonly comment?: true
}

const exec = ['exec:', '  apiVersion: client.authentication.k8s.io/v1beta1', '  command: aws']
const places: Readonly<Record<string, Place>> = {
  token: { kind: 'user', lines: ['token: @'] },
  password: { kind: 'user', lines: ['username: somebody', 'password: @'] },
  'client-key-data': { kind: 'user', lines: ['client-key-data: @'] },
  'in flow': { kind: 'user', lines: ['{username: somebody, token: @}'] },
  'unknown key': { kind: 'user', lines: ['refresh-token: @'] },
  'unknown harmless key': { kind: 'user', lines: ['x-note: @'] },
  'unknown map': { kind: 'user', lines: ['x-note: {deep: [{deeper: @}]}'] },
  'unknown key of a cluster': { kind: 'cluster', lines: ['x-vendor:', '  deep: @'] },
  'unknown key of a context': { kind: 'context', lines: ['x-note: @'] },
  'unknown key of the file': { kind: 'file', lines: ['x-vault: @'] },
  'unknown preference': { kind: 'file', lines: ['preferences: {x: @}'] },
  'an extension': { kind: 'cluster', lines: ['extensions:', '- name: vendor', '  extension: {note: @}'] },
  'an extension of a context': {
    kind: 'context',
    lines: ['extensions:', '- name: vendor', '  extension: @'],
  },
  'a secret for exec': {
    kind: 'cluster',
    lines: ['extensions:', '- name: client.authentication.k8s.io/exec', '  extension: {token: @}'],
  },
  'an extension of the file': {
    kind: 'file',
    lines: ['extensions:', '- name: vendor', '  extension: {note: @}'],
  },
  'auth-provider': {
    kind: 'user',
    lines: ['auth-provider:', '  name: oidc', '  config:', '    id-token: @'],
  },
  'auth-provider in flow': { kind: 'user', lines: ['auth-provider: {name: oidc, config: {x: @}}'] },
  variable: { kind: 'user', lines: [...exec, '  env:', '  - name: MY_VARIABLE', '    value: @'] },
  'variable, value first': {
    kind: 'user',
    lines: [...exec, '  env:', '  - value: @', '    name: AWS_SECRET_ACCESS_KEY'],
  },
  'unknown key of a variable': {
    kind: 'user',
    lines: [...exec, '  env:', '  - {name: AWS_PROFILE, value: a, note: @}'],
  },
  'argument after --token': {
    kind: 'user',
    lines: [...exec, '  args:', '  - get-token', '  - --token', '  - @'],
  },
  'argument of --password': {
    kind: 'user',
    lines: [...exec, '  args:', '  - @', '  - --other'],
    before: '--password=',
  },
  'arguments in flow': {
    kind: 'user',
    lines: [...exec, '  args: [get-token, --password, @, --region, eu-west-1]'],
  },
  'unknown key of exec': { kind: 'user', lines: [...exec, '  x-note: @'] },
  'password of a server': {
    kind: 'cluster',
    lines: ['server: @'],
    before: 'https://admin:',
    after: '@example.test',
  },
  'password of a proxy': {
    kind: 'cluster',
    lines: ['server: https://example.test', 'proxy-url: @'],
    before: 'http://admin:',
    after: '@proxy.test:3128',
  },
  'user of a proxy': {
    kind: 'cluster',
    lines: ['proxy-url: @'],
    before: 'http://',
    after: ':@proxy.test:3128',
  },
  'a variable without a name': { kind: 'user', lines: [...exec, '  env:', '  - value: @'] },
  'where a list belongs': { kind: 'user', lines: [...exec, '  env: @'] },
  'where a map belongs': { kind: 'user', lines: ['exec: @'] },
  'where text belongs': { kind: 'user', lines: ['username: {x: @}'] },
  'impersonation of a secret name': {
    kind: 'user',
    lines: ['as: somebody', 'as-user-extra: {my-token: [@]}'],
  },
  'a comment': { kind: 'user', lines: ['username: somebody # token: @'], comment: true },
  'a comment of its own': {
    kind: 'user',
    lines: ['# @', 'username: somebody'],
    comment: true,
    before: 'password=',
  },
  'a commented line': { kind: 'user', lines: ['#password: @', 'username: somebody'], comment: true },
  'a long word in a comment': {
    kind: 'cluster',
    lines: ['server: https://example.test', '# once @'],
    before: 'hunter2hunter2hunter2',
    comment: true,
  },
  'a comment of the file': { kind: 'file', lines: ['# old token: @'], comment: true },
}

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
const word = fc
  .string({ unit: fc.constantFrom(...letters), minLength: 0, maxLength: 30 })
  // What is base64 is a private key, too.
  .map((text) => `${canary}${text}`.padEnd(Math.ceil((canary.length + text.length) / 4) * 4, 'x'))

interface Planted {
  readonly place: string
  readonly style: string
  readonly words: readonly string[]
  readonly last: boolean
  readonly breaks: string
  readonly nameFirst: boolean
  /** What makes the file none: what was understood of it is shown all the same. */
  readonly torn: string
}

const planted: fc.Arbitrary<Planted> = fc.record({
  place: fc.constantFrom(...Object.keys(places)),
  style: fc.constantFrom(...Object.keys(styles)),
  words: fc.array(word, { minLength: 1, maxLength: 3 }),
  last: fc.boolean(),
  breaks: fc.constantFrom('\n', '\n', '\r\n'),
  nameFirst: fc.boolean(),
  torn: fc.constantFrom('', '', '', '', '', '\n"open: ', "\n- '", '\n\t: a', '\n]'),
})

/** The file, and the secret as kubectl would read it, with and without what stands around it; none in a comment or a torn file. */
function fileWith({ place, style, words, last, breaks, nameFirst, torn }: Planted) {
  const { kind, lines, before = '', after = '', comment } = places[place] ?? { kind: 'file', lines: [] }
  const indent = kind === 'file' ? 0 : 4
  const at = lines.findIndex((line) => line.includes('@'))
  const column = indent + (/^[ -]*/.exec(lines[at] ?? '')?.[0].length ?? 0)
  const whole = words.map(
    (text, index) => (index === 0 ? before : '') + text + (index === words.length - 1 ? after : ''),
  )
  const inFlow = /[{[].*@/.test(lines[at] ?? '')
  const asked = comment ? 'plain' : style
  // Block text cannot stand in flow, nor what follows a value on its line.
  const usable = inFlow && /block|literal|folded|commented|below|lines/.test(asked) ? 'double' : asked
  const written = styles[usable]?.(whole, column) ?? { yaml: '', value: '' }
  const body = lines.map((line) => spaces(indent) + line.replace('@', () => written.yaml))
  const element = (of: EntryKind, name: string, inner: readonly string[]) => {
    const value = inner.length > 0 ? [`  ${of}:`, ...inner] : [`  ${of}: {}`]
    const all = nameFirst ? [`  name: ${name}`, ...value] : [...value, `  name: ${name}`]
    return all.map((line, index) => (index === 0 ? `- ${line.slice(2)}` : line))
  }
  const list = (of: EntryKind, ...elements: (readonly string[])[]) => [`${of}s:`, ...elements.flat()]
  const mine = (of: EntryKind, others: readonly string[]) => (kind === of ? body : others)
  const lists = [
    list('cluster', element('cluster', 'c-one', mine('cluster', ['    server: https://c-one.test']))),
    list('user', element('user', 'u-one', mine('user', ['    tokenFile: /run/token']))),
    list(
      'context',
      element('context', 'one', [
        '    cluster: c-one',
        '    user: u-one',
        ...(kind === 'context' ? body : []),
      ]),
      element('context', 'two', ['    cluster: c-one', '    user: u-one']),
    ),
  ]
  // The list with the secret is the last in the file, and may end without a line break.
  lists.sort((a, b) => Number(a[0] === `${kind}s:`) - Number(b[0] === `${kind}s:`))
  const heads = ['apiVersion: v1', 'kind: Config', 'current-context: one']
  const all = kind === 'file' ? [...heads, ...lists.flat(), ...body] : [...heads, ...lists.flat()]
  const text = `${written.top ?? ''}${all.join('\n')}${last ? '' : '\n'}${torn}`.replaceAll('\n', breaks)
  const { value } = written
  return {
    text,
    secrets: comment || torn !== '' ? [] : [value, value.slice(before.length, value.length - after.length)],
  }
}

const path = '/home/me/.kube/config'
const file = (document: ReadFile['document']) =>
  readFileOf(path, {
    mode: 0o600,
    uid: 0,
    currentContext: document?.currentContext ?? null,
    problems: document?.problems ?? [],
    contexts: 2,
    clusters: 1,
    users: 1,
  })

const edits: readonly AnyEdit[] = [
  { kind: 'rename-context', context: entryId('context', path, 'one', 0), name: 'three', cascade: true },
  { kind: 'set-namespace', context: entryId('context', path, 'two', 0), namespace: 'n' },
]

/** Everything that a person or a page gets to see of a file with that text. */
async function outputs(text: string, planted: readonly string[]): Promise<Record<string, string>> {
  const document = readDocument(path, text)
  const files: readonly ReadFile[] = [{ file: file(document), document }]
  const view = viewOf(1, files)
  const entries = entryKinds.flatMap((kind) => entriesOf(document, kind))
  const source = sourceOf({ path, listed: true, text, fault: null })
  const { plan } = planEdits({ sources: [source], revisions: [], edits })
  const shown = (before: string | null, after: string) =>
    shownChange(path, before, after, changesBetween(before ?? '', after))
  const exported = await exportKubeconfig(view.resolved(), { secrets: false, files, currentContext: null })
  const request = {
    text,
    from: path,
    source: 's',
    file: null,
    onConflict: 'rename',
    model: { files: [] },
  } as const
  const imported = readImport(request)
  const secrets = secretsOfFiles(files)
  const logged = planted.map((one) => redact(`failed at ${one}.`, secrets)).join('\n')
  return {
    inspector: entries.map((entry) => entryText(document, entry)).join('\n'),
    review: plan.files.map(({ unified }) => unified).join(''),
    plan: JSON.stringify(plan),
    'history, made': shown(null, text).unified,
    'history, deleted': shown(text, '').unified,
    'external change': shown(text, `${text}${text.endsWith('\n') ? '' : '\n'}# more\n`).unified,
    page: JSON.stringify(view.snapshot),
    export: exported.ok ? `${exported.value.text}${exported.value.notes.join('\n')}` : '',
    import: imported.ok
      ? JSON.stringify(windowImport({ ...imported.value, text }, modelOf([source])).shown)
      : '',
    // Shorter values would blank out ordinary words.
    log: planted.every(({ length }) => length >= 8) ? logged : '',
  }
}

test('a secret is in no output, wherever it stands and however it is written', async () => {
  const seen: Record<string, number> = {}
  await fc.assert(
    fc.asyncProperty(planted, async (planting) => {
      const { text, secrets } = fileWith(planting)
      for (const [output, shown] of Object.entries(await outputs(text, secrets))) {
        expect(shown, `${output} of\n${text}`).not.toContain(canary)
        if (shown !== '') seen[output] = (seen[output] ?? 0) + 1
        if (planting.torn === '' && (output === 'inspector' || output === 'history, made'))
          expect(shown).toContain('c-one')
      }
    }),
    { numRuns: process.env.EKSCOPE_FULL === '1' ? 20_000 : 200 },
  )
  // Neither refused everywhere nor left out: each output had something to show.
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(50)
  expect(Object.keys(seen)).toHaveLength(10)
}, 600_000)
