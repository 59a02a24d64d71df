// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { identityTree } from '../testing/identities'
import { giveSize, openWindow } from '../testing/window'

beforeEach(giveSize)
let stop: () => void = () => undefined
afterEach(() => {
  cleanup()
  stop()
})

const admin = 'arn:aws:iam::333344445555:role/Admin'
const reader = 'arn:aws:iam::333344445555:role/ReadOnly'

test('a role is replaced in contexts and AWS profiles as one step, and nothing else names it', async () => {
  const opened = await openWindow({
    contexts: 12,
    identities: identityTree,
  })
  stop = opened.stop
  const { model, user, row } = opened
  model.edits.add([{ kind: 'set-role', context: row('stage').id, role: admin, scope: 'split' }])
  model.edits.open({ kind: 'everywhere', old: admin })
  const dialog = await screen.findByRole('dialog', { name: 'Replace a role or profile everywhere' })
  await within(dialog).findByText('Named by 1 context and 1 AWS profile')
  const now = within(dialog).getByLabelText('From now on')
  fireEvent.change(now, { target: { value: 'ReadOnly' } })
  expect(within(dialog).getByText('ReadOnly is not a role’s ARN.')).toBeTruthy()
  fireEvent.change(now, { target: { value: reader } })
  const replace = within(dialog).getByRole('button', { name: 'Replace in 2 places' })
  await waitFor(() => expect(replace).toHaveProperty('disabled', false))
  await user.click(replace)
  expect(model.edits.state.getState().pending.map(({ edit }) => edit)).toEqual([
    { kind: 'set-role', context: row('stage').id, role: reader, scope: 'shared' },
    {
      kind: 'edit-profile',
      environment: 'login-shell',
      edit: { kind: 'set-profile-key', profile: 'pay', key: 'role_arn', value: reader },
      was: admin,
    },
  ])
  model.edits.undo()
  expect(model.edits.state.getState().pending).toHaveLength(1)
})
