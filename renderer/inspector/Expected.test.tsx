// @vitest-environment happy-dom
import { cleanup, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Snapshot } from '../../shared/kubeconfig/entries'
import { fail, fault } from '../../shared/result'
import { full } from '../../shared/testing/counts'
import { expectProven } from '../pending/expect-identity'
import type { FakeOptions } from '../testing/fake-bridge'
import { giveSize, openWindow } from '../testing/window'

beforeEach(giveSize)
let stop: () => void = () => undefined
afterEach(() => {
  cleanup()
  stop()
  vi.restoreAllMocks()
})

const other = 'arn:aws:iam::111122223333:role/Other'

async function inspect(name: string, options: FakeOptions = {}) {
  const opened = await openWindow(options)
  stop = opened.stop
  const { model, row } = opened
  model.inspect(row(name).id)
  const inspector = within(await screen.findByRole('complementary', { name: 'Inspector' }))
  const forgets = () =>
    opened.bridge.calls.flatMap(({ name, input }) => (name === 'expected.forget' ? [input] : []))
  return { ...opened, inspector, forgets }
}
const saying =
  (name: string, expected: string) =>
  (snapshot: Snapshot): Snapshot => ({
    ...snapshot,
    contexts: snapshot.contexts.map((context) =>
      context.name === name ? { ...context, expected } : context,
    ),
  })

test.skipIf(!full)(
  'what was proven is expected from now on, of one and of many; who is left out is named; nobody takes it back',
  async () => {
    const { inspector, user, row, pending, model } = await inspect('sandbox-7')
    const before = row('sandbox-7')
    expect(before.shown).toBe('proven')
    await user.click(inspector.getByRole('button', { name: 'Expect carol from now on' }))
    const principal = row('sandbox-7').expected?.principal
    expect(before.check?.proven?.canonicalArn).toContain(principal?.split('/').at(-1))
    expect(pending()).toEqual([{ kind: 'set-expected', context: before.id, principal }])
    expect(row('sandbox-7')).toMatchObject({ shown: 'verified', stale: null, pending: { kind: 'changed' } })
    expect(inspector.getByText(/^Apply the change: until then/)).toBeTruthy()
    expect(inspector.queryByRole('button', { name: /^Expect carol/ })).toBeNull()
    expect(inspector.getByRole('heading', { name: /, as you expect$/ })).toBeTruthy()
    await user.click(inspector.getByRole('button', { name: 'Stop expecting this identity' }))
    expect(pending()).toEqual([{ kind: 'set-expected', context: before.id, principal: null }])
    await waitFor(() => expect(row('sandbox-7').expected).toBeNull())
    model.edits.discardAll()

    const all = model.rows.all()
    await model.edits.expect(expectProven(all))
    const proven = all.filter(
      ({ check, stale }) => check?.proven && stale === null && check.problem?.code !== 'seen-differs',
    )
    expect(
      pending().map((edit) => (edit.kind === 'set-expected' ? [edit.context, edit.principal] : [])),
    ).toEqual(
      proven.map(({ id, check }) => [id, check?.proven?.canonicalArn.replace(/(role|user)\/.*\//, '$1/')]),
    )
    expect(model.state.getState().notices.at(-1)?.message).toMatch(
      /^Left out: .+ \(no check has proven the identity\)/,
    )
  },
)

test('where file and word are not of one mind, that is said, with what can be done; words alone go only by asking main', async () => {
  const { inspector, user, row, pending, forgets, model } = await inspect('prod-admin', {
    words: { 'prod-admin': other, stage: other },
    snapshot: saying('stage', 'arn:aws:iam::111122223333:role/FromFile'),
    refuse: { 'expected.forget': fail(fault('not-allowed', 'You did not allow that.', 'Again.')) },
  })
  expect(inspector.getByText(/no longer says so: another program wrote it anew/)).toBeTruthy()
  await user.click(inspector.getByRole('button', { name: 'Stop expecting this identity' }))
  expect([pending(), forgets()]).toEqual([[], [{ contexts: [row('prod-admin').id] }]])
  expect(await screen.findByText('You did not allow that.')).toBeTruthy()
  await user.click(inspector.getByRole('button', { name: 'Write this into the file again' }))
  expect(pending()).toEqual([{ kind: 'set-expected', context: row('prod-admin').id, principal: other }])
  model.edits.discardAll()

  model.inspect(row('stage').id)
  expect(await inspector.findByText(/expects .*FromFile.* instead/)).toBeTruthy()
  await user.click(inspector.getByRole('button', { name: 'Expect what the file says' }))
  expect(forgets().at(-1)).toEqual({ contexts: [row('stage').id] })
  expect(pending()).toEqual([])
})
