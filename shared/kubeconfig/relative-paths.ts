/** Paths in a kubeconfig are relative to the folder of their file: an entry that moves takes them along. */
import { at, isMap, type JsonMap, textOf, withKey } from '../json'
import type { EntryKind, ModelKind } from './entries'
import { entryKeys, type Keys, modelKeys } from './schema'

const isWindows = (path: string): boolean => /^[A-Za-z]:[\\/]/.test(path) || path.startsWith('\\\\')
const isAbsolute = (path: string): boolean => path.startsWith('/') || isWindows(path)

function split(path: string): readonly string[] {
  const parts: string[] = []
  for (const part of path.split(isWindows(path) ? /[\\/]/ : '/')) {
    if (part === '' || part === '.') continue
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else parts.push(part)
  }
  return parts
}

/** `path`, relative to the folder of `fromFile`, as it must be written in `toFile` to mean the same. */
export function rebasePath(path: string, fromFile: string, toFile: string): string {
  if (isAbsolute(path) || fromFile === toFile) return path
  const windows = isWindows(fromFile)
  const separator = windows ? '\\' : '/'
  const from = split(fromFile).slice(0, -1)
  const to = split(toFile).slice(0, -1)
  const target: string[] = [...from]
  for (const part of path.split(windows ? /[\\/]/ : '/')) {
    if (part === '..') target.pop()
    else if (part !== '' && part !== '.') target.push(part)
  }
  let shared = 0
  while (shared < to.length && shared < target.length && to[shared] === target[shared]) shared++
  if (shared === 0 && windows) return target.join(separator)
  return [...to.slice(shared).map(() => '..'), ...target.slice(shared)].join(separator)
}

/** Names of the keys whose values are paths to files. */
export function pathKeys(kind: EntryKind): readonly string[] {
  return Object.entries(entryKeys[kind]).flatMap(([name, { type }]) => (type === 'file' ? [name] : []))
}

/** An entry's value as it must stand in another file; exec.command only when it contains a path separator. */
export function rebaseEntry(kind: ModelKind, value: JsonMap, fromFile: string, toFile: string): JsonMap {
  return withPaths(modelKeys[kind], value, fromFile, (path) => rebasePath(path, fromFile, toFile))
}

/** An entry's value with every path absolute: what means the same in files of different folders is then the same. */
export function absoluteEntry(kind: ModelKind, value: JsonMap, file: string): JsonMap {
  const root = isWindows(file) ? `${file.slice(0, 2)}\\x` : '/x'
  return withPaths(modelKeys[kind], value, file, (path) =>
    isAbsolute(path) ? path : `${root.slice(0, -1)}${rebasePath(path, file, root)}`,
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
