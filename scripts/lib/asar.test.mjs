import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { extractFile, listPackage } from '@electron/asar'
import { expect, test } from 'vitest'
import { asarOf } from './asar.mjs'

test("the archive is what Electron's own tool reads: names and bytes of every file", () => {
  const folder = mkdtempSync(join(tmpdir(), 'ekscope-asar-'))
  try {
    // Headers of several lengths, so that each padding to four bytes occurs.
    for (const name of ['a', 'ab', 'abc', 'abcd', 'abcde']) {
      const archive = join(folder, `${name}.asar`)
      const files = { [`${name}.cjs`]: 'module.exports = "grüße"\n', 'package.json': '{}', empty: '' }
      writeFileSync(archive, asarOf(files))
      expect(listPackage(archive, { isPack: false }).sort()).toEqual(
        Object.keys(files)
          .map((file) => `/${file}`)
          .sort(),
      )
      for (const [file, text] of Object.entries(files))
        expect(extractFile(archive, file).toString()).toBe(text)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})
