// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { entryId } from '../../shared/kubeconfig/entries'
import { fail, fault } from '../../shared/result'
import { full, someOf } from '../../shared/testing/counts'
import { App } from '../App'
import { startEditing } from '../actions/cell-actions'
import { createModel } from '../store/window-model'
import { type FakeOptions, fakeBridge } from '../testing/fake-bridge'
import { legacyFile, now } from '../testing/fleet'
import { giveSize } from '../testing/window'
import '../testing/all-parts'

beforeEach(giveSize)
let stop: () => void = () => undefined
afterEach(() => {
  cleanup()
  stop()
  vi.restoreAllMocks()
})

async function open(options: FakeOptions = {}) {
  const bridge = fakeBridge({ contexts: 12, ...options })
  const model = createModel({ bridge, clock: () => now })
  stop = model.start()
  const user = userEvent.setup()
  render(<App model={model} />)
  await waitFor(() => expect(model.state.getState().phase.kind).toBe('ready'))
  await screen.findByRole('grid')
  const row = (name: string) => {
    const found = model.rows.all().find((one) => one.name === name)
    if (!found) throw new Error(`no row ${name}`)
    return found
  }
  const cell = (name: string, column: string): HTMLElement => {
    const element = [...document.querySelectorAll<HTMLElement>('[role="row"]')]
      .find((one) => one.dataset.item === row(name).id)
      ?.querySelector<HTMLElement>(`[data-column="${column}"]`)
    if (!element) throw new Error(`no cell ${column} of ${name}`)
    return element
  }
  /** Puts the cursor on a cell without opening anything. */
  const stand = async (name: string, column: string) => {
    // Rows that nobody sees follow the first picture.
    await user.click(await waitFor(() => cell(name, column)))
    model.inspect(null)
  }
  const pending = () => model.edits.state.getState().pending.map(({ edit }) => edit)
  return { bridge, model, user, row, cell, stand, pending }
}

test('a cell whose editor is open is not opened anew: what was typed stays', async () => {
  const { model, row } = await open()
  const at = { item: row('stage').id, column: 'namespace' }
  startEditing(model, at, null)
  const field = await screen.findByRole<HTMLInputElement>('combobox', { name: 'Namespace of stage' })
  fireEvent.change(field, { target: { value: 'typed' } })
  expect(startEditing(model, at, null)).toBe(true)
  await new Promise((resolve) => setTimeout(resolve, 0))
  expect(field.isConnected).toBe(true)
  expect(field.value).toBe('typed')
})

test.skipIf(!full)(
  'an editor goes with its row when a filter hides that: nothing is typed into what is not seen',
  async () => {
    const { model, user, stand, pending } = await open()
    await stand('stage', 'role')
    await user.keyboard('bad')
    const field = await screen.findByRole('combobox', { name: 'Role of stage' })
    act(() => model.setFilter('context:prod-admin'))
    await waitFor(() => expect(field.isConnected).toBe(false))
    expect(model.edits.state.getState().editing).toBeNull()
    expect(pending()).toEqual([])
    const { notices } = model.state.getState()
    expect(notices.at(-1)?.message).toBe(
      'stage is not shown any more, and its Role stays as it is. You typed “bad”.',
    )
  },
)

type Opened = Awaited<ReturnType<typeof open>>
const filterField = () => screen.getByRole('combobox', { name: 'Filter contexts' })
/** The ways out of an editor besides Enter, Tab and Escape, and where the keyboard is then. */
const waysOut: readonly (readonly [string, (opened: Opened) => Promise<unknown>, () => Element | null])[] = [
  [
    'a click on another row',
    ({ user, cell }) => user.click(cell('prod-admin', 'namespace')),
    () => document.querySelector('[role="row"][data-cursor] [data-column="namespace"]'),
  ],
  ['a click into the filter', ({ user }) => user.click(filterField()), filterField],
  [
    'the palette',
    ({ user }) => user.keyboard('{Control>}k{/Control}'),
    () => within(screen.getByRole('dialog')).queryByRole('combobox'),
  ],
  ['Ctrl+F', ({ user }) => user.keyboard('{Control>}f{/Control}'), filterField],
  [
    'the menu of the application',
    async ({ bridge }) => act(() => bridge.emit('app.action', { id: 'filter' })),
    filterField,
  ],
  [
    'another page',
    async ({ model }) => act(() => model.showPage('settings')),
    () => document.querySelector('main > [tabindex="-1"]'),
  ],
  [
    'a dialog',
    async ({ model }) => act(() => model.edits.open({ kind: 'shortcuts' })),
    () => document.querySelector('[role="dialog"]'),
  ],
  [
    'whatever takes the keyboard',
    async () => act(() => screen.getByRole('button', { name: 'Columns' }).focus()),
    () => screen.getByRole('button', { name: 'Columns' }),
  ],
]

