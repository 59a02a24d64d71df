// Packs the built app with electron-builder.
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { run, unattended } from './process.mjs'
import { inProject, Stop, say } from './project.mjs'

/** @typedef {import('./electron.mjs').FoundElectron} FoundElectron */

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
  return inProject('dist', `linux${other}-unpacked`, 'ekscope')
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
 * Packs out/ into dist/. Without arguments: the unpacked app of this platform.
 * @param {{ electron: FoundElectron, args: readonly string[] }} options `args` go to electron-builder (`--linux deb`)
 */
export async function packageApp({ electron, args }) {
  const targets = args.length === 0 ? ['--dir'] : args
  say(
    `packaging with Electron ${electron.version}${electron.kind === 'stand-in' ? ' (a stand-in: not to be handed on)' : ''} …`,
  )
  if (args.length === 0) rmSync(join(packagedProgram(), '..'), { recursive: true, force: true })
  const { CSC_IDENTITY_AUTO_DISCOVERY = 'false' } = process.env
  // The unpacked app is made in seconds and says a lot about packages that are not in it: heard only when it fails.
  const status = await run(
    process.execPath,
    [
      inProject('node_modules', 'electron-builder', 'cli.js'),
      ...targets,
      '--publish',
      'never',
      // The Electron at hand is this system's; for another's targets electron-builder fetches its own.
      ...(isForeign(args) ? [] : builderSettings(electron)),
    ],
    {
      env: { ...unattended(process.env), CSC_IDENTITY_AUTO_DISCOVERY },
      output: args.length === 0 ? 'if it fails' : 'quiet',
    },
  )
  if (status !== 0) throw new Stop(`electron-builder failed with status ${status}; its reason is above.`, 1)
  if (args.length === 0 && !existsSync(packagedProgram())) {
    throw new Stop(`electron-builder ended well but left no ${packagedProgram()}.`, 1)
  }
}
