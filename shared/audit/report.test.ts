import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createMarks } from '../identity/colours'
import { verdicts } from '../identity/identity'
import { full } from '../testing/counts'
import { madeAudit, madeContext, madeIdentity } from '../testing/made-audit'
import type { Audit, AuditContext, AuditPrincipal } from './audit'
import { readReport } from './compare'
import { narrowed } from './make-audit'
import { reportOf } from './report'
import { htmlMark, htmlOf, svgMark, svgOf } from './report-html'
import { markdownMark, markdownOf, tableMark, tableOf } from './report-text'
import { withoutPlaces } from './without-places'
import { tallies, tally, worstAt, worstOf } from './worst'

const context = (name: string, more: Partial<AuditContext> = {}) =>
  madeContext({ id: name, name, admin: false, ...more })
const fleet = (...contexts: readonly AuditContext[]): Audit =>
  madeAudit({
    identities: [madeIdentity('admin', 'Admin'), madeIdentity('carol'), madeIdentity('dave')],
    contexts,
  })
const report = (audit: Audit, since: Parameters<typeof reportOf>[1]['since'] = null) =>
  reportOf(audit, {
    title: 'Who acts',
    version: '0.1.0',
    where: null,
    programs: { aws: null, kubectl: null },
    files: [],
    since,
    rowOf: ({ name, file, verdict }) => ({
      context: name,
      file,
      user: null,
      sharedWith: [],
      verdict: verdict === 'not-checked' || verdict === 'stale' ? null : verdict,
      findings: [],
    }),
  })
const wrong = (name: string, more: Partial<AuditContext> = {}) =>
  context(name, {
    verdict: 'mismatch',
    acts: 'carol',
    should: 'admin',
    signs: 'another',
    enters: 'another',
    ...more,
  })

test('the counts add up to all contexts, whatever these are', () => {
  const any = fc.constantFrom(...verdicts, 'stale' as const, 'not-checked' as const)
  const all = fc.array(fc.tuple(any, fc.constantFrom('let-in' as const, 'claimed' as const)))
  fc.assert(
    fc.property(all, (of) => {
      const counts = tally(of.map(([verdict, enters], at) => context(String(at), { verdict, enters })))
      expect(tallies.reduce((sum, id) => sum + counts[id], 0)).toBe(of.length)
    }),
    { numRuns: full ? 1_000 : 50 },
  )
})

test('the first sentence is the most harmful one, and says what was proven and what only files say', () => {
  const said = (...contexts: readonly AuditContext[]) => {
    const { title, more } = worstOf(fleet(...contexts))
    return [title, ...more]
  }
  expect(said(wrong('a', { admin: true }), wrong('b'), wrong('c', { acts: 'dave' }), context('d'))).toEqual([
    '2 of 4 contexts act as carol, not as the identity that they name',
    'a is thereby administrator of prod.',
    'The contexts are a, b.',
    '1 more context acts as others.',
  ])
  const foretold = {
    verdict: 'not-checked',
    signs: 'claimed-another',
    acts: 'carol',
    should: 'admin',
  } as const
  expect(said(context('a', foretold), context('b'))).toEqual([
    '1 of 2 contexts would act as carol, not as the identity that it names, as files say',
    'The contexts are a.',
  ])
  expect(said(context('a', { verdict: 'proven', admin: true }))[0]).toContain('nothing says who should')
  expect(said(context('a', { verdict: 'no-access' }), context('b'))[0]).toBe(
    '1 of 2 contexts is refused by the cluster',
  )
  const away = context('a', { verdict: 'unreachable' })
  expect(said(away, context('b'))).toEqual([
    '1 of 2 contexts was not asked, or did not answer',
    'The other one works.',
  ])
  expect(said(away)).toHaveLength(1)
  expect(said(context('a', { verdict: 'not-checked', checkedAt: null }))[0]).toContain(
    'No context was checked',
  )
  expect(said(context('a'), context('b'))).toEqual(['All 2 contexts work as they should'])
  expect(said(context('a'))).toEqual(['The context works as it should'])
  expect(said()[0]).toBe('There is no context')
})

