import { act, cleanup, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { full } from '../../shared/testing/counts'
import { setEnvironment } from '../store/loading'
import { verify } from '../store/verifying'
import { heldPace } from '../testing/held-pace'
import { giveSize, openWindow } from '../testing/window'

beforeEach(giveSize)

let stop: () => void = () => undefined
afterEach(() => {
  cleanup()
  stop()
  vi.restoreAllMocks()
})

const drawn = () =>
  [...document.querySelectorAll<HTMLElement>('[role="row"][data-item]')]
    .map((row) => ({ id: row.dataset.item ?? '', at: Number(row.getAttribute('aria-rowindex')) }))
    .sort((one, other) => one.at - other.at)
const order = () => drawn().map(({ id }) => id)

test('while contexts are verified no row moves; at the end they are ordered once, around the one that has the keyboard', async () => {
  const held = heldPace()
  const opened = await openWindow({ contexts: 24, pace: held.pace })
  stop = opened.stop
  const { model, user } = opened
  await act(() => setEnvironment(model.loading, 'clean'))
  act(() => model.setView({ grouping: 'none' }))
  await waitFor(() => expect(order()).toHaveLength(24))
  const before = order()
  // The one in the middle has the keyboard.
  const name = before[12] ?? ''
  const cell = () =>
    [...document.querySelectorAll<HTMLElement>('[data-item]')]
      .find(({ dataset }) => dataset.item === name)
      ?.querySelector<HTMLElement>('[data-column="verdict"]')
  await user.click(cell() ?? document.body)
  const scroll = document.querySelector('[role="grid"]')?.parentElement
  if (!scroll) throw new Error('there is no grid')
  scroll.scrollTop = 200
  const place = () => (drawn().find(({ id }) => id === name)?.at ?? 0) * 32 - scroll.scrollTop
  const stood = place()
  let arrangedAt = model.state.getState().listVersion
  const done = verify(
    model.checking,
    model.rows.all().map(({ id }) => id),
  )
  await waitFor(() => expect(model.rows.all().some(({ running }) => running)).toBe(true))
  for (let at = 0; at < 12; at += 1) held.next()
  await waitFor(() => expect(model.rows.all().filter(({ check }) => check !== null)).toHaveLength(12))
  // The grid has looked at them anew.
  await waitFor(() => expect(model.state.getState().listVersion).toBeGreaterThan(arrangedAt))
  expect(order()).toEqual(before)
  // Who wants to see them in their order says so.
  arrangedAt = model.state.getState().listVersion
  const now = [...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'Sort now')
  await user.click(now ?? document.body)
  const half = order()
  expect(half).not.toEqual(before)
  expect(new Set(half)).toEqual(new Set(before))
  await user.click(cell() ?? document.body)
  scroll.scrollTop = place() - stood + scroll.scrollTop
  await act(async () => {
    held.end()
    await done
  })
  const ended = order()
  expect(ended).not.toEqual(half)
  expect(ended.indexOf(name)).not.toBe(half.indexOf(name))
  expect(document.activeElement).toBe(cell() ?? null)
  expect(place()).toBe(stood)
})

test.skipIf(!full)(
  'another sort is by what is known now, also where the last one asked no check',
  async () => {
    const held = heldPace()
    const opened = await openWindow({ contexts: 24, pace: held.pace })
    stop = opened.stop
    const { model } = opened
    await act(() => setEnvironment(model.loading, 'clean'))
    act(() => model.setView({ grouping: 'none', sort: [] }))
    await waitFor(() => expect(order()).toHaveLength(24))
    const done = verify(
      model.checking,
      model.rows.all().map(({ id }) => id),
    )
    for (let at = 0; at < 12; at += 1) held.next()
    await waitFor(() => expect(model.rows.all().filter(({ check }) => check !== null)).toHaveLength(12))
    act(() => model.setView({ sort: [{ column: 'verdict', descending: true }] }))
    const good = model.rows.all().filter(({ shown }) => shown === 'verified')
    expect(good.length).toBeGreaterThan(1)
    expect(new Set(order().slice(0, good.length))).toEqual(new Set(good.map(({ id }) => id)))
    await act(async () => {
      held.end()
      await done
    })
  },
)

test.skipIf(!full)(
  'grouped by verdict, a header says that it speaks of before while its contexts are verified',
  async () => {
    const held = heldPace()
    const opened = await openWindow({ contexts: 24, pace: held.pace })
    stop = opened.stop
    const { model } = opened
    await act(() => setEnvironment(model.loading, 'clean'))
    act(() => model.setView({ grouping: 'verdict' }))
    const header = () => document.querySelector('[data-item^="group:"]')?.textContent ?? ''
    await waitFor(() => expect(header()).toMatch(/^not checked24/))
    const done = verify(
      model.checking,
      model.rows.all().map(({ id }) => id),
    )
    for (let at = 0; at < 20; at += 1) held.next()
    await waitFor(() => expect(header()).toMatch(/^not checkedbefore this check24/))
    await act(async () => {
      held.end()
      await done
    })
    expect(header()).not.toContain('before this check')
  },
)
