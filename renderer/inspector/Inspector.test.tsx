// @vitest-environment happy-dom
import { act, cleanup, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { AuditPrincipal } from '../../shared/audit/audit'
import { full } from '../../shared/testing/counts'
import { auditOf } from '../testing/audit'
import type { FakeOptions } from '../testing/fake-bridge'
import { makeFleet, now } from '../testing/fleet'
import { giveSize, openWindow } from '../testing/window'

beforeEach(giveSize)
let stop: () => void = () => undefined
afterEach(() => {
  cleanup()
  stop()
  vi.restoreAllMocks()
})

async function inspect(name: string, options: FakeOptions = {}) {
  const opened = await openWindow({ contexts: 24, ...options })
  stop = opened.stop
  opened.model.inspect(opened.row(name).id)
  const inspector = within(await screen.findByRole('complementary', { name: 'Inspector' }))
  const title = () => inspector.getByRole('heading', { level: 2 }).textContent
  return { ...opened, inspector, title }
}

test('the answer, with one fix and its outcome; the findings do not offer it again', async () => {
  const { inspector, user, row, pending } = await inspect('prod-readonly')
  const answer = inspector.getByRole('heading', { level: 3, name: /^Acts as carol/ })
  expect(answer.textContent).toBe('Acts as carol (system:masters), not ReadOnly')
  expect(inspector.getAllByText(/wins here$/)).toHaveLength(1)
  await user.click(inspector.getByRole('tab', { name: 'Findings 1' }))
  expect(inspector.getAllByRole('button', { name: /Pin/ })).toHaveLength(1)
  const fix = inspector.getByRole('button', { name: 'Pin to pay-ro by --profile' })
  expect(fix.parentElement?.textContent).toBe('Pin to pay-ro by --profilethenReadOnlyTry')
  await user.click(fix)
  expect(pending()).toEqual([
    { kind: 'set-profile', context: row('prod-readonly').id, profile: 'pay-ro', pin: 'arg', scope: 'split' },
  ])
  // The button went with the finding; the keyboard did not.
  expect(document.activeElement?.closest('[role="complementary"], aside')).not.toBeNull()
})

test.skipIf(!full)(
  'the fix can be tried before it is made, and so can a change that is not written: the verdict stays what it is',
  async () => {
    const fleet = makeFleet(12)
    const admin = fleet.snapshot.contexts.find(({ name }) => name === 'prod-admin')
    const tried = admin && fleet.check(admin.id, 'login-shell', now)
    const { inspector, user, row, pending, bridge } = await inspect('prod-readonly', {
      editing: { tried: () => tried ?? null },
    })
    const before = row('prod-readonly').verdict
    await user.click(inspector.getByRole('button', { name: 'Try' }))
    await inspector.findByText('tried: verified')
    expect(pending()).toEqual([])
    expect(row('prod-readonly').verdict).toBe(before)
    expect(inspector.getAllByText('mismatch').length).toBeGreaterThan(0)
    const edits = bridge.calls.flatMap(({ name, input }) => (name === 'edits.try' ? [input] : []))
    expect(edits).toMatchObject([{ edits: [{ kind: 'set-profile', profile: 'pay-ro' }] }])
    // Made, it is the same entry: what was tried still counts for it.
    await user.click(inspector.getByRole('button', { name: 'Pin to pay-ro by --profile' }))
    await inspector.findByText('tried: verified')
    expect(inspector.getByRole('button', { name: 'Try again' })).toBeTruthy()
  },
)

test.skipIf(!full)(
  'one tab at a time, walked with the arrows, and the same one from row to row',
  async () => {
    const { inspector, user, model, row, title } = await inspect('prod-admin')
    const chosen = () => inspector.getByRole('tab', { selected: true }).textContent
    expect(chosen()).toBe('Identity')
    inspector.getByRole('tab', { name: 'Identity' }).focus()
    await user.keyboard('{ArrowRight}')
    expect(chosen()).toMatch(/^Steps/)
    expect(document.activeElement?.textContent).toMatch(/^Steps/)
    expect(inspector.getByRole('tabpanel', { name: /^Steps/ })).toBeTruthy()
    await user.keyboard('{ArrowLeft}{ArrowLeft}')
    expect(chosen()).toBe('Findings')
    await user.keyboard('{Home}{End}{ArrowLeft}')
    expect(chosen()).toBe('Entry')
    expect(inspector.getByText('What would be run')).toBeTruthy()
    expect(inspector.queryByText('See for yourself')).toBeNull()
    model.inspect(row('stage').id)
    await waitFor(() => expect(title()).toBe('stage'))
    expect(chosen()).toBe('Entry')
  },
)

test('where a cluster refuses, the inspector says whom it lets in, who may give access, and what to type', async () => {
  const admin: AuditPrincipal = {
    ...{ principal: null, name: 'Admin', account: null, accountName: null, username: null, key: 'admin' },
    ...{ from: 'access-entry', node: false, problem: null, may: [], everything: true, used: false },
  }
  const { id, name } = makeFleet(24).snapshot.contexts.find((one) => one.name === 'prod-audit') ?? {
    id: '',
    name: '',
  }
  const audit = auditOf([{ id, name }])
  const { inspector, bridge, model, row } = await inspect(name, {
    audit: () => ({ ...audit, clusters: audit.clusters.map((one) => ({ ...one, mayEnter: [admin] })) }),
  })
  await inspector.findByText(
    'What is known of prod-eu: 1 principal may enter, and this identity is not among them.',
  )
  expect(inspector.getByText('Who may do everything there: Admin.')).toBeTruthy()
  const typed = [...document.querySelectorAll('code')].map(({ textContent }) => textContent)
  expect(typed).toContain(
    'ekscope access prod-audit --let-in arn:aws:iam::111122223333:role/security/SecurityAudit',
  )
  // Only where a cluster refuses is it asked for.
  model.inspect(row('stage').id)
  await waitFor(() => expect(inspector.queryByText('What the cluster knows')).toBeNull())
  expect(bridge.calls.filter(({ name: of }) => of === 'clusters.audit')).toHaveLength(1)
})

test('the inspector follows the row that has the keyboard, and says when the list does not show its context', async () => {
  const { inspector, model, row, title, user } = await inspect('prod-admin')
  model.setCursor({ item: row('stage').id, column: 'context' })
  await waitFor(() => expect(title()).toBe('stage'))
  // A group has no context: what was shown stays.
  model.setCursor({ item: 'group:1', column: 'context' })
  expect(title()).toBe('stage')
  model.setFilter('verdict:mismatch')
  expect(await inspector.findByText('Not in this filter')).toBeTruthy()
  expect(title()).toBe('stage')
  // The keyboard keeps its place in the list; what is inspected stays with its notice.
  model.setCursor({ item: row('prod-readonly').id, column: 'context' }, true)
  expect(title()).toBe('stage')
  await user.click(inspector.getByRole('button', { name: 'Show it' }))
  expect(model.state.getState().filter).toBe('')
  await waitFor(() => expect(inspector.queryByText('Not in this filter')).toBeNull())
  expect(title()).toBe('stage')
})

test('Ctrl+A in the panel selects what the panel says, and nothing of the window around it', async () => {
  const { inspector, user } = await inspect('prod-admin')
  inspector.getByRole('button', { name: 'Close the inspector' }).focus()
  await user.keyboard('{Control>}a{/Control}')
  const selection = window.getSelection()
  const panel = screen.getByRole('complementary', { name: 'Inspector' })
  expect([selection?.anchorNode, selection?.focusNode]).toEqual([panel, panel])
  expect(`${selection}`).toContain('prod-admin')
})

test('with no context chosen the inspector is calm, and Escape closes it', async () => {
  const { inspector, model, user } = await inspect('prod-admin')
  model.openInspector()
  expect(await inspector.findByRole('heading', { name: 'No context chosen' })).toBeTruthy()
  // Messages lie beside the panel, not on what it offers.
  const beside = () => document.documentElement.style.getPropertyValue('--beside')
  expect(beside()).toBe('376px')
  inspector.getByRole('button', { name: 'Close the inspector' }).focus()
  await user.keyboard('{Escape}')
  expect(screen.queryByRole('complementary')).toBeNull()
  expect(beside()).toBe('')
  await user.keyboard('{Control>}i{/Control}')
  expect(screen.getByRole('complementary', { name: 'Inspector' })).toBeTruthy()
})

test('steps: what failed has its own mark, what came after it was not reached, and no step took 0 ms', async () => {
  const { inspector, user, model, row } = await inspect('stage-admin')
  await user.click(inspector.getByRole('tab', { name: /^Steps/ }))
  const outcomes = () =>
    inspector.getAllByRole('listitem').map((step) => within(step).getByRole('img').getAttribute('aria-label'))
  expect(outcomes()).toEqual(['done', 'failed', 'not reached', 'not reached', 'not reached'])
  expect(inspector.queryByText('0 ms')).toBeNull()
  model.inspect(row('prod-readonly').id)
  await waitFor(() => expect(outcomes()).toEqual(['done', 'done', 'done', 'another identity', 'done']))
  model.inspect(row('edge-ap-2').id)
  expect(await inspector.findByText(/^Not checked yet\. Verify/)).toBeTruthy()
})

test('a command stands in a line of its own and is copied without what stands around it', async () => {
  const { inspector, user, bridge } = await inspect('lake-spark')
  await user.click(inspector.getByRole('button', { name: 'Copy: Who the cluster sees' }))
  expect(bridge.calls.at(-1)).toEqual({
    name: 'app.copy',
    input: { text: 'kubectl --context lake-spark auth whoami' },
  })
})

test('an unpinned context is pinned by its profile’s editor, which opens in its cell', async () => {
  const { inspector, user, model, row } = await inspect('sandbox-8')
  await user.click(inspector.getByRole('button', { name: 'Pin to a profile…' }))
  await waitFor(() =>
    expect(model.edits.state.getState().editing).toMatchObject({
      row: row('sandbox-8').id,
      column: 'profile',
    }),
  )
})

test('the name is copied whole', async () => {
  const { inspector, user, bridge } = await inspect('prod-admin')
  await user.click(inspector.getByRole('button', { name: 'Copy the name' }))
  expect(bridge.calls.at(-1)).toEqual({ name: 'app.copy', input: { text: 'prod-admin' } })
})

test('that kubectl uses a context is said of the files, with what is pending of it', async () => {
  const { inspector, model, row } = await inspect('prod-admin')
  const current = model.rows.all().find((one) => one.current)
  if (current === undefined) throw new Error('no context is current')
  const { id: context, name } = current
  act(() => model.inspect(context))
  await inspector.findByText('kubectl uses this context')
  act(() => model.edits.add([{ kind: 'rename-context', context, name: 'zebra', cascade: false }]))
  await inspector.findByText(`kubectl uses ${name}; after 1 pending change: zebra`)
  const clone = {
    kind: 'clone-context',
    context: row('stage').id,
    name: 'two',
    pin: null,
    userName: null,
  } as const
  act(() => model.edits.add([clone]))
  const { id } = row('two')
  act(() => {
    model.edits.add([{ kind: 'use-context', context: id }])
  })
  await inspector.findByText(`kubectl uses ${name}; after 3 pending changes: two`)
  act(() => model.inspect(id))
  await inspector.findByText('kubectl will use this context once it is written')
  expect(inspector.queryByRole('button', { name: 'Use' })).toBeNull()
})

test('the head says what is on disk and what is pending of it; kubectl is asked by the name on disk', async () => {
  const { inspector, model, row, title, user, bridge } = await inspect('stage')
  const context = row('stage').id
  act(() => {
    model.edits.add([
      { kind: 'rename-context', context, name: 'zebra', cascade: false },
      { kind: 'set-namespace', context, namespace: 'teamx' },
    ])
  })
  await waitFor(() => expect(title()).toBe('was stage now zebra'))
  expect(inspector.getByText('teamx').closest('b')).not.toBeNull()
  await user.click(inspector.getByRole('button', { name: 'Copy: Who the cluster sees' }))
  await user.click(inspector.getByRole('button', { name: 'Copy the name' }))
  // What main thinks of the edits is asked for in between.
  expect(bridge.calls.filter(({ name }) => name === 'app.copy').map(({ input }) => input)).toEqual([
    { text: 'kubectl --context stage auth whoami' },
    { text: 'stage' },
  ])
})

test.skipIf(!full)(
  'of a context that is not written yet no command is offered that kubectl would refuse',
  async () => {
    const { inspector, model, row, user } = await inspect('stage')
    act(() => {
      model.edits.add([
        { kind: 'clone-context', context: row('stage').id, name: 'two', pin: null, userName: null },
      ])
    })
    act(() => model.inspect(row('two').id))
    await inspector.findByText('kubectl knows two once it is written.')
    expect(inspector.queryByRole('button', { name: 'Copy: Who the cluster sees' })).toBeNull()
    // Nor is it sent to a check that cannot be: it can be tried.
    expect(inspector.getByRole('button', { name: 'Try' })).toBeTruthy()
    await user.click(inspector.getByRole('tab', { name: /^Steps/ }))
    expect(inspector.getByText(/^Not written yet, so there is nothing to check\. Try, above/)).toBeTruthy()
    await user.click(inspector.getByRole('tab', { name: 'Token' }))
    expect(inspector.getByText(/^Not written yet, so there is no token\. Try, above/)).toBeTruthy()
    expect(inspector.queryByText(/Verify the context/)).toBeNull()
  },
)

test.skipIf(!full)(
  'the entry of an edited context says which command is pending and what is on disk',
  async () => {
    const { inspector, model, row, user } = await inspect('stage')
    await user.click(inspector.getByRole('tab', { name: 'Entry' }))
    expect(inspector.getByRole('heading', { name: /^What would be run/ })).toBeTruthy()
    const pin = { kind: 'set-profile', profile: 'pay', pin: 'arg', scope: 'split' } as const
    act(() => model.edits.add([{ ...pin, context: row('stage').id }]))
    expect(
      await inspector.findByRole('heading', { name: /^What will be run once it is written/ }),
    ).toBeTruthy()
    expect(inspector.getByRole('heading', { name: 'On disk until then' })).toBeTruthy()
  },
)

test('that a context will be deleted is the headline, and what is so until then stands below', async () => {
  const { inspector, model, row } = await inspect('prod-admin')
  act(() => {
    model.edits.add([{ kind: 'delete-contexts', contexts: [row('prod-admin').id], keepOrphans: false }])
  })
  await inspector.findByRole('heading', { name: 'This context will be deleted' })
  expect(inspector.getByText(/^Until then: acts as Admin/)).toBeTruthy()
})

test.skipIf(!full)(
  'a context that is to be deleted with others is kept from its panel, and the others still go',
  async () => {
    const { inspector, model, row, pending, user } = await inspect('prod-admin')
    const [context, other] = [row('prod-admin').id, row('stage').id]
    act(() => {
      model.edits.add([
        { kind: 'set-namespace', context, namespace: 'ops' },
        { kind: 'delete-contexts', contexts: [context, other], keepOrphans: true },
      ])
    })
    await user.click(await inspector.findByRole('button', { name: 'Keep it' }))
    expect(pending()).toEqual([
      { kind: 'set-namespace', context, namespace: 'ops' },
      { kind: 'delete-contexts', contexts: [other], keepOrphans: true },
    ])
    expect(row('prod-admin').pending?.kind).toBe('changed')
    expect(document.activeElement?.closest('aside')).not.toBeNull()
  },
)
