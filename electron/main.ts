/** Composition root of the window. Reads as a table of contents: place, rules, services, router, window, end. */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {
  app,
  BrowserWindow,
  clipboard,
  dialog,
  ipcMain,
  nativeTheme,
  protocol,
  session,
  shell,
} from 'electron'
import { ok, type Result } from '../shared/result'
import { setMenu } from './app/menu'
import { isOurPage, pageScheme, servePage } from './app/page'
import { builtFile, closeSession, makeWindow, windowPlaces } from './app/window'
import { planningInThread } from './editing/planning-thread'
import { createHandlers, type Desktop } from './ipc/handlers'
import { createRouter, type Room } from './ipc/router'
import { createServices, type Machine, type Services } from './services'
import { dataFolderPath, openDataFolder } from './system/data-folder'
import { definedVariables } from './system/environment'
import { createLog, logFile } from './system/log'
import { declaredElectron, version } from './version'

// Place ---------------------------------------------------------------------------------------------------------

const variables = definedVariables(process.env)
const home = variables.HOME || os.homedir()
const wantsDemo = process.argv.includes('--demo')
const development = app.isPackaged ? null : (variables.ELECTRON_RENDERER_URL ?? null)

/** A package carries the Electron that it was made with; from a clone the launcher says which one it found. */
const packaged = app.isPackaged && process.versions.electron !== declaredElectron
const standInElectron =
  variables.EKSCOPE_STANDIN_ELECTRON ?? (packaged ? (process.versions.electron ?? null) : null)

/** The demo leaves the user's own data alone: a folder that goes with it, or a corner of the one that was named. */
const temporary =
  wantsDemo && !variables.EKSCOPE_HOME ? mkdtempSync(path.join(os.tmpdir(), 'ekscope-window-')) : null
const ownFolder = dataFolderPath({ variables, platform: process.platform, home })
const folder = openDataFolder(temporary ?? (wantsDemo ? path.join(ownFolder, 'demo') : ownFolder))
const log = createLog({
  now: Date.now,
  secrets: () => rooms.flatMap(({ services }) => services.secrets()),
  write: logFile(folder.path),
})

// Chromium's own files and its lock, which makes one instance per data folder. Before `ready`, hence synchronous.
mkdirSync(path.join(folder.path, 'chromium'), { recursive: true, mode: 0o700 })
app.setPath('userData', path.join(folder.path, 'chromium'))

// Rules ---------------------------------------------------------------------------------------------------------

