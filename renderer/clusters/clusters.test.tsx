// @vitest-environment happy-dom
import { act, cleanup, screen, waitFor, within } from '@testing-library/react'
import * as v from 'valibot'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { migrationOf } from '../../shared/identity/migration'
import { fail, fault } from '../../shared/result'
import { full } from '../../shared/testing/counts'
import { auditOf } from '../testing/audit'
import { knownCluster, knownClusters, nobodyAsked, whoMayEnter } from '../testing/clusters'
import type { FakeOptions } from '../testing/fake-bridge'
import { now } from '../testing/fleet'
import { heldPace } from '../testing/held-pace'
import { giveSize, openWindow } from '../testing/window'

beforeEach(giveSize)
let stop: () => void = () => undefined
afterEach(() => {
  cleanup()
  stop()
  vi.restoreAllMocks()
})

/** The window with the clusters, of which prod-eu has the first context. */
async function open(options: FakeOptions = {}) {
  let first = { id: '', name: '' }
  const clusters = () => knownClusters([{ ...first, verdict: null }])
  const opened = await openWindow({ contexts: 2, clusters, ...options })
  stop = opened.stop
  const [row] = opened.model.rows.all()
  first = { id: row?.id ?? '', name: row?.name ?? '' }
  await opened.user.click(screen.getByTitle('Clusters'))
  const calls = (of: string) =>
    opened.bridge.calls.filter(({ name }) => name === of).map(({ input }) => input)
  return { ...opened, calls, first }
}

const drawn = () => [...document.querySelectorAll<HTMLElement>('[role="row"][data-line]')]
const rows = () => drawn().map(({ dataset }) => dataset.line?.split('/').at(-1))
const line = (name: string) => {
  const row = drawn().find(({ dataset }) => dataset.line?.endsWith(name))
  if (row === undefined) throw new Error(`no line ${name}`)
  return row
}
const list = () => waitFor(() => expect(drawn()).not.toEqual([]))
const detail = () => within(screen.getByRole('complementary', { name: 'About the cluster' }))

test('the panel begins with the harm in its contexts, before what AWS says of the cluster', async () => {
  const cluster = String(knownClusters()[0]?.id)
  const { user } = await open({ audit: () => auditOf([{ id: 'a', name: 'a' }], cluster) })
  await list()
  await user.click(line('prod-eu'))
  await waitFor(() =>
    expect(
      detail()
        .getAllByRole('heading', { level: 3 })
        .map(({ textContent }) => textContent)[0],
    ).toBe('1 of 2 contexts acts as carol, not as the identity that it names'),
  )
  await user.click(line('ledger'))
  await waitFor(() => expect(detail().queryByText(/acts as carol/)).toBeNull())
})

test('whoever the cluster let in stands above its lists where none of them names it, and counts with them', async () => {
  const hub = { ...{ identity: 'hub', at: now, username: 'hub:alice', groups: [] }, problem: null }
  const seen = [{ ...hub, everything: true, refused: false }]
  const { user } = await open({ access: () => whoMayEnter({ seen }) })
  await list()
  await user.click(line('prod-eu'))
  const there = await detail().findByRole('list', { name: 'Seen to enter' })
  expect(
    within(there)
      .getAllByRole('listitem')
      .map(({ textContent }) => textContent),
  ).toEqual([expect.stringMatching(/^Hub.*hub:alice/)])
  expect(detail().getByRole('tab', { name: 'Who may enter 5' })).toBeTruthy()
})

test('from the panel to its contexts the keyboard comes to the first that is shown', async () => {
  const { user, first } = await open()
  await list()
  line('prod-eu').focus()
  await user.keyboard('{Enter}')
  detail().getByRole('button', { name: 'Show contexts' }).focus()
  await user.keyboard('{Enter}')
  const grid = await screen.findByRole('grid', { name: /contexts/i })
  for (let frames = 0; frames < 2; frames += 1) await new Promise(requestAnimationFrame)
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(grid.contains(document.activeElement)).toBe(true)
  expect(document.activeElement?.closest<HTMLElement>('[role="row"]')?.dataset.item).toBe(first.id)
})

