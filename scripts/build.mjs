// npm run build: out/ with the window, the terminal program and the demo's own aws.
import { build } from './lib/compile.mjs'
import { ensureDependencies } from './lib/dependencies.mjs'
import { main } from './lib/project.mjs'

await main(async () => {
  await ensureDependencies()
  await build()
  return 0
})
