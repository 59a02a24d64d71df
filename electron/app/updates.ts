/**
 * The app updates itself on macOS and Windows once the user has turned that on; before, nothing of it is loaded or asked. Requests
 * go through Node as all of main's do: Chromium of this app reaches no host (window.ts).
 */
import type { IncomingMessage } from 'node:http'
import type { RequestOptions } from 'node:https'
import type { AppUpdater } from 'electron-updater'
import { lazy } from '../../shared/once'
import type { Agents } from '../net/agents'

export interface UpdatesOptions {
  /** Null: this program does not update itself. */
  readonly open: (() => Promise<AppUpdater>) | null
  readonly agents: () => Promise<Agents>
  /** Why the downloaded file is not to be installed; null where it may be. */
  readonly refuses: (file: string) => Promise<string | null>
  readonly failed: (error: unknown) => void
}

export type Updates = ReturnType<typeof createUpdates>

/** The updater of the system that this is; null where the app does not update itself. */
export function updaterFor(platform: NodeJS.Platform): UpdatesOptions['open'] {
  if (platform === 'darwin') return async () => new (await import('electron-updater')).MacUpdater()
  if (platform === 'win32') return async () => new (await import('electron-updater')).NsisUpdater()
  return null
}

export function createUpdates({ open, agents, refuses, failed }: UpdatesOptions) {
  let isOn = false
  let said: string | null = null
  let install = async () => {}

  const updater = lazy(async () => {
    if (open === null) throw new Error('this program does not update itself')
    const [made, { ElectronHttpExecutor }, http, https, { httpAgent, httpsAgent }] = await Promise.all([
      open(),
      import('electron-updater/out/electronHttpExecutor'),
      import('node:http'),
      import('node:https'),
      agents(),
    ])
    const createRequest = (options: RequestOptions, answered: (answer: IncomingMessage) => void) =>
      options.protocol === 'http:'
        ? http.request({ ...options, agent: httpAgent }, answered)
        : https.request({ ...options, agent: httpsAgent }, answered)
    const own = {
      httpExecutor: Object.assign(new ElectronHttpExecutor(), { createRequest }),
      // On macOS the system itself refuses what is not signed as this app is, and takes it over when this one ends.
      autoInstallOnAppQuit: process.platform === 'darwin',
      autoDownload: false,
      allowPrerelease: false,
      disableWebInstaller: true,
      // Its own check lets pass what it could not check.
      verifyUpdateCodeSignature: async (_publishers: readonly string[], file: string) => refuses(file),
    }
    made.logger = null
    made.on('error', failed)
    return Object.assign(made, own)
  })

  async function look(): Promise<void> {
    said = 'Asking for the newest version…'
    try {
      const found = await (await updater()).checkForUpdates()
      if (found === null || !found.isUpdateAvailable) {
        said = 'There is no newer version.'
        return
      }
      const { version } = found.updateInfo
      said = `Ekscope ${version} is being downloaded.`
      const [file = ''] = await (await updater()).downloadUpdate()
      const reason = await refuses(file)
      if (reason !== null) {
        said = `Ekscope ${version} was downloaded and is not installed: ${reason}.`
        return
      }
      install = async () => (await updater()).quitAndInstall(true, false)
      said = `Ekscope ${version} is downloaded, and is installed when Ekscope ends.`
    } catch (error) {
      failed(error)
      said = `There was no answer about updates: ${error instanceof Error ? error.message.split('\n')[0] : 'unknown error'}`
    }
  }

  return {
    /** Whether this program can update itself. */
    possible: open !== null,
    /** How far it is, a sentence; null before the first look. */
    said: (): string | null => (isOn ? said : null),
    /** By the setting: asks when it is turned on, and once in a start with it turned on. */
    async turn(on: boolean): Promise<void> {
      const looks = on && !isOn && open !== null
      isOn = on
      if (looks) await look()
    },
    /** At the app's end: where it was turned off meanwhile, nothing is installed. */
    async end(): Promise<void> {
      if (isOn && process.platform === 'win32') await install()
    },
  }
}
