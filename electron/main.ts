/** Composition root of the window. Reads as a table of contents: place, rules, rooms, window, life. */
import { mkdirSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {
  app,
  BrowserWindow,
  clipboard,
  dialog,
  ipcMain,
  Menu,
  nativeTheme,
  powerMonitor,
  protocol,
  session,
  shell,
} from 'electron'
import { leaveNpm } from '../scripts/lib/before-npm.mjs'
import { lazy } from '../shared/once'
import { ok, type Result } from '../shared/result'
import {
  askBeforeClosing,
  chooseFile,
  chooseFolder,
  chooseNewFile,
  chooseTarget,
  confirm,
  sayWarning,
  windowOf,
} from './app/dialogs'
import { opensAsText } from './app/editor-file'
import { setMenu } from './app/menu'
import { isOurPage, pageScheme, questionScheme, serveFiles, servePage } from './app/page-server'
import { createUpdates, updaterFor } from './app/updates'
import { builtFile, closeSession, keepToItself, makeWindow, windowPlaces } from './app/window'
import { isForeign } from './demo/foreign-variables'
import { planningInThread } from './editing/planning-thread'
import { createHandlers, type Desktop } from './ipc/handlers'
import { createRouter, type Handlers, type Room } from './ipc/router'
import { createQuestionWindows } from './question/question-window'
import { createServices, type Machine, type Services } from './services'
import { openDataFolder } from './system/data-folder'
import { dataFolderPath } from './system/data-folder-path'
import { callersVariables, definedVariables } from './system/environment'
import { drawsInSoftware } from './system/graphics'
import { installationOf } from './system/installation'
import { kubectlHome } from './system/kubectl-home'
import { createLog, logFile } from './system/log'
import { outsideOf } from './system/session'
import { makeTemporaryFolder } from './system/temporary-folder'
import { declaredElectron, version } from './version'

// Place ---------------------------------------------------------------------------------------------------------

// Also what is started from here by name, such as the program that opens files.
leaveNpm(process.env)
const started = definedVariables(process.env)
// A window started inside of a session shows the files outside of it: the session's file is removed with its command.
const variables = outsideOf(callersVariables(started))
const home = kubectlHome(variables) || os.homedir()
const wantsDemo = process.argv.includes('--demo')
const development = app.isPackaged ? null : (started.ELECTRON_RENDERER_URL ?? null)

/** A package carries the Electron that it was built with; from a clone the launcher reports which one it found. */
const packaged = app.isPackaged && process.versions.electron !== declaredElectron
const standInElectron =
  started.EKSCOPE_STANDIN_ELECTRON ?? (packaged ? (process.versions.electron ?? null) : null)

/** The demo does not touch the user's own data: its folder is removed with it, or is within the one that was named. */
const temporary = wantsDemo && !variables.EKSCOPE_HOME ? makeTemporaryFolder('ekscope-window-') : null
// Main itself asks AWS and clusters, and the demo's are on this machine.
if (wantsDemo) for (const name of Object.keys(process.env)) if (isForeign(name)) delete process.env[name]
const ownFolder = dataFolderPath({ variables, platform: process.platform, home })
const folder = openDataFolder(temporary?.path ?? (wantsDemo ? path.join(ownFolder, 'demo') : ownFolder), {
  onExposed: ({ message, next }) => {
    log.error(`${message} ${next}`)
    void app.whenReady().then(() => sayWarning(message, next))
  },
})
const log = createLog(logFile(folder.path), () => rooms.flatMap(({ services }) => services.secrets()))

// Chromium's own files and its lock, which makes one instance per data folder. Before `ready`, hence synchronous.
mkdirSync(path.join(folder.path, 'chromium'), { recursive: true, mode: 0o700 })
app.setPath('userData', path.join(folder.path, 'chromium'))

// Rules ---------------------------------------------------------------------------------------------------------

keepToItself(development)
// Unless its arguments say how to draw.
if (drawsInSoftware() && !['use-gl', 'use-angle'].some((name) => app.commandLine.hasSwitch(name)))
  app.disableHardwareAcceleration()
// Otherwise Electron creates its own menu first (ownMenu).
if (process.platform !== 'darwin') Menu.setApplicationMenu(null)
protocol.registerSchemesAsPrivileged([
  // V8's compiled code of the page is cached between starts, where the Electron supports it (the stand-in does not).
  {
    scheme: pageScheme,
    privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
  },
  { scheme: questionScheme, privileges: { standard: true, secure: true } },
])
process.on('unhandledRejection', (error) => log.error('a rejected promise was not handled', error))
process.on('uncaughtException', (error) => log.error('an error was not caught', error))

// Rooms: the user's own files, and the demo fleet --------------------------------------------------------------------

interface OpenRoom {
  readonly room: Room
  readonly handlers: Handlers
  readonly services: Services
  readonly follow: Desktop['follow']
  readonly close: () => Promise<void>
}
const rooms: OpenRoom[] = []
const router = createRouter({
  ipc: ipcMain,
  trusts: (url) => isOurPage(url, development),
  onBug: (where, error) => log.error(`request ${where} went wrong`, error),
})

const questions = createQuestionWindows({
  ipc: ipcMain,
  preload: builtFile('preload', 'question.cjs'),
  pages: builtFile('renderer'),
  icon: path.join(app.getAppPath(), 'build', 'window-icon.png'),
  development,
  nonce: variables.EKSCOPE_DEV_NONCE ?? null,
})

function openRoom(
  machine: Machine,
  facts: Pick<Desktop['facts'], 'demo'>,
  close: () => Promise<void>,
): OpenRoom {
  const services = createServices(machine)
  const shell = desktop(facts)
  const made = createHandlers(services, machine, shell)
  const handlers: Handlers = {
    ...made,
    'whoami.run': (input, call) =>
      Promise.resolve(made['whoami.run'](input, call)).finally(() => tray?.refresh()),
  }
  const room = router.room(handlers)
  const { follow } = shell
  const open = {
    room,
    handlers,
    services,
    follow,
    async close() {
      await services.close()
      machine.planning?.close()
      await close()
    },
  }
  rooms.push(open)
  void services
    .watch({
      kubeconfig: (change) => {
        room.broadcast('kubeconfig.changed', change)
        tray?.refresh()
      },
      identity: (reason) => {
        room.broadcast('identity.changed', { reason })
        tray?.refresh()
      },
      wrote: (files) =>
        room.broadcast('edits.wrote', {
          files: files.map(({ path, after: revision }) => ({ path, revision })),
        }),
      overwritten: (write) => room.broadcast('edits.overwritten', write),
      kept: () => room.broadcast('history.kept', null),
      settings: () =>
        void services.settings.load().then((settings) => {
          follow(settings)
          room.broadcast('settings.changed', settings)
        }),
      failed: (error) => log.error('following the files went wrong', error),
    })
    .catch((error: unknown) => log.error('the files cannot be followed', error))
  return open
}

/** Of the user's own package: neither the demo nor a clone updates itself. */
const updates = createUpdates({
  open:
    app.isPackaged && standInElectron === null && !started.PORTABLE_EXECUTABLE_FILE
      ? updaterFor(process.platform)
      : null,
  async agents() {
    const [{ dialledAgents }, { goProxyFor }, { systemRoots }] = await Promise.all([
      import('./net/agents'),
      import('./net/proxies'),
      import('./net/roots'),
    ])
    return dialledAgents({
      ca: systemRoots(variables),
      proxyFor: (target) => goProxyFor(target, variables),
      connectMs: 20_000,
      mostSockets: 4,
    })
  },
  async refuses(update) {
    if (process.platform !== 'win32') return null
    const { notSameSigner } = await import('./system/same-signer')
    return notSameSigner({ program: process.execPath, update })
  },
  failed: (error) => log.error('asking for an update went wrong', error),
})

const desktop = (facts: Pick<Desktop['facts'], 'demo'>): Desktop => ({
  facts: { ...facts, version, standInElectron },
  copy: (text) => clipboard.writeText(text),
  follow: ({ theme, updates: updating }) => {
    nativeTheme.themeSource = theme
    if (!facts.demo) void updates.turn(updating === 'on')
  },
  chooseFile,
  chooseFolder,
  chooseNewFile,
  chooseTarget,
  confirm,
  ask: questions.ask,
  showQuestion: questions.bringForward,
  askCode: questions.askCode,
  readClipboard: async () => clipboard.readText(),
  browse: (url) =>
    shell.openExternal(url).then(
      () => true,
      () => false,
    ),
  async edit(file) {
    // Without a program for it, and where opening could run it, the user sees where it is.
    if (!(await opensAsText(file)) || (await shell.openPath(file)) !== '') shell.showItemInFolder(file)
    return null
  },
  updates: async () => ({
    ...(await installationOf({
      program: process.execPath,
      variables: started,
      platform: process.platform,
      isClone: !app.isPackaged,
    })),
    possible: updates.possible && !facts.demo,
    said: updates.said(),
  }),
  openDemo,
})

const machineOf = (own: Pick<Machine, 'variables' | 'home' | 'loginShell'>): Machine => ({
  ...own,
  platform: process.platform,
  cwd: process.cwd(),
  now: Date.now,
  folder,
  filesOf: 'login-shell',
  planning: planningInThread(builtFile('main', 'planning.cjs')),
})

/** Starts the demo fleet once; its windows share it. */
const demo = lazy(async (): Promise<OpenRoom> => {
  const { startDemo } = await import('./demo/demo')
  const running = await startDemo({ environment: variables })
  const { variables: own, home: demoHome, aws } = running
  const machine = {
    ...machineOf({
      variables: own,
      home: demoHome,
      loginShell: { shell: '/bin/sh', variables: { HOME: demoHome } },
    }),
    folder: openDataFolder(wantsDemo ? folder.path : (own.EKSCOPE_HOME ?? demoHome)),
    keepsPending: false,
  }
  const room = openRoom(machine, { demo: { aws } }, () => running.close())
  const { settings } = room.services
  const { accountNames } = await settings.load()
  await settings.nameAccounts({ ...running.accountNames, ...accountNames })
  return room
})

const own = lazy(() => openRoom(machineOf({ variables, home }), { demo: null }, async () => undefined))

/** Computes what the first page will request when it is drawn. */
function begin({ services }: OpenRoom): void {
  const { kubeconfig, settings, shown } = services
  kubeconfig.begin()
  void settings.load().then(({ environment }) => shown.begin(environment))
}

/** Moves the window of this page to the demo. */
async function openDemo(page: number): Promise<Result<null>> {
  const { room } = await demo()
  const window = windowOf(page)
  if (window) {
    room.admit(window.webContents)
    // After the answer has gone out: the page that asked is about to end.
    setTimeout(() => window.webContents.reload(), 50)
  }
  return ok(null)
}

/**
 * A kubeconfig that the system asks to open: dropped on the icon of macOS, or named when the program is started. As one that is
 * opened in the window, it is a foreign one beside the user's own.
 */
async function openFile(file: string): Promise<void> {
  const { services } = wantsDemo ? await demo() : own()
  const opened = await services.kubeconfig.open(file)
  await app.whenReady()
  if (opened.ok) await services.reload('opened')
  else await sayWarning(opened.fault.message, opened.fault.next)
}

/** Of the program's arguments those that are files; from a clone they are the launcher's. */
function openNamed(argv: readonly string[], cwd: string): void {
  if (!app.isPackaged) return
  for (const word of argv.slice(1))
    if (!word.startsWith('-')) void openFile(path.resolve(cwd, word)).catch(fail)
}

// Window --------------------------------------------------------------------------------------------------------

const places = windowPlaces(folder)
let quitting = false
/** Ended from outside: the user is not asked any more. */
let interrupted = false

/** Resolves when no page of the app reaches anything but its own files. */
let closed: Promise<void> = Promise.resolve()

/** The application's menu: where it is in the window, with the first one that is seen, so that its page need not wait. */
const ownMenu = lazy(() =>
  setMenu(openAnother, (id) => {
    const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0]
    if (window) router.tell(window.webContents.id, 'app.action', { id })
  }),
)

