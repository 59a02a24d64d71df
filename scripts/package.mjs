// npm run package [-- npm | --linux deb …]: the unpacked app of this platform and the npm package in dist/, or what is named.
import { ensureBuild } from './lib/compile.mjs'
import { ensureDependencies } from './lib/dependencies.mjs'
import { prepare } from './lib/launch.mjs'
import { npmTarball, packageNpm } from './lib/npm-tarball.mjs'
import { packageApp, packagedProgram } from './lib/packaging.mjs'
import { main } from './lib/project.mjs'

const args = process.argv.slice(2)
const isForNpm = args.length === 1 && args[0] === 'npm'

await main(async () => {
  if (isForNpm) await ensureDependencies()
  const electron = isForNpm ? null : await prepare({ purposes: [] })
  await ensureBuild()
  if (electron !== null) await packageApp({ electron, args })
  if (args.length === 0) process.stdout.write(`${packagedProgram()}\n`)
  if (args.length > 0 && !isForNpm) return 0
  await packageNpm()
  process.stdout.write(`${npmTarball}\n`)
  return 0
})