// The keyboard goes where the user clicks, or where a call puts it: the others are of these two kinds.
test.each(someOf(waysOut, (_, at) => at === 0 || at === waysOut.length - 1))(
  '%s leaves an editor, with what it keeps, or with what was refused and why',
  async (_, leave, keyboard) => {
    const opened = await open()
    const { model, user, stand, pending, bridge, row } = opened
    const isLeft = async (field: HTMLElement) => {
      await waitFor(() => expect(field.isConnected).toBe(false))
      expect(model.edits.state.getState().editing).toBeNull()
      await waitFor(() => expect(keyboard()?.contains(document.activeElement)).toBe(true))
    }
    await stand('stage', 'context')
    await user.keyboard('prod-admin')
    const field = await screen.findByRole('combobox', { name: 'Context of stage' })
    await leave(opened)
    await isLeft(field)
    expect(pending()).toEqual([])
    const notice = model.state.getState().notices.at(-1)
    expect([notice?.message, notice?.next]).toEqual([
      'stage keeps its Context. You typed “prod-admin”.',
      'There is a context “prod-admin” already. Choose another name.',
    ])
    act(() => notice?.action?.run())
    expect(bridge.copied.at(-1)).toBe('prod-admin')
    act(() => {
      model.openPalette(false)
      model.edits.open(null)
      model.showPage('contexts')
    })
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    const said = model.state.getState().notices.length
    await stand('stage', 'namespace')
    await user.keyboard('ops')
    const other = await screen.findByRole('combobox', { name: 'Namespace of stage' })
    await leave(opened)
    await isLeft(other)
    expect(pending()).toEqual([{ kind: 'set-namespace', context: row('stage').id, namespace: 'ops' }])
    expect(model.state.getState().notices.length).toBeLessThanOrEqual(said)
  },
)

test('a cell that is scrolled out of sight takes its editor along, and has the keyboard again', async () => {
  const { model, user, stand, cell } = await open()
  await stand('stage', 'context')
  await user.keyboard('prod-admin')
  const field = await screen.findByRole('combobox', { name: 'Context of stage' })
  const seen = cell('stage', 'context')
  const scroll = document.querySelector('[role="grid"]')?.parentElement
  if (!scroll) throw new Error('there is no grid')
  const at = (y: number, height: number) => () => new DOMRect(0, y, 300, height)
  vi.spyOn(scroll, 'getBoundingClientRect').mockImplementation(at(200, 400))
  const box = vi.spyOn(seen, 'getBoundingClientRect').mockImplementation(at(300, 32))
  fireEvent.scroll(scroll)
  box.mockImplementation(at(210, 32))
  fireEvent.scroll(scroll)
  expect(field.isConnected).toBe(true)
  box.mockImplementation(at(190, 32))
  fireEvent.scroll(scroll)
  await waitFor(() => expect(field.isConnected).toBe(false))
  expect(document.activeElement).toBe(seen)
  expect(model.state.getState().notices.at(-1)?.message).toBe(
    'stage keeps its Context. You typed “prod-admin”.',
  )
})

test('a cell that is edited from the menu of its row has the keyboard in its editor, also once the menu is gone', async () => {
  const { user, stand, cell } = await open()
  await stand('stage', 'namespace')
  fireEvent.contextMenu(cell('stage', 'namespace'), { clientX: 20, clientY: 30 })
  await user.click(await screen.findByRole('menuitem', { name: /^Edit the cell/ }))
  await waitFor(() => expect(screen.queryByRole('menuitem')).toBeNull())
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(document.activeElement).toBe(screen.getByRole('combobox', { name: 'Namespace of stage' }))
})

