import { expect, test } from 'vitest'
import { createMarks } from '../identity/colours'
import { madeContext } from '../testing/made-audit'
import type { Audit, AuditContext, AuditIdentity, AuditPrincipal } from './audit'
import { isWrong } from './map-harm'
import { mapLayout } from './map-layout'
import type { MapOptions, MapPart } from './map-model'
import { cutTo, cutWords, type Shape, widthOf } from './map-shapes'
import { mapSheets } from './map-sheets'
import { mapSvg } from './map-svg'

const principal = (account: string, name: string): AuditIdentity => ({
  key: `aws ${account} role ${name.toLowerCase()}`,
  kind: 'principal',
  name,
  arn: `arn:aws:iam::${account}:role/${name}`,
  account,
  accountName: null,
  accessKeys: [],
  admin: null,
  contexts: 0,
  missing: 0,
})
const entering = (name: string, more: Partial<AuditPrincipal> = {}): AuditPrincipal => ({
  from: 'access-entry',
  key: name,
  principal: `arn:aws:iam::111122223333:role/${name}`,
  name,
  account: '111122223333',
  accountName: null,
  username: name,
  node: false,
  problem: null,
  may: [],
  everything: false,
  used: true,
  ...more,
})

/** How a context is, in turn: every seventh acts as another, and so on. */
const kinds = [
  { verdict: 'verified', signs: 'proved', enters: 'let-in' },
  { verdict: 'no-access', signs: 'proved', enters: 'refused' },
  { verdict: 'verified', signs: 'proved', enters: 'let-in' },
  { verdict: 'mismatch', signs: 'another', enters: 'another' },
  { verdict: 'broken', signs: 'claimed', enters: 'claimed' },
  { verdict: 'proven', signs: 'nobody-says', enters: 'nobody-says' },
  { verdict: 'verified', signs: 'proved', enters: 'let-in' },
] as const satisfies readonly Pick<AuditContext, 'verdict' | 'signs' | 'enters'>[]

const accounts = ['111122223333', '444455556666', '777788889999', '999900001111']

/** A fleet of so many contexts in four accounts, with an identity of each name in each of them. */
function fleetOf(count: number): Audit {
  const identities = [
    ...accounts.flatMap((account) =>
      ['Admin', 'ReadOnly', 'Developer'].map((name) => principal(account, name)),
    ),
    { ...principal('111122223333', 'carol'), key: 'aws 111122223333 user carol' },
  ]
  const clusters = accounts.flatMap((account) =>
    Array.from({ length: Math.ceil(count / 16) }, (_, at) => ({
      key: `${account} c${at}`,
      arn: null,
      name: `cluster-${at}`,
      region: 'eu-west-1',
      account,
      accountName: null,
      state: null,
      contexts: 0,
      mayEnter: [
        entering('Admin', { everything: true }),
        entering('Left', { used: false }),
        entering('Node', { node: true }),
      ],
      unread: null,
      askedAt: null,
    })),
  )
  const contexts = Array.from({ length: count }, (_, at): AuditContext => {
    const cluster = clusters[(at * 5) % clusters.length]
    const kind = kinds[at % kinds.length] ?? kinds[0]
    const own = identities[(at * 7) % 12]?.key ?? ''
    const wrong = kind.verdict === 'mismatch'
    return madeContext({
      ...kind,
      id: `id ${at}`,
      name: `context-${at}`,
      line: at + 1,
      checkedAt: 1,
      source: wrong || kind.verdict === 'proven' ? 'env' : at % 3 === 0 ? 'sso' : 'alice',
      acts: wrong || kind.verdict === 'proven' ? 'aws 111122223333 user carol' : own,
      by: 'proven',
      should: wrong ? own : null,
      cluster: cluster?.key ?? '',
      admin: wrong && at % 2 === 1 ? true : null,
    })
  })
  const source = { from: ['/home/ana/.aws/credentials:7'], state: 'valid', contexts: 0 } as const
  return {
    environment: 'login-shell',
    at: 1,
    sources: [
      { ...source, key: 'env', kind: 'environment-keys', name: 'carol' },
      { ...source, key: 'alice', kind: 'keys', name: 'alice' },
      { ...source, key: 'sso', kind: 'sso-session', name: 'corp' },
    ],
    identities,
    clusters,
    contexts,
    findings: [],
    refused: null,
  }
}

