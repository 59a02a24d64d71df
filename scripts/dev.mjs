// npm run dev: the window with a development server, page and main reloaded as files are saved. It shows the demo fleet
// unless --own-files is given.

import { hasDisplay } from './lib/display.mjs'
import { electronEnvironment, sandboxSwitches } from './lib/electron.mjs'
import { onDisplay, prepare } from './lib/launch.mjs'
import { run } from './lib/process.mjs'
import { inProject, main, say } from './lib/project.mjs'
import { agreement, askForStandIn } from './lib/stand-in.mjs'

await main(async () => {
  const { agreed, rest } = agreement(process.argv.slice(2))
  const ownFiles = rest.includes('--own-files')
  const electron = await prepare({ purposes: hasDisplay() ? ['window'] : ['window', 'display'] })
  if (electron.kind === 'stand-in' && ownFiles) await askForStandIn({ agreed, script: 'dev' })
  const args = [...(ownFiles ? [] : ['--demo']), ...rest.filter((word) => word !== '--own-files')]
  return onDisplay({}, (display) => {
    if ('DISPLAY' in display)
      say('there is no display here: the window opens on a virtual one that nobody sees.')
    return run(
      process.execPath,
      [
        inProject('node_modules', 'electron-vite', 'bin', 'electron-vite.js'),
        'dev',
        '--watch',
        ...(sandboxSwitches().length > 0 ? ['--noSandbox'] : []),
        '--',
        ...args,
      ],
      { env: { ...electronEnvironment(electron), ...display } },
    )
  })
})
