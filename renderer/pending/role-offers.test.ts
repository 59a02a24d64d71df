import { expect, test } from 'vitest'
import { fleetRows } from '../testing/rows'
import { narrowed, nextOffer, offerGroups } from './offers'
import { recentRolesAfter, roleOffers } from './role-offers'

const arn = (account: string, name: string, partition = 'aws') =>
  `arn:${partition}:iam::${account}:role/${name}`
const own = arn('111122223333', 'team/Admin')
const other = arn('444455556666', 'Developer')
const china = arn('505050505050', 'CnOps', 'aws-cn')
const inputs = {
  choices: { profiles: [], roles: [china, other, own, 'not an ARN'], regions: [] },
  rows: [],
  accountNames: new Map([
    ['111122223333', 'payments-prod'],
    ['444455556666', 'sandbox'],
  ]),
  recentRoles: [],
  account: '111122223333',
  partition: 'aws',
}

test('roles stand under their accounts by name, the cluster’s own first, and those of another partition cannot be chosen', () => {
  expect(
    offerGroups(roleOffers(inputs)).map(({ name, offers }) => [name, offers.map(({ label }) => label)]),
  ).toEqual([
    ['payments-prod · 1111 2222 3333 · this cluster’s account', ['Admin']],
    ['sandbox · 4444 5555 6666', ['Developer']],
    ['Not in an account', ['not an ARN']],
    ['5050 5050 5050', ['CnOps']],
  ])
  const offers = roleOffers(inputs)
  expect(offers.map(({ barred }) => barred !== undefined)).toEqual([false, false, false, true])
  expect(offers[0]?.value).toBe(own)
  expect(roleOffers({ ...inputs, partition: null }).some(({ barred }) => barred !== undefined)).toBe(false)
})

test('what was chosen lately comes before all, once, with its account', () => {
  const [first, ...rest] = roleOffers({ ...inputs, recentRoles: [other, china] })
  expect(first).toMatchObject({ value: other, group: 'Chosen recently', hint: 'sandbox' })
  expect(rest.map(({ value }) => value)).not.toContain(other)
  expect(rest.at(-1)?.value).toBe(china)
})

test('how many contexts use a role is said, and the most used comes first', () => {
  const rows = fleetRows()
  const used = rows.flatMap(({ role }) => role ?? [])
  const offers = roleOffers({ ...inputs, rows })
  expect(used.length).toBeGreaterThan(0)
  for (const role of used) expect(offers.find(({ value }) => value === role)?.hint).toMatch(/^\d+ contexts?$/)
})

test('typing finds a role by its name, its ARN or its account, and the arrows pass what is barred', () => {
  const offers = roleOffers(inputs)
  const found = (typed: string) => narrowed(offers, typed).map(({ value }) => value)
  expect(found('adm')).toEqual([own])
  expect(found('role/Dev')).toEqual([other])
  expect(found('sandbox')).toEqual([other])
  expect(found('payments')).toEqual([own])
  expect(found('5050')).toEqual([china])
  expect([
    nextOffer(offers, -1, 1),
    nextOffer(offers, 2, 1),
    nextOffer(offers, -1, -1),
    nextOffer(offers, 0, -1),
  ]).toEqual([0, 0, 2, 2])
  expect(nextOffer(narrowed(offers, '5050'), -1, 1)).toBe(-1)
})

test('roles of edits are remembered, the last one first, each once', () => {
  const set = (role: string | null) => ({ kind: 'set-role', context: 'c', role, scope: 'split' }) as const
  expect(recentRolesAfter([], [set(own), set(other), set(null)])).toEqual([other, own])
  expect(recentRolesAfter([other, own], [set(own)])).toEqual([own, other])
  expect(recentRolesAfter([own], [set(null)])).toEqual([own])
})
