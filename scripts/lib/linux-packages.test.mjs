import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packages, scriptsOf } from './linux-packages.mjs'
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

test.runIf(which('update-alternatives'))(
  'a command that npm put where the package would have its own stays, is named, and stays when the package goes',
  () => {
    const root = realpathSync(mkdtempSync(join(tmpdir(), 'ekscope-alternatives-')))
    for (const folder of ['alternatives', 'admin', 'usr/bin', 'usr/lib/node_modules/ekscope'])
      mkdirSync(join(root, folder), { recursive: true })
    const [, terminal] = packages
    if (terminal === undefined) throw new Error('no package of the terminal alone')
    mkdirSync(join(root, terminal.terminal), { recursive: true })
    const program = join(root, terminal.terminal, 'ekscope')
    writeFileSync(program, '', { mode: 0o755 })
    const npms = join(root, 'usr/lib/node_modules/ekscope/cli.cjs')
    writeFileSync(npms, '')
    const link = join(root, 'usr/bin/ekscope')
    const scripts = scriptsOf(terminal, 'deb')
    const run = (/** @type {'install' | 'remove'} */ name) => {
      const script = scripts[name]
        .replaceAll('/etc/alternatives', join(root, 'alternatives'))
        .replaceAll(/(?<!\w)\/usr/g, join(root, 'usr'))
        .replaceAll('update-alternatives', `$& --altdir ${root}/alternatives --admindir ${root}/admin`)
      const { status, stdout } = spawnSync('sh', ['-c', script], { encoding: 'utf8' })
      expect(status).toBe(0)
      return stdout
    }
    symlinkSync(npms, link)
    expect(run('install')).toMatch(
      /^\S+\/usr\/bin\/ekscope is another program's .* dpkg-reconfigure ekscope-cli\.\n$/,
    )
    run('remove')
    expect(readlinkSync(link)).toBe(npms)
    rmSync(link)
    for (let times = 0; times < 2; times++) run('install')
    expect(realpathSync(link)).toBe(program)
    run('remove')
    expect(existsSync(link)).toBe(false)
    rmSync(root, { recursive: true })
  },
)
