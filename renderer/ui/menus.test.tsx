import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { PopupsProvider } from './popups'

/** As at a start: other tests of this worker have loaded what draws menus. */
const atAStart = (name: string): Promise<typeof import('./menus')> => import(name)

afterEach(cleanup)

const button = { 'aria-label': 'Group by', children: 'Account' }

/** An area with a menu of its own, and a button with one. */
function Window({ parts }: { readonly parts: typeof import('./menus') }) {
  const { MenuButton, PointMenu, usePointMenu } = parts
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

test('the keyboard stays at a button whose menu comes', async () => {
  const parts = await atAStart('./menus.tsx?with-the-keyboard')
  render(<Window parts={parts} />)
  screen.getByRole('button', { name: 'Group by' }).focus()
  await act(parts.loadMenus)
  expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Group by' }))
})

test('what is opened before there is anything to draw it opens then', async () => {
  render(<Window parts={await atAStart('./menus.tsx?with-a-click')} />)
  const plain = screen.getByRole('button', { name: 'Group by' })
  expect([plain.getAttribute('aria-haspopup'), plain.getAttribute('aria-expanded')]).toEqual([
    'menu',
    'false',
  ])
  fireEvent.contextMenu(screen.getByText('row'), { clientX: 20, clientY: 30 })
  expect((await screen.findByRole('menuitem')).textContent).toBe('Verify')
  expect(screen.getByLabelText('Group by')).not.toBe(plain)
})
