/** Arguments quoted for the shell into which a copied command is pasted. */

export type Shell = 'posix' | 'powershell'

const controls = /[\u0000-\u001f\u007f-\u009f]/

/**
 * One argument for a POSIX shell. Control characters are written as `$'…'` (POSIX 2024; bash, zsh, ksh), so that
 * a paste never carries a raw escape or line feed into the terminal.
 */
export function quotePosix(argument: string): string {
  // A leading `=` is expanded by zsh, `~` by all.
  if (/^[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+=:,./-]*$/.test(argument)) return argument
  if (!controls.test(argument)) return `'${argument.replaceAll("'", "'\\''")}'`
  const inner = argument.replace(/[\\']|[\u0000-\u001f\u007f-\u009f]/g, (character) => {
    if (character === '\\' || character === "'") return `\\${character}`
    const code = character.charCodeAt(0)
    // C1 controls are two bytes in UTF-8; \x names bytes.
    if (code > 0x7f) return `\\xc2\\x${code.toString(16)}`
    return `\\${code.toString(8).padStart(3, '0')}`
  })
  return `$'${inner}'`
}

/**
 * One argument for PowerShell (5.1 and 7). Its parser takes the typographic quotes for quotes too, so they are
 * doubled like the plain ones.
 */
export function quotePowershell(argument: string): string {
  const plain = /^[A-Za-z0-9_./:\\=-]+$/.test(argument)
  // PowerShell splits `-name.part` and `-name:part` of a native command in two.
  if (plain && !(argument.startsWith('-') && /[.:]/.test(argument))) return argument
  if (!controls.test(argument)) return `'${argument.replace(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`
  const inner = argument.replace(/[`"$\u201c\u201d\u201e]|[\u0000-\u001f\u007f-\u009f]/g, (character) =>
    controls.test(character) ? `$([char]0x${character.charCodeAt(0).toString(16)})` : `\`${character}`,
  )
  return `"${inner}"`
}

/** Each word of a command line, quoted for that shell. A quoted command needs PowerShell's call operator before it. */
export function quotedWords(words: readonly string[], shell: Shell): readonly string[] {
  if (shell === 'posix') return words.map(quotePosix)
  const quoted = words.map(quotePowershell)
  return /^['"]/.test(quoted[0] ?? '') ? ['&', ...quoted] : quoted
}

/** The line that gives a variable a value, in that shell and for what it starts. */
export function exportLine(name: string, value: string, shell: Shell): string {
  if (shell === 'posix') return `export ${name}=${quotePosix(value)}`
  const quoted = quotePowershell(value)
  return `$env:${name} = ${/^['"]/.test(quoted) ? quoted : `'${quoted}'`}`
}

/** A whole command line, quoted for that shell. */
export function commandLine(words: readonly string[], shell: Shell): string {
  return quotedWords(words, shell).join(' ')
}