let tray: { refresh(): void } | null = null
const trayEnds = new AbortController()

/** The icon beside the clock, with the first window that is seen: of the room that windows show. */
const ownTray = lazy(async () => {
  const [{ handlers, services }, { createTray }] = await Promise.all([
    wantsDemo ? demo() : own(),
    import('./app/tray'),
  ])
  const front = () => BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0]
  if (trayEnds.signal.aborted) return
  tray = createTray({
    icon: path.join(app.getAppPath(), 'build', 'window-icon.png'),
    reading: services,
    handlers,
    current: services.shown.current,
    ask: questions.ask,
    async page() {
      if (front() === undefined) await openWindow()
      return front()?.webContents.id ?? 0
    },
    open() {
      const window = front()
      if (window === undefined) return openAnother()
      window.show()
      window.focus()
    },
    quit: () => app.quit(),
    failed: (message, next) => void sayWarning(message, next),
    onBug: (error) => log.error('the tray went wrong', error),
    signal: trayEnds.signal,
  })
})

async function openWindow(): Promise<void> {
  const { room, services, follow } = wantsDemo ? await demo() : own()
  const [settings, { value: place }] = await Promise.all([services.settings.load(), places.load()])
  follow(settings)
  const { window, load } = makeWindow({
    preload: builtFile('preload', 'preload.cjs'),
    icon: path.join(app.getAppPath(), 'build', 'window-icon.png'),
    development,
    place,
    onShown() {
      ownMenu()
      ownTray().catch((error: unknown) => log.error('there is no tray', error))
    },
    devTools: !app.isPackaged,
    onLeft: (id) => router.left(id),
    onClosed: (id) => {
      router.dismiss(id)
      for (const { services: one } of rooms) one.keptEdits.leave(id)
    },
    onPlace: (now) => void places.update(() => now),
    onCrash: (reason) => log.error(`the page crashed: ${reason}`),
  })
  const { id } = window.webContents
  window.on('session-end', interrupt)
  room.admit(window.webContents)
  askBeforeClosing(
    window,
    () =>
      interrupted
        ? null
        : (rooms.flatMap(({ services: one }) => one.keptEdits.closing(id) ?? []).at(-1) ?? null),
    () => {
      const quits = quitting
      quitting = false
      return quits
    },
  )
  await closed
  // A window that the user closed before its page was there did not fail.
  await load().catch((error: unknown) => {
    if (!window.isDestroyed()) throw error
  })
}

