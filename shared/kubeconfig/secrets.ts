/** What is a secret in a kubeconfig, and how it is masked where it must not be seen. */

import { type Address, type Parsed, parseAddress } from '../destination/address'
import { addressText } from '../destination/destination'
import { lettersOf } from '../destination/host'
import { sha256 } from '../sha256'
import { mask } from './entries'
import { variableKeys } from './schema'
import { credentialPrograms } from './wrapper-programs'

const secretWord =
  /token|passw(?:or)?d|passphrase|secret|api[-_]?key|credential|private[-_]?key|access[-_]?key$|key[-_]data|signature|cookie|authorization/i
/** Of names with such a word, those that hold no secret themselves: a place, a kind, a switch, a public part. */
const harmlessWord =
  /(?:only|file|path|dir|folder|cache|type|url|uri|endpoint|endpoints|ttl|lifetime|duration|expiry|name|issuer|audience|regional|mode|id|store|source)$/i

/** Names that are short for one of these words. */
const shortFor = /^(?:pw|pwd|pass|pin|otp|key)$/i

/** Flags and variables are the same few words in every entry. */
const judged = new Map<string, boolean>()

/** Whether a key, flag or variable of this name holds a secret. */
export function isSecretName(name: string): boolean {
  const known = judged.get(name)
  if (known !== undefined) return known
  const bare = name.replace(/^-+/, '')
  const secret = shortFor.test(bare) || (secretWord.test(bare) && !harmlessWord.test(bare))
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
/** The credentials of a header: of any scheme and any number of words, up to the end of the quote or line. */
const header =
  /(?<![\w.-])((?:proxy-)?authorization|(?:set-)?cookie)(["']?[ \t]*:[ \t]*)("[^"]*"|'[^']*'|[^"'\r\n]+)/gi
// Only the end of the scheme is looked at: a search for its beginning takes quadratic time on `a-a-a-…`.
const userinfo = /([a-z0-9+.-]:\/\/)[^\s/?#"']*@/gi
/** A name with its `=`, also one that is itself the value of another: `--env=NAME=value`. */
const nameBefore = /(?<=^|[\s;&?"'=])-{0,2}[A-Za-z_][\w.-]*=/g
const assignedValue = /[^\s&;"']+|"[^"]*"|'[^']*'/y
/** An AWS secret access key: 40 characters, upper and lower case and digits mixed, no path. */
const fortyCharacters = /(?<![A-Za-z0-9+/=._-])[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/=._-])/g

/** Nothing is masked in a text in which this finds nothing: one look instead of ten. */
const suspicious =
  /[=@]|eyJ|k8s-aws-v1|PRIVATE KEY|gh[pousr]_|github_pat_|glpat-|xox[abprs]-|sk_live_|hvs\.|\b(?:bearer|basic)\s|(?:authorization|cookie)["']?[ \t]*:|[A-Za-z0-9+/]{40}/i

/** A short word of lower case, digits and dashes, as most arguments are: no known kind of secret looks so. */
function isHarmless(text: string): boolean {
  if (text.length >= 40 || text.startsWith('glpat-') || text.startsWith('xox')) return false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (!((code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39) || code === 0x2d)) return false
  }
  return true
}

/** Texts in which nothing is masked: versions and modes are the same in every entry. */
const innocent = new Set<string>()

function maskAssigned(text: string): string {
  let shown = ''
  let from = 0
  for (const { index, 0: name } of text.matchAll(nameBefore)) {
    assignedValue.lastIndex = index + name.length
    const value = index >= from && isSecretName(name.slice(0, -1)) ? assignedValue.exec(text) : null
    if (value === null) continue
    shown += text.slice(from, value.index) + mask
    from = value.index + value[0].length
  }
  return shown + text.slice(from)
}

/** Free text with everything masked that looks like a secret, wherever it is. */
export function maskText(text: string): string {
  if (isHarmless(text) || innocent.has(text)) return text
  if (!suspicious.test(text)) {
    if (innocent.size < 1_000 && text.length <= 64) innocent.add(text)
    return text
  }
  let shown = text.replace(dotted, (whole) => {
    const at = whole.search(webToken)
    return at < 0 ? whole : whole.slice(0, at) + mask
  })
  for (const pattern of tokens) shown = shown.replace(pattern, mask)
  shown = shown.replace(header, `$1$2${mask}`).replace(bearer, `$1$2${mask}`)
  shown = shown.replace(userinfo, `$1${mask}@`)
  shown = maskAssigned(shown)
  return shown.replace(fortyCharacters, (whole) =>
    /[a-z]/.test(whole) && /[A-Z]/.test(whole) && /[0-9]/.test(whole) ? mask : whole,
  )
}

/**
 * An address as it may be shown: its host as it is dialled, and of its parts the user and password alone masked; after its path,
 * which is not sent, what looks like a secret. The parts of an address that cannot be dialled are not known: nothing of it is
 * shown that may have a password.
 */
export function maskAddress(text: string): string {
  const parsed = parseAddress(text)
  if (!parsed.ok) return text.includes('@') ? mask : maskText(text)
  const { path, behind } = tail(text, parsed.value)
  return dialledStart(text, parsed.value, mask) + path + maskBehind(behind)
}

/** The same with its user and password as they are written. */
export function wholeAddress(text: string): string {
  const parsed = parseAddress(text)
  if (!parsed.ok) return text
  const { loginAt, hostAt } = parsed.value
  const login = loginAt === null ? '' : text.slice(loginAt.start, loginAt.end)
  return dialledStart(text, parsed.value, login) + text.slice(hostAt.end)
}

/**
 * What every kubectl refuses as a server and as a proxy-url. Without a server it goes to this machine, and by a proxy
 * `https://` too.
 */
export const refusedAddress = 'https://%'

/**
 * An address without its user and password: its destination, or that it has none, stays the same. What is not sent is left out
 * where it looks like a secret. `parse`: how kubectl reads it, as a server or a proxy.
 */
export function publicAddress(text: string, parse: (text: string) => Parsed): string {
  const parsed = parse(text)
  if (!parsed.ok) return text.includes('@') || maskText(text) !== text ? refusedAddress : text
  const { loginAt, hostAt } = parsed.value
  const { path, behind } = tail(text, parsed.value)
  const bare = text.slice(0, loginAt?.start ?? hostAt.start) + text.slice(hostAt.start, hostAt.end)
  return maskBehind(behind) === behind ? bare + path + behind : addressText(parsed.value, null)
}

/** Whether an address has a user or password in it, or cannot be dialled and may have one. */
export function mayHoldLogin(text: string): boolean {
  const parsed = parseAddress(text)
  return parsed.ok ? parsed.value.login !== null : text.includes('@')
}

/** An address as it is shown, parsed: what is masked in it replaces a user and password. */
export const parseShown = (shown: string): Parsed => parseAddress(shown.replace(`${mask}@`, '@'))

/** An address as it is shown, with the letters of its host after it where these are not what is dialled. */
export function besideLetters(shown: string): string {
  const parsed = shown.includes('xn--') ? parseShown(shown) : null
  const letters = parsed?.ok ? lettersOf(parsed.value.host) : null
  return letters === null ? shown : `${shown} (in letters: ${letters})`
}

function dialledStart(text: string, { loginAt, hostAt, host }: Address, login: string): string {
  const written = text.slice(hostAt.start, hostAt.end)
  const front = text.slice(0, loginAt?.start ?? hostAt.start)
  return `${front}${loginAt === null ? '' : `${login}@`}${/^[ -~]*$/.test(written) ? written : host}`
}

/** The rest of a password with a `?` or `#` in it, unescaped, may be here, and the host that was meant. */
const maskBehind = (behind: string): string =>
  behind.includes('@') ? behind.charAt(0) + mask : maskText(behind)

/** What comes after the host: port and path, and what kubectl drops. */
const tail = (text: string, { hostAt, end }: Address) => ({
  path: text.slice(hostAt.end, end),
  behind: text.slice(end),
})

/** A flag that was judged before, as all but the first of a fleet's. */
const isKnownFlag = (arg: string): boolean => judged.get(arg) === false && !arg.includes('=')

/** A value in a script, a header or a document that is in one argument. */
const quotedOrWord = String.raw`"[^"]*"|'[^']*'|[^\s,;&|)}"']+`
/** Each looks at a word once from its beginning, so that no text takes more than linear time. */
const flagInScript = new RegExp(
  String.raw`(?<=[\s;&|("'])(--?[A-Za-z][\w.-]*)([\"']?\s+)(${quotedOrWord})`,
  'g',
)
const fieldInText = new RegExp(
  String.raw`(?<![\w.-])([A-Za-z_][\w.-]*)(["']?[ \t]*:[ \t]*)(${quotedOrWord})`,
  'g',
)
/** `-u name:password`, as curl and many others have it. */
const pairInScript = /(?<=[\s;&|("'])(-u|-U|--user|--proxy-user)([\s=]+["']?)([^\s:"']+:)([^\s"']+)/g
const takesPair = /^(?:-u|-U|--user|--proxy-user)$/

/** An argument that no flag explains: free text in which scripts, headers and documents name their secrets. */
function maskArgument(arg: string): string {
  const shown = maskText(arg)
  return /[\s:]/.test(shown) ? maskFlags(shown).replace(fieldInText, hidden) : shown
}

const hidden = (whole: string, name: string, between: string): string =>
  isSecretName(name) ? `${name}${between}${mask}` : whole

/** What follows flags that take a secret, in a line as a shell has it. */
const maskFlags = (line: string): string =>
  line.replace(pairInScript, `$1$2$3${mask}`).replace(flagInScript, hidden)

/** What a flag that names a secret takes; a path says where a key is, not what it is. */
const maskValue = (name: string, value: string): string =>
  /^-*key$/i.test(name) && path.test(value) ? value : mask

/** What hands a script to a shell or another language; the last two, all that follows. */
const takesScript = /^(?:-[A-Za-z]*c|--command|-S|--split-string|-[Cc]ommand|\/[CcKk])$/
const takesAll = /^(?:-[Cc]ommand|\/[CcKk])$/
/** A script of nothing but words and what gets a token of AWS: flags say which of its words are secret. */
const getsToken = new RegExp(
  String.raw`^\s*(?:(?:exec|env|\.|source|AWS_[A-Z_]+=[^\s"']*)\s+)*(?:\S*\/)?(?:aws|aws-iam-authenticator|${credentialPrograms.join('|')})\s[\w@%+=:,./\u2022\s"'-]*$`,
)

/** Words of a script do not show which of them are secret: length and hash distinguish one script from another instead. */
function maskScript(script: string): string {
  if (/^[\w.@-]{0,40}$/.test(script) || path.test(script)) return maskArgument(script)
  if (script.length <= 8_192 && script.split('&&').every((one) => getsToken.test(one)))
    return maskArgument(script)
  return `${mask} (${Array.from(script).length} characters, SHA-256 ${sha256(script).slice(0, 32)})`
}

/** Arguments of an exec command; what follows a flag that takes a secret is masked, and so is a script. */
export function maskArguments(args: readonly string[]): readonly string[] {
  let before: string | null = null
  let script: string | null = null
  return args.map((arg) => {
    if (script !== null && !/^[-+]/.test(arg)) {
      if (!takesAll.test(script)) script = null
      before = null
      return maskScript(arg)
    }
    if (takesScript.test(arg)) script = arg
    const inOne = /^(--command|--split-string|-S)=?([\s\S]+)$/.exec(arg)
    if (inOne !== null && !takesScript.test(arg)) {
      const [, name = '', value = ''] = inOne
      return `${name}${arg.charAt(name.length) === '=' ? '=' : ''}${maskScript(value)}`
    }
    const taking = before
    before = null
    if (taking === null && (!arg.startsWith('-') || isKnownFlag(arg))) {
      if (takesPair.test(arg)) before = arg
      return maskArgument(arg)
    }
    if (taking !== null && takesPair.test(taking))
      return arg.includes(':') ? `${arg.slice(0, arg.indexOf(':') + 1)}${mask}` : maskArgument(arg)
    if (taking !== null && !/^--?[A-Za-z]/.test(arg)) return maskValue(taking, arg)
    const flag = /^(--?[A-Za-z][\w.-]*)(=([\s\S]*))?$/.exec(arg)
    if (flag) {
      const [, name = '', , value] = flag
      if (value !== undefined)
        return isSecretName(name) ? `${name}=${maskValue(name, value)}` : maskArgument(arg)
      if (isSecretName(name) || takesPair.test(name)) before = name
      return arg
    }
    return maskArgument(arg)
  })
}

/** No key id of AWS has a small letter, and none is as long as a secret. */
const keyId = /^(?:[A-Z0-9]{1,128}|.{0,31})$/

/** What is written as an access key id, as it may be shown: people paste id and secret in each other's place. */
export const maskKeyId = (value: string): string => (keyId.test(value) ? value : mask)

/** A variable's value as it may be shown. */
export function maskVariable(name: string, value: string): { value: string; masked: boolean } {
  if (!variableKeys.value.shown.besides.has(name)) return { value: mask, masked: true }
  const shown = name === 'AWS_ACCESS_KEY_ID' ? maskKeyId(value) : maskText(value)
  return { value: shown, masked: shown !== value }
}

/** Words of a comment that are longer, in characters, are shown only where they are known. */
const longestWord = 20
const arn = /^arn:aws[a-z-]*:[a-z0-9-]*:[a-z0-9-]*:\d*:[\w+=,.@:/-]+$/
const path = /^(?:~|\.{1,2}|\$\{?[A-Z_]+\}?|[A-Za-z]:)?[\\/][\w.@+~-]+(?:[\\/][\w.@+~-]*)*$/
const host =
  /^(?:[a-z]{2,6}:\/\/)?(?:[0-9A-Fa-f]{32}\.)?[a-z0-9]+(?:[.-]+[a-z0-9]+)*\.[a-z]{2,}(?::\d{1,5})?(?:\/[a-z0-9._~/-]*)?$/

/** A word without the marks of a sentence around it. */
function bareWord(word: string): string {
  let [start, end] = [0, word.length]
  while (start < end && '("\'`<[{*'.includes(word.charAt(start))) start++
  while (start < end && ')"\'`>]},.;:!?*'.includes(word.charAt(end - 1))) end--
  return word.slice(start, end)
}

/** Whether a word that no key explains may be shown: it is short, a rule of dashes, or a known name, ARN, path or host. */
export function isShownWord(word: string, isName: (text: string) => boolean): boolean {
  const bare = bareWord(word)
  const colon = bare.indexOf(':')
  const withPassword = colon >= 0 && colon < bare.lastIndexOf('@') && !arn.test(bare)
  if (bare.length <= longestWord || !/[A-Za-z0-9]/.test(bare)) return !withPassword
  return isName(bare) || arn.test(bare) || (!withPassword && (path.test(bare) || host.test(bare)))
}

/** `name:` (with a blank after it, as YAML requires, unless the name is that of a secret) or `name=`. */
const assigned = /(?<![\w.-])([\w.-]+)["'`\])]*\s*(?:=|:(?=\s|["'`[{|>]|$))/
const assignedClosely = /(?<![\w.-])([\w.-]+)["'`\])]*\s*:(?!\/\/)/g

/** A comment: what follows `name:`, `name=` or a flag that takes a secret is masked in it, and long words that are not known. */
export function maskComment(comment: string, isName: (text: string) => boolean): string {
  const open = assigned.exec(comment)
  let end = open === null ? comment.length : open.index + open[0].length
  for (const { 0: whole, 1: name = '', index } of comment.matchAll(assignedClosely))
    if (isSecretName(name)) end = Math.min(end, index + whole.length)
  const shown = maskFlags(maskText(comment.slice(0, end))).replace(/\S+/g, (word) =>
    isShownWord(word, isName) ? word : mask,
  )
  return comment.slice(end).trim() === '' ? shown : `${shown} ${mask}`
}

/** Values that are shorter are left in the log: they would blank out ordinary words. Characters. */
const shortestSecret = 8

/** The values that can be removed from a log, each once. */
export function longSecrets(values: Iterable<string>): readonly string[] {
  return [...new Set(values)].filter(({ length }) => length >= shortestSecret)
}

/** The text that its escapes encode, where they are valid. */
function decodedPassword(password: string): readonly string[] {
  try {
    return [decodeURIComponent(password)]
  } catch {
    return []
  }
}

/** The passwords inside addresses among these values (`http://user:password@proxy`). */
export function passwordsInAddresses(values: readonly string[]): readonly string[] {
  return longSecrets(
    values.flatMap((value) => {
      const parsed = value.includes('@') ? parseAddress(value) : null
      if (!parsed?.ok || parsed.value.loginAt === null) return []
      const { start, end } = parsed.value.loginAt
      const password = /:(.*)$/.exec(value.slice(start, end))?.[1] ?? ''
      return [password, ...decodedPassword(password)]
    }),
  )
}
