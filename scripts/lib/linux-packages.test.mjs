import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { which } from './process.mjs'
import { inProject } from './project.mjs'

/** @param {(folder: string) => void} work gets a folder in which the launcher and what it starts are as in a package */
function inPackage(work) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'ekscope-launcher-')))
  try {
    const out = join(folder, 'resources/app.asar.unpacked/out')
    for (const path of [out, join(folder, 'terminal'), join(folder, 'bin')])
      mkdirSync(path, { recursive: true })
    symlinkSync(which('readlink') ?? '', join(folder, 'bin/readlink'))
    for (const name of ['ekscope', 'kubectl-ekscope']) {
      copyFileSync(inProject('build/linux/ekscope'), join(folder, 'terminal', name))
      const program = join(out, `${name === 'ekscope' ? 'cli' : name}.cjs`)
      writeFileSync(program, `process.stdout.write(JSON.stringify(['${name}', ...process.argv.slice(2)]))`)
    }
    work(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test.runIf(process.platform === 'linux')(
  'the launcher of the packages starts the program of its name on the Node of the PATH, through any link',
  () => {
    inPackage((folder) => {
      const PATH = join(folder, 'bin')
      symlinkSync(process.execPath, join(PATH, 'node'))
      symlinkSync('../terminal/kubectl-ekscope', join(PATH, 'kubectl-ekscope'))
      const run = (/** @type {string} */ program) =>
        spawnSync(program, ['a b', ''], { env: { PATH }, encoding: 'utf8' }).stdout
      expect(JSON.parse(run(join(folder, 'terminal/ekscope')))).toEqual(['ekscope', 'a b', ''])
      expect(JSON.parse(run(join(PATH, 'kubectl-ekscope')))).toEqual(['kubectl-ekscope', 'a b', ''])
    })
  },
)

test.runIf(process.platform === 'linux')('without a Node the launcher says what to install', () => {
  inPackage((folder) => {
    const { status, stdout, stderr } = spawnSync(join(folder, 'terminal/ekscope'), [], {
      env: { PATH: join(folder, 'bin') },
      encoding: 'utf8',
    })
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' })
    expect(stderr).toMatch(/^ekscope: Node 20 or newer is needed.*nodejs, or ekscope-cli/)
  })
})