test.skipIf(!full)(
  'says what stands how, filters by it, walks by keyboard, and shows one with its one fix',
  async () => {
    const { user, calls, model } = await open()
    await list()
    expect(screen.getByRole('heading', { level: 1, name: '4 clusters, 1 lets you in' })).toBeTruthy()
    expect(calls('clusters.load')).toEqual([{ environment: 'login-shell' }])
    expect(rows()).toEqual([
      'account 111122223333',
      'ledger',
      'prod-eu',
      'account 444455556666',
      'edge',
      'old',
    ])
    expect(line('prod-eu').textContent).toMatch(/euw1.*1\.31.*public · 61 ms.*entries, then aws-auth/)
    expect(line('ledger').textContent).toContain('recreated')
    await user.click(screen.getByRole('button', { name: /1 gone/ }))
    expect(rows()).toEqual(['account 444455556666', 'old'])
    await user.click(screen.getByRole('button', { name: /1 gone/ }))
    line('account 111122223333').focus()
    await user.keyboard('{ArrowLeft}')
    expect(rows()).not.toContain('ledger')
    await user.keyboard('{ArrowRight}{ArrowDown}{Enter}')
    expect(detail().getByRole('heading', { level: 2 }).textContent).toBe('ledger')
    expect(detail().getByRole('heading', { name: 'The cluster was deleted and made again' })).toBeTruthy()
    expect(detail().getByText(/never for people/)).toBeTruthy()
    await user.click(line('edge'))
    expect(detail().getAllByRole('button', { name: 'Ask AWS' })).toHaveLength(1)
    await user.click(line('ledger'))
    await user.click(detail().getByRole('button', { name: 'Refresh from AWS' }))
    expect(calls('aws.refresh')).toMatchObject([{ contexts: ['ledger-id'], tunnels: false }])
    // It follows the keyboard.
    line('ledger').focus()
    await user.keyboard('{ArrowDown}')
    expect(detail().getByText(/^standard support until /)).toBeTruthy()
    // The command names the profile by which Ekscope asked.
    expect(
      detail().getByRole('button', {
        name: /aws eks describe-cluster --name prod-eu --region eu-west-1 --profile pay$/,
      }),
    ).toBeTruthy()
    await user.keyboard('{End}')
    expect(detail().getByRole('heading', { name: 'The cluster is gone' })).toBeTruthy()
    expect(detail().getByText(/ does not know old any more\. Its context leads nowhere\.$/)).toBeTruthy()
    expect(detail().getByRole('button', { name: 'Delete its context…' })).toBeTruthy()
    // Nothing asks, nor sends a token to, what is not there, and nothing is told of it as if it were.
    expect(
      detail()
        .getAllByRole('tab')
        .map(({ textContent }) => textContent),
    ).toEqual(['Contexts 1'])
    expect(detail().queryByText('Facts')).toBeNull()
    expect(detail().queryByRole('button', { name: /ekscope access/ })).toBeNull()
    // To where nothing is any more no context is offered.
    expect(detail().queryByRole('button', { name: 'Add context…' })).toBeNull()
    await user.keyboard('{Escape}')
    expect(screen.queryByRole('complementary')).toBeNull()
    expect(document.activeElement).toBe(line('old'))
    line('prod-eu').focus()
    await user.keyboard('{Enter}')
    await user.click(detail().getByRole('button', { name: 'Add context…' }))
    expect(model.state.getState().page).toBe('discover')
    expect(model.sweeps.state.getState().filter.words).toBe('prod-eu')
  },
)

