// @vitest-environment happy-dom
import { cleanup, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { DoctorCheck } from '../../shared/ipc/doctor'
import { giveSize, openWindow } from '../testing/window'

beforeEach(giveSize)
let stop: () => void = () => undefined
afterEach(() => {
  cleanup()
  stop()
  vi.restoreAllMocks()
})

const proxy: DoctorCheck = { id: 'proxy', state: 'ok', text: 'aws goes without a proxy.', next: null }
const path: DoctorCheck = {
  id: 'path',
  state: 'problem',
  text: 'Every user may write /srv/bin.',
  next: 'Close it: `chmod o-w /srv/bin`.',
}
const clock: DoctorCheck = { id: 'clock', state: 'note', text: 'The clock is 70 s behind.', next: 'Set it.' }

test('each line has its state in words and what to do, and STS is asked for its time on the click alone', async () => {
  const { user, bridge, ...opened } = await openWindow({
    contexts: 2,
    doctor: (clockIn) => (clockIn === null ? [path, proxy] : [path, clock, proxy]),
  })
  stop = opened.stop
  const asked = () => bridge.calls.filter(({ name }) => name === 'doctor.look').map(({ input }) => input)
  expect(asked()).toEqual([])
  await user.click(screen.getByTitle('Doctor'))
  expect(await screen.findByRole('heading', { level: 1, name: '1 problem' })).toBeTruthy()
  const lines = () => [...document.querySelectorAll('main li')].map((line) => line.textContent)
  expect(lines()).toEqual([
    'ProblemEvery user may write /srv/bin.Close it: chmod o-w /srv/bin.',
    'In orderaws goes without a proxy.',
  ])
  expect(asked()).toEqual([{ clockIn: null }])
  const compare = screen.getByRole('button', { name: 'Compare the clock with AWS' })
  await user.click(compare)
  expect(await screen.findByRole('heading', { level: 1, name: '1 problem and 1 note' })).toBeTruthy()
  expect(lines()[1]).toBe('NoteThe clock is 70 s behind.Set it.')
  expect(document.activeElement).toBe(compare)
  expect(asked()).toEqual([{ clockIn: null }, { clockIn: opened.model.state.getState().environment }])
  await user.click(screen.getByRole('button', { name: 'Look again' }))
  expect(await screen.findByRole('heading', { level: 1, name: '1 problem' })).toBeTruthy()
  expect(asked().at(-1)).toEqual({ clockIn: null })
})