test('an editor keeps the keyboard where one of its parts takes it or goes', async () => {
  const { user, stand, pending } = await open()
  await stand('prod-us-viewer', 'profile')
  await user.keyboard('{F2}')
  const field = await screen.findByRole('combobox', { name: 'Profile of prod-us-viewer' })
  await user.click(screen.getByText(/^Enter saves/))
  expect(field.isConnected).toBe(true)
  await user.keyboard('{Shift}')
  expect(document.activeElement).toBe(field)
  expect(pending()).toEqual([])
})

test('typing on a cell starts its edit, Enter keeps it and goes down; the cell shows was and now', async () => {
  const { user, stand, cell, row, pending, model } = await open()
  await stand('prod-admin', 'namespace')
  await user.keyboard('ops{Enter}')
  expect(pending()).toEqual([{ kind: 'set-namespace', context: row('prod-admin').id, namespace: 'ops' }])
  expect(cell('prod-admin', 'namespace').textContent).toBe('was checkout now ops')
  // A narrow cell cuts them: both stand there whole on hover.
  expect(cell('prod-admin', 'namespace').querySelector('s')?.parentElement?.title).toBe('checkout → ops')
  expect(cell('prod-admin', 'namespace').closest('[role="row"]')?.getAttribute('data-pending')).toBe(
    'changed',
  )
  await waitFor(() => expect(model.state.getState().cursor?.item).not.toBe(row('prod-admin').id))
  expect(document.activeElement?.getAttribute('data-column')).toBe('namespace')
})

test('Escape leaves the cell as it was and gives the keyboard back to it', async () => {
  const { user, stand, cell, pending } = await open()
  await stand('prod-admin', 'namespace')
  await user.keyboard('{F2}other{Escape}')
  expect(pending()).toEqual([])
  await waitFor(() => expect(document.activeElement).toBe(cell('prod-admin', 'namespace')))
})

test('Tab keeps the value and goes on to the next column that can be edited', async () => {
  const { user, stand, pending, model } = await open()
  await stand('prod-admin', 'context')
  await user.keyboard('{F2}')
  await user.clear(screen.getByRole('combobox', { name: 'Context of prod-admin' }))
  await user.keyboard('prod-root{Tab}')
  expect(pending()).toMatchObject([{ kind: 'rename-context', name: 'prod-root' }])
  await waitFor(() => expect(model.state.getState().cursor?.column).toBe('cluster'))
})

test('a value that is doubtful is marked in its cell as long as it is pending, with the reason', async () => {
  const { user, stand, cell, model } = await open()
  const why =
    '“Bad Value!” is not a valid namespace name. Use lower-case letters, digits and dashes, at most 63.'
  await stand('stage', 'namespace')
  await user.keyboard('Bad Value!{Enter}')
  await waitFor(() => expect(within(cell('stage', 'namespace')).getByTitle(why)).toBeTruthy())
  expect(cell('stage', 'namespace').textContent).toContain(why)
  expect(cell('stage', 'cluster').querySelector('svg[class*="alert"]')).toBeNull()
  await user.keyboard('{Control>}z{/Control}')
  await waitFor(() => expect(within(cell('stage', 'namespace')).queryByTitle(why)).toBeNull())
  await stand('stage', 'namespace')
  await user.keyboard('ops{Enter}')
  await waitFor(() => expect(model.edits.state.getState().previewed).toBe(true))
  expect(cell('stage', 'namespace').textContent).toBe('was web now ops')
})

test('a value that cannot be says why before it is kept, and the editor stays', async () => {
  const { user, stand, pending } = await open()
  await stand('stage-admin', 'role')
  await user.keyboard('not an arn{Enter}')
  expect(await screen.findByText(/is not a role’s ARN/)).toBeTruthy()
  expect(pending()).toEqual([])
  expect(screen.getByRole('combobox', { name: 'Role of stage-admin' }).getAttribute('aria-invalid')).toBe(
    'true',
  )
})

