// @vitest-environment happy-dom
import { cleanup, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { modelOfSnapshot } from '../../shared/edits/snapshot'
import { full } from '../../shared/testing/counts'
import { fakeClusters } from '../testing/fake-editing'
import { makeFleet } from '../testing/fleet'
import { giveSize, openWindow } from '../testing/window'
import { type AddWish, plannedContexts } from './planned-contexts'

beforeEach(giveSize)
let stop: () => void = () => undefined
afterEach(() => {
  cleanup()
  stop()
  vi.restoreAllMocks()
})

const { snapshot } = makeFleet(24)
const files = modelOfSnapshot(snapshot)
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
  accountNames: new Map(),
  namespace: '',
  proxyUrl: '',
  tunnels: false,
  file: '',
}

test('a context acts as whoever looked, with a user of its own, pinned by --profile', () => {
  const { edits, names } = plannedContexts(wish, files)
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

test('the cluster’s own service role is refused, with the reason and what to do', () => {
  const service = checkout?.serviceRole ?? ''
  for (const change of [{ actsAs: 'role', role: service } as const, { caller: service }]) {
    const { edits, problem } = plannedContexts({ ...wish, ...change }, files)
    expect(edits).toEqual([])
    expect(problem).toMatch(/is the service role of cluster checkout.*Choose a role/)
  }
})

test('a cluster entry of the same ARN that is as AWS says is used again; an old one is refreshed first', () => {
  const there = snapshot.clusters.find(({ name }) => name.endsWith('cluster/prod-eu'))
  if (!there || !checkout) throw new Error('the fleet lost prod-eu')
  const found = { ...checkout, arn: there.name, name: 'prod-eu', endpoint: there.server }
  const plan = (cluster: typeof found) => plannedContexts({ ...wish, clusters: [cluster] }, files)
  const reuse = { kind: 'add-context', cluster: { kind: 'reuse', cluster: there.id } }
  expect(plan({ ...found, sameAuthority: [there.id] })).toMatchObject({ edits: [reuse], notes: [] })
  const moved = 'https://new.gr7.eu-west-1.eks.amazonaws.com'
  const old = plan({ ...found, endpoint: moved, sameAuthority: [there.id] })
  expect(old).toMatchObject({
    edits: [{ kind: 'refresh-cluster', cluster: there.id, server: moved }, reuse],
    notes: [expect.stringContaining('is out of date')],
  })
})

test('whoever acts is still to be typed: then nothing is wrong yet', () => {
  expect(plannedContexts({ ...wish, actsAs: 'role', role: ' ' }, files)).toMatchObject({
    edits: [],
    problem: null,
  })
  expect(plannedContexts({ ...wish, actsAs: 'role', role: 'Admin' }, files).problem).toContain('not a role')
})

test('who looks is shown before anything else, clusters that are not ready say why, and the new row is gone to', async () => {
  const [, ledger] = fakeClusters
  if (!checkout || !ledger) throw new Error('the clusters are gone')
  const known = { ...checkout, arn: `${checkout.arn}-2`, name: 'known', contexts: ['prod-admin'] }
  const opened = await openWindow({ editing: { clusters: [checkout, ledger, known] } })
  stop = opened.stop
  const { user, pending, row, model } = opened
  model.setFilter('stage')
  await user.click(screen.getByRole('button', { name: 'Add' }))
  const dialog = await screen.findByRole('dialog', { name: 'Add contexts from EKS' })
  expect(await within(dialog).findByText(/account 111122223333/)).toBeTruthy()
  await user.click(within(dialog).getByRole('button', { name: 'Find clusters' }))
  expect(await within(dialog).findByText('3 clusters in 1 region')).toBeTruthy()
  const creating = within(dialog).getByRole('checkbox', { name: /ledger/ })
  expect(creating.hasAttribute('disabled')).toBe(true)
  expect(within(dialog).getByText('The cluster is being created')).toBeTruthy()
  // What the files have already can be put out of sight, and is not chosen with all then.
  await user.click(within(dialog).getByRole('checkbox', { name: 'Hide 1 that is in your files' }))
  expect(within(dialog).queryByRole('checkbox', { name: /known/ })).toBeNull()
  await user.click(within(dialog).getByRole('checkbox', { name: /checkout/ }))
  // The names are beside the template that makes them.
  const name = '3333-checkout-euw1'
  expect(within(dialog).getByText(`Called ${name}`)).toBeTruthy()
  expect(within(dialog).getByText('what follows the last / or :')).toBeTruthy()
  await user.click(within(dialog).getByRole('button', { name: 'Add 1 context' }))
  expect(pending()).toMatchObject([{ kind: 'add-context', name }])
  await waitFor(() => expect(row(name).pending?.kind).toBe('added'))
  await waitFor(() => expect(model.state.getState().cursor?.item).toBe(row(name).id))
  expect(model.state.getState()).toMatchObject({ filter: '', selected: new Set([row(name).id]) })
  expect(screen.getByText('The filter is cleared to show the new contexts.')).toBeTruthy()
})

test.skipIf(!full)('all regions of the partition are taken by one click', async () => {
  const opened = await openWindow()
  stop = opened.stop
  const { user, bridge } = opened
  await user.click(screen.getByRole('button', { name: 'Add' }))
  const dialog = await screen.findByRole('dialog', { name: 'Add contexts from EKS' })
  await user.type(within(dialog).getByRole('combobox', { name: 'Search as' }), 'pay')
  await within(dialog).findByText(/assumed-role\/pay/)
  await user.click(within(dialog).getByRole('button', { name: /^All \d+ regions$/ }))
  expect(within(dialog).queryByRole('button', { name: /^All \d+ regions$/ })).toBeNull()
  await user.click(within(dialog).getByRole('button', { name: 'Find clusters' }))
  await waitFor(() => expect(bridge.calls.some(({ name }) => name === 'aws.discover')).toBe(true))
  const asked = bridge.calls.find(({ name }) => name === 'aws.discover')?.input
  expect(JSON.stringify(asked)).not.toContain('cn-')
})
