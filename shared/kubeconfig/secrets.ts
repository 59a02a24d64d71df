/** What is a secret in a kubeconfig, and how it looks where it must not be seen. */
import { mask, plainExecVariables } from './entries'

const secretWord =
  /token|passw(?:or)?d|passphrase|secret|api[-_]?key|credential|private[-_]?key|access[-_]?key$|key[-_]data|signature|cookie|authorization/i
/** Of names with such a word, those that hold no secret themselves: a place, a kind, a switch, a public part. */
const harmlessWord =
  /(?:only|file|path|dir|folder|cache|type|url|uri|endpoint|endpoints|ttl|lifetime|duration|expiry|name|issuer|audience|regional|mode|id|store|source)$/i

/** Flags and variables are the same few words in every entry. */
const judged = new Map<string, boolean>()

/** Whether a key, flag or variable of this name holds a secret. */
export function isSecretName(name: string): boolean {
  const known = judged.get(name)
  if (known !== undefined) return known
  const bare = name.replace(/^-+/, '')
  const secret = secretWord.test(bare) && !harmlessWord.test(bare)
  if (judged.size < 1_000 && name.length <= 64) judged.set(name, secret)
  return secret
}

const tokens: readonly RegExp[] = [
  // EKS token, PEM private key, well-known prefixes of service tokens.
  /\bk8s-aws-v1\.[\w-]+/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\b(?:gh[pousr]_|github_pat_|glpat-|xox[abprs]-|sk_live_|hvs\.)[\w.-]{8,}/g,
]
/**
 * Dotted words long enough for a JSON Web Token, each looked at once from its beginning: a search for `eyJ` with its dot
 * behind takes quadratic time on `-eyJ-eyJ…`.
 */
const dotted = /(?<![\w-])[\w-]{11,}(?:\.[\w-]*)+/g
const webToken = /\beyJ[\w-]{8}/
const bearer = /\b(Bearer|Basic)(\s+)[\w.~+/=-]{8,}/gi
// Only the end of the scheme is looked at: a search for its beginning takes quadratic time on `a-a-a-…`.
const userinfo = /([a-z0-9+.-]:\/\/)[^\s/?#"']*@/gi
const assignment = /(^|[\s;&?"'])(-{0,2}[A-Za-z_][\w.-]*)(=)([^\s&;"']+|"[^"]*"|'[^']*')/g
/** An AWS secret access key: 40 characters, upper and lower case and digits mixed, no path. */
const fortyCharacters = /(?<![A-Za-z0-9+/=._-])[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/=._-])/g

/** Nothing is masked in a text in which this finds nothing: one look instead of ten. */
const suspicious =
  /[=@]|eyJ|k8s-aws-v1|PRIVATE KEY|gh[pousr]_|github_pat_|glpat-|xox[abprs]-|sk_live_|hvs\.|\b(?:bearer|basic)\s|[A-Za-z0-9+/]{40}/i

/** A short word of lower case, digits and dashes, as most arguments are: no known kind of secret looks so. */
function isHarmless(text: string): boolean {
  if (text.length >= 40 || text.startsWith('glpat-') || text.startsWith('xox')) return false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (!((code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39) || code === 0x2d)) return false
  }
  return true
}

/** Free text with everything masked that looks like a secret wherever it stands. */
export function maskText(text: string): string {
  if (isHarmless(text) || !suspicious.test(text)) return text
  let shown = text.replace(dotted, (whole) => {
    const at = whole.search(webToken)
    return at < 0 ? whole : whole.slice(0, at) + mask
  })
  for (const pattern of tokens) shown = shown.replace(pattern, mask)
  shown = shown.replace(bearer, `$1$2${mask}`)
  shown = shown.replace(userinfo, `$1${mask}@`)
  shown = shown.replace(assignment, (whole, before: string, name: string, equals: string) =>
    isSecretName(name) ? `${before}${name}${equals}${mask}` : whole,
  )
  return shown.replace(fortyCharacters, (whole) =>
    /[a-z]/.test(whole) && /[A-Z]/.test(whole) && /[0-9]/.test(whole) ? mask : whole,
  )
}

/**
 * Host names as EKS gives them: runs of letters and digits shorter than a key, between dots and dashes. No known kind
 * of secret looks so, and a fleet has thousands of them.
 */
const eksServer =
  /^https:\/\/[0-9A-Fa-f]{32}\.[a-z]{2}\d\.[a-z]{2}(?:-gov)?-(?:north|south|east|west|central){1,2}-\d\.eks\.amazonaws\.com$/

/** A server or proxy address without its `user:password@`. */
export function maskUrl(url: string): string {
  if (eksServer.test(url)) return url
  return maskText(url.replace(/^([a-z][a-z0-9+.-]*:\/\/|\/\/)?[^/?#]*@/i, `$1${mask}@`))
}

/** Arguments of an exec command; what follows a flag that takes a secret is masked. */
export function maskArguments(args: readonly string[]): readonly string[] {
  let secretNext = false
  return args.map((arg) => {
    const secret = secretNext
    secretNext = false
    if (!secret && !arg.startsWith('-')) return maskText(arg)
    if (secret && !/^--?[A-Za-z]/.test(arg)) return mask
    const flag = /^(--?[A-Za-z][\w.-]*)(=([\s\S]*))?$/.exec(arg)
    if (flag) {
      const [, name = '', value] = flag
      if (!isSecretName(name)) return maskText(arg)
      if (value !== undefined) return `${name}=${mask}`
      secretNext = true
      return arg
    }
    return maskText(arg)
  })
}

/** A variable's value as it may be shown. */
export function maskVariable(name: string, value: string): { value: string; masked: boolean } {
  if (!plainExecVariables.has(name)) return { value: mask, masked: true }
  const shown = maskText(value)
  return { value: shown, masked: shown !== value }
}

/** Shorter values would blank out ordinary words. */
const shortest = 8

/** The passwords inside addresses among these values (`http://user:password@proxy`). */
export function passwordsInAddresses(values: readonly string[]): readonly string[] {
  const found = new Set<string>()
  for (const value of values) addAddress(value, found)
  return longEnough(found)
}

export function addAddress(text: string, found: Set<string>): void {
  const password = /^[a-z][a-z0-9+.-]*:\/\/[^/@\s:]*:([^/@\s]+)@/i.exec(text)?.[1]
  if (password !== undefined) found.add(password)
}

export const longEnough = (found: ReadonlySet<string>) =>
  [...found].filter(({ length }) => length >= shortest)
