import { expect, test } from 'vitest'
import type { Entrance } from '../../shared/identity/access'
import type { SeenThere } from '../../shared/identity/who-may-enter'
import { whoMayEnter } from '../testing/clusters'
import { now } from '../testing/fleet'
import { askedBy, contradicted, mineInOrder } from './cluster-access'

const saw = (identity: string, username: string | null, at = now): SeenThere => ({
  identity,
  at,
  username,
  groups: [],
  everything: false,
  refused: username === null,
  problem: null,
})

test('those that were seen inside come first, then those that are claimed; the others are named apart', () => {
  const { first, notNamed, open } = mineInOrder({ ...whoMayEnter(), seen: [saw('readonly', 'viewer')] }, [])
  expect(first.map(({ who, seen }) => [who.name, seen?.username ?? null])).toEqual([
    ['ReadOnly', 'viewer'],
    ['Admin', null],
    ['carol', null],
  ])
  expect(notNamed.map(({ name }) => name)).toEqual(['Hub'])
  expect(open.map(({ name }) => name)).toEqual(['batch'])
})

test('of what a context found out and what was asked by a click the later counts', () => {
  const of = (clicked: number, checked: number) =>
    mineInOrder({ ...whoMayEnter(), seen: [saw('admin', 'clicked', clicked)] }, [
      saw('admin', 'checked', checked),
    ]).first[0]?.seen?.username
  expect(of(now, now - 1)).toBe('clicked')
  expect(of(now - 1, now)).toBe('checked')
})

test('what is claimed and what was seen contradict each other only where the cluster itself refuses', () => {
  const enters: Entrance = {
    kind: 'enters',
    from: 'access-entry',
    principal: 'x',
    others: [],
    username: null,
    groups: [],
    policies: [],
    doubt: null,
  }
  expect(contradicted(enters, saw('a', null))).toBe(true)
  expect(contradicted(enters, saw('a', 'a'))).toBe(false)
  expect(contradicted(enters, { ...saw('a', null), refused: false })).toBe(false)
  expect(contradicted({ kind: 'not-named' }, saw('a', null))).toBe(false)
})

test('it is asked by whoever is known to get in, and by no context where there is none', () => {
  const contexts = ['a', 'b'].map((id) => ({ id, name: id, verdict: null }))
  expect(askedBy(contexts, () => undefined)).toBe('a')
  expect(askedBy([], () => undefined)).toBeNull()
})
