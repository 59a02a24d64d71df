import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { VerdictMark } from './VerdictMark'

afterEach(cleanup)

test('a stale verdict says what it was in few letters, and whole on hover', () => {
  render(<VerdictMark shown="stale" was="login-needed" />)
  expect(screen.getByText('sign-in').parentElement?.textContent).toBe('stalesign-in')
  expect(screen.getByTitle(/^stale, was sign-in needed\./)).toBeTruthy()
})
