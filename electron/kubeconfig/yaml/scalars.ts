/**
 * What kubectl makes of one scalar. client-go turns the file into JSON first (YAML 1.1 rules as its Go library has
 * them) and then decodes strictly, so an unquoted `on`, `012` or `1e3` where a string belongs refuses the whole
 * file. Learnt from kubectl 1.32 itself: docs/editing.md, "What kubectl makes of a kubeconfig".
 */

/** `infinite`: `.inf` and `.nan`, which JSON cannot hold, so kubectl refuses them even under keys it ignores. */
export type ScalarKind = 'string' | 'null' | 'bool' | 'int' | 'float' | 'infinite'

const trueWords = ['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON', 'true', 'True', 'TRUE']
const falseWords = ['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF', 'false', 'False', 'FALSE']
const infinities = ['', '+', '-'].flatMap((sign) => ['.inf', '.Inf', '.INF'].map((word) => sign + word))
const all = (kind: ScalarKind, words: readonly string[]) => words.map((word) => [word, kind] as const)
const words: ReadonlyMap<string, ScalarKind> = new Map([
  ...all('bool', [...trueWords, ...falseWords]),
  ...all('null', ['', '~', 'null', 'Null', 'NULL']),
  ...all('infinite', ['.nan', '.NaN', '.NAN', ...infinities]),
])

/** Whether a scalar of kind `bool` is true. */
export function isTrue(text: string): boolean {
  return trueWords.includes(text)
}

const integer = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|0[0-7]*|[1-9][0-9]*)$/
const decimal = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/
const pointDecimal = /^\.[0-9]+(?:[eE][-+]?[0-9]+)?$/
const maxUnsigned = 2n ** 64n - 1n
const maxSigned = 2n ** 63n - 1n

/** The kind that a plain (unquoted, untagged) scalar resolves to. */
export function resolvePlain(text: string): ScalarKind {
  // No word with a special meaning is longer.
  const word = text.length > 5 ? undefined : words.get(text)
  if (word !== undefined) return word
  const first = text.charCodeAt(0)
  if (first === 0x2e) return pointDecimal.test(text) && Number.isFinite(Number(text)) ? 'float' : 'string'
  const digit = first >= 0x30 && first <= 0x39
  if (!digit && first !== 0x2b && first !== 0x2d) return 'string'
  const plain = text.replaceAll('_', '')
  if (integerValue(plain) !== null) return 'int'
  if (decimal.test(plain) && Number.isFinite(Number(plain))) return 'float'
  return 'string'
}

/** A letter or dash: the keys of a kubeconfig have no other characters. */
export function isKeyLetter(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || code === 0x2d || (code >= 0x41 && code <= 0x5a)
}

/** Whether this is a valid start of a plain scalar and kubectl reads the scalar as text. */
export function isPlainString(value: string): boolean {
  const first = value.charCodeAt(0)
  const letter = (first >= 0x61 && first <= 0x7a) || (first >= 0x41 && first <= 0x5a)
  // No word that means something else is longer than five letters, and each begins with one of these.
  if (letter) return value.length > 5 || !/^[yntfo]/i.test(value) || resolvePlain(value) === 'string'
  if (first === 0x2f || first === 0x5f || first === 0x24) return true
  const digit = first >= 0x30 && first <= 0x39
  if (first === 0x2d && isKeyLetter(value.charCodeAt(1))) return true
  return digit && resolvePlain(value) === 'string'
}

/** A plain name that no rule of YAML changes and that does not continue in the next line. */
export function isSimpleName(name: string): boolean {
  return /^[A-Za-z0-9][\w./@:+=~-]*$/.test(name) && !name.endsWith(':') && resolvePlain(name) === 'string'
}

/** The value of an integer as Go's ParseInt and ParseUint with base 0 read it; null when it is none or too large. */
export function integerValue(text: string): bigint | null {
  const plain = text.replaceAll('_', '')
  const found = integer.exec(plain)
  if (!found) return null
  const [, sign = '', digits = ''] = found
  // Turning megabytes of digits into a number takes long, and none of more than 64 digits fits.
  if (digits.replace(/^0[xXbBoO]?0*/, '').length > 64) return null
  const octal = /^0[0-7]+$/.test(digits)
  const size = BigInt(octal ? `0o${digits.slice(1)}` : digits)
  if (sign === '') return size <= maxUnsigned ? size : null
  if (sign === '-') return size <= maxSigned + 1n ? -size : null
  return size <= maxSigned ? size : null
}

/** A mapping key that is no string, as the JSON object's key that client-go makes of it; null: it refuses. */
export function keyText(kind: ScalarKind, text: string): string | null {
  switch (kind) {
    case 'string':
      return text
    case 'bool':
      return isTrue(text) ? 'true' : 'false'
    case 'int': {
      const value = integerValue(text)
      // Go has no case for an unsigned key: beyond int64 it refuses.
      return value === null || value > maxSigned ? null : value.toString()
    }
    case 'float':
      return floatKey(Number(text.replaceAll('_', '')))
    case 'infinite': {
      const lower = text.toLowerCase()
      return lower === '.nan' ? '.nan' : lower === '-.inf' ? '-.inf' : '.inf'
    }
    case 'null':
      return null
  }
}

/** As Go's FormatFloat 'g' with a 32 bit width: sigs.k8s.io/yaml's choice for keys. */
function floatKey(value: number): string {
  const single = Math.fround(value)
  let digits = String(single)
  for (let precision = 1; precision <= 9; precision++) {
    digits = single.toPrecision(precision)
    if (Math.fround(Number(digits)) === single) break
  }
  const [mantissa = '', exponent = '0'] = Number(digits).toExponential().split('e')
  const power = Number(exponent)
  if (power < -4 || power >= 21) {
    const size = Math.abs(power)
    return `${mantissa}e${power < 0 ? '-' : '+'}${size < 10 ? `0${size}` : size}`
  }
  return String(Number(digits))
}

/** Characters that the Go reader refuses anywhere in the file, comments included. */
export const refusedCharacter =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

/** What Node's decoder writes to find whether a text is base64. */
const decoded = Buffer.alloc(65_536)

/**
 * Whether Go's standard base64 decoder takes it: padded, line breaks inside ignored, nothing else. Node's decoder is ten times as
 * fast as a loop or an expression. It skips what is no digit, and so decodes less; but it takes the digits of base64url, and
 * of other letters the lower byte.
 */
export function isBase64(text: string): boolean {
  const whole = text.includes('\n') || text.includes('\r') ? text.replace(/[\r\n]+/g, '') : text
  if (whole.length % 4 !== 0 || whole.includes('-') || whole.includes('_')) return false
  if (Buffer.byteLength(whole) !== whole.length) return false
  const room = whole.length > decoded.length ? Buffer.alloc(whole.length) : decoded
  return room.write(whole, 'base64') === base64Bytes(whole)
}

/** How many bytes a base64 text without line breaks encodes. */
export function base64Bytes(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  return Math.max(0, (text.length >> 2) * 3 - padding)
}
