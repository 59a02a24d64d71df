// npm start · npm run demo: from any state of the folder, a bare clone too, to the window.
import { open } from './lib/launch.mjs'
import { callersFolder, main } from './lib/project.mjs'

const words = process.argv.slice(2)
const demo = words.includes('--demo')

await main(() =>
  open({
    demo,
    args: words.filter((word) => word !== '--demo'),
    cwd: callersFolder(demo ? 'demo' : 'start'),
  }),
)