// Life ----------------------------------------------------------------------------------------------------------

const fail = (error: unknown) => {
  // A window that was closed before its page was there did not fail: a message would only hold up the end.
  if (quitting) return
  log.error('the window could not be opened', error)
  void log.flush().then(() => {
    dialog.showErrorBox('Ekscope could not open its window', `The log in ${folder.path} says more.`)
    app.exit(1)
  })
}
const openAnother = () => void openWindow().catch(fail)

async function start(): Promise<void> {
  // The files are read while Chromium starts, and the window after it.
  if (!wantsDemo) begin(own())
  const page = servePage(builtFile('renderer'))
  const ready = await folder.ensure()
  if (!ready.ok) log.error(`${ready.fault.message} ${ready.fault.next}`)
  await app.whenReady()
  // Only now: before `ready` Chromium sets its own handlers, which ask about pending changes as closing a window does.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt)
  powerMonitor.on('shutdown', interrupt)
  serveFiles(protocol, pageScheme, page)
  closed = closeSession(session.defaultSession, { development, nonce: started.EKSCOPE_DEV_NONCE ?? null })
  if (process.platform === 'darwin') ownMenu()
  // As many windows as have ended with something pending.
  const ended = wantsDemo ? 0 : own().services.keptEdits.waiting()
  await openWindow()
  for (let window = 1; window < (await ended); window++) openAnother()
}

