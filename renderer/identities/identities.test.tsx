// @vitest-environment happy-dom

import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { fail, fault } from '../../shared/result'
import { full } from '../../shared/testing/counts'
import { setEnvironment } from '../store/loading'
import { pendingProfiles, takeProfiles } from '../store/profile-edits'
import { createModel } from '../store/window-model'
import type { FakeOptions } from '../testing/fake-bridge'
import { now } from '../testing/fleet'
import { heldPace } from '../testing/held-pace'
import { emptyTree, identityTree } from '../testing/identities'
import { giveSize, openWindow } from '../testing/window'

beforeEach(giveSize)
let stop: () => void = () => undefined
afterEach(() => {
  cleanup()
  stop()
  vi.restoreAllMocks()
})

/** The window with the identities, whose Admin has the first context. */
async function open(options: FakeOptions = {}) {
  let first = { id: '', name: '' }
  const opened = await openWindow({ contexts: 2, identities: () => identityTree([first]), ...options })
  stop = opened.stop
  const [row] = opened.model.rows.all()
  first = { id: row?.id ?? '', name: row?.name ?? '' }
  await opened.user.click(screen.getByTitle('Identities'))
  const calls = (of: string) =>
    opened.bridge.calls.filter(({ name }) => name === of).map(({ input }) => input)
  return { ...opened, calls, first }
}

// By what the lines say of themselves: working out roles and names of all is most of what such a test costs.
const drawn = () => [...document.querySelectorAll<HTMLElement>('[role="row"][data-line]')]
const tree = () => waitFor(() => expect(drawn()).not.toEqual([]))
const rows = () => drawn().map((row) => `${row.getAttribute('aria-level')} ${row.dataset.line}`)
const line = (id: string) => {
  const row = drawn().find(({ dataset }) => dataset.line === id)
  if (row === undefined) throw new Error(`no line ${id}`)
  return row
}

test('says in a sentence what is wrong, counts, and shows who comes from whom', async () => {
  const { user, calls } = await open()
  await tree()
  expect(
    screen.getByRole('heading', {
      level: 1,
      name: '2 identities wait for you, 1 is refused, 1 cannot work as written',
    }),
  ).toBeTruthy()
  expect(screen.getByText('2 of 6 work')).toBeTruthy()
  expect(calls('identities.load')).toEqual([{ environment: 'login-shell' }])
  expect(rows()).toEqual([
    '1 group keys',
    '2 alice',
    '3 hub',
    '4 admin',
    '1 corp',
    '2 data',
    '2 view',
    '1 group nobody',
    '2 nobody',
  ])
  expect(line('hub').textContent).toMatch(/Hub.*security.*hub.*valid.*2 min ago.*54 min/)
  expect(line('alice').textContent).toContain('long-term key')
  expect(screen.getByText('Only settings:').textContent).toBe('Only settings:plain')
  await user.click(screen.getByRole('button', { name: /1 refused/ }))
  expect(rows()).toEqual(['1 group keys', '2 alice', '3 hub', '4 admin'])
  await user.type(screen.getByRole('textbox', { name: 'Filter identities' }), 'lake')
  expect(screen.getByText('No identity fits')).toBeTruthy()
})

test('the arrows walk, close and open; Enter shows what there is to know, and Escape puts it away', async () => {
  const { user } = await open()
  await tree()
  line('group keys').focus()
  await user.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}')
  expect(document.activeElement).toBe(line('admin'))
  await user.keyboard('{ArrowLeft}{ArrowLeft}')
  expect(line('hub').getAttribute('aria-expanded')).toBe('false')
  expect(rows()).not.toContain('4 admin')
  await user.keyboard('{ArrowRight}{ArrowRight}{Enter}')
  const detail = within(screen.getByRole('complementary', { name: 'About the identity' }))
  expect(detail.getByRole('heading', { level: 2 }).textContent).toBe('Admin')
  expect(detail.getByText('role in payments-prod')).toBeTruthy()
  expect(detail.getByRole('heading', { name: 'Refused by AWS' })).toBeTruthy()
  expect(detail.getByText('Admin does not trust Hub.')).toBeTruthy()
  expect(detail.getByText(/config:14/)).toBeTruthy()
  expect(
    within(detail.getByRole('list', { name: 'Clusters that these lead to' })).getByText('prod-eu'),
  ).toBeTruthy()
  expect(detail.getByRole('button', { name: /aws sts get-caller-identity --profile pay/ })).toBeTruthy()
  // It follows the keyboard.
  await user.keyboard('{End}')
  expect(detail.getByRole('heading', { level: 2 }).textContent).toBe('no identity')
  await user.keyboard('{Escape}')
  expect(screen.queryByRole('complementary')).toBeNull()
  expect(document.activeElement).toBe(line('nobody'))
})

