// npm run check [-- --full]: the suite of npm test; with --full the generated tests take all their cases.
import { main } from './lib/project.mjs'
import { runSuite } from './lib/suite.mjs'

const words = process.argv.slice(2)

await main(() =>
  runSuite({ words: words.filter((word) => word !== '--full'), full: words.includes('--full') }),
)
