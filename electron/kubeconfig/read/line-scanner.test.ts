import fc from 'fast-check'
import { expect, test } from 'vitest'
import { entryKinds } from '../../../shared/kubeconfig/entries'
import { brokenText, kubeconfigText } from '../../testing/kubeconfig-arbitrary'
import { usualFleet } from '../../testing/usual-fleet'
import { jsonOf, Shape } from '../yaml/shapes'
import type { YamlNode } from '../yaml/yaml-tree'
import { type KubeconfigDocument, readDocument } from './document'
import { entriesOf } from './merge'
import type { FoundBy } from './outline'

const runs = process.env.EKSCOPE_FULL === '1' ? 20_000 : 100
const file = '/home/dev/.kube/config'

/** Everything that a document says, for comparison. */
function said(document: KubeconfigDocument) {
  return {
    currentContext: document.currentContext,
    contexts: document.contexts.map((entry) => [entry, document.context(entry.index)]),
    clusters: document.clusters.map((entry) => [entry, document.cluster(entry.index)]),
    users: document.users.map((entry) => [entry, document.user(entry.index)]),
  }
}

function agree(text: string): FoundBy {
  const fast = readDocument(file, text)
  const full = readDocument(file, text, 'parse')
  expect({ text, readable: fast.readable }).toEqual({ text, readable: full.readable })
  if (full.readable) expect({ text, said: said(fast) }).toEqual({ text, said: said(full) })
  else expect(fast.problems.length).toBeGreaterThan(0)
  return fast.foundBy
}

test('the scanner and the full parser say the same of every file, entry by entry and place by place', {
  timeout: 600_000,
}, () => {
  let scanned = 0
  fc.assert(
    fc.property(kubeconfigText({ block: true }), (text) => {
      if (agree(text) === 'scan') scanned++
    }),
    { numRuns: runs, seed: 7, endOnFailure: true },
  )
  // The property would be empty if the scanner claimed nothing.
  expect(scanned).toBeGreaterThan(runs / 4)
})

test('lines that end in CR and LF, all or some, are read as the full parser reads them, and a CR alone is left to it', {
  timeout: 600_000,
}, () => {
  let scanned = 0
  fc.assert(
    fc.property(
      kubeconfigText({ block: true }),
      fc.oneof(fc.constant(null), fc.array(fc.boolean(), { minLength: 1, maxLength: 9 })),
      fc.option(fc.nat(), { freq: 2 }),
      (text, returns, lone) => {
        let line = 0
        const made = text.replace(/\r?\n/g, () =>
          returns === null || returns[line++ % returns.length] ? '\r\n' : '\n',
        )
        const at = lone === null ? null : lone % (made.length + 1)
        if (agree(at === null ? made : `${made.slice(0, at)}\r${made.slice(at)}`) === 'scan') scanned++
      },
    ),
    { numRuns: runs, seed: 10, endOnFailure: true },
  )
  expect(scanned).toBeGreaterThan(runs / 5)
})

test('the scanner claims nothing in files of any style that the parser would read differently', {
  timeout: 600_000,
}, () => {
  fc.assert(
    fc.property(kubeconfigText(), (text) => {
      agree(text)
    }),
    { numRuns: runs, seed: 8, endOnFailure: true },
  )
})

test('what is broken for the parser is broken for the scanner, and the other way round', {
  timeout: 600_000,
}, () => {
  fc.assert(
    fc.property(fc.oneof(brokenText, kubeconfigText({ block: true }).map(cutLine)), (text) => {
      agree(text)
    }),
    { numRuns: runs, seed: 9, endOnFailure: true },
  )
})

test('a tab behind the last value is no part of an entry, as for the full parser', () => {
  for (const behind of ['\t', ' \t', '\t '])
    expect(
      agree(
        `contexts:\n- context:\n    cluster: c\n    user: u\n  name: one${behind}\ncurrent-context: one\n`,
      ),
    ).toBe('scan')
})

test('a space that does not break is a part of the value at whose end it stands, as kubectl writes it', () => {
  const name = 'two-\u00a0'
  const text = `contexts:\n- context:\n    cluster: c\n    user: ${name}\n  name: ${name}\nusers:\n- name: ${name}\n  user:\n    token: t\n- user:\n    token: t\n  name: other${'\u00a0'}\n`
  agree(text)
  const { users, contexts } = readDocument(file, text)
  expect([...users, ...contexts].map((entry) => entry.name)).toEqual([name, 'other\u00a0', name])
  expect(readDocument(file, 'users:\u00a0\n- name: a\n').readable).toBe(false)
})

function cutLine(text: string): string {
  const lines = text.split('\n')
  lines.splice(Math.floor(lines.length / 2), 1)
  return lines.join('\n')
}

