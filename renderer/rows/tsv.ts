/** Cells as a spreadsheet takes them from the clipboard. */

/**
 * One field: a leading apostrophe keeps a value that a spreadsheet would run as a formula a text; fields with tab,
 * quote or line break are quoted.
 */
function field(value: string): string {
  const guarded = /^[\s\u0000]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r]/.test(value) ? `'${value}` : value
  return /[\t\r\n"]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded
}

/** Rows of values as tab-separated text, lines ended by `\n`, guarded against formula injection. */
export function toTsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => row.map(field).join('\t')).join('\n')
}

/** Rows of values out of tab-separated text as spreadsheets put it on the clipboard; our own guard is taken off again. */
export function fromTsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = []
  let row: string[] = []
  let value = ''
  let quoted = false
  let at = 0
  const end = () => {
    row.push(/^'[\s\u0000]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^'[\t\r]/.test(value) ? value.slice(1) : value)
    value = ''
  }
  while (at < text.length) {
    const char = text.charAt(at++)
    if (quoted) {
      if (char !== '"') value += char
      else if (text.charAt(at) === '"') {
        value += '"'
        at++
      } else quoted = false
    } else if (char === '"' && value === '') quoted = true
    else if (char === '\t') end()
    else if (char === '\n' || char === '\r') {
      if (char === '\r' && text.charAt(at) === '\n') at++
      end()
      rows.push(row)
      row = []
    } else value += char
  }
  if (value !== '' || row.length > 0 || quoted) {
    end()
    rows.push(row)
  }
  return rows
}
