// The npm package of the terminal program: what was built, with no dependencies, from a folder of its own.
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { terminalPrograms } from './build-state.mjs'
import { bundledFile } from './bundled.mjs'
import { papers } from './packaging.mjs'
import { npm, run, unattended } from './process.mjs'
import { inProject, readJson, Stop, say } from './project.mjs'
import { writeShellFiles } from './shell-files.mjs'

const { name, version, description, license, author, homepage, repository, engines } = readJson(
  inProject('package.json'),
)

/** The package that `npm run package -- npm` makes. */
export const npmTarball = inProject('dist', `${name}-${version}.tgz`)

const folders = ['cli', 'demo']

/** Packs the built terminal program into dist/. */
export async function packageNpm() {
  say('packing the terminal program for npm …')
  const staging = mkdtempSync(join(tmpdir(), 'ekscope-npm-'))
  try {
    for (const file of terminalPrograms) copyFileSync(inProject('out', file), join(staging, file))
    for (const folder of folders)
      cpSync(inProject('out', folder), join(staging, folder), {
        recursive: true,
        filter: (path) => !path.endsWith(bundledFile),
      })
    for (const file of ['LICENSE', 'README.md']) copyFileSync(inProject(file), join(staging, file))
    for (const [file, text] of Object.entries(papers(['cli']))) writeFileSync(join(staging, file), text)
    await writeShellFiles(staging)
    const manifest = {
      ...{ name, version, description, license, author, homepage, repository, engines },
      type: 'commonjs',
      bin: Object.fromEntries(
        terminalPrograms.map((file) => [file === 'cli.cjs' ? name : file.replace('.cjs', ''), file]),
      ),
      man: ['ekscope.1'],
    }
    writeFileSync(join(staging, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
    mkdirSync(inProject('dist'), { recursive: true })
    await runNpm(['pack', '--ignore-scripts', '--silent', '--pack-destination', inProject('dist')], staging)
  } finally {
    rmSync(staging, { recursive: true, force: true })
  }
}

/**
 * Installs that package as a user would, with nothing to fetch.
 * @param {string} prefix a folder
 * @returns {Promise<string>} the terminal program
 */
export async function installNpm(prefix) {
  await runNpm(['install', '--global', '--offline', '--silent', '--prefix', prefix, npmTarball], inProject())
  const modules = process.platform === 'win32' ? ['node_modules'] : ['lib', 'node_modules']
  return join(prefix, ...modules, name, 'cli.cjs')
}

/**
 * @param {readonly string[]} words
 * @param {string} cwd
 */
async function runNpm(words, cwd) {
  const { command, args } = npm()
  const env = unattended(process.env)
  const status = await run(command, [...args, ...words], { env, cwd, output: 'if it fails' })
  if (status !== 0) throw new Stop(`npm ${words[0]} ended with status ${status}; its reason is above.`, 1)
}