test('proves what is shown, one after the other, and stops on a click with what came so far', async () => {
  const problem = {
    code: 'sts-unreachable',
    message: 'STS does not answer.',
    next: 'Look at the net.',
  } as const
  const proofs = ['alice', 'hub', 'admin', 'data', 'view'].map((id) => ({ id, at: now, arn: null, problem }))
  const held = heldPace()
  const { user, calls, model } = await open({ proofs, pace: held.pace })
  await tree()
  await user.click(screen.getByRole('button', { name: 'Prove 5' }))
  expect(calls('identities.prove')).toMatchObject([
    { environment: 'login-shell', ids: ['alice', 'hub', 'admin', 'data', 'view'], again: false },
  ])
  // Nothing turns where nothing runs yet.
  expect(await within(line('alice')).findByText('proving…')).toBeTruthy()
  expect(within(line('view')).getByText('waiting')).toBeTruthy()
  held.next()
  await user.click(await screen.findByRole('button', { name: 'Stop · 1 of 5' }))
  expect(calls('run.cancel')).toHaveLength(1)
  held.end()
  expect(await screen.findByText(/^Stopped: 1 of 5 identities (was|were) proven$/)).toBeTruthy()
  // What is known is read anew at the end, and what keeps a proof from an answer is said where it is looked for.
  expect(calls('identities.load')).toHaveLength(2)
  await user.click(line('alice'))
  const detail = within(screen.getByRole('complementary'))
  expect(detail.getByText('STS does not answer.')).toBeTruthy()
  await user.click(detail.getByRole('button', { name: 'Prove' }))
  await waitFor(() => expect(calls('identities.prove').at(-1)).toMatchObject({ ids: ['alice'], again: true }))
  await waitFor(() => expect(model.state.getState().runs).toEqual([]))
})

test('signs in by the flow of rows, shows contexts in their list, and follows what changes', async () => {
  let current = identityTree()
  const { user, bridge, model, calls, row } = await open({ identities: () => current })
  await tree()
  const context = row('prod-admin')
  current = identityTree([{ id: context.id, name: context.name }])
  bridge.emit('identity.changed', { reason: 'aws' })
  await user.click(await screen.findByRole('button', { name: /^Show 1 context of Admin/ }))
  expect(model.state.getState()).toMatchObject({
    page: 'contexts',
    only: { title: 'Contexts that act as Admin' },
  })
  expect(model.fitting().map(({ name }) => name)).toEqual(['prod-admin'])
  // Nobody asks while nobody looks; then once.
  const asked = calls('identities.load').length
  bridge.emit('identity.changed', { reason: 'aws' })
  expect(calls('identities.load')).toHaveLength(asked)
  await user.click(screen.getByTitle('Identities'))
  expect(calls('identities.load')).toHaveLength(asked + 1)
  await user.click(within(line('corp')).getByRole('button', { name: 'Sign in…' }))
  expect(await screen.findByRole('dialog', { name: 'Sign in to corp' })).toBeTruthy()
  expect(calls('signIn.start')).toMatchObject([{ of: { kind: 'session', name: 'corp' } }])
})

test('a shadowed context stands apart, and where it is the only one no list says that there is none', async () => {
  const known = identityTree()
  const first = { id: '', name: 'prod-admin' }
  const identities = () => ({
    ...known,
    identities: known.identities.map((one) => (one.id === 'admin' ? { ...one, shadowed: [first] } : one)),
  })
  const { user } = await open({ identities })
  await tree()
  await user.click(line('admin'))
  const detail = within(await screen.findByRole('complementary'))
  expect(detail.getByText('Shadowed contexts that act as this identity')).toBeTruthy()
  expect(detail.getByRole('button', { name: /prod-admin/ })).toBeTruthy()
  expect(detail.queryByText('No context acts as this identity.')).toBeNull()
  await user.click(line('hub'))
  expect(await detail.findByText('No context acts as this identity.')).toBeTruthy()
  expect(detail.queryByText('Shadowed contexts that act as this identity')).toBeNull()
})

