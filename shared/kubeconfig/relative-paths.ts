/**
 * Paths in a kubeconfig as client-go reads them, without touching a disk: relative to the folder of their file, so that an entry
 * that moves takes them along.
 */
import { at, isMap, type JsonMap, textOf, withKey } from '../json'
import type { EntryKind, ModelKind } from './entries'
import { entryKeys, type Keys, modelKeys } from './schema'

const isWindows = (path: string): boolean => /^(?:[A-Za-z]:[\\/]|[\\/]{2})/.test(path)
const isAbsolute = (path: string): boolean => path.startsWith('/') || isWindows(path)

/** `path` against the folder of `file` (itself absolute), cleaned as Go's filepath.Join does; absolute ones stay. */
export function resolveAgainst(file: string, path: string): string {
  const windows = isWindows(file)
  if (path === '' || (windows ? isWindows(path) : path.startsWith('/'))) return path
  const last = Math.max(file.lastIndexOf('/'), windows ? file.lastIndexOf('\\') : -1)
  const parts = (file.slice(0, last + 1) + path).split(windows ? /[\\/]/ : '/')
  const drive = windows && parts[0] !== '' ? parts.shift() : undefined
  const kept: string[] = []
  for (const part of parts) {
    if (part === '' || part === '.') continue
    if (part === '..') kept.pop()
    else kept.push(part)
  }
  if (!windows) return `/${kept.join('/')}`
  return `${drive ?? '\\'}\\${kept.join('\\')}`
}

/** Whether client-go reads an exec command as a path (against its file's folder) and not as a name on PATH. */
export const hasSeparator = (file: string, command: string): boolean =>
  command.includes(isWindows(file) ? '\\' : '/')

/** What a variable of exec.env is called for a file's commands: on Windows letters of either case are the same name, and Python,
 * and with it aws, reads it in upper case. */
export const variableName = (file: string, name: string): string =>
  isWindows(file) ? name.toUpperCase() : name

/** `path`, relative to the folder of `fromFile`, as it must be written in `toFile` to mean the same. */
export function rebasePath(path: string, fromFile: string, toFile: string): string {
  if (isAbsolute(path) || fromFile === toFile) return path
  const windows = isWindows(fromFile)
  const separator = windows ? '\\' : '/'
  const partsOf = (whole: string) => whole.split(isWindows(whole) ? /[\\/]/ : '/').filter(Boolean)
  const [to, target] = [partsOf(resolveAgainst(toFile, '.')), partsOf(resolveAgainst(fromFile, path))]
  let shared = 0
  while (shared < to.length && shared < target.length && to[shared] === target[shared]) shared++
  if (shared === 0 && windows) return target.join(separator)
  return [...to.slice(shared).map(() => '..'), ...target.slice(shared)].join(separator)
}

/** Names of the keys whose values are paths to files. */
export function pathKeys(kind: EntryKind): readonly string[] {
  return Object.entries(entryKeys[kind]).flatMap(([name, { type }]) => (type === 'file' ? [name] : []))
}

/** An entry's value as it must be written in another file; exec.command only when it contains a path separator. */
export function rebaseEntry(kind: ModelKind, value: JsonMap, fromFile: string, toFile: string): JsonMap {
  return withPaths(modelKeys[kind], value, fromFile, (path) => rebasePath(path, fromFile, toFile))
}

/** An entry's value with every path absolute: what means the same in files of different folders is then the same. */
export function absoluteEntry(kind: ModelKind, value: JsonMap, file: string): JsonMap {
  return withPaths(modelKeys[kind], value, file, (path) =>
    isAbsolute(path) ? path : resolveAgainst(file, path),
  )
}

function withPaths(
  keys: Keys | null,
  value: JsonMap,
  file: string,
  moved: (path: string) => string,
): JsonMap {
  let next = value
  for (const [name, key] of Object.entries(keys ?? {})) {
    const [inner, path] = [at(next, name), textOf(at(next, name))]
    if (key.type === 'map' && isMap(inner))
      next = withKey(next, name, withPaths(key.keys, inner, file, moved))
    else if (key.type === 'file' && path !== null) next = withKey(next, name, moved(path))
    else if (key.type === 'program' && path !== null)
      next = withKey(next, name, movedProgram(path, file, moved))
  }
  return next
}

/** A program's name without a path separator is looked up on PATH, and stays. */
function movedProgram(command: string, file: string, moved: (path: string) => string): string {
  const separator = isWindows(file) ? /[\\/]/ : /\//
  if (!separator.test(command) || isAbsolute(command)) return command
  const now = moved(command)
  return separator.test(now) ? now : `.${isWindows(file) ? '\\' : '/'}${now}`
}