const drawn = (audit: Audit, more: Partial<MapOptions> = {}) =>
  mapLayout(audit, {
    width: 1440,
    head: { title: 'A sentence', aside: 'login shell' },
    only: null,
    wrongOnly: false,
    focus: null,
    unfolded: new Set(),
    markOf: createMarks().of,
    ...more,
  })
const partsOf = (parts: readonly MapPart[], ...kinds: readonly MapPart['kind'][]) =>
  parts.filter(({ kind }) => kinds.includes(kind))
const namesOf = (parts: readonly MapPart[]) =>
  parts.flatMap(({ contexts }) => (contexts ?? []).map(({ id }) => id)).sort()
const textsOf = (parts: readonly { readonly shapes: readonly Shape[] }[]) =>
  parts.flatMap(({ shapes }) =>
    shapes.flatMap((shape) =>
      shape.tag === 'text' ? [shape.text, ...(shape.after ?? []).map(({ text }) => text)] : [],
    ),
  )

test.each([1, 15, 24, 25, 76, 150, 151, 500, 2_000])(
  'of %i contexts each is in one box of each column, and in one band of each gap',
  (count) => {
    const audit = fleetOf(count)
    const { parts, paths } = drawn(audit)
    const all = audit.contexts.map(({ id }) => id).sort()
    expect(paths).toHaveLength(count)
    for (const kinds of [['source'], ['cluster', 'account']] as const)
      expect(namesOf(partsOf(parts, ...kinds).filter(({ box }) => box !== null))).toEqual(all)
    // Those that contexts should act as, and none does, have boxes of their own.
    const acting = new Set(paths.map(({ identity }) => identity.key))
    expect(namesOf(partsOf(parts, 'identity').filter(({ key }) => acting.has(key)))).toEqual(all)
    const bands = partsOf(parts, 'band').filter(({ worth }) => worth !== null)
    expect(namesOf(bands)).toEqual([...all, ...all].sort())
  },
)

test.each([820, 1_024, 1_280, 1_920])('at %i pixels nothing overlaps or leaves the picture', (width) => {
  for (const count of [15, 76, 500]) {
    const { parts, height } = drawn(fleetOf(count), { width })
    for (const kinds of [['source'], ['identity'], ['cluster', 'account']] as const) {
      const boxes = partsOf(parts, ...kinds)
        .flatMap(({ box }) => box ?? [])
        .sort((a, b) => a.y - b.y)
      for (const [at, box] of boxes.entries()) {
        expect(box.x + box.width).toBeLessThanOrEqual(width)
        expect(box.y + box.height).toBeLessThanOrEqual(boxes[at + 1]?.y ?? height)
      }
    }
    for (const { shapes } of parts)
      for (const shape of shapes)
        if (shape.tag !== 'path') {
          expect(shape.x).toBeGreaterThanOrEqual(0)
          expect(shape.x + (shape.tag === 'rect' ? shape.width : 0)).toBeLessThanOrEqual(width)
          expect(shape.y).toBeLessThanOrEqual(height)
        }
  }
})

test('up to 24 contexts are all named; of more only those that are not right, and the rest is counted', () => {
  const few = fleetOf(24)
  expect(namesOf(partsOf(drawn(few).parts, 'context'))).toEqual(few.contexts.map(({ id }) => id).sort())
  const more = fleetOf(76)
  const named = partsOf(drawn(more).parts, 'context').flatMap(({ contexts }) => contexts ?? [])
  expect(new Set(named.map(({ verdict }) => verdict))).toEqual(new Set(['mismatch', 'no-access', 'proven']))
})

test('above 150 contexts identities of one name and clusters of one account are one box each, which a click unfolds', () => {
  const audit = fleetOf(500)
  const folded = drawn(audit).parts
  expect(partsOf(folded, 'cluster')).toEqual([])
  expect(partsOf(folded, 'account')).toHaveLength(accounts.length)
  const admins = partsOf(folded, 'identity').filter(({ fold }) => fold === 'identity Admin')
  expect(textsOf(admins)).toContain('4 accounts')
  const unfolded = drawn(audit, { unfolded: new Set(['account 111122223333', 'identity Admin']) }).parts
  expect(partsOf(unfolded, 'account').filter(({ box }) => box !== null)).toHaveLength(accounts.length - 1)
  expect(partsOf(unfolded, 'cluster').every(({ key }) => key.startsWith('111122223333 '))).toBe(true)
  expect(partsOf(unfolded, 'identity').filter(({ key }) => key.endsWith(' role admin'))).toHaveLength(4)
  // Its head shows it alone, as in a small fleet, and there are then too few contexts to fold.
  const head = partsOf(unfolded, 'account').find(({ box }) => box === null)
  expect(head).toMatchObject({ fold: null, key: '111122223333', shapes: [{ tag: 'rect' }, {}, {}, {}] })
  const alone = drawn(audit, { focus: { column: 'account', key: '111122223333' } }).parts
  expect(partsOf(alone, 'cluster').length).toBeGreaterThan(10)
  expect(partsOf(alone, 'account').map(({ box }) => box)).toEqual([null])
})