// Nothing on the network at start: Chromium would look for updates of its components, proxies and experiments.
for (const name of [
  'disable-background-networking',
  'disable-component-update',
  'disable-domain-reliability',
  'disable-sync',
  'no-pings',
  'no-first-run',
  'disable-breakpad',
]) {
  app.commandLine.appendSwitch(name)
}
app.commandLine.appendSwitch(
  'disable-features',
  'MediaRouter,OptimizationHints,Translate,AutofillServerCommunication,CertificateTransparencyComponentUpdater',
)
protocol.registerSchemesAsPrivileged([
  { scheme: pageScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
])
// As root Chromium cannot sandbox at all and is started without: then this call would stop it.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
process.on('unhandledRejection', (error) => log.error('a promise was left alone', error))
process.on('uncaughtException', (error) => log.error('nobody caught', error))

// Rooms: the user's own files, and the demo fleet --------------------------------------------------------------------

interface Furnished {
  readonly room: Room
  readonly services: Services
  readonly close: () => Promise<void>
}
const rooms: Furnished[] = []
const router = createRouter({
  ipc: ipcMain,
  trusts: (url) => isOurPage(url, development),
  onBug: (where, error) => log.error(`request ${where} went wrong`, error),
})

function furnish(
  machine: Machine,
  facts: Pick<Desktop['facts'], 'demo' | 'demoAws'>,
  close: () => Promise<void>,
): Furnished {
  const services = createServices(machine)
  const desktop: Desktop = {
    facts: { ...facts, version, standInElectron },
    copy: (text) => clipboard.writeText(text),
    applyTheme: (theme) => {
      nativeTheme.themeSource = theme
    },
    chooseFile,
    chooseTarget,
    confirm,
    readClipboard: async () => clipboard.readText(),
    edit: async (file) => ((await shell.openPath(file)) === '' ? null : showInFolder(file)),
    openDemo,
  }
  const room = router.room(createHandlers(services, machine, desktop))
  const furnished: Furnished = {
    room,
    services,
    close: async () => {
      services.close()
      machine.planning?.close()
      await close()
    },
  }
  rooms.push(furnished)
  void services
    .watch({
      kubeconfig: (change) => room.broadcast('kubeconfig.changed', change),
      identity: (reason) => room.broadcast('identity.changed', { reason }),
      overwritten: (taken) => room.broadcast('edits.overwritten', taken),
      failed: (error) => log.error('following the files went wrong', error),
    })
    .catch((error: unknown) => log.error('the files cannot be followed', error))
  return furnished
}

const machineOf = (own: Pick<Machine, 'variables' | 'home' | 'loginShell'>): Machine => ({
  ...own,
  platform: process.platform,
  cwd: process.cwd(),
  now: Date.now,
  folder,
  filesOf: 'login-shell',
  planning: planningInThread(builtFile('main', 'planning.cjs')),
})

let demoRoom: Promise<Furnished> | null = null
/** Starts the demo fleet once; its windows share it. */
function demo(): Promise<Furnished> {
  demoRoom ??= (async () => {
    const { startDemo } = await import('./demo/demo')
    const running = await startDemo({ environment: variables })
    const { variables: own, home: demoHome, standInAws } = running
    const inDemo = openDataFolder(wantsDemo ? folder.path : (own.EKSCOPE_HOME ?? demoHome))
    const loginShell = { shell: '/bin/sh', variables: { HOME: demoHome } }
    const machine = { ...machineOf({ variables: own, home: demoHome, loginShell }), folder: inDemo }
    return furnish(machine, { demo: true, demoAws: standInAws }, () => running.close())
  })()
  return demoRoom
}

let ownRoom: Furnished | null = null
function own(): Furnished {
  ownRoom ??= furnish(machineOf({ variables, home }), { demo: false, demoAws: false }, async () => undefined)
  return ownRoom
}

let quitting = false

// Window --------------------------------------------------------------------------------------------------------

const places = windowPlaces(folder)

async function openWindow(): Promise<void> {
  const { room, services } = wantsDemo ? await demo() : own()
  const [{ theme }, { value: place }] = await Promise.all([services.settings.load(), places.load()])
  nativeTheme.themeSource = theme
  const { window, load } = makeWindow({
    preload: builtFile('preload', 'preload.cjs'),
    icon: path.join(app.getAppPath(), 'build', 'icon.png'),
    development,
    place,
    devTools: !app.isPackaged,
    onLeft: (id) => router.left(id),
    onClosed: (id) => {
      router.dismiss(id)
      for (const { services: one } of rooms) one.keptEdits.forget(id)
    },
    onPlace: (now) => void places.update(() => now),
    onCrash: (reason) => log.error(`the page crashed: ${reason}`),
  })
  room.admit(window.webContents)
  askBeforeClosing(window)
  // Closed before its page was there: that is the user's word and nothing that went wrong.
  await load().catch((error: unknown) => {
    if (!window.isDestroyed()) throw error
  })
}

/** Edits that are not written go away with their window: it asks first. */
function askBeforeClosing(window: BrowserWindow): void {
  const { id } = window.webContents
  let asking = false
  let sure = false
  window.on('close', (event) => {
    const count = rooms.reduce((sum, { services }) => sum + services.keptEdits.count(id), 0)
    if (sure || count === 0) return
    event.preventDefault()
    if (asking) return
    asking = true
    const end = quitting
    quitting = false
    const question = dialog.showMessageBox(window, {
      type: 'warning',
      message: count === 1 ? 'One change is not written yet.' : `${count} changes are not written yet.`,
      detail: 'Closing this window discards them; the files stay as they are.',
      buttons: ['Keep the window open', 'Close without writing'],
      defaultId: 0,
      cancelId: 0,
      noLink: true,
    })
    void question.then(({ response }) => {
      asking = false
      if (response === 0) return
      sure = true
      if (end) app.quit()
      else window.close()
    })
  })
}

async function openDemo(page: number): Promise<Result<null>> {
  const { room } = await demo()
  const window = BrowserWindow.getAllWindows().find(({ webContents }) => webContents.id === page)
  if (window) {
    room.admit(window.webContents)
    // After the answer has gone out: the page that asked is about to be no more.
    setTimeout(() => window.webContents.reload(), 50)
  }
  return ok(null)
}

async function chooseFile(page: number): Promise<string | null> {
  const window = BrowserWindow.getAllWindows().find(({ webContents }) => webContents.id === page)
  if (!window) return null
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    title: 'Open a kubeconfig',
    properties: ['openFile', 'showHiddenFiles', 'dontAddToRecent'],
  })
  return canceled ? null : (filePaths[0] ?? null)
}

