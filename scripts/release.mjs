// npm run release -- X.Y.Z: version, page of the CHANGELOG, commit and tag in one command. Pushes nothing.
import { main, root, Stop } from './lib/project.mjs'
import { release } from './lib/release.mjs'

const [version, ...rest] = process.argv.slice(2)

await main(async () => {
  if (version === undefined || rest.length > 0)
    throw new Stop('say which version: npm run release -- X.Y.Z', 2)
  const tag = release({ folder: root, version, day: new Date().toISOString().slice(0, 10) })
  process.stdout.write(`${tag}\nTo publish it: git push --atomic origin HEAD ${tag}\n`)
  return 0
})
