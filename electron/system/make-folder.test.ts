import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { removeFolder } from '../testing/bundle'
import { makeFolder } from './make-folder'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ekscope-folders-'))
})
afterEach(() => removeFolder(home))

test('of several that make the same folders at once each finds them made', async () => {
  for (let round = 0; round < 50; round++) {
    const top = join(home, `${round}`)
    const made = await Promise.all([1, 2, 3, 4].map(() => makeFolder(join(top, 'b', 'c'))))
    expect(made).toContain(top)
  }
})

test('the first folder that was made is told, and none where all were there', async () => {
  expect(await makeFolder(join(home, 'a', 'b'))).toBe(join(home, 'a'))
  expect(await makeFolder(join(home, 'a', 'b', 'c'))).toBe(join(home, 'a', 'b', 'c'))
  expect(await makeFolder(join(home, 'a', 'b'))).toBeUndefined()
})

test('a folder that is there and takes none is refused at once', {
  skip: process.platform !== 'linux',
}, async () => {
  await expect(makeFolder('/proc/ekscope')).rejects.toThrow(/ENOENT/)
})
