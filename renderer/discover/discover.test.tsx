// @vitest-environment happy-dom
import { act, cleanup, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { AwsAuthAt } from '../../shared/identity/aws-auth-answers'
import { nothingSwept } from '../../shared/identity/search-results'
import { type Looker, lookerId } from '../../shared/identity/sweep'
import { fail, fault } from '../../shared/result'
import { parseArrangement } from '../store/arrangement'
import type { FakeOptions } from '../testing/fake-bridge'
import { fakeClusters } from '../testing/fake-editing'
import { now } from '../testing/fleet'
import { heldPace } from '../testing/held-pace'
import { foundSweep, sweepsKnown } from '../testing/sweeps'
import { giveSize, openWindow } from '../testing/window'

beforeEach(giveSize)
let stop: () => void = () => undefined
afterEach(() => {
  cleanup()
  stop()
  vi.restoreAllMocks()
})

const prod = 'arn:aws:eks:eu-west-1:111122223333:cluster/prod'
const clusters = fakeClusters.slice(0, 1).map((one) => ({ ...one, arn: prod, name: 'prod' }))

/** The window with what was found. */
async function open(options: FakeOptions = {}) {
  const opened = await openWindow({ contexts: 2, sweeps: sweepsKnown, editing: { clusters }, ...options })
  stop = opened.stop
  await opened.user.click(screen.getByTitle('Discover'))
  const calls = (of: string) =>
    opened.bridge.calls.filter(({ name }) => name === of).map(({ input }) => input)
  return { ...opened, calls }
}
// By what the cells say of themselves: working out the names of all is most of what such a test costs.
const cell = (name: string) => {
  const found = [...document.querySelectorAll<HTMLElement>('[data-cell]')].find((one) =>
    one.getAttribute('aria-label')?.startsWith(name),
  )
  if (found === undefined) throw new Error(`no cell ${name}`)
  return found
}
const says = (name: string) => cell(name).getAttribute('aria-label')
const panel = () => within(screen.getByRole('complementary', { name: 'What was found, and what is added' }))

test('says what was found and how long ago, and tells what was seen from what is claimed', async () => {
  const { user } = await open()
  expect(
    await screen.findByRole('heading', { level: 1, name: '3 clusters found, 1 way in without a context' }),
  ).toBeTruthy()
  expect(screen.getByText(/^searched (just now|1 min ago) · nothing signs in by itself$/)).toBeTruthy()
  expect(says('Admin, prod')).toBe('Admin, prod: prod-admin works, seen as admin')
  expect(says('alice, prod')).toContain('may enter by its access entries')
  expect(says('alice, new')).toContain('its status is CREATING')
  await user.click(cell('Admin, prod'))
  expect(panel().getByText('Seen:')).toBeTruthy()
  cell('alice, prod').focus()
  expect(await panel().findByText('Claimed:')).toBeTruthy()
  // The head with the button that closes stands above what scrolls, never over its letters.
  const searched = panel().getByText('Searched 1 account, 2 regions')
  expect(searched.closest('header')?.contains(panel().getByRole('button', { name: 'Close' }))).toBe(true)
  await user.type(screen.getByRole('textbox', { name: 'Filter what was found' }), 'dev')
  expect(screen.queryByRole('columnheader', { name: 'prod' })).toBeNull()
})

test('what a cluster answered to an identity in a context of another one is seen, with that context, and before what is claimed', async () => {
  const alice = 'arn:aws:iam::111122223333:user/alice'
  const known = sweepsKnown()
  const [own] = known.contexts
  if (own === undefined) throw new Error('there is a context')
  const acting = { ...own, profile: 'lake', arn: alice, proven: alice, verdict: 'mismatch' } as const
  const dev = prod.replace('/prod', '/dev')
  const contexts = [
    { ...acting, id: 'a', name: 'lake-prod', username: 'alice', answered: 'let-in' } as const,
    { ...acting, id: 'b', name: 'lake-dev', username: null, answered: 'refused', arnOfCluster: dev } as const,
  ]
  const { user } = await open({ sweeps: () => ({ ...known, contexts }) })
  expect(says('alice, prod')).toBe(
    'alice, prod: let in as alice with the token of lake-prod; no context yet; no entry intends it',
  )
  expect(says('alice, dev')).toBe('alice, dev: refused (401) with the token of lake-dev')
  await user.click(screen.getByRole('button', { name: /^Not seen/ }))
  cell('alice, dev').focus()
  expect(await panel().findByText('Seen:')).toBeTruthy()
  expect(panel().getByRole('button', { name: 'Show 1 context' })).toBeTruthy()
})

test('a cluster of which AWS was asked on Clusters alone stands there, and is not said to be found', async () => {
  const swept = foundSweep()
  const clusters = swept.clusters.map((one, at) => (at === 0 ? { ...one, foundBy: [] } : one))
  await open({ sweeps: () => sweepsKnown({ swept: { ...swept, clusters } }) })
  expect(await screen.findByRole('heading', { level: 1, name: /^2 clusters found/ })).toBeTruthy()
  expect(screen.getByText(/^1 known by contexts alone · searched (just now|1 min ago) · /)).toBeTruthy()
  expect(screen.getByRole('columnheader', { name: clusters[0]?.name ?? '' })).toBeTruthy()
})

test('a cluster that no search has found says whether its region was searched, and that is searched on a click', async () => {
  const swept = foundSweep()
  const unfound = 'arn:aws:eks:us-east-1:111122223333:cluster/prod-us'
  const clusters = [
    ...swept.clusters,
    ...swept.clusters
      .slice(0, 1)
      .map((one) => ({ ...one, arn: unfound, name: 'prod-us', region: 'us-east-1', foundBy: [] })),
  ]
  let places: typeof swept.places = swept.places.filter(({ region }) => region !== 'us-east-1')
  const { user, calls } = await open({
    sweeps: () => sweepsKnown({ swept: { ...swept, clusters, places } }),
    editing: { clusters: [] },
  })
  await waitFor(() => cell('alice, prod-us'))
  await user.click(cell('alice, prod-us'))
  expect(
    await panel().findByText(
      /^us-east-1 was not searched in 1111 2222 3333: prod-us is known by contexts alone/,
    ),
  ).toBeTruthy()
  places = swept.places
  await user.click(panel().getByRole('button', { name: 'Search us-east-1' }))
  expect(calls('sweep.start')).toMatchObject([
    { sessions: ['corp'], regions: { kind: 'these', regions: ['us-east-1'] } },
  ])
  expect(
    await panel().findByText(/^us-east-1 was searched in 1111 2222 3333, and no identity found prod-us/),
  ).toBeTruthy()
})

test('the signs that are there are explained, and no others', async () => {
  const known = sweepsKnown()
  const [own] = known.contexts
  if (own === undefined) throw new Error('there is a context')
  let { contexts, swept } = known
  const { model } = await open({ sweeps: () => ({ ...known, contexts, swept }) })
  const legend = within(await screen.findByRole('list', { name: 'What the signs mean' }))
  const words = () => legend.getAllByRole('listitem').map(({ textContent }) => textContent)
  expect(words()).toEqual(['has a context that works', 'may enter, no context yet', 'named nowhere'])
  const dev = prod.replace('/prod', '/dev')
  contexts = [
    { ...own, id: 'a', profile: null, verdict: 'proven' },
    { ...own, id: 'b', verdict: 'no-access', arnOfCluster: dev },
  ]
  swept = { ...swept, access: [] }
  await act(() => model.sweeps.load())
  // What is not known is a ground, and no sign of its own in each cell.
  const unknown = document.querySelectorAll('[data-cell][data-unknown]')
  expect(unknown.length).toBeGreaterThan(0)
  expect([...unknown].every((one) => one.querySelector('[data-sign]') === null)).toBe(true)
  expect(words()).toContain('not asked, or not answered')
  expect(cell('Admin, prod').querySelector('[data-sign]')?.getAttribute('data-sign')).toBe('unintended')
  expect(says('Admin, prod')).toMatch(/works, seen as admin; no entry intends it$/)
  expect(words()).toContain('got in, though no entry intends it')
  const item = legend.getByText('has one that does not').closest('li')
  const verdicts = [...(item?.querySelectorAll('[data-sign]') ?? [])].map((one) =>
    one.getAttribute('data-verdict'),
  )
  expect(verdicts).toEqual(['no-access'])
})

test('an account of one cluster is named behind that, where there is room for its name', async () => {
  const swept = foundSweep()
  const [alone] = swept.clusters
  if (alone === undefined) throw new Error('nothing found')
  const arn = 'arn:aws:eks:eu-west-1:444455556666:cluster/vault'
  const clusters = [
    ...swept.clusters,
    { ...alone, name: 'vault', askedBy: { ...alone.askedBy, account: '444455556666' }, arn },
  ]
  const [first, ...others] = swept.places
  if (first === undefined) throw new Error('nothing searched')
  const places = [{ ...first, state: { kind: 'stopped' as const } }, ...others]
  await open({ sweeps: () => sweepsKnown({ swept: { ...swept, clusters, places } }) })
  const heads = await screen.findAllByRole('columnheader')
  // Nor is what was stopped half way called searched.
  expect(screen.getByText(/^stopped .+: not everything was searched · /)).toBeTruthy()
  expect(heads.at(-1)?.textContent).toBe('vault 4444 5555 6666')
  expect(heads.slice(1, -1).map(({ textContent }) => textContent)).not.toContain('prod 1111 2222 3333')
  const matrix = screen.getByRole('grid', { name: 'Identities and clusters' })
  const bands = [...matrix.querySelectorAll('[title="1111 2222 3333"], [title="4444 5555 6666"]')]
  expect(bands.map(({ textContent }) => textContent)).toEqual(['1111 2222 3333', ''])
})

test('of a thousand clusters those are drawn that can be seen, and the keyboard reaches all of them', async () => {
  const swept = foundSweep()
  const many = Array.from({ length: 1_000 }, (_, at) => {
    const name = `c${String(at).padStart(4, '0')}`
    return swept.clusters.slice(0, 1).map((one) => ({ ...one, name, arn: prod.replace('prod', name) }))
  }).flat()
  const { user } = await open({ sweeps: () => sweepsKnown({ swept: { ...swept, clusters: many } }) })
  await screen.findByRole('heading', { name: /^1,000 clusters found/ })
  const matrix = screen.getByRole('grid', { name: 'Identities and clusters' })
  expect(matrix.getAttribute('aria-colcount')).toBe('1001')
  expect(document.querySelectorAll('[data-cell]').length).toBeLessThan(500)
  cell('alice, c0000').focus()
  await user.keyboard('{End}')
  expect(document.activeElement?.getAttribute('aria-label')).toMatch(/^alice, c0999: /)
  expect(document.activeElement?.getAttribute('aria-colindex')).toBe('1001')
  await user.keyboard('{ArrowDown}{ArrowLeft}')
  expect(document.activeElement?.getAttribute('aria-label')).toMatch(/^Admin, c0998: /)
  expect(document.querySelectorAll('[data-cell]').length).toBeLessThan(500)
  await user.keyboard('{Home}')
  expect(document.activeElement?.getAttribute('aria-label')).toMatch(/^Admin, c0000: /)
  await user.keyboard('{Control>}{Home}{End}{/Control}')
  const cells = matrix.querySelectorAll('[data-cell]')
  expect(document.activeElement).toBe(cells.item(cells.length - 1))
  await user.keyboard('{Control>}{Home}{/Control}')
  expect(document.activeElement).toBe(matrix.querySelector('[data-cell]'))
  await user.keyboard('{Escape}')
  expect(screen.queryByRole('complementary')).toBeNull()
})

test('by the keyboard a cell is ticked, named, and becomes a pending context with a user of its own', async () => {
  const { user, pending, calls } = await open()
  await waitFor(() => cell('alice, prod'))
  cell('alice, prod').focus()
  await user.keyboard('{ArrowRight}{ArrowLeft}')
  expect(screen.queryByRole('complementary')).toBeNull()
  await user.click(screen.getByRole('button', { name: 'Tick all 1 that I may enter' }))
  expect(panel().getByRole('heading', { name: '1 context to add' })).toBeTruthy()
  cell('alice, prod').focus()
  await user.keyboard('  ')
  expect(document.activeElement).toBe(cell('alice, prod'))
  expect(cell('alice, prod').getAttribute('aria-selected')).toBe('true')
  expect(calls('sweep.describe')).toEqual([{ environment: 'login-shell', clusters: [prod] }])
  expect(await panel().findByText('3333-prod-euw1')).toBeTruthy()
  // Nothing is left to tick.
  expect(screen.queryByRole('button', { name: /^Tick all/ })).toBeNull()
  // One act leads.
  expect(document.querySelectorAll('button[class*="primary"]')).toHaveLength(1)
  await user.click(panel().getByRole('radio', { name: 'AWS_PROFILE' }))
  await user.type(panel().getByRole('textbox', { name: 'Namespace' }), 'web')
  await user.click(panel().getByRole('button', { name: 'Add 1 as pending change' }))
  expect(pending()).toMatchObject([
    {
      kind: 'add-context',
      name: '3333-prod-euw1',
      namespace: 'web',
      user: { profile: 'alice', pin: 'env', role: null },
    },
  ])
  await waitFor(() => expect(says('alice, prod')).toContain('3333-prod-euw1 is pending'))
  expect(panel().getByText(/; 3333-prod-euw1 is pending\. That is what is written there/)).toBeTruthy()
})

test('a permission set without a profile gets one together with its context, in one step', async () => {
  const looker = {
    kind: 'sso',
    session: 'corp',
    account: '111122223333',
    accountName: 'payments',
    permissionSet: 'Reader',
    profile: null,
  } as const
  const swept = foundSweep()
  const known = sweepsKnown({
    swept: { ...swept, lookers: [...swept.lookers, { id: 'reader', looker, state: null, at: 1 }] },
  })
  const { user, model, pending } = await open({ sweeps: () => known })
  await waitFor(() => cell('Reader, prod'))
  await user.click(cell('Reader, prod'))
  expect(await panel().findByText('With 1 new profile: payments-Reader')).toBeTruthy()
  await user.click(await panel().findByRole('button', { name: 'Add 1 as pending change' }))
  expect(pending()).toMatchObject([
    {
      edit: {
        kind: 'add-profile',
        profile: 'payments-Reader',
        settings: [{ value: 'corp' }, { value: looker.account }, { value: 'Reader' }, { value: 'eu-west-1' }],
      },
    },
    { name: 'payments-prod-euw1', user: { profile: 'payments-Reader', pin: 'arg' } },
  ])
  model.edits.undo()
  expect(pending()).toEqual([])
})

test('looks as chosen, shows what comes while it looks, and stops on a click', async () => {
  const places = foundSweep().places
  const held = heldPace()
  const { user, calls } = await open({
    sweeps: () => sweepsKnown({ swept: nothingSwept, contexts: [] }),
    pace: held.pace,
    sweep: [1, 2, 3].map((done) => ({
      done,
      expected: 3,
      changes: { ...foundSweep(), places: done === 1 ? [] : places },
    })),
  })
  await user.keyboard('{Control>}16{/Control}')
  const heading = await screen.findByRole('heading', { name: 'No search for clusters yet' })
  await waitFor(() => expect(document.activeElement).toBe(heading))
  await user.click(screen.getByRole('button', { name: 'Choose who searches, and where…' }))
  const dialog = within(await screen.findByRole('dialog', { name: 'Find clusters' }))
  await user.click(dialog.getByRole('checkbox', { name: 'All sessions' }))
  await user.click(dialog.getByRole('radio', { name: 'These' }))
  await user.type(dialog.getByRole('textbox', { name: /^Region names/ }), 'eu-west-1 us-east-1')
  await user.click(dialog.getByRole('button', { name: 'Find clusters' }))
  expect(calls('sweep.start')).toMatchObject([
    {
      sessions: [],
      role: null,
      regions: { kind: 'these', regions: ['eu-west-1', 'us-east-1'] },
      access: true,
    },
  ])
  held.next()
  expect(await screen.findByRole('heading', { name: '3 clusters found so far' })).toBeTruthy()
  await user.click(screen.getByRole('button', { name: 'Stop' }))
  expect(calls('run.cancel')).toHaveLength(1)
  held.end()
  expect(await screen.findByText('Stopped: what was found until then is kept.')).toBeTruthy()
})

test('what was not seen says why, is looked at again there alone, and signing in is offered where it is needed', async () => {
  const { user, calls } = await open()
  await screen.findByRole('heading', { name: /^3 clusters found/ })
  // The panel opens with the first tick, or when it is asked for.
  expect(screen.queryByRole('complementary')).toBeNull()
  await user.click(screen.getByRole('button', { name: 'Not seen: 3' }))
  const denied = panel().getByText('AWS denied it in us-east-1.').closest('li')
  if (denied === null) throw new Error('no problem')
  // One stop of Tab for all squares, and the arrows lead from one to the next.
  const squares = panel().getAllByRole('button', { name: /^.* (eu-west-1|us-east-1): / })
  expect(squares.map(({ tabIndex }) => tabIndex)).toEqual([0, -1])
  squares[0]?.focus()
  await user.keyboard('{ArrowRight}{Enter}')
  expect(document.activeElement).toBe(squares[1])
  expect(panel().getByText(/us-east-1: denied/)).toBeTruthy()
  await user.click(within(denied).getByRole('button', { name: /^Search again: /, hidden: true }))
  expect(calls('sweep.start')).toMatchObject([
    { lookers: [{ profile: 'pay' }], regions: { kind: 'these', regions: ['us-east-1'] } },
  ])
  await user.click(screen.getByRole('button', { name: 'Sign in…' }))
  expect(calls('signIn.start')).toMatchObject([{ of: { kind: 'session', name: 'corp' } }])
})

test('a region that refuses thirty identities is one line, with their names on demand', async () => {
  const swept = foundSweep()
  const thirty = Array.from({ length: 30 }, (_, at) => {
    const looker: Looker = { kind: 'profile', profile: `team${at}`, role: null }
    return { id: lookerId(looker), looker, state: null, at: now }
  })
  const denied = ({ id, looker }: (typeof thirty)[number]) => ({
    looker: id,
    region: 'ap-south-1',
    state: {
      kind: 'denied' as const,
      clusters: 0,
      fault: fault('aws', `AWS denied it to profile ${looker.profile} in ap-south-1.`, 'Ask.'),
    },
    at: now,
  })
  const more = { lookers: [...swept.lookers, ...thirty], places: [...swept.places, ...thirty.map(denied)] }
  const { user } = await open({ sweeps: () => sweepsKnown({ swept: { ...swept, ...more } }) })
  await user.click(await screen.findByRole('button', { name: 'Not seen: 4' }))
  expect(panel().getByText('Not seen').textContent).toBe('Not seen4')
  const line = panel().getByText('AWS denied it to 30 identities in ap-south-1.').closest('li')
  if (line === null) throw new Error('no problem')
  await user.click(within(line).getByText('team0, team1 and 28 more'))
  const names = within(line).getByRole('list', { name: 'All 30 of whom it is', hidden: true })
  expect(within(names).getAllByRole('listitem', { hidden: true }).at(-1)?.textContent).toBe('team29')
})

test('a region or a profile is left out on a click, is remembered and not looked at, and comes back', async () => {
  const { user, calls, model } = await open()
  await user.click(await screen.findByRole('button', { name: /^Not seen/ }))
  await user.click(panel().getByRole('button', { name: /us-east-1: denied$/ }))
  await user.click(
    panel().getAllByRole('button', { name: 'Leave us-east-1 out' })[0] ?? panel().getByText('none'),
  )
  expect(panel().getByText('Searched 1 account, 1 region')).toBeTruthy()
  expect(screen.queryByText('AWS denied it in us-east-1.')).toBeNull()
  await user.click(cell('Admin, prod'))
  await user.click(panel().getByRole('button', { name: 'Leave Admin out' }))
  await waitFor(() => expect(document.querySelector('[data-cell][aria-label^="Admin"]')).toBeNull())
  expect(model.state.getState().view.looking.without).toEqual({ profiles: ['pay'], regions: ['us-east-1'] })
  // That of the toolbar.
  await user.click(screen.getAllByRole('button', { name: /^Search again/ })[0] ?? document.body)
  const asked = calls('sweep.start')[0]
  expect(asked).toMatchObject({ without: ['us-east-1'] })
  expect(JSON.stringify(asked)).not.toContain('"pay"')
  await user.click(await panel().findByRole('button', { name: 'Search as pay again' }))
  await user.click(panel().getByRole('button', { name: 'Search us-east-1 again' }))
  expect(says('Admin, prod')).toContain('prod-admin works')
  expect(panel().queryByText('Left out')).toBeNull()
})

test('aws-auth stands in the clusters: how many tokens asking takes is said, and what comes fills the cells', async () => {
  const swept = foundSweep()
  const arn = (name: string) => `arn:aws:eks:eu-west-1:111122223333:cluster/${name}`
  const both = swept.clusters.map((one) => ({ ...one, authenticationMode: 'API_AND_CONFIG_MAP' }))
  const context = { kind: 'context', id: 'c', name: 'prod-admin' } as const
  const own = { kind: 'identity', id: '0123456789abcdef', name: 'Admin' } as const
  const prodAt: AwsAuthAt = { cluster: prod, by: [context, own], read: null }
  const line = { list: 'mapUsers', place: 1, username: 'alice', groups: [], problem: null } as const
  const lines = [{ ...line, subject: 'arn:aws:iam::111122223333:user/alice' }]
  const dev: AwsAuthAt = { cluster: arn('dev'), by: [own], read: null }
  let read: readonly AwsAuthAt[] = [prodAt, dev, { cluster: arn('new'), by: [], read: null }]
  const done: AwsAuthAt = {
    ...dev,
    read: { at: 1, value: { state: 'read', value: { lines, problems: [] } } },
  }
  const { user, calls } = await open({
    sweeps: () => sweepsKnown({ swept: { ...swept, clusters: both } }),
    awsAuths: () => read,
    readAwsAuths: [done],
  })
  await screen.findByText('aws-auth of 3 clusters is not read yet.', { exact: false })
  expect(says('alice, dev')).toContain('not known: aws-auth is kept in the cluster, which was not asked.')
  expect(screen.getByText(/2 tokens, up to 3 where clusters refuse$/)).toBeTruthy()
  expect(calls('clusters.readAwsAuth')).toEqual([])
  const refused = { at: 1, value: { state: 'not-read', why: 'No answer.', next: 'Try again.' } } as const
  read = [{ ...prodAt, read: refused }, done]
  await user.click(screen.getByRole('button', { name: 'Ask 2 clusters' }))
  expect(calls('clusters.readAwsAuth')).toMatchObject([{ clusters: [prod, arn('dev')] }])
  await waitFor(() => expect(says('alice, dev')).toContain('may enter by its aws-auth, as alice'))
  expect(await screen.findByText('Read aws-auth of 1 of 2 clusters')).toBeTruthy()
  // Which was asked is not said to be open.
  expect(screen.getByText(/^1 cluster was asked for aws-auth and did not give it\./)).toBeTruthy()
  expect(screen.getByRole('button', { name: 'Ask 1 cluster again' })).toBeTruthy()
  // What is filtered away is not asked.
  await user.type(screen.getByRole('textbox', { name: 'Filter what was found' }), 'dev')
  expect(screen.queryByText(/is not read yet|did not give it/)).toBeNull()
})

test('says that there is nobody to look as, and why nothing can be known', async () => {
  await open({
    sweeps: () => sweepsKnown({ swept: nothingSwept, candidates: [], sessions: [], contexts: [] }),
  })
  expect(await screen.findByRole('heading', { name: 'No identity to search as' })).toBeTruthy()
  cleanup()
  stop()
  await open({ refuse: { 'sweep.load': fail(fault('internal', 'It went wrong.', 'Try again.')) } })
  expect((await screen.findByRole('alert')).textContent).toContain('It went wrong. Try again.')
})

test('the regions that accounts have enabled are a choice that is remembered; what accounts said and did not say stands there', async () => {
  const account = '111122223333'
  const no = { state: 'not-read', why: 'AWS denied ListRegions.', next: 'Ask an administrator.' } as const
  const swept = {
    ...foundSweep(),
    aliases: [{ account, alias: { state: 'read', value: 'tidepool' } as const, at: 1 }],
    enabled: [
      { account, regions: { state: 'read', value: ['eu-west-1', 'us-east-1'] } as const, at: Date.now() },
      { account: '444455556666', regions: no, at: 1 },
    ],
  }
  const { user, calls, model } = await open({ sweeps: () => sweepsKnown({ swept }) })
  await user.click(await screen.findByRole('button', { name: /^Not seen/ }))
  expect(panel().getByRole('button', { name: 'tidepool eu-west-1: 3 clusters' })).toBeTruthy()
  await user.click(panel().getByText('Not said by accounts'))
  expect(
    panel().getByText('Which regions are enabled: 4444 5555 6666. All regions were searched instead.'),
  ).toBeTruthy()
  await user.click(screen.getByRole('button', { name: 'Own regions' }))
  const dialog = within(await screen.findByRole('dialog', { name: 'Find clusters' }))
  // What was asked for: where, and not who.
  await waitFor(() =>
    expect(document.activeElement).toBe(dialog.getByRole('radio', { name: 'The region of each profile' })),
  )
  expect(dialog.getByText(/^Asks each account once .*1 account said so .*: 2 regions\.$/)).toBeTruthy()
  expect(dialog.getByText(/iam:ListAccountAliases/)).toBeTruthy()
  await user.click(dialog.getByRole('radio', { name: /^Those that each account has enabled/ }))
  await user.click(dialog.getByRole('button', { name: 'Find clusters' }))
  expect(await screen.findByRole('button', { name: 'Enabled regions' })).toBeTruthy()
  expect(calls('sweep.start')).toMatchObject([{ regions: { kind: 'enabled' }, aliases: true }])
  const kept = parseArrangement(JSON.stringify(model.state.getState().view))
  expect(kept.looking.regions).toEqual({ kind: 'enabled' })
})