test('asks AWS on a click alone, shows what comes as it comes, stops, and goes to the contexts', async () => {
  const described = [
    knownCluster('edge', { account: '444455556666' }, { version: '1.33' }),
    ...knownClusters(),
  ]
  const held = heldPace()
  const { user, calls, model, first } = await open({ described, pace: held.pace })
  await list()
  expect(calls('clusters.ask')).toEqual([])
  await user.click(screen.getByRole('button', { name: 'Ask about 4' }))
  expect(calls('clusters.ask')).toMatchObject([{ environment: 'login-shell', clusters: { length: 4 } }])
  held.next()
  await waitFor(() => expect(line('edge').textContent).toContain('1.33'))
  // A list that is read meanwhile, of which main does not know the answers yet, takes nothing of that away.
  await act(() => model.clusters.load())
  expect(line('edge').textContent).toContain('1.33')
  await user.click(await screen.findByRole('button', { name: 'Stop · 1 of 4' }))
  held.end()
  expect(await screen.findByText(/^Stopped: AWS was asked about 1 of 4 clusters$/)).toBeTruthy()
  await waitFor(() => expect(model.state.getState().runs).toEqual([]))
  await user.click(
    await screen.findByRole('button', { name: 'Show 1 context of prod-eu in the list of contexts' }),
  )
  expect(model.state.getState()).toMatchObject({ page: 'contexts', only: { title: 'Contexts of prod-eu' } })
  expect(model.fitting().map(({ id }) => id)).toEqual([first.id])
})

test.each([
  ['its name and region alone first', [1, 0]],
  ['its ARN first', [0, 1]],
])('a cluster that stands there twice is one as soon as AWS says so, asked by %s', async (_, order) => {
  const context = (name: string) => ({ id: `${name}-id`, name, verdict: null })
  const edge = knownCluster('edge', { contexts: [context('whole')] })
  const place = JSON.stringify(['edge', 'eu-west-1'])
  const short = {
    ...edge,
    id: place,
    arn: null,
    account: null,
    described: null,
    contexts: [context('short')],
  }
  const both = { ...edge, contexts: [context('whole'), context('short')] }
  const held = heldPace()
  const described = [edge]
  const { user, calls, bridge } = await open({ clusters: () => [edge, short], described, pace: held.pace })
  await list()
  expect(rows().filter((row) => row?.includes('edge'))).toHaveLength(2)
  await user.click(screen.getByRole('button', { name: 'Ask about 2' }))
  const [{ run }] = v.parse(v.tuple([v.object({ run: v.string() })]), calls('clusters.ask'))
  // The later of the two answers has the contexts of both.
  const answers = [
    { was: edge.id, cluster: order[0] === 0 ? edge : both },
    { was: place, cluster: both },
  ]
  for (const [done, at] of order.entries()) {
    const answer = answers[at]
    if (answer !== undefined)
      act(() => bridge.emit('clusters.asked', { run, ...answer, done: done + 1, total: 2 }))
    await screen.findByRole('button', { name: `Stop · ${done + 1} of 2` })
  }
  expect(rows().filter((row) => row?.includes('edge'))).toEqual(['edge'])
  expect(screen.getByRole('heading', { level: 1 }).textContent).toMatch(/^1 cluster/)
  expect(screen.getByRole('button', { name: /^Show 2 contexts of edge/ })).toBeTruthy()
  held.end()
})

