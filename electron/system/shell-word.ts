/** A name as the last argument of a command that the user can copy: one that begins with - is no option after `--`. */
export const shellName = (name: string): string =>
  name.startsWith('-') ? `-- ${shellWord(name)}` : shellWord(name)

/** One word of a command that the user can copy, quoted for a POSIX shell where it must be. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
