/** The page in Debian's Chromium, built for the declared Electron, in place of the page of the Electron that runs here. */
import { join } from 'node:path'
import { chromium, type ElectronApplication, type Page } from '@playwright/test'

/** What preload gives the page. */
interface Bridge {
  request(name: string, ...input: unknown[]): Promise<unknown>
  on(name: string, listener: (payload: unknown) => void): () => void
}
declare const window: {
  bridge: Bridge
  toPage(name: string, payload: unknown): Promise<void>
  toMain(name: string, input: readonly unknown[]): Promise<{ value: unknown } | { error: string }>
  listenTo(name: string): Promise<void>
  heard(name: string, payload: unknown): void
  resized(width: number, height: number): Promise<void>
  pasted(): Promise<void>
}

export const debianChromium = '/usr/bin/chromium'
/** The build for the declared Electron, of which only the page can be run here. */
export const declaredBuild = process.env.EKSCOPE_DECLARED_BUILD ?? ''
const address = 'https://ekscope.invalid'

/**
 * Draws the page in Chromium. Its requests and events go through the bridge of `behind`, the app's own window, which shows no
 * page then: main and preload are the real ones.
 */
export async function pageInChromium(
  app: ElectronApplication,
  behind: Page,
  switches: readonly string[],
): Promise<Page> {
  // A file of the page that is no script: main answers with the file. What draws it, Electron's own, breaks the page's policy.
  behind.removeAllListeners('console')
  const styles = behind.locator('link[rel="stylesheet"]').first()
  const answer = await behind.goto(new URL((await styles.getAttribute('href')) ?? '', behind.url()).href)
  const policy = answer?.headers()['content-security-policy']
  if (policy === undefined) throw new Error('main has sent no policy')
  const browser = await chromium.launch({
    executablePath: debianChromium,
    args: [...switches, '--force-device-scale-factor=1', '--force-prefers-reduced-motion'],
  })
  behind.once('close', () => void browser.close())
  // As large as the app's own window, which decides what of the page folds.
  const viewport = await behind.evaluate(() => ({ width: innerWidth, height: innerHeight }))
  const page = await browser.newPage({ viewport })
  await behind.exposeBinding('resized', (_, width: number, height: number) =>
    page.setViewportSize({ width, height }),
  )
  await behind.exposeBinding('pasted', () => page.keyboard.press('Control+v'))
  // The window's size, and what the application's own menu pastes. What is dropped there goes to main by the preload.
  await behind.evaluate(() => {
    addEventListener('resize', () => void window.resized(innerWidth, innerHeight))
    addEventListener('paste', () => void window.pasted())
    for (const kind of ['dragover', 'drop']) addEventListener(kind, (event) => event.preventDefault())
  })
  await page.route(`${address}/**`, (route) =>
    route.fulfill({
      path: join(declaredBuild, 'renderer', new URL(route.request().url()).pathname),
      headers: { 'content-security-policy': policy },
    }),
  )
  await page.exposeBinding('toMain', (_, name: string, input: readonly unknown[]) =>
    behind.evaluate(
      async ([name, input]) =>
        window.bridge.request(name, ...input).then(
          (value) => ({ value }),
          (error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }),
        ),
      [name, input] as const,
    ),
  )
  await behind.exposeBinding('toPage', (_, name: string, payload: unknown) =>
    page.evaluate(([name, payload]) => window.heard(name, payload), [name, payload] as const),
  )
  await page.exposeBinding('listenTo', (_, name: string) =>
    behind.evaluate((name) => {
      window.bridge.on(name, (payload) => void window.toPage(name, payload))
    }, name),
  )
  await page.addInitScript(() => {
    const listeners = new Map<string, Set<(payload: unknown) => void>>()
    window.heard = (name, payload) => {
      for (const listener of [...(listeners.get(name) ?? [])]) listener(payload)
    }
    window.bridge = {
      async request(name, ...input) {
        const answer = await window.toMain(name, input)
        if ('error' in answer) throw new Error(answer.error)
        return answer.value
      },
      on(name, listener) {
        const all = listeners.get(name) ?? new Set()
        if (!listeners.has(name)) void window.listenTo(name)
        const heard = (payload: unknown) => listener(payload)
        listeners.set(name, all.add(heard))
        return () => void all.delete(heard)
      },
    }
  })
  await page.goto(`${address}/index.html`)
  // What is copied goes to the clipboard through main. This browser has a clipboard of its own, from which it pastes.
  await page.context().grantPermissions(['clipboard-write'], { origin: address })
  const { keyboard } = page
  const press = keyboard.press.bind(keyboard)
  keyboard.press = async (key, options) => {
    if (key === 'Control+v') {
      const text = await app.evaluate(({ clipboard }) => clipboard.readText())
      await page.evaluate((text) => navigator.clipboard.writeText(text), text)
    }
    await press(key, options)
  }
  // The keyboard is the app's from the start; a page without a window gets it by a click, on what stays there.
  await page.getByRole('main').waitFor()
  await page.mouse.click(1, 1)
  return page
}