async function chooseTarget(page: number, name: string, title: string): Promise<string | null> {
  const window = BrowserWindow.getAllWindows().find(({ webContents }) => webContents.id === page)
  if (!window) return null
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    title,
    defaultPath: name.replaceAll(/[^\w.@-]+/g, '-'),
    properties: ['createDirectory', 'showOverwriteConfirmation', 'dontAddToRecent'],
  })
  return canceled || !filePath ? null : filePath
}

async function confirm(page: number, question: Parameters<Desktop['confirm']>[1]): Promise<boolean> {
  const window = BrowserWindow.getAllWindows().find(({ webContents }) => webContents.id === page)
  if (!window) return false
  const { message, detail, yes } = question
  const { response } = await dialog.showMessageBox(window, {
    type: 'warning',
    message,
    detail,
    buttons: [yes, 'Cancel'],
    defaultId: 1,
    cancelId: 1,
    noLink: true,
  })
  return response === 0
}

function showInFolder(file: string): string | null {
  shell.showItemInFolder(file)
  return null
}

// Life ----------------------------------------------------------------------------------------------------------

app.on('before-quit', () => {
  quitting = true
})
const fail = (error: unknown) => {
  // A window that was closed before its page was there did not fail: a message would only hold up the end.
  if (quitting) return
  log.error('the window could not be opened', error)
  void log.flush().then(() => {
    dialog.showErrorBox('Ekscope could not open its window', `The log in ${folder.path} says more.`)
    app.exit(1)
  })
}

async function start(): Promise<void> {
  const ready = await folder.ensure()
  if (!ready.ok) log.error(`${ready.fault.message} ${ready.fault.next}`)
  await app.whenReady()
  const serve = servePage(builtFile('renderer'))
  protocol.handle(pageScheme, (request) => serve(request))
  await closeSession(session.defaultSession, { development, nonce: variables.EKSCOPE_DEV_NONCE ?? null })
  setMenu({ newWindow: () => void openWindow().catch(fail) })
  await openWindow()
}

/** Chromium writes into its profile until it is gone: what is left then is removed by a shell that outlives us. */
async function removeLater(temporaryFolder: string): Promise<void> {
  await rm(temporaryFolder, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined)
  if (process.platform === 'win32') return
  const words = ['-c', 'sleep 1; rm -rf "$0"', temporaryFolder]
  spawn('/bin/sh', words, { detached: true, stdio: 'ignore', env: { PATH: '/usr/bin:/bin' } }).unref()
}

async function end(): Promise<void> {
  router.close()
  await Promise.allSettled(rooms.map(({ close }) => close()))
  await log.flush()
  if (temporary !== null) await removeLater(temporary)
}

if (!app.requestSingleInstanceLock()) {
  // The first instance opens a window; this one has nothing more to do.
  app.exit(0)
} else {
  let ending = false
  app.on('second-instance', () => void openWindow().catch(fail))
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) void openWindow().catch(fail)
  })
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  app.on('will-quit', (event) => {
    if (ending) return
    ending = true
    event.preventDefault()
    // Bounded: whatever hangs, quitting does not.
    const limit = new Promise((resolve) => setTimeout(resolve, 3_000))
    void Promise.race([end(), limit]).finally(() => app.exit(0))
  })
  // Every web content ever made obeys the same rules, also one that some extension of Chromium makes.
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
    contents.on('will-attach-webview', (attach) => attach.preventDefault())
  })
  start().catch(fail)
}
