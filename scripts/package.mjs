// npm run package [-- --linux deb …]: the unpacked app of this platform in dist/, or the targets named.
import { ensureBuild } from './compile.mjs'
import { prepare } from './launch.mjs'
import { packageApp, packagedProgram } from './packaging.mjs'
import { main } from './project.mjs'

const args = process.argv.slice(2)

await main(async () => {
  const electron = await prepare({ purposes: [] })
  await ensureBuild()
  await packageApp({ electron, args })
  if (args.length === 0) process.stdout.write(`${packagedProgram()}\n`)
  return 0
})
