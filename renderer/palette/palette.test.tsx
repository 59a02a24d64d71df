// @vitest-environment happy-dom
import { cleanup, render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test } from 'vitest'
import { editActions } from '../actions/edit-actions'
import { createModel } from '../store/model'
import { fakeBridge } from '../testing/fake-bridge'
import { legacyFile, now } from '../testing/fleet'
import { editText } from '../text/edits'
import { ModelProvider } from '../ui/model'
import { Palette } from './Palette'

const shown = {
  ids: [],
  focusFilter: () => undefined,
  focusGrid: () => undefined,
  copyCells: () => undefined,
  place: { rows: () => [], columns: () => [], moveTo: () => undefined },
}
const actions = editActions(shown)

test('of an action that is not possible now the palette says that, and why', async () => {
  const model = createModel({ bridge: fakeBridge({ contexts: 50 }), clock: () => now })
  const stop = model.start()
  await waitFor(() => expect(model.state.getState().phase.kind).toBe('ready'))
  const { snapshot } = model.state.getState()
  if (snapshot === null) throw new Error('there is no snapshot')
  const files = snapshot.files.map((file) =>
    file.path === legacyFile ? { ...file, source: 'opened' as const, own: false } : file,
  )
  model.state.setState({ snapshot: { ...snapshot, files } })
  model.openPalette(true)
  render(
    <ModelProvider model={model}>
      <Palette shown={shown} actions={actions} />
    </ModelProvider>,
  )
  const user = userEvent.setup()
  await user.type(await screen.findByRole('combobox'), 'Fill down')
  expect(screen.getByRole('status').textContent).toBe(
    '“Fill down” is not possible now. Go to a cell that can be edited first.',
  )
  const row = model.rows.all().find(({ entry }) => entry.origin.file === legacyFile)
  model.setCursor({ item: row?.id ?? '', column: 'namespace' })
  await user.clear(screen.getByRole('combobox'))
  await user.type(screen.getByRole('combobox'), 'Fill down')
  expect(screen.getByRole('status').textContent).toBe(
    `“Fill down” is not possible now. ${editText.locked.opened}`,
  )
  await user.clear(screen.getByRole('combobox'))
  await user.type(screen.getByRole('combobox'), 'zzz')
  expect(screen.getByRole('status').textContent).toBe('No action has that name.')
  stop()
  cleanup()
})