test('who may enter, which of mine and as whom, and how somebody would be let in; asked only on clicks', async () => {
  const seenThere = ['admin', 'readonly', 'hub'].map((identity) => ({
    identity,
    at: now,
    username: identity === 'admin' ? 'admin:alice' : null,
    groups: [],
    everything: identity === 'admin',
    refused: identity === 'readonly',
    problem:
      identity === 'hub'
        ? ({ code: 'sso-login', message: 'It needs a sign-in.', next: 'Sign in.' } as const)
        : identity === 'readonly'
          ? ({ code: 'unauthorized', message: 'It is refused.', next: 'Compare.' } as const)
          : null,
  }))
  let asked = false
  // Of the same name in another account, as two profiles come to that.
  const hub = whoMayEnter().mine.filter(({ who }) => who.id === 'hub')
  const elsewhere = { arn: 'arn:aws:iam::444455556666:role/Hub', account: '444455556666', accountName: null }
  const own = [
    ...whoMayEnter().mine,
    ...['hub2', 'hub3'].flatMap((id) =>
      hub.map((one) => ({ ...one, who: { ...one.who, ...elsewhere, id } })),
    ),
  ]
  const { user, calls, bridge } = await open({
    access: () => (asked ? whoMayEnter({ seen: seenThere, mine: own }) : nobodyAsked),
    readAccess: () => whoMayEnter({ mine: own }),
    seenThere,
    mayDo: (namespace) => ({
      state: 'read',
      value: {
        namespace,
        at: now,
        rules: {
          state: 'read',
          value: {
            rules: [{ verbs: ['get', 'list'], resources: ['pods'] }],
            incomplete: true,
            why: 'webhook authorizer does not support user rule resolution',
          },
        },
        asked: [
          { says: 'read pods', allowed: true },
          { says: 'read secrets', allowed: false },
          { says: 'see nodes', allowed: null },
        ],
      },
    }),
  })
  await list()
  await user.click(line('prod-eu'))
  expect(await detail().findByRole('heading', { name: 'Who may enter was not read yet' })).toBeTruthy()
  expect(calls('clusters.readAccess')).toEqual([])
  expect(detail().getByText(/^One token of .* goes to the cluster\.$/)).toBeTruthy()
  await user.click(detail().getByRole('button', { name: 'Read who may enter' }))
  expect(calls('clusters.readAccess')).toMatchObject([{ cluster: nobodyAsked.cluster }])
  const people = await detail().findByRole('list', { name: 'All who are named' })
  const said = within(people)
    .getAllByRole('listitem')
    .map(({ textContent }) => textContent)
  expect(said).toEqual([
    expect.stringMatching(/^Adminyou.*access entry.*admin:\{\{SessionName\}\}everything$/),
    expect.stringMatching(/^ReadOnlyyou.*viewerread, without secrets$/),
    expect.stringMatching(/^Strangerrole/),
    expect.stringMatching(/^carolyour environment.*aws-auth, line 1 of mapUsers.*everything$/),
    // One bad line hides nobody.
    expect.stringMatching(/^names no identity.*line 2 of mapUsersUserarn is a list\./),
  ])
  expect(detail().getByRole('tab', { name: 'Who may enter 4' })).toBeTruthy()
  expect(
    detail().getByText(/carol may do everything here, and your environment exports keys of carol/),
  ).toBeTruthy()
  expect(detail().getByText(/^Read 2 min ago as profile pay, and by prod-admin\.$/)).toBeTruthy()

  await user.click(detail().getByRole('tab', { name: 'Mine 3' }))
  const mine = (name = 'Your identities that get in') =>
    within(detail().getByRole('list', { name }))
      .getAllByRole('listitem')
      .map(({ textContent }) => textContent)
  expect(mine()).toHaveLength(3)
  expect(mine()[0]).toContain('enters as admin:x')
  // What the cluster answered to its context stands there, and nothing of identities that were not used to ask.
  expect(mine()[0]).toContain('the cluster saw arn:aws:sts::111122223333:assumed-role/Admin/ana')
  expect(mine().slice(1).join()).not.toContain('the cluster saw')
  expect(detail().getByText(/^4 tokens, one for each, to the endpoint that AWS gives/)).toBeTruthy()
  asked = true
  await user.click(detail().getByRole('button', { name: 'Ask the cluster as 4 of them' }))
  expect(calls('clusters.enter')).toMatchObject([{ identities: ['admin', 'readonly', 'hub', 'batch'] }])
  // An identity that the cluster refuses does not get in, even if an entry names it; tab and tiles count with the list.
  await waitFor(() => expect(mine()).toHaveLength(2))
  expect(detail().getByRole('tab', { name: 'Mine 2' })).toBeTruthy()
  // What is written there, and beside it what the cluster answered.
  expect(mine()[0]).toMatch(/enters as admin:x.*the cluster saw admin:alice/)
  const outside = mine('Of yours these do not get in, as far as is known')
  expect(outside).toHaveLength(2)
  expect(outside.join()).toMatch(
    /would enter as viewer.*not let in by the cluster.*It is refused\. Compare\./,
  )
  expect(outside.join()).toMatch(/Hub.*not asked: It needs a sign-in\./)

  // What one may do there is asked of the cluster itself, in a namespace; a list that is not whole says so.
  const may = () => within(detail().getByRole('region', { name: 'What one may do there' }))
  expect(may().getByRole('textbox', { name: 'in namespace' })).toHaveProperty('value', 'checkout')
  await user.clear(may().getByRole('textbox', { name: 'in namespace' }))
  await user.type(may().getByRole('textbox', { name: 'in namespace' }), 'Web')
  expect(may().getByText('A namespace has lower-case letters, digits and dashes.')).toBeTruthy()
  await user.clear(may().getByRole('textbox', { name: 'in namespace' }))
  await user.type(may().getByRole('textbox', { name: 'in namespace' }), 'web')
  await user.selectOptions(may().getByRole('combobox', { name: 'As' }), 'Hub')
  await user.click(may().getByRole('button', { name: 'Ask the cluster' }))
  expect(calls('clusters.mayDo')).toMatchObject([{ by: { kind: 'identity', id: 'hub' }, namespace: 'web' }])
  expect(await may().findByText(/^Hub, seen as admin:alice, in web, just now:$/)).toBeTruthy()
  expect(
    may()
      .getAllByRole('listitem')
      .map(({ textContent }) => textContent)
      .slice(0, 3),
  ).toEqual(['allowed: read pods', 'not allowed: read secrets', 'not answered: see nodes'])
  expect(may().getByText(/The cluster says: webhook authorizer does not support/)).toBeTruthy()
  expect(may().getByText('1 rule that the cluster lists')).toBeTruthy()

  await user.click(detail().getByRole('tab', { name: 'Let in…' }))
  // One of each, told apart.
  expect(detail().getAllByRole('button', { name: /^Hub/ })).toHaveLength(2)
  await user.click(detail().getByRole('button', { name: 'Hub payments-prod' }))
  await user.selectOptions(detail().getByRole('combobox', { name: 'May' }), 'edit')
  await user.type(detail().getByRole('textbox', { name: 'Only in namespace' }), 'web')
  await user.click(detail().getByRole('button', { name: /associate-access-policy/ }))
  expect(bridge.copied.at(-1)).toMatch(
    /--principal-arn arn:aws:iam::111122223333:role\/Hub .*AmazonEKSEditPolicy --access-scope 'type=namespace,namespaces=web'$/,
  )
  await user.clear(detail().getByRole('textbox', { name: 'User or role' }))
  await user.type(detail().getByRole('textbox', { name: 'User or role' }), 'nobody')
  expect(detail().getByText(/^That is not the ARN of a user or a role/)).toBeTruthy()
})

