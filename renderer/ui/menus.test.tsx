import { fireEvent, render, screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import { PopupsProvider } from './popups'

// As at a start: other tests of this worker have loaded what draws menus.
const name = './menus.tsx?as-at-a-start'
const { MenuButton, PointMenu, usePointMenu }: typeof import('./menus') = await import(name)

const button = { 'aria-label': 'Group by', children: 'Account' }

/** An area with a menu of its own, and a button with one. */
function Window() {
  const [place, open] = usePointMenu()
  return (
    <PopupsProvider>
      <div role="group" onContextMenu={open}>
        row
      </div>
      <PointMenu place={place} items={({ ContextMenu }) => <ContextMenu.Item>Verify</ContextMenu.Item>} />
      <MenuButton button={button} items={({ Menu }) => <Menu.Item>Verdict</Menu.Item>} />
    </PopupsProvider>
  )
}

// One test: what draws menus is loaded once.
test('what is opened before there is anything to draw it opens then, and the keyboard stays at its button', async () => {
  render(<Window />)
  const plain = screen.getByRole('button', { name: 'Group by' })
  expect(plain.getAttribute('aria-haspopup')).toBe('menu')
  expect(plain.getAttribute('aria-expanded')).toBe('false')
  plain.focus()
  fireEvent.contextMenu(screen.getByText('row'), { clientX: 20, clientY: 30 })
  expect((await screen.findByRole('menuitem')).textContent).toBe('Verify')
  const drawn = screen.getByLabelText('Group by')
  expect(drawn).not.toBe(plain)
  fireEvent.keyDown(screen.getByRole('menu'), { key: 'Escape' })
  await waitFor(() => expect(screen.queryByRole('menu')).toBeNull())
  await waitFor(() => expect(document.activeElement).toBe(drawn))

  // From now on at once, and again.
  for (const times of [1, 2]) {
    fireEvent.contextMenu(screen.getByText('row'), { clientX: 20, clientY: 30 })
    expect(screen.getAllByRole('menuitem').length, `${times}`).toBe(1)
    fireEvent.keyDown(screen.getByRole('menu'), { key: 'Escape' })
    await waitFor(() => expect(screen.queryByRole('menu')).toBeNull())
  }
})
