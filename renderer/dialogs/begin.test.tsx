// @vitest-environment happy-dom
import { act, cleanup, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Duplicates } from '../../shared/edits/duplicates'
import type { Dialog } from '../pending/editing-state'
import { mainFile } from '../testing/fleet'
import { giveSize, openWindow } from '../testing/window'

beforeEach(giveSize)
let stop: () => void = () => undefined
afterEach(() => {
  cleanup()
  stop()
  vi.restoreAllMocks()
})

test('a dialog begins in its first field, and nowhere where Enter would write or take something away', async () => {
  const { model, row, stop: end } = await openWindow()
  stop = end
  const [admin, stage] = [row('prod-admin').id, row('stage').id]
  model.edits.add([{ kind: 'set-namespace', context: admin, namespace: 'ops' }])
  const begins = async (dialog: Dialog, title: RegExp, look?: (dialog: HTMLElement) => HTMLElement) => {
    act(() => model.edits.open(dialog))
    const shown = await screen.findByRole('dialog', { name: title })
    await waitFor(() => expect(document.activeElement).toBe((look ?? (() => shown))(shown)))
    act(() => model.edits.open(null))
    await waitFor(() => expect(shown.isConnected).toBe(false))
  }
  await begins({ kind: 'review' }, /^Review/, (shown) =>
    within(shown).getByRole('checkbox', { name: /prod-admin/ }),
  )
  await begins({ kind: 'move', rows: [stage] }, /^Move/, (shown) =>
    within(shown).getByRole('radio', { checked: true }),
  )
  // What it offers asks where first; its field gives secrets away.
  await begins({ kind: 'export', rows: [stage] }, /^Export/, (shown) =>
    within(shown).getByRole('button', { name: 'Save…' }),
  )
  await begins({ kind: 'import', from: null }, /^Import/, (shown) =>
    within(shown).getByRole('button', { name: /clipboard/i }),
  )
  await begins({ kind: 'delete', rows: [stage] }, /^Delete stage$/, (shown) =>
    within(shown).getByRole('button', { name: 'Cancel' }),
  )
  await begins(
    { kind: 'sign-in', of: { kind: 'session', name: 'corp' }, contexts: [stage] },
    /^Sign in/,
    (shown) => within(shown).getByRole('button', { name: 'Cancel' }),
  )
  // A question that led there comes before any field.
  const obstacles = [{ path: mainFile, reason: 'hard-link' as const }]
  await begins({ kind: 'review', obstacles }, /^Review/, (shown) => {
    const asked = within(shown).getByRole('alert').parentElement
    if (asked === null) throw new Error('asked in nothing')
    return asked
  })
})

test('fields that main has to be asked for get the keyboard when they come, unless it is in use by then', async () => {
  const { model, row, user, stop: end } = await openWindow()
  stop = end
  const [one, other] = [row('prod-admin').cluster, row('stage').cluster]
  if (one === null || other === null) throw new Error('no clusters')
  const same: Duplicates = { kind: 'cluster', keep: one, others: [other] }
  const answers: ((found: readonly Duplicates[]) => void)[] = []
  vi.spyOn(model.edits, 'duplicates').mockImplementation(
    () => new Promise((resolve) => answers.push(resolve)),
  )
  const open = async () => {
    act(() => model.edits.open({ kind: 'merge' }))
    const dialog = await screen.findByRole('dialog')
    await waitFor(() => expect(document.activeElement).toBe(dialog))
    return dialog
  }
  const first = await open()
  act(() => answers.at(-1)?.([same]))
  await waitFor(() => expect(document.activeElement).toBe(within(first).getByRole('checkbox')))
  act(() => model.edits.open(null))
  await waitFor(() => expect(first.isConnected).toBe(false))
  const second = await open()
  await user.keyboard('{Tab}')
  const held = document.activeElement
  expect(held).not.toBe(second)
  act(() => answers.at(-1)?.([same]))
  await within(second).findByRole('checkbox')
  expect(document.activeElement).toBe(held)
})
