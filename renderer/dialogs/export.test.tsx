// @vitest-environment happy-dom
import { cleanup, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fail, fault } from '../../shared/result'
import type { FakeOptions } from '../testing/fake-bridge'
import { home } from '../testing/fleet'
import { giveSize, openWindow } from '../testing/window'

beforeEach(giveSize)
let stop: () => void = () => undefined
afterEach(() => {
  cleanup()
  stop()
})

test('an export that cannot be made says why in its dialog, which stays, until the next try', async () => {
  const message = `${home}/.kube/config:7:58: namespace: n is read as a truth value.`
  const refuse: FakeOptions['refuse'] = {
    'export.make': fail(fault('unreadable', message, 'Put the value in quotes.')),
  }
  const opened = await openWindow({ refuse })
  stop = opened.stop
  const { model, row, user } = opened
  model.edits.open({ kind: 'export', rows: [row('prod-admin').id] })
  const dialog = await screen.findByRole('dialog', { name: 'Export prod-admin' })
  await user.click(within(dialog).getByRole('button', { name: 'Copy' }))
  const alert = await within(dialog).findByRole('alert')
  expect(alert.textContent).toBe(
    '~/.kube/config:7:58: namespace: n is read as a truth value. Put the value in quotes.',
  )
  // Behind the dialog nobody could read or dismiss it.
  expect(model.state.getState().notices).toEqual([])
  delete refuse['export.make']
  await user.click(within(dialog).getByRole('button', { name: 'Copy' }))
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
})