test.skipIf(!full)(
  'a role on top of a profile that assumes one is warned of, with the profile’s source as the way out',
  async () => {
    const { user, stand, pending } = await open()
    await stand('prod-admin', 'role')
    await user.keyboard('arn:aws:iam::111122223333:role/Other')
    await user.click(await screen.findByRole('button', { name: 'Use the profile base instead' }))
    expect(pending().map((edit) => edit.kind)).toEqual(['set-profile', 'set-role'])
    expect(pending()[0]).toMatchObject({ profile: 'base' })
  },
)

test('editing a shared user names the others, and only this context changes unless they are chosen', async () => {
  const { user, stand, row, pending } = await open()
  const shared = row('prod-us-viewer')
  await stand('prod-us-viewer', 'profile')
  await user.keyboard('{F2}')
  expect(await screen.findByText(new RegExp(`also used by ${shared.sharedWith[0]}`))).toBeTruthy()
  const field = screen.getByRole('combobox', { name: 'Profile of prod-us-viewer' })
  await user.clear(field)
  await user.type(field, 'dev{Enter}')
  expect(pending()).toMatchObject([{ kind: 'set-profile', profile: 'dev', scope: 'split' }])
  expect(row('prod-us-viewer').sharedWith).toEqual([])
})

test('an editor that was open before main knew whom the entry serves asks about them once it does', async () => {
  const refuse: FakeOptions['refuse'] = { 'identity.load': fail(fault('internal', 'Not yet.', '')) }
  const { user, stand, bridge } = await open({ refuse })
  await stand('prod-us-viewer', 'profile')
  await user.keyboard('{F2}')
  await screen.findByRole('combobox', { name: 'Profile of prod-us-viewer' })
  expect(screen.queryByRole('radio', { name: 'All 2 contexts' })).toBeNull()
  delete refuse['identity.load']
  bridge.emit('identity.changed', { reason: 'trust' })
  expect(await screen.findByRole('radio', { name: 'All 2 contexts' })).toBeTruthy()
})

test('where all of them are chosen, the edit says so', async () => {
  const { user, stand, pending } = await open()
  await stand('prod-us-viewer', 'profile')
  await user.keyboard('{F2}')
  await user.click(await screen.findByRole('radio', { name: 'All 2 contexts' }))
  const field = screen.getByRole('combobox', { name: 'Profile of prod-us-viewer' })
  await user.clear(field)
  await user.type(field, 'dev{Enter}')
  expect(pending()).toMatchObject([{ kind: 'set-profile', profile: 'dev', scope: 'shared' }])
})

test('how a profile is pinned is chosen beside it', async () => {
  const { user, stand, pending } = await open()
  await stand('prod-readonly', 'profile')
  await user.keyboard('{F2}')
  await user.click(await screen.findByRole('radio', { name: '--profile' }))
  await user.keyboard('{Enter}')
  expect(pending()).toMatchObject([{ kind: 'set-profile', profile: 'pay-ro', pin: 'arg' }])
})

test('a suggestion is taken by the arrow and Enter', async () => {
  const { user, stand, pending } = await open()
  await stand('prod-admin', 'region')
  await user.keyboard('us-w{ArrowDown}{Enter}')
  expect(pending()).toMatchObject([{ kind: 'set-region', region: 'us-west-2' }])
})

test('with several selected, one edit is for all of them', async () => {
  const { user, stand, model, row, pending } = await open()
  await stand('stage', 'namespace')
  model.select(new Set([row('stage').id, row('stage-admin').id, row('prod-admin').id]))
  await user.keyboard('{F2}')
  const field = await screen.findByRole('combobox', { name: 'Namespace of 3 contexts' })
  await user.clear(field)
  await user.type(field, 'bulk{Enter}')
  expect(pending()).toHaveLength(3)
})

test('Delete empties the cell, and typing the old value takes the edit back', async () => {
  const { user, stand, pending, row } = await open()
  await stand('prod-admin', 'namespace')
  await user.keyboard('{Delete}')
  expect(pending()).toMatchObject([{ kind: 'set-namespace', namespace: null }])
  await user.keyboard('checkout{Enter}')
  expect(pending()).toEqual([])
  expect(row('prod-admin').pending).toBeNull()
})