test('blank lines that a block text keeps are a part of its value, whatever follows them', () => {
  const user = (name: string, behind: string) =>
    `- name: ${name}\n  user:\n    token: |+\n      secret\n${behind}`
  for (const behind of ['', '\n', '\n\n', '   \n\n', '\n# a comment\n\n'])
    for (const next of ['', '- name: next\n  user: {}\n', 'kind: Config\n']) {
      expect(agree(`users:\n${user('one', behind)}${next}`)).toBe('scan')
      expect(agree(`users:\n${user('one', behind)}${next}`.replaceAll('\n', '\r\n'))).toBe('scan')
    }
})

test('an emoji in a comment sends no file to the full parser, and what kubectl refuses there does', () => {
  const { text } = usualFleet(3)
  const found = (sign: string) => agree(text.replace('users:\n', `# before ${sign} behind\nusers:\n`))
  for (const sign of ['é', '日', '🚀', '👩‍🚀', '\u{10ffff}', '\ue000', '\ufffd'])
    expect([sign, found(sign)]).toEqual([sign, 'scan'])
  for (const sign of ['\ud83d', '\ude80\ud83d', '\ufffe', '\u0007', '\u0085', '\u2028', '\ufeff'])
    expect([sign, found(sign)]).toEqual([sign, 'parse'])
})

/** What makes entries depend on each other. */
const dependent = fc.constantFrom(
  '- name: held\n  user: &held\n    token: t\n',
  '- name: held\n  user: &held\n    token: t\n- name: same\n  user: *held\n',
  '- &all\n  name: all\n  user: {}\n- *all\n',
  '- name: tagged\n  user: !!map {}\n',
)
/** What hides lines, or only looks so, as lines of their own and as parts of one. */
const hazard = fc.constantFrom(
  ...['- name: same\n  user: *held\n', '- name: merged\n  user:\n    <<: *held\n', '- name: fleet-name-0\n'],
  ...[
    '- {name: flow, user: {token: t}}\n',
    '- name: "open\n',
    '- name: close"\n',
    "- name: 'open\n",
    '- name: {\n',
  ],
  ...['  }\n', '- [\n', '  ]\n', '"\n', "'\n", '- name: block\n  user:\n    token: |+\n      t\n\n', '-\n'],
  ...[
    '    token: >\n',
    '# &held\n',
    '---\n',
    '...\n',
    'x-held: &held\n',
    ' ',
    '  - ',
    '&held ',
    '*held',
    '"',
    ': ',
    '\t',
  ],
)
/** The pairs of a root that are no lists of entries: of these the parser did not read all. */
const outside = (root: YamlNode | null) =>
  root?.kind === 'map'
    ? root.pairs.filter(({ key }) => key.kind !== 'scalar' || !/^(clusters|contexts|users)$/.test(key.value))
    : root
const hazards = fc.oneof({ arbitrary: dependent, weight: 2 }, { arbitrary: hazard, weight: 1 })

test('beside entries that programs wrote the parser reads the rest, and finds what it finds in the whole text', {
  timeout: 600_000,
}, () => {
  let beside = 0
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.tuple(hazards, fc.nat(), fc.integer({ min: 0, max: 9 })), { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      (count, put, returns) => {
        const lines = usualFleet(count).text.split(/(?<=\n)/)
        for (const [hazard, where, inside] of put) {
          // Mostly before a user, also between two lines and inside one.
          const users = lines.flatMap((line, at) => (line.startsWith('- name:') ? at : []))
          const at = inside < 7 ? (users[where % users.length] ?? 0) : where % (lines.length + 1)
          const line = lines[at] ?? ''
          const cut = inside > 8 ? where % (line.length + 1) : 0
          lines.splice(at, 1, line.slice(0, cut), hazard, line.slice(cut))
        }
        const text = returns ? lines.join('').replaceAll('\n', '\r\n') : lines.join('')
        const fast = readDocument(file, text)
        const full = readDocument(file, text, 'parse')
        agree(text)
        if (fast.foundBy !== 'parse' || fast.users.every(({ index }) => fast.form(index) === null)) return
        beside++
        expect({ text, problems: fast.problems }).toEqual({ text, problems: full.problems })
        expect([fast.entangled, outside(fast.root())]).toEqual([full.entangled, outside(full.root())])
        for (const kind of entryKinds)
          for (const { index } of entriesOf(full, kind))
            expect(jsonOf(new Shape(), fast.node(kind, index))).toEqual(
              jsonOf(new Shape(), full.node(kind, index)),
            )
      },
    ),
    { numRuns: runs * 2, seed: 11, endOnFailure: true },
  )
  expect(beside).toBeGreaterThan(runs / 10)
})
