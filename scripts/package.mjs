// npm run package [-- dir|deb|rpm|tar.gz|npm…]: these packages in dist/; without a word all that are made on this system. With
// options (--mac, --linux AppImage) electron-builder makes what they name.
import { ensureBuild } from './lib/compile.mjs'
import { ensureDependencies } from './lib/dependencies.mjs'
import { prepare } from './lib/launch.mjs'
import { linuxFormats, packageForLinux } from './lib/linux-packages.mjs'
import { writeManifests } from './lib/manifests.mjs'
import { npmTarball, packageNpm } from './lib/npm-tarball.mjs'
import { packageApp, packagedProgram } from './lib/packaging.mjs'
import { main, Stop } from './lib/project.mjs'

const args = process.argv.slice(2)

await main(async () => {
  const hasOptions = args.some((word) => word.startsWith('-'))
  const all = ['dir', ...(process.platform === 'linux' ? linuxFormats : []), 'npm']
  const unknown = args.filter((word) => !all.includes(word))
  if (!hasOptions && unknown.length > 0)
    throw new Stop(`there is no package "${unknown.join(' ')}" here; there are ${all.join(', ')}.`, 2)
  const wanted = args.length === 0 ? all : args
  const formats = linuxFormats.filter((format) => wanted.includes(format))
  const isForNpm = args.join() === 'npm'
  await ensureDependencies()
  const electron = isForNpm ? null : await prepare({ purposes: formats.length > 0 ? ['package'] : [] })
  await ensureBuild()
  if (electron !== null) await packageApp({ electron, args: hasOptions ? args : [] })
  if (hasOptions) return 0
  if (wanted.includes('dir')) process.stdout.write(`${packagedProgram()}\n`)
  if (formats.length > 0) process.stdout.write(`${(await packageForLinux(formats)).join('\n')}\n`)
  if (wanted.includes('npm')) {
    await packageNpm()
    process.stdout.write(`${npmTarball}\n`)
  }
  // Of all packages of this version that are there.
  writeManifests()
  return 0
})
