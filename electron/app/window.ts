/** One window: sandboxed, without node, at our own page and nowhere else; its place on the screen is remembered. */
import path from 'node:path'
import { app, BrowserWindow, nativeImage, nativeTheme, type Rectangle, type Session, screen } from 'electron'
import * as v from 'valibot'
import { lazy } from '../../shared/once'
import type { DataFile, DataFolder } from '../system/data-folder'
import { developmentPolicy, isOurPage, pageAddress } from './page-server'

const placeSchema = v.object({
  x: v.nullable(v.number()),
  y: v.nullable(v.number()),
  width: v.pipe(v.number(), v.minValue(400), v.maxValue(20_000)),
  height: v.pipe(v.number(), v.minValue(300), v.maxValue(20_000)),
  maximised: v.boolean(),
})
export type WindowPlace = v.InferOutput<typeof placeSchema>

/** Where the last window stood: window.json of the data folder. */
export function windowPlaces(folder: DataFolder): DataFile<WindowPlace> {
  return folder.file({
    name: 'window.json',
    version: 1,
    schema: placeSchema,
    empty: { x: null, y: null, width: 1440, height: 900, maximised: false },
  })
}

export interface WindowOptions {
  readonly preload: string
  readonly icon: string
  /** The development server's address; null in a built app. */
  readonly development: string | null
  readonly place: WindowPlace
  readonly devTools: boolean
  /** The page reloads, navigates or crashed. */
  readonly onLeft: (id: number) => void
  readonly onClosed: (id: number) => void
  readonly onPlace: (place: WindowPlace) => void
  /** It is seen, and its page has had the time for its first picture. */
  readonly onShown: () => void
  readonly onCrash: (reason: string) => void
}

/** Milliseconds that a page of few contexts takes from its first paint to its picture. */
const pictureMs = 300

/** The page's own background before its first paint (tokens.css): no white flash in dark mode. */
export const background = () => (nativeTheme.shouldUseDarkColors ? '#0f131a' : '#f6f7f9')

/** What a page of ours may do in its process: nothing but draw and ask main. */
export const sandboxed = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  webviewTag: false,
  spellcheck: false,
  navigateOnDragDrop: false,
}

/** Makes the window, hidden until its first paint. `load` starts it: before that, the caller lets the router accept it. */
export function makeWindow(options: WindowOptions): {
  readonly window: BrowserWindow
  load(): Promise<void>
} {
  const { place, development } = options
  const window = new BrowserWindow({
    ...onScreen(place),
    minWidth: 760,
    minHeight: 480,
    show: false,
    title: 'Ekscope',
    backgroundColor: background(),
    autoHideMenuBar: true,
    webPreferences: {
      ...sandboxed,
      preload: options.preload,
      devTools: options.devTools,
    },
  })
  const { webContents: page } = window
  const { id } = page
  if (place.maximised) window.maximize()

  // The page may reload itself; it navigates nowhere else, and has no frame but that of a report, which holds what it was made with.
  page.on('will-navigate', (event, url) => {
    if (!isOurPage(url, development)) event.preventDefault()
  })
  page.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame) event.preventDefault()
  })
  page.on('will-redirect', (event) => event.preventDefault())
  // Only allowed navigations arrive here: a refused link must not abort what the page has running.
  page.on('did-navigate', () => options.onLeft(id))

  let crashes = 0
  page.on('render-process-gone', (_event, { reason }) => {
    options.onLeft(id)
    if (reason === 'clean-exit' || window.isDestroyed()) return
    options.onCrash(reason)
    crashes += 1
    // A page that crashes at every load would otherwise be reloaded for ever.
    if (crashes <= 3) page.reload()
  })

  let timer: NodeJS.Timeout | undefined
  const remember = () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (window.isDestroyed() || window.isMinimized() || window.isFullScreen()) return
      options.onPlace({ ...window.getNormalBounds(), maximised: window.isMaximized() })
    }, 400)
  }
  window.on('resize', remember)
  window.on('move', remember)
  window.on('maximize', remember)
  window.on('unmaximize', remember)
  const recolour = () => window.setBackgroundColor(background())
  nativeTheme.on('updated', recolour)
  const show = lazy(() => {
    // Not with the window: reading the picture would hold up its page. Elsewhere the program itself carries it.
    // Of one that is missing an empty picture is made; by its path it would be an error, and the window would stay hidden.
    if (process.platform === 'linux') window.setIcon(nativeImage.createFromPath(options.icon))
    window.show()
    // Its page is drawing its first picture, for which two processors are just enough.
    setTimeout(options.onShown, pictureMs)
  })
  window.once('ready-to-show', show)
  // Where nothing hidden is drawn, as on some displays, Chromium never says that the page has painted.
  page.once('did-finish-load', show)
  window.once('closed', () => {
    nativeTheme.removeListener('updated', recolour)
    options.onClosed(id)
  })
  return { window, load: () => window.loadURL(development ?? pageAddress) }
}