test('of ARNs the end is said, and where it is only where two end alike', () => {
  const arn = (region: string, name: string) => `arn:aws:eks:${region}:111122223333:cluster/${name}`
  const said = (...names: readonly string[]) =>
    worstOf(fleet(...names.map((name) => context(name, { verdict: 'no-access' })))).more
  expect(said(arn('eu-west-1', 'prod'), 'stage')).toEqual(['…/prod, stage.'])
  expect(said(arn('eu-west-1', 'prod'), arn('us-east-1', 'prod'))).toEqual([
    '…/prod (eu-west-1), …/prod (us-east-1).',
  ])
})

test('a report of some contexts has their findings and those of their files', () => {
  const finding = {
    id: 'shared-user',
    severity: 'warning',
    message: 'Shared.',
    advice: null,
    file: '/a',
  } as const
  const more = { line: null, askedAt: null, since: null, muted: null }
  const audit = {
    ...fleet(context('a', { file: '/a' }), context('b', { file: '/b' })),
    findings: [
      { ...finding, ...more, contexts: ['a', 'b'] },
      { ...finding, ...more, contexts: ['b'] },
      { ...finding, ...more, id: 'open-permissions', contexts: [] },
      { ...finding, ...more, id: 'open-permissions', contexts: [], file: '/b' },
    ],
  } as const
  expect(narrowed(audit, new Set(['a'])).findings).toEqual([
    { ...finding, ...more, contexts: ['a'] },
    { ...finding, ...more, id: 'open-permissions', contexts: [] },
  ])
})

test('of an identity and of a cluster the harm is said, and nothing where there is none', () => {
  const audit = fleet(
    wrong('a', { admin: true }),
    context('b'),
    context('c', { cluster: 'stage', acts: 'dave', verdict: 'proven', admin: true }),
    context('d', { cluster: 'quiet', acts: 'erin', verdict: 'unreachable' }),
  )
  const said = (at: Parameters<typeof worstAt>[1]) => {
    const worst = worstAt(audit, at)
    return worst && [worst.title, ...worst.more]
  }
  const carols = ['a is thereby administrator of prod.']
  expect(said({ cluster: 'prod' })).toEqual([
    '1 of 2 contexts acts as carol, not as the identity that it names',
    ...carols,
  ])
  expect(said({ identity: 'carol' })?.slice(1)).toEqual(carols)
  // It acts nowhere, and should.
  expect(said({ identity: 'admin' })?.[0]).toMatch(/^1 of 2 contexts acts as carol/)
  expect(said({ cluster: 'stage' })?.[0]).toBe(
    '1 context may do everything as dave, and nothing says who should',
  )
  expect([said({ cluster: 'quiet' }), said({ identity: 'erin' })]).toEqual([null, null])
})

test('a file that kubectl refuses is said before all else, with what is known of the rest', () => {
  const refused = { path: '/home/ana/.kube/config', why: '/home/ana/.kube/config:3:1: This is no YAML.' }
  expect(worstOf({ ...fleet(wrong('a'), context('b')), refused })).toEqual({
    tone: 'bad',
    title: 'kubectl refuses /home/ana/.kube/config, and uses no context until that is fixed',
    more: [
      refused.why,
      'Of what could be read: 1 of 2 contexts acts as carol, not as the identity that it names.',
      'The contexts are a.',
    ],
  })
  expect(worstOf({ ...fleet(), refused }).more).toEqual([refused.why])
})

/** What a name would do to a ticket, a page, a spreadsheet or a terminal. */
const hostile = [
  '<img src=x onerror=alert(1)>',
  '[click](javascript:alert(1))',
  'https://evil.example www.evil.example @security #1',
  'a | b\n| c | d |',
  '=HYPERLINK("https://evil.example")',
  '+1+1',
  '-2+3',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '"quoted", comma',
  'right\u202eleft\u0000\u001b[2J',
  '`code` **bold** _it_ ~~no~~ <!-- -->',
]

