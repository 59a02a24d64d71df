import { expect, test } from 'vitest'
import type { Candidate, Looker } from '../../shared/identity/sweep'
import { foundSweep, sweepsKnown } from '../testing/sweeps'
import { cellId, type MatrixInputs, matchingParts, matrixOf, placesOf, unseenOf } from './sweep-matrix'

const nobody = { arn: null, account: null, permissionSet: null, session: null, called: 'as-before' } as const
const known = sweepsKnown()
const matrix = (change: Partial<Omit<MatrixInputs, 'owners'>> = {}) =>
  matrixOf({ ...known, awsAuths: new Map(), ...change, owners: new Map() })
const lineOf = (name: string, of = matrix()) => {
  const line = of.groups.flatMap(({ lines }) => lines).find(({ who }) => who.label === name)
  if (line === undefined) throw new Error(`no line ${name}`)
  return line
}
const way = (name: string, cluster: string, of = matrix()) =>
  of.ways.get(cellId(lineOf(name, of).id, `arn:aws:eks:eu-west-1:111122223333:cluster/${cluster}`))

test('one person is one line, by however many profiles; contexts are made by the one that is for just her', () => {
  const { groups } = matrix()
  expect(
    groups.map(({ session, lines }) => [session, lines.map(({ who, state }) => `${who.label} ${state}`)]),
  ).toEqual([
    [null, ['alice looks', 'Admin looks']],
    ['corp', ['Analyst sign-in-needed']],
  ])
  expect(lineOf('alice').lookers.map(({ looker }) => looker.profile)).toEqual(['alice', 'default'])
})

test('what was seen comes before what entries claim, and the ways in without a context are counted', () => {
  expect(way('Admin', 'prod')).toMatchObject({ kind: 'works', contexts: ['prod-admin'] })
  expect(way('alice', 'prod')).toMatchObject({ kind: 'may' })
  expect(way('Admin', 'dev')).toMatchObject({ kind: 'may-not' })
  // As files say it, who could not look: nobody has proven that.
  expect(way('Analyst', 'prod')).toMatchObject({ kind: 'may-not' })
  expect(matrix().open).toBe(1)
})

test('whoever is gone from the files is gone, and whoever cannot look has a line only for a context', () => {
  const gone = matrix({ candidates: known.candidates.filter(({ looker }) => looker.profile !== 'pay') })
  expect(gone.groups.flatMap(({ lines }) => lines.map(({ who }) => who.label))).toEqual(['alice', 'Analyst'])
})

test('words look for identities or clusters, and leave the others whole', () => {
  const names = (words: string) => {
    const { groups, accounts } = matchingParts(matrix(), words, () => 'payments')
    return [
      groups.flatMap(({ lines }) => lines.map(({ who }) => who.label)),
      accounts.flatMap(({ columns }) => columns.map(({ cluster }) => cluster.name)),
    ]
  }
  expect(names('alice')).toEqual([['alice'], ['prod', 'dev', 'new']])
  expect(names('dev')).toEqual([['alice', 'Admin', 'Analyst'], ['dev']])
  expect(names('nobody')).toEqual([[], []])
})

test('accounts by regions: what was found before what was not, and why not is said once', () => {
  const places = placesOf(foundSweep(), () => '111122223333')
  expect(places.regions).toEqual(['eu-west-1', 'us-east-1'])
  expect(places.accounts).toMatchObject([
    { account: '111122223333', squares: [{ kind: 'clusters', clusters: 3 }, { kind: 'denied' }] },
  ])
  const unseen = unseenOf(foundSweep())
  expect(unseen.map(({ fault, code }) => [fault.message, code])).toEqual([
    ['Nobody is signed in to corp.', 'sign-in-needed'],
    ['The key is not known.', 'aws'],
    ['AWS denied it in us-east-1.', 'denied'],
  ])
  expect(unseen[2]).toMatchObject({ where: ['pay'], regions: ['us-east-1'] })
})

test('contexts of a permission set are made by its profile, once there is one', () => {
  const looker: Looker = {
    kind: 'sso',
    session: 'corp',
    account: '111122223333',
    accountName: 'Pay ments',
    permissionSet: 'Reader',
    profile: null,
  }
  const written: Candidate = {
    looker: { kind: 'profile', profile: 'reader', role: null },
    ...nobody,
    account: '111122223333',
    permissionSet: 'Reader',
    session: 'corp',
    called: 'as-before',
  }
  const swept = foundSweep()
  const made = matrix({
    candidates: [...known.candidates, written],
    swept: { ...swept, lookers: [...swept.lookers, { id: 'reader', looker, state: null, at: 1 }] },
  })
  expect(lineOf('Reader', made).lookers[0]?.looker.profile).toBe('reader')
})

test('who takes a role on top of a profile is somebody else than the profile', () => {
  const looker: Looker = { kind: 'profile', profile: 'alice', role: 'arn:aws:iam::111122223333:role/Ops' }
  const swept = foundSweep()
  const onTop: Candidate = {
    looker,
    arn: null,
    account: null,
    permissionSet: null,
    session: null,
    called: 'as-before',
  }
  const made = matrix({
    swept: {
      ...swept,
      lookers: [{ id: 'ops', looker: onTop.looker, state: null, at: 1 }, ...swept.lookers],
    },
  })
  expect(lineOf('Ops', made).lookers).toHaveLength(1)
})
