import { describe, expect, test } from 'vitest'
import type { Severity } from '../../shared/findings/define-rule'
import { emptyTree, identityTree, knownIdentity } from '../testing/identities'
import { answerOfTree, shownWay, takesOver, treeLines, wayTo } from './identity-rows'

const none = { words: '', state: null } as const
const shown = (
  words: string,
  state: Parameters<typeof treeLines>[1]['state'] = null,
  closed: string[] = [],
) =>
  treeLines(identityTree(), { words, state }, new Set(closed)).map((line) =>
    line.line === 'group'
      ? `${line.session?.name ?? line.of} (${line.count})`
      : `${'  '.repeat(line.depth + 1)}${line.identity.name}${line.onlyOnTheWay ? ' …' : ''}`,
  )

describe('the lines of the tree', () => {
  test('groups by how a chain begins, a sign-in with those who come from it', () => {
    expect(shown('')).toEqual([
      'keys (3)',
      '  alice',
      '    Hub',
      '      Admin',
      'corp (2)',
      '  DataEngineer',
      '  PlatformView',
      'nobody (1)',
      '  no identity',
    ])
  })
  test('whoever fits stands below whom they come from, who need not fit', () => {
    expect(shown('admin')).toEqual(['keys (1)', '  alice …', '    Hub …', '      Admin'])
    expect(shown('pay 3333')).toEqual(['keys (1)', '  alice …', '    Hub …', '      Admin'])
    expect(shown('', 'sign-in-needed')).toEqual(['corp (2)', '  DataEngineer', '  PlatformView'])
  })
  test('a session is found by its name, with those who sign in by it', () => {
    expect(shown('corp')).toEqual(['corp (2)', '  DataEngineer', '  PlatformView'])
    expect(shown('corp', 'valid')).toEqual([])
  })
  test('a session that nobody uses yet is there until a filter looks for others', () => {
    const tree = { ...emptyTree, identities: [knownIdentity({ id: 's', kind: 'sso-session', name: 'new' })] }
    expect(treeLines(tree, none, new Set()).map(({ id }) => id)).toEqual(['s'])
    expect(treeLines(tree, { words: 'x', state: null }, new Set())).toEqual([])
  })
  test('what is closed hides who comes from it, and counts them still', () => {
    expect(shown('', null, ['group keys', 'corp'])).toEqual([
      'keys (3)',
      'corp (2)',
      'nobody (1)',
      '  no identity',
    ])
    expect(shown('', null, ['hub']).slice(0, 3)).toEqual(['keys (3)', '  alice', '    Hub'])
  })
})

test('keys of the environment take over the contexts in which files find that, and no other identity does', () => {
  const found = (severity: Severity) => ({
    findings: [
      { id: 'env-keys-win' as const, severity, contexts: [], file: '/config', message: '', advice: null },
    ],
  })
  const rows = new Map([
    ['a', found('error')],
    ['b', found('warning')],
  ])
  const contexts = ['a', 'b', 'c'].map((id) => ({ id, name: id }))
  const over = (kind: 'environment-keys' | 'keys') => takesOver({ kind, contexts }, (id) => rows.get(id))
  expect([over('environment-keys'), over('keys')]).toEqual([1, 0])
})

describe('the sentence', () => {
  const of = (
    ...states: readonly ('valid' | 'unknown' | 'refused' | 'broken' | 'expired' | 'sign-in-needed')[]
  ) =>
    answerOfTree({
      ...emptyTree,
      identities: states.map((kind, at) =>
        knownIdentity({ id: String(at), state: { kind, until: null, by: null, at: null, problem: null } }),
      ),
    }).sentence
  test.each([
    [of('expired', 'sign-in-needed', 'refused', 'valid'), '2 identities wait for you, 1 is refused'],
    [of('expired', 'broken', 'broken', 'unknown'), '1 identity waits for you, 2 cannot work as written'],
    [of('refused'), '1 identity is refused'],
    [of('unknown', 'unknown'), 'None of 2 identities is proven yet'],
    [of('valid', 'unknown'), '1 identity works, 1 is not proven yet'],
    [of('valid', 'valid'), 'All 2 identities work'],
  ])('%s', (sentence, wanted) => expect(sentence).toBe(wanted))
  test('a sign-in itself is nobody', () => {
    expect(answerOfTree(identityTree()).all).toBe(6)
  })
})

test('of a chain as long as there are profiles each line is a link: shown, counted and told in eight steps', () => {
  const size = 10_000
  const identities = Array.from({ length: size }, (_, at) =>
    knownIdentity({ id: `r${at}`, name: `r${at}`, parent: at === 0 ? null : `r${at - 1}` }),
  )
  const tree = { ...emptyTree, identities }
  const lines = treeLines(tree, none, new Set())
  expect(lines).toHaveLength(size + 1)
  expect(lines[0]).toMatchObject({ line: 'group', count: size })
  const last = lines.at(-1)
  expect(last).toMatchObject({ line: 'item', id: `r${size - 1}`, depth: size - 1, open: null })
  expect(last?.line === 'item' && last.rails).toHaveLength(8)
  const { first, left, last: near } = shownWay(wayTo(tree, `r${size - 1}`))
  expect([first.map(({ id }) => id), left, near.length, near.at(-1)?.id]).toEqual([
    ['r0'],
    size - 8,
    7,
    `r${size - 1}`,
  ])
  expect(shownWay(wayTo(tree, 'r7'))).toMatchObject({ first: [], left: 0 })
})

test('the way to an identity begins with the first credentials', () => {
  expect(wayTo(identityTree(), 'admin').map(({ name }) => name)).toEqual(['alice', 'Hub', 'Admin'])
})