test('hostile names are only code in Markdown: no tag, link, mention, reference or cell of their own', () => {
  const text = markdownOf(report(fleet(...hostile.map((name) => wrong(name)))))
  expect(text.startsWith(markdownMark)).toBe(true)
  const body = text.slice(markdownMark.length)
  const table = body.split('\n').filter((line) => line.startsWith('|') && line.includes('mismatch'))
  expect(table.length).toBe(hostile.length * 2)
  expect(new Set(table.map((line) => line.split(/(?<!\\)\|/).length))).toEqual(new Set([9]))
  // What is left without code has nothing that a page would make something of.
  const outside = body.replace(/(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, '')
  expect(outside).not.toMatch(/[<>`[\]]|@(?!\u200b)|:\/\/|www\.|GH-\d|(?<!&)#\d|[\u0000\u001b\u202e\r]/)
  expect(asRead(body)).toContain('https://evil.example www.evil.example @security #1')
})

/** The code of a page, as a reader sees it. */
const read = (earlier: ReturnType<typeof readReport>) => {
  if (!earlier.ok) throw new Error(earlier.fault)
  return earlier.value
}
const asRead = (text: string) =>
  [...text.matchAll(/(?<!`)(`+)(?!`) ?([\s\S]*?) ?(?<!`)\1(?!`)/g)].map(([, , code]) => code)

test('what an earlier report says is printed as text, and a report with an id that is not ours is refused', () => {
  const then = report(fleet(context('a')))
  const saying = (id: string) =>
    readReport({ ...then, findings: [{ id, severity: 'error', contexts: ['@x'], message: '' }] })
  expect(saying('made-up \u001b[31m<img> @octocat\n# H').ok).toBe(false)
  const earlier = read(saying('env-keys-win'))
  expect(markdownOf(report(fleet(context('a')), earlier))).toContain(
    '- `@x`: finding env-keys-win only in the earlier report',
  )
})

test('hostile names are only text in a spreadsheet, whichever sign parts its cells, and each context is one record', () => {
  const names = [...hostile, 'x;=1+1;y', '＝1+1', ' =1+1']
  const text = tableOf(report(fleet(...names.map((name) => wrong(name)))))
  expect(text.startsWith(tableMark)).toBe(true)
  const records = recordsOf(text.slice(1))
  expect(records.length).toBe(names.length + 1)
  expect(new Set(records.map((cells) => cells.length))).toEqual(new Set([records[0]?.length]))
  for (const cells of records) for (const cell of cells) expect(cell).not.toMatch(/^\s*[=+\-@＝]|^[\t\r]/)
  // Each begins and ends with a quote, so that nothing inside begins another.
  for (const line of text.slice(1).trimEnd().split('\r\n'))
    expect(line).toMatch(/^"(?:[^"]|"")*"(?:,"(?:[^"]|"")*")*$/)
})

/** RFC 4180, for itself. */
function recordsOf(text: string): readonly (readonly string[])[] {
  const records: string[][] = []
  let cells: string[] = []
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    cells.push(quoted?.replaceAll('""', '"') ?? plain ?? '')
    if (end === ',') continue
    records.push(cells)
    cells = []
  }
  return records.filter((record) => record.length > 1)
}

const hashOf = (text: string) => createHash('sha256').update(text).digest('base64')
const page = (audit: Audit, since: Parameters<typeof report>[1] = null) =>
  htmlOf(report(audit, since), { audit, markOf: createMarks().of }, hashOf)

