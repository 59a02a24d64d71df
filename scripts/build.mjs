// npm run build: out/ with the window, the terminal program and the demo's own aws.
import { build } from './compile.mjs'
import { ensureDependencies } from './dependencies.mjs'
import { main } from './project.mjs'

await main(async () => {
  await ensureDependencies()
  await build()
  return 0
})