test('what is written into aws-auth to let somebody in stands line by line, and is copied as it is', async () => {
  const { user, bridge } = await open({ access: () => ({ ...nobodyAsked, mode: 'CONFIG_MAP' }) })
  await list()
  await user.click(line('prod-eu'))
  await user.click(detail().getByRole('tab', { name: 'Let in…' }))
  await user.click(await detail().findByRole('button', { name: 'Hub' }))
  const written = detail()
    .getByText(/rolearn:/)
    .closest('pre')
  const lines = ['- rolearn: arn:aws:iam::111122223333:role/Hub', '  username: Hub', '  groups:', '  - GROUP']
  expect([...(written?.children ?? [])].map(({ textContent }) => textContent)).toEqual(lines)
  await user.click(detail().getByRole('button', { name: 'Copy the lines' }))
  expect(bridge.copied.at(-1)).toBe(`${lines.join('\n')}\n`)
})

test('what AWS says of the mode counts at once in the panel that stands open: for what is to be written, and for who enters', async () => {
  const edge = knownCluster('edge', { account: '444455556666' }, { authenticationMode: 'CONFIG_MAP' })
  const cluster = edge.id
  const held = heldPace()
  let kept = false
  const { user, calls } = await open({
    clusters: () => knownClusters().map((one) => (kept && one.id === cluster ? edge : one)),
    described: [edge, ...knownClusters()],
    access: () =>
      kept
        ? { ...nobodyAsked, cluster, mode: 'CONFIG_MAP', entries: { state: 'not-looked-at', at: null } }
        : { ...nobodyAsked, cluster, mode: null },
    pace: held.pace,
  })
  await list()
  await user.click(line('edge'))
  await user.click(detail().getByRole('tab', { name: 'Let in…' }))
  await user.click(await detail().findByRole('button', { name: 'Hub' }))
  expect(detail().getByText(/^What decides about access is not known yet/)).toBeTruthy()
  expect(detail().getByRole('button', { name: /create-access-entry/ })).toBeTruthy()
  await user.click(screen.getByRole('button', { name: 'Ask about 4' }))
  held.next()
  // As soon as the facts say it, while others are asked about; main keeps it at the end.
  expect(await detail().findByText('aws-auth', { selector: 'dd' })).toBeTruthy()
  expect(detail().queryByText(/^What decides about access is not known yet/)).toBeNull()
  expect(detail().queryByRole('button', { name: /create-access-entry/ })).toBeNull()
  expect(detail().getByText(/rolearn:/)).toBeTruthy()
  const before = calls('clusters.access').length
  kept = true
  held.end()
  await waitFor(() => expect(calls('clusters.access')).toHaveLength(before + 1))
  await user.click(detail().getByRole('tab', { name: /^Who may enter/ }))
  await user.selectOptions(detail().getByRole('combobox', { name: 'By' }), 'AWS alone, no token')
  expect(detail().queryByText(/^Access entries were not asked for yet/)).toBeNull()
})

