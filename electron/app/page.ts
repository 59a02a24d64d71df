/**
 * Serves the built page under its own scheme, app://ekscope/, with the policy that lets nothing else in. Only files
 * that were in the page's folder at the first request exist: no path is ever put together from a request.
 */
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

export const pageScheme = 'app'
export const pageAddress = 'app://ekscope/index.html'

/** Whether a frame at this address is our page. Written without `origin`: to Node's URL it is opaque here. */
export function isOurPage(address: string, development: string | null = null): boolean {
  let url: URL
  try {
    url = new URL(address)
  } catch {
    return false
  }
  if (development !== null && url.origin === new URL(development).origin) return true
  return url.protocol === 'app:' && url.host === 'ekscope' && url.username === '' && url.password === ''
}

/** The policy of the page, as a header of every answer. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
].join('; ')

/** The same in development: the server's own scripts and styles by its nonce, and its websocket. */
export function developmentPolicy(server: string, nonce: string): string {
  const { host } = new URL(server)
  return contentSecurityPolicy
    .replace("script-src 'self'", `script-src 'self' 'nonce-${nonce}'`)
    .replace("style-src 'self'", `style-src 'self' 'nonce-${nonce}'`)
    .replace("connect-src 'self'", `connect-src 'self' ws://${host}`)
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
}

/** The parts of a request that count here. */
export interface PageRequest {
  readonly method: string
  readonly url: string
}

/** Answers requests for a page's files. `folder`: where the build put them; may be inside an asar archive. */
export function servePage(
  folder: string,
  isOurs: (address: string) => boolean = isOurPage,
): (request: PageRequest) => Promise<Response> {
  let files: Promise<ReadonlyMap<string, string>> | null = null
  return async ({ method, url }) => {
    if (method !== 'GET' || !isOurs(url)) return refusal(403)
    files ??= filesIn(folder)
    const file = (await files).get(new URL(url).pathname)
    if (file === undefined) return refusal(404)
    return new Response(new Uint8Array(await readFile(file)), {
      headers: { ...headers, 'content-type': types[path.extname(file)] ?? 'application/octet-stream' },
    })
  }
}

const headers = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
} as const

const refusal = (status: number) => new Response(null, { status, headers })

async function filesIn(folder: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  const walk = async (inside: string): Promise<void> => {
    for (const entry of await readdir(path.join(folder, inside), { withFileTypes: true })) {
      const name = `${inside}/${entry.name}`
      if (entry.isDirectory()) await walk(name)
      else if (entry.isFile()) found.set(encodeURI(name), path.join(folder, name))
    }
  }
  await walk('')
  return found
}