test('Delete on what cannot be empty says so, and on a name which keys delete the context', async () => {
  const { user, stand, pending, model } = await open()
  const said = () => model.state.getState().notices.at(-1)?.message
  await stand('prod-admin', 'context')
  await user.keyboard('{Delete}')
  expect(said()).toBe('A context cannot be without a name. Ctrl+Delete deletes the context.')
  await stand('prod-admin', 'region')
  await user.keyboard('{Delete}')
  expect(said()).toBe('Region cannot be empty.')
  expect(pending()).toEqual([])
})

test('a table is pasted from the cursor on, as one step', async () => {
  const { stand, cell, model, pending, user } = await open()
  await stand('prod-admin', 'namespace')
  const data = new DataTransfer()
  data.setData('text/plain', 'one\ntwo\n')
  fireEvent.paste(cell('prod-admin', 'namespace'), { clipboardData: data })
  expect(pending()).toHaveLength(2)
  expect(model.state.getState().notices.at(-1)?.message).toBe('Pasted 2 values into 2 contexts')
  await user.keyboard('{Control>}z{/Control}')
  expect(pending()).toEqual([])
  await user.keyboard('{Control>}{Shift>}z{/Shift}{/Control}')
  expect(pending()).toHaveLength(2)
})

test('what is copied is what would be pasted back: the user’s name alone, the whole role', async () => {
  const { user, stand, row, bridge } = await open()
  await stand('prod-us-viewer', 'user')
  await user.keyboard('{Control>}c{/Control}')
  expect(bridge.copied.at(-1)).toBe(row('prod-us-viewer').entry.user)
})

test('fill down gives the first selected row’s value to the others', async () => {
  const { user, stand, model, row, pending } = await open()
  await stand('prod-admin', 'namespace')
  model.select(new Set([row('prod-admin').id, row('stage').id]))
  await user.keyboard('{Control>}d{/Control}')
  expect(pending()).toMatchObject([
    { kind: 'set-namespace', context: row('stage').id, namespace: 'checkout' },
  ])
})

test('a cell that holds no value of the file says so and stays closed', async () => {
  const { user, stand, model } = await open({ contexts: 24 })
  await stand('tool-by-wrapper', 'role')
  await user.keyboard('x')
  expect(model.edits.state.getState().editing).toBeNull()
  expect(await screen.findByText(/whose arguments Ekscope does not know/)).toBeTruthy()
})

test('an editor says where Tab goes: to the choices below, where there are any', async () => {
  const { user, stand } = await open()
  const hint = async (column: string) => {
    await stand('prod-admin', column)
    await user.keyboard('{F2}')
    const said = (await screen.findByText(/^Enter saves/)).textContent ?? ''
    await user.keyboard('{Escape}')
    return said
  }
  expect(await hint('namespace')).toMatch(/^Enter saves · Tab next · Esc cancels/)
  expect(await hint('profile')).toMatch(/^Enter saves · Tab to the choices · Esc cancels/)
})

test('of a context that is taken away while it is typed, the rest of the word goes to no other', async () => {
  const { user, stand, model, row, bridge, pending } = await open()
  await stand('prod-admin', 'namespace')
  await user.keyboard('te')
  const { id } = row('prod-admin')
  bridge.outside((snapshot) => ({
    ...snapshot,
    contexts: snapshot.contexts.filter((context) => context.id !== id),
  }))
  await waitFor(() => expect(model.edits.state.getState().editing).toBeNull())
  await waitFor(() => expect(document.activeElement?.closest('[role="grid"]')).not.toBeNull())
  await user.keyboard('am-a{Enter}')
  expect(model.edits.state.getState().editing).toBeNull()
  expect(pending()).toEqual([])
  // What was typed until then is not lost.
  const said = await screen.findByText(
    'prod-admin cannot be found any more. For its Namespace you typed “te”.',
  )
  const notice = said.closest('[data-tone]')
  if (!(notice instanceof HTMLElement)) throw new Error('said in no notice')
  await user.click(within(notice).getByRole('button', { name: 'Copy it' }))
  expect(bridge.calls.find(({ name }) => name === 'app.copy')?.input).toMatchObject({ text: 'te' })
  await stand('stage', 'namespace')
  // What comes next is meant.
  await user.keyboard('x')
  expect(model.edits.state.getState().editing?.typed).toBe('x')
})