test('where an identity is no more, keyboard and panel follow its profile to whom that gives now, or to its settings', async () => {
  const before = identityTree()
  const admin = before.identities.find(({ id }) => id === 'admin')
  if (admin === undefined) throw new Error('no admin')
  const others = before.identities.filter(({ id }) => id !== 'admin')
  const trees = {
    before,
    // What a role in a profile's settings becomes when it is written over.
    hub: {
      ...before,
      identities: others.map((one) =>
        one.id === 'hub' ? { ...one, profiles: [...one.profiles, ...admin.profiles] } : one,
      ),
    },
    settings: { ...before, identities: others, settingsOnly: [...before.settingsOnly, ...admin.profiles] },
  }
  let now: keyof typeof trees = 'before'
  const { user, bridge } = await open({ identities: () => trees[now] })
  await tree()
  const panel = () => within(screen.getByRole('complementary', { name: 'About the identity' }))
  const written = (as: keyof typeof trees) => {
    now = as
    bridge.emit('identity.changed', { reason: 'aws' })
  }
  await user.click(line('admin'))
  await screen.findByRole('complementary', { name: 'About the identity' })
  expect(panel().getByRole('heading', { level: 2 }).textContent).toContain('Admin')
  written('hub')
  await waitFor(() => expect(panel().getByRole('heading', { level: 2 }).textContent).toContain('Hub'))
  await waitFor(() => expect(document.activeElement).toBe(line('hub')))
  written('before')
  await waitFor(() => expect(rows()).toContain('4 admin'))
  await user.click(line('admin'))
  written('settings')
  await waitFor(() => expect(panel().getByRole('heading', { level: 2 }).textContent).toBe('pay'))
})

test('signs out of a session, by a profile that uses it, and says for whom else', async () => {
  const { identities, ...others } = identityTree()
  const signedIn = identities.map((one) =>
    one.id === 'corp' ? { ...one, state: { ...one.state, kind: 'valid' as const, problem: null } } : one,
  )
  const { user, calls } = await open({ identities: () => ({ ...others, identities: signedIn }) })
  await tree()
  await user.click(line('corp'))
  await user.click(await screen.findByRole('button', { name: 'Sign out' }))
  const [profile] = identities.flatMap(({ parent, profiles }) => (parent === 'corp' ? profiles : []))
  expect(calls('signIn.end')).toMatchObject([{ of: { kind: 'profile', name: profile?.name } }])
  expect(await screen.findByText('Signed out of corp, for aws and kubectl too')).toBeTruthy()
})

test('says that nobody is named, and why nobody can be named', async () => {
  await open({ identities: () => emptyTree })
  expect(await screen.findByRole('heading', { name: 'No identity is named here' })).toBeTruthy()
  cleanup()
  stop()
  await open({ refuse: { 'identities.load': fail(fault('internal', 'It went wrong.', 'Try again.')) } })
  expect((await screen.findByRole('alert')).textContent).toContain('It went wrong. Try again.')
})

test('what is typed behind Tab while main checks a value is for the cell that comes next', async () => {
  // happy-dom has no editing: what a browser would write.
  const write = (_command: string, _ui: boolean, text: string) => {
    const field = document.activeElement
    if (!(field instanceof HTMLInputElement)) return false
    fireEvent.input(field, { target: { value: field.value + text } })
    return true
  }
  Object.assign(document, { execCommand: write })
  const { user } = await open({ checkMs: 40 })
  await tree()
  await user.click(line('admin'))
  await screen.findByRole('grid', { name: 'Profile pay' })
  const cell = (name: string) =>
    document.querySelector<HTMLElement>(`[aria-label="Profile pay"] [data-cell="${name}"]`)
  cell('name')?.focus()
  await user.keyboard('payments{Tab}us-west-2{Enter}')
  await waitFor(() => expect(cell('region')?.textContent).toBe('was eu-west-1 now us-west-2'))
  expect(cell('name')?.textContent).toBe('was pay now payments')
  await waitFor(() => expect(document.activeElement).toBe(cell('role_arn')))
})

