/** A path in short form: the home folder is `~`. */
export function shortPath(path: string, home: string): string {
  if (home === '' || path === home) return path === home && home !== '' ? '~' : path
  const separator = home.includes('\\') ? '\\' : '/'
  const inside = home.endsWith(separator) ? home : home + separator
  return path.startsWith(inside) ? `~${separator}${path.slice(inside.length)}` : path
}

/** A sentence with every path shortened, except those in commands: no shell expands `~` within quotes. */
export function shortPaths(sentence: string, home: string): string {
  if (home.length < 2) return sentence
  return sentence
    .split(/(`[^`]+`)/)
    .map((part, at) =>
      at % 2 === 1 ? part : part.replaceAll(`${home}/`, '~/').replaceAll(`${home}\\`, '~\\'),
    )
    .join('')
}

/** The lines of a text: a command, then its output to standard error. */
export const linesOf = (text: string): readonly string[] =>
  text.split(/\r?\n/).filter((line) => line.trim() !== '')
