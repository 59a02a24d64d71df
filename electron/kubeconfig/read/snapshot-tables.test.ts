/** What the page gets as columns is what the snapshot is, entry by entry; other files are left to that. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { packTables, unpack } from '../../../shared/ipc/packed'
import { readFileOf } from '../../testing/read-file'
import { jsonFleet, jsonLayouts } from '../../testing/usual-fleet'
import { readDocument } from './document'
import { mergeDocuments } from './merge'
import { projectSnapshot } from './snapshot'
import { tablesOf } from './snapshot-tables'

interface Entry {
  readonly cluster: string
  readonly user: string
  readonly context: string
}

const entry = (
  name: string,
  {
    namespace = '',
    tls = '',
    profile = 'prod',
    word = name,
    ca = 'QUJDREVGR0hJSktM',
    flag = '--cluster-name',
  } = {},
): Entry => ({
  cluster: `- cluster:\n    certificate-authority-data: ${ca}\n    server: https://${name}.gr7.eu-west-1.eks.amazonaws.com\n${tls === '' ? '' : `    tls-server-name: ${tls}\n`}  name: ${name}\n`,
  context: `- context:\n    cluster: ${name}\n${namespace === '' ? '' : `    namespace: ${namespace}\n`}    user: ${name}\n  name: ${name}\n`,
  user: `- name: ${name}\n  user:\n    exec:\n      apiVersion: client.authentication.k8s.io/v1beta1\n      args:\n      - eks\n      - get-token\n      - ${flag}\n      - ${word}\n      command: aws\n      env:\n      - name: AWS_PROFILE\n        value: ${profile}\n`,
})
const textOf = (entries: readonly Entry[]) =>
  `apiVersion: v1\nclusters:\n${entries.map(({ cluster }) => cluster).join('')}contexts:\n${entries.map(({ context }) => context).join('')}current-context: ""\nkind: Config\nusers:\n${entries.map(({ user }) => user).join('')}`

/** Both ways of making the lists; the first is null where a file is not usual. */
function both(texts: readonly string[]) {
  const files = texts.map((text, at) => {
    const document = readDocument(`/home/"dev"/config-${at}`, text)
    return { file: readFileOf(document.file), document }
  })
  const merged = mergeDocuments(files.map(({ document }) => document))
  const { contexts, clusters, users } = projectSnapshot(1, files, merged)
  const tables = tablesOf(merged)
  return { tables: tables && unpack(packTables({ ...tables })), lists: { contexts, clusters, users } }
}

const fleet = (
  count: number,
  of: (n: number) => Parameters<typeof entry>[1] = () => ({}),
  prefix = 'fleet-',
) => Array.from({ length: count }, (_, n) => entry(`${prefix}${n}`, of(n)))

test('the columns of usual files are the entries of their snapshot', () => {
  const secret = 'AKIAIOSFODNN7EXAMPLE'
  const several = [
    fleet(12),
    fleet(40, (n) => ({
      namespace: n % 3 === 0 ? `team-${n}` : '',
      tls: n % 4 === 0 ? 'tls.example' : '',
      profile: `p-${n % 4}`,
      ca: ['QUJDREVGR0hJSktM', 'QUJDREVGR0hJSkw=', 'QUJDREVGR0hJSg=='][n % 3],
    })),
    // What looks like a secret is masked wherever it stands.
    fleet(8, (n) => ({
      namespace: n === 3 ? secret : 'team',
      tls: n === 2 ? secret : 'tls.example',
      word: n === 5 ? secret : `w-${n}`,
    })),
    fleet(8, () => ({ profile: secret })),
  ]
  for (const entries of several) {
    const { tables, lists } = both([textOf(entries)])
    expect(tables).toEqual(lists)
  }
})

test('so are those of several files, of which a later one is shadowed', () => {
  const { tables, lists } = both([textOf(fleet(9)), textOf(fleet(6)), textOf(fleet(7, () => ({}), 'other-'))])
  expect(tables).toEqual(lists)
  expect(lists.users.filter(({ origin }) => origin.shadowedBy !== null)).toHaveLength(6)
})

test('so are those of files in JSON, beside one in lines', () => {
  for (const layout of jsonLayouts) {
    const { tables, lists } = both([jsonFleet(16, layout).text, textOf(fleet(4))])
    expect(tables).toEqual(lists)
  }
})

test('a file with an entry of another form, or with a name twice, is left to the snapshot', () => {
  const usual = fleet(8)
  const odd = entry('odd')
  expect(
    both([textOf([...usual, { ...odd, user: '- name: odd\n  user:\n    token: abc\n' }])]).tables,
  ).toBeNull()
  expect(both([textOf([...usual, { ...odd, context: `${odd.context}# said\n` }])]).tables).toBeNull()
  expect(both([textOf([...usual, entry('fleet-3')])]).tables).toBeNull()
  expect(both([textOf(fleet(8, (n) => ({ profile: `p-${n}` })))]).tables).toBeNull()
})

test('whatever entries look like, columns are made of them only where they are the entries of the snapshot', () => {
  let made = 0
  fc.assert(
    fc.property(
      fc.uniqueArray(
        fc.record({
          n: fc.nat(60),
          namespace: fc.constantFrom('', 'team', 'eyJhbGciOi.x.y', 'AKIAIOSFODNN7EXAMPLE'),
          word: fc.constantFrom('w', 'a-b', 'a_2', 'AKIAIOSFODNN7EXAMPLE'),
          flag: fc.constantFrom(...Array.from({ length: 20 }, () => '--cluster-name'), '--token'),
        }),
        { minLength: 8, maxLength: 20, selector: ({ n }) => n },
      ),
      fc.nat(20),
      (some, others) => {
        const entries = some.map(({ n, ...of }) => entry(`fleet-${n}`, of))
        const { tables, lists } = both([textOf(entries), textOf(fleet(others))])
        if (tables === null) return
        made += 1
        expect(tables).toEqual(lists)
      },
    ),
    { numRuns: 80 },
  )
  expect(made).toBeGreaterThan(0)
})
