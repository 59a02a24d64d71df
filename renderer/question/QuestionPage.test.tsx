// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { createRoot } from 'react-dom/client'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import {
  type QuestionBridge,
  restMs,
  type ShownQuestion,
  shownProduction,
} from '../../shared/trust/question-text'
import { QuestionPage } from './QuestionPage'

const question: ShownQuestion = {
  title: 'Run this command?',
  lead: 'It could do anything.',
  parts: [[{ label: 'command', value: 'sh' }]],
  note: 'Your decision holds.',
  refuse: 'Do not allow',
  allow: 'Allow',
}

// happy-dom lays nothing out: the facts are told how high they are.
let content = 0
beforeEach(() => {
  vi.useFakeTimers()
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(400)
  vi.spyOn(HTMLElement.prototype, 'scrollHeight', 'get').mockImplementation(() => content)
})
afterEach(() => {
  cleanup()
  vi.useRealTimers()
  vi.restoreAllMocks()
})

let answers: boolean[] = []
let restFromMain: () => void = () => undefined
function open(): { readonly allow: HTMLElement; readonly facts: HTMLElement } {
  answers = []
  const bridge: QuestionBridge = {
    read: async () => question,
    answer: async (allow) => {
      answers.push(allow)
      return true
    },
    onRest: (listener) => {
      restFromMain = listener
    },
  }
  render(<QuestionPage question={question} bridge={bridge} />)
  act(() => {
    vi.advanceTimersByTime(restMs + 100)
  })
  return { allow: screen.getByRole('button', { name: 'Allow' }), facts: screen.getByRole('region') }
}
const isDisabled = (button: HTMLElement) => button.hasAttribute('disabled')

test('what is in view as a whole can be allowed after a second', () => {
  content = 400
  const { allow } = open()
  expect(isDisabled(allow)).toBe(false)
  expect(screen.queryByText(/more below/)).toBe(null)
})

test('a key that comes as soon as the question is drawn refuses', async () => {
  vi.useRealTimers()
  const answered: boolean[] = []
  const bridge: QuestionBridge = {
    read: async () => question,
    answer: async (allow) => {
      answered.push(allow)
      return true
    },
    onRest: () => undefined,
  }
  const place = document.body.appendChild(document.createElement('div'))
  const drawn = new Promise<void>((resolve) => {
    const observer = new MutationObserver(() => {
      observer.disconnect()
      window.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', cancelable: true }))
      resolve()
    })
    observer.observe(place, { childList: true, subtree: true })
  })
  const root = createRoot(place)
  // As the window itself does: not in `act`, which would not end before everything has settled.
  Reflect.set(globalThis, 'IS_REACT_ACT_ENVIRONMENT', false)
  root.render(<QuestionPage question={question} bridge={bridge} />)
  await drawn
  root.unmount()
  place.remove()
  Reflect.set(globalThis, 'IS_REACT_ACT_ENVIRONMENT', true)
  expect(answered).toEqual([false])
})

/** What may have put Allow under a pointer or a key that was meant for something else. */
const disturbances: readonly (readonly [name: string, disturb: () => void])[] = [
  ['main says that the window was shown, moved, resized, focused or left', () => restFromMain()],
  ['it has the keyboard again', () => window.dispatchEvent(new Event('focus'))],
  ['it was hidden and is seen again', () => document.dispatchEvent(new Event('visibilitychange'))],
  [
    'what lay over it went away under the pointer',
    () => document.documentElement.dispatchEvent(new MouseEvent('mouseenter')),
  ],
]
test.each(disturbances)('no press is taken for a second after: %s', (_, disturb) => {
  content = 400
  const { allow } = open()
  // In the same moment, before anything is drawn anew.
  act(() => {
    disturb()
    allow.click()
  })
  expect([answers, isDisabled(allow)]).toEqual([[], true])
  act(() => {
    vi.advanceTimersByTime(restMs - 10)
  })
  fireEvent.click(allow)
  expect(answers).toEqual([])
  act(() => {
    vi.advanceTimersByTime(100)
  })
  fireEvent.click(allow)
  expect(answers).toEqual([true])
})