test('a context that is shadowed stands apart, and what the cluster answered to it counts', async () => {
  const { user, first, model } = await open({ clusters: () => [], access: () => whoMayEnter() })
  const shadowed = [{ ...first, verdict: null }]
  act(() => model.clusters.state.setState({ all: [knownCluster('prod-eu', { shadowed })] }))
  await list()
  await user.click(line('prod-eu'))
  await user.click(detail().getByRole('tab', { name: 'Mine 3' }))
  const mine = within(detail().getByRole('list', { name: 'Your identities that get in' }))
  expect(mine.getAllByRole('listitem')[0]?.textContent).toContain(
    'the cluster saw arn:aws:sts::111122223333:assumed-role/Admin/ana',
  )
  await user.click(detail().getByRole('tab', { name: 'Contexts' }))
  expect(detail().getByText('Shadowed by an earlier file')).toBeTruthy()
  expect(detail().getByRole('button', { name: new RegExp(first.name) })).toBeTruthy()
})

test('what is refreshed already is said to be pending, and leads to the review instead of asking again', async () => {
  const { user, model } = await open()
  const ledger = knownClusters().find(({ name }) => name === 'ledger')
  await list()
  await user.click(line('ledger'))
  act(() =>
    model.edits.state.setState({
      pending: [
        {
          id: 1,
          edit: {
            kind: 'refresh-cluster',
            cluster: 'an entry',
            contexts: ledger?.contexts.map(({ id }) => id) ?? [],
            server: 'https://new.example',
            certificateAuthorityData: null,
          },
        },
      ],
    }),
  )
  expect(detail().getByText(/^What AWS says of endpoint and CA is a pending change/)).toBeTruthy()
  expect(detail().queryByRole('button', { name: 'Refresh from AWS' })).toBeNull()
  await user.click(detail().getByRole('button', { name: 'Review…' }))
  expect(model.edits.state.getState().dialog).toEqual({ kind: 'review' })
})

test('a context is chosen by a name of which hidden characters are shown', async () => {
  const hidden = [{ id: 'hidden', name: 'prod\u202e-\u001bro', verdict: null }]
  const { user } = await open({ clusters: () => knownClusters(hidden), access: () => whoMayEnter() })
  await list()
  await user.click(line('prod-eu'))
  const by = await detail().findByRole('combobox', { name: 'By' })
  expect(by.querySelector('option')?.textContent).toBe('“prod⟨U+202E⟩-⟨U+001B⟩ro”')
  await user.click(detail().getByRole('tab', { name: /^Mine/ }))
  const as = await detail().findByRole('combobox', { name: 'As' })
  expect(as.querySelector('option')?.textContent).toContain('“prod⟨U+202E⟩-⟨U+001B⟩ro”')
})