async function end(): Promise<void> {
  trayEnds.abort()
  router.close()
  await updates.end()
  await Promise.allSettled(rooms.map(({ close }) => close()))
  await log.flush()
  await temporary?.remove()
}

/** Leaves everything in order, once, and ends. Bounded in time: quitting never hangs. */
const finish = lazy(() => {
  const limit = new Promise((resolve) => setTimeout(resolve, 3_000))
  void Promise.race([end(), limit]).finally(() => app.exit(0))
})

/** Ctrl+C in the terminal, its end, or that of the session: pending edits are stored; a window that does not close is left. */
function interrupt(): void {
  interrupted = true
  app.quit()
  setTimeout(finish, 2_000)
}

if (!app.requestSingleInstanceLock()) {
  // The first instance opens a window; this one has nothing more to do.
  app.exit(0)
} else {
  app.on('second-instance', (_event, argv, cwd) => {
    openNamed(argv, cwd)
    openAnother()
  })
  app.on('open-file', (event, file) => {
    event.preventDefault()
    void openFile(file).catch(fail)
    if (app.isReady() && BrowserWindow.getAllWindows().length === 0) openAnother()
  })
  openNamed(process.argv, process.cwd())
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) openAnother()
  })
  app.on('before-quit', () => {
    quitting = true
  })
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  app.on('will-quit', (event) => {
    // Also on a second request, as by another Ctrl+C: otherwise it would end in the middle of cleaning up.
    event.preventDefault()
    finish()
  })
  start().catch(fail)
}
