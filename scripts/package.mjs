// npm run package [-- --linux deb …]: the unpacked app of this platform in dist/, or the targets named.
import { ensureBuild } from './lib/compile.mjs'
import { prepare } from './lib/launch.mjs'
import { packageApp, packagedProgram } from './lib/packaging.mjs'
import { main } from './lib/project.mjs'

const args = process.argv.slice(2)

await main(async () => {
  const electron = await prepare({ purposes: [] })
  await ensureBuild()
  await packageApp({ electron, args })
  if (args.length === 0) process.stdout.write(`${packagedProgram()}\n`)
  return 0
})
