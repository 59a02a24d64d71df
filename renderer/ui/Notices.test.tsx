import { act, cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Notice } from '../store/app-state'
import { createModel } from '../store/window-model'
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

test('a command in a notice is set apart by its letters, not by the signs around it', () => {
  const model = createModel({ bridge: fakeBridge({ contexts: 1 }), clock: () => now })
  render(
    <ModelProvider model={model}>
      <Notices />
    </ModelProvider>,
  )
  const command = 'ekscope refresh --dry-run -- ledger-ro'
  const next = `Compare: \`${command}\` shows it.`
  act(() =>
    model.state.setState({
      notices: [{ id: 1, at: now, tone: 'bad', message: `It ran \`${command}\`.`, next, action: null }],
    }),
  )
  expect(screen.getByRole('alert').textContent).toBe(`It ran ${command}.Compare: ${command} shows it.`)
  expect(screen.getAllByText(command, { selector: 'code' })).toHaveLength(2)
})

test('a write without a dialog that waits for a lock says which, and how to end that; a short wait is not told', async () => {
  vi.useRealTimers()
  const bridge = fakeBridge({ contexts: 1 })
  const model = createModel({ bridge, clock: () => now })
  render(
    <ModelProvider model={model}>
      <Notices />
    </ModelProvider>,
  )
  const waits = (waitedMs: number) =>
    act(() =>
      model.edits.state.setState({
        applying: {
          run: 'r',
          wait: { path: '/home/ana/.kube/config.lock', ageMs: 7_200_000, waitedMs },
          asking: false,
          checks: 0,
        },
      }),
    )
  waits(100)
  expect(screen.queryByRole('status')).toBeNull()
  waits(1_000)
  expect(screen.getByRole('status').textContent).toMatch(
    /^Waiting to write: another program holds the lock.*config\.lock · 2 h old/,
  )
  // A dialog shows it itself.
  act(() => model.edits.state.setState({ dialog: { kind: 'review' } }))
  expect(screen.queryByRole('status')).toBeNull()
  act(() => model.edits.state.setState({ dialog: null }))
  await act(async () => screen.getByRole('button', { name: 'Remove the lock' }).click())
  await act(async () => screen.getByRole('button', { name: 'Stop waiting' }).click())
  expect(bridge.calls).toMatchObject([
    { name: 'edits.unlock', input: { path: '/home/ana/.kube/config.lock' } },
    { name: 'run.cancel', input: { run: 'r' } },
  ])
})
