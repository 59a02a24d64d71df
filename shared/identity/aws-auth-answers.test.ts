import { expect, test } from 'vitest'
import { type AwsAuthAskers, type AwsAuthAt, awsAuthBy, notReadYet, tokensFor } from './aws-auth-answers'
import type { Verdict } from './identity'

const context = (name: string, verdict: Verdict | null, everything: boolean | null = null) => ({
  id: name,
  name,
  verdict,
  everything,
})
const nobody: AwsAuthAskers = { contexts: [], otherEndpoint: false, enters: [], found: [] }
const names = (askers: Partial<AwsAuthAskers>) => awsAuthBy({ ...nobody, ...askers }).map(({ name }) => name)

test('a cluster is asked as whom it let in, an administrator first, then as whom entries name, at most three in all', () => {
  const contexts = [
    context('new', null),
    context('viewer', 'verified', false),
    context('out', 'no-access'),
    context('admin', 'proven', true),
  ]
  const enters = [
    { id: 'r', name: 'Reader', everything: false },
    { id: 'a', name: 'Admin', everything: true },
  ]
  expect(names({ contexts, enters })).toEqual(['admin', 'viewer', 'Admin'])
  expect(names({ contexts: [context('new', null)], enters })).toEqual(['Admin', 'Reader', 'new'])
})

test('who only found it is asked as last, and nobody twice', () => {
  const found = [
    { id: 'a', name: 'Admin' },
    { id: 'f', name: 'Finder' },
  ]
  expect(names({ enters: [{ id: 'a', name: 'Admin', everything: true }], found })).toEqual([
    'Admin',
    'Finder',
  ])
  expect(names({})).toEqual([])
})

test('no token that nobody has tried goes to another endpoint than AWS gives', () => {
  expect(
    names({ contexts: [context('new', null), context('works', 'verified')], otherEndpoint: true }),
  ).toEqual(['works'])
})

test('the tokens are one for each that can be asked, and more where a cluster refuses', () => {
  const at = (cluster: string, by: number, read: AwsAuthAt['read'] = null): AwsAuthAt => ({
    cluster,
    by: ['x', 'y', 'z'].slice(0, by).map((id) => ({ kind: 'identity', id, name: id })),
    read,
  })
  const read = at('d', 1, { value: { state: 'read', value: { lines: [], problems: [] } }, at: 1 })
  const failed = at('e', 1, { value: { state: 'not-read', why: '', next: '' }, at: 1 })
  const open = notReadYet([at('a', 1), at('b', 3), at('c', 0), read, failed])
  expect(open.map(({ cluster }) => cluster)).toEqual(['a', 'b', 'c', 'e'])
  expect(tokensFor(open)).toEqual({ least: 3, most: 5 })
})
