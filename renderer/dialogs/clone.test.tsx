// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Edit } from '../../shared/edits/edit'
import type { Check } from '../../shared/identity/identity'
import type { Snapshot, UserEntry } from '../../shared/kubeconfig/entries'
import { full } from '../../shared/testing/counts'
import { makeFleet, now } from '../testing/fleet'
import { giveSize, openWindow } from '../testing/window'

beforeEach(giveSize)
let stop: () => void = () => undefined
afterEach(() => {
  cleanup()
  stop()
  vi.restoreAllMocks()
})

const reader = 'arn:aws:iam::111122223333:role/ReadOnly'

/** As AWS and the cluster would answer for the role ReadOnly. */
function asReader(edits: readonly Edit[]): Check | null {
  const fleet = makeFleet(12)
  const admin = fleet.snapshot.contexts.find(({ name }) => name === 'prod-admin')
  const check = admin && fleet.check(admin.id, 'login-shell', now)
  if (!check?.proven || !check.seen) return null
  const arn = JSON.stringify(edits).includes(reader) ? reader : check.proven.canonicalArn
  return {
    ...check,
    intended: { ...check.intended, arn },
    proven: { ...check.proven, arn, canonicalArn: arn },
    seen: { ...check.seen, username: 'pay-readers', groups: ['system:masters'], extra: {} },
  }
}

async function open(editing: Parameters<typeof openWindow>[0] = {}) {
  const opened = await openWindow({
    editing: { tried: (_, edits) => asReader(edits) },
    ...editing,
  })
  stop = opened.stop
  const { model, row, user } = opened
  model.edits.open({ kind: 'clone', row: row('prod-admin').id })
  const dialog = await screen.findByRole('dialog', { name: 'Clone prod-admin' })
  return {
    ...opened,
    dialog,
    panel: () => within(dialog).findByRole('region', { name: 'Who it would be' }),
    user,
  }
}

test('what is typed takes the place of the offered name, and the new row has the keyboard although the filter hid it', async () => {
  const { model, user, row } = await open()
  model.setFilter('prod-admin')
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('textbox', { name: 'Name' })))
  await user.keyboard('readers')
  await user.click(screen.getByRole('button', { name: 'Clone' }))
  await waitFor(() => expect(row('readers').pending?.kind).toBe('added'))
  await waitFor(() => expect(model.state.getState().cursor?.item).toBe(row('readers').id))
  expect(model.state.getState()).toMatchObject({ filter: '', inspected: row('readers').id })
  expect(screen.getByText('The filter is cleared to show readers.')).toBeTruthy()
})

test('the dialog says whom the clone would act as, and on a click whom AWS and the cluster say', async () => {
  const { dialog, user, panel, bridge, model, row } = await open()
  await within(await panel()).findByText('Admin')
  expect((await panel()).textContent).toMatch(/Would act as.*by files and environment/)
  fireEvent.change(within(dialog).getByLabelText('Role'), { target: { value: reader } })
  const before = row('prod-admin')
  await waitFor(async () =>
    expect(within(await panel()).getByRole('button', { name: 'Try' })).not.toHaveProperty('disabled', true),
  )
  await within(dialog).findByText(/this role would be assumed on top of it/)
  await user.click(within(await panel()).getByRole('button', { name: 'Try' }))
  await within(await panel()).findByText(
    /AWS says ReadOnly; the cluster lets this identity in as pay-readers/,
  )
  expect((await panel()).textContent).toContain('tried: verified')
  // What works is not argued against.
  expect(dialog.textContent).not.toContain('assumed on top of it')
  expect((await panel()).textContent).toContain('May do everything there (system:masters).')
  // Nothing of it is a verdict of a row, and nothing was written.
  expect(row('prod-admin')).toBe(before)
  expect(bridge.calls.filter(({ name }) => name === 'edits.apply' || name === 'whoami.run')).toEqual([])
  expect(model.edits.state.getState().pending).toEqual([])
  // Another role is another entry: what was tried does not count for that.
  fireEvent.change(within(dialog).getByLabelText('Role'), { target: { value: `${reader}2` } })
  await waitFor(async () => expect(within(await panel()).getByRole('button', { name: 'Try' })).toBeTruthy())
  expect((await panel()).textContent).not.toContain('pay-readers')
})

