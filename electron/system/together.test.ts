import { expect, test } from 'vitest'
import { openTogether } from './together'

/** Work that ends when it is told to, or given up. */
function working() {
  const started: { readonly signal: AbortSignal; readonly end: (what: string) => void }[] = []
  const together = openTogether<string>('left')
  const ask = (key: string, signal = new AbortController().signal, onBegun?: () => void) =>
    together(
      key,
      (running, begun) =>
        new Promise((resolve) => {
          begun()
          started.push({ signal: running, end: resolve })
          running.addEventListener('abort', () => resolve('given up'))
        }),
      signal,
      onBegun,
    )
  return { started, ask }
}

test('equal work is done once while it is under way, other work beside it, and anew once it has ended', async () => {
  const { started, ask } = working()
  let begun = 0
  const [first, same, other] = [ask('a'), ask('a', undefined, () => begun++), ask('b')]
  await expect.poll(() => started).toHaveLength(2)
  const late = ask('a', undefined, () => begun++)
  expect(begun).toBe(2)
  started[0]?.end('A')
  started[1]?.end('B')
  expect(await Promise.all([first, same, late, other])).toEqual(['A', 'A', 'A', 'B'])
  const again = ask('a')
  await expect.poll(() => started).toHaveLength(3)
  started[2]?.end('anew')
  expect(await again).toBe('anew')
})

test('who leaves holds up nobody; what nobody wants any more is given up, and its end is waited for', async () => {
  const { started, ask } = working()
  const [one, two] = [new AbortController(), new AbortController()]
  const [first, second] = [ask('a', one.signal), ask('a', two.signal)]
  await expect.poll(() => started).toHaveLength(1)
  one.abort()
  expect(await first).toBe('left')
  expect(started[0]?.signal.aborted).toBe(false)
  two.abort()
  expect(await second).toBe('given up')
  // A caller that comes now starts anew, and a caller that has left asks for nothing.
  expect(await ask('a', two.signal)).toBe('left')
  expect(started).toHaveLength(1)
})