test.skipIf(!full)(
  'an editor goes on with a context that another program renames, and with what was typed in it',
  async () => {
    const { user, stand, model, row, bridge, pending } = await open()
    await stand('prod-admin', 'namespace')
    await user.keyboard('te')
    const field = document.activeElement
    bridge.outside((snapshot) => ({
      ...snapshot,
      contexts: snapshot.contexts.map((entry) =>
        entry.name === 'prod-admin'
          ? { ...entry, name: 'boss', id: entryId('context', entry.origin.file, 'boss', 0) }
          : entry,
      ),
    }))
    await screen.findByRole('combobox', { name: 'Namespace of boss' })
    expect(document.activeElement).toBe(field)
    await user.keyboard('am-a{Enter}')
    expect(pending()).toMatchObject([{ kind: 'set-namespace', context: row('boss').id, namespace: 'team-a' }])
    // A name that nobody touched in its editor is the one that is there now.
    await stand('boss', 'context')
    await user.keyboard('{F2}')
    bridge.outside((snapshot) => ({
      ...snapshot,
      contexts: snapshot.contexts.map((entry) =>
        entry.name === 'boss'
          ? { ...entry, name: 'chief', id: entryId('context', entry.origin.file, 'chief', 0) }
          : entry,
      ),
    }))
    await screen.findByRole('combobox', { name: 'Context of chief' })
    await user.keyboard('{Enter}')
    expect(model.edits.state.getState().editing).toBeNull()
    expect(pending()).toHaveLength(1)
  },
)

test('find and replace shows what would change, and makes it one step', async () => {
  const { user, pending, model } = await open()
  await user.keyboard('{Control>}h{/Control}')
  const dialog = await screen.findByRole('dialog', { name: 'Find and replace' })
  await user.type(within(dialog).getByRole('textbox', { name: 'Find' }), 'prod-')
  await user.type(within(dialog).getByRole('textbox', { name: 'Replace with' }), 'live-')
  expect((await within(dialog).findAllByText('live-admin')).length).toBeGreaterThan(0)
  await user.click(within(dialog).getByRole('button', { name: /^Replace \d/ }))
  expect(pending().length).toBeGreaterThan(2)
  expect(model.rows.all().some(({ name }) => name === 'live-admin')).toBe(true)
  model.edits.undo()
  expect(pending()).toEqual([])
})

test('the template that is offered has account, cluster and region, and the role where two would be alike', async () => {
  const { model, row } = await open()
  const ids = [row('prod-admin').id, row('stage').id, row('prod-readonly').id]
  const named = (of: readonly string[]) =>
    act(() =>
      model.edits.add(
        of.map((context, at) => ({
          kind: 'rename-context',
          context,
          name: `arn:aws:eks:eu-west-1:111122223333:cluster/c${at}`,
          cascade: false,
        })),
      ),
    )
  const offered = async (rows: readonly string[]) => {
    act(() => model.edits.open({ kind: 'names', rows }))
    const dialog = await screen.findByRole('dialog', { name: /^Names for/ })
    const field = within(dialog).getByRole<HTMLInputElement>('textbox', { name: 'Template' })
    const { value } = field
    act(() => model.edits.open(null))
    await waitFor(() => expect(dialog.isConnected).toBe(false))
    return value
  }
  named(ids)
  expect(await offered(ids.slice(0, 2))).toBe('{account-short}-{cluster}-{region|short}')
  // Two are of one cluster.
  expect(await offered(ids)).toBe('{account-short}-{cluster}-{region|short}-{role|lower}')
})