test('in a high map the left columns begin beside the worst, on the first screen', () => {
  const audit = fleetOf(2_000)
  const { parts, height } = drawn(audit, { folds: false })
  expect(height).toBeGreaterThan(4_000)
  const [top] = partsOf(parts, 'cluster')
  for (const kind of ['source', 'identity'] as const)
    expect(Math.min(...partsOf(parts, kind).map(({ box }) => box?.y ?? 0))).toBeLessThan(
      (top?.box?.y ?? 0) + 360,
    )
})

test('wrong paths only, one identity, one cluster, one account, and what a filter shows', () => {
  const audit = fleetOf(76)
  const shown = (more: Partial<MapOptions>) => drawn(audit, more).paths.map(({ context }) => context)
  expect(shown({ wrongOnly: true })).toEqual(audit.contexts.filter(isWrong))
  expect(shown({ wrongOnly: true }).every(({ verdict }) => verdict === 'mismatch')).toBe(true)
  const [first] = audit.contexts
  const focused = (column: 'identity' | 'cluster', key: string) => shown({ focus: { column, key } })
  expect(focused('cluster', first?.cluster ?? '').every(({ cluster }) => cluster === first?.cluster)).toBe(
    true,
  )
  const key = 'aws 111122223333 role admin'
  expect(focused('identity', key).every(({ acts, should }) => acts === key || should === key)).toBe(true)
  const inAccount = shown({ focus: { column: 'account', key: '444455556666' } })
  expect(inAccount.every(({ cluster }) => cluster.startsWith('444455556666'))).toBe(true)
  expect(inAccount.length).toBeGreaterThan(0)
  expect(shown({ only: new Set(['id 3']) }).map(({ name }) => name)).toEqual(['context-3'])
})

test('names are cut between words and keep their last one where there is room; words of ours lose the last', () => {
  const cut = (text: string, most: number) => cutTo(text, most, 11)
  expect(cut('prod-eu-west-1-payments-admin', 120)).toBe('prod-eu-…admin')
  expect(cut('AdministratorAccess', 100)).toBe('Administ…Access')
  expect(cut('not PlatformEngineer', 100)).toBe('not…Engineer')
  expect(cut('ReadOnly', 100)).toBe('ReadOnly')
  // Not its own mark of what is left out, and not within a key.
  expect(cut('…/.aws/credentials:11', 100)).toBe('…credentials:11')
  expect(cut('Keys of AKIA…2HLN', 90)).toBe('Keys of …2HLN')
  expect(cut('onewordthathasnoseparator', 80)).toMatch(/^o\w+…\w+r$/)
  for (const most of [0, 5, 20, 60, 110])
    for (const name of [
      'prod-eu-west-1-payments-admin',
      'AdministratorAccess',
      '…/.aws/credentials:7',
      'a b',
    ])
      if (cut(name, most) !== '…') expect(widthOf(cut(name, most), 11)).toBeLessThanOrEqual(most)
  expect(cutWords('where credentials come from', 120, 11)).toBe('where credentials…')
  expect(cutWords('certificate, token, password', 90, 11)).toBe('certificate…')
})

test('the worst is at the top, and on top of other bands', () => {
  const { parts } = drawn(fleetOf(76))
  const worths = partsOf(parts, 'band').flatMap(({ worth }) => worth ?? [])
  expect(worths.lastIndexOf('let-in')).toBeLessThan(worths.indexOf('another'))
  expect(worths.at(-1)).toBe('another')
  const [top] = partsOf(parts, 'cluster')
  expect(top?.contexts?.some(({ admin }) => admin === true)).toBe(true)
})

test('the legend and those who may enter are there at any width, nodes left out', () => {
  for (const width of [820, 1_440]) {
    const says = textsOf(drawn(fleetOf(15), { width }).parts)
    expect(says).toEqual(
      expect.arrayContaining([
        'acts as another',
        'should be',
        'may enter, no context of all uses it',
        'Admin',
      ]),
    )
    expect(says).not.toContain('Node')
  }
})