test('a click from an edited cell into another keeps what was typed and leaves the keyboard where it went', async () => {
  const { user } = await open({ checkMs: 40 })
  await tree()
  await user.click(line('admin'))
  await screen.findByRole('grid', { name: 'Profile pay' })
  const cell = (name: string) => {
    const found = document.querySelector<HTMLElement>(`[aria-label="Profile pay"] [data-cell="${name}"]`)
    if (found === null) throw new Error(`no cell ${name}`)
    return found
  }
  cell('name').focus()
  await user.keyboard('payments')
  await user.click(cell('output'))
  await waitFor(() => expect(cell('name').textContent).toBe('was pay now payments'))
  expect(document.activeElement).toBe(cell('output'))
  // An editor that was begun meanwhile stays, with what is typed in it.
  await user.keyboard('{ArrowUp}{ArrowUp}{ArrowUp}{ArrowUp}')
  expect(document.activeElement).toBe(cell('region'))
  await user.keyboard('us-west-2')
  await user.dblClick(cell('output'))
  await user.keyboard('x')
  await waitFor(() => expect(cell('region').textContent).toBe('was eu-west-1 now us-west-2'))
  expect(document.activeElement).toBe(screen.getByRole('combobox', { name: 'output of profile pay' }))
})

test('a profile is edited as cells: by keys, by choice, with was and now, undone, reviewed and written', async () => {
  const { user, calls, model } = await open()
  await tree()
  await user.click(line('admin'))
  const cells = within(await screen.findByRole('grid', { name: 'Profile pay' }))
  const cell = (name: string) => {
    const found = document.querySelector<HTMLElement>(`[aria-label="Profile pay"] [data-cell="${name}"]`)
    if (found === null) throw new Error(`no cell ${name}`)
    return found
  }
  cell('name').focus()
  await user.keyboard('{ArrowDown}{F2}')
  const region = cells.getByRole('combobox', { name: 'region of profile pay' })
  expect(document.activeElement).toBe(region)
  // What cannot be is said, and Escape leaves everything as it was.
  await user.keyboard('us-e')
  expect(cells.getAllByRole('option').map(({ textContent }) => textContent)).toEqual([
    'us-east-1',
    'us-east-2',
  ])
  await user.keyboard('{Escape}')
  expect(document.activeElement).toBe(cell('region'))
  expect(cell('region').textContent).toBe('eu-west-1')
  // A letter begins it, the arrows choose, Tab goes on.
  await user.keyboard('us-e{ArrowDown}{ArrowDown}{Tab}')
  await waitFor(() => expect(document.activeElement).toBe(cell('role_arn')))
  expect(cell('region').textContent).toBe('was eu-west-1 now us-east-2')
  await user.dblClick(cell('source_profile'))
  await user.clear(cells.getByRole('combobox'))
  await user.keyboard('nobody{Enter}')
  expect(await cells.findByText('There is no profile nobody. Choose one of the list.')).toBeTruthy()
  // Who goes on elsewhere gets back what cannot be kept.
  await user.click(cell('region'))
  expect(cells.queryByRole('combobox')).toBeNull()
  expect(cell('source_profile').textContent).toBe('hub')
  expect(model.state.getState().notices.at(-1)).toMatchObject({
    message: 'pay keeps its source_profile. You typed “nobody”.',
    next: 'There is no profile nobody. Choose one of the list.',
    action: { label: 'Copy it' },
  })
  await user.dblClick(cell('source_profile'))
  await user.clear(cells.getByRole('combobox'))
  await user.keyboard('alice{Enter}')
  await waitFor(() => expect(cell('source_profile').textContent).toBe('was hub now alice'))
  expect(screen.getByTitle('Identities: 2 changes of profiles pending, not written yet')).toBeTruthy()
  await user.keyboard('{Control>}z{/Control}')
  expect(cell('source_profile').textContent).toBe('hub')
  await user.keyboard('{Control>}z{/Control}')
  expect(cell('region').textContent).toBe('eu-west-1')
  await user.keyboard('{Control>}{Shift>}z{/Shift}{/Control}')
  expect(cell('region').textContent).toBe('was eu-west-1 now us-east-2')
  cell('name').focus()
  await user.keyboard('{Enter}payments{Enter}')
  await waitFor(() => expect(cell('name').textContent).toBe('was pay now payments'))
  await user.keyboard('{Control>}s{/Control}')
  const dialog = within(await screen.findByRole('dialog', { name: 'Review 2 changes' }))
  expect(dialog.getByText('renamed to payments')).toBeTruthy()
  await waitFor(() =>
    expect(dialog.getByRole<HTMLButtonElement>('button', { name: 'Apply Ctrl+Enter' }).disabled).toBe(false),
  )
  await user.click(dialog.getByRole('button', { name: 'Apply Ctrl+Enter' }))
  const environment = 'login-shell'
  await waitFor(() =>
    expect(calls('edits.apply')).toMatchObject([
      {
        edits: [
          {
            environment,
            edit: { kind: 'set-profile-key', profile: 'pay', key: 'region', value: 'us-east-2' },
            was: 'eu-west-1',
          },
          { environment, edit: { kind: 'rename-profile', profile: 'pay', name: 'payments' }, was: null },
        ],
      },
    ]),
  )
  await waitFor(() => expect(model.edits.state.getState().pending).toEqual([]))
  // What the credentials file says is told, and not edited.
  await user.click(line('alice'))
  const alice = within(await screen.findByRole('grid', { name: 'Profile alice' }))
  const [name, aliceRegion] = alice.getAllByRole('gridcell')
  expect(name?.title).toMatch(/^The profile is in the credentials file/)
  name?.focus()
  await user.keyboard('{F2}')
  expect(alice.queryByRole('combobox')).toBeNull()
  expect(aliceRegion?.title).toMatch(/which wins/)
  // Who gives nobody has settings, too.
  await user.click(screen.getByRole('button', { name: 'plain' }))
  expect(await screen.findByRole('grid', { name: 'Profile plain' })).toBeTruthy()
})

