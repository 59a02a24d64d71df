import { render, screen } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import { Later } from './later'
import './testing/all-parts'

test('what is drawn with them is drawn once they are there', () => {
  const draw = vi.fn(() => <p>there</p>)
  render(<Later draw={draw} />)
  expect(screen.getByText('there')).toBeTruthy()
  expect(draw).toHaveBeenCalledWith(expect.objectContaining({ Palette: expect.any(Function) }))
})