test('where entries alone decide no token goes to the cluster, and the panel says so', async () => {
  const { user, calls } = await open({
    access: () => ({
      ...nobodyAsked,
      mode: 'API',
      awsAuth: { state: 'not-looked-at', at: null, problems: [] },
    }),
    readAccess: () => whoMayEnter({ mode: 'API' }),
  })
  await list()
  await user.click(line('prod-eu'))
  expect(
    await detail().findByText('No token goes to the cluster: access entries alone decide there.'),
  ).toBeTruthy()
  expect(detail().queryByRole('combobox', { name: 'By' })).toBeNull()
  expect(detail().queryByText(/aws-auth by one of its contexts/)).toBeNull()
  await user.click(detail().getByRole('button', { name: 'Read who may enter' }))
  expect(calls('clusters.readAccess')).toMatchObject([{ context: null }])
})

test('where aws-auth alone was read and is empty, the panel says that entries come first, and leads to asking for them', async () => {
  const { user } = await open({
    access: () =>
      whoMayEnter({ entries: { state: 'not-asked', at: null }, by: null, rows: [], mine: [], askable: [] }),
  })
  await list()
  await user.click(line('prod-eu'))
  expect(
    await detail().findByText(
      'Access entries were not asked for yet. They come before aws-auth, and whoever they name may enter.',
    ),
  ).toBeTruthy()
  expect(detail().getByText('aws-auth names no identity.')).toBeTruthy()
  expect(detail().getByText('aws-auth was read 2 min ago.')).toBeTruthy()
  expect(detail().queryByText(/^No identity is named/)).toBeNull()
  expect(detail().getByRole('button', { name: 'Read who may enter' })).toBeTruthy()
  expect(detail().queryByRole('button', { name: 'Read again' })).toBeNull()
})

test('says that none is known, and why none can be', async () => {
  await open({ clusters: () => [] })
  expect(await screen.findByRole('heading', { name: 'No cluster is known' })).toBeTruthy()
  cleanup()
  stop()
  await open({ refuse: { 'clusters.load': fail(fault('internal', 'It went wrong.', 'Try again.')) } })
  expect((await screen.findByRole('alert')).textContent).toContain('It went wrong. Try again.')
})

test.skipIf(!full)(
  'of ten thousand who may enter those are drawn that are seen, found by what is typed; reading says how far it is',
  async () => {
    const [row] = whoMayEnter().rows
    if (row === undefined) throw new Error('nobody enters')
    const rowsOf = Array.from({ length: 10_000 }, (_, at) => {
      const principal = `arn:aws:iam::111122223333:role/Team${at}`
      return { ...row, principal, name: `Team${at}`, username: `team-${at}` }
    })
    const held = heldPace()
    const { user } = await open({
      access: () => nobodyAsked,
      readAccess: () => whoMayEnter({ rows: rowsOf }),
      readingOf: () => ({ done: 1234, total: 10_000 }),
      pace: held.pace,
    })
    await list()
    await user.click(line('prod-eu'))
    await user.click(detail().getByRole('button', { name: 'Read who may enter' }))
    expect(await detail().findByText('Reading 1,234 of 10,000 access entries…')).toBeTruthy()
    held.end()
    expect(await detail().findByText('10,000 are named')).toBeTruthy()
    const people = () =>
      within(detail().getByRole('list', { name: 'All who are named' })).getAllByRole('listitem')
    expect(people().length).toBeLessThan(60)
    await user.type(detail().getByRole('searchbox'), 'team-9999')
    expect(detail().getByText('1 of 10,000 are named so')).toBeTruthy()
    expect(people().map(({ textContent }) => textContent)).toEqual([expect.stringContaining('Team9999')])
  },
)

