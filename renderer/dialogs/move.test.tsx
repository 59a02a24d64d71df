// @vitest-environment happy-dom
import { act, cleanup, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { full } from '../../shared/testing/counts'
import { fieldInputs } from '../pending/commit'
import { fieldOf } from '../pending/editable-fields'
import { home } from '../testing/fleet'
import { giveSize, openWindow } from '../testing/window'

beforeEach(giveSize)
let stop: () => void = () => undefined
afterEach(() => {
  cleanup()
  stop()
  vi.restoreAllMocks()
})

const fail = (): never => {
  throw new Error('no ground')
}

const fresh = `${home}/.kube/fresh`

async function open() {
  const opened = await openWindow({ newFile: fresh })
  stop = opened.stop
  opened.model.edits.open({ kind: 'move', rows: [opened.row('prod-admin').id] })
  const dialog = await screen.findByRole('dialog', { name: 'Move prod-admin' })
  await opened.user.click(within(dialog).getByRole('button', { name: 'New file…' }))
  await within(dialog).findByRole('radio', { name: /fresh/, checked: true })
  const closed = () => opened.bridge.calls.filter(({ name }) => name === 'kubeconfig.close')
  return { ...opened, dialog, closed }
}

test.skipIf(!full)(
  'a file that the user names is where the contexts go, and the dialog says how kubectl comes to read it',
  async () => {
    const { dialog, user, pending, row, bridge, closed } = await open()
    expect(dialog.textContent).toContain('KUBECONFIG does not name ~/.kube/fresh')
    await user.click(within(dialog).getByRole('button', { name: 'Copy the line for KUBECONFIG' }))
    await waitFor(() =>
      expect(bridge.copied.at(-1)).toMatch(/^export 'KUBECONFIG=.*config:.*:.*\.kube\/fresh'$/),
    )
    await user.click(within(dialog).getByRole('button', { name: 'Move' }))
    await waitFor(() => expect(pending()).toMatchObject([{ kind: 'move-contexts', file: fresh }]))
    expect(row('prod-admin').entry.origin.file).toBe(fresh)
    expect(closed()).toEqual([])
  },
)

test('the keyboard goes on from the file that was named', async () => {
  const { dialog } = await open()
  const named = within(dialog).getByRole('radio', { name: /fresh/ })
  await waitFor(() => expect(document.activeElement).toBe(named))
})

test.skipIf(!full)(
  'a file is chosen that has none of them, else the one with the fewest; the keyboard is there',
  async () => {
    const { user, model, pending, row, stop: end } = await openWindow({ contexts: 20, newFile: fresh })
    stop = end
    const move = async (names: readonly string[]) => {
      act(() => model.edits.open({ kind: 'move', rows: names.map((name) => row(name).id) }))
      return screen.findByRole('dialog', { name: /^Move/ })
    }
    const gone = (dialog: HTMLElement) => waitFor(() => expect(dialog.isConnected).toBe(false))
    const chosen = async () => {
      const dialog = await move(['prod-readonly', 'stage', 'legacy-ops'])
      const radio = within(dialog).getByRole('radio', { checked: true })
      await waitFor(() => expect(document.activeElement).toBe(radio))
      act(() => model.edits.open(null))
      await gone(dialog)
      return radio.closest('label')?.textContent
    }
    expect(await chosen()).toMatch(/legacy/)
    const dialog = await move(['prod-admin'])
    await user.click(within(dialog).getByRole('button', { name: 'New file…' }))
    await within(dialog).findByRole('radio', { name: /fresh/, checked: true })
    await user.click(within(dialog).getByRole('button', { name: 'Move' }))
    await waitFor(() => expect(pending()).toHaveLength(1))
    await gone(dialog)
    expect(await chosen()).toMatch(/fresh/)
  },
)

test('a file that was named, and into which nothing goes, is shown no longer', async () => {
  const { user, closed } = await open()
  await user.keyboard('{Escape}')
  await waitFor(() => expect(closed()).toMatchObject([{ input: { path: fresh } }]))
})

test.skipIf(!full)(
  'a file that is still to be made stands in the sidebar, and is offered, as long as something goes into it',
  async () => {
    const { dialog, user, model, pending, row } = await open()
    const offers = async () => {
      act(() => model.edits.open({ kind: 'move', rows: [row('stage').id] }))
      const there = await screen.findByRole('dialog', { name: 'Move stage' })
      const offered = within(there).queryByRole('radio', { name: /fresh/ }) !== null
      act(() => model.edits.open(null))
      await waitFor(() => expect(there.isConnected).toBe(false))
      const cell = fieldOf('file')?.offers(row('stage'), fieldInputs(model) ?? fail()) ?? []
      return [offered, cell.some(({ value }) => value.includes('fresh'))]
    }
    const shown = () => within(screen.getByRole('navigation')).queryByText('~/.kube/fresh') !== null
    await user.click(within(dialog).getByRole('button', { name: 'Move' }))
    await waitFor(() => expect(pending()).toHaveLength(1))
    await waitFor(() => expect(shown()).toBe(true))
    expect(await offers()).toEqual([true, true])
    act(() => model.edits.discardAll())
    await waitFor(() => expect(shown()).toBe(false))
    expect(await offers()).toEqual([false, false])
    act(() => model.edits.undo())
    await waitFor(() => expect(shown()).toBe(true))
  },
)
