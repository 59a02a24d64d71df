// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { giveSize, openWindow } from '../testing/window'

vi.setConfig({ testTimeout: 30_000 })
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