/** Its tags, each closed where it has to be. */
function tagsOf(text: string): readonly string[] {
  const open: string[] = []
  const tags: string[] = []
  for (const [, end, tag = '', attributes = ''] of text.matchAll(/<(\/?)([a-zA-Z0-9]+)([^>]*)>/g)) {
    if (end) expect(open.pop()).toBe(tag)
    else if (!attributes.endsWith('/')) open.push(tag)
    tags.push(tag)
    expect(attributes).toMatch(/^(?: [a-zA-Z-]+="[^"<>]*")*\/?$/)
  }
  expect(open).toEqual([])
  return tags
}

/** A fleet in which every text that a file may hold is this. */
function named(name: string): Audit {
  const audit = fleet(
    wrong(name, { file: name, cluster: name }),
    context(name, { file: name, cluster: name }),
  )
  const entering: AuditPrincipal = {
    ...{
      from: 'access-entry',
      key: name,
      principal: name,
      name,
      account: name,
      accountName: name,
      may: [name],
    },
    ...{ username: name, node: false, problem: null, everything: true, used: false },
  }
  return {
    ...audit,
    identities: audit.identities.map((one) => ({ ...one, name, account: name, accountName: name })),
    sources: [{ key: 'keys', kind: 'keys', name, from: [name], state: 'valid', contexts: 2 }],
    clusters: [
      {
        ...{ key: name, arn: name, name, region: name, account: name, accountName: name, state: null },
        ...{ contexts: 2, mayEnter: [entering], unread: name, askedAt: null },
      },
    ],
    findings: [
      {
        ...{ id: 'unpinned', severity: 'warning', contexts: [name], file: name, line: 3, message: name },
        ...{ advice: name, muted: null, askedAt: null, since: null, fix: null, entry: null },
      },
    ],
  }
}

test('hostile names are only text in a page and a map: no tag, attribute, address or letter of their own', () => {
  const plain = named('plain')
  for (const name of [
    ...hostile,
    `"'>]]></svg></style></script><script>alert(1)</script><a href=javascript:1>`,
  ]) {
    const audit = named(name)
    const earlier = read(readReport(JSON.parse(JSON.stringify(report(named(`was ${name}`))))))
    const drawn = { audit, markOf: createMarks().of }
    const [was, then] = [read(readReport(report(named('was')))), { audit: plain, markOf: createMarks().of }]
    for (const [text, same] of [
      [page(audit, earlier), page(plain, was)],
      [svgOf(report(audit), drawn), svgOf(report(plain), then)],
    ] as const) {
      const without = (of: string) =>
        of.replace(/<script>[\s\S]*?<\/script>|<!.*|<style>[\s\S]*?<\/style>/, '')
      expect(new Set(tagsOf(without(text)))).toEqual(new Set(tagsOf(without(same))))
      expect(text).not.toMatch(/[\u0000\u001b\u202e\r\t]|undefined|NaN|\[object/)
      for (const [, address] of text.matchAll(/href="([^"]*)"/g))
        expect(address).toMatch(
          /^(#[a-z-]+|https:\/\/github\.com\/ekscope\/ekscope\/blob\/main\/docs\/findings\/[a-z-]+\.md)$/,
        )
    }
  }
})

test('the policy of a page lets in its own style and script, and nothing else', () => {
  const text = page(fleet(context('a')))
  expect(text.startsWith(htmlMark)).toBe(true)
  expect(svgOf(report(fleet()), { audit: fleet(), markOf: createMarks().of }).startsWith(svgMark)).toBe(true)
  const [, policy] = /Content-Security-Policy" content="([^"]*)"/.exec(text) ?? []
  const inside = (tag: string) => [...text.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, 'g'))]
  for (const tag of ['style', 'script']) {
    expect(inside(tag).length).toBe(1)
    expect(policy).toContain(`${tag}-src 'sha256-${hashOf(inside(tag)[0]?.[1] ?? '')}'`)
  }
  expect(policy).toMatch(/^default-src 'none'; .* base-uri 'none'; form-action 'none'$/)
  expect(text).not.toMatch(/\bstyle=|\bon[a-z]+=|\bsrc=|url\(|@import/)
})

test('of a large fleet the tables stay whole, the map folds, and the page stays below 20 MB', () => {
  const count = full ? 10_000 : 300
  const names = Array.from(
    { length: count },
    (_, at) => `arn:aws:eks:eu-west-1:111122223333:cluster/production-${at}`,
  )
  const {
    findings: [finding],
    ...audit
  } = named('prod')
  if (finding === undefined) throw new Error('there is one')
  const text = page({
    ...audit,
    contexts: names.map((name, at) => (at % 10 === 0 ? wrong : context)(name, { cluster: 'prod' })),
    findings: [1, 2, 3].flatMap(() =>
      names.map((name) => ({
        ...finding,
        contexts: [name],
        message: 'Why it is so. '.repeat(14),
        advice: 'What to do. '.repeat(8),
      })),
    ),
  })
  expect(text.match(/<tr>/g)?.length).toBeGreaterThan(count * 4)
  expect(text.length).toBeLessThan(full ? 20_000_000 : 620_000)
})

test('a report without places keeps ARNs and addresses, and names no path', () => {
  const document = {
    file: '/home/ana b/.kube/config',
    said: 'AWS_PROFILE in /home/ana b/.kube/config:7 and ~/.profile:3 (“C:\\Users\\ana\\x”) of arn:aws:iam::1:role/team/Admin at https://x.test/a/b',
    line: 3,
  }
  expect(withoutPlaces(document, new Map([['/home/ana b/.kube/config', 'kubeconfig 1']]))).toEqual({
    file: 'kubeconfig 1',
    said: 'AWS_PROFILE in kubeconfig 1:7 and (a path) (“(a path)”) of arn:aws:iam::1:role/team/Admin at https://x.test/a/b',
    line: 3,
  })
})
