/** File names as client-go resolves them, without touching a disk. */

const windowsRoot = /^(?:[A-Za-z]:[\\/]|[\\/]{2})/

/** `path` against the folder of `file` (itself absolute), cleaned as Go's filepath.Join does; absolute ones stay. */
export function resolveAgainst(file: string, path: string): string {
  if (path === '') return path
  const windows = windowsRoot.test(file)
  if (windows ? windowsRoot.test(path) : path.startsWith('/')) return path
  const separator = windows ? '\\' : '/'
  const folder = file.slice(0, lastSeparator(file, windows) + 1)
  return clean(folder + path, separator, windows)
}

/** Whether client-go takes an exec command as a path (against its file's folder) and not as a name on PATH. */
export function hasSeparator(file: string, command: string): boolean {
  return command.includes(windowsRoot.test(file) ? '\\' : '/')
}

function lastSeparator(path: string, windows: boolean): number {
  const slash = path.lastIndexOf('/')
  return windows ? Math.max(slash, path.lastIndexOf('\\')) : slash
}

function clean(path: string, separator: string, windows: boolean): string {
  const parts = windows ? path.split(/[\\/]/) : path.split('/')
  const root = windows && /^[A-Za-z]:$/.test(parts[0] ?? '') ? `${parts.shift()}${separator}` : separator
  const kept: string[] = []
  for (const part of parts) {
    if (part === '' || part === '.') continue
    if (part === '..') kept.pop()
    else kept.push(part)
  }
  return root + kept.join(separator)
}