test('changes of profiles are marked on every page, and reviewed in one list with those of contexts', async () => {
  const { user, model, first } = await open()
  await tree()
  takeProfiles(model, [{ kind: 'set-profile-key', profile: 'pay', key: 'region', value: 'us-east-2' }])
  await user.click(screen.getByTitle('Contexts'))
  const entry = await screen.findByTitle('Identities: 1 change of a profile pending, not written yet')
  expect(entry.textContent).toMatch(/^Identities11 change of a profile pending, not written yet,\d+$/)
  model.edits.add([{ kind: 'rename-context', context: first.id, name: 'other', cascade: false }])
  await user.keyboard('{Control>}s{/Control}')
  const review = within(await screen.findByRole('dialog', { name: 'Review 2 changes' }))
  expect(review.getByText('profile pay')).toBeTruthy()
  await user.keyboard('{Escape}')
  await user.keyboard('{Control>}z{/Control}{Control>}z{/Control}')
  expect(model.edits.state.getState().pending).toEqual([])
})

test('a profile is added by keys, copied and deleted, each shown before it is pending, and all survive a reload', async () => {
  const { user, bridge, model, calls } = await open()
  await tree()
  await user.keyboard('{Control>}{Shift>}p{/Shift}{/Control}')
  const add = within(await screen.findByRole('dialog', { name: 'Add a profile' }))
  const done = add.getByRole<HTMLButtonElement>('button', { name: 'Add' })
  const name = add.getByRole('textbox', { name: 'Name' })
  expect(document.activeElement).toBe(name)
  await user.keyboard('pay')
  expect(add.getByText('There is a profile pay already. Choose another name.')).toBeTruthy()
  await user.keyboard('-ops')
  await user.click(add.getByRole('radio', { name: /^A role/ }))
  expect(done.disabled).toBe(true)
  await user.type(add.getByRole('combobox', { name: 'Source profile' }), 'hub')
  await user.click(add.getByRole('combobox', { name: 'Role ARN' }))
  await user.paste('arn:aws:iam::333344445555:role/Ops')
  await user.click(done)
  const cells = within(await screen.findByRole('grid', { name: 'Profile pay-ops' }))
  expect(cells.getAllByRole('gridcell').map(({ textContent }) => textContent)).toEqual([
    'pay-ops',
    'not set',
    'arn:aws:iam::333344445555:role/Ops',
    'hub',
    'not set',
    'not set',
  ])
  // Of one that is not written yet all is said anew in the form that made it.
  await user.click(screen.getByRole('button', { name: 'Change… of profile pay-ops' }))
  const change = within(await screen.findByRole('dialog', { name: 'Change the new profile pay-ops' }))
  await user.type(change.getByRole('textbox', { name: /^MFA device/ }), 'serial')
  await user.click(change.getByRole('button', { name: 'Change' }))
  expect(await screen.findByText('mfa_serial = serial')).toBeTruthy()

  await user.click(line('admin'))
  await user.keyboard('{Control>}{Shift>}d{/Shift}{/Control}')
  const clone = within(await screen.findByRole('dialog', { name: 'Clone profile pay' }))
  expect(clone.getByRole<HTMLInputElement>('textbox', { name: 'Name' }).value).toBe('pay-2')
  await user.keyboard('pay-copy')
  await user.click(clone.getByRole('button', { name: 'Clone' }))
  expect(await screen.findByText('Copy of pay, not written yet')).toBeTruthy()

  // What is not written yet is only forgotten.
  await user.keyboard('{Control>}{Delete}{/Control}')
  const forget = within(await screen.findByRole('dialog', { name: 'Delete profile pay-copy' }))
  await user.click(forget.getByRole('button', { name: 'Delete' }))
  await waitFor(() => expect(pendingProfiles(model)).toHaveLength(1))
  model.edits.undo()

  await user.click(line('hub'))
  await user.keyboard('{Control>}{Delete}{/Control}')
  const remove = within(await screen.findByRole('dialog', { name: 'Delete profile hub' }))
  // Who loses it is named.
  expect(await remove.findByText(/^Profile hub is named by profile pay/)).toBeTruthy()
  await user.click(remove.getByRole('button', { name: 'Delete' }))
  const hub = within(await screen.findByRole('grid', { name: 'Profile hub' }))
  const [first] = hub.getAllByRole('gridcell')
  first?.focus()
  await user.keyboard('{F2}')
  expect(hub.queryByRole('combobox')).toBeNull()
  const bar = within(screen.getByRole('region', { name: 'Changes of profiles' }))
  expect(bar.getAllByRole('button').map(({ textContent }) => textContent)).toEqual([
    'pay-ops',
    'pay-copy',
    'hub',
  ])
  await user.keyboard('{Control>}z{/Control}')
  expect(pendingProfiles(model)).toHaveLength(2)
  await user.keyboard('{Control>}{Shift>}z{/Shift}{/Control}')
  await user.click(await screen.findByRole('button', { name: 'Keep it of profile hub' }))
  await waitFor(() => expect(document.activeElement?.textContent).toBe('hub'))
  expect(pendingProfiles(model)).toHaveLength(2)
  await user.keyboard('{Control>}z{/Control}')
  expect(pendingProfiles(model)).toHaveLength(3)

  const edits = [
    {
      kind: 'add-profile',
      profile: 'pay-ops',
      settings: [
        { key: 'source_profile', value: 'hub' },
        { key: 'role_arn', value: 'arn:aws:iam::333344445555:role/Ops' },
        { key: 'mfa_serial', value: 'serial' },
      ],
    },
    { kind: 'clone-profile', profile: 'pay', name: 'pay-copy' },
    { kind: 'delete-profile', profile: 'hub' },
  ]
  // Another environment may have other files: what is pending stays in the list, and is not shown beside these.
  await setEnvironment(model.loading, 'app')
  expect(pendingProfiles(model)).toEqual([])
  expect(model.edits.state.getState().pending).toHaveLength(3)
  await setEnvironment(model.loading, 'login-shell')
  await tree()

  const again = createModel({ bridge, clock: () => now })
  const stopAgain = again.start()
  await waitFor(() => expect(pendingProfiles(again)).toEqual(edits))
  again.edits.undo()
  expect(pendingProfiles(again)).toHaveLength(2)
  stopAgain()

  await user.keyboard('{Control>}s{/Control}')
  const review = within(await screen.findByRole('dialog', { name: 'Review 3 changes' }))
  expect(await review.findByText(/^Profile hub is named by profile pay/)).toBeTruthy()
  await user.click(review.getByRole('button', { name: 'Apply to all of them Ctrl+Enter' }))
  await waitFor(() =>
    expect(calls('edits.apply')).toMatchObject([
      { edits: edits.map((edit) => ({ kind: 'edit-profile', edit })), sharedAllowed: true },
    ]),
  )
})

