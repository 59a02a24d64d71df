import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { afterPaint } from './after-paint'

const done: string[] = []
let frames: FrameRequestCallback[] = []
beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('requestAnimationFrame', (frame: FrameRequestCallback) => frames.push(frame))
  vi.stubGlobal('cancelAnimationFrame', () => {
    frames = []
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  done.length = 0
  frames = []
})

test('what waits for the picture is done once, behind its frame', () => {
  afterPaint(() => done.push('work'))
  vi.advanceTimersByTime(150)
  expect(done).toEqual([])
  for (const frame of frames) frame(0)
  expect(done).toEqual([])
  vi.advanceTimersByTime(1_000)
  expect(done).toEqual(['work'])
})

test('a window that paints no pictures does it all the same, and soon', () => {
  afterPaint(() => done.push('work'))
  vi.advanceTimersByTime(200)
  expect(done).toEqual(['work'])
})

test('cancelled, it is done neither before the frame nor behind it', () => {
  const cancel = afterPaint(() => done.push('work'))
  cancel()
  const late = afterPaint(() => done.push('work'))
  for (const frame of frames) frame(0)
  late()
  vi.advanceTimersByTime(1_000)
  expect(done).toEqual([])
})
