// npm run manifests: SHA256SUMS and the manifests of other package managers, of what is in dist/.
import { writeManifests } from './lib/manifests.mjs'
import { main } from './lib/project.mjs'

await main(async () => {
  process.stdout.write(`${writeManifests().join('\n')}\n`)
  return 0
})
