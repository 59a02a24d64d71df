import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { afterEach, expect, test, vi } from 'vitest'
import { ownPages } from './own-pages'

afterEach(() => {
  vi.unstubAllGlobals()
})

/** Lets another thread write into the last of these bytes. */
async function written(bytes: Buffer): Promise<void> {
  const worker = new Worker(
    "const { parentPort, workerData } = require('node:worker_threads'); workerData.bytes[workerData.bytes.length - 1] = 7; parentPort.postMessage(workerData.bytes.length)",
    { eval: true, workerData: { bytes } },
  )
  try {
    expect(await once(worker, 'message')).toEqual([bytes.length])
  } finally {
    await worker.terminate()
  }
}

test.each([1, 999_999, 1_000_000, 65_536 * 16, 65_536 * 16 + 1, 22_014_937])(
  '%d bytes are just as many, empty, and another thread writes into the very same',
  async (size) => {
    const bytes = ownPages(size)
    expect(bytes.length).toBe(size)
    expect(bytes.equals(Buffer.alloc(size))).toBe(true)
    await written(bytes)
    expect(bytes.at(-1)).toBe(7)
  },
)

test('a large file has pages of its own, a small one has not', () => {
  expect(ownPages(65_536 * 16 + 1).buffer.byteLength).toBe(65_536 * 17)
  expect(ownPages(65_537).buffer.byteLength).toBe(65_537)
})

test.each([
  ['without WebAssembly', undefined],
  [
    'where so many addresses are not to be had',
    {
      Memory: class {
        constructor() {
          throw new RangeError('WebAssembly.Memory(): could not allocate memory')
        }
      },
    },
  ],
])('%s it is usual shared memory', async (_, stub) => {
  vi.stubGlobal('WebAssembly', stub)
  const bytes = ownPages(2_000_000)
  expect(bytes.buffer.byteLength).toBe(2_000_000)
  await written(bytes)
  expect(bytes.at(-1)).toBe(7)
})
