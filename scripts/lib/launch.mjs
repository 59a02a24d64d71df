// Opens the window: everything that has to be there first, then Electron, then what has to go away again.
import { ensureBuild } from './compile.mjs'
import { ensureDependencies } from './dependencies.mjs'
import { hasDisplay, startDisplay } from './display.mjs'
import { appEnvironment, findElectron, missingLibraries, sandboxSwitches } from './electron.mjs'
import { ensureJudges } from './judges.mjs'
import { run } from './process.mjs'
import { root, Stop, say } from './project.mjs'
import { agreement, askForStandIn } from './stand-in.mjs'
import { ensureSystem } from './system.mjs'

/** @typedef {import('./electron.mjs').FoundElectron} FoundElectron */

/**
 * Installs packages and system libraries and finds an Electron that can start here.
 * @param {{ purposes: readonly import('./system.mjs').Purpose[], full?: boolean }} options
 * @returns {Promise<FoundElectron>}
 */
export async function prepare({ purposes, full }) {
  await ensureDependencies()
  await ensureSystem(purposes)
  if (purposes.includes('test')) await ensureJudges(full)
  const electron = await findElectron()
  const libraries = await missingLibraries(electron.executable)
  if (libraries.length > 0) {
    throw new Stop(
      `Electron cannot start here: ${libraries.join(', ')} not found. Install the packages of your system that hold them, then try again.`,
    )
  }
  return electron
}

/**
 * What a window on the user's own desktop, or in place of it, needs of the system.
 * @returns {readonly import('./system.mjs').Purpose[]}
 */
export const forWindow = () => (hasDisplay() ? ['window'] : ['window', 'display'])

/**
 * Runs something that opens windows, on the display there is or, where there is none (or always, if `own`), on one that
 * lives as long as the work.
 * @template T
 * @param {{ own?: boolean }} options `own`: never on the user's desktop, where the platform knows how
 * @param {(env: NodeJS.ProcessEnv) => Promise<T>} work gets what to lay over the environment
 * @returns {Promise<T>}
 */
export async function onDisplay({ own = false }, work) {
  if (process.platform !== 'linux' || (hasDisplay() && !own)) return work({})
  const display = await startDisplay()
  if (!own) {
    say('there is no display here: the window opens on a virtual one that cannot be seen.')
    say('watch it with --remote-debugging-port=9222 after "--", or set DISPLAY. Ctrl+C ends it.')
  }
  try {
    return await work({ ...display.env, WAYLAND_DISPLAY: undefined })
  } finally {
    await display.stop()
  }
}

/**
 * `npm start` and `npm run demo`: opens the window and waits until it is closed.
 * @param {{ demo: boolean, args: readonly string[], cwd: string }} options `args` go to Electron and the app as they are
 * @returns {Promise<number>} Electron's exit status
 */
export async function open({ demo, args, cwd }) {
  const { agreed, rest } = agreement(args)
  const electron = await prepare({ purposes: forWindow() })
  if (electron.kind === 'stand-in' && !demo) await askForStandIn({ agreed, script: 'start' })
  await ensureBuild(electron)
  return onDisplay({}, (display) => {
    say(demo ? 'opening the demo fleet …' : 'opening your contexts …')
    return run(
      electron.executable,
      // Chromium's own complaints (no D-Bus, no GPU) say nothing that a person at a terminal could act on.
      ['--log-level=3', ...sandboxSwitches(), root, ...(demo ? ['--demo'] : []), ...rest],
      // A signal that ends Chromium's helpers before the app makes it say that its GPU process isn't usable.
      { cwd, env: appEnvironment(electron, display), apart: true },
    )
  })
}

/**
 * Ends an app that Playwright drives without asking about pending edits, as its windows would.
 * @param {import('playwright').ElectronApplication} app
 */
export async function endApp(app) {
  await app.evaluate(({ BrowserWindow }) => {
    for (const window of BrowserWindow.getAllWindows()) window.removeAllListeners('close')
  })
  await app.close()
}
