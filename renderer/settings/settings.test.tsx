// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { giveSize, openWindow } from '../testing/window'

beforeEach(giveSize)
let stop: () => void = () => undefined
afterEach(() => {
  cleanup()
  stop()
  vi.restoreAllMocks()
})

test('the last of two quick choices counts, and the keyboard goes on where what it forgot stood', async () => {
  const { user, model, ...opened } = await openWindow({ contexts: 2 })
  stop = opened.stop
  await user.click(screen.getByTitle('Settings'))
  const radio = (name: string) => screen.getByRole<HTMLInputElement>('radio', { name })
  // Both before main has kept the first.
  fireEvent.click(radio('Compact'))
  fireEvent.click(radio('Comfortable'))
  await waitFor(() =>
    expect(opened.bridge.calls.filter(({ name }) => name === 'settings.save')).toHaveLength(2),
  )
  await waitFor(() => expect(model.state.getState().settings.density).toBe('comfortable'))
  expect(radio('Comfortable').checked).toBe(true)
  const forget = await screen.findByRole('button', { name: 'Revoke' })
  expect(document.getElementById(forget.getAttribute('aria-describedby') ?? '')?.textContent).toContain(
    '/usr/local/bin/corp-token',
  )
  forget.focus()
  await user.keyboard('{Enter}')
  expect(await screen.findByText('Nothing yet.')).toBeTruthy()
  await waitFor(() =>
    expect(document.activeElement?.contains(screen.getByRole('heading', { name: 'Settings' }))).toBe(true),
  )
  expect(document.activeElement).not.toBe(document.body)
})

test('after one of several is revoked, the keyboard is at what stands in its place, and at no button that revokes that', async () => {
  const { user, ...opened } = await openWindow({
    contexts: 2,
    decisions: ['first', 'second', 'third'].map((name, at) => ({
      fingerprint: name,
      kind: 'exec',
      what: `/opt/tools/bin/${name} get-token --cluster prod (~/.kube/config:${at})`,
      at: 0,
    })),
  })
  stop = opened.stop
  await user.click(screen.getByTitle('Settings'))
  const buttons = await screen.findAllByRole('button', { name: 'Revoke' })
  buttons[1]?.focus()
  await user.keyboard('{Enter}')
  await waitFor(() => expect(screen.getAllByRole('button', { name: 'Revoke' })).toHaveLength(2))
  await waitFor(() => expect(document.activeElement?.textContent).toContain('/opt/tools/bin/third get-token'))
  expect(document.activeElement?.tagName).toBe('LI')
  await user.keyboard('{Enter}')
  expect(screen.getAllByRole('button', { name: 'Revoke' })).toHaveLength(2)
  // The last one leaves the keyboard at the one before.
  await user.keyboard('{Tab}{Enter}')
  await waitFor(() => expect(document.activeElement?.textContent).toContain('/opt/tools/bin/first'))
})

test('where the app cannot update itself, its page says how it was installed and what updates it, and offers nothing', async () => {
  const updates = {
    how: 'Installed by apt as ekscope.',
    update: 'Update it by `sudo apt upgrade`.',
    possible: false,
    said: null,
  }
  const { user, ...opened } = await openWindow({ contexts: 2, updates })
  stop = opened.stop
  await user.click(screen.getByTitle('Settings'))
  const said = await screen.findByText(/Installed by apt as ekscope/)
  expect(said.textContent).toBe('Installed by apt as ekscope. Update it by sudo apt upgrade.')
  expect(screen.queryByRole('group', { name: 'Update Ekscope by itself' })).toBe(null)
})

test('where it can, that is off until the user turns it on', async () => {
  const updates = { how: 'Installed from a file.', update: 'Download it.', possible: true, said: null }
  const { user, model, ...opened } = await openWindow({ contexts: 2, updates })
  stop = opened.stop
  await user.click(screen.getByTitle('Settings'))
  const choice = within(await screen.findByRole('group', { name: 'Update Ekscope by itself' }))
  expect(choice.getByRole<HTMLInputElement>('radio', { name: 'Off' }).checked).toBe(true)
  await user.click(choice.getByRole('radio', { name: 'On' }))
  await waitFor(() => expect(model.state.getState().settings.updates).toBe('on'))
})

test('each piece of its own data says where it is and how large, and main asks before one is cleared', async () => {
  const { user, model, bridge, ...opened } = await openWindow({ contexts: 2 })
  stop = opened.stop
  await user.click(screen.getByTitle('Settings'))
  const clear = await screen.findByRole('button', { name: 'Clear: Results of checks' })
  expect(screen.getByText('1 KB')).toBeTruthy()
  const checked = () => model.fitting().filter(({ check }) => check !== null).length
  expect(checked()).toBeGreaterThan(0)
  await user.click(clear)
  await waitFor(() => expect(checked()).toBe(0))
  expect(bridge.calls.filter(({ name }) => name === 'checks.clear')).toHaveLength(1)
  await waitFor(() => expect(bridge.calls.filter(({ name }) => name === 'data.load')).toHaveLength(2))
})

test('settings are found by their words, say their default, and go back to it', async () => {
  const { user, model, ...opened } = await openWindow({ contexts: 2 })
  stop = opened.stop
  await user.click(screen.getByTitle('Settings'))
  await user.type(await screen.findByRole('searchbox', { name: 'Find a setting' }), 'STALE')
  const main = within(screen.getByRole('main'))
  expect(main.getAllByRole('heading', { level: 2 }).map((one) => one.textContent)).toEqual(['Checks'])
  const hours = screen.getByRole('textbox', { name: 'A check is stale after' })
  expect(screen.getByText(/Default: 12\.$/)).toBeTruthy()
  await user.clear(hours)
  await user.type(hours, '0{Enter}')
  expect(screen.getByRole('alert').textContent).toBe('A whole number from 1 to 720.')
  await user.clear(hours)
  await user.type(hours, '24{Enter}')
  await waitFor(() => expect(model.state.getState().settings.staleHours).toBe(24))
  await user.click(screen.getByRole('button', { name: 'A check is stale after: back to 12' }))
  await waitFor(() => expect(model.state.getState().settings.staleHours).toBe(12))
  expect(screen.queryByRole('button', { name: /back to 12/ })).toBe(null)
})