test.skipIf(!full)(
  'names from a template are numbered where they would collide, and that is seen before',
  async () => {
    const { user, model, row, pending } = await open()
    model.edits.open({ kind: 'names', rows: [row('prod-admin').id, row('prod-readonly').id] })
    const dialog = await screen.findByRole('dialog', { name: 'Names for 2 contexts' })
    const field = within(dialog).getByRole('textbox', { name: 'Template' })
    await user.clear(field)
    await user.type(field, '{{cluster|upper}')
    expect(within(dialog).getByText('numbered')).toBeTruthy()
    await user.click(within(dialog).getByRole('button', { name: 'Rename 2' }))
    expect(pending()).toMatchObject([{ name: 'PROD-EU' }, { name: 'PROD-EU-2' }])
  },
)

test('a clone has a user of its own and another role in one step', async () => {
  const { user, model, row, pending } = await open()
  model.edits.open({ kind: 'clone', row: row('stage-admin').id })
  const dialog = await screen.findByRole('dialog', { name: 'Clone stage-admin' })
  const name = within(dialog).getByRole('textbox', { name: 'Name' })
  await user.clear(name)
  await user.type(name, 'stage-read')
  const role = within(dialog).getByRole('combobox', { name: 'Role' })
  await user.clear(role)
  await user.type(role, 'arn:aws:iam::444455556666:role/Read')
  await user.click(within(dialog).getByRole('button', { name: 'Clone' }))
  expect(pending()).toMatchObject([
    { kind: 'clone-context', name: 'stage-read', role: 'arn:aws:iam::444455556666:role/Read' },
  ])
  expect(row('stage-read').user?.name).toBe('stage-read')
})

test('deleting shows the entries that nobody uses then, and keeps those that others use', async () => {
  const { user, model, row, pending } = await open()
  model.edits.open({ kind: 'delete', rows: [row('stage-admin').id] })
  const dialog = await screen.findByRole('dialog', { name: 'Delete stage-admin' })
  expect(within(dialog).getByText('Also this entry, which no context would use any more')).toBeTruthy()
  // What stays is named as in the grid, with its whole name on hover.
  const stays = within(dialog).getByText('Stays, because other contexts use it').nextElementSibling
  expect(stays?.textContent).toBe('cluster…/stageeu-west-1 · 4444 5555 6666')
  await user.click(within(dialog).getByRole('button', { name: 'Delete' }))
  expect(pending()).toMatchObject([{ kind: 'delete-contexts', keepOrphans: false }])
  expect(row('stage-admin').pending?.kind).toBe('removed')
})

test('deleting the current context says that there is none then, in the dialog and in the review', async () => {
  const { user, model, row } = await open()
  const emptied = /^current-context: prod-admin → \(none\)/
  model.edits.open({ kind: 'delete', rows: [row('prod-admin').id] })
  const dialog = await screen.findByRole('dialog', { name: 'Delete prod-admin' })
  expect(await within(dialog).findByText(emptied)).toBeTruthy()
  await user.click(within(dialog).getByRole('button', { name: 'Delete' }))
  model.edits.open({ kind: 'review' })
  expect(await screen.findByText(emptied, {}, { timeout: 10_000 })).toBeTruthy()
})

test('deleting the current context says that another file’s current-context is emptied with it', async () => {
  const { bridge, model, row } = await open()
  act(() =>
    bridge.outside((snapshot) => ({
      ...snapshot,
      files: snapshot.files.map((file) =>
        file.path === legacyFile ? { ...file, currentContext: 'old-alpha' } : file,
      ),
    })),
  )
  const deleting = async (name: string) => {
    act(() => model.edits.open({ kind: 'delete', rows: [row(name).id] }))
    return within(await screen.findByRole('dialog', { name: `Delete ${name}` }))
  }
  const said =
    /^current-context: prod-admin → \(none\)\. .* ~\/\.kube\/legacy has current-context old-alpha, which is emptied, too/
  expect(await (await deleting('prod-admin')).findByText(said)).toBeTruthy()
  const other = await deleting('stage')
  await other.findByRole('button', { name: 'Delete' })
  expect(other.queryByText(/emptied, too/)).toBeNull()
})