test('a code is typed here, given on Enter or by either button, and half of one is none', () => {
  content = 400
  const given: unknown[] = []
  const typed = { label: 'Six digits', name: null, keep: 'Keep it' }
  const bridge: QuestionBridge = {
    read: async () => question,
    answer: async (...all) => {
      given.push(all)
      return true
    },
    onRest: () => undefined,
  }
  render(<QuestionPage question={{ ...question, typed }} bridge={bridge} />)
  act(() => {
    vi.advanceTimersByTime(restMs + 100)
  })
  const field = screen.getByLabelText<HTMLInputElement>('Six digits')
  expect(document.activeElement).toBe(field)
  expect(field.type).toBe('password')
  const allow = screen.getByRole('button', { name: 'Allow' })
  fireEvent.change(field, { target: { value: '12345' } })
  expect(isDisabled(allow)).toBe(true)
  fireEvent.change(field, { target: { value: '123456' } })
  fireEvent.click(allow)
  fireEvent.click(screen.getByRole('button', { name: 'Keep it' }))
  fireEvent.keyDown(field, { key: 'Enter' })
  // Enter on Allow answers nothing, and says so; on anything else it refuses.
  expect(screen.queryByRole('status')).toBeNull()
  fireEvent.keyDown(allow, { key: 'Enter' })
  expect(screen.getByRole('status').textContent).toContain('Press Space')
  fireEvent.keyDown(screen.getByRole('region'), { key: 'Enter' })
  fireEvent.change(field, { target: { value: '12' } })
  fireEvent.keyDown(field, { key: 'Enter' })
  expect(given).toEqual([
    [true, { typed: '123456', keep: false }],
    [true, { typed: '123456', keep: true }],
    [true, { typed: '123456', keep: false }],
    [false, undefined],
    [false, undefined],
  ])
})

test('a name is typed whole: Enter with another one says so and answers nothing, Escape refuses', () => {
  content = 400
  const given: unknown[] = []
  const bridge: QuestionBridge = {
    read: async () => question,
    answer: async (...all) => {
      given.push(all)
      return true
    },
    onRest: () => undefined,
  }
  const asked = shownProduction({ names: ['prod-admin', 'prod-ci'], switches: true, cloneOf: null }, null)
  render(<QuestionPage question={asked} bridge={bridge} />)
  act(() => {
    vi.advanceTimersByTime(restMs + 100)
  })
  const field = screen.getByLabelText<HTMLInputElement>('Its name')
  expect([document.activeElement, field.type]).toEqual([field, 'text'])
  expect(screen.getAllByRole('button').map((button) => button.textContent)).toEqual(['Leave it', 'Use it'])
  for (const name of ['', 'prod-admi', 'prod-ci', 'Prod-admin']) {
    fireEvent.change(field, { target: { value: name } })
    fireEvent.keyDown(field, { key: 'Enter' })
    expect(screen.getByRole('alert').textContent).toBe('That is not its name.')
    expect(isDisabled(screen.getByRole('button', { name: 'Use it' }))).toBe(true)
  }
  expect(given).toEqual([])
  fireEvent.change(field, { target: { value: 'prod-admin' } })
  expect(screen.queryByRole('alert')).toBeNull()
  fireEvent.keyDown(field, { key: 'Enter' })
  fireEvent.keyDown(field, { key: 'Escape' })
  expect(given).toEqual([
    [true, { typed: 'prod-admin', keep: false }],
    [false, undefined],
  ])
})

test('names of contexts stay in one piece each, also one with a comma', () => {
  const parts = [[{ label: 'for', value: 'prod-eu-west-1, “a,␣b”, c' } as const]]
  render(
    <QuestionPage
      question={{ ...question, parts }}
      bridge={{ read: async () => question, answer: async () => true, onRest: () => undefined }}
    />,
  )
  const value = screen.getByRole('region').querySelector('dd')
  expect(value?.textContent).toBe('prod-eu-west-1, “a,␣b”, c')
  expect([...(value?.querySelectorAll('bdi > span > span') ?? [])].map((one) => one.textContent)).toEqual([
    'prod-eu-west-1,',
    '“a,␣b”,',
    'c',
  ])
})

test('what goes on below is said, and cannot be allowed until its end was in view', () => {
  content = 2_000
  const { allow, facts } = open()
  expect(isDisabled(allow)).toBe(true)
  expect(screen.queryByText(/more below/)).not.toBe(null)
  facts.scrollTop = 1_000
  fireEvent.scroll(facts)
  expect(isDisabled(allow)).toBe(true)
  facts.scrollTop = 1_600
  fireEvent.scroll(facts)
  expect(isDisabled(allow)).toBe(false)
  expect(screen.queryByText(/more below/)).toBe(null)
  // Back up it stays read.
  facts.scrollTop = 0
  fireEvent.scroll(facts)
  expect(isDisabled(allow)).toBe(false)
})