/** The remembered place, as far as a screen is still there. */
function onScreen({ x, y, width, height }: WindowPlace): Partial<Rectangle> {
  if (x === null || y === null) return { width, height }
  const area = screen.getDisplayMatching({ x, y, width, height }).workArea
  const seen =
    x < area.x + area.width - 80 &&
    x + width > area.x + 80 &&
    y >= area.y - 10 &&
    y < area.y + area.height - 40
  return seen ? { x, y, width, height } : { width, height }
}

/** What Chromium would fetch or send by itself at a start: components, proxies, experiments, crash reports. */
const silenced = [
  'disable-background-networking',
  'disable-component-update',
  'disable-domain-reliability',
  'disable-sync',
  'no-pings',
  'no-first-run',
  'disable-breakpad',
]
const disabledFeatures =
  'MediaRouter,OptimizationHints,Translate,AutofillServerCommunication,CertificateTransparencyComponentUpdater'

/**
 * Rules of the whole app, set before it is ready: nothing on the network at start, every page sandboxed and alone.
 * `development`: the development server's address; null in a built app.
 */
export function keepToItself(development: string | null): void {
  for (const name of silenced) app.commandLine.appendSwitch(name)
  app.commandLine.appendSwitch('disable-features', disabledFeatures)
  // No script reads the clipboard: what is pasted there is what a person pastes. By default so since Electron 32.
  app.commandLine.appendSwitch('blink-settings', 'DOMPasteAllowed=false')
  // No page looks a name up, not even by a link that only announces one (dns-prefetch). Main dials with Node, not with Chromium.
  const server = development === null ? '' : `, EXCLUDE ${new URL(development).hostname}`
  app.commandLine.appendSwitch('host-resolver-rules', `MAP * ~NOTFOUND${server}`)
  // As root Chromium cannot sandbox at all and is started without: then this call would stop it.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
  // Every web content ever made obeys the same rules, also one that some extension of Chromium makes.
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
    // webRequest does not see WebRTC: it gets no UDP, and its TCP goes to the session's proxy, which is none (closeSession).
    contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp')
    contents.on('will-attach-webview', (attach) => attach.preventDefault())
  })
}

export interface SessionRules {
  readonly development: string | null
  readonly nonce: string | null
}

/**
 * What the page's session may do: no permission, and no request but for its own files. Whatever a page is
 * made to load, it sends nothing off this machine.
 */
export async function closeSession(
  session: Session,
  { development, nonce }: SessionRules,
  isOurs: typeof isOurPage = isOurPage,
): Promise<void> {
  session.setPermissionRequestHandler((_page, _permission, answer) => answer(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.setSpellCheckerEnabled(false)
  session.webRequest.onBeforeRequest(({ url }, answer) => {
    const own = isOurs(url, development) || /^(data|blob|devtools|chrome-devtools):/.test(url)
    const socket = development !== null && url.startsWith(`ws://${new URL(development).host}/`)
    answer({ cancel: !own && !socket })
  })
  if (development !== null && nonce !== null) {
    const policy = developmentPolicy(development, nonce)
    session.webRequest.onHeadersReceived(({ responseHeaders }, answer) =>
      answer({ responseHeaders: { ...responseHeaders, 'content-security-policy': [policy] } }),
    )
  }
  session.on('will-download', (event) => event.preventDefault())
  // What would go to the network all the same goes to a proxy that is not there: a port of this computer that only root could
  // open. No proxy is looked for (WPAD) either.
  const server = development === null ? [] : [new URL(development).host]
  await session.setProxy({
    mode: 'fixed_servers',
    proxyRules: 'http://127.0.0.1:1',
    proxyBypassRules: ['<-loopback>', ...server].join(';'),
  })
}

/** The built files beside main: `out/main/main.cjs` → `out/preload`, `out/renderer`. */
export const builtFile = (...parts: string[]) => path.join(__dirname, '..', ...parts)
