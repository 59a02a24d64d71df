// @vitest-environment happy-dom
import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { ScrollList } from './ScrollList'

afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
})

test('Tab comes to a list that scrolls, and goes by one that is seen whole', () => {
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(100)
  const height = vi.spyOn(HTMLElement.prototype, 'scrollHeight', 'get').mockReturnValue(100)
  const { rerender } = render(<ScrollList aria-label="names" />)
  const list = screen.getByRole('list', { name: 'names' })
  expect(list.tabIndex).toBe(-1)
  height.mockReturnValue(101)
  rerender(<ScrollList aria-label="names">{[<li key="one">one</li>]}</ScrollList>)
  expect(list.tabIndex).toBe(0)
})
