import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { inProject } from './project.mjs'

/** Every file below a folder with its hash. */
const hashes = (/** @type {string} */ folder) =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(folder, name)).isFile())
      .map((name) => [
        name,
        createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex'),
      ]),
  )

test.runIf(process.env.EKSCOPE_FULL === '1')(
  'two builds of one commit, in folders of other names, are the same in every file: app, archive and npm package',
  { timeout: 600_000 },
  () => {
    mkdirSync(inProject('dist'), { recursive: true })
    // Beside node_modules, whose files need no copies there.
    const folder = mkdtempSync(inProject('dist', 'two-builds-'))
    try {
      const files = execFileSync('git', ['ls-files', '-z'], { cwd: inProject(), encoding: 'utf8' }).split(
        '\0',
      )
      const built = ['one', join('another', 'place')].map((name) => {
        const copy = join(folder, name)
        for (const file of files.filter(Boolean)) {
          mkdirSync(dirname(join(copy, file)), { recursive: true })
          cpSync(inProject(file), join(copy, file))
        }
        execFileSync('cp', ['-al', inProject('node_modules'), join(copy, 'node_modules')])
        for (const what of ['dir', 'npm'])
          execFileSync(process.execPath, ['scripts/package.mjs', what], {
            cwd: copy,
            stdio: ['ignore', 'ignore', 'pipe'],
          })
        return hashes(join(copy, 'dist'))
      })
      for (const name of [/app\.asar$/, /cli\.cjs$/, /\.tgz$/])
        expect(
          Object.keys(built[0] ?? {}).some((file) => name.test(file)),
          String(name),
        ).toBe(true)
      expect(built[1]).toEqual(built[0])
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
)