test.skipIf(!full)(
  'of five thousand clusters those are drawn that are seen, and the keyboard and the filter reach all of them',
  async () => {
    const many = Array.from({ length: 5_000 }, (_, at) =>
      knownCluster(`c-${String((at * 7_919) % 5_000).padStart(4, '0')}`, {
        account: String(111122220000 + (at % 40)),
      }),
    )
    const { user } = await open({ clusters: () => many })
    await list()
    expect(drawn().length).toBeLessThan(120)
    const grid = screen.getByRole('treegrid')
    expect(grid.getAttribute('aria-rowcount')).toBe('5041')
    expect(rows().slice(0, 3)).toEqual(['account 111122220000', 'c-0000', 'c-0040'])
    const held = () => (document.activeElement instanceof HTMLElement ? document.activeElement : null)
    drawn()[0]?.focus()
    await user.keyboard('{End}')
    expect(held()?.dataset.line).toMatch(/\/c-4\d+$/)
    expect(held()?.getAttribute('aria-rowindex')).toBe('5041')
    await user.keyboard('{ArrowUp}')
    expect(held()?.getAttribute('aria-rowindex')).toBe('5040')
    await user.keyboard('{PageUp}')
    expect(held()?.getAttribute('aria-rowindex')).toBe('5030')
    // To the head of its account, and with it closed what follows moves up.
    await user.keyboard('{ArrowLeft}')
    expect(held()?.dataset.line).toBe('account 111122220039')
    await user.keyboard('{ArrowLeft}')
    expect(grid.getAttribute('aria-rowcount')).toBe('4916')
    await user.keyboard('{Home}')
    expect(held()?.dataset.line).toBe('account 111122220000')
    // The panel does not lose the one that has the keyboard.
    await user.keyboard('{ArrowDown}{Enter}')
    expect(detail().getByRole('heading', { level: 2 }).textContent).toBe('c-0000')
    await user.type(screen.getByRole('textbox', { name: 'Filter clusters' }), 'c-4999')
    await waitFor(() => expect(rows().slice(1)).toEqual(['c-4999']))
  },
)

test('aws-auth beside access entries: whom entries alone would lock out, where both differ, and what takes a line over', async () => {
  const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`
  const entry = {
    ...{ type: 'STANDARD', username: 'viewer', groups: [], policies: [], modifiedAt: null, problem: null },
  }
  const mapped = { list: 'mapRoles', username: 'ops', groups: [], problem: null } as const
  const lines = [
    { ...mapped, place: 1, subject: role('ReadOnly') },
    { ...mapped, place: 2, subject: role('Ops'), groups: ['system:masters'] },
  ]
  let read = true
  const migration = () =>
    migrationOf(
      {
        partition: 'aws',
        mode: 'API_AND_CONFIG_MAP',
        entries: read
          ? { state: 'read', value: [{ ...entry, principalArn: role('ReadOnly') }] }
          : { state: 'not-read', why: 'Denied.', next: 'Ask another.' },
        awsAuth: { state: 'read', value: { lines, problems: [] } },
      },
      [],
      [],
    )
  const { user } = await open({ access: () => whoMayEnter({ migration: migration() }) })
  await list()
  await user.click(line('prod-eu'))
  const title = await detail().findByText('aws-auth to access entries: 1 would be locked out')
  // It takes the keyboard, as every head that opens does.
  expect(title.closest('summary')?.parentElement?.tagName).toBe('DETAILS')
  const section = within(title.closest('details') ?? document.body)
  expect(
    section.getByText('If access entries alone decided, these would be locked out: Ops (role).'),
  ).toBeTruthy()
  expect(
    section.getByText(
      /^ReadOnly \(role\) is in both lists, and the entry counts; they differ in the username/,
    ).textContent,
  ).toContain('(entry: viewer, line: ops)')
  const moves = section.getByRole('region', { name: 'Ops (role)' })
  const commands = [...moves.querySelectorAll('code')].map(({ textContent }) => textContent)
  expect(commands).toEqual([
    expect.stringMatching(
      /^aws eks create-access-entry .*--principal-arn arn:aws:iam::111122223333:role\/Ops --username ops$/,
    ),
    expect.stringMatching(
      /^aws eks associate-access-policy .*AmazonEKSClusterAdminPolicy --access-scope 'type=cluster'$/,
    ),
  ])
  // Of a list that was not read nobody is called missing.
  read = false
  await user.click(line('ledger'))
  await user.click(line('prod-eu'))
  const again = await detail().findByText('aws-auth to access entries')
  expect(within(again.closest('details') ?? document.body).queryByText(/locked out: /)).toBeNull()
})
