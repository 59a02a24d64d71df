import { act, cleanup, render, waitFor } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import type { DiffHunk, DiffLine } from '../../shared/edits/diff'
import { createModel } from '../store/window-model'
import { fakeBridge } from '../testing/fake-bridge'
import { now } from '../testing/fleet'
import { ModelProvider } from '../ui/model'
import { blocksOf, DiffView } from './DiffView'

afterEach(() => {
  cleanup()
})

const line = (kind: DiffLine['kind'], number: number): DiffLine => ({
  kind,
  before: kind === 'added' ? null : number,
  after: kind === 'removed' ? null : number,
  text: `${kind} ${number}`,
})
/** A renamed context after the other, as a write of a whole fleet makes them: one hunk without an end. */
const renamed = (count: number): DiffHunk => ({
  lines: Array.from({ length: count }, (_, at) => [
    line('same', at * 3),
    line('removed', at * 3 + 1),
    line('added', at * 3 + 1),
    line('same', at * 3 + 2),
  ]).flat(),
})

test('a short diff is one block', () => {
  expect(blocksOf([renamed(3), renamed(4)])).toMatchObject([{ hunks: [renamed(3), renamed(4)], gap: false }])
})

test('a long one is cut where no changed lines come apart, and nothing is lost or marked as left out', () => {
  const hunks = [renamed(2_000), renamed(2), renamed(2), renamed(500)]
  const blocks = blocksOf(hunks)
  expect(blocks.length).toBeGreaterThan(50)
  expect(blocks.flatMap((block) => block.hunks).flatMap(({ lines }) => lines)).toEqual(
    hunks.flatMap(({ lines }) => lines),
  )
  for (const { hunks: parts } of blocks) expect(parts[0]?.lines[0]?.kind).toBe('same')
  for (const { length, hunks: parts } of blocks)
    expect(parts.reduce((sum, { lines }) => sum + lines.length, 0)).toBe(length)
  // As often as hunks follow each other, in a block or between two.
  const gaps = blocks.reduce((sum, { gap, hunks: parts }) => sum + (gap ? 1 : 0) + parts.length - 1, 0)
  expect(gaps).toBe(hunks.length - 1)
})

test('of a long diff what is near is drawn, and what is pointed at wherever it is', async () => {
  let told: IntersectionObserverCallback = () => undefined
  const watched: Element[] = []
  class Observer implements IntersectionObserver {
    readonly root = null
    readonly rootMargin = ''
    readonly scrollMargin = ''
    readonly thresholds = []
    constructor(callback: IntersectionObserverCallback) {
      told = (entries) => callback(entries, this)
    }
    observe(element: Element) {
      watched.push(element)
    }
    unobserve() {}
    disconnect() {}
    takeRecords = () => []
  }
  vi.stubGlobal('IntersectionObserver', Observer)
  const change = {
    path: '/home/me/.kube/config',
    diff: { added: 1_000, removed: 1_000, hunks: [renamed(1_000)], unended: { before: null, after: null } },
  }
  const model = createModel({ bridge: fakeBridge(), clock: () => now })
  const view = (pointed: number | null) => (
    <ModelProvider model={model}>
      <DiffView
        change={change}
        pointed={
          pointed === null
            ? null
            : {
                path: change.path,
                turn: 1,
                entries: [{ kind: 'context', name: 'x', side: 'before', from: pointed, to: pointed }],
              }
        }
      />
    </ModelProvider>
  )
  const { container, rerender } = render(view(null))
  await waitFor(() => expect(watched.length).toBeGreaterThan(10))
  const drawn = () => [...container.querySelectorAll('code')].map((code) => code.textContent)
  expect(drawn()).toEqual([])
  const near = (element: Element | undefined, isIntersecting: boolean) =>
    act(() => {
      if (element)
        told([Object.assign(Object.create(null), { target: element, isIntersecting })], new Observer(told))
    })
  near(watched[0], true)
  expect(drawn()).toContain('removed 1')
  expect(drawn().length).toBeLessThan(300)
  near(watched[0], false)
  expect(drawn()).toEqual([])
  rerender(view(2_998))
  expect(drawn()).toContain('removed 2998')
  expect(container.querySelector('[data-pointed]')?.textContent).toContain('removed 2998')
})
