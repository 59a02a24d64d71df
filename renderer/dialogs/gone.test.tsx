// @vitest-environment happy-dom
import { act, cleanup, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Dialog } from '../pending/editing-state'
import { giveSize, openWindow } from '../testing/window'

beforeEach(giveSize)
let stop: () => void = () => undefined
afterEach(() => {
  cleanup()
  stop()
  vi.restoreAllMocks()
})

test('a dialog whose context another program takes away says so, and the keyboard goes back to the grid', async () => {
  const opened = await openWindow()
  stop = opened.stop
  const { model, row, user, bridge } = opened
  const takeAway = (...names: readonly string[]) =>
    act(() =>
      bridge.outside((snapshot) => ({
        ...snapshot,
        contexts: snapshot.contexts.filter(({ name }) => !names.includes(name)),
      })),
    )
  const about = (id: string): readonly [Dialog, RegExp][] => [
    [{ kind: 'clone', row: id }, /^Clone/],
    [{ kind: 'rename', row: id }, /^Rename/],
    [{ kind: 'delete', rows: [id] }, /^Delete prod/],
  ]
  const names = ['prod-admin', 'stage', 'prod-readonly']
  for (const [at, name] of names.entries()) {
    const [dialog, title] = about(row(name).id)[at] ?? []
    if (dialog === undefined || title === undefined) throw new Error('a dialog is missing')
    act(() => model.edits.open(dialog))
    await screen.findByRole('dialog', { name: title })
    takeAway(name)
    const gone = await screen.findByRole('dialog', { name: `${name} is gone` })
    expect(gone.textContent).toContain('Another program changed ~/.kube/config')
    await waitFor(() => expect(gone.contains(document.activeElement)).toBe(true))
    await user.keyboard('{Escape}')
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    await waitFor(() => expect(document.activeElement?.closest('[role="grid"]')).toBeTruthy())
  }
  // Of several the others stay in it.
  act(() => model.edits.open({ kind: 'delete', rows: [row('prod-us-admin').id, row('prod-us-viewer').id] }))
  await screen.findByRole('dialog', { name: 'Delete 2 contexts' })
  takeAway('prod-us-admin')
  expect(await screen.findByRole('dialog', { name: 'Delete prod-us-viewer' })).toBeTruthy()
})
