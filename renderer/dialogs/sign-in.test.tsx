// @vitest-environment happy-dom
import { cleanup, screen, waitFor, within } from '@testing-library/react'
import * as v from 'valibot'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { CodeOutcome, SignInOutcome } from '../../shared/identity/sign-in'
import { full } from '../../shared/testing/counts'
import type { FakeOptions } from '../testing/fake-bridge'
import { now } from '../testing/fleet'
import { giveSize, openWindow } from '../testing/window'

beforeEach(giveSize)
let stop: () => void = () => undefined
afterEach(() => {
  cleanup()
  stop()
  vi.restoreAllMocks()
})

const host = 'oidc.eu-west-1.amazonaws.com'
const until = now + 600_000

async function open(signIn: NonNullable<FakeOptions['signIn']>) {
  const opened = await openWindow({ signIn })
  stop = opened.stop
  const contexts = ['prod-admin', 'prod-readonly'].map((name) => opened.row(name).id)
  opened.model.edits.open({ kind: 'sign-in', of: { kind: 'session', name: 'corp' }, contexts })
  const dialog = await screen.findByRole('dialog', { name: 'Sign in to corp' })
  const calls = (of: string) =>
    opened.bridge.calls.filter(({ name }) => name === of).map(({ input }) => input)
  return { ...opened, dialog: within(dialog), contexts, calls }
}

test('the host is shown before main opens anything, and what waited is verified after', async () => {
  let end: (outcome: SignInOutcome) => void = () => undefined
  const { dialog, user, calls, contexts } = await open((_flow, step) => {
    step({ kind: 'address', host, byCode: null, until })
    return new Promise((resolve) => {
      end = resolve
    })
  })
  expect(await dialog.findByText(host)).toBeTruthy()
  expect(calls('signIn.open')).toEqual([])
  await user.click(dialog.getByRole('button', { name: 'Open in the browser' }))
  const [start] = calls('signIn.start')
  expect(start).toMatchObject({ of: { kind: 'session', name: 'corp' }, flow: 'usual', again: false })
  expect(calls('signIn.open')).toMatchObject([{ to: 'browser' }])
  end({ kind: 'signed-in', how: 'asked', until, renewableUntil: null })
  await waitFor(() => expect(calls('whoami.run')).toMatchObject([{ contexts }]))
  expect(screen.queryByRole('dialog')).toBeNull()
})

test('a code can be used instead; what went wrong is said, and tried again on a click; closing gives it up', async () => {
  const { dialog, user, calls, bridge } = await open(async (flow, step) => {
    if (flow === 'usual') {
      step({ kind: 'address', host, byCode: null, until })
      return new Promise(() => undefined)
    }
    step({ kind: 'address', host, byCode: { userCode: 'ABCD-EFGH', url: `https://${host}/device` }, until })
    step({ kind: 'slowed', seconds: 10 })
    if (calls('signIn.start').length < 3) {
      const not = { why: 'denied', message: 'It was denied.', next: 'Allow it there.' } as const
      return { kind: 'not-signed-in', ...not }
    }
    return new Promise(() => undefined)
  })
  await user.click(await dialog.findByRole('button', { name: 'Use a code instead' }))
  expect(await dialog.findByText('It was denied. Allow it there.')).toBeTruthy()
  // The first was given up.
  expect(calls('run.cancel')).toHaveLength(1)
  await user.click(dialog.getByRole('button', { name: 'Try again' }))
  expect(await dialog.findByText('ABCD-EFGH')).toBeTruthy()
  await user.click(dialog.getByRole('button', { name: 'Copy the code' }))
  await waitFor(() => expect(bridge.copied).toEqual(['ABCD-EFGH']))
  expect(dialog.getByText(/every 10 seconds/)).toBeTruthy()
  await user.keyboard('{Escape}')
  await waitFor(() => expect(calls('run.cancel')).toHaveLength(3))
})

test('from the code there is a way back to the browser of this machine, also where the code led nowhere', async () => {
  let denied = false
  const { dialog, user, calls } = await open(async (flow, step) => {
    const byCode = flow === 'usual' ? null : { userCode: 'ABCD-EFGH', url: `https://${host}/device` }
    step({ kind: 'address', host, byCode, until })
    if (!denied || flow === 'usual') return new Promise(() => undefined)
    return { kind: 'not-signed-in', why: 'denied', message: 'It was denied.', next: 'Allow it there.' }
  })
  const flows = () =>
    calls('signIn.start').map((start) => v.parse(v.object({ flow: v.string() }), start).flow)
  const back = { name: 'Use the browser of this machine instead' }
  const byCode = { name: 'Use a code instead' }
  await user.click(await dialog.findByRole('button', byCode))
  expect(await dialog.findByText('ABCD-EFGH')).toBeTruthy()
  expect(dialog.queryByRole('button', byCode)).toBeNull()
  await user.click(dialog.getByRole('button', back))
  await waitFor(() => expect(flows()).toEqual(['usual', 'code', 'usual']))
  expect(calls('run.cancel')).toHaveLength(2)
  denied = true
  await user.click(await dialog.findByRole('button', byCode))
  expect(await dialog.findByText('It was denied. Allow it there.')).toBeTruthy()
  await user.click(dialog.getByRole('button', back))
  await waitFor(() => expect(flows().at(-1)).toBe('usual'))
  expect(await dialog.findByRole('button', byCode)).toBeTruthy()
  expect(dialog.queryByRole('button', back)).toBeNull()
})

test.skipIf(!full)(
  'a code that is used once: what waited for it is verified with what main still has of it',
  async () => {
    const arn = 'arn:aws:sts::111122223333:assumed-role/Admin/me'
    const outcome: CodeOutcome = {
      kind: 'proven',
      arn,
      account: '111122223333',
      until,
      kept: false,
      standing: false,
    }
    const { calls, contexts } = await open(async () => outcome)
    await waitFor(() => expect(calls('whoami.run')).toMatchObject([{ contexts }]))
    const [start] = calls('signIn.start')
    expect(calls('whoami.run')).toMatchObject([{ code: v.parse(v.object({ run: v.string() }), start).run }])
    expect(screen.queryByRole('dialog')).toBeNull()
    // What it means for kubectl is not gone with the checks, which take a moment.
    expect(await screen.findByText(/Nothing of it was kept, .*\. Checked 2 contexts: /)).toBeTruthy()
  },
)