test('an import shows names and what becomes of taken ones before anything is pending', async () => {
  const { user, model, pending, row } = await open()
  act(() => model.setFilter('prod-readonly '))
  model.edits.open({ kind: 'import', from: null })
  const dialog = await screen.findByRole('dialog', { name: 'Import a kubeconfig' })
  await user.click(within(dialog).getByRole('button', { name: 'From the clipboard' }))
  expect(await within(dialog).findByText('becomes prod-admin-2')).toBeTruthy()
  const clusters = within(dialog).getByRole('list', { name: 'Tokens would go to 1 cluster' })
  expect(within(clusters).getByText('https://guest.example.com')).toBeTruthy()
  expect(within(clusters).getByText('http://proxy.example.com').closest('[data-telling]')).toHaveProperty(
    'dataset.telling',
    'true',
  )
  expect(within(dialog).getByRole('list', { name: '1 user to sign in with' }).textContent).toContain('token')
  await user.click(within(dialog).getByRole('radio', { name: /^Leave the new one out/ }))
  await user.click(within(dialog).getByRole('button', { name: 'Import 1' }))
  expect(pending()).toMatchObject([{ kind: 'import-entries', onConflict: 'skip' }])
  // What came is said, and is in sight although a filter stood: selected, with the keyboard at it.
  const said =
    '1 context for ~/.kube/config, not written yet: guest. The filter is cleared to show what came.'
  expect(await screen.findByText(said)).toBeTruthy()
  const { filter, selected } = model.state.getState()
  expect([filter, [...selected]]).toEqual(['', [row('guest').id]])
  await waitFor(() => expect(document.activeElement?.textContent).toContain('guest'))
  act(() => model.edits.undo())
  expect(screen.queryByText(said)).toBeNull()
})

test.skipIf(!full)(
  'of an import each context is ticked or not, and one whose name is taken is renamed or replaces the other',
  async () => {
    const { user, model, pending, row } = await open()
    model.edits.open({ kind: 'import', from: 'clipboard' })
    const dialog = await screen.findByRole('dialog', { name: 'Import a kubeconfig' })
    const becomes = await within(dialog).findByRole('combobox', { name: 'What becomes of prod-admin' })
    await user.click(within(dialog).getByRole('checkbox', { name: 'Bring guest' }))
    expect(within(dialog).getByText('1 of 2 ticked')).toBeTruthy()
    await user.selectOptions(becomes, 'Rename to…')
    const name = within(dialog).getByRole('textbox', { name: 'New name of prod-admin' })
    expect([document.activeElement === name, name]).toEqual([
      true,
      expect.objectContaining({ value: 'prod-admin-2' }),
    ])
    await user.keyboard('stage')
    expect(within(dialog).getByText('stage is taken.')).toBeTruthy()
    const done = within(dialog).getByRole('button', { name: /^Import/ })
    expect(done).toHaveProperty('disabled', true)
    await user.selectOptions(becomes, 'Replace the one here')
    expect(within(dialog).getByText(/^replaces the one in ~\/\.kube\/config$/)).toBeTruthy()
    await user.click(done)
    expect(pending()).toMatchObject([
      {
        kind: 'import-entries',
        chosen: [
          { how: 'leave', name: 'guest' },
          { how: 'replace', name: 'prod-admin', context: row('prod-admin').id },
        ],
      },
    ])
    expect(row('prod-admin').entry).toMatchObject({ cluster: 'guest', user: 'guest' })
    expect(model.rows.all().some((one) => one.name === 'guest')).toBe(false)
  },
)

test('a kubeconfig on the clipboard is imported, not pasted into cells', async () => {
  const { stand, cell, model } = await open()
  await stand('prod-admin', 'namespace')
  const data = new DataTransfer()
  data.setData('text/plain', 'apiVersion: v1\nkind: Config\nclusters:\n- name: x\n')
  fireEvent.paste(cell('prod-admin', 'namespace'), { clipboardData: data })
  expect(model.edits.state.getState().dialog).toEqual({ kind: 'import', from: 'clipboard' })
})

test('the list of shortcuts is made of the actions themselves', async () => {
  const { user } = await open()
  await user.keyboard('{Control>}/{/Control}')
  const dialog = await screen.findByRole('dialog', { name: 'Keyboard' })
  expect(within(dialog).getByText('Review pending changes')).toBeTruthy()
  expect(within(dialog).getByText('Ctrl+Shift+Z')).toBeTruthy()
})