test.skipIf(!full)(
  'an SSO profile names a session of the file, or a new one with its start URL, region and scopes',
  async () => {
    const { user, model } = await open()
    await tree()
    await user.keyboard('{Control>}{Shift>}p{/Shift}{/Control}')
    const add = within(await screen.findByRole('dialog', { name: 'Add a profile' }))
    const done = add.getByRole<HTMLButtonElement>('button', { name: 'Add' })
    const say = async (name: string, value: string) => {
      const box = add.getByRole<HTMLInputElement>('combobox', { name })
      await user.clear(box)
      await user.type(box, value)
      // The keyboard stays in it when something appears around it.
      expect(document.activeElement).toBe(box)
    }
    await user.keyboard('ledger')
    await user.click(add.getByRole('radio', { name: /^IAM Identity Center/ }))
    await say('SSO session', 'corp-2')
    await say('Account', '333344445555')
    await say('Permission set', 'Reader')
    const session = within(add.getByRole('group', { name: 'New session corp-2' }))
    expect(session.getByRole<HTMLInputElement>('textbox', { name: /^Scopes/ }).value).toBe(
      'sso:account:access',
    )
    expect(done.disabled).toBe(true)
    await user.click(session.getByRole('textbox', { name: 'Start URL' }))
    await user.paste('https://d-1234567890.awsapps.com/start')
    await say('Region of IAM Identity Center', 'eu-west-1')
    await user.click(done)
    await screen.findByRole('grid', { name: 'Profile ledger' })
    expect(pendingProfiles(model)).toEqual([
      {
        kind: 'add-sso-session',
        session: 'corp-2',
        settings: [
          { key: 'sso_start_url', value: 'https://d-1234567890.awsapps.com/start' },
          { key: 'sso_region', value: 'eu-west-1' },
          { key: 'sso_registration_scopes', value: 'sso:account:access' },
        ],
      },
      {
        kind: 'add-profile',
        profile: 'ledger',
        settings: [
          { key: 'sso_session', value: 'corp-2' },
          { key: 'sso_account_id', value: '333344445555' },
          { key: 'sso_role_name', value: 'Reader' },
        ],
      },
    ])
    expect(screen.getByText('sso_start_url = https://d-1234567890.awsapps.com/start')).toBeTruthy()
    // What it says is changed where it was made.
    await user.click(screen.getByRole('button', { name: 'Change… of profile ledger' }))
    const change = within(await screen.findByRole('dialog', { name: 'Change the new profile ledger' }))
    const scopes = change.getByRole('textbox', { name: /^Scopes/ })
    await user.clear(scopes)
    await user.click(change.getByRole('button', { name: 'Change' }))
    await waitFor(() =>
      expect(pendingProfiles(model)[0]).toMatchObject({
        settings: [{ key: 'sso_start_url' }, { key: 'sso_region' }],
      }),
    )
  },
)

test('a profile of the credentials file is not deleted here, which is said, and of several it is asked which', async () => {
  const { identities, ...others } = identityTree()
  const shared = identities.map((one) =>
    one.id === 'hub'
      ? {
          ...one,
          profiles: [
            ...one.profiles,
            ...identities.flatMap((other) => (other.id === 'data' ? other.profiles : [])),
          ],
        }
      : one,
  )
  const { user } = await open({ identities: () => ({ ...others, identities: shared }) })
  await tree()
  await user.click(line('alice'))
  const button = await screen.findByRole<HTMLButtonElement>('button', { name: 'Delete… of profile alice' })
  expect([button.disabled, button.title]).toEqual([true, expect.stringContaining('credentials file')])
  await user.click(line('hub'))
  await user.keyboard('{Control>}{Shift>}d{/Shift}{/Control}')
  const clone = within(await screen.findByRole('dialog', { name: 'Clone profile hub' }))
  await user.click(clone.getByRole('radio', { name: 'lake' }))
  expect(clone.getByRole<HTMLInputElement>('textbox', { name: 'Name' }).value).toBe('lake-2')
})
