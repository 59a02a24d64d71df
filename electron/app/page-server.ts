/**
 * Serves the built page under its own scheme, app://ekscope/, with the policy that lets nothing else in. Only files
 * that were in the page's folder at the first request exist: no path is ever put together from a request.
 */
import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import type { Protocol, ProtocolResponse } from 'electron'
import { style } from '../../shared/audit/report-sheet'

export const pageScheme = 'app'
export const pageAddress = 'app://ekscope/index.html'
/** Of the window in which main asks. */
export const questionScheme = 'question'
export const questionAddress = 'question://ekscope/question.html'

/**
 * Whether a frame at an address is a page of ours, under this scheme or from the development server. Written without `origin`:
 * to Node's URL it is opaque here.
 */
const isPageOf =
  (scheme: string) =>
  (address: string, development: string | null = null): boolean => {
    try {
      const url = new URL(address)
      if (development !== null && url.origin === new URL(development).origin) return true
      const { protocol, host, username, password } = url
      return protocol === `${scheme}:` && host === 'ekscope' && username === '' && password === ''
    } catch {
      return false
    }
  }
export const isOurPage = isPageOf(pageScheme)
export const isQuestionPage = isPageOf(questionScheme)

/** Of the only style that is no file of ours: a report in a frame has this policy beside its own. */
const reportStyle = createHash('sha256').update(String(style)).digest('base64')

/** The policy of the page, as a header of every answer. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  `style-src 'self' 'sha256-${reportStyle}'`,
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

/** The parts of a request that count here. */
export interface PageRequest {
  readonly method: string
  readonly url: string
}

/** Chromium's own numbers for what went wrong (net/base/net_error_list.h). */
const refused = { error: -10 } as const
const notThere = { error: -6 } as const

/** Answers requests for a page's files. `folder`: where the build put them; may be inside an asar archive. */
export function servePage(
  folder: string,
  isOurs: (address: string) => boolean = isOurPage,
): (request: PageRequest) => Promise<ProtocolResponse> {
  // Looked for at once: while Chromium makes the window.
  const files = filesIn(folder)
  files.catch(() => undefined)
  return async ({ method, url }) => {
    if (method !== 'GET' || !isOurs(url)) return refused
    const file = (await files).get(new URL(url).pathname)
    if (file === undefined) return notThere
    return { path: file, headers }
  }
}

/**
 * Serves what `serve` names, read by Chromium itself, which also finds its type by the name. Electron recommends
 * `protocol.handle`, but its answers are those of fetch: loading fetch takes longer than everything else between the window and
 * its page.
 */
export function serveFiles(
  protocol: Pick<Protocol, 'registerFileProtocol'>,
  scheme: string,
  serve: (request: PageRequest) => Promise<ProtocolResponse>,
): void {
  protocol.registerFileProtocol(scheme, (request, answer) => {
    serve(request).then(answer, () => answer(notThere))
  })
}

const headers: Record<string, string> = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
}

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
