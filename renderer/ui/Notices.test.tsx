import { act, cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createModel } from '../store/model'
import type { Notice } from '../store/state'
import { fakeBridge } from '../testing/fake-bridge'
import { now } from '../testing/fleet'
import { ModelProvider } from './model'
import { Notices } from './Notices'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

test('each good news is a status of its own, stands for its own four seconds, and goes; bad news is an alert and stays', () => {
  const model = createModel({ bridge: fakeBridge({ contexts: 1 }), clock: () => now })
  render(
    <ModelProvider model={model}>
      <Notices />
    </ModelProvider>,
  )
  const passes = (ms: number) => act(() => vi.advanceTimersByTime(ms))
  const says = (id: number, tone: Notice['tone'], message: string) =>
    act(() =>
      model.state.setState(({ notices }) => ({
        notices: [...notices, { id, at: now, tone, message, next: null, action: null }],
      })),
    )
  const said = () => screen.queryAllByRole('status').map(({ textContent }) => textContent)
  says(1, 'info', 'Copied the first')
  passes(1_000)
  says(2, 'info', 'Copied the second')
  says(3, 'bad', 'It went wrong.')
  expect(document.querySelector('[data-messages]')?.getAttribute('aria-live')).toBe('polite')
  passes(2_900)
  expect(said()).toEqual(['Copied the first', 'Copied the second'])
  passes(200)
  expect(said()).toEqual(['Copied the second'])
  passes(1_000)
  expect(said()).toEqual([])
  passes(60_000)
  expect(screen.getByRole('alert').textContent).toBe('It went wrong.')
})
