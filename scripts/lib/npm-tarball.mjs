// The npm package of the terminal program: what was built, with no dependencies, from a folder of its own.
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundledFile, noticesOf } from './bundled.mjs'
import { npm, run, unattended } from './process.mjs'
import { inProject, readJson, Stop, say } from './project.mjs'

const { name, version, description, license, author, homepage, repository, engines } = readJson(
  inProject('package.json'),
)

/** The package that `npm run package -- npm` makes. */
export const npmTarball = inProject('dist', `${name}-${version}.tgz`)

const programs = ['cli.cjs', 'kubectl-ekscope.cjs']
const folders = ['cli', 'demo']

/** Packs the built terminal program into dist/. */
export async function packageNpm() {
  say('packing the terminal program for npm …')
  const staging = mkdtempSync(join(tmpdir(), 'ekscope-npm-'))
  try {
    for (const file of programs) copyFileSync(inProject('out', file), join(staging, file))
    for (const folder of folders)
      cpSync(inProject('out', folder), join(staging, folder), {
        recursive: true,
        filter: (path) => !path.endsWith(bundledFile),
      })
    for (const file of ['LICENSE', 'README.md']) copyFileSync(inProject(file), join(staging, file))
    const notices = noticesOf(folders.map((folder) => inProject('out', folder)))
    writeFileSync(join(staging, 'THIRD-PARTY.txt'), notices)
    const manifest = {
      ...{ name, version, description, license, author, homepage, repository, engines },
      type: 'commonjs',
      bin: { ekscope: 'cli.cjs', 'kubectl-ekscope': 'kubectl-ekscope.cjs' },
    }
    writeFileSync(join(staging, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
    mkdirSync(inProject('dist'), { recursive: true })
    const { command, args } = npm()
    const words = ['pack', '--ignore-scripts', '--silent', '--pack-destination', inProject('dist')]
    const env = unattended(process.env)
    const status = await run(command, [...args, ...words], { env, cwd: staging, output: 'if it fails' })
    if (status !== 0) throw new Stop(`npm pack ended with status ${status}; its reason is above.`, 1)
  } finally {
    rmSync(staging, { recursive: true, force: true })
  }
}
