// @vitest-environment happy-dom
import { cleanup, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { fakeClusters } from '../testing/fake-editing'
import { makeFleet } from '../testing/fleet'
import { giveSize, openWindow } from '../testing/window'
import { type AddWish, addPlan } from './plan'

vi.setConfig({ testTimeout: 30_000 })
beforeEach(giveSize)
let stop: () => void = () => undefined
afterEach(() => {
  cleanup()
  stop()
  vi.restoreAllMocks()
})

const { snapshot } = makeFleet(24)
const [checkout] = fakeClusters
const wish: AddWish = {
  clusters: checkout ? [checkout] : [],
  identity: { profile: 'pay', role: null },
  caller: 'arn:aws:iam::111122223333:role/Admin',
  actsAs: 'same',
  profile: '',
  role: '',
  pin: 'arg',
  template: '{cluster}-{role|lower}',
  namespace: '',
  proxyUrl: '',
  file: '',
}

test('a context acts as whoever looked, with a user of its own, pinned by --profile', () => {
  const { edits, names } = addPlan(wish, snapshot)
  expect(names).toEqual([{ name: 'checkout-admin', collided: false }])
  expect(edits).toMatchObject([
    {
      kind: 'add-context',
      name: 'checkout-admin',
      use: false,
      cluster: { kind: 'new', name: checkout?.arn, server: checkout?.endpoint },
      user: { name: null, role: null, profile: 'pay', pin: 'arg', cluster: { name: 'checkout' } },
    },
  ])
})

test('the cluster’s own service role is refused, with the reason', () => {
  const { edits, problem } = addPlan({ ...wish, actsAs: 'role', role: checkout?.serviceRole ?? '' }, snapshot)
  expect(edits).toEqual([])
  expect(problem).toContain('itself runs with')
})

test('a cluster entry of the same ARN is used again, unless it would go through another proxy', () => {
  const there = snapshot.clusters.find(({ name }) => name.endsWith('cluster/prod-eu'))
  if (!there || !checkout) throw new Error('the fleet lost prod-eu')
  const known = { ...wish, clusters: [{ ...checkout, arn: there.name, name: 'prod-eu' }] }
  expect(addPlan(known, snapshot).edits).toMatchObject([{ cluster: { kind: 'reuse', cluster: there.id } }])
  expect(addPlan({ ...known, proxyUrl: 'http://proxy:3128' }, snapshot).edits).toMatchObject([
    { cluster: { kind: 'new', name: 'prod-eu-admin', proxyUrl: 'http://proxy:3128' } },
  ])
})

test('who looks is shown before anything else, and clusters that are not ready say why', async () => {
  const opened = await openWindow()
  stop = opened.stop
  const { user, pending, row } = opened
  await user.click(screen.getByRole('button', { name: 'Add' }))
  const dialog = await screen.findByRole('dialog', { name: 'Add contexts from EKS' })
  expect(await within(dialog).findByText(/account 111122223333/)).toBeTruthy()
  await user.click(within(dialog).getByRole('button', { name: 'Look for clusters' }))
  expect(await within(dialog).findByText('2 clusters in 1 region')).toBeTruthy()
  const creating = within(dialog).getByRole('checkbox', { name: /ledger/ })
  expect(creating.hasAttribute('disabled')).toBe(true)
  expect(within(dialog).getByText('The cluster is being created')).toBeTruthy()
  await user.click(within(dialog).getByRole('checkbox', { name: /checkout/ }))
  await user.click(within(dialog).getByRole('button', { name: 'Add 1 context' }))
  expect(pending()).toMatchObject([{ kind: 'add-context', name: 'checkout' }])
  await waitFor(() => expect(row('checkout').pending?.kind).toBe('added'))
})
