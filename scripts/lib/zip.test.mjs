import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { filesOfZip } from './zip.mjs'

test('the wanted files of an archive that another program packed, whole, with their rights', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ekscope-zip-'))
  try {
    const zip = join(folder, 'x.zip')
    const pack = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as z:
    z.comment = b"a comment behind the end"
    z.mkdir("a")
    program = zipfile.ZipInfo("a/program")
    program.external_attr = 0o100755 << 16
    z.writestr(program, "x" * 10000, zipfile.ZIP_DEFLATED)
    z.writestr("a/stored", "as it is", zipfile.ZIP_STORED)
    z.writestr("b/not wanted", "y")`
    execFileSync('python3', ['-c', pack, zip])
    const found = [...filesOfZip(readFileSync(zip), (path) => path.startsWith('a/'))]
    expect(found.map(({ path, content, mode }) => [path, content.toString(), mode])).toEqual([
      ['a/program', 'x'.repeat(10_000), 0o755],
      ['a/stored', 'as it is', 0o600],
    ])
    expect(() => [...filesOfZip(Buffer.alloc(100), () => true)]).toThrow('no zip archive')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
