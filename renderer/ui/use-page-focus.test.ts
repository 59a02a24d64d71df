// @vitest-environment happy-dom
/** A page that takes another one's place has the keyboard, however long what led there takes to go. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { takeFocus } from './use-page-focus'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
  document.body.innerHTML = ''
})

const make = (html: string): { readonly page: HTMLElement; readonly field: HTMLElement } => {
  document.body.innerHTML = `<main tabindex="-1"></main>${html}`
  const [page, field] = [document.querySelector('main'), document.querySelector<HTMLElement>('input')]
  if (page === null || field === null) throw new Error('it is there')
  field.focus()
  return { page, field }
}

test('a palette that fades for longer than usual leaves the keyboard to the page in the end', () => {
  const { page, field } = make('<div role="dialog"><input /></div>')
  takeFocus(() => page)
  vi.advanceTimersByTime(1_000)
  expect(document.activeElement).toBe(field)
  field.closest('div')?.remove()
  vi.advanceTimersByTime(100)
  expect(document.activeElement).toBe(page)
})

test('who has the keyboard elsewhere keeps it, and soon nobody looks any more', () => {
  const { page, field } = make('<input />')
  takeFocus(() => page)
  vi.advanceTimersByTime(500)
  expect(document.activeElement).toBe(field)
  field.remove()
  vi.advanceTimersByTime(1_000)
  expect(document.activeElement).toBe(document.body)
})

test('what loses the keyboard on the page later does not get it to the page from here', () => {
  const { page, field } = make('<input /><button></button>')
  takeFocus(() => page)
  const button = document.querySelector('button')
  button?.focus()
  vi.advanceTimersByTime(100)
  button?.remove()
  vi.advanceTimersByTime(1_000)
  expect(field.isConnected).toBe(true)
  expect(document.activeElement).toBe(document.body)
})
