/** A file that another program writes in place is read as it was or as it is, never as what is left of it in between. */
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterAll, expect, test } from 'vitest'
import { removeFolder } from '../../testing/bundle'
import { readKubeconfig } from './read-file'
import { whenSettled } from './steady-reads'

const folder = mkdtempSync(path.join(tmpdir(), 'ekscope-settling-'))
afterAll(() => removeFolder(folder))

const text = 'users: []\n'.repeat(200)

/** Truncates and writes the file again and again. */
const rewriting = `
const { path, text } = require('node:worker_threads').workerData
const write = () => require('node:fs').writeFileSync(path, text)
write()
require('node:worker_threads').parentPort.postMessage('writes')
setInterval(write, 0)`

test('what is read has the length that is said of it, and is not empty once it is settled', async () => {
  const file = path.join(folder, 'config')
  writeFileSync(file, text)
  const writer = new Worker(rewriting, { eval: true, workerData: { path: file, text } })
  try {
    await once(writer, 'message')
    for (let turn = 0; turn < 1_000; turn++) {
      const { content, stamp } = await readKubeconfig(file)
      expect(stamp?.bytes).toBe(content?.bytes.length)
    }
    const { content } = await whenSettled(
      () => readKubeconfig(file),
      (found) => (found.content?.bytes.length === 0 ? [file] : []),
    )
    expect(content?.text).toBe(text)
  } finally {
    await writer.terminate()
  }
})
