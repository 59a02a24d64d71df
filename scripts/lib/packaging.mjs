// Packs the built app with electron-builder.
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { noticesOf } from './bundled.mjs'
import { buildFor } from './compile.mjs'
import { run, unattended } from './process.mjs'
import { inProject, readJson, Stop, say } from './project.mjs'
import { partsList } from './sbom.mjs'
import { declaredTarget, targetOf } from './target.mjs'

/**
 * @typedef {import('./electron.mjs').FoundElectron} FoundElectron
 * @typedef {import('./target.mjs').Target} Target
 */

/**
 * The program inside the unpacked app that `npm run package` makes for this platform.
 * @param {NodeJS.Platform} [platform]
 * @param {string} [arch]
 */
export function packagedProgram(platform = process.platform, arch = process.arch) {
  const other = arch === 'x64' ? '' : `-${arch}`
  if (platform === 'darwin')
    return inProject('dist', `mac${other}`, 'Ekscope.app', 'Contents', 'MacOS', 'Ekscope')
  if (platform === 'win32') return inProject('dist', `win${other}-unpacked`, 'Ekscope.exe')
  return inProject('dist', `linux${other}-unpacked`, 'ekscope-desktop')
}

/**
 * Whether these electron-builder arguments ask for another system's targets.
 * @param {readonly string[]} args
 * @param {NodeJS.Platform} [platform]
 */
export function isForeign(args, platform = process.platform) {
  const own = { linux: /^(-l|--linux)$/, darwin: /^(-m|-o|--mac|--macos)$/, win32: /^(-w|--win|--windows)$/ }
  return Object.entries(own).some(([name, flag]) => name !== platform && args.some((arg) => flag.test(arg)))
}

/**
 * What electron-builder has to be told beyond electron-builder.yml: which Electron, and what that one can do.
 * @param {Pick<FoundElectron, 'kind' | 'dist' | 'version'>} electron
 * @returns {string[]}
 */
export function builderSettings({ kind, dist, version }) {
  const settings = [`-c.electronDist=${dist}`, `-c.electronVersion=${version}`]
  // This fuse came with Electron 29; setting it in an older one is an error.
  if (Number(version.split('.')[0]) >= 29)
    settings.push('-c.electronFuses.grantFileProtocolExtraPrivileges=false')
  // The app reads this from its own package.json and keeps its banner: it must not pass for a release.
  if (kind === 'stand-in') settings.push(`-c.extraMetadata.standInElectron=${version}`)
  return settings
}

/**
 * What every package holds beside its programs, by name: the licences of what is bundled, and the list of it.
 * @param {readonly string[]} programs folders of out/, or paths
 * @param {import('./sbom.mjs').Runtime} [runtime]
 * @returns {Readonly<Record<string, string>>}
 */
export function papers(programs, runtime) {
  const folders = programs.map((name) => resolve(inProject('out'), name))
  return {
    'THIRD-PARTY.txt': noticesOf(folders),
    'sbom.cdx.json': `${JSON.stringify(partsList(folders, runtime), null, 2)}\n`,
  }
}

/**
 * A copy of what electron-builder takes. It changes the package.json of the folder that it packs, and a killed one leaves it changed.
 * @param {Target} target
 * @returns {Promise<string>} its folder
 */
async function copyForBuilder(target) {
  const built = await buildFor(target)
  const folder = inProject('dist', 'app')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  cpSync(built, join(folder, 'out'), { recursive: true })
  for (const name of ['build', 'LICENSE', 'electron-builder.yml', 'scripts/lib/after-pack.cjs'])
    cpSync(inProject(name), join(folder, name), { recursive: true })
  const { version, description, license, author, homepage, main } = readJson(inProject('package.json'))
  const files = {
    ...papers(
      ['main', 'preload', 'renderer', 'cli'].map((name) => join(built, name)),
      {
        name: 'electron',
        version: target.electron,
      },
    ),
    // The program's name is the class of its windows, by which a desktop finds the entry.
    'package.json': JSON.stringify({
      name: 'ekscope-desktop',
      desktopName: 'ekscope-desktop.desktop',
      ...{ version, description, license, author, homepage, main },
    }),
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

/**
 * Packs out/ into dist/: the unpacked app of this platform, or what the arguments name.
 * @param {{ electron: FoundElectron, args?: readonly string[] }} options `args` go to electron-builder (`--linux AppImage`)
 */
export async function packageApp({ electron, args = [] }) {
  const unpackedOnly = args.length === 0
  if (unpackedOnly) rmSync(join(packagedProgram(), '..'), { recursive: true, force: true })
  const { CSC_IDENTITY_AUTO_DISCOVERY = 'false' } = process.env
  // The Electron at hand is this system's; for another's targets electron-builder fetches its own.
  const foreign = isForeign(args)
  const target = foreign ? declaredTarget : await targetOf(electron)
  const note = !foreign && electron.kind === 'stand-in' ? ' (a stand-in: not to be handed on)' : ''
  say(
    `packaging with Electron ${target.electron}${note}, built for Chrome ${target.chrome} and Node ${target.node} …`,
  )
  const folder = await copyForBuilder(target)
  const status = await run(
    process.execPath,
    [
      inProject('node_modules', 'electron-builder', 'cli.js'),
      '--project',
      folder,
      `-c.directories.output=${inProject('dist')}`,
      ...(unpackedOnly ? ['--dir'] : args),
      '--publish',
      'never',
      ...(foreign ? [`-c.electronVersion=${target.electron}`] : builderSettings(electron)),
    ],
    {
      env: { ...unattended(process.env), CSC_IDENTITY_AUTO_DISCOVERY },
      // The unpacked app is made in seconds and says a lot about packages that are not in it: heard only when it fails.
      output: unpackedOnly ? 'if it fails' : 'quiet',
    },
  )
  rmSync(folder, { recursive: true, force: true })
  if (status !== 0) throw new Stop(`electron-builder failed with status ${status}; its reason is above.`, 1)
  if (unpackedOnly && !existsSync(packagedProgram())) {
    throw new Stop(`electron-builder ended well but left no ${packagedProgram()}.`, 1)
  }
}