test('where no list of who may enter was read the head says it once, and no line takes room for it', () => {
  const audit = fleetOf(15)
  const unread = audit.clusters.map((one) => ({ ...one, mayEnter: [], unread: 'Not asked yet.' }))
  for (const width of [820, 1_440]) {
    const [read, not] = [drawn(audit, { width }), drawn({ ...audit, clusters: unread }, { width })]
    const says = textsOf(not.parts)
    expect(says.filter((one) => /may enter|not read/.test(one))).toEqual([
      expect.stringMatching(/^who may enter was not/),
    ])
    expect(not.height).toBeLessThanOrEqual(read.height)
    // One that was read is enough to say it of each.
    const [first, ...others] = unread
    const some = first === undefined ? [] : [{ ...first, unread: null }, ...others]
    expect(textsOf(drawn({ ...audit, clusters: some }, { width }).parts)).toContain('not read')
  }
})

test('an account is written whole or by its end, and a key by its end: in no third way', () => {
  const audit = fleetOf(76)
  const named = audit.identities.map((one, at) => ({
    ...one,
    name: at % 3 === 0 ? one.name : `${one.name}${'Operator'.repeat(at % 4)}`,
    accountName: ['payments-prod', 'payments-dev', 'platform', 'data-lake'][at % 4] ?? null,
  }))
  const ways = ['payments-prod', '…prod', 'payments-dev', '…dev', 'platform', 'data-lake', '…lake']
  for (const width of [780, 900, 1_024, 1_440]) {
    const boxes = partsOf(drawn({ ...audit, identities: named }, { width }).parts, 'identity')
    const details = boxes.flatMap(({ shapes }) =>
      shapes.flatMap((shape) => (shape.tag === 'text' ? (shape.after ?? []) : [])),
    )
    expect(details.length).toBeGreaterThan(3)
    expect(details.filter(({ text }) => !ways.includes(text))).toEqual([])
  }
  const key = 'not AKIA…DVO7'
  expect([120, 72].map((most) => cutTo(key, most, 11))).toEqual([key, 'not …DVO7'])
})

test('the file holds names as text, and nothing that runs or loads', () => {
  const audit = fleetOf(15)
  const hostile = '"><script>alert(1)</script>\u202e&'
  const named: Audit = {
    ...audit,
    contexts: audit.contexts.map((one) => ({ ...one, name: hostile })),
    clusters: audit.clusters.map((one) => ({ ...one, name: hostile, accountName: hostile })),
    identities: audit.identities.map((one) => ({ ...one, name: hostile })),
  }
  for (const theme of ['light', 'dark'] as const) {
    const svg = String(mapSvg(drawn(named, { head: { title: hostile, aside: hostile } }), theme))
    expect(svg).not.toMatch(/<script|href|url\(|style=|\u202e|undefined|NaN/)
    expect(svg.match(/<(\/?)g>/g)?.length).toBeGreaterThan(0)
    // Every mark of a name is escaped, so that the only tags are ours.
    expect(new Set(svg.match(/<\/?[a-z]+/g))).toEqual(
      new Set([
        '<svg',
        '</svg',
        '<g',
        '</g',
        '<title',
        '</title',
        '<rect',
        '<path',
        '<text',
        '</text',
        '<tspan',
        '</tspan',
      ]),
    )
  }
})

test.each([15, 76, 140, 500])(
  'on sheets of paper %i contexts stand once each, as high as a sheet at most',
  (count) => {
    const audit = fleetOf(count)
    const options = {
      width: 800,
      head: null,
      only: null,
      wrongOnly: false,
      focus: null,
      unfolded: new Set<string>(),
    }
    const sheets = mapSheets(audit, { ...options, markOf: createMarks().of }, 1_000)
    const ids = sheets.flatMap(({ paths }) => paths.map(({ context }) => context.id))
    expect(ids.sort()).toEqual(audit.contexts.map(({ id }) => id).sort())
    expect(sheets.every(({ height }) => height <= 1_000)).toBe(true)
    // Folded as the whole is, on every sheet.
    const folded = sheets.map(({ parts }) =>
      parts.some(({ kind, box }) => kind === 'account' && box !== null),
    )
    expect(new Set(folded)).toEqual(new Set([count > 150]))
  },
)
