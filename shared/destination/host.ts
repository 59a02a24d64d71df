/** Hosts of addresses: from the letters that are written to what is dialled, by Go's idna, and back to the letters. */

/** The engine's own, in Node and in browsers; used for its mapping of letters alone. */
declare const URL: new (text: string) => { readonly hostname: string }

type Host =
  | { readonly host: string }
  | { readonly why: 'host' | 'host-character' | 'host-name' | 'number' | 'letters' | 'bracket' | 'escape' }

const label = '[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?'
const name = new RegExp(`^${label}(?:\\.${label})*\\.?$`)
const fourNumbers = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/
const leadingZero = /(?:^|\.)0\d/

/** The host of an authority, brackets included, as it is dialled. */
export function asciiHost(written: string): Host {
  if (written === '') return { why: 'host' }
  if (/[[\]]/.test(written)) return inBrackets(written)
  if (/%(?!25|[89a-f][0-9a-f])/i.test(written)) return { why: 'escape' }
  if (written.includes('%25')) return { why: 'host-name' }
  const decoded = decodedEscapes(written)
  if (decoded === null) return { why: 'letters' }
  return /^[\x00-\x7f]*$/.test(decoded) ? asciiName(decoded) : fromLetters(decoded)
}

function asciiName(host: string): Host {
  if (/[^\w.!$&'()*+,;=<>"~-]/.test(host)) return { why: 'host-character' }
  if (host.length > 254 || !name.test(host)) return { why: 'host-name' }
  // Resolvers read what ends in a number as an address, each in its own way: 0x7f.1, 127.1, 010.0.0.1.
  const last = host.replace(/\.$/, '').split('.').pop() ?? ''
  const isNumber = /^(?:\d+|0x[0-9a-f]*)$/i.test(last)
  return isNumber && (!fourNumbers.test(host) || leadingZero.test(host)) ? { why: 'number' } : { host }
}

/** Right-to-left letters reorder the text next to them; versions of idna differ on them and on these few. */
const readDifferently =
  /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\u{10800}-\u{10fff}\u{1e800}-\u{1efff}\u00df\u1e9e\u03c2]/u

function fromLetters(host: string): Host {
  if (readDifferently.test(host) || !/^[\p{L}\p{M}\p{N}.\u3002\uff0e\uff61-]+$/u.test(host))
    return { why: 'letters' }
  let ascii: string
  try {
    // With a label after it, or what ends in a number would become an address.
    ascii = new URL(`https://${host}.a`).hostname.slice(0, -2)
  } catch {
    return { why: 'letters' }
  }
  const read = lettersOf(ascii) ?? ascii
  const odd = /[^a-z0-9.-]/.test(ascii) || read.split('.').some((one) => /^[-\p{M}]|-$|^..--/u.test(one))
  return odd ? { why: 'letters' } : asciiName(ascii)
}

/** Escapes in a host are bytes of letters beyond ASCII; null where they are none. */
function decodedEscapes(host: string): string | null {
  try {
    return host.replace(/(?:%[0-9a-f]{2})+/gi, decodeURIComponent)
  } catch {
    return null
  }
}

/** An IPv6 address, perhaps with a zone, which is written after `%25`. */
function inBrackets(written: string): Host {
  const [, address = '', zone] = /^\[([0-9a-fA-F:.]*)(?:%25([\w.~-]+))?\]$/.exec(written) ?? []
  if (!address.includes(':')) return { why: 'bracket' }
  try {
    new URL(`https://[${address}]`)
  } catch {
    return { why: 'bracket' }
  }
  return { host: zone === undefined ? address : `${address}%${zone}` }
}

/** The letters that a host encodes (RFC 3492); null where all are ASCII. */
export function lettersOf(host: string): string | null {
  if (!/(?:^|\.)xn--/i.test(host)) return null
  return host
    .split('.')
    .map((one) => (/^xn--/i.test(one) ? (decodedLabel(one.slice(4)) ?? one) : one))
    .join('.')
}

/** A host as the user sees it: as it is dialled, and its letters next to that. */
export function shownHost(host: string): string {
  const letters = lettersOf(host)
  return letters === null ? host : `${host} (in letters: ${letters})`
}

function decodedLabel(text: string): string | null {
  const dash = text.lastIndexOf('-')
  const points = Array.from(dash > 0 ? text.slice(0, dash) : '', (one) => one.codePointAt(0) ?? 0)
  let [point, at, bias] = [128, 0, 72]
  let first = true
  for (let index = dash + 1; index < text.length; ) {
    const before = at
    for (let weight = 1, step = 36; ; step += 36) {
      const digit = '0123456789'.includes(text.charAt(index))
        ? text.charCodeAt(index) - 22
        : text.toLowerCase().charCodeAt(index) - 97
      index++
      if (!(digit >= 0 && digit < 36)) return null
      at += digit * weight
      const limit = Math.min(26, Math.max(1, step - bias))
      if (digit < limit) break
      weight *= 36 - limit
    }
    const length = points.length + 1
    let delta = first ? Math.floor((at - before) / 700) : (at - before) >> 1
    delta += Math.floor(delta / length)
    let steps = 0
    for (; delta > 455; steps += 36) delta = Math.floor(delta / 35)
    bias = steps + Math.floor((36 * delta) / (delta + 38))
    first = false
    point += Math.floor(at / length)
    at %= length
    if (point > 0x10ffff) return null
    points.splice(at++, 0, point)
  }
  return String.fromCodePoint(...points)
}
