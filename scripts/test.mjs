// npm test: everything, generated tests with their quick counts. `npm test -- unit -t "a name"`, `npm test -- e2e
// grid.spec.ts`: one step, with arguments for its program.
import { main } from './lib/project.mjs'
import { runSuite } from './lib/suite.mjs'

await main(() => runSuite({ words: process.argv.slice(2), full: process.env.EKSCOPE_FULL === '1' }))