test('beside what is wrong with it, a try that failed is one sentence', async () => {
  const { dialog, user, panel } = await open({
    editing: {
      tried(_, edits) {
        const check = asReader(edits)
        const problem = {
          code: 'assume-role-denied',
          message: 'AWS says no. A page.',
          next: 'Do it.',
        } as const
        return check && { ...check, verdict: 'broken', problem }
      },
    },
  })
  fireEvent.change(within(dialog).getByLabelText('Role'), { target: { value: reader } })
  await within(dialog).findByText(/this role would be assumed on top of it/)
  await user.click(within(await panel()).getByRole('button', { name: 'Try' }))
  await within(await panel()).findByText(/AWS says no\./)
  expect((await panel()).textContent).not.toContain('A page.')
  expect(dialog.textContent).not.toContain('assumed on top of it')
  expect(within(dialog).getByRole('button', { name: 'Use the profile base instead' })).toBeTruthy()
})

test('of a name that kubectl takes from another file the title says which file it is', async () => {
  const shadowed = (one: Snapshot['contexts'][number]) => ({
    ...one,
    origin: { ...one.origin, shadowedBy: '/home/ana/.kube/first' },
  })
  const opened = await openWindow({
    snapshot: (of) => ({ ...of, contexts: of.contexts.map(shadowed) }),
  })
  stop = opened.stop
  opened.model.edits.open({ kind: 'clone', row: opened.row('prod-admin').id })
  await screen.findByRole('dialog', { name: 'Clone prod-admin of ~/.kube/config' })
})

test('after main says that identities may be others, as once a command is allowed, what was foreseen is asked for anew', async () => {
  const { panel, bridge } = await open()
  await within(await panel()).findByText('Admin')
  const asked = () => bridge.calls.filter(({ name }) => name === 'edits.preview').length
  const before = asked()
  bridge.emit('identity.changed', { reason: 'trust' })
  await waitFor(() => expect(asked()).toBe(before + 1))
})

test.skipIf(!full)(
  'of a command that Ekscope does not know the dialog says that the clone runs the same',
  async () => {
    const inHome = (user: UserEntry) =>
      user.exec?.command?.startsWith('/opt/') === true
        ? { ...user, exec: { ...user.exec, command: '/home/ana/bin/eks-token' } }
        : user
    const { model, row } = await open({
      contexts: 24,
      snapshot: (snapshot) => ({ ...snapshot, users: snapshot.users.map(inHome) }),
    })
    model.edits.open({ kind: 'clone', row: row('tool-by-wrapper').id })
    const other = await screen.findByRole('dialog', { name: 'Clone tool-by-wrapper' })
    expect(other.textContent).toContain(
      'Its user runs ~/bin/eks-token, whose arguments Ekscope does not know',
    )
  },
)

test('a try can be stopped', async () => {
  let go: () => void = () => undefined
  const trying = new Promise<void>((done) => {
    go = done
  })
  const { user, panel, model, bridge } = await open({
    editing: { tried: (_, edits) => asReader(edits), trying },
  })
  await within(await panel()).findByText('Admin')
  await user.click(within(await panel()).getByRole('button', { name: 'Try' }))
  expect((await panel()).textContent).toContain('Asking AWS and the cluster')
  await user.click(within(await panel()).getByRole('button', { name: 'Stop' }))
  go()
  await within(await panel()).findByRole('button', { name: 'Try' })
  expect(bridge.calls.some(({ name }) => name === 'run.cancel')).toBe(true)
  expect(model.edits.state.getState().tried.size).toBe(0)
})

test.skipIf(!full)(
  'the editor of a profile says whom the context would act as, and Ctrl+Enter tries it',
  async () => {
    const { model, user, row } = await open()
    model.edits.open(null)
    const { id } = row('prod-admin')
    model.edits.startEditing({ row: id, column: 'role', typed: null, rows: [id] })
    const editor = await screen.findByRole('group', { name: 'Role' })
    await user.keyboard(`{Control>}a{/Control}${reader}`)
    const panel = await within(editor).findByRole('region', { name: 'Who it would be' })
    await within(panel).findByText('Admin')
    await user.keyboard('{Control>}{Enter}{/Control}')
    await within(panel).findByText(/AWS says ReadOnly/)
    expect(within(panel).getByText('ReadOnly')).toBeTruthy()
    expect(model.edits.state.getState().pending).toEqual([])
  },
)
