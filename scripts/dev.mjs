// npm run dev: the window with a development server, page and main reloaded as files are saved. It shows the demo fleet
// unless --own-files is given.

import { appEnvironment, sandboxSwitches } from './lib/electron.mjs'
import { forWindow, onDisplay, prepare } from './lib/launch.mjs'
import { run } from './lib/process.mjs'
import { inProject, main } from './lib/project.mjs'
import { agreement, askForStandIn } from './lib/stand-in.mjs'
import { forTarget, targetOf } from './lib/target.mjs'

await main(async () => {
  const { agreed, rest } = agreement(process.argv.slice(2))
  const ownFiles = rest.includes('--own-files')
  const electron = await prepare({ purposes: forWindow() })
  if (electron.kind === 'stand-in' && ownFiles) await askForStandIn({ agreed, script: 'dev' })
  const target = await targetOf(electron)
  const args = [...(ownFiles ? [] : ['--demo']), ...rest.filter((word) => word !== '--own-files')]
  return onDisplay({}, (display) =>
    run(
      process.execPath,
      [
        inProject('node_modules', 'electron-vite', 'bin', 'electron-vite.js'),
        'dev',
        '--watch',
        ...(sandboxSwitches().length > 0 ? ['--noSandbox'] : []),
        '--',
        ...args,
      ],
      { env: appEnvironment(electron, { ...display, ...forTarget(target) }) },
    ),
  )
})
