/**
 * How a string must be written so that kubectl reads that string. Unquoted `y`, `012` or `1e3` makes kubectl refuse
 * the whole file, and other readers (PyYAML in the aws CLI) trip over more: what is not plainly safe is quoted.
 */
import { refusedCharacter, resolvePlain } from './scalars'

export type Quote = 'plain' | 'single' | 'double'

/** Whether every reader takes the unquoted text for that string. In flow style a colon is not safe. */
export function isPlainSafe(text: string, flow: boolean): boolean {
  const shape = flow
    ? /^(?:--?|(?:\.{1,2}\/)+\.?)?[A-Za-z_/][\w/.@+=-]*$/
    : /^(?:--?|(?:\.{1,2}\/)+\.?)?[A-Za-z_/][\w/.@+=:-]*$/
  // The length first: what looks like a long relative path is matched in quadratic time.
  return text.length < 1_000 && shape.test(text) && !text.endsWith(':') && resolvePlain(text) === 'string'
}

// Fits on one line between single quotes: no control, no line break of any kind, nothing invisible.
const printable =
  /^[\x20-\x7e\u00a1-\u1fff\u2010-\u2027\u2030-\u205e\u2070-\ud7ff\ue000-\ufdcf\ufdf0-\ufefe\uff00-\uffef\u{1f300}-\u{1faff}]*$/u

const escapes = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
])

function escaped(character: string): string {
  const known = escapes.get(character)
  if (known !== undefined) return known
  const code = character.codePointAt(0) ?? 0
  const hex = code.toString(16).toUpperCase()
  if (code > 0xffff) return `\\U${hex.padStart(8, '0')}`
  return code > 0xff ? `\\u${hex.padStart(4, '0')}` : `\\x${hex.padStart(2, '0')}`
}

/** JSON's escapes only, where the neighbours are JSON. */
function jsonString(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** The text as a scalar on one line, in the wanted quotes where they can hold it, else in the next safer ones. */
export function writeString(text: string, wanted: Quote, options: { flow: boolean; json?: boolean }): string {
  if (options.json) return jsonString(text)
  if (wanted === 'plain' && isPlainSafe(text, options.flow)) return text
  if (wanted === 'single' && printable.test(text) && !refusedCharacter.test(text))
    return `'${text.replaceAll("'", "''")}'`
  if (printable.test(text)) return `"${text.replace(/["\\]/g, '\\$&')}"`
  let quoted = '"'
  for (const character of text)
    quoted += printable.test(character) ? (escapes.get(character) ?? character) : escaped(character)
  return `${quoted}"`
}
