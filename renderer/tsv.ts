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
